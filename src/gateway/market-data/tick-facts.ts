/** What a tick may be made of: the quote, and slower things that are looked up only when somebody wants them. */
import type {
  AuctionState,
  ListingFigures,
  OptionComputation,
  VenueQuote,
} from '#exchange/exchange.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { Listed } from '#exchange/listing.ts'

export type ComputationPrice = 'bid' | 'ask' | 'last' | 'model'

/** Traded units of the last minutes, for generic tick 595. */
export type MinuteVolumes = Readonly<Record<3 | 5 | 10, number>>

/** Low and high of so many weeks. */
export interface Range {
  readonly low: number
  readonly high: number
}

export interface TickFacts {
  readonly listed: Listed
  readonly quote: VenueQuote
  /** Whether it is shown late: IBKR has other tick numbers for that. */
  readonly isLate: boolean
  /** IBKR's halted tick: 0 not, 1 by regulation, 2 by volatility. */
  readonly halt: 0 | 1 | 2
  /** Fundamental ratios as IBKR writes them; undefined without a file. */
  readonly ratios: string | undefined
  /** A live tick's number as this line hears it. */
  readonly tick: (live: number) => number
  readonly figures: () => ListingFigures | undefined
  /** Of an option; undefined for what is none. */
  readonly computations: () => Readonly<Record<ComputationPrice, OptionComputation>> | undefined
  readonly auction: () => AuctionState | undefined
  readonly isRegular: () => boolean
  /** Quotes are collected for an opening that has not come. */
  readonly isPreOpen: () => boolean
  /** Volume-weighted average price of the day so far, decimal text. */
  readonly vwap: () => string
  readonly range: (weeks: 13 | 26) => Range | undefined
  readonly minuteVolumes: () => MinuteVolumes | undefined
}

/** One tick of level 1: its value says by being another that there is something to tell. */
export interface TickRule {
  /** Generic tick requests any of which ask for it; absent: every line hears it. */
  readonly asked?: readonly number[]
  /** Whether it needs no market data subscription. */
  readonly isFree?: true
  /** Whether it changes by the second at most, and not with the quote. */
  readonly isSlow?: true
  /** Undefined: nothing is known, nothing is said. */
  readonly value: (facts: TickFacts) => bigint | number | string | undefined
  /** With any request id. */
  readonly message: (facts: TickFacts) => Message
}
