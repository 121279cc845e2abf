/**
 * What an order may ask of the venue: IBKR's order types, times in force, groups, conditions and algorithms.
 *
 * Names are IBKR's where its clients see them. A term that is absent is not asked for; a term that makes no
 * sense with the order's type is refused, never passed over.
 */
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'

/**
 * IBKR's order types. An iceberg is a limit order with `displaySize`; TRAIL LIMIT's limit stands `limitOffset`
 * from its stop; MIDPRICE and REL take `limitPrice` as their cap.
 */
export type VenueOrderType =
  | 'MKT'
  | 'LMT'
  | 'STP'
  | 'STP LMT'
  | 'TRAIL'
  | 'TRAIL LIMIT'
  | 'MIT'
  | 'LIT'
  | 'MOC'
  | 'LOC'
  | 'MIDPRICE'
  | 'REL'

/** FOK trades whole or not at all, at once; OPG takes part in the opening auction only. */
export type VenueTimeInForce = 'DAY' | 'GTC' | 'IOC' | 'FOK' | 'GTD' | 'OPG'

/**
 * Which prices elect a stop or a touch (IBKR's Order.triggerMethod): 0 the default of the class, 1 double
 * bid/ask, 2 last, 3 double last, 4 bid/ask, 7 last or bid/ask, 8 midpoint.
 */
export type TriggerMethod = 0 | 1 | 2 | 3 | 4 | 7 | 8

/** How far a trailing stop follows the market, > 0. */
export type Trail = { readonly amount: Price } | { readonly fraction: number }

/** IBKR's ocaType: 1 cancels the others, 2 reduces them and blocks, 3 reduces them without blocking. */
export type OcaType = 1 | 2 | 3

/** Orders of which one replaces the others. */
export interface OcaGroup {
  readonly name: string
  readonly type: OcaType
}

/** One condition; `joins` is how it is bound to the next one, the last one's being without meaning. */
export type VenueCondition = { readonly joins: 'and' | 'or' } & (
  | {
      readonly type: 'price'
      readonly instrument: InstrumentId
      readonly isMore: boolean
      readonly price: Price
      readonly triggerMethod: TriggerMethod
    }
  | { readonly type: 'time'; readonly isMore: boolean; readonly at: EpochMs }
  /** Margin cushion, excess liquidity over net liquidation, a fraction. */
  | { readonly type: 'margin'; readonly isMore: boolean; readonly cushion: number }
  | {
      readonly type: 'execution'
      readonly symbol: string
      readonly assetClass: AssetClass
      readonly exchange: string
    }
  | {
      readonly type: 'volume'
      readonly instrument: InstrumentId
      readonly isMore: boolean
      /** Units traded today. */
      readonly volume: Quantity
    }
  /** Change since the previous close, a fraction. */
  | {
      readonly type: 'percent-change'
      readonly instrument: InstrumentId
      readonly isMore: boolean
      readonly change: number
    }
)

/** What must come true before an order works, or what cancels it. */
export interface OrderConditions {
  /** At least one. */
  readonly all: readonly VenueCondition[]
  /** Looked at outside regular hours too. */
  readonly ignoreRegularHours: boolean
  /** Coming true cancels the order instead of activating it. */
  readonly cancelsOrder: boolean
}

/** When an algorithm works; absent: from now, to the close. */
interface AlgoWindow {
  readonly startAt?: EpochMs
  readonly endAt?: EpochMs
  readonly allowPastEnd: boolean
}

/** IBKR's algorithms, worked by the venue over time; shares of volume are fractions of the tape's. */
export type OrderAlgo =
  | { readonly strategy: 'Adaptive'; readonly priority: 'Urgent' | 'Normal' | 'Patient' }
  | ({
      readonly strategy: 'Twap'
      readonly style: 'Marketable' | 'Matching Midpoint' | 'Matching Same Side' | 'Matching Last'
    } & AlgoWindow)
  | ({
      readonly strategy: 'Vwap'
      readonly maxShareOfVolume: number
      readonly noTakeLiquidity: boolean
      readonly speedUp: boolean
    } & AlgoWindow)
  | ({
      readonly strategy: 'ArrivalPx'
      readonly maxShareOfVolume: number
      readonly riskAversion: 'Get Done' | 'Aggressive' | 'Neutral' | 'Passive'
      readonly forceCompletion: boolean
    } & AlgoWindow)
  | ({
      readonly strategy: 'PctVol'
      readonly shareOfVolume: number
      readonly noTakeLiquidity: boolean
    } & Omit<AlgoWindow, 'allowPastEnd'>)

/** The driver's own names, echoed on every event. */
export interface OrderOwner {
  /** 0 also for orders that a person types into TWS; −1 for the broker's own (liquidation). */
  readonly clientId: number
  /** 0 for a person's order, −1 for the broker's. */
  readonly orderId: number
  readonly orderRef: string
}

export interface NewVenueOrder {
  readonly instrument: InstrumentId
  readonly action: 'BUY' | 'SELL'
  /** > 0 */
  readonly quantity: Quantity
  readonly orderType: VenueOrderType
  /** LMT, STP LMT, LIT, LOC; the cap of MIDPRICE and REL. */
  readonly limitPrice?: Price
  /** What elects it: the stop of STP, STP LMT and the first of TRAIL, TRAIL LIMIT; the touch of MIT, LIT. */
  readonly triggerPrice?: Price
  /** TRAIL, TRAIL LIMIT. */
  readonly trail?: Trail
  /** TRAIL LIMIT: how far the limit stands beyond the stop, ≥ 0. */
  readonly limitOffset?: Price
  /** REL: how much more aggressive than the best price of its side, ≥ 0. */
  readonly pegOffset?: Price
  readonly triggerMethod?: TriggerMethod
  /** Shown at a time, > 0, a multiple of the lot; the rest is in reserve. */
  readonly displaySize?: Quantity
  /** Not shown at all. */
  readonly hidden?: boolean
  readonly allOrNone?: boolean
  readonly minQuantity?: Quantity
  readonly timeInForce: VenueTimeInForce
  readonly goodTill?: EpochMs
  /** Held until then. */
  readonly goodAfter?: EpochMs
  readonly outsideRegularHours: boolean
  /** The exchange it was sent to by name; absent: routed to where it trades best. */
  readonly route?: string
  /** permId of the order that must fill first; canceled with it. */
  readonly parent?: number
  readonly oca?: OcaGroup
  readonly conditions?: OrderConditions
  readonly algo?: OrderAlgo
  readonly owner: OrderOwner
}

/**
 * The terms a working order may be given; what is left out is gone. Instrument, side, type, route, parent, group,
 * algorithm and owner stay what they were.
 */
export type VenueOrderChange = Omit<
  NewVenueOrder,
  | 'instrument'
  | 'action'
  | 'orderType'
  | 'parent'
  | 'oca'
  | 'algo'
  | 'owner'
  | 'route'
  | 'outsideRegularHours'
> & { readonly outsideRegularHours?: boolean }

/** Why an order is with the venue or the broker and not in the book. */
export type HoldCause =
  /** Its session has not begun (399). */
  | 'session'
  | 'halt'
  /** Shares are being located (404). */
  | 'locate'
  /** Its parent has not filled. */
  | 'parent'
  | 'conditions'
  /** Good after a time that has not come. */
  | 'good-after'
  /** Waits for the auction it takes part in. */
  | 'auction'
  /** A stop that is not elected, a touch that was not touched. */
  | 'trigger'
  /** The link to the exchange is down. */
  | 'link'
