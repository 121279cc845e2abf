/**
 * A semismooth Newton method on the dual of the portfolio problem (`dual.ts`). A step takes the Gram matrix of the
 * free names, eliminates the factors, and solves the small problem that is left with the multipliers' signs and kinks
 * in it (`kinked-quadratic.ts`); the step's length is exact (`line-search.ts`). O(n·(k + m) + free·(k + m)²) an
 * iteration, and from good multipliers only one or two iterations. Needs curvature qᵢ > 0 of every name.
 *
 * L. Qi & J. Sun, "A nonsmooth version of Newton's method" (1993); X. Li, D. Sun & K.-C. Toh, "A highly efficient
 * semismooth Newton augmented Lagrangian method" (2018), for duals whose Hessian only the free variables form.
 */
import type { DualForm } from '#numerics/portfolio/dual-form.ts'
import {
  advance,
  directionOf,
  dualPointAt,
  type DualDirection,
  type DualPoint,
} from '#numerics/portfolio/dual.ts'
import { slopeExcess } from '#numerics/portfolio/kinked-quadratic.ts'
import { newtonDirection } from '#numerics/portfolio/newton-direction.ts'
import { exactStep } from '#numerics/portfolio/line-search.ts'
import { screened } from '#numerics/portfolio/screening.ts'

/** Largest residual of a row or factor equation, in weights, that counts as solved. */
const TOLERANCE = 1e-12
/** What rounding may leave where no step improves on it any more. */
const ROUNDING = 1e-10
const MOST_ITERATIONS = 200
/** Iterations without progress before the regularisation gives way. */
const PATIENCE = 4
/** Iterations on a part of the names. */
const MOST_SCREENED = 15
/** Names are screened once no row or factor misses by more than this share of Σ|w|. */
const NEAR = 0.25

export interface DualOutcome {
  readonly status: 'optimal' | 'unbounded' | 'max-iterations'
  readonly point: DualPoint
  readonly iterations: number
}

/** @param theta - where to begin: rows' multipliers in the order of the form, then p */
export function dualNewton(form: DualForm, theta: Float64Array): DualOutcome {
  return ascended(form, dualPointAt(form, theta), MOST_ITERATIONS, true)
}

/** @param mayScreen - whether a direction may come from the few names that could react */
function ascended(form: DualForm, from: DualPoint, most: number, mayScreen: boolean): DualOutcome {
  let point = from
  let [best, stalled] = [Infinity, 0]
  for (let iterations = 0; iterations < most; iterations++) {
    const residual = residualOf(form, point)
    if (residual <= TOLERANCE) return { status: 'optimal', point, iterations }
    stalled = residual < 0.5 * best ? 0 : stalled + 1
    best = Math.min(best, residual)
    if (residual <= ROUNDING && stalled > 2) return { status: 'optimal', point, iterations }
    // Where curvature is far below what every name free would give, the measure holds steps back: it gives way.
    const regularization =
      Math.min(1e-3, residual * 1e-3, residual * residual) / 4 ** Math.max(0, stalled - PATIENCE)
    const isNear = mayScreen && stalled <= PATIENCE && residual <= NEAR * sizeOf(point.weights)
    const short = isNear ? screenedDirection(form, point) : undefined
    const step = short ?? newtonDirection(form, point, regularization)
    const { share, isLookedAt } = exactStep(form, point, step)
    if (share === Infinity && short === undefined) return { status: 'unbounded', point, iterations }
    if (share === Infinity) mayScreen = false
    else advance(form, point, step, share, isLookedAt)
    if (iterations % 16 === 15) point = dualPointAt(form, point.theta)
  }
  return { status: 'max-iterations', point, iterations: most }
}

function sizeOf(w: Float64Array): number {
  let sum = 0
  for (let i = 0; i < w.length; i++) sum += Math.abs(w[i]!)
  return sum
}

/**
 * To where the dual is largest when only the names nearest to reacting do: above the dual, and touching it here, so
 * that its maximum lies uphill.
 */
function screenedDirection(form: DualForm, point: DualPoint): DualDirection | undefined {
  const near = screened(form, point)
  if (near === undefined) return undefined
  const { status, point: there, iterations } = ascended(near.form, near.point, MOST_SCREENED, false)
  if (status !== 'optimal' || iterations === 0) return undefined
  return directionOf(
    form,
    there.theta.map((x, j) => x - point.theta[j]!),
  )
}

/** The largest distance of a row or of a factor equation from stationary. */
function residualOf({ m, width, support }: DualForm, { theta, values }: DualPoint): number {
  let worst = 0
  for (let j = 0; j < m; j++)
    worst = Math.max(worst, Math.abs(slopeExcess(-values[j]!, theta[j]!, j, support)))
  for (let j = m; j < width; j++) worst = Math.max(worst, Math.abs(theta[j]! - values[j]!))
  return worst
}
