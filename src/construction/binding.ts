/**
 * What held a plan back: the constraints that took something away from what was wished.
 *
 * This policy follows targets and maximises nothing, so there is no objective that a looser limit
 * would gain: shadow prices are 0.
 */
import type { Metrics } from '#model/metrics.ts'
import type { BindingConstraint } from '#model/plan.ts'
import { levelOf, type Limit, type Metric } from '#risk/limits.ts'
import type { Constraint } from '#construction/constraints.ts'

/** Labels that are no sum of weights, and the figure each holds. */
const FIGURES: ReadonlyMap<string, Metric> = new Map([
  ['turnover', 'turnoverToday'],
  ['var95', 'var95'],
  ['var99', 'var99'],
  ['expectedShortfall', 'expectedShortfall'],
  ['beta', 'beta'],
  ['marginCushion', 'marginCushion'],
])

/**
 * @param shrunkBy - labels, each once
 * @param reached - weights after the plan, [n]
 * @param after - figures after the plan
 */
export function bindingConstraints(
  shrunkBy: readonly string[],
  constraints: readonly Constraint[],
  reached: Float64Array,
  after: Metrics,
  limits: readonly Limit[],
): BindingConstraint[] {
  return shrunkBy.flatMap((label): BindingConstraint[] => {
    const constraint = constraints.find((candidate) => candidate.label === label)
    if (constraint !== undefined)
      return [{ constraint: label, value: constraint.measure(reached), limit: constraint.limit, shadowPrice: 0 }] // prettier-ignore
    const metric = FIGURES.get(label)
    if (metric === undefined) return []
    return [{ constraint: label, value: after[metric], limit: levelOf(limits, metric, 'warn'), shadowPrice: 0 }] // prettier-ignore
  })
}
