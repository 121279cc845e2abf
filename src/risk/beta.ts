/** How much of the market a book carries. */
import { slope } from '#numerics/regression.ts'

/**
 * Regression slope of the book's daily return on the market's over the past year.
 *
 * @param returns - of the book, [T]; undefined: not measurable
 * @param market - of the benchmark, [T]
 * @param flat - nothing is held: 0
 */
export function betaOf(
  returns: Float64Array | undefined,
  market: Float64Array | undefined,
  flat: boolean,
): number {
  if (flat) return 0
  return returns === undefined || market === undefined ? Number.NaN : slope(returns, market)
}
