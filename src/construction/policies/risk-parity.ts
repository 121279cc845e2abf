/**
 * Every candidate the same share in the book's variance, or the share that its budget says: wᵢ(Cov w)ᵢ ∝ bᵢ
 * (S. Maillard, T. Roncalli & J. Teïletche, 2010; how it is found is in numerics/risk-budget-weights.ts).
 */
import { err, ok, type Result } from '#model/result.ts'
import { riskBudgetWeights } from '#numerics/risk-budget-weights.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import { spread, type Policy } from '#construction/policies/policy.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'

export const riskParity: Policy = (candidates, facts) => {
  const covariance = candidateCovariance(facts, candidates.names)
  if (!covariance.ok) return covariance
  const budgets = budgetsOf(candidates.names, facts)
  if (!budgets.ok) return budgets
  const shares = riskBudgetWeights(covariance.value, budgets.value)
  return shares === undefined
    ? err('risk parity was not found: the covariance is singular, some names hedge each other without a rest') // prettier-ignore
    : ok(spread(candidates, shares))
}

function budgetsOf(
  names: readonly PolicyName[],
  { riskBudgets }: PolicyFacts,
): Result<Float64Array> {
  const budgets = Float64Array.from(names, ({ instrument }) => riskBudgets?.get(instrument) ?? 1)
  const flawed = budgets.findIndex((budget) => !(budget > 0 && budget < Infinity))
  return flawed < 0
    ? ok(budgets)
    : err(
        `${names[flawed]!.instrument} has a risk budget of ${budgets[flawed]}, expected a number above 0`,
      )
}
