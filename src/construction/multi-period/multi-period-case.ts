/**
 * One decision over several steps: the horizon in parts, each with what is forecast for it, of which only the first is
 * traded. Maximise over the paths of post-trade weights w₁ … w_T, with zₜ = wₜ − wₜ₋₁,
 *
 *     Σₜ [ r̂ₜᵀwₜ − γhₜ·wₜᵀCov wₜ − κ·Σ ρₜᵢ|wₜᵢ| − Σᵢ sₜᵢ(wₜᵢ)₋ − Σᵢ (aᵢ|zₜᵢ| + bᵢ|zₜᵢ|^{3/2}) ]
 *
 * each step of hₜ trading days inside the limits. S. Boyd et al., "Multi-Period Trading via Convex Optimization" (2017),
 * section 5; N. Gârleanu & L. Pedersen, "Dynamic Trading with Predictable Returns and Transaction Costs" (2013), for what
 * such plans look like: part of the way, towards where forecasts will be, and less after those that fade fast.
 */
import type { CombinedForecast } from '#alpha/forecast.ts'
import type { OptimisationCase, Optimised } from '#construction/optimisation/optimisation-case.ts'
import type { Certificate, PeriodsWarmStart } from '#numerics/multi-period/solve.ts'

export interface MultiPeriodCase {
  /** The book, its risk, costs and limits; its forecasts are the steps'. Its turnover limit is what is left of today. */
  readonly first: OptimisationCase
  /** The first is traded now. */
  readonly steps: readonly PlanningStep[]
  /** Most turnover of each later step, > 0; ∞ where nothing limits it. */
  readonly laterTurnover: number
}

/** A part of the horizon. */
export interface PlanningStep {
  /** r̂ over the step, [n]. */
  readonly expectedReturn: Float64Array
  /** ρ ≥ 0 over the step, [n]. */
  readonly uncertainty: Float64Array
  /** Trading days > 0. */
  readonly days: number
}

/** The first step's answer with the path that it is the beginning of; without one where nothing is to be traded. */
export type OptimisedPath = Optimised & {
  /** Weights after each step, the first first. */
  readonly path: readonly Float64Array[]
  readonly certificate?: Certificate
  /** Where the next solve of a case with as many names, limits and steps may begin. */
  readonly pathWarmStart?: PeriodsWarmStart
}

/**
 * The horizon's forecasts in steps: r̂ of a step is the sum of its days', and so is ρ, for who errs on one day errs on the
 * next (alpha/combine.ts): ρ·days / horizon.
 *
 * @param forecasts - of each name, in the names' order; undefined where nothing is forecast
 * @param horizonDays - whole trading days ≥ 1
 * @param periods - steps ≥ 1; where days do not go up evenly, the earlier steps are longer by one
 */
export function planningSteps(
  forecasts: readonly (CombinedForecast | undefined)[],
  horizonDays: number,
  periods: number,
): readonly PlanningStep[] {
  const count = Math.max(1, Math.min(periods, horizonDays))
  const [least, longer] = [Math.floor(horizonDays / count), horizonDays % count]
  return Array.from({ length: count }, (_, t): PlanningStep => {
    const days = least + (t < longer ? 1 : 0)
    const from = t * least + Math.min(t, longer)
    const share = days / horizonDays
    return {
      days,
      expectedReturn: perName(forecasts, ({ daily }) => daily.subarray(from, from + days).reduce((sum, r) => sum + r, 0)), // prettier-ignore
      uncertainty: perName(forecasts, ({ uncertainty }) => uncertainty * share),
    }
  })
}

const perName = (
  forecasts: readonly (CombinedForecast | undefined)[],
  valueOf: (forecast: CombinedForecast) => number,
): Float64Array => Float64Array.from(forecasts, (forecast) => (forecast ? valueOf(forecast) : 0))
