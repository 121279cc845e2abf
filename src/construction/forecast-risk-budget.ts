/**
 * Holds the figures that are no sum of weights (value at risk, shortfall, margin) to their limits where forecasts decide:
 * the aversion to risk is raised until the optimum is no worse than max(warn, today).
 *
 * Historical value at risk is not convex in the weights, but what it measures falls with variance: along the frontier,
 * from the wanted aversion on, the first optimum inside is looked for in steps and then between two of them. Where none
 * is inside, the one that is least beyond is taken, and the figures after the plan say so.
 */
import type { Metrics } from '#model/metrics.ts'
import { ok, type Result } from '#model/result.ts'
import type { Limit, Metric } from '#risk/limits.ts'
import { beyondBudget } from '#construction/risk-budget.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'

export interface BudgetedOptimum {
  /** The case with the aversion that it took. */
  readonly of: OptimisationCase
  readonly optimum: Optimum
  /** Figures that made the aversion rise. */
  readonly shrunkBy: readonly Metric[]
  /** What a unit of weight is worth to later periods, [n]; absent where there are none. */
  readonly worthLater?: Float64Array
  /** What the plan is to say of how it was found. */
  readonly note?: string
}

/** Steps of aversion, each by this factor: up to a thousandfold. */
const FACTOR = 2
const MOST_STEPS = 10
/** Halvings between the last that is beyond and the first inside. */
const HALVINGS = 4

/**
 * @param solve - the optimum of a case
 * @param measure - the figures of the book that weights lead to
 */
export function withinRiskLimits(
  of: OptimisationCase,
  limits: readonly Limit[],
  solve: (of: OptimisationCase) => Result<Optimum>,
  measure: (weights: Float64Array) => Metrics,
): Result<BudgetedOptimum> {
  const first = solve(of)
  if (!first.ok) return first
  const today = measure(of.start)
  const excessOf = (optimum: Optimum) => beyondBudget(limits, measure(optimum.weights), today)
  const broken = excessOf(first.value)
  if (broken.length === 0) return ok({ of, optimum: first.value, shrunkBy: [] })
  const shrunkBy = broken.map(({ metric }) => metric)
  let best = { factor: 1, optimum: first.value, by: worst(broken) }
  const tried = (factor: number): number => {
    const found = solve({ ...of, riskAversion: of.riskAversion * factor })
    if (!found.ok) return Infinity
    const by = worst(excessOf(found.value))
    if (by < best.by || (by === 0 && factor < best.factor))
      best = { factor, optimum: found.value, by }
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
  return ok({ of: { ...of, riskAversion: of.riskAversion * best.factor }, optimum: best.optimum, shrunkBy }) // prettier-ignore
}

const worst = (beyond: readonly { readonly by: number }[]): number =>
  beyond.reduce((most, { by }) => Math.max(most, by), 0)
