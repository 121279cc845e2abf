/**
 * The limits on sums as whole lots see them: each name knows the rows that count it. Beside the case's own there is
 * `cash`: what purchases and all costs take out of it, least commissions included.
 *
 * A limit that the book starts outside of holds where the book stands, and its goal where the optimum gets to.
 */
import { tradingCostOf } from '#construction/lots/lot-cost.ts'
import type { LotProblem } from '#construction/lots/lot-problem.ts'
import { rowValue, spentOn, type Measure, type Row } from '#numerics/portfolio/problem.ts'

export interface LotRows {
  /** By row, the case's limits in their order and then cash: bounds, and what is to be reached. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly goalLower: Float64Array
  readonly goalUpper: Float64Array
  /** Entries of name i are those from starts[i] up to ends[i]; by entry, its row. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly row: Int32Array
  /** What a name at a weight adds to the row of an entry. */
  share(entry: number, i: number, w: number, change: number, cost: number): number
}

export function rowsOfLots(problem: LotProblem): LotRows {
  const { of, lots } = problem
  const entries = of.names.map((_, i) =>
    [...of.limits.keys()].filter((j) => counts(of.limits[j]!, i)),
  )
  const [cashRow, total] = [of.limits.length, entries.reduce((sum, { length }) => sum + length + 1, 0)] // prettier-ignore
  const [starts, ends] = [new Int32Array(entries.length), new Int32Array(entries.length)]
  const [row, kind, rate] = [new Int32Array(total), new Uint8Array(total), new Float64Array(total)]
  let at = 0
  entries.forEach((rows, i) => {
    starts[i] = at
    for (const j of rows) {
      ;[row[at], kind[at], rate[at]] = [j, kindOf(of.limits[j]!), of.limits[j]!.rates[i]!]
      at++
    }
    ;[row[at], kind[at], rate[at]] = [cashRow, CASH, lots[i]!.cash]
    ends[i] = ++at
  })
  const { start } = of
  return {
    ...boundsOf(problem),
    starts,
    ends,
    row,
    share(entry, i, w, change, cost) {
      if (kind[entry] === CASH) return rate[entry]! * change + cost
      if (kind[entry] === KINDS.net) return rate[entry]! * w
      if (kind[entry] === SPENDING)
        return (
          rate[entry]! * w + spentOn(of.limits[row[entry]!]!.spends!, i, Math.abs(w - start[i]!))
        )
      return rate[entry]! * Math.abs(kind[entry] === KINDS.gross ? w : w - start[i]!)
    },
  }
}

const KINDS: Readonly<Record<Measure, number>> = { net: 0, gross: 1, turnover: 2 }
const [SPENDING, CASH] = [3, 4]
const kindOf = ({ measure, spends }: Row): number =>
  spends === undefined ? KINDS[measure] : SPENDING

const counts = ({ rates, spends }: Row, i: number): boolean =>
  rates[i] !== 0 || (spends !== undefined && (spends.trading[i] !== 0 || spends.impact[i] !== 0))

type Bounds = Pick<LotRows, 'lower' | 'upper' | 'goalLower' | 'goalUpper'>

function boundsOf(problem: LotProblem): Bounds {
  const { of, optimum } = problem
  const limits = of.limits.map((limit) => {
    const [start, goal] = [rowValue(of, limit, of.start), rowValue(of, limit, optimum.weights)]
    const [lower, upper] = [Math.min(limit.lower, start), Math.max(limit.upper, start)]
    return [lower, upper, Math.max(lower, Math.min(limit.lower, goal)), Math.min(upper, Math.max(limit.upper, goal))] as const // prettier-ignore
  })
  const [spendable, goal] = [problem.cash - problem.cashBuffer, spentAt(problem, optimum.weights)]
  // Of cash that is short already no more goes than the optimum needs.
  const most = spendable >= 0 ? spendable : Math.max(0, goal)
  const bounds = [...limits, [-Infinity, most, -Infinity, Math.min(most, Math.max(spendable, goal))]] // prettier-ignore
  const [lower, upper, goalLower, goalUpper] = [0, 1, 2, 3].map((side) => Float64Array.from(bounds, (ends) => ends[side]!)) // prettier-ignore
  return { lower: lower!, upper: upper!, goalLower: goalLower!, goalUpper: goalUpper! }
}

/** Cash that a trade to weights between lots takes, costs included. */
function spentAt(problem: LotProblem, w: Float64Array): number {
  const { of, lots } = problem
  return w.reduce((sum, weight, i) => {
    const { weight: lotWeight, cash } = lots[i]!
    const change = (weight - of.start[i]!) / lotWeight
    return Number.isFinite(change) && change !== 0 ? sum + cash * change + tradingCostOf(problem, i, weight, change) : sum // prettier-ignore
  }, 0)
}
