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
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { AccountStanding } from '#exchange/clearing/account-desk.ts'
import type { ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import type { ExerciseRequest } from '#exchange/clearing/option-expiry.ts'
import type { CorporateAction, VenueControls } from '#exchange/controls.ts'
import type { Directory } from '#exchange/listing.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { ImpactCoefficients } from '#exchange/book/impact.ts'
import type { HoldCause, NewVenueOrder, OrderOwner, VenueOrderChange } from '#exchange/terms.ts'

export interface Exchange {
  /** Venue time. */
  readonly now: EpochMs
  readonly account: AccountId
  readonly baseCurrency: Currency
  /** Every instrument listed one by one, sorted by id. */
  readonly instruments: readonly Instrument[]
  /** Every listing by every name, chains and indices included. */
  readonly directory: Directory
  /** What happens to the venue from outside. */
  readonly controls: VenueControls

  /**
   * Moves venue time to `to` (≥ now): quotes move, orders fill, expire, days turn.
   *
   * @param pauses - whether time is to stop at the instant of such an event, on the way to `to`
   */
  advance(to: EpochMs, pauses?: (event: VenueEvent) => boolean): readonly VenueEvent[]
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
  /** Level 1 now, or as it was at `at`; undefined for an instrument not listed. */
  quote(instrument: InstrumentId, at?: EpochMs): VenueQuote | undefined
  /** Resting depth now, best first: the market maker's and our own. */
  depth(instrument: InstrumentId, levels: number): VenueDepth | undefined

  /** Completed daily bars, oldest first, the last one on or before `until`; today's only after the close. */
  dailyBars(instrument: InstrumentId, count: number, until: IsoDate, adjusted: 'splits' | 'total-return'): readonly PriceBar[] // prettier-ignore
  /** Bars of `seconds` length in [from, to), built from the path that the quotes follow. */
  intradayBars(instrument: InstrumentId, seconds: number, from: EpochMs, to: EpochMs): readonly PriceBar[] // prettier-ignore
  bars(instrument: InstrumentId, query: BarQuery): readonly VenueBar[]
  /** Prints and quote changes in [from, to), oldest first, ours among them; at most `most` from the front. */
  ticks(instrument: InstrumentId, from: EpochMs, to: EpochMs, most?: number): readonly VenueTick[]
  /** Option computations at the bid, the ask, the last price and the model's; undefined for no option. */
  computations(instrument: InstrumentId): Readonly<Record<'bid' | 'ask' | 'last' | 'model', OptionComputation>> | undefined // prettier-ignore
  /** The computation if an option, or its underlying, stood elsewhere; undefined for no option. */
  calculate(instrument: InstrumentId, assumed: OptionAssumption): OptionComputation | undefined
  /** Now, or as they were at `at`. */
  figures(instrument: InstrumentId, at?: EpochMs): ListingFigures | undefined
  /** The auction that collects orders now; undefined between them. */
  auction(instrument: InstrumentId): AuctionState | undefined
  /** Sessions that begin in [from, to), UTC. */
  schedule(instrument: InstrumentId, from: EpochMs, to: EpochMs, outsideRegularHours: boolean): readonly VenueSession[] // prettier-ignore
  /** The trading session that holds `at`, or the next one. UTC. */
  sessionAt(instrument: InstrumentId, at: EpochMs): VenueSession

  /** The ledger: exact. */
  cash(): ReadonlyMap<Currency, Money<Currency>>
  positions(): readonly VenuePosition[]
  margin(): MarginFigures
  /** What the broker knows beyond it: settled cash, accruals, day trades left. */
  standing(): AccountStanding
  /** What does not balance in the broker's books, each as a sentence; nothing when all does. */
  audit(): readonly string[]
  /** Asks for an option to be exercised tonight, or to lapse at its end. @returns why not */
  exercise(request: ExerciseRequest): VenueRefusal | undefined
  /** Since the previous close; base currency. */
  pnl(): { readonly daily: Money<Currency>; readonly unrealized: Money<Currency>; readonly realized: Money<Currency> } // prettier-ignore
  /** Working and held, by permId. */
  openOrders(): readonly VenueOrder[]
  /** Whether there are any, without a look at them. */
  hasOpenOrders(): boolean
  /** Of the venue's current day, by permId. */
  completedOrders(): readonly VenueOrder[]
  /** Of the venue's current day, in order. */
  executions(): readonly VenueExecution[]
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
  /** What our trading does to prices; `IMPACT` where absent. */
  readonly impact?: ImpactCoefficients
  /**
   * Price bands and trading pauses (limit up, limit down). Absent: in a synthetic market, but not in a replay of
   * bars, whose path inside the day is made up and would halt names that never were.
   */
  readonly volatilityHalts?: boolean
  /** Whose fall from the previous close halts the whole market (7, 13, 20 %); absent: no such halts. */
  readonly circuitBreakerIndex?: InstrumentId
  /** How often a name is quoted anew in regular hours, on average; 625 ms where absent. */
  readonly quoteEveryMs?: number
  /** How the account is cleared; absent: a Reg T margin account at IBKR's terms. */
  readonly clearing?: ClearingSettings
}

export interface VenueOrder extends NewVenueOrder {
  readonly permId: number
  /** `held`: accepted, waits for the session or for the halt to end. */
  readonly status: 'working' | 'held' | 'filled' | 'canceled' | 'expired' | 'rejected'
  /** Why it is held; undefined while it is not. */
  readonly hold?: HoldCause
  /** A stop that was elected, a touch that was touched. */
  readonly triggered?: boolean
  /** Where a stop or a touch stands now; a trailing one moves. */
  readonly stopPrice?: Price
  /** Unsigned. */
  readonly filled: Quantity
  readonly averagePrice: Price
  readonly lastPrice: Price
  /** Of the executions that stand, in the currency that they were charged in. */
  readonly commission: Money<Currency>
  readonly completedAt: EpochMs | undefined
  readonly reason: string
  /** Of a rejected order: how the broker shows it; absent: `Inactive`. */
  readonly rejectedAs?: 'Inactive' | 'Cancelled'
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
  /** The broker closed it to restore the margin. */
  readonly isLiquidation?: boolean
}

export interface VenueQuote {
  readonly instrument: InstrumentId
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  readonly bidSize: Quantity
  readonly askSize: Quantity
  /** The last print at or before the quote that set the price: an odd lot of a stock sets none. */
  readonly last: Price | undefined
  readonly lastSize: Quantity
  /** Who reported the last print, by name or by the tape's letter; absent while nobody says. */
  readonly lastVenue?: string | undefined
  /** When it was printed; absent while nobody says. */
  readonly lastAt?: EpochMs | undefined
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
  /** The market that shows it, IBKR's code; absent at the bare touch. */
  readonly maker?: string
  /** Units of it that are ours. */
  readonly own?: Quantity
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
  /** How the broker shows an order it refuses for its margin; absent: as it shows others. */
  readonly endsAs?: 'Inactive' | 'Cancelled'
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
  /** A stop was elected, a touch touched: it works from now on. */
  | { readonly type: 'OrderTriggered'; readonly order: VenueOrder }
  /** The venue changed it by itself: a trailing stop moved, a group reduced it. */
  | { readonly type: 'OrderAdjusted'; readonly order: VenueOrder }
  | { readonly type: 'Traded'; readonly order: VenueOrder; readonly execution: VenueExecution }
  /** The same execution at another price or size; its id has the higher suffix. */
  | {
      readonly type: 'ExecutionCorrected'
      readonly order: VenueOrder
      readonly execution: VenueExecution
      readonly replaces: ExecId
    }
  | {
      readonly type: 'ExecutionBusted'
      readonly order: VenueOrder
      readonly execution: VenueExecution
    }
  /** A request to exercise that was taken by day and cannot be carried out at night. */
  | {
      readonly type: 'ExerciseRefused'
      readonly request: ExerciseRequest
      readonly refusal: VenueRefusal
    }
  | { readonly type: 'TradingHalted'; readonly instrument: InstrumentId; readonly cause: HaltCause }
  | { readonly type: 'TradingResumed'; readonly instrument: InstrumentId }
  | { readonly type: 'CorporateActionTaken'; readonly action: CorporateAction }
  | { readonly type: 'CashBooked'; readonly booking: CashBooking }
  | { readonly type: 'UnitsBooked'; readonly booking: UnitsBooking }
  | { readonly type: 'PositionChanged'; readonly instrument: InstrumentId }
  | { readonly type: 'QuoteChanged'; readonly quote: VenueQuote }
  | { readonly type: 'DayTurned'; readonly date: IsoDate }

/** IBKR's halted tick: 1 by regulation, 2 by volatility. */
export type HaltCause = 'regulatory' | 'volatility'

/** Cash that moved without a trade; signed as the account sees it. */
export interface CashBooking {
  readonly kind:
    | 'interest'
    | 'borrow-fee'
    | 'dividend'
    | 'variation-margin'
    | 'option-settlement'
    | 'corporate-action'
    | 'transfer'
    | 'commission-adjustment'
  readonly currency: Currency
  readonly amount: Money<Currency>
  readonly instrument: InstrumentId | undefined
  readonly at: EpochMs
}

/** Units that came or went without a trade. */
export interface UnitsBooking {
  readonly kind: 'corporate-action' | 'option-settlement' | 'futures-expiry'
  readonly instrument: InstrumentId
  /** Signed: what the holding changed by. */
  readonly units: Quantity
  readonly at: EpochMs
}

/** One change of the tape or of the best quote, as IBKR's tick-by-tick data has it. */
export type VenueTick =
  | {
      readonly type: 'trade'
      readonly at: EpochMs
      readonly price: Price
      readonly size: Quantity
      readonly venue: string
      /** Sale conditions as the tape prints them; `T` outside regular hours, `I` an odd lot. */
      readonly conditions: string
      /** Reported, not counted in the last price. */
      readonly unreported: boolean
      readonly pastLimit: boolean
    }
  | {
      readonly type: 'quote'
      readonly at: EpochMs
      readonly bid: Price | undefined
      readonly ask: Price | undefined
      readonly bidSize: Quantity
      readonly askSize: Quantity
    }

/** IBKR's option computation for one price; undefined: not computable. */
export interface OptionComputation {
  /** Annual, a fraction. */
  readonly impliedVolatility: number | undefined
  readonly delta: number | undefined
  readonly optionPrice: number | undefined
  /** Present value of the dividends until expiry. */
  readonly dividends: number | undefined
  readonly gamma: number | undefined
  /** Per volatility point. */
  readonly vega: number | undefined
  /** Per calendar day. */
  readonly theta: number | undefined
  readonly underlyingPrice: number | undefined
}

/** What an option is computed from instead of the market: its price, or its annual volatility (a fraction). */
export type OptionAssumption = { readonly underlyingPrice: number } & (
  { readonly optionPrice: number } | { readonly volatility: number }
)

/** What the price in a bar is. */
export type BarPrice = 'trades' | 'bid' | 'ask' | 'midpoint'

/** A bar with what the tape knows beyond its prices; absent where quotes and not trades are shown. */
export interface VenueBar extends PriceBar {
  /** Volume-weighted average price. */
  readonly vwap?: number
  /** Prints. */
  readonly trades?: number
}

/** Bars of equal length in [from, to). */
export interface BarQuery {
  readonly seconds: number
  readonly from: EpochMs
  readonly to: EpochMs
  readonly price: BarPrice
  /** Extended hours too, where the class has them. */
  readonly outsideRegularHours: boolean
}

/** Figures of a listing that change by the day or slowly, for IBKR's generic ticks. */
export interface ListingFigures {
  /** Units on an average day of the last 90. */
  readonly averageVolume: number
  readonly low52: number | undefined
  readonly high52: number | undefined
  /** Annual, from the last 30 days' returns. */
  readonly historicalVolatility: number | undefined
  /** Annual, of the options nearest the money in 30 days; undefined without options. */
  readonly impliedVolatility: number | undefined
  /** Units that can be borrowed now. */
  readonly shortableUnits: Quantity
  /** Dividends per unit: past 12 months, next 12 months, next date and amount. */
  readonly dividends: { readonly past: number; readonly next: number; readonly nextDate: IsoDate | undefined; readonly nextAmount: number | undefined } // prettier-ignore
  readonly openInterest: number | undefined
  /** Contracts of all options on it: traded today, open, traded on an average day; absent where nobody counts them. */
  readonly optionVolume?: { readonly calls: number; readonly puts: number }
  readonly optionOpenInterest?: { readonly calls: number; readonly puts: number }
  readonly averageOptionVolume?: number
  /** Prints today. */
  readonly tradeCount: number
  /** Prints, and units, in the last minute. */
  readonly tradeRate: number
  readonly volumeRate: number
}

/** What an auction would do now, or has done today. */
export interface AuctionState {
  readonly kind: 'opening' | 'closing'
  /** Undefined while nobody crosses. */
  readonly price: Price | undefined
  readonly matched: Quantity
  /** Signed: more to buy is positive. */
  readonly imbalance: Quantity
}
