/**
 * The one place that says how names count in limits of a name, a sector and a cluster.
 *
 * Stocks and options count by issuer: a share and the options on it are one bet, and what is long there is set against
 * what is short, delta-adjusted. Different issuers are never set against each other. Futures and currency pairs are bets
 * on no one name: these limits pass them over, and rows of their class hold them instead (`class-limits.ts`).
 *
 * Directive 2010/43/EU, article 42(2) and (3), counts a derivative as its equivalent in the underlying, and lets netting
 * reduce that where it disregards no material risk: two instruments on one underlying, not two issuers.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Exposure, ExposureFacts, Exposures } from '#risk/exposures.ts'
import { isBroad } from '#risk/issuer.ts'

/** Whether limits of a name, a sector and a cluster count it. */
export const countsByName = ({ assetClass }: Pick<ExposureFacts, 'assetClass'>): boolean =>
  assetClass === undefined || !isBroad(assetClass)

/** Σw of each issuer, signed. */
export function issuerWeights(book: Exposures): ReadonlyMap<InstrumentId, number> {
  const weights = new Map<InstrumentId, number>()
  for (const exposure of book)
    if (countsByName(exposure))
      weights.set(exposure.issuer, (weights.get(exposure.issuer) ?? 0) + exposure.weight)
  return weights
}

/** max |Σw| of one issuer, ≥ 0; 0 of an empty book, NaN when any exposure is unknown. */
export function largestPosition(book: Exposures): number {
  return issuerWeights(book)
    .values()
    .reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0)
}

/**
 * Σ over issuers of |Σw| in each group; of an issuer in two groups, each has its part.
 *
 * @param groupOf - undefined: in none
 */
export function groupWeights<Group>(
  book: Exposures,
  groupOf: (exposure: Exposure) => Group | undefined,
): ReadonlyMap<Group, number> {
  const parts = new Map<Group, Exposure[]>()
  for (const exposure of book) {
    const group = countsByName(exposure) ? groupOf(exposure) : undefined
    if (group !== undefined) parts.set(group, [...(parts.get(group) ?? []), exposure])
  }
  return new Map(
    parts.entries().map(([group, of]) => [
      group,
      issuerWeights(of)
        .values()
        .reduce((total, weight) => total + Math.abs(weight), 0),
    ]),
  )
}
