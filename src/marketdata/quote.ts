/** Level 1 of one instrument. Model numbers (float64): a quote prices things, it is no ledger entry. */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

export interface Quote {
  readonly instrument: InstrumentId
  /** Quote currency per unit; undefined where the side is empty (IBKR sends −1). */
  readonly bid: number | undefined
  readonly ask: number | undefined
  /** Units of the instrument (shares, contracts) at the touch. */
  readonly bidSize: number | undefined
  readonly askSize: number | undefined
  readonly last: number | undefined
  /** The previous session's close, unadjusted. */
  readonly close: number | undefined
  /** Units traded today so far. */
  readonly volume: number | undefined
  /** Engine's clock when the last field changed. */
  readonly at: EpochMs
  /** IBKR's market data type. */
  readonly kind: 'live' | 'frozen' | 'delayed' | 'delayed-frozen'
  readonly halted: boolean
}

/** Midpoint of an uncrossed two-sided quote; undefined otherwise. */
export function midOf(quote: Pick<Quote, 'bid' | 'ask'>): number | undefined {
  const { bid, ask } = quote
  if (bid === undefined || ask === undefined || bid <= 0 || ask < bid) return undefined
  return (bid + ask) / 2
}

/**
 * Why a quote is no price to trade at; undefined where it is.
 *
 * @param now - engine's clock
 * @param quoteMs - the oldest that is still fresh, ms
 */
export function unusableQuote(
  quote: Quote | undefined,
  now: EpochMs,
  quoteMs: number,
): string | undefined {
  if (quote === undefined) return 'no quote'
  const { bid, ask, at, kind, halted } = quote
  if (halted) return 'trading is halted'
  if (bid === undefined || ask === undefined) return 'the quote has one side only'
  if (bid <= 0 || ask <= 0) return `the quote is not above zero (${bid} / ${ask})`
  if (ask < bid) return `the quote is crossed (${bid} / ${ask})`
  if (kind !== 'live') return `the quote is ${kind}, not live`
  const ageMs = now - at
  if (ageMs > quoteMs) return `the quote is ${ageMs} ms old, at most ${quoteMs} ms is fresh`
  return undefined
}
