/** Empirical quantiles and the mean of a tail. */
import type { Series } from '#numerics/moments.ts'

/**
 * The p-quantile by linear interpolation between order statistics: at h = (n−1)p, between the
 * ⌊h⌋th and the next, counted from 0 (definition 7 of Hyndman & Fan, "Sample Quantiles in
 * Statistical Packages", The American Statistician 50 (1996), the default of R and NumPy).
 *
 * @param x - any order; not changed
 * @param p - 0 to 1
 * @returns NaN of an empty series or where a value is NaN
 *
 * @example
 * quantile([4, 1, 3, 2], 0.5) // => 2.5
 */
export function quantile(x: Series, p: number): number {
  const sorted = Float64Array.from(x).toSorted() // NaN sorts last
  const last = sorted.at(-1)
  if (last === undefined || Number.isNaN(last)) return Number.NaN
  const h = (sorted.length - 1) * p
  const low = sorted[Math.floor(h)] ?? Number.NaN
  const high = sorted[Math.ceil(h)] ?? Number.NaN
  return low + (h - Math.floor(h)) * (high - low)
}

/**
 * The mean of what lies at or above a level.
 *
 * @returns the level itself when nothing does (the level was interpolated above all values)
 *
 * @example
 * meanAtOrAbove([1, 2, 3, 4], 3) // => 3.5
 */
export function meanAtOrAbove(x: Series, level: number): number {
  let [total, count] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const value = x[i] ?? Number.NaN
    if (Number.isNaN(value)) return Number.NaN
    if (value < level) continue
    total += value
    count += 1
  }
  return count === 0 ? level : total / count
}
