/** How much is held in all. NaN when any exposure is unknown. Net is in `currency-hedges.ts`. */
import type { Exposures } from '#risk/exposures.ts'

/** Σ|w|, ≥ 0: every class counts, and nothing is set against anything. */
export function grossLeverage(book: Exposures): number {
  return book.reduce((total, { weight }) => total + Math.abs(weight), 0)
}
