/** Messages of market depth. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Message, UNSET_INTEGER } from '#gateway/wire/field.ts'

/** IBKR's numbers for what happens to a row of a book. */
export const DEPTH_OPERATION = { insert: 0, update: 1, delete: 2 } as const
export const DEPTH_SIDE = { ask: 0, bid: 1 } as const

/** One change of a client's copy of a book. */
export interface DepthChange {
  /** From 0, the best. */
  readonly position: number
  readonly operation: keyof typeof DEPTH_OPERATION
  readonly side: keyof typeof DEPTH_SIDE
  /** 0 in a deletion. */
  readonly price: string
  readonly size: string
  /** The exchange or the market maker; unused where a book has one. */
  readonly maker: string
}

export const marketDepth = (reqId: number, change: DepthChange): Message => ({
  msgId: OUTGOING.MARKET_DEPTH,
  version: 1,
  reqId,
  position: change.position,
  operation: DEPTH_OPERATION[change.operation],
  side: DEPTH_SIDE[change.side],
  price: change.price,
  size: change.size,
})

/** @param isSmartDepth - rows come from several exchanges, `maker` naming them */
export const marketDepthL2 = (
  reqId: number,
  change: DepthChange,
  isSmartDepth: boolean,
): Message => ({
  msgId: OUTGOING.MARKET_DEPTH_L2,
  version: 1,
  reqId,
  position: change.position,
  marketMaker: change.maker,
  operation: DEPTH_OPERATION[change.operation],
  side: DEPTH_SIDE[change.side],
  price: change.price,
  size: change.size,
  isSmartDepth,
})

/** An exchange that offers depth of a class of instruments. */
export interface DepthExchange {
  readonly exchange: string
  readonly secType: string
  readonly listingExchange: string
  /** `Deep`: one row a price; `Deep2`: a row each market maker. */
  readonly serviceDataType: 'Deep' | 'Deep2'
  /** `UNSET_INTEGER` where it belongs to none. */
  readonly aggGroup: number | typeof UNSET_INTEGER
}

export const marketDepthExchanges = (offers: readonly DepthExchange[]): Message => ({
  msgId: OUTGOING.MKT_DEPTH_EXCHANGES,
  count: offers.length,
  offers: offers.map((of) => ({
    exchange: of.exchange,
    secType: of.secType,
    listingExch: of.listingExchange,
    serviceDataType: of.serviceDataType,
    aggGroup: of.aggGroup,
  })),
})

/** Which letter and bit stand for an exchange in bid, ask and last exchange ticks. */
export interface SmartComponent {
  readonly bit: number
  readonly exchange: string
  readonly letter: string
}

export const smartComponents = (reqId: number, components: readonly SmartComponent[]): Message => ({
  msgId: OUTGOING.SMART_COMPONENTS,
  reqId,
  count: components.length,
  components: components.map(({ bit, exchange, letter }) => ({ bit, exchange, letter })),
})
