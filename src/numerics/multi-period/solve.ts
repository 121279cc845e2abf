/**
 * Solves the portfolio problem over several steps, with a certificate: the objective of the path against the dual bound
 * below the objective of any path inside the limits, and what the path exceeds its limits by. Both are computed afresh from
 * the problem. Deterministic: the same bits for the same problem.
 */
import { dualFormOf, type DualForm, type DualPoint } from '#numerics/multi-period/dual.ts'
import { firstBoundPrice, pathCost } from '#numerics/multi-period/name-path.ts'
import { dualNewton } from '#numerics/multi-period/newton.ts'
import {
  pathObjective,
  rowExcess,
  stepViolation,
  type Path,
  type PeriodsProblem,
} from '#numerics/multi-period/problem.ts'

/** Below this share of the largest specific risk a name has none: its step in the dual has no definite size. */
const LEAST_SHARE = 1e-6
/** Where no name has any. */
const LEAST_CURVATURE = 1e-3
const MOST_ROUNDS = 100
/** Slope, relative to the largest forecast, that the last proximal term may leave. */
const SETTLED = 1e-11
/** What a solution may leave: of the objective, relative to it and to the forecasts; of limits, in weights. */
const MOST_GAP = 1e-6
const MOST_VIOLATION = 1e-9
/** Limits of the first step that miss each other by so much conflict; less may be what a method leaves. */
const LEAST_CONFLICT = 1e-7
/** Beyond this no weight is looked for, where a name has no bound. */
const LARGEST_WEIGHT = 100

/** Where a solve may begin: what the last of a problem alike ended with. */
export interface PeriodsWarmStart {
  /** Multipliers, in an order that only the solver knows. */
  readonly theta: Float64Array
  /** √|z| of trades with impact. */
  readonly roots: Float64Array
}

export interface Certificate {
  /** By how much the path's objective may be above the least one, at most; of rounding it may be below 0. */
  readonly gap: number
  /** The gap relative to the objective, or to the largest forecast where that is more. */
  readonly relativeGap: number
  /** Largest excess over a bound or row of the first step, in weights. */
  readonly violation: number
  /** The same of later steps: more than rounding only where no path can have less in sum. */
  readonly laterViolation: number
  /** Largest residual of the rows' and factors' equations. */
  readonly residual: number
}

export interface PeriodsSolution {
  readonly status: 'optimal'
  readonly path: Path
  readonly objective: number
  /** Of the rows in their order, for each step: > 0 presses down from the upper, < 0 up from the lower side. */
  readonly multipliers: readonly Float64Array[]
  /** What a unit more of each name's bound in the first step is worth: > 0 at the upper, < 0 at the lower one. */
  readonly boundPrices: Float64Array
  readonly certificate: Certificate
  readonly iterations: number
  readonly warmStart: PeriodsWarmStart
}

/** Nothing satisfies the limits of the first step, or no certificate was reached. */
export interface PeriodsUnsolved {
  readonly status: 'infeasible' | 'max-iterations'
  readonly certificate: Certificate
  readonly iterations: number
}

/** @param warm - of a problem with as many names, factors, rows and steps; else it is left alone */
export function solvePeriods(
  problem: PeriodsProblem,
  warm?: PeriodsWarmStart,
): PeriodsSolution | PeriodsUnsolved {
  const added = missingCurvature(problem)
  const begun = startOf(problem, warm)
  if (added === undefined) return finished(attempt(problem, problem, begun), problem)
  return byProximalSteps(problem, added, begun)
}

function startOf(
  { n, rows, factors, steps }: PeriodsProblem,
  warm: PeriodsWarmStart | undefined,
): PeriodsWarmStart {
  // prettier-ignore
  const size = steps.length * (rows.length + factors)
  const fits = warm?.theta.length === size && warm.roots.length === n * steps.length
  if (warm !== undefined && fits) return warm
  return { theta: new Float64Array(size), roots: new Float64Array(n * steps.length).fill(0.05) }
}

/** One solve of a problem that is curved everywhere. */
interface Attempt {
  readonly form: DualForm
  readonly point: DualPoint
  readonly path: Path
  readonly status: 'optimal' | 'max-iterations'
  readonly iterations: number
  readonly residual: number
  /** Of the problem that was solved. */
  readonly gap: number
  readonly violation: number
  readonly laterViolation: number
}

function attempt(
  solved: PeriodsProblem,
  problem: PeriodsProblem,
  { theta, roots }: PeriodsWarmStart,
): Attempt {
  // prettier-ignore
  const form = dualFormOf(solved)
  const { point, status, residual, iterations } = dualNewton(form, allowed(form, theta), roots)
  const path = pathOf(form, point)
  const paid =
    pathObjective(solved, path) + form.support.priceCap * rowExcess(problem, path, MOST_VIOLATION)
  const [violation = 0, ...later] = problem.steps.map((_, t) => stepViolation(problem, path, t))
  const gap = paid - dualValue(form, point)
  return { form, point, path, status, iterations, residual, gap, violation, laterViolation: Math.max(0, ...later) } // prettier-ignore
}

/** Multipliers of sides that are not there any more go to 0. */
function allowed({ m, width, support }: DualForm, theta: Float64Array): Float64Array {
  return theta.map((x, at) => {
    const j = at % width
    if (j >= m || x === 0) return x
    const row = Math.floor(at / width) * m + j
    const isOpen = x > 0 ? support.upper[row]! < Infinity : support.lower[row]! > -Infinity
    return isOpen ? x : 0
  })
}

const pathOf = ({ problem, terrain }: DualForm, { weights }: DualPoint): Path =>
  problem.steps.map((_, t) =>
    Float64Array.from({ length: problem.n }, (__, i) => weights[i * terrain.periods + t]!),
  )

/** The bound below every path inside the limits. */
function dualValue(form: DualForm, { theta, charges, weights }: DualPoint): number {
  const { problem, terrain, m, width, support } = form
  let value = 0
  for (let at = 0; at < theta.length; at++) {
    const [j, x] = [at % width, theta[at]!]
    if (x === 0) continue
    const row = Math.floor(at / width) * m + j
    value -= j >= m ? 0.5 * x * x : x * (x > 0 ? support.upper[row]! : support.lower[row]!)
  }
  for (let i = 0; i < problem.n; i++) value += pathCost(terrain, charges, i, weights)
  return value
}

/** @param slack - what a proximal term adds to the gap */
function finished(
  { form, point, path, status, iterations, residual, gap, violation, laterViolation }: Attempt,
  problem: PeriodsProblem,
  slack = 0,
): PeriodsSolution | PeriodsUnsolved {
  const objective = pathObjective(problem, path)
  const measure = Math.max(Math.abs(objective), 1e-6 * largestForecast(problem), 1e-9)
  const relativeGap = (gap + slack) / measure
  const certificate: Certificate = { gap: gap + slack, relativeGap, violation, laterViolation, residual } // prettier-ignore
  // What limits are exceeded by is paid at their cap: rounding of it is no gap.
  const isInside = Math.max(violation, laterViolation) <= MOST_VIOLATION
  const rounding = isInside ? 0 : 1e-9 * form.support.priceCap
  const isShown = status === 'optimal' && Math.abs(gap) + slack <= MOST_GAP * measure + rounding
  if (isShown && violation > LEAST_CONFLICT) return { status: 'infeasible', certificate, iterations } // prettier-ignore
  if (!isShown || violation > MOST_VIOLATION) return { status: 'max-iterations', certificate, iterations } // prettier-ignore
  return {
    status: 'optimal',
    path,
    objective,
    multipliers: multipliersOf(form, point),
    boundPrices: boundPricesOf(form, point),
    certificate,
    iterations,
    warmStart: { theta: point.theta, roots: point.roots },
  }
}

function multipliersOf(form: DualForm, { theta }: DualPoint): readonly Float64Array[] {
  const { problem, order, m, width } = form
  return problem.steps.map((_, t) => {
    const multipliers = new Float64Array(m)
    order.forEach((row, j) => (multipliers[row] = theta[t * width + j]!))
    return multipliers
  })
}

function boundPricesOf(form: DualForm, { charges, weights, roots }: DualPoint): Float64Array {
  const { problem, terrain, scratch } = form
  return Float64Array.from({ length: problem.n }, (_, i) =>
    firstBoundPrice(terrain, charges, i, scratch, roots, weights[i * terrain.periods]!),
  )
}

function largestForecast({ steps }: PeriodsProblem): number {
  return steps.reduce((most, { forecast }) => forecast.reduce((a, v) => Math.max(a, Math.abs(v)), most), 0) // prettier-ignore
}

/** What names without specific risk get, step by step; undefined where every name has some. */
function missingCurvature({ steps }: PeriodsProblem): readonly Float64Array[] | undefined {
  const largest = steps.reduce((most, { curvature }) => curvature.reduce((a, q) => Math.max(a, q), most), 0) // prettier-ignore
  const delta = Math.max(0.01 * largest, LEAST_CURVATURE)
  const least = LEAST_SHARE * largest
  const added = steps.map(({ curvature }) => curvature.map((q) => (largest > 0 && q > least ? 0 : delta))) // prettier-ignore
  return added.some((list) => list.some((q) => q > 0)) ? added : undefined
}

/**
 * Names without specific risk get some round the last path, ½δ(w − w̄)², until it stays: the proximal-point method
 * (R. Rockafellar, "Monotone Operators and the Proximal Point Algorithm", 1976). Each round starts warm.
 */
function byProximalSteps(
  problem: PeriodsProblem,
  added: readonly Float64Array[],
  begun: PeriodsWarmStart,
): PeriodsSolution | PeriodsUnsolved {
  const settled = SETTLED * Math.max(1e-3, largestForecast(problem))
  let centre: Path = problem.steps.map(() => problem.start)
  let warm = begun
  let iterations = 0
  for (let round = 0; ; round++) {
    const last = attempt(pulledTo(problem, added, centre), problem, warm)
    iterations += last.iterations
    const { left, slack } = leftOf(problem, added, centre, last.path)
    const isLast = left <= settled || round === MOST_ROUNDS || last.status !== 'optimal'
    const status = left <= settled ? last.status : 'max-iterations'
    if (isLast) return finished({ ...last, status, iterations }, problem, slack)
    centre = last.path
    warm = { theta: last.point.theta, roots: last.point.roots }
  }
}

function pulledTo(
  problem: PeriodsProblem,
  added: readonly Float64Array[],
  centre: Path,
): PeriodsProblem {
  // prettier-ignore
  const steps = problem.steps.map((step, t) => ({
    ...step,
    curvature: step.curvature.map((q, i) => q + added[t]![i]!),
    forecast: step.forecast.map((v, i) => v + added[t]![i]! * centre[t]![i]!),
  }))
  return { ...problem, steps }
}

/** The largest slope that proximal terms leave, and what they can hide of the objective inside the bounds. */
function leftOf(
  { steps }: PeriodsProblem,
  added: readonly Float64Array[],
  centre: Path,
  path: Path,
): { readonly left: number; readonly slack: number } {
  let [left, slack] = [0, 0]
  steps.forEach(({ lower, upper }, t) => {
    path[t]!.forEach((w, i) => {
      const slope = added[t]![i]! * Math.abs(w - centre[t]![i]!)
      const room = Math.max(Math.min(upper[i]!, LARGEST_WEIGHT) - w, w - Math.max(lower[i]!, -LARGEST_WEIGHT)) // prettier-ignore
      left = Math.max(left, slope)
      slack += slope * room
    })
  })
  return { left, slack }
}
