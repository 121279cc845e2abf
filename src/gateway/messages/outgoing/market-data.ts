/** Messages of level 1: ticks, their kind, their increments. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { type Message } from '#gateway/wire/field.ts'

/** IBKR's tick types that this gateway sends (its "Available Tick Types"). */
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
  BID_OPTION: 10,
  ASK_OPTION: 11,
  LAST_OPTION: 12,
  MODEL_OPTION: 13,
  OPEN: 14,
  LOW_13_WEEKS: 15,
  HIGH_13_WEEKS: 16,
  LOW_26_WEEKS: 17,
  HIGH_26_WEEKS: 18,
  LOW_52_WEEKS: 19,
  HIGH_52_WEEKS: 20,
  AVERAGE_VOLUME: 21,
  HISTORICAL_VOLATILITY: 23,
  IMPLIED_VOLATILITY: 24,
  CALL_OPEN_INTEREST: 27,
  PUT_OPEN_INTEREST: 28,
  CALL_VOLUME: 29,
  PUT_VOLUME: 30,
  BID_EXCHANGE: 32,
  ASK_EXCHANGE: 33,
  AUCTION_VOLUME: 34,
  AUCTION_PRICE: 35,
  AUCTION_IMBALANCE: 36,
  MARK_PRICE: 37,
  LAST_TIMESTAMP: 45,
  SHORTABLE: 46,
  FUNDAMENTAL_RATIOS: 47,
  RT_VOLUME: 48,
  HALTED: 49,
  CUSTOM_OPTION: 53,
  TRADE_COUNT: 54,
  TRADE_RATE: 55,
  VOLUME_RATE: 56,
  LAST_RTH_TRADE: 57,
  RT_HISTORICAL_VOLATILITY: 58,
  IB_DIVIDENDS: 59,
  REGULATORY_IMBALANCE: 61,
  VOLUME_3_MINUTES: 63,
  VOLUME_5_MINUTES: 64,
  VOLUME_10_MINUTES: 65,
  DELAYED_BID: 66,
  DELAYED_ASK: 67,
  DELAYED_LAST: 68,
  DELAYED_BID_SIZE: 69,
  DELAYED_ASK_SIZE: 70,
  DELAYED_LAST_SIZE: 71,
  DELAYED_HIGH: 72,
  DELAYED_LOW: 73,
  DELAYED_VOLUME: 74,
  DELAYED_CLOSE: 75,
  DELAYED_OPEN: 76,
  RT_TRADE_VOLUME: 77,
  SLOW_MARK_PRICE: 79,
  DELAYED_BID_OPTION: 80,
  DELAYED_ASK_OPTION: 81,
  DELAYED_LAST_OPTION: 82,
  DELAYED_MODEL_OPTION: 83,
  LAST_EXCHANGE: 84,
  FUTURES_OPEN_INTEREST: 86,
  AVERAGE_OPTION_VOLUME: 87,
  DELAYED_LAST_TIMESTAMP: 88,
  SHORTABLE_SHARES: 89,
  DELAYED_HALTED: 90,
} as const

/** Bits of TICK_PRICE's last field (IBKR's TickAttrib). */
export const PRICE_ATTRIBUTES = { canAutoExecute: 1, pastLimit: 2, preOpen: 4 } as const

/**
 * @param price - decimal text; `-1` where there is none
 * @param attributes - bits of `PRICE_ATTRIBUTES`
 */
export const tickPrice = (
  reqId: number,
  tickType: number,
  price: string,
  size: string,
  attributes = 0,
): Message => ({
  msgId: OUTGOING.TICK_PRICE,
  version: 6,
  reqId,
  tickType,
  price,
  size,
  attrMask: attributes,
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

/** @param bboExchange - names the set of exchange letters, for REQ_SMART_COMPONENTS; empty where there is none */
export const tickReqParams = (reqId: number, minTick: string, bboExchange = '9c0001'): Message => ({
  msgId: OUTGOING.TICK_REQ_PARAMS,
  reqId,
  minTick,
  bboExchange,
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

/** Option computations as the wire has them: −1 and −2 stand for "not computed". */
export interface WireComputation {
  readonly impliedVol: string
  readonly delta: string
  readonly optPrice: string
  readonly pvDividend: string
  readonly gamma: string
  readonly vega: string
  readonly theta: string
  readonly undPrice: string
}

/** @param tickType - 10 to 13, 80 to 83, or 53 for an answer to a calculation that was asked for */
export const tickOptionComputation = (
  reqId: number,
  tickType: number,
  of: WireComputation,
): Message => ({
  msgId: OUTGOING.TICK_OPTION_COMPUTATION,
  reqId,
  tickType,
  // Return based; 1 would be price based, as for options on futures in price points.
  tickAttrib: 0,
  impliedVol: of.impliedVol,
  delta: of.delta,
  optPrice: of.optPrice,
  pvDividend: of.pvDividend,
  gamma: of.gamma,
  vega: of.vega,
  theta: of.theta,
  undPrice: of.undPrice,
})
