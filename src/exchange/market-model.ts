/** Where prices come from: a model of every listing's path, and of how easily it trades. */
import type { Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { TradingSession } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { OptionInputs } from '#pricing/option-model.ts'
import type { RandomKey } from '#numerics/random.ts'
import type { CorporateAction } from '#exchange/controls.ts'
import type { Directory } from '#exchange/listing.ts'

/** Where prices come from; `replay` honours each day's bar, `synthetic` draws a factor market. */
export interface MarketModel {
  readonly kind: 'replay' | 'synthetic'
  readonly instruments: readonly Instrument[]
  /** Every listing, chains and indices included; absent: `instruments` and nothing else. */
  readonly directory?: Directory
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
  /**
   * Bounds of the path and of the quoted spread over [from, to], of one session or of the hours beside it: not tight,
   * but cheap. Undefined where nobody can say, which makes every quote of the stretch be looked at.
   */
  priceRange?(instrument: InstrumentId, from: EpochMs, to: EpochMs): PriceRange | undefined
  /** Units of the regular session until then, what its `tape` has; never falling. Absent: the tape is asked. */
  volumeUntil?(instrument: InstrumentId, at: EpochMs): number | undefined
  /** New units for one old one from that day on; 1 on a day without a split. */
  splitOn(instrument: InstrumentId, date: IsoDate): number
  /** What happens to a listing on the morning of a day, splits apart. */
  actionsOn?(instrument: InstrumentId, date: IsoDate): readonly CorporateAction[]
  /** Annual implied volatility of an option then, a fraction > 0; undefined for what is no option. */
  impliedVolatility?(instrument: InstrumentId, at: EpochMs): number | undefined
  /** What an option is priced from, but for the volatility; undefined for what is no option, and once it has ended. */
  optionInputs?(instrument: InstrumentId, at: EpochMs): OptionInputs | undefined
  /**
   * What the clearing house settles at on a day: a future's daily price on its grid, and of an option on its last
   * day what it is worth exercised. Undefined on days without one; asked before the hour it foretells.
   */
  settlementPrice?(instrument: InstrumentId, date: IsoDate): number | undefined
  /** A quote that was recorded, to be shown as it was; undefined: the market maker makes one. */
  recordedQuote?(instrument: InstrumentId, at: EpochMs): RecordedQuote | undefined
  /** When a quote or a print was recorded next after `at`; asked only where `recordedQuote` answers. */
  nextRecordedAt?(instrument: InstrumentId, at: EpochMs): EpochMs | undefined
  /** Prints that were recorded, in [from, to), at most `most`; undefined: the tape makes some. */
  recordedPrints?(instrument: InstrumentId, from: EpochMs, to: EpochMs, most: number): readonly RecordedPrint[] | undefined // prettier-ignore
  /** The path of one session at its knots; undefined: the tape samples `fairPrice` and `tape`. */
  knots?(instrument: InstrumentId, session: TradingSession, part: SessionPart): PathKnots | undefined // prettier-ignore
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

/** What a stretch of the path stays within. */
export interface PriceRange {
  readonly low: number
  readonly high: number
  /** Of the full quoted spread, in quote currency, > 0. */
  readonly leastSpread: number
  readonly mostSpread: number
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

/** The regular session, or what of the extended one lies before or after it. */
export type SessionPart = 'regular' | 'before' | 'after'

/** A stretch of the path: between two knots the price is straight, and each knot's price is traded. */
export interface PathKnots {
  /** Names the prints between the knots. */
  readonly key: RandomKey
  /** The share of the stretch's clock time at which each knot stands, from 0 to 1, rising. */
  readonly shares: Float64Array
  /** From the opening price to the closing one. */
  readonly prices: Float64Array
  /** Units traded between the auctions until each knot: whole, from 0, never falling. */
  readonly traded: Float64Array
  /** Units that the auctions at its ends trade, whole; 0 where there is none. */
  readonly opening: number
  readonly closing: number
}

/** One trade as somebody recorded it. */
export interface RecordedPrint {
  readonly at: EpochMs
  readonly price: number
  /** Units. */
  readonly size: number
  readonly venue: string
  readonly conditions: string
}

/** Level 1 as somebody recorded it; a side may be missing, and crossed quotes are as they were. */
export interface RecordedQuote {
  readonly bid: number | undefined
  readonly ask: number | undefined
  /** Units; undefined: not recorded. */
  readonly bidSize: Quantity | undefined
  readonly askSize: Quantity | undefined
  readonly at: EpochMs
}
