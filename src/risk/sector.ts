/** How much is held in one sector. Names of no known sector are one bucket, like any other. */
import type { Exposures } from '#risk/exposures.ts'

export interface SectorWeight {
  /** Σ|w|, ≥ 0. */
  readonly gross: number
  /** Σw, signed. */
  readonly net: number
}

/** Gross and net weight of each sector. */
export function sectorWeights(book: Exposures): ReadonlyMap<string, SectorWeight> {
  const weights = new Map<string, SectorWeight>()
  for (const { sector, weight } of book) {
    const { gross, net } = weights.get(sector) ?? { gross: 0, net: 0 }
    weights.set(sector, { gross: gross + Math.abs(weight), net: net + weight })
  }
  return weights
}

/**
 * The larger of gross and |net| weight, of the sector where it is largest. Gross is never below
 * |net|, so a hedge within a sector counts as weight in it.
 */
export function largestSector(book: Exposures): number {
  return sectorWeights(book)
    .values()
    .reduce((largest, { gross, net }) => Math.max(largest, gross, Math.abs(net)), 0)
}
