/** Cuts a trade to what may still be traded today: reductions first, and of them the cures first. */

export interface Cut {
  readonly weights: Float64Array
  readonly cut: boolean
}

/**
 * @param held - weights now, [n]
 * @param to - weights wanted, [n]
 * @param cure - the least change of `held` that meets the limits, [n], |cure| ≤ |held|
 * @param left - Σ|Δw| allowed, ≥ 0
 */
export function withinTurnover(
  held: Float64Array,
  to: Float64Array,
  cure: Float64Array,
  left: number,
): Cut {
  const moves = Array.from(held, (weight, i) => moveOf(weight, to[i]!, cure[i]!))
  const total = moves.reduce((sum, { cures, reduces, adds }) => sum + cures + reduces + adds, 0)
  if (total <= left) return { weights: to, cut: false }
  const budget = { left: Math.max(0, left) }
  const cures = shareOf(budget, moves, (move) => move.cures)
  const reductions = shareOf(budget, moves, (move) => move.reduces)
  const additions = shareOf(budget, moves, (move) => move.adds)
  const weights = held.map((weight, i) => {
    const { cures: cured, reduces, adds, addsTo } = moves[i]!
    const reduced = cured * cures + reduces * reductions
    return weight - Math.sign(weight) * reduced + addsTo * adds * additions
  })
  return { weights, cut: true }
}

interface Move {
  /** Parts of |Δw|, each ≥ 0. */
  readonly cures: number
  readonly reduces: number
  readonly adds: number
  /** Direction of the addition: 1 or −1. */
  readonly addsTo: number
}

function moveOf(held: number, to: number, cure: number): Move {
  const kept = held * to > 0 ? Math.min(Math.abs(held), Math.abs(to)) : 0
  const reduced = Math.abs(held) - kept
  const cures = Math.min(reduced, Math.max(0, Math.abs(held) - Math.abs(cure)))
  return {
    cures,
    reduces: reduced - cures,
    adds: Math.abs(to) - kept,
    addsTo: Math.sign(to),
  }
}

/** The share of one kind of move that the budget pays for, which it is then taken off. */
function shareOf(
  budget: { left: number },
  moves: readonly Move[],
  part: (move: Move) => number,
): number {
  const wanted = moves.reduce((total, move) => total + part(move), 0)
  const share = wanted > budget.left ? budget.left / wanted : 1
  budget.left = Math.max(0, budget.left - wanted)
  return wanted === 0 ? 0 : share
}
