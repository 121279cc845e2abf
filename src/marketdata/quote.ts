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

/** A number that something can be bought or sold at: NaN and ∞ are none. */
export const isPrice = (value: number): boolean => value > 0 && Number.isFinite(value)

/** Midpoint of an uncrossed two-sided quote; undefined otherwise. */
export function midOf(quote: Pick<Quote, 'bid' | 'ask'>): number | undefined {
  const { bid, ask } = quote
  if (bid === undefined || ask === undefined || !isPrice(bid) || !isPrice(ask) || ask < bid)
    return undefined
  return (bid + ask) / 2
}
