/**
 * Books of which it is only known between what and what each name lies, for orders are open: sums over names at their worst
 * corners. Names fill independently, so each sum's worst corner takes every name on the side that hurts: exact at any size,
 * with no corner ever listed. What counts in which sum is as in `issuer-weights.ts` and `currency-hedges.ts`.
 */
import type { InstrumentId } from '#model/ids.ts'
import { netLeverage } from '#risk/currency-hedges.ts'
import type { ExposureFacts } from '#risk/exposures.ts'
import { countsByName } from '#risk/issuer-weights.ts'

/** Where an exposure may lie, low ≤ high. */
export interface Range {
  readonly low: number
  readonly high: number
}

export interface RangedExposure extends ExposureFacts, Range {
  readonly instrument: InstrumentId
}

/** The size at its worst end, ≥ 0. */
export const furthest = ({ low, high }: Range): number => Math.max(Math.abs(low), Math.abs(high))

/** Σ|w|, every name at its worst end. */
export const worstGross = (names: readonly RangedExposure[]): number =>
  names.reduce((total, name) => total + furthest(name), 0)

/** Net with every name at its low end, and at its high end; hedges apart, net grows with every exposure. */
export const netRange = (names: readonly RangedExposure[]): Range => ({
  low: netLeverage(names.map((name) => ({ ...name, weight: name.low }))),
  high: netLeverage(names.map((name) => ({ ...name, weight: name.high }))),
})

/** Where Σw of each issuer may lie, of names that count by name. */
export function issuerRanges(names: readonly RangedExposure[]): ReadonlyMap<InstrumentId, Range> {
  // prettier-ignore
  const ranges = new Map<InstrumentId, Range>()
  for (const name of names) {
    if (!countsByName(name)) continue
    const { low, high } = ranges.get(name.issuer) ?? FLAT
    ranges.set(name.issuer, { low: low + name.low, high: high + name.high })
  }
  return ranges
}

/** Σ over issuers of |Σw| in each sector, every issuer at its worst end. */
export function worstSectors(names: readonly RangedExposure[]): ReadonlyMap<string, number> {
  const sectors = Map.groupBy(names.filter(countsByName), ({ sector }) => sector)
  return new Map(
    sectors.entries().map(([sector, of]) => [
      sector,
      issuerRanges(of)
        .values()
        .reduce((total, range) => total + furthest(range), 0),
    ]),
  )
}

const FLAT: Range = { low: 0, high: 0 }
