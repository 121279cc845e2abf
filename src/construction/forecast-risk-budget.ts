/**
 * Holds the figures that are no sum of weights (value at risk, shortfall, margin) to their limits where forecasts decide:
 * the aversion to risk is raised until the decision, in whole lots, is no worse than max(warn, today).
 *
 * Historical value at risk is not convex in the weights, but what it measures falls with variance: along the frontier,
 * from the wanted aversion on, the first decision inside is looked for in steps and then between two of them. Where none
 * is inside, the one that is least beyond is taken, and the plan says so.
 */
import type { Metrics } from '#model/metrics.ts'
import { ok, type Result } from '#model/result.ts'
import type { Limit, Metric } from '#risk/limits.ts'
import { beyondBudget } from '#construction/risk-budget.ts'
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'

export interface Budgeted<Decision> {
  readonly decision: Decision
  /** Figures that made the aversion rise. */
  readonly shrunkBy: readonly Metric[]
  /** What the aversion was multiplied by, ≥ 1. */
  readonly factor: number
  /** Whether the figures are held; else the decision that is least beyond is the best within reach. */
  readonly isHeld: boolean
}

/** Steps of aversion, each by this factor: up to a thousandfold. */
const FACTOR = 2
const MOST_STEPS = 10
/** Halvings between the last that is beyond and the first inside. */
const HALVINGS = 4

/**
 * @param decide - the decision of a case, in whole lots
 * @param measure - the figures of the book that a decision leads to
 * @param today - those of the book as it is
 */
export function withinRiskLimits<Decision>(
  of: OptimisationCase,
  limits: readonly Limit[],
  decide: (of: OptimisationCase) => Result<Decision>,
  measure: (decision: Decision) => Metrics,
  today: Metrics,
): Result<Budgeted<Decision>> {
  const first = decide(of)
  if (!first.ok) return first
  const excessOf = (decision: Decision) => beyondBudget(limits, measure(decision), today)
  const broken = excessOf(first.value)
  if (broken.length === 0)
    return ok({ decision: first.value, shrunkBy: [], factor: 1, isHeld: true })
  let best = { factor: 1, decision: first.value, by: worst(broken) }
  const tried = (factor: number): number => {
    const found = decide({ ...of, riskAversion: of.riskAversion * factor })
    if (!found.ok) return Infinity
    const by = worst(excessOf(found.value))
    if (by < best.by || (by === 0 && factor < best.factor)) best = { factor, decision: found.value, by } // prettier-ignore
    return by
  }
  let [outside, inside] = [1, FACTOR]
  for (let step = 1; tried(inside) > 0 && step < MOST_STEPS; step++) [outside, inside] = [inside, inside * FACTOR] // prettier-ignore
  if (best.by === 0)
    for (let i = 0; i < HALVINGS; i++) {
      const middle = Math.sqrt(outside * inside)
      if (tried(middle) > 0) outside = middle
      else inside = middle
    }
  const { decision, factor, by } = best
  return ok({ decision, shrunkBy: broken.map(({ metric }) => metric), factor, isHeld: by === 0 })
}

const worst = (beyond: readonly { readonly by: number }[]): number =>
  beyond.reduce((most, { by }) => Math.max(most, by), 0)
