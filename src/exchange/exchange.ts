/**
 * The simulated venue and clearing broker, as its drivers see it: `gateway` (the TWS wire) and
 * `brokers/paper` (in process).
 *
 * Pure and deterministic: time moves only through `advance`, chance comes from the seed, and the
 * same calls give the same events, whichever instruments are watched. Nothing here may import
 * `costs`, `risk` or `execution`: predicted and realised must not be the same code.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ExecId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { MarginFigures } from '#model/account.ts'
import type { TimeInForce } from '#model/order.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'

export interface Exchange {
  /** Venue time. */
  readonly now: EpochMs
  readonly account: AccountId
  readonly baseCurrency: Currency
  /** Every instrument listed, sorted by id. */
  readonly instruments: readonly Instrument[]

  /** Moves venue time to `to` (≥ now): quotes move, orders fill, expire, days turn. */
  advance(to: EpochMs): readonly VenueEvent[]
  /** When something is due next without new orders (a quote of a watched name, an expiry). */
  nextEventAt(): EpochMs | undefined

  place(order: NewVenueOrder): readonly VenueEvent[]
  /** New quantity (total), limit or time in force of a working order; other changes are refused. */
  replace(permId: number, change: VenueOrderChange): readonly VenueEvent[]
  cancel(permId: number): readonly VenueEvent[]
  cancelAll(): readonly VenueEvent[]
  /** Margin and commission if the order filled whole, without placing it (IBKR's what-if). */
  preview(order: NewVenueOrder): MarginPreview | VenueRefusal

  /** A watched instrument emits `QuoteChanged` during `advance`. Counted, so watch twice = unwatch twice. */
  watch(instrument: InstrumentId): void
  unwatch(instrument: InstrumentId): void
  /** Level 1 now; undefined for an instrument not listed. */
  quote(instrument: InstrumentId): VenueQuote | undefined
  /** Resting depth now, best first: the market maker's and our own. */
  depth(instrument: InstrumentId, levels: number): VenueDepth | undefined

  /** Completed daily bars, oldest first, the last one on or before `until`; today's only after the close. */
  dailyBars(instrument: InstrumentId, count: number, until: IsoDate, adjusted: 'splits' | 'total-return'): readonly PriceBar[] // prettier-ignore
  /** Bars of `seconds` length in [from, to), built from the path that the quotes follow. */
  intradayBars(instrument: InstrumentId, seconds: number, from: EpochMs, to: EpochMs): readonly PriceBar[] // prettier-ignore
  /** The trading session that holds `at`, or the next one. UTC. */
  sessionAt(instrument: InstrumentId, at: EpochMs): VenueSession

  /** The ledger: exact. */
  cash(): ReadonlyMap<Currency, Money<Currency>>
  positions(): readonly VenuePosition[]
  margin(): MarginFigures
  /** Since the previous close; base currency. */
  pnl(): { readonly daily: Money<Currency>; readonly unrealized: Money<Currency>; readonly realized: Money<Currency> } // prettier-ignore
  /** Working and held, by permId. */
  openOrders(): readonly VenueOrder[]
  /** Of the venue's current day, by permId. */
  completedOrders(): readonly VenueOrder[]
  /** Of the venue's current day, in order. */
  executions(): readonly VenueExecution[]
}

/** Where prices come from; `replay` honours each day's bar, `synthetic` draws a factor market. */
export interface MarketModel {
  readonly kind: 'replay' | 'synthetic'
  readonly instruments: readonly Instrument[]
  /** The sessions it has prices for, oldest first. */
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /**
   * The path of the efficient price: a function of (seed, instrument, time) alone, so that it does not depend
   * on who is watching. Undefined while there is no price that day.
   */
  fairPrice(instrument: InstrumentId, at: EpochMs): number | undefined
  /** How easily it trades then; undefined where `fairPrice` is. */
  liquidity(instrument: InstrumentId, at: EpochMs): Liquidity | undefined
  /** The regular session so far; undefined before its open and on a day without trades. */
  tape(instrument: InstrumentId, at: EpochMs): DayTape | undefined
  /** One bar of the path between two instants of one session; undefined where nothing traded. */
  pathBar(instrument: InstrumentId, from: EpochMs, to: EpochMs): PriceBar | undefined
  /** New units for one old one from that day on; 1 on a day without a split. */
  splitOn(instrument: InstrumentId, date: IsoDate): number
  /** The whole day's bar as traded; undefined when it did not trade. */
  dailyBar(instrument: InstrumentId, date: IsoDate): PriceBar | undefined
  dailyBars(instrument: InstrumentId, count: number, until: IsoDate, adjusted: 'splits' | 'total-return'): readonly PriceBar[] // prettier-ignore
}

/** What the market maker quotes by, and what impact is scaled by. */
export interface Liquidity {
  /** The full quoted spread as a fraction of price, > 0. */
  readonly spread: number
  /** Units at the best bid and at the best ask, > 0. */
  readonly touchSize: number
  /** Units on an average day, > 0. */
  readonly dailyVolume: number
  /** Standard deviation of one day's return, a fraction > 0. */
  readonly dailyVolatility: number
}

/** A trading day so far, in prices of the path. */
export interface DayTape {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly last: number
  /** Units. */
  readonly volume: number
}

export interface ExchangeSettings {
  readonly seed: number
  readonly account: AccountId
  readonly baseCurrency: Currency
  readonly startAt: EpochMs
  readonly market: MarketModel
  readonly cash: ReadonlyMap<Currency, Money<Currency>>
  readonly positions: readonly {
    readonly instrument: InstrumentId
    readonly quantity: Quantity
    /** The market's price at the start where absent. */
    readonly averageCost?: Price
  }[]
  /** Names that are halted from the start: no quote, orders wait. */
  readonly halted: readonly InstrumentId[]
}

export interface NewVenueOrder {
  readonly instrument: InstrumentId
  readonly action: 'BUY' | 'SELL'
  /** > 0 */
  readonly quantity: Quantity
  readonly orderType: 'MKT' | 'LMT'
  readonly limitPrice?: Price
  readonly timeInForce: TimeInForce
  readonly goodTill?: EpochMs
  readonly outsideRegularHours: boolean
  /** The driver's own names, echoed on every event. */
  readonly owner: OrderOwner
}

export interface OrderOwner {
  readonly clientId: number
  readonly orderId: number
  readonly orderRef: string
}

export interface VenueOrderChange {
  readonly quantity: Quantity
  readonly limitPrice?: Price
  readonly timeInForce: TimeInForce
  readonly goodTill?: EpochMs
}

export interface VenueOrder extends NewVenueOrder {
  readonly permId: number
  /** `held`: accepted, waits for the session or for the halt to end. */
  readonly status: 'working' | 'held' | 'filled' | 'canceled' | 'expired' | 'rejected'
  /** Unsigned. */
  readonly filled: Quantity
  readonly averagePrice: Price
  readonly lastPrice: Price
  readonly completedAt: EpochMs | undefined
  readonly reason: string
}

export interface VenueExecution {
  readonly execId: ExecId
  readonly permId: number
  readonly owner: OrderOwner
  readonly instrument: InstrumentId
  readonly side: 'BOT' | 'SLD'
  /** Unsigned. */
  readonly quantity: Quantity
  readonly price: Price
  readonly venue: string
  readonly at: EpochMs
  /** Of the order so far, unsigned. */
  readonly cumulative: Quantity
  readonly averagePrice: Price
  readonly liquidity: 'removed' | 'added'
  readonly commission: Money<Currency>
  readonly currency: Currency
  /** Undefined when the trade only opened. */
  readonly realizedPnl: Money<Currency> | undefined
}

export interface VenueQuote {
  readonly instrument: InstrumentId
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  readonly bidSize: Quantity
  readonly askSize: Quantity
  readonly last: Price | undefined
  readonly lastSize: Quantity
  readonly open: Price | undefined
  readonly high: Price | undefined
  readonly low: Price | undefined
  readonly previousClose: Price | undefined
  readonly volume: Quantity
  readonly at: EpochMs
  readonly halted: boolean
}

export interface VenueDepth {
  readonly bids: readonly DepthLevel[]
  readonly asks: readonly DepthLevel[]
}

export interface DepthLevel {
  readonly price: Price
  readonly size: Quantity
}

export interface VenueSession {
  readonly date: IsoDate
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
}

export interface VenuePosition {
  readonly instrument: InstrumentId
  /** Signed, never zero. */
  readonly quantity: Quantity
  /** Per unit, multiplier included. */
  readonly averageCost: Price
  readonly marketPrice: Price
  readonly marketValue: Money<Currency>
  readonly unrealizedPnl: Money<Currency>
  readonly realizedPnl: Money<Currency>
}

export interface MarginPreview {
  readonly before: MarginFigures
  readonly after: MarginFigures
  readonly commission: Money<Currency>
  readonly currency: Currency
}

/** Why the venue would not, in IBKR's code and words. */
export interface VenueRefusal {
  readonly code: number
  readonly reason: string
}

export type VenueEvent =
  | { readonly type: 'OrderAccepted'; readonly order: VenueOrder }
  | { readonly type: 'OrderHeld'; readonly order: VenueOrder; readonly refusal: VenueRefusal }
  | { readonly type: 'OrderRejected'; readonly order: VenueOrder; readonly refusal: VenueRefusal }
  | { readonly type: 'OrderReplaced'; readonly order: VenueOrder }
  /** A change or a cancel that could not be: 104, 110, 161, 10148; the order stays as it was. */
  | { readonly type: 'ChangeRefused'; readonly permId: number; readonly refusal: VenueRefusal }
  | { readonly type: 'OrderCanceled'; readonly order: VenueOrder }
  | { readonly type: 'OrderExpired'; readonly order: VenueOrder }
  | { readonly type: 'Traded'; readonly order: VenueOrder; readonly execution: VenueExecution }
  | { readonly type: 'PositionChanged'; readonly instrument: InstrumentId }
  | { readonly type: 'QuoteChanged'; readonly quote: VenueQuote }
  | { readonly type: 'DayTurned'; readonly date: IsoDate }
