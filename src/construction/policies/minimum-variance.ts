/**
 * The long weights of least variance within the limits of names and sectors (H. Markowitz, "Portfolio Selection",
 * Journal of Finance 7 (1952); R. Clarke, H. de Silva & S. Thorley, "Minimum-Variance Portfolio Composition", Journal
 * of Portfolio Management 37 (2011)).
 */
import { ok } from '#model/result.ts'
import { boundedPortfolio } from '#construction/policies/bounded-portfolio.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import type { Policy } from '#construction/policies/policy.ts'

export const minimumVariance: Policy = (candidates, facts) => {
  const covariance = candidateCovariance(facts, candidates.names)
  if (!covariance.ok) return covariance
  const mean = new Float64Array(candidates.names.length)
  const found = boundedPortfolio({ candidates, covariance: covariance.value, mean, mayLeaveCash: false }, 1) // prettier-ignore
  return found.ok ? ok(found.value.weights) : found
}
