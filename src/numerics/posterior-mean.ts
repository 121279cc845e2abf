/**
 * The mean of returns after views, by Bayes' rule: before them it is normal round a prior with covariance tau·Cov, and
 * a view on a name is a noisy reading of its mean.
 *
 *     mean = prior + tau·Cov·(tau·Cov + Ω)⁻¹(view − prior)         over the names with a view
 *
 * Through the factor form, (E + tau·FFᵀ)⁻¹ with a diagonal E = tau·diag d + Ω, by Woodbury's identity: O(n·factors²),
 * nothing of n × n. A view on a portfolio is one on a name, in a basis where the portfolio stands for one of its members.
 *
 * F. Black & R. Litterman, "Global Portfolio Optimization", Financial Analysts Journal 48 (1992); G. He & R. Litterman,
 * "The Intuition Behind Black–Litterman Model Portfolios" (1999), formulas 8 to 11, for the covariance after views.
 */
import { invariant } from '#model/invariant.ts'
import { covarianceTimes, type LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'

export interface PosteriorFacts {
  /** Mean before views, [n]. */
  readonly prior: Float64Array
  /** Covariance of returns. */
  readonly covariance: LowRankCovariance
  /** How uncertain the prior is, as a share of the covariance, > 0. */
  readonly tau: number
  /** Views on the means, [n]; not read where there is none. */
  readonly views: Float64Array
  /** Ω ≥ 0: variance of each view's error, [n]; ∞ where there is no view. */
  readonly viewVariance: Float64Array
}

export interface Posterior {
  /** [n] */
  readonly mean: Float64Array
  /** Of returns: Cov plus that of the mean, of twice as many factors. */
  readonly covariance: LowRankCovariance
}

/** @throws InvariantError where a view is certain of a name that has no specific variance */
export function posteriorOf(facts: PosteriorFacts): Posterior {
  const { prior, covariance, tau, views, viewVariance } = facts
  const { n, factors, loadings, specific } = covariance
  const inverse = Float64Array.from({ length: n }, (_, i) => 1 / (tau * specific[i]! + viewVariance[i]!)) // prettier-ignore
  invariant(inverse.every(Number.isFinite), 'a certain view needs specific variance')
  const L = choleskyOf(covariance, tau, inverse)
  const gaps = Float64Array.from({ length: n }, (_, i) =>
    viewVariance[i] === Infinity ? 0 : inverse[i]! * (views[i]! - prior[i]!),
  )
  const inner = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < factors; k++) inner[k]! += tau * loadings[i * factors + k]! * gaps[i]!
  solveLower(L, inner, factors)
  solveUpper(L, inner, factors)
  const pull = gaps.map((gap, i) => {
    let sum = 0
    for (let k = 0; k < factors; k++) sum += loadings[i * factors + k]! * inner[k]!
    return gap - inverse[i]! * sum
  })
  const moved = covarianceTimes(covariance, pull)
  return {
    mean: prior.map((before, i) => before + tau * moved[i]!),
    covariance: widened(covariance, tau, L, facts.viewVariance),
  }
}

/** Of I + tau·FᵀE⁻¹F. */
function choleskyOf(
  { n, factors, loadings }: LowRankCovariance,
  tau: number,
  inverse: Float64Array,
): Float64Array {
  const A = new Float64Array(factors * factors)
  for (let i = 0; i < n; i++) {
    const row = i * factors
    const scale = tau * inverse[i]!
    if (scale === 0) continue
    for (let j = 0; j < factors; j++)
      for (let k = 0; k <= j; k++)
        A[j * factors + k]! += scale * loadings[row + j]! * loadings[row + k]!
  }
  for (let j = 0; j < factors; j++) A[j * factors + j]! += 1
  factorize(A, factors)
  return A
}

/** Cov with the covariance of the mean added, which is low rank plus diagonal, too. */
function widened(
  { n, factors, loadings, specific }: LowRankCovariance,
  tau: number,
  L: Float64Array,
  viewVariance: Float64Array,
): LowRankCovariance {
  const wide = 2 * factors
  const rows = new Float64Array(n * wide)
  const widerSpecific = specific.slice()
  for (let i = 0; i < n; i++) {
    const noise = viewVariance[i]!
    const left = noise === Infinity ? 1 : noise / (tau * specific[i]! + noise)
    const row = loadings.slice(i * factors, (i + 1) * factors)
    rows.set(row, i * wide)
    solveLower(L, row, factors)
    for (let k = 0; k < factors; k++) rows[i * wide + factors + k] = left * Math.sqrt(tau) * row[k]!
    widerSpecific[i]! += tau * specific[i]! * left
  }
  return { n, factors: wide, loadings: rows, specific: widerSpecific }
}
