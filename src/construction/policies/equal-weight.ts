/**
 * Every candidate the same weight. Assumes nothing, and is hard to beat by who must estimate more: V. DeMiguel,
 * L. Garlappi & R. Uppal, "Optimal Versus Naive Diversification", Review of Financial Studies 22 (2009).
 */
import { ok } from '#model/result.ts'
import { spread, type Policy } from '#construction/policies/policy.ts'

export const equalWeight: Policy = (candidates) => {
  const n = candidates.names.length
  return ok(spread(candidates, new Float64Array(n).fill(1 / n)))
}
