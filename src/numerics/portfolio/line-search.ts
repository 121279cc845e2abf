/**
 * The exact minimum of the negated dual along a direction. Along a line what each name is charged is linear in the
 * step, so that a look costs O(n) and no matrix is touched; the slope rises, in straight pieces where there is no
 * impact, so that safeguarded Newton steps on it end after a few.
 */
import type { DualDirection, DualPoint } from '#numerics/portfolio/dual.ts'
import type { DualForm } from '#numerics/portfolio/dual-form.ts'
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'

const MOST_LOOKS = 40

/** A slope this share of the first is flat enough: the next direction does better than another look. */
const FLAT = 0.05

/** How far to go along a direction. */
export interface Step {
  /** ∞ where the dual grows without end: nothing satisfies the rows. */
  readonly share: number
  /** Whether `point.trial` has the weights there. */
  readonly isLookedAt: boolean
}

/** @returns the step that minimises along the direction, nearly enough for the next direction to do better */
export function exactStep(form: DualForm, point: DualPoint, direction: DualDirection): Step {
  const first = firstSlope(form, point, direction)
  if (!(first < 0)) return { share: 0, isLookedAt: false }
  const end = reachOf(form, point, direction)
  let [below, above] = [0, Infinity]
  let share = Math.min(1, end)
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { slope, curvature } = slopeAt(form, point, direction, share)
    const isDone = Math.abs(slope) <= FLAT * -first || (slope < 0 && share >= end)
    if (isDone) return { share, isLookedAt: true }
    if (slope < 0) below = share
    else above = share
    if (above < Infinity && above - below <= 1e-14 * above)
      return { share: above, isLookedAt: false }
    const newton = curvature > 0 ? share - slope / curvature : Infinity
    const farthest = above === Infinity ? Math.min(16 * share, end) : above
    if (newton > below && newton <= farthest) share = newton
    else share = above === Infinity ? farthest : (below + above) / 2
  }
  return { share: above === Infinity ? Infinity : below > 0 ? below : share, isLookedAt: false }
}

/** The slope of the negated dual where the direction begins: it is in the rows' values. */
function firstSlope(
  { m, width, support }: DualForm,
  { theta, values }: DualPoint,
  direction: DualDirection,
): number {
  // prettier-ignore
  let slope = 0
  for (let j = 0; j < width; j++) {
    const change = direction.theta[j]!
    if (change === 0) continue
    const isUp = theta[j]! > 0 || (theta[j] === 0 && change > 0)
    const ownSlope = j >= m ? theta[j]! : isUp ? support.upper[j]! : support.lower[j]!
    slope += change * (ownSlope - values[j]!)
  }
  return slope
}

/** How far the direction goes: to the first cap or end of a sign, and not past a kink that it was made to end at. */
function reachOf({ m, support }: DualForm, { theta }: DualPoint, direction: DualDirection): number {
  const { lower, upper, priceCap } = support
  let reach = Infinity
  for (let j = 0; j < m; j++) {
    const change = direction.theta[j]!
    if (change === 0) continue
    if (theta[j] !== 0 && theta[j]! + change === 0 && lower[j] !== upper[j])
      reach = Math.min(reach, 1)
    const isUp = change > 0
    const end = isUp ? (upper[j] === Infinity ? 0 : priceCap) : lower[j] === -Infinity ? 0 : priceCap // prettier-ignore
    const room = isUp ? end - theta[j]! : end + theta[j]!
    reach = Math.min(reach, Math.max(0, room) / Math.abs(change))
  }
  return reach
}

/** Slope and curvature of the negated dual at a share of the direction. */
function slopeAt(
  { problem, m, width, support, base }: DualForm,
  point: DualPoint,
  direction: DualDirection,
  share: number,
): { readonly slope: number; readonly curvature: number } {
  let slope = 0
  let curvature = 0
  for (let j = 0; j < m; j++) {
    const change = direction.theta[j]!
    if (change === 0) continue
    const x = point.theta[j]! + share * change
    // At the kink that it comes from or ends at, it has the slope of the side that it moves on.
    const side = x !== 0 ? x : point.theta[j] !== 0 ? point.theta[j]! : change
    slope += change * ((side > 0 ? support.upper[j]! : support.lower[j]!) - base[j]!)
  }
  for (let j = m; j < width; j++) {
    const change = direction.theta[j]!
    slope += change * (point.theta[j]! + share * change - base[j]!)
    curvature += change * change
  }
  const { curvature: q, start, lower, upper } = problem
  for (let i = 0; i < problem.n; i++) {
    const dv = direction.forecast[i]!
    const ds = direction.holding[i]!
    const da = direction.trading[i]!
    const db = direction.impact[i]!
    const s = Math.max(0, point.holding[i]! + share * ds)
    const a = Math.max(0, point.trading[i]! + share * da)
    const b = Math.max(0, point.impact[i]! + share * db)
    const w = scalarStep(point.forecast[i]! + share * dv, s, a, b, q[i]!, start[i]!, lower[i]!, upper[i]!) // prettier-ignore
    point.trial[i] = w
    const z = w - start[i]!
    const charged = da + db * Math.sqrt(Math.abs(z))
    slope += dv * w - ds * Math.abs(w) - charged * Math.abs(z)
    if (w === lower[i] || w === upper[i] || (w === 0 && s > 0)) continue
    if (z === 0 && (a > 0 || b > 0)) continue
    const traded = da + 1.5 * db * Math.sqrt(Math.abs(z))
    const pull = dv - (w > 0 ? ds : -ds) - (z > 0 ? traded : -traded)
    curvature += (pull * pull) / (q[i]! + (b > 0 ? (0.75 * b) / Math.sqrt(Math.abs(z)) : 0))
  }
  return { slope, curvature }
}
