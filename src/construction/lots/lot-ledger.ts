/**
 * A book in whole lots while it is searched: what each limit comes to and what the book is exposed to, kept up to date
 * change by change in O(k + rows of the name), and what one name's change would be worth with the others as they are.
 *
 * What is maximised is the objective with the least commissions, less a price on what is outside: a high one on
 * limits, so that the search mends them first, and a lower one on how far a book that starts outside a limit stays
 * short of what the optimum mends of it, so that it comes closest before it earns.
 */
import { ROUNDING, type Room } from '#construction/lots/allowed-changes.ts'
import { tradingCostOf } from '#construction/lots/lot-cost.ts'
import type { LotProblem } from '#construction/lots/lot-problem.ts'
import { rowsOfLots, type LotRows } from '#construction/lots/lot-rows.ts'
import { exposureMatrices, type ExposureMatrices } from '#construction/lots/marginal-risk.ts'
import { trackingRoomOf, type TrackingRoom } from '#construction/lots/tracking-room.ts'

/** Of an excess over a limit, and of being over it at all: more than any trade earns, or any goal is worth. */
const LIMIT_PRICE = 1e6
const LIMIT_BREACH = 1e5
/** Of an excess over what the optimum mends. */
const GOAL_PRICE = 1e3

export interface LotLedger {
  readonly problem: LotProblem
  readonly rooms: readonly Room[]
  readonly rows: LotRows
  readonly matrices: ExposureMatrices
  /** 2γ and the horizon in one: what a unit of marginal variance a day costs. */
  readonly riskPrice: number
  readonly tracking: TrackingRoom | undefined
  /** Signed, in lots. */
  readonly changes: Float64Array
  readonly weights: Float64Array
  /** Σ·Fᵀw, [k]. */
  readonly pull: Float64Array
  /** By entry of a row: what the other names make of it, as of the entry's name last looked at. */
  readonly others: Float64Array
  /** What a unit of each row is charged, limits met or not: > 0 from above, < 0 from below; 0 unless the search asks. */
  readonly prices: Float64Array
  /** What each row comes to; the last is what the tracking error does, squared and over its most. */
  readonly values: Float64Array
}

/** One name with the others as they are: what is worked out once for all of its changes. */
export interface NameView {
  readonly i: number
  /** (Cov w)ᵢ a day, at the weights as they are. */
  readonly slope: number
}

/** A ledger with nothing traded. */
export function ledgerOf(problem: LotProblem, rooms: readonly Room[]): LotLedger {
  const { of } = problem
  const matrices = exposureMatrices(of.risk)
  const rows = rowsOfLots(problem)
  const ledger: LotLedger = {
    problem,
    rooms,
    rows,
    others: new Float64Array(rows.row.length),
    prices: new Float64Array(of.limits.length + 1),
    matrices,
    riskPrice: 2 * of.riskAversion * of.horizonDays,
    tracking: trackingRoomOf(problem, matrices),
    changes: new Float64Array(of.names.length),
    weights: of.start.slice(),
    pull: new Float64Array(matrices.k),
    values: new Float64Array(of.limits.length + 2),
  }
  refresh(ledger)
  return ledger
}

/** The weight of a name after a change. */
export function weightAfter(
  { problem: { of, lots } }: LotLedger,
  i: number,
  change: number,
): number {
  // prettier-ignore
  const { held, weight } = lots[i]!
  return change === 0 ? of.start[i]! : (held + change) * weight
}

/** Looks at one name; the last look at it is the one that counts. */
export function viewOf(ledger: LotLedger, i: number): NameView {
  const { rows, matrices, pull, weights, values, changes, others } = ledger
  const cost = tradingCostOf(ledger.problem, i, weights[i]!, changes[i]!)
  const end = rows.ends[i]!
  for (let at = rows.starts[i]!; at < end; at++)
    others[at] = values[rows.row[at]!]! - rows.share(at, i, weights[i]!, changes[i]!, cost)
  return { i, slope: matrices.slopeAt(pull, weights, i) }
}

/**
 * What a change of the name is worth, less what limits charge; comparable among changes of one view.
 *
 * @param change - in lots
 */
export function meritOf(ledger: LotLedger, view: NameView, change: number): number {
  const w = weightAfter(ledger, view.i, change)
  const cost = tradingCostOf(ledger.problem, view.i, w, change)
  return gainAt(ledger, view, w, cost) - chargeAt(ledger, view, w, change, cost)
}

/** The objective's terms that hang on the name. */
export function gainOf(ledger: LotLedger, view: NameView, change: number): number {
  const w = weightAfter(ledger, view.i, change)
  return gainAt(ledger, view, w, tradingCostOf(ledger.problem, view.i, w, change))
}

/** The same less what rows are worth to others: what a change is worth where it takes room from them. */
export function pricedGainOf(
  ledger: LotLedger,
  view: NameView,
  change: number,
  prices: Float64Array,
): number {
  const { rows, problem } = ledger
  const w = weightAfter(ledger, view.i, change)
  const cost = tradingCostOf(problem, view.i, w, change)
  let gain = gainAt(ledger, view, w, cost)
  const end = rows.ends[view.i]!
  for (let at = rows.starts[view.i]!; at < end; at++) {
    const price = prices[rows.row[at]!]!
    if (price !== 0) gain -= price * rows.share(at, view.i, w, change, cost)
  }
  return gain
}

/** What limits and goals charge with the name at a change. */
export function chargeOf(ledger: LotLedger, view: NameView, change: number): number {
  const w = weightAfter(ledger, view.i, change)
  return chargeAt(ledger, view, w, change, tradingCostOf(ledger.problem, view.i, w, change))
}

function gainAt(ledger: LotLedger, { i, slope }: NameView, w: number, cost: number): number {
  const { of } = ledger.problem
  const z = w - ledger.weights[i]!
  const risk = ledger.riskPrice * z * (slope + 0.5 * ledger.matrices.variance[i]! * z)
  const held = of.uncertaintyAversion * of.uncertainty[i]! * Math.abs(w) + (w < 0 ? -of.borrow[i]! * w : 0) // prettier-ignore
  return of.expectedReturn[i]! * w - risk - held - cost
}

function chargeAt(
  ledger: LotLedger,
  { i, slope }: NameView,
  w: number,
  change: number,
  cost: number,
): number {
  const { rows, others, tracking } = ledger
  const { goalLower, goalUpper } = ledger.rooms[i]!
  let charge = chargeFor(0, Math.max(goalLower - w, w - goalUpper))
  const end = rows.ends[i]!
  for (let at = rows.starts[i]!; at < end; at++) {
    const row = rows.row[at]!
    const share = rows.share(at, i, w, change, cost)
    const value = others[at]! + share
    charge += ledger.prices[row]! * share
    if (value > rows.goalUpper[row]!)
      charge += chargeFor(value - rows.upper[row]!, value - rows.goalUpper[row]!)
    else if (value < rows.goalLower[row]!)
      charge += chargeFor(rows.lower[row]! - value, rows.goalLower[row]! - value)
  }
  if (tracking === undefined) return charge
  const share = ledger.values.at(-1)! + trackingMove(ledger, tracking, i, slope, w)
  return charge + chargeFor(share - tracking.upper, share - tracking.goalUpper)
}

/** What a name's going to w adds to the tracking error, squared and over its most. */
function trackingMove(
  { weights, matrices }: LotLedger,
  { scale, offset }: TrackingRoom,
  i: number,
  slope: number,
  w: number,
): number {
  const z = w - weights[i]!
  return scale * z * (2 * (slope - offset[i]!) + matrices.variance[i]! * z)
}

/** @param over - by how much a limit is exceeded, and what the optimum reaches of it; ≤ 0 is inside */
function chargeFor(over: number, overGoal: number): number {
  const [excess, short] = [over - ROUNDING, overGoal - ROUNDING]
  const goal = short > 0 ? GOAL_PRICE * short : 0
  return excess > 0 ? goal + LIMIT_PRICE * excess + LIMIT_BREACH : goal
}

/** Makes a change of a name, instead of the one it has. */
export function apply(ledger: LotLedger, i: number, change: number): void {
  const { rows, values, weights, changes, matrices, pull, problem } = ledger
  const [w, before] = [weightAfter(ledger, i, change), weights[i]!]
  const [cost, costBefore] = [tradingCostOf(problem, i, w, change), tradingCostOf(problem, i, before, changes[i]!)] // prettier-ignore
  for (let at = rows.starts[i]!; at < rows.ends[i]!; at++)
    values[rows.row[at]!]! += rows.share(at, i, w, change, cost) - rows.share(at, i, before, changes[i]!, costBefore) // prettier-ignore
  if (ledger.tracking !== undefined)
    values[values.length - 1]! += trackingMove(ledger, ledger.tracking, i, matrices.slopeAt(pull, weights, i), w) // prettier-ignore
  matrices.movePull(pull, i, w - before)
  weights[i] = w
  changes[i] = change
}

/** Brings back what was there, to the bit. */
export function restore(ledger: LotLedger, before: SavedLedger): void {
  ledger.changes.set(before.changes)
  ledger.weights.set(before.weights)
  ledger.pull.set(before.pull)
  ledger.values.set(before.values)
}

export type SavedLedger = Pick<LotLedger, 'changes' | 'weights' | 'pull' | 'values'>

/** What a ledger holds, to be brought back. */
export function saved({ changes, weights, pull, values }: LotLedger): SavedLedger {
  return { changes: changes.slice(), weights: weights.slice(), pull: pull.slice(), values: values.slice() } // prettier-ignore
}

/** Computes everything that is kept anew from the changes, so that rounding does not pile up. */
export function refresh(ledger: LotLedger): void {
  const { rows, changes, weights, pull, values, matrices, problem } = ledger
  for (let i = 0; i < weights.length; i++) weights[i] = weightAfter(ledger, i, changes[i]!)
  pull.fill(0)
  matrices.addPull(pull, weights)
  values.fill(0)
  for (let i = 0; i < weights.length; i++) {
    const cost = tradingCostOf(problem, i, weights[i]!, changes[i]!)
    for (let at = rows.starts[i]!; at < rows.ends[i]!; at++)
      values[rows.row[at]!]! += rows.share(at, i, weights[i]!, changes[i]!, cost)
  }
  if (ledger.tracking !== undefined) values[values.length - 1] = ledger.tracking.shareAt(weights)
}

/** Whether every limit holds. */
export function isInside({ rows, values, tracking }: LotLedger): boolean {
  if (tracking !== undefined && values.at(-1)! > tracking.upper + ROUNDING) return false
  return rows.upper.every((upper, row) => values[row]! <= upper + ROUNDING && values[row]! >= rows.lower[row]! - ROUNDING) // prettier-ignore
}

/** The objective with least commissions, over the horizon. */
export function objectiveOf({
  problem,
  riskPrice,
  matrices,
  weights,
  pull,
  changes,
}: LotLedger): number {
  // prettier-ignore
  const { expectedReturn, uncertaintyAversion, uncertainty, borrow } = problem.of
  return weights.reduce((sum, w, i) => {
    const risk = 0.5 * riskPrice * w * matrices.slopeAt(pull, weights, i)
    const held = uncertaintyAversion * uncertainty[i]! * Math.abs(w) + borrow[i]! * Math.max(0, -w)
    return sum + expectedReturn[i]! * w - risk - held - tradingCostOf(problem, i, w, changes[i]!)
  }, 0)
}

/** The objective less what goals charge: what whole ledgers inside their limits are compared by. */
export function meritOfAll(ledger: LotLedger): number {
  const { rows, values, rooms, weights, tracking } = ledger
  const rowGoals = rows.goalUpper.reduce((sum, goal, row) => sum + chargeFor(0, Math.max(values[row]! - goal, rows.goalLower[row]! - values[row]!)), 0) // prettier-ignore
  const ofNames = rooms.reduce((sum, { goalLower, goalUpper }, i) => sum + chargeFor(0, Math.max(goalLower - weights[i]!, weights[i]! - goalUpper)), 0) // prettier-ignore
  const ofTracking = tracking === undefined ? 0 : chargeFor(0, values.at(-1)! - tracking.goalUpper)
  return objectiveOf(ledger) - rowGoals - ofNames - ofTracking
}
