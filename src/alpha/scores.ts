/**
 * Scores across names: how far each is from the others, in standard deviations.
 *
 * Outliers are drawn in first, to three robust standard deviations of the median (1.4826 × the median distance from it:
 * F. Hampel, "The Influence Curve and Its Role in Robust Estimation", Journal of the American Statistical Association 69
 * (1974)), so that one wrong figure does not make all others equal; a score itself is at most 3.
 */
import { mean, standardDeviation } from '#numerics/moments.ts'
import { quantile } from '#numerics/quantile.ts'

/** Standard deviations at which a score ends. */
export const MOST_SCORE = 3

/**
 * (x − x̄) / s across names, outliers drawn in.
 *
 * @param x - finite values, one a name
 * @returns [n], each within ±3; all 0 where the names do not differ
 *
 * @example
 * scores([1, 2, 3]) // => Float64Array.of(-1, 0, 1)
 */
export function scores(x: ArrayLike<number>): Float64Array {
  const within = winsorised(x)
  const [centre, scale] = [mean(within), standardDeviation(within)]
  // Sums of equal values leave a rounding error that is no difference between names.
  const differs = scale > Math.abs(centre) * 1e-12
  return within.map((value) => (differs ? clamped((value - centre) / scale, MOST_SCORE) : 0))
}

/**
 * What is left of values after the mean of their group: a sector's names are then compared with each other only.
 *
 * @param groups - one a value; a group of one is left 0
 */
export function withinGroups(x: ArrayLike<number>, groups: readonly string[]): Float64Array {
  const totals = new Map<string, { total: number; count: number }>()
  for (const [i, group] of groups.entries()) {
    const sum = totals.get(group) ?? { total: 0, count: 0 }
    totals.set(group, { total: sum.total + x[i]!, count: sum.count + 1 })
  }
  return Float64Array.from(groups, (group, i) => {
    const { total, count } = totals.get(group)!
    return count === 1 ? 0 : x[i]! - total / count
  })
}

function winsorised(x: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(x)
  const median = quantile(values, 0.5)
  const robust = 1.4826 * quantile(values.map((value) => Math.abs(value - median)), 0.5) // prettier-ignore
  if (!(robust > 0)) return values
  return values.map((value) => median + clamped(value - median, MOST_SCORE * robust))
}

const clamped = (value: number, most: number): number => Math.min(most, Math.max(-most, value))
