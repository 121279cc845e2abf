/**
 * From an optimum's weights to whole lots, by search: the weights are rounded to the nearest orders that may be placed
 * and, once more, towards what is held; each is mended and improved (`lot-search.ts`), and the better one is kept.
 * Trading nothing is inside every limit (a book that starts outside is no worse), so there always is an answer.
 */
import { roomsOf, runsOf, type Run } from '#construction/lots/allowed-changes.ts'
import { nearestChange } from '#construction/lots/best-change.ts'
import { tradingCostOf } from '#construction/lots/lot-cost.ts'
import {
  apply,
  isInside,
  ledgerOf,
  meritOfAll,
  objectiveOf,
  refresh,
  type LotLedger,
} from '#construction/lots/lot-ledger.ts'
import type { LotProblem, LotSolution } from '#construction/lots/lot-problem.ts'
import { search, type Effort } from '#construction/lots/lot-search.ts'
import { skippedNames } from '#construction/lots/skipped-names.ts'
import { invariant } from '#model/invariant.ts'

/** So few names are searched as thoroughly as can be. */
const FEW = 12
const THOROUGH: Effort = { swaps: 200, answers: 3, answerers: 200, passes: 12, reach: 'whole' }
const QUICK: Effort = { swaps: 48, answers: 4, answerers: 48, passes: 6, reach: 'near' }

/** The changes, in whole lots, that keep every limit and lose least of the optimum. */
export function wholeLots(problem: LotProblem): LotSolution {
  const n = problem.of.names.length
  invariant(problem.lots.length === n, `${problem.lots.length} lots of ${n} names`)
  const rooms = roomsOf(problem)
  const ticket = problem.minimumTicket / problem.nav
  const runs = problem.lots.map((lot, i) => runsOf(lot, problem.of.start[i]!, rooms[i]!, ticket))
  const ledger = ledgerOf(problem, rooms)
  const effort = n <= FEW ? THOROUGH : QUICK
  let best: { readonly changes: Float64Array; readonly merit: number } | undefined
  let moves = 0
  for (const wanted of beginnings(problem, n <= FEW)) {
    begin(ledger, runs, wanted)
    moves += search(ledger, runs, effort)
    if (!isInside(ledger)) continue
    const merit = meritOfAll(ledger)
    if (best === undefined || merit > best.merit) best = { changes: ledger.changes.slice(), merit }
  }
  if (best === undefined) {
    begin(ledger, runs, new Float64Array(n))
    moves += search(ledger, runs, effort)
  } else begin(ledger, runs, best.changes)
  return solutionOf(ledger, runs, moves)
}

/** Where the search begins: at the optimum, halfway and, of few names, also at nothing. */
function beginnings({ of, optimum, lots }: LotProblem, isThorough: boolean): Float64Array[] {
  const wanted = lots.map(({ weight }, i) => (optimum.weights[i]! - of.start[i]!) / weight)
  const finite = Float64Array.from(wanted, (change) => (Number.isFinite(change) ? change : 0))
  const inward = finite.map((change) => Math.trunc(change))
  const outward = finite.map((change) => Math.sign(change) * Math.ceil(Math.abs(change)))
  return isThorough ? [finite, inward, outward, new Float64Array(of.names.length)] : [finite] // prettier-ignore
}

/** Sets every change to the allowed one nearest to what is wanted. */
function begin(ledger: LotLedger, runs: readonly (readonly Run[])[], wanted: Float64Array): void {
  runs.forEach((of, i) => {
    const change = nearestChange(of, wanted[i]!)
    if (change !== ledger.changes[i]) apply(ledger, i, change)
  })
  refresh(ledger)
}

function solutionOf(
  ledger: LotLedger,
  runs: readonly (readonly Run[])[],
  moves: number,
): LotSolution {
  const { problem, changes, weights } = ledger
  invariant(isInside(ledger), 'whole lots are outside a limit that trading nothing is inside of')
  const objective = objectiveOf(ledger)
  return {
    changes: changes.map((change) => change + 0),
    weights: weights.slice(),
    objective,
    lossBps: (continuousObjective(ledger) - objective) * 10_000,
    cost: weights.reduce((sum, w, i) => sum + tradingCostOf(problem, i, w, changes[i]!), 0),
    skipped: skippedNames(ledger, runs),
    moves,
  }
}

/** The case's own objective at the optimum, where no order has a least commission. */
function continuousObjective({ problem, rooms }: LotLedger): number {
  const { of, optimum, lots } = problem
  const without = { ...problem, lots: lots.map((lot) => ({ ...lot, minimumFee: 0 })) }
  const ledger = ledgerOf(without, rooms)
  optimum.weights.forEach((w, i) => {
    ledger.weights[i] = w
    // Any change will do where no commission is least: the cost is that of the weight.
    ledger.changes[i] = w === of.start[i] ? 0 : 1
  })
  ledger.matrices.addPull(ledger.pull.fill(0), ledger.weights)
  return objectiveOf(ledger)
}
