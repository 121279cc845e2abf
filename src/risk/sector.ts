/** How much is held in one sector, by issuer. Names of no known sector are one bucket, like any other. */
import type { Exposures } from '#risk/exposures.ts'
import { groupWeights } from '#risk/issuer-weights.ts'

/** Σ over issuers of |Σw| in each sector, ≥ 0: never below its |net|, so a hedge between two issuers counts as weight in it. */
export const sectorWeights = (book: Exposures): ReadonlyMap<string, number> =>
  groupWeights(book, ({ sector }) => sector)

/** The weight of the sector where it is largest. */
export function largestSector(book: Exposures): number {
  return sectorWeights(book)
    .values()
    .reduce((largest, weight) => Math.max(largest, weight), 0)
}
