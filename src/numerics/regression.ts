/** Ordinary least squares on one regressor. */
import { covariance, mean, variance, type Series } from '#numerics/moments.ts'

/**
 * The slope of y on x with an intercept, cov(x, y) / var(x).
 *
 * @param y - explained, [n]
 * @param x - regressor, [n]
 * @returns NaN when n < 2 or x does not vary
 *
 * @example
 * slope([1, 3, 5], [0, 1, 2]) // => 2
 */
export function slope(y: Series, x: Series): number {
  const spread = variance(x)
  return spread > 0 ? covariance(x, y) / spread : Number.NaN
}

/**
 * What is left of y after its regression on x: y − ȳ − β(x − x̄), of mean zero.
 *
 * @returns [n]; y about its own mean where x does not vary
 *
 * @example
 * residuals([1, 3, 5], [0, 1, 2]) // => Float64Array.of(0, 0, 0)
 */
export function residuals(y: Series, x: Series): Float64Array {
  const beta = slope(y, x)
  const [yMean, xMean] = [mean(y), mean(x)]
  const tilt = Number.isNaN(beta) ? 0 : beta
  return Float64Array.from(y, (value, i) => value - yMean - tilt * ((x[i] ?? Number.NaN) - xMean))
}
