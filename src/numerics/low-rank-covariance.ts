/**
 * A covariance as low rank plus diagonal, Cov = FFᵀ + diag d with F of n × factors, which are uncorrelated and of unit
 * variance: what risk parity, hierarchical
 * allocation and posterior means are computed from, without a matrix of n × n. O(n·factors) for all that is here.
 */

export interface LowRankCovariance {
  readonly n: number
  readonly factors: number
  /** F, n × factors, row-major. */
  readonly loadings: Float64Array
  /** d ≥ 0, [n]. */
  readonly specific: Float64Array
}

/** Covariance of two names; their variance where they are one. */
export function covarianceAt(
  { factors, loadings, specific }: LowRankCovariance,
  i: number,
  j: number,
): number {
  let sum = i === j ? specific[i]! : 0
  for (let k = 0; k < factors; k++) sum += loadings[i * factors + k]! * loadings[j * factors + k]!
  return sum
}

/** Variance of each name, [n]. */
export function variancesOf(covariance: LowRankCovariance): Float64Array {
  return Float64Array.from({ length: covariance.n }, (_, i) => covarianceAt(covariance, i, i))
}

/** Exposures to the factors, Fᵀw, [factors]. */
export function factorExposures(
  { n, factors, loadings }: LowRankCovariance,
  w: Float64Array,
): Float64Array {
  const sums = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < factors; k++) sums[k]! += loadings[i * factors + k]! * w[i]!
  return sums
}

/** Cov·w, [n]. */
export function covarianceTimes(covariance: LowRankCovariance, w: Float64Array): Float64Array {
  const { n, factors, loadings, specific } = covariance
  const exposures = factorExposures(covariance, w)
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = specific[i]! * w[i]!
    for (let k = 0; k < factors; k++) sum += loadings[i * factors + k]! * exposures[k]!
    return sum
  })
}

/** wᵀCov w ≥ 0. */
export function varianceOf(covariance: LowRankCovariance, w: Float64Array): number {
  let sum = 0
  for (const exposure of factorExposures(covariance, w)) sum += exposure * exposure
  for (let i = 0; i < covariance.n; i++) sum += covariance.specific[i]! * w[i]! * w[i]!
  return sum
}

/** Of standardised series, Corᵢⱼ = Covᵢⱼ / √(Covᵢᵢ Covⱼⱼ); every variance must be > 0. */
export function standardised(covariance: LowRankCovariance): LowRankCovariance {
  const { n, factors, loadings, specific } = covariance
  const variances = variancesOf(covariance)
  const rows = loadings.slice()
  for (let i = 0; i < n; i++)
    for (let k = 0; k < factors; k++) rows[i * factors + k]! /= Math.sqrt(variances[i]!)
  return { n, factors, loadings: rows, specific: specific.map((d, i) => d / variances[i]!) }
}
