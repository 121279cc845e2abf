/**
 * How far to go along a direction of multipliers: to where the negated dual is flat enough. Along a line what each name
 * is charged is linear in the step, so that a look touches no matrix; the slope rises, and a bracketed secant search
 * (the Illinois rule: M. Dowell & P. Jarratt, "A Modified Regula Falsi Method", 1971) finds its root.
 */
import { findPath, type Charges } from '#numerics/multi-period/name-path.ts'
import { recharge, type DualForm, type DualPoint } from '#numerics/multi-period/dual.ts'

const MOST_LOOKS = 40
/** A slope this share of the first is flat enough: the next direction does better than another look. */
const FLAT = 0.1
/** How well impact is met while looking: a slope need not be better than its flatness. */
const GLANCE = 0.02
/** How much further each look goes while the slope still falls. */
const WIDEN = 4

export interface Looking {
  readonly charges: Charges
  readonly weights: Float64Array
  readonly roots: Float64Array
}

/** @returns the share of the step */
export function searchAlong(
  form: DualForm,
  point: DualPoint,
  step: Float64Array,
  change: Charges,
  looking: Looking,
): number {
  const slope = (share: number) => slopeAt(form, point, step, change, looking, share)
  looking.roots.set(point.roots)
  const first = slope(0)
  if (!(first < 0)) return 0
  const end = reachOf(form, point, step)
  let [below, above] = [0, Infinity]
  let [lowSlope, highSlope] = [first, Infinity]
  let share = Math.min(1, end)
  for (let look = 0; look < MOST_LOOKS; look++) {
    const here = slope(share)
    if (Math.abs(here) <= FLAT * -first || (here < 0 && share >= end)) return share
    if (here < 0) {
      below = share
      lowSlope = here
      highSlope /= 2
    } else {
      above = share
      highSlope = here
      lowSlope /= 2
    }
    if (above < Infinity && above - below <= 1e-14 * above) return above
    share = above === Infinity ? Math.min(WIDEN * share, end) : below + ((above - below) * lowSlope) / (lowSlope - highSlope) // prettier-ignore
  }
  return share
}

/** How far the direction goes: to the first cap or end of a sign, and not past a kink that it was made to end at. */
function reachOf(
  { m, width, support }: DualForm,
  { theta }: DualPoint,
  step: Float64Array,
): number {
  // prettier-ignore
  const { lower, upper, priceCap } = support
  let reach = Infinity
  for (let at = 0; at < theta.length; at++) {
    const [j, change, x] = [at % width, step[at]!, theta[at]!]
    if (j >= m || change === 0) continue
    const row = Math.floor(at / width) * m + j
    if (x !== 0 && x + change === 0 && lower[row] !== upper[row]) reach = Math.min(reach, 1)
    const isClosed = change > 0 ? upper[row] === Infinity : lower[row] === -Infinity
    const room = (isClosed ? 0 : priceCap) - (change > 0 ? x : -x)
    reach = Math.min(reach, Math.max(0, room) / Math.abs(change))
  }
  return reach
}

/** The slope of the negated dual at a share of the step. */
function slopeAt(
  form: DualForm,
  { theta, charges }: DualPoint,
  step: Float64Array,
  change: Charges,
  looking: Looking,
  share: number,
): number {
  const { m, width, support, problem, terrain, scratch } = form
  let slope = 0
  for (let at = 0; at < theta.length; at++) {
    const [j, by] = [at % width, step[at]!]
    if (by === 0) continue
    const x = theta[at]! + share * by
    if (j >= m) {
      slope += by * x
      continue
    }
    const row = Math.floor(at / width) * m + j
    // At the kink that it comes from or ends at, it has the slope of the side that it moves on.
    const own = theta[at] !== 0 ? theta[at]! : by
    const rate = x > 0 || (x === 0 && own > 0) ? support.upper[row]! : support.lower[row]!
    const isPast = Math.abs(rate) === Infinity
    slope += by * (isPast ? (own > 0 ? support.upper[row]! : support.lower[row]!) : rate)
  }
  recharge(form, charges, change, share, looking.charges)
  const { weights, roots } = looking
  for (let i = 0; i < problem.n; i++) {
    findPath(terrain, looking.charges, i, scratch, roots, weights, GLANCE)
    let before = problem.start[i]!
    for (let at = i * terrain.periods; at < (i + 1) * terrain.periods; at++) {
      const w = weights[at]!
      const size = Math.abs(w - before)
      slope += change.forecast[at]! * w - change.holding[at]! * Math.abs(w)
      slope -= size * (change.trading[at]! + change.impact[at]! * Math.sqrt(size))
      before = w
    }
  }
  return slope
}
