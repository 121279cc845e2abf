/** How much is held in all: gross, net, and in one name. NaN when any exposure is unknown. */
import type { Exposures } from '#risk/exposures.ts'

/** Σ|w|, ≥ 0. */
export function grossLeverage(book: Exposures): number {
  return book.reduce((total, { weight }) => total + Math.abs(weight), 0)
}

/** Σw, signed. */
export function netLeverage(book: Exposures): number {
  return book.reduce((total, { weight }) => total + weight, 0)
}

/** max |w|, ≥ 0; 0 of an empty book. */
export function largestPosition(book: Exposures): number {
  return book.reduce((largest, { weight }) => Math.max(largest, Math.abs(weight)), 0)
}
