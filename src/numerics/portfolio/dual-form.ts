/**
 * The layout of a portfolio problem for the dual method: its rows in the order of their measures, its rates and loadings
 * a name in a row. Net rows that split the names into groups, such as sectors, are a label for each name and not columns
 * of noughts and ones.
 */
import { invariant } from '#model/invariant.ts'
import type { PortfolioProblem, Row, Spending } from '#numerics/portfolio/problem.ts'
import type { Support } from '#numerics/portfolio/kinked-quadratic.ts'

/** A problem laid out. Multipliers stand in the order groups, gross, turnover, net rows, then factors. */
export interface DualForm {
  readonly problem: PortfolioProblem
  /** Where each kind of row ends: groups, gross, turnover, then net; m rows in all. */
  readonly groupEnd: number
  readonly grossEnd: number
  readonly turnoverEnd: number
  readonly m: number
  /** Rows and factors. */
  readonly width: number
  /** Of the first net rows: what of trades they count. */
  readonly spending: readonly Spending[]
  /** Of the rows in this order: their place in `problem.rows`. */
  readonly order: readonly number[]
  /** Of each name the row of its group; `groupEnd` where it has none. */
  readonly group: Int32Array
  /** n × (width − groupEnd): what is no group, in order. */
  readonly matrix: Float64Array
  readonly support: Support
  /** Of each row, the curvature that it would have were every name free: the measure of a regularisation. */
  readonly floors: Float64Array
  /** What names outside the form add to the values: nil, or where only some names are let react (`screening.ts`). */
  readonly base: Float64Array
}

/** Groups first, then gross, turnover, net rows that count spending, other net rows. */
const rankOf = ({ measure, spends }: Row): number =>
  measure === 'gross' ? 1 : measure === 'turnover' ? 2 : spends === undefined ? 4 : 3

/** @param priceCap - no multiplier is larger; ∞ for hard constraints */
export function dualFormOf(problem: PortfolioProblem, priceCap = Infinity): DualForm {
  const { rows, factors } = problem
  const { labelled, label } = groupsOf(problem)
  const rank = (j: number) => (labelled.has(j) ? 0 : rankOf(rows[j]!))
  const order = [...rows.keys()].toSorted((i, j) => rank(i) - rank(j) || i - j)
  const sorted = order.map((j) => rows[j]!)
  const spending = sorted.flatMap((row) => spendingOf(row) ?? [])
  const count = (most: number) => order.filter((j) => rank(j) <= most).length
  const [groupEnd, m] = [count(0), rows.length]
  const width = m + factors
  const places = new Map(order.slice(0, groupEnd).map((row, place) => [row, place]))
  const group = label.map((row) => places.get(row) ?? groupEnd)
  const matrix = matrixOf(problem, sorted.slice(groupEnd))
  const lower = Float64Array.from(sorted, (row) => (row.measure === 'net' ? row.lower : -Infinity))
  const upper = Float64Array.from(sorted, (row) => row.upper)
  return {
    problem,
    groupEnd,
    grossEnd: count(1),
    turnoverEnd: count(2),
    m,
    width,
    spending,
    order,
    group,
    matrix,
    support: { lower, upper, priceCap },
    floors: curvatureFloors(problem, sorted),
    base: new Float64Array(width),
  }
}

function spendingOf({ name, measure, lower, spends }: Row): Spending | undefined {
  const isConvex = spends === undefined || (measure === 'net' && lower === -Infinity)
  invariant(isConvex, `row ${name} counts spending, so it sums weights and is bounded above only`)
  return spends
}

/** Net rows of rate 1 that share no name, first come first; and of each name the row that it is in, or −1. */
function groupsOf({ n, rows }: PortfolioProblem): {
  readonly labelled: ReadonlySet<number>
  readonly label: Int32Array
} {
  const labelled = new Set<number>()
  const label = new Int32Array(n).fill(-1)
  rows.forEach(({ measure, rates, spends }, row) => {
    if (measure !== 'net' || spends !== undefined) return
    let count = 0
    for (let i = 0; i < n; i++) {
      if (rates[i] === 0) continue
      if (rates[i] !== 1 || label[i] !== -1) return
      count++
    }
    // A row of every name, such as the net one, is better off as a column: names have one label each.
    if (count > n / 2) return
    labelled.add(row)
    for (let i = 0; i < n; i++) if (rates[i] === 1) label[i] = row
  })
  return { labelled, label }
}

function matrixOf(
  { n, factors, loadings }: PortfolioProblem,
  columns: readonly Row[],
): Float64Array {
  const width = columns.length + factors
  const matrix = new Float64Array(n * width)
  columns.forEach(({ rates }, j) => {
    for (let i = 0; i < n; i++) matrix[i * width + j] = rates[i]!
  })
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++)
      matrix[i * width + columns.length + j] = loadings[i * factors + j]!
  return matrix
}

function curvatureFloors({ n, curvature }: PortfolioProblem, rows: readonly Row[]): Float64Array {
  const floors = new Float64Array(rows.length)
  rows.forEach(({ rates }, j) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += (rates[i]! * rates[i]!) / curvature[i]!
    floors[j] = sum > 0 ? sum : 1
  })
  return floors
}
