/**
 * The search among whole lots: mend what rounding broke, cheapest first; give each name its best change in turn until
 * none has a better one; then trade one name for another where a limit, or a lot's size, stands in the way of a single
 * change. It ends where neither a change of one name nor a swap of two is worth more: a local optimum, for the exact
 * one is as hard as any whole-number program. Every step is worth more than the last, so it ends.
 *
 * D. Bienstock, "Computational Study of a Family of Mixed-Integer Quadratic Programming Problems" (1996), for why.
 */
import type { Run } from '#construction/lots/allowed-changes.ts'
import { bestChange, isIn } from '#construction/lots/best-change.ts'
import {
  apply,
  chargeOf,
  gainOf,
  isInside,
  meritOf,
  pricedGainOf,
  refresh,
  restore,
  saved,
  viewOf,
  type LotLedger,
} from '#construction/lots/lot-ledger.ts'
import { rowValue } from '#numerics/portfolio/problem.ts'

/** What a step is worth at least, fraction of net asset value: a hundred-millionth of a basis point. */
const LEAST_GAIN = 1e-12
const MOST_SWEEPS = 40

/** How hard to look. */
export interface Effort {
  /** Moves that a pass of swaps begins with. */
  readonly swaps: number
  /** Moves that may answer each. */
  readonly answers: number
  /** Names that are asked for an answer: those that would lose least by a move. */
  readonly answerers: number
  /** Passes of swaps at most. */
  readonly passes: number
  /** How far the first look at each name reaches. */
  readonly reach: 'whole' | 'near'
}

/** Makes a ledger as good as single changes and swaps can; returns how many it took. */
export function search(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  effort: Effort,
): number {
  // prettier-ignore
  let moves = mend(ledger, runs)
  const prices = pricesOf(ledger)
  ledger.prices.set(prices)
  moves += sweep(ledger, runs, effort.reach)
  ledger.prices.fill(0)
  moves += mend(ledger, runs) + sweep(ledger, runs, effort.reach)
  for (let pass = 0; pass < effort.passes; pass++) {
    const made = swapPass(ledger, runs, effort, prices)
    if (made === 0) break
    moves += made + sweep(ledger, runs, effort.reach)
  }
  refresh(ledger)
  return moves
}

/** Single changes that bring limits back, by what they cost a unit mended. */
function mend(ledger: LotLedger, runs: readonly (readonly Run[])[]): number {
  let moves = 0
  for (let round = 0; round < MOST_SWEEPS && !isInside(ledger); round++) {
    const cures = runs.flatMap((of, i) => curesOf(ledger, of, i)).toSorted((a, b) => b.ratio - a.ratio || a.i - b.i) // prettier-ignore
    let mended = 0
    for (const { i, change } of cures) {
      const view = viewOf(ledger, i)
      if (!(chargeOf(ledger, view, change) < chargeOf(ledger, view, ledger.changes[i]!))) continue
      apply(ledger, i, change)
      mended++
      if (isInside(ledger)) break
    }
    moves += mended
    if (mended === 0) break
  }
  return moves
}

interface Cure {
  readonly i: number
  readonly change: number
  readonly ratio: number
}

function curesOf(ledger: LotLedger, runs: readonly Run[], i: number): Cure[] {
  if (runs.length === 0) return []
  const view = viewOf(ledger, i)
  const current = ledger.changes[i]!
  const [charge, gain] = [chargeOf(ledger, view, current), gainOf(ledger, view, current)]
  return neighboursOf(runs, current).flatMap((change): Cure[] => {
    const mends = charge - chargeOf(ledger, view, change)
    if (!(mends > 0)) return []
    return [{ i, change, ratio: mends / Math.max(LEAST_GAIN, gain - gainOf(ledger, view, change)) }]
  })
}

/** One lot more and less, none, and the smallest orders where there is none. */
function neighboursOf(runs: readonly Run[], current: number): number[] {
  const next = [current + 1, current - 1].filter((change) => change === 0 || runs.some((run) => isIn(run, change))) // prettier-ignore
  const others = current === 0 ? runs.map(({ first }) => first) : [0]
  return [...new Set([...next, ...others])]
}

/** What limits are worth at the optimum, by row: where they are scarce, only what is worth its room takes it. */
function pricesOf({ problem: { of, optimum }, prices }: LotLedger): Float64Array {
  return prices.map((_, row) => {
    const limit = of.limits[row]
    const price = (limit === undefined ? undefined : optimum.shadowPrices.get(limit.name)) ?? 0
    if (limit === undefined || price === 0) return 0
    const value = rowValue(of, limit, optimum.weights)
    return Math.abs(limit.upper - value) <= Math.abs(value - limit.lower) ? price : -price
  })
}

/** The best change of each name, those that gain most first, until no name has a better one. */
function sweep(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  reach: Effort['reach'],
): number {
  // prettier-ignore
  let moves = 0
  for (let round = 0; round < MOST_SWEEPS; round++) {
    const wishes = wishesOf(ledger, runs, round === 0 ? reach : 'near')
    let moved = 0
    for (const { i } of wishes) {
      const { change, gain } = bestChange(ledger, viewOf(ledger, i), runs[i]!, round === 0 ? reach : 'near') // prettier-ignore
      if (!(gain > LEAST_GAIN)) continue
      apply(ledger, i, change)
      moved++
    }
    moves += moved
    if (moved === 0) break
  }
  return moves
}

function wishesOf(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  reach: Effort['reach'],
): Opening[] {
  // prettier-ignore
  const wishes: Opening[] = []
  for (let i = 0; i < runs.length; i++) {
    if (runs[i]!.length === 0) continue
    const { change, gain } = bestChange(ledger, viewOf(ledger, i), runs[i]!, reach)
    if (gain > LEAST_GAIN) wishes.push({ i, change, gain })
  }
  return wishes.toSorted((a, b) => b.gain - a.gain || a.i - b.i)
}

interface Opening {
  readonly i: number
  readonly change: number
  /** What the move gains, less what its room is worth. */
  readonly gain: number
}

/** Tries openings, each answered by other names; keeps what is worth more in sum. */
function swapPass(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  effort: Effort,
  prices: Float64Array,
): number {
  const all = runs.flatMap((of, i) => openingsOf(ledger, of, i, prices)).toSorted((a, b) => b.gain - a.gain || a.i - b.i) // prettier-ignore
  const answerers = [...new Set(all.map(({ i }) => i))].slice(0, effort.answerers).toSorted((a, b) => a - b) // prettier-ignore
  let moves = 0
  for (const opening of all.slice(0, effort.swaps))
    if (ledger.changes[opening.i] !== opening.change)
      moves += swapped(ledger, runs, opening, answerers, effort.answers)
  return moves
}

/** Makes a move and answers to it, or none where they are not worth it; returns how many. */
function swapped(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  { i, change }: Opening,
  answerers: readonly number[],
  most: number,
): number {
  const before = saved(ledger)
  const view = viewOf(ledger, i)
  let gain = meritOf(ledger, view, change) - meritOf(ledger, view, ledger.changes[i]!)
  apply(ledger, i, change)
  for (let moves = 1; ; moves++) {
    if (gain > LEAST_GAIN) return moves
    const answer = moves > most ? undefined : bestAnswer(ledger, runs, answerers, i)
    if (answer === undefined) break
    gain += answer.gain
    apply(ledger, answer.i, answer.change)
  }
  restore(ledger, before)
  return 0
}

function openingsOf(
  ledger: LotLedger,
  runs: readonly Run[],
  i: number,
  prices: Float64Array,
): Opening[] {
  if (runs.length === 0) return []
  const view = viewOf(ledger, i)
  const current = ledger.changes[i]!
  const now = pricedGainOf(ledger, view, current, prices)
  return neighboursOf(runs, current).map((change) => ({ i, change, gain: pricedGainOf(ledger, view, change, prices) - now })) // prettier-ignore
}

function bestAnswer(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  answerers: readonly number[],
  but: number,
): Opening | undefined {
  let best: Opening | undefined
  for (const i of answerers) {
    if (i === but) continue
    const { change, gain } = bestChange(ledger, viewOf(ledger, i), runs[i]!, 'near')
    if (gain > LEAST_GAIN && gain > (best?.gain ?? 0)) best = { i, change, gain }
  }
  return best
}
