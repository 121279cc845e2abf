/**
 * Messages of single ticks: as they happen (tick-by-tick) and from the past (historical ticks). Layouts of the
 * latter are those of IBKR's EDecoder, messages 96 to 98.
 */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Message } from '#gateway/wire/field.ts'

/** IBKR's numbers for what a tick-by-tick stream is made of. */
export const TICK_BY_TICK = { Last: 1, AllLast: 2, BidAsk: 3, MidPoint: 4 } as const

export type TickByTickType = keyof typeof TICK_BY_TICK

/** A trade; times are epoch seconds. */
export interface TradeTick {
  readonly time: number
  readonly price: string
  readonly size: string
  /** Bit 0: past the limit of the day; bit 1: not reported to the tape. */
  readonly mask: number
  readonly exchange: string
  readonly conditions: string
}

/** A best quote. */
export interface QuoteTick {
  readonly time: number
  readonly bidPrice: string
  readonly askPrice: string
  readonly bidSize: string
  readonly askSize: string
  /** Bit 0: the bid is below the day's low; bit 1: the ask is above its high. */
  readonly mask: number
}

export interface MidpointTick {
  readonly time: number
  readonly price: string
}

export const tickByTickTrade = (
  reqId: number,
  type: 'Last' | 'AllLast',
  tick: TradeTick,
): Message => ({
  msgId: OUTGOING.TICK_BY_TICK,
  reqId,
  tickType: TICK_BY_TICK[type],
  time: tick.time,
  price: tick.price,
  size: tick.size,
  attrMask: tick.mask,
  exchange: tick.exchange,
  specialConditions: tick.conditions,
})

export const tickByTickQuote = (reqId: number, tick: QuoteTick): Message => ({
  msgId: OUTGOING.TICK_BY_TICK,
  reqId,
  tickType: TICK_BY_TICK.BidAsk,
  time: tick.time,
  bidPrice: tick.bidPrice,
  askPrice: tick.askPrice,
  bidSize: tick.bidSize,
  askSize: tick.askSize,
  attrMask: tick.mask,
})

export const tickByTickMidpoint = (reqId: number, tick: MidpointTick): Message => ({
  msgId: OUTGOING.TICK_BY_TICK,
  reqId,
  tickType: TICK_BY_TICK.MidPoint,
  time: tick.time,
  midPoint: tick.price,
})

/** Midpoints; they have no size. */
export const historicalTicks = (
  reqId: number,
  ticks: readonly MidpointTick[],
  done: boolean,
): Message => ({
  // prettier-ignore
  msgId: OUTGOING.HISTORICAL_TICKS,
  reqId,
  count: ticks.length,
  ticks: ticks.map(({ time, price }) => ({ time, unused: 0, price, size: 0 })),
  done,
})

export const historicalTicksBidAsk = (
  reqId: number,
  ticks: readonly QuoteTick[],
  done: boolean,
): Message => ({
  // prettier-ignore
  msgId: OUTGOING.HISTORICAL_TICKS_BID_ASK,
  reqId,
  count: ticks.length,
  ticks: ticks.map(({ time, mask, bidPrice, askPrice, bidSize, askSize }) => ({
    time,
    mask,
    bidPrice,
    askPrice,
    bidSize,
    askSize,
  })),
  done,
})

export const historicalTicksLast = (
  reqId: number,
  ticks: readonly TradeTick[],
  done: boolean,
): Message => ({
  // prettier-ignore
  msgId: OUTGOING.HISTORICAL_TICKS_LAST,
  reqId,
  count: ticks.length,
  ticks: ticks.map(({ time, mask, price, size, exchange, conditions }) => ({
    time,
    mask,
    price,
    size,
    exchange,
    conditions,
  })),
  done,
})
