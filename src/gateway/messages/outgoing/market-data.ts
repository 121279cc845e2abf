/** Messages of level 1 and of history. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { type Message } from '#gateway/wire/field.ts'

/** IBKR's tick types that this gateway sends. */
export const TICK = {
  BID_SIZE: 0,
  BID: 1,
  ASK: 2,
  ASK_SIZE: 3,
  LAST: 4,
  LAST_SIZE: 5,
  HIGH: 6,
  LOW: 7,
  VOLUME: 8,
  CLOSE: 9,
  OPEN: 14,
  MARK_PRICE: 37,
  LAST_TIMESTAMP: 45,
  SHORTABLE: 46,
  RT_VOLUME: 48,
  HALTED: 49,
} as const

/** @param price - decimal text; `-1` where there is none */
export const tickPrice = (
  reqId: number,
  tickType: number,
  price: string,
  size: string,
): Message => ({
  msgId: OUTGOING.TICK_PRICE,
  version: 6,
  reqId,
  tickType,
  price,
  size,
  // Bit 0: the quote is eligible for automatic execution.
  attrMask: tickType === TICK.BID || tickType === TICK.ASK ? 1 : 0,
})

/** @param size - in units (shares, contracts) */
export const tickSize = (reqId: number, tickType: number, size: string): Message => ({
  msgId: OUTGOING.TICK_SIZE,
  version: 6,
  reqId,
  tickType,
  size,
})

export const tickGeneric = (reqId: number, tickType: number, value: string): Message => ({
  msgId: OUTGOING.TICK_GENERIC,
  version: 6,
  reqId,
  tickType,
  value,
})

export const tickString = (reqId: number, tickType: number, value: string): Message => ({
  msgId: OUTGOING.TICK_STRING,
  version: 6,
  reqId,
  tickType,
  value,
})

export const tickReqParams = (reqId: number, minTick: string): Message => ({
  msgId: OUTGOING.TICK_REQ_PARAMS,
  reqId,
  minTick,
  bboExchange: '9c0001',
  snapshotPermissions: 3,
})

/** @param type - 1 live, 2 frozen, 3 delayed, 4 delayed and frozen */
export const marketDataType = (reqId: number, type: number): Message => ({
  msgId: OUTGOING.MARKET_DATA_TYPE,
  version: 1,
  reqId,
  marketDataType: type,
})

export const tickSnapshotEnd = (reqId: number): Message => ({
  msgId: OUTGOING.TICK_SNAPSHOT_END,
  version: 1,
  reqId,
})

/** A bar as the wire has it. */
export interface WireBar {
  /** `20180205`, or with a time and zone, or epoch seconds. */
  readonly date: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** −1 where what is shown has none (midpoint, bid, ask). */
  readonly volume: number
  readonly wap: number
  readonly barCount: number
}

export const historicalData = (
  reqId: number,
  start: string,
  end: string,
  bars: readonly WireBar[],
): Message => ({
  msgId: OUTGOING.HISTORICAL_DATA,
  reqId,
  startDateStr: start,
  endDateStr: end,
  itemCount: bars.length,
  bars: bars.map(({ date, open, high, low, close, volume, wap, barCount }) => ({
    date,
    open,
    high,
    low,
    close,
    volume,
    wap,
    barCount,
  })),
})

export const headTimestamp = (reqId: number, text: string): Message => ({
  msgId: OUTGOING.HEAD_TIMESTAMP,
  reqId,
  headTimestamp: text,
})
