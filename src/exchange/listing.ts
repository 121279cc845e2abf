/**
 * What the venue lists beyond what can be traded outright: indices, and option chains that are too many to
 * enumerate.
 */
import type { Currency, Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument, Option, PriceIncrements } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'

/** Quoted, never traded: `SPX.IND.USD`. */
export interface Index {
  readonly id: InstrumentId
  readonly assetClass: 'IND'
  readonly conId: number
  readonly symbol: string
  /** Who publishes it: `CBOE`. */
  readonly exchange: string
  readonly currency: Currency
  readonly multiplier: 1n
  readonly priceIncrements: PriceIncrements
  readonly sector: string
}

export type Listed = Instrument | Index

/** The options on one underlying that are listed on a day. */
export interface OptionChain {
  readonly underlying: InstrumentId
  readonly exchange: string
  /** `AAPL`, `SPXW`. */
  readonly tradingClass: string
  readonly multiplier: bigint
  /** Ascending, all on or after the day. */
  readonly expiries: readonly IsoDate[]
  /** Ascending. */
  readonly strikes: readonly Price[]
}

/** What IBKR's contract details say of a listing beyond its terms; unknown text is empty. */
export interface ListingFacts {
  readonly longName: string
  /** `COMMON`, `ETF`, `ADR`; empty for other classes. */
  readonly stockType: string
  readonly industry: string
  readonly category: string
  readonly subcategory: string
  /** What it derives from; undefined for stocks, pairs and indices. */
  readonly underlying: InstrumentId | undefined
  /** As IBKR spells it; the symbol where it has no other. */
  readonly tradingClass: string
  /** Identifiers such as `['ISIN', 'US0378331005']`. */
  readonly secIds: readonly (readonly [string, string])[]
}

/** Every listing by every name it has. */
export interface Directory {
  /** Enumerable listings, sorted by id: stocks, futures, pairs, indices, options that were named one by one. */
  readonly listed: readonly Listed[]
  /** Options of chains too, as long as they have not expired on `at`'s day. */
  byId(id: InstrumentId): Listed | undefined
  byConId(conId: number): Listed | undefined
  /** Chains on an underlying on a day, one a trading class; empty where it has no options. */
  chains(underlying: InstrumentId, date: IsoDate): readonly OptionChain[]
  /** Options of an underlying's chains on a day that agree with what is asked, by class, expiry, strike and right. */
  optionsOn?(underlying: InstrumentId, date: IsoDate, asked: OptionQuery): readonly Option[]
  facts(id: InstrumentId): ListingFacts
}

/** What one wants of a chain; what is absent may be anything. */
export interface OptionQuery {
  readonly tradingClass?: string
  /** The beginning of `2026-01-16`. */
  readonly expiry?: string
  readonly strike?: Price
  readonly right?: 'C' | 'P'
}
