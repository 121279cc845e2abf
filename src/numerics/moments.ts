/**
 * Sample moments of float64 series. Sums run left to right, so the same data give the same bits.
 */
import { invariant } from '#model/invariant.ts'

/** A series of numbers: a typed array or a plain one. */
export type Series = ArrayLike<number>

/**
 * Arithmetic mean, Σx / n.
 *
 * @returns NaN of an empty series
 *
 * @example
 * mean([1, 2, 6]) // => 3
 */
export function mean(x: Series): number {
  let total = 0
  for (let i = 0; i < x.length; i++) total += x[i] ?? Number.NaN
  return total / x.length
}

/**
 * Sample covariance, Σ(x−x̄)(y−ȳ) / (n−1): two passes, so that a large mean costs no digits.
 *
 * @param x - [n]
 * @param y - [n]
 * @returns NaN when n < 2
 * @throws InvariantError when the lengths differ
 *
 * @example
 * covariance([1, 2, 3], [2, 4, 6]) // => 2
 */
export function covariance(x: Series, y: Series): number {
  invariant(x.length === y.length, 'two series of a covariance have one length')
  if (x.length < 2) return Number.NaN
  const [xMean, yMean] = [mean(x), mean(y)]
  let total = 0
  for (let i = 0; i < x.length; i++)
    total += ((x[i] ?? Number.NaN) - xMean) * ((y[i] ?? Number.NaN) - yMean)
  return total / (x.length - 1)
}

/** Sample variance, Σ(x−x̄)² / (n−1); NaN when n < 2. */
export const variance = (x: Series): number => covariance(x, x)

/** √variance, in the unit of x; NaN when n < 2. */
export const standardDeviation = (x: Series): number => Math.sqrt(variance(x))
