/**
 * Weights in inverse proportion to volatility: risk parity where all correlations are the same (S. Maillard, T. Roncalli
 * & J. Teïletche, "The Properties of Equally Weighted Risk Contribution Portfolios", Journal of Portfolio Management 36
 * (2010), section 2.2).
 */
import { ok } from '#model/result.ts'
import { variancesOf } from '#numerics/low-rank-covariance.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import { spread, type Policy } from '#construction/policies/policy.ts'

export const inverseVolatility: Policy = (candidates, facts) => {
  const covariance = candidateCovariance(facts, candidates.names)
  if (!covariance.ok) return covariance
  const sizes = variancesOf(covariance.value).map((variance) => 1 / Math.sqrt(variance))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return ok(
    spread(
      candidates,
      sizes.map((size) => size / total),
    ),
  )
}
