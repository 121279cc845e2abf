/**
 * Solves a portfolio problem: by the dual Newton method, by the interior point where that gives up, and with a
 * certificate where the limits cannot hold together. Deterministic: the same bits for the same problem.
 */
import { dualFormOf, type DualForm } from '#numerics/portfolio/dual-form.ts'
import { dualNewton } from '#numerics/portfolio/dual-newton.ts'
import { infeasibilityOf } from '#numerics/portfolio/feasibility.ts'
import { interiorPoint } from '#numerics/portfolio/interior-point.ts'
import type { PortfolioProblem, Solution, WarmStart } from '#numerics/portfolio/problem.ts'

/** Below this share of the largest specific risk a name has none: its step in the dual has no definite size. */
const LEAST_SHARE = 1e-6
/** Where no name has any. */
const LEAST_CURVATURE = 1e-3
const MOST_ROUNDS = 100
/** Slope, relative to the largest forecast, that the last proximal term may leave. */
const SETTLED = 1e-11

/** A problem laid out for the dual method: what stays from one day to the next is paid for once. */
export interface PreparedPortfolio {
  readonly problem: PortfolioProblem
  readonly form: DualForm
}

/** What a day changes of a problem; loadings, curvature and rows stay. */
export type Today = Partial<Pick<PortfolioProblem, 'forecast' | 'start' | 'holdingCost' | 'tradingCost' | 'impact' | 'lower' | 'upper'>> // prettier-ignore

/**
 * Lays a problem out, to be solved with new forecasts day after day.
 */
export function preparedPortfolio(problem: PortfolioProblem): PreparedPortfolio {
  return { problem, form: dualFormOf(problem) }
}

/**
 * @param warm - multipliers and factor exposures of a problem alike, such as yesterday's
 * @returns `infeasible` where it is proven that no weights satisfy the limits
 */
export function solvePortfolio(
  problem: PortfolioProblem,
  warm?: WarmStart,
): Solution | 'infeasible' {
  // prettier-ignore
  return solvePrepared(preparedPortfolio(problem), {}, warm)
}

/** As `solvePortfolio`, of a problem that is laid out already. */
export function solvePrepared(
  prepared: PreparedPortfolio,
  today: Today,
  warm?: WarmStart,
): Solution | 'infeasible' {
  // prettier-ignore
  const problem = { ...prepared.problem, ...today }
  const { curvature, lower, upper } = problem
  for (let i = 0; i < lower.length; i++) if (lower[i]! > upper[i]!) return 'infeasible'
  let largest = 0
  let least = Infinity
  for (let i = 0; i < curvature.length; i++) {
    largest = Math.max(largest, curvature[i]!)
    least = Math.min(least, curvature[i]!)
  }
  const isCurved = largest > 0 && least > LEAST_SHARE * largest
  const first = isCurved
    ? byDualNewton({ ...prepared.form, problem }, warm)
    : byProximalSteps(problem, largest, warm)
  if (first.status === 'optimal') return first
  if (infeasibilityOf(problem) !== undefined) return 'infeasible'
  return interiorPoint(problem)
}

/**
 * Names without specific risk get some round the last weights, ½δ(w − w̄)², until these stay: the proximal-point
 * method (R. Rockafellar, "Monotone Operators and the Proximal Point Algorithm", 1976). Each round starts warm.
 */
function byProximalSteps(
  problem: PortfolioProblem,
  largest: number,
  warm: WarmStart | undefined,
): Solution {
  // prettier-ignore
  const { curvature, forecast } = problem
  const scale = forecast.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-3)
  const delta = Math.max(0.01 * largest, LEAST_CURVATURE)
  const added = curvature.map((q) => (q > LEAST_SHARE * largest ? 0 : delta))
  const curved = curvature.map((q, i) => q + added[i]!)
  const form = dualFormOf({ ...problem, curvature: curved })
  let from = problem.start
  let iterations = 0
  let last = warm
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const pulled = forecast.map((v, i) => v + added[i]! * from[i]!)
    const solution = byDualNewton(
      { ...form, problem: { ...problem, curvature: curved, forecast: pulled } },
      last,
    )
    iterations += solution.iterations
    if (solution.status !== 'optimal') return solution
    const left = solution.weights.reduce((most, w, i) => Math.max(most, added[i]! * Math.abs(w - from[i]!)), 0) // prettier-ignore
    if (left <= SETTLED * scale) return { ...solution, iterations }
    from = solution.weights
    last = solution
  }
  return { status: 'max-iterations', weights: from, multipliers: new Float64Array(0), factors: new Float64Array(0), iterations, method: 'dual-newton' } // prettier-ignore
}

function byDualNewton(form: DualForm, warm: WarmStart | undefined): Solution {
  const theta = new Float64Array(form.width)
  if (warm !== undefined) {
    form.order.forEach((row, j) => {
      const [x, { measure, lower, upper }] = [warm.multipliers[row]!, form.problem.rows[row]!]
      const isAllowed = x > 0 ? upper < Infinity : measure === 'net' && lower > -Infinity
      theta[j] = isAllowed ? x : 0
    })
    theta.set(warm.factors, form.m)
  }
  const { status, point, iterations } = dualNewton(form, theta)
  const multipliers = new Float64Array(form.m)
  form.order.forEach((row, j) => (multipliers[row] = point.theta[j]!))
  return {
    status: status === 'optimal' ? 'optimal' : 'max-iterations',
    weights: point.weights,
    multipliers,
    factors: point.theta.slice(form.m),
    iterations,
    method: 'dual-newton',
  }
}
