/**
 * Makes room: shrinks weights towards zero until every constraint is met, each name no further
 * than its floor.
 *
 * Constraint by constraint, members are scaled by one common factor, those at their floor stay:
 * wᵢ ← sign(wᵢ) max(floorᵢ, λ|wᵢ|), with the largest λ ≤ 1 that fits. Weights only shrink, so a
 * sum that was met stays met. A constraint that floors make impossible ends with all its members
 * at their floors: as close as may be.
 */
import type { Constraint, Member } from '#construction/constraints.ts'

export interface Shrunk {
  readonly weights: Float64Array
  /** Labels of the constraints that took something away, in order. */
  readonly shrunkBy: readonly string[]
}

/** What float sums may be off by without a constraint counting as unmet. */
export const SLACK = 1e-9

/**
 * @param weights - [n], fractions of net asset value; not changed
 * @param floors - [n], |w| that a name keeps at least, ≥ 0; above |w| it means all of it
 */
export function shrink(
  weights: Float64Array,
  floors: Float64Array,
  constraints: readonly Constraint[],
): Shrunk {
  const w = weights.slice()
  const shrunkBy: string[] = []
  for (const constraint of constraints) {
    const excess = constraint.measure(w) - constraint.limit
    if (!(excess > SLACK)) continue
    const members = constraint.members(w)
    const factor = factorFor(w, floors, members, excess)
    const before = w.slice()
    for (const { index } of members) w[index] = scaled(w[index]!, floors[index]!, factor)
    if (w.some((value, i) => value !== before[i])) shrunkBy.push(constraint.label)
  }
  return { weights: w, shrunkBy }
}

function scaled(weight: number, floor: number, factor: number): number {
  const size = Math.abs(weight)
  return Math.sign(weight) * Math.max(Math.min(floor, size), factor * size)
}

/** The largest λ in [0, 1] that takes `excess` away, by bisection; what λ frees falls with λ. */
function factorFor(
  w: Float64Array,
  floors: Float64Array,
  members: readonly Member[],
  excess: number,
): number {
  const freedBy = (factor: number): number =>
    members.reduce((total, { index, coefficient }) => {
      const kept = Math.abs(scaled(w[index]!, floors[index]!, factor))
      return total + coefficient * (Math.abs(w[index]!) - kept)
    }, 0)
  let [low, high] = [0, 1]
  if (freedBy(0) <= excess) return 0
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (freedBy(middle) >= excess) low = middle
    else high = middle
  }
  return low
}
