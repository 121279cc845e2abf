/**
 * The whole why of an optimised plan, as plain data that a plan stores: a reason a name, the limits that bind, and what
 * moving the dearest of them would do.
 */
import type { PlanWhy } from '#model/plan-why.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import { bindingLimits } from '#construction/why/binding-limits.ts'
import { counterfactual } from '#construction/why/counterfactual.ts'
import { reasonsAt, type ReasonFacts } from '#construction/why/name-reason.ts'

/** Each is a solve from where the last one ended. */
const MOST_COUNTERFACTUALS = 3
/** Of one counterfactual, the largest differences. */
const MOST_DIFFERENCES = 5

/** @param most - counterfactuals at most; 0 solves nothing */
export function whyOf(
  of: OptimisationCase,
  optimum: Optimum,
  facts: ReasonFacts,
  most = MOST_COUNTERFACTUALS,
): PlanWhy {
  const binding = bindingLimits(of, optimum)
  const asked = binding.filter(({ label }) => of.limits.some(({ name }) => name === label))
  return {
    horizonDays: of.horizonDays,
    riskAversion: of.riskAversion,
    names: reasonsAt(of, optimum, facts),
    binding,
    counterfactuals: asked.slice(0, most).flatMap(({ label, step }) => {
      const found = counterfactual(of, optimum, label, step)
      return found.ok ? [{ ...found.value, differences: found.value.differences.slice(0, MOST_DIFFERENCES) }] : [] // prettier-ignore
    }),
  }
}
