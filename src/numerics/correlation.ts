/**
 * Correlations of many series, shrunk towards none at all.
 *
 * With 120 days and 500 names there are a thousand times more correlations than days per name,
 * so the largest sample correlations are mostly luck. Shrinkage takes as much of them away as
 * their own sampling error says:
 *
 *   r*ᵢⱼ = (1 − λ) rᵢⱼ,   λ = Σ var(rᵢⱼ) / Σ rᵢⱼ²,   clipped to [0, 1], over i ≠ j
 *
 * Schäfer & Strimmer, "A Shrinkage Approach to Large-Scale Covariance Matrix Estimation",
 * Statistical Applications in Genetics and Molecular Biology 4 (2005), target D, §2.4 and
 * appendix A for var(rᵢⱼ). The identity as target suits residuals, whose average correlation is
 * near zero once the market is taken out.
 */
import { invariant } from '#model/invariant.ts'
import { mean, standardDeviation, type Series } from '#numerics/moments.ts'

export interface Correlations {
  readonly n: number
  /** Symmetric, row-major n × n, ones on the diagonal. */
  readonly data: Float64Array
  /** λ, the share of every sample correlation that was taken away, 0 to 1. */
  readonly shrinkage: number
}

/**
 * @param series - n series of one length T ≥ 3
 * @returns shrunk correlations; a series that does not vary correlates 0 with all
 * @throws InvariantError when lengths differ or T < 3
 */
export function shrunkCorrelations(series: readonly Series[]): Correlations {
  const n = series.length
  const T = series[0]?.length ?? 0
  invariant(n === 0 || T >= 3, 'a correlation needs three observations')
  invariant(
    series.every(({ length }) => length === T),
    'all series of a correlation have one length',
  )
  const z = series.map(standardised)
  const data = new Float64Array(n * n)
  let [squares, variances] = [0, 0]
  for (let i = 0; i < n; i++) {
    data[i * n + i] = 1
    for (let j = 0; j < i; j++) {
      const { r, variance } = sampleCorrelation(z[i]!, z[j]!)
      data[i * n + j] = r
      data[j * n + i] = r
      squares += r * r
      variances += variance
    }
  }
  const shrinkage = squares > 0 ? Math.min(1, variances / squares) : 0
  for (let k = 0; k < data.length; k++) if (k % (n + 1) !== 0) data[k]! *= 1 - shrinkage
  return { n, data, shrinkage }
}

/** (x − x̄) / s; all zero where x does not vary. */
function standardised(x: Series): Float64Array {
  const [centre, scale] = [mean(x), standardDeviation(x)]
  return Float64Array.from(x, (value) => (scale > 0 ? (value - centre) / scale : 0))
}

/**
 * The sample correlation of standardised series and the variance of that estimate:
 * with wₜ = zᵢₜ zⱼₜ and w̄ their mean, r = T/(T−1) w̄ and var(r) = T/(T−1)³ Σ (wₜ − w̄)².
 */
function sampleCorrelation(
  a: Float64Array,
  b: Float64Array,
): { readonly r: number; readonly variance: number } {
  const T = a.length
  let [total, squares] = [0, 0]
  for (let t = 0; t < T; t++) {
    const w = a[t]! * b[t]!
    total += w
    squares += w * w
  }
  const about = Math.max(0, squares - (total * total) / T)
  return { r: total / (T - 1), variance: (T * about) / ((T - 1) * (T - 1) * (T - 1)) }
}
