/** A position as margin sees it, whom it is margined with, and by which rules. */
import {
  fractionOf,
  magnitude,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument, Option } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { MarginPreset } from '#schedules/margin-presets.ts'
import type { Valuation } from '#exchange/clearing/valuation.ts'

/** A position as margin sees it. */
export interface Exposure {
  readonly instrument: Instrument
  readonly quantity: Quantity
  /** Signed cost without fees: a future is worth what it gained on it. */
  readonly cost: Money<Currency>
}

/** How a group is margined now. */
export interface MarginRules {
  readonly preset: MarginPreset
  /** Half performance bonds for futures, initial stock margin as what must be kept. */
  readonly intraday: { readonly futures: boolean; readonly stocks: boolean }
  readonly asOf: EpochMs
  /** What money costs a year, a fraction: options are priced anew with it. */
  readonly rate: number
  /** Whether an option's underlying is an index, and which. */
  readonly indexOf: (option: Option) => string | undefined
}

/** Whom an instrument is margined with: its underlying, its root; currency pairs with nobody. */
export function groupOf(of: Instrument): string {
  if (of.assetClass === 'OPT') return of.underlying
  return of.assetClass === 'FUT' ? `${of.symbol}.FUT.${of.currency}` : of.id
}

/** The mark, or what a unit cost where there is none. */
export function markOf(
  { instrument, quantity: units, cost }: Exposure,
  valuation: Valuation,
): Price {
  const mark = valuation.mark(instrument.id)
  if (mark !== undefined || units === 0n) return mark ?? price('0')
  return fractionOf(price('1'), magnitude(cost), magnitude(units) * instrument.multiplier)
}

/** The strike stands in where the underlying has no price. */
export const underlyingMark = (of: Option, valuation: Valuation): Price =>
  valuation.mark(of.underlying) ?? of.strike
