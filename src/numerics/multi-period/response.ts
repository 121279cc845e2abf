/**
 * How one name's path answers small changes of its forecasts: the T × T matrix ∂w/∂v, symmetric and positive semidefinite.
 * Weights at a bound or at their kink stay; steps without a trade between them move together; trades with impact are
 * springs between those that move. What moves freely is a tridiagonal system, one row a group of steps.
 */
import type { Charges, Terrain } from '#numerics/multi-period/name-path.ts'

/** A trade this near to its bound is at it: a path that is led by a later weight meets it but for rounding. */
const ROUNDING = 1e-13

/** Where the groups of one name are held, T entries each. */
export interface ResponseScratch {
  /** Group of each step, −1 where it does not move. */
  readonly group: Int32Array
  readonly pivot: Float64Array
  readonly link: Float64Array
  readonly column: Float64Array
}

export function responseScratch(periods: number): ResponseScratch {
  return {
    group: new Int32Array(periods),
    pivot: new Float64Array(periods),
    link: new Float64Array(periods),
    column: new Float64Array(periods),
  }
}

/**
 * Writes the matrix of name i.
 *
 * @param out - T × T, row-major
 * @returns whether anything moves
 */
export function responseOf(
  terrain: Terrain,
  charges: Charges,
  i: number,
  weights: Float64Array,
  scratch: ResponseScratch,
  out: Float64Array,
): boolean {
  out.fill(0)
  const groups = grouped(terrain, charges, i, weights, scratch)
  if (groups === 0) return false
  const { group, pivot, link, column } = scratch
  const { periods } = terrain
  // LDLᵀ of the tridiagonal matrix; a link is what is above the diagonal, negated.
  for (let j = 1; j < groups; j++) pivot[j]! -= (link[j]! * link[j]!) / pivot[j - 1]!
  for (let c = 0; c < groups; c++) {
    column.fill(0)
    column[c] = 1
    for (let j = c + 1; j < groups; j++) column[j] = (link[j]! / pivot[j - 1]!) * column[j - 1]!
    for (let j = groups - 1; j >= 0; j--) {
      const next = j + 1 < groups ? link[j + 1]! * column[j + 1]! : 0
      column[j] = (column[j]! + next) / pivot[j]!
    }
    for (let t = 0; t < periods; t++)
      if (group[t] === c)
        for (let k = 0; k < periods; k++) if (group[k]! >= 0) out[t * periods + k] = column[group[k]!]! // prettier-ignore
  }
  return true
}

/** Curvatures of the groups that move in `pivot`, and of the springs to the group before each in `link`. */
function grouped(
  terrain: Terrain,
  { holding, trading, impact }: Charges,
  i: number,
  weights: Float64Array,
  { group, pivot, link }: ResponseScratch,
): number {
  const { periods, curvature, lower, upper, leastTrade, mostTrade, start } = terrain
  let groups = 0
  let t = 0
  let before = start[i]!
  let isHeldBefore = true
  while (t < periods) {
    const at = i * periods + t
    const isTiedTo = isTied(at, weights[at]!, before)
    // A step that is tied to what is held is held itself.
    let isHeld = t === 0 && isTiedTo
    const spring = isTiedTo ? 0 : springOf(at, weights[at]! - before)
    const first = t
    let sum = 0
    do {
      const here = i * periods + t
      const w = weights[here]!
      isHeld ||= w <= lower[here]! || w >= upper[here]! || (w === 0 && holding[here]! > 0)
      sum += curvature[here]!
      before = w
      t++
    } while (t < periods && isTied(i * periods + t, weights[i * periods + t]!, before))
    group.fill(isHeld ? -1 : groups, first, t)
    if (!isHeldBefore) pivot[groups - 1]! += spring
    if (!isHeld) {
      pivot[groups] = sum + spring
      link[groups++] = isHeldBefore ? 0 : spring
    }
    isHeldBefore = isHeld
  }
  return groups

  /** Whether a small push leaves the trade as it is. */
  function isTied(at: number, w: number, from: number): boolean {
    if (w === from) return trading[at]! > 0 || impact[at]! > 0 || leastTrade[at] === 0 || mostTrade[at] === 0 // prettier-ignore
    const z = w - from
    return Math.abs(z - leastTrade[at]!) <= ROUNDING || Math.abs(z - mostTrade[at]!) <= ROUNDING
  }

  function springOf(at: number, z: number): number {
    return impact[at]! > 0 ? (0.75 * impact[at]!) / Math.sqrt(Math.abs(z)) : 0
  }
}
