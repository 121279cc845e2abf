/**
 * The portfolio problem over several steps: minimise over paths of post-trade weights w₁ … w_T, with zₜ = wₜ − wₜ₋₁,
 *
 *     Σₜ [ ½‖Gₜᵀwₜ‖² + Σᵢ ½qwₜᵢ² − vwₜᵢ + s|wₜᵢ| + a|zₜᵢ| + b|zₜᵢ|^{3/2} ]
 *
 * each step inside its own bounds on weights, trades and rows. q, v, s, a, b are a name's in a step; Gₜ are the loadings
 * times the step's scale, so that a step twice as long has √2 times those of one.
 *
 * S. Boyd et al., "Multi-Period Trading via Convex Optimization" (2017), section 5.
 */
import { spentOn, type Row } from '#numerics/portfolio/problem.ts'

export interface PeriodsProblem {
  readonly n: number
  /** Weights before the first trade, w₀. */
  readonly start: Float64Array
  /** n × factors, row-major; a step multiplies them by its scale. */
  readonly loadings: Float64Array
  readonly factors: number
  /** What each step sums; between what is the step's to say. */
  readonly rows: readonly Row[]
  readonly steps: readonly Period[]
}

/** One step. Lists of names have n entries. */
export interface Period {
  /** Of the loadings, > 0. */
  readonly scale: number
  readonly forecast: Float64Array
  /** ≥ 0 */
  readonly curvature: Float64Array
  readonly holdingCost: Float64Array
  readonly tradingCost: Float64Array
  readonly impact: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The least z (a sale, ≤ 0) and the largest (≥ 0). */
  readonly leastTrade: Float64Array
  readonly mostTrade: Float64Array
  /** In the rows' order; −∞ below for gross, turnover and what counts spending. */
  readonly rowLower: Float64Array
  readonly rowUpper: Float64Array
}

/** The weights of one step: [n] for each. */
export type Path = readonly Float64Array[]

/** The objective along a path; minimised. */
export function pathObjective(problem: PeriodsProblem, path: Path): number {
  let sum = 0
  problem.steps.forEach((step, t) => {
    const before = path[t - 1] ?? problem.start
    sum += stepObjective(problem, step, path[t]!, before)
  })
  return sum
}

function stepObjective(
  { n, loadings, factors }: PeriodsProblem,
  { scale, forecast, curvature, holdingCost, tradingCost, impact }: Period,
  w: Float64Array,
  before: Float64Array,
): number {
  const y = new Float64Array(factors)
  let sum = 0
  for (let i = 0; i < n; i++) {
    const [x, size] = [w[i]!, Math.abs(w[i]! - before[i]!)]
    sum += x * (0.5 * curvature[i]! * x - forecast[i]!) + holdingCost[i]! * Math.abs(x)
    sum += size * (tradingCost[i]! + impact[i]! * Math.sqrt(size))
    for (let j = 0; j < factors; j++) y[j]! += loadings[i * factors + j]! * x
  }
  for (const exposure of y) sum += 0.5 * scale * scale * exposure * exposure
  return sum
}

/** By how much one step of a path is outside of its limits at worst, in weights; 0 inside. */
export function stepViolation(
  { n, start, rows, steps }: PeriodsProblem,
  path: Path,
  t: number,
): number {
  // prettier-ignore
  const [step, w, before] = [steps[t]!, path[t]!, path[t - 1] ?? start]
  let worst = 0
  for (let i = 0; i < n; i++) {
    const [x, z] = [w[i]!, w[i]! - before[i]!]
    worst = Math.max(worst, step.lower[i]! - x, x - step.upper[i]!)
    worst = Math.max(worst, step.leastTrade[i]! - z, z - step.mostTrade[i]!)
  }
  rows.forEach((row, j) => (worst = Math.max(worst, excessOf(row, step, j, w, before))))
  return worst
}

/** Σ over steps and rows of what is beyond them by more than is rounding. */
export function rowExcess(
  { start, rows, steps }: PeriodsProblem,
  path: Path,
  rounding: number,
): number {
  let sum = 0
  steps.forEach((step, t) => {
    rows.forEach((row, j) => {
      const excess = excessOf(row, step, j, path[t]!, path[t - 1] ?? start)
      if (excess > rounding) sum += excess
    })
  })
  return sum
}

function excessOf(
  row: Row,
  step: Period,
  j: number,
  w: Float64Array,
  before: Float64Array,
): number {
  // prettier-ignore
  const value = rowSum(row, w, before)
  return Math.max(0, value - step.rowUpper[j]!, step.rowLower[j]! - value)
}

/** What a row comes to where weights w follow others. */
function rowSum({ measure, rates, spends }: Row, w: Float64Array, before: Float64Array): number {
  let sum = 0
  for (let i = 0; i < rates.length; i++) {
    const size = Math.abs(w[i]! - before[i]!)
    if (measure === 'net') sum += rates[i]! * w[i]!
    else sum += rates[i]! * (measure === 'gross' ? Math.abs(w[i]!) : size)
    if (spends !== undefined) sum += spentOn(spends, i, size)
  }
  return sum
}
