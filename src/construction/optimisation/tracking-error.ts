/**
 * The portfolio problem with a limit on tracking error, (w − w_b)ᵀCov(w − w_b)·h ≤ most². Its multiplier λ ≥ 0 adds
 * λ of it to the risk, which is the same problem with another forecast and other prices: with the tilt t = λ/(γ + λ)
 *
 *     maximise (1 − t)·[r̂ᵀw − costs] − γh·wᵀCov w + 2tγh·w_bᵀCov w
 *
 * keeps risk as it is, so that a tilt of 1 is the closest portfolio of all. The distance falls with the tilt; where it
 * meets the limit is found by a bracketed secant search (the Illinois rule), each solve warm from the last. The limit is
 * worth 2λ·most a unit.
 *
 * R. Jorion, "Portfolio Optimization with Tracking-Error Constraints" (2003), for the problem; M. Dowell & P. Jarratt, "A
 * Modified Regula Falsi Method" (1971), for the rule.
 */
import type { PortfolioProblem, Solution, WarmStart } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import type { TrackingLimit } from '#construction/optimisation/optimisation-case.ts'

/** As printed in shadow prices, conflicts and what is not mended. */
export const TRACKING_LABEL = 'tracking-error'

/** How far inside its limit the distance may end, as a share of it. */
const PRECISION = 1e-9
const MOST_STEPS = 100

/** A problem tilted towards the benchmark, solved. */
export interface Tracked {
  readonly status: 'solved'
  /** The tilted problem, of which multipliers and prices are (1 − tilt) times the case's. */
  readonly problem: PortfolioProblem
  readonly solution: Solution
  readonly tilt: number
  readonly iterations: number
  /** Where the next solve of the case without a tilt may begin. */
  readonly warmStart: WarmStart
}

export type TrackedOutcome =
  Tracked | { readonly status: 'too-far'; readonly closest: number } | { readonly status: 'failed' }

/**
 * Standard deviation over the horizon of what w returns beyond the benchmark.
 *
 * @param riskAversion - γ, which the problem's loadings and curvature hold beside the horizon
 */
export function trackingErrorOf(
  { n, factors, loadings, curvature }: PortfolioProblem,
  w: Float64Array,
  benchmark: Float64Array,
  riskAversion: number,
): number {
  const y = new Float64Array(factors)
  let sum = 0
  for (let i = 0; i < n; i++) {
    const active = w[i]! - benchmark[i]!
    sum += curvature[i]! * active * active
    for (let j = 0; j < factors; j++) y[j]! += loadings[i * factors + j]! * active
  }
  for (const exposure of y) sum += exposure * exposure
  return Math.sqrt(sum / (2 * riskAversion))
}

/**
 * @param problem - without the limit; its rows and bounds can hold together
 * @param riskAversion - γ > 0
 */
export function solveTracking(
  problem: PortfolioProblem,
  { weights: benchmark, most }: TrackingLimit,
  riskAversion: number,
  warm: WarmStart | undefined,
): TrackedOutcome {
  const pull = pullOf(problem, benchmark)
  let last = warm === undefined ? undefined : { at: 0, ...warm }
  let iterations = 0
  const at = (tilt: number): Step | undefined => {
    const tilted = tiltedBy(problem, pull, tilt)
    const solution = solvePortfolio(tilted, last && rescaled(last, last.at, tilt))
    if (solution === 'infeasible' || solution.status !== 'optimal') return undefined
    iterations += solution.iterations
    last = { at: tilt, multipliers: solution.multipliers, factors: solution.factors }
    const distance = trackingErrorOf(problem, solution.weights, benchmark, riskAversion)
    return { tilt, problem: tilted, solution, distance }
  }
  const free = at(0)
  if (free === undefined) return { status: 'failed' }
  const found = free.distance <= most ? free : search(free, most, at)
  if (found === undefined) return { status: 'failed' }
  if (found.distance > most) return { status: 'too-far', closest: found.distance }
  const { tilt, solution } = found
  return { status: 'solved', problem: found.problem, solution, tilt, iterations, warmStart: rescaled(solution, tilt, 0) } // prettier-ignore
}

/** How near to the benchmark the rows and bounds allow; undefined where they conflict. */
export function closestDistance(
  problem: PortfolioProblem,
  benchmark: Float64Array,
  riskAversion: number,
): number | undefined {
  const solution = solvePortfolio(tiltedBy(problem, pullOf(problem, benchmark), 1))
  if (solution === 'infeasible' || solution.status !== 'optimal') return undefined
  return trackingErrorOf(problem, solution.weights, benchmark, riskAversion)
}

interface Step {
  readonly tilt: number
  readonly problem: PortfolioProblem
  readonly solution: Solution
  readonly distance: number
}

/** The least tilt inside the limit; the closest portfolio where that is outside too. */
function search(
  free: Step,
  most: number,
  at: (tilt: number) => Step | undefined,
): Step | undefined {
  let outside = free
  let inside = at(1)
  if (inside === undefined || inside.distance > most) return inside
  // The reciprocal of the distance is nearly a line in the tilt, as in trust regions (Moré & Sorensen, 1983).
  const gap = ({ distance }: Step) => 1 / Math.max(distance, 1e-300) - 1 / most
  let [below, above] = [gap(outside), gap(inside)]
  let lastIsOutside: boolean | undefined
  for (let step = 0; step < MOST_STEPS; step++) {
    if (inside.distance >= most * (1 - PRECISION)) break
    const width = inside.tilt - outside.tilt
    if (width <= 1e-16 * inside.tilt) break
    const share = Math.min(0.999, Math.max(0.001, -below / (above - below)))
    const next = at(outside.tilt + share * width)
    if (next === undefined) return undefined
    if (next.distance > most) {
      outside = next
      below = gap(next)
      if (lastIsOutside === true) above /= 2
    } else {
      inside = next
      above = gap(next)
      if (lastIsOutside === false) below /= 2
    }
    lastIsOutside = next.distance > most
  }
  return inside
}

/** 2γh·Cov w_b. */
function pullOf(
  { n, factors, loadings, curvature }: PortfolioProblem,
  benchmark: Float64Array,
): Float64Array {
  const y = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) y[j]! += loadings[i * factors + j]! * benchmark[i]!
  return benchmark.map((weight, i) => {
    let sum = curvature[i]! * weight
    for (let j = 0; j < factors; j++) sum += loadings[i * factors + j]! * y[j]!
    return sum
  })
}

function tiltedBy(problem: PortfolioProblem, pull: Float64Array, tilt: number): PortfolioProblem {
  if (tilt === 0) return problem
  const rest = 1 - tilt
  return {
    ...problem,
    forecast: problem.forecast.map((value, i) => rest * value + tilt * pull[i]!),
    holdingCost: problem.holdingCost.map((cost) => rest * cost),
    tradingCost: problem.tradingCost.map((cost) => rest * cost),
    impact: problem.impact.map((cost) => rest * cost),
  }
}

/** Multipliers shrink with the forecasts, and factor exposures stay what they are. */
function rescaled({ multipliers, factors }: WarmStart, from: number, to: number): WarmStart {
  const scale = from >= 1 || to >= 1 ? 1 : (1 - to) / (1 - from)
  return { multipliers: multipliers.map((price) => price * scale), factors }
}
