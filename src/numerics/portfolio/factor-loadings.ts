/** Factor risk as a root: G with ½‖Gᵀw‖² = γ·wᵀFΣFᵀw, of as many columns as Σ has rank. */
import { semidefiniteRoot } from '#numerics/portfolio/cholesky.ts'
import { product } from '#numerics/portfolio/gram.ts'

export interface FactorLoadings {
  /** n × factors, row-major. */
  readonly loadings: Float64Array
  readonly factors: number
}

/**
 * @param exposures - F, n × k, row-major
 * @param covariance - Σ, k × k
 * @param riskAversion - γ > 0; there is no ½ before it
 * @returns undefined where the covariance is not positive semidefinite
 */
export function factorLoadings(
  exposures: Float64Array,
  covariance: Float64Array,
  k: number,
  riskAversion: number,
): FactorLoadings | undefined {
  const factor = semidefiniteRoot(covariance, k)
  if (factor === undefined) return undefined
  const n = k === 0 ? 0 : exposures.length / k
  const scale = Math.sqrt(2 * riskAversion)
  const root = factor.root.map((x) => x * scale)
  return { loadings: product(exposures, root, n, k, factor.rank), factors: factor.rank }
}
