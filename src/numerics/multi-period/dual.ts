/**
 * The dual of the portfolio problem over several steps as a function of the multipliers: in each step one for each row
 * and p for the factor equations y = Gᵀw. For fixed multipliers every name's path is alone (`name-path.ts`), so that
 *
 *     D(x, p) = Σₜ [ −½‖pₜ‖² − Σⱼ support(xₜⱼ) ] + Σᵢ min over paths of name i of [its own terms + what it is charged]
 *
 * is concave with the gradient (rowⱼ(wₜ) − slope, Gₜᵀwₜ − pₜ). It is a bound below the objective of any path inside the
 * limits, whatever the multipliers are: the certificate.
 *
 * Multipliers lie step by step, in a step: gross rows, turnover, net rows that count spending, other net rows, factors.
 * The single-period dual (`#numerics/portfolio/dual.ts`) is the case of one step.
 */
import type { Support } from '#numerics/portfolio/kinked-quadratic.ts'
import { spendingSlope, spentOn, type Row, type Spending } from '#numerics/portfolio/problem.ts'
import type { PeriodsProblem } from '#numerics/multi-period/problem.ts'
import {
  findPath,
  pathScratch,
  type Charges,
  type PathScratch,
  type Terrain,
} from '#numerics/multi-period/name-path.ts'

/** The problem laid out. */
export interface DualForm {
  readonly problem: PeriodsProblem
  readonly terrain: Terrain
  /** Where measures end in a step's rows: gross, then turnover, then what spends, then other net rows; m in all. */
  readonly grossEnd: number
  readonly turnoverEnd: number
  readonly spendingEnd: number
  readonly m: number
  /** Rows and factors of a step. */
  readonly width: number
  /** Of the rows in this order: their place in `problem.rows`. */
  readonly order: readonly number[]
  readonly spending: readonly Spending[]
  /** n × width: rates, then loadings of a scale of one. */
  readonly matrix: Float64Array
  /** Of all rows, step by step: T·m. */
  readonly support: Support
  readonly own: Charges
  readonly scratch: PathScratch
}

/** Multipliers and what follows from them. */
export interface DualPoint {
  /** T × width. */
  readonly theta: Float64Array
  readonly charges: Charges
  /** n × T: name by name. */
  readonly weights: Float64Array
  /** √|z| of the trades with impact; kept from look to look. */
  readonly roots: Float64Array
  /** T × width: rows' values and Gᵀw. */
  readonly values: Float64Array
}

const rankOf = ({ measure, spends }: Row): number =>
  measure === 'gross' ? 0 : measure === 'turnover' ? 1 : spends === undefined ? 3 : 2

const FIRST_ROOT = 0.05

export function dualFormOf(problem: PeriodsProblem): DualForm {
  const { rows, factors, n, steps, loadings } = problem
  const order = [...rows.keys()].toSorted((i, j) => rankOf(rows[i]!) - rankOf(rows[j]!) || i - j)
  const sorted = order.map((j) => rows[j]!)
  const endOf = (rank: number) => sorted.filter((row) => rankOf(row) <= rank).length
  const m = rows.length
  const width = m + factors
  const matrix = new Float64Array(n * width)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) matrix[i * width + j] = sorted[j]!.rates[i]!
    for (let j = 0; j < factors; j++) matrix[i * width + m + j] = loadings[i * factors + j]!
  }
  const lower = steps.flatMap(({ rowLower }) => order.map((j) => rows[j]!.measure === 'net' ? rowLower[j]! : -Infinity)) // prettier-ignore
  const upper = steps.flatMap(({ rowUpper }) => order.map((j) => rowUpper[j]!))
  return {
    problem,
    ...byName(problem),
    grossEnd: endOf(0),
    turnoverEnd: endOf(1),
    spendingEnd: endOf(2),
    m,
    width,
    order,
    spending: sorted.flatMap(({ spends }) => spends ?? []),
    matrix,
    support: { lower: Float64Array.from(lower), upper: Float64Array.from(upper), priceCap: priceCapOf(problem) }, // prettier-ignore
    scratch: pathScratch(steps.length),
  }
}

/** What no limit is worth in a problem that has a solution, against the steepest slope that a name has. */
const PRICE = 1e4

/** Limits may be exceeded at this price: nothing is where they can hold, and the least in sum where they cannot. */
function priceCapOf({ steps, start }: PeriodsProblem): number {
  let steepest = 1e-3
  for (const { forecast, curvature, holdingCost, tradingCost } of steps)
    for (let i = 0; i < start.length; i++) {
      const slope = Math.abs(forecast[i]!) + curvature[i]! * (Math.abs(start[i]!) + 0.1)
      steepest = Math.max(steepest, slope + holdingCost[i]! + tradingCost[i]!)
    }
  return PRICE * steepest
}

/** The steps' lists with a name's steps side by side. */
function byName({ n, start, steps }: PeriodsProblem): Pick<DualForm, 'terrain' | 'own'> {
  const periods = steps.length
  const turned = (listOf: (step: (typeof steps)[number]) => Float64Array): Float64Array => {
    const values = new Float64Array(n * periods)
    steps.forEach((step, t) => {
      const list = listOf(step)
      for (let i = 0; i < n; i++) values[i * periods + t] = list[i]!
    })
    return values
  }
  const terrain: Terrain = {
    periods,
    start,
    curvature: turned((step) => step.curvature),
    lower: turned((step) => step.lower),
    upper: turned((step) => step.upper),
    leastTrade: turned((step) => step.leastTrade),
    mostTrade: turned((step) => step.mostTrade),
  }
  const own: Charges = {
    forecast: turned((step) => step.forecast),
    holding: turned((step) => step.holdingCost),
    trading: turned((step) => step.tradingCost),
    impact: turned((step) => step.impact),
  }
  return { terrain, own }
}

const emptyCharges = (size: number): Charges => ({
  forecast: new Float64Array(size),
  holding: new Float64Array(size),
  trading: new Float64Array(size),
  impact: new Float64Array(size),
})

/** The point at multipliers. */
export function dualPointAt(form: DualForm, theta: Float64Array, roots?: Float64Array): DualPoint {
  const size = form.terrain.curvature.length
  const point: DualPoint = {
    theta: theta.slice(),
    charges: emptyCharges(size),
    weights: new Float64Array(size),
    roots: roots?.slice() ?? new Float64Array(size).fill(FIRST_ROOT),
    values: new Float64Array(theta.length),
  }
  recharge(form, form.own, chargesOf(form, theta), 1, point.charges)
  refresh(form, point)
  return point
}

/** What multipliers charge each name, or a direction of them changes of it. */
export function chargesOf(form: DualForm, theta: Float64Array): Charges {
  const { problem, terrain, grossEnd, turnoverEnd, spendingEnd, m, width, matrix, spending } = form
  const { periods } = terrain
  const charges = emptyCharges(terrain.curvature.length)
  for (let t = 0; t < periods; t++) {
    const { scale } = problem.steps[t]!
    const at = t * width
    for (let i = 0; i < problem.n; i++) {
      const row = i * width
      let [s, a, b, v, y] = [0, 0, 0, 0, 0]
      for (let j = 0; j < grossEnd; j++) s += matrix[row + j]! * theta[at + j]!
      for (let j = grossEnd; j < turnoverEnd; j++) a += matrix[row + j]! * theta[at + j]!
      for (let j = turnoverEnd; j < m; j++) v += matrix[row + j]! * theta[at + j]!
      for (let j = m; j < width; j++) y += matrix[row + j]! * theta[at + j]!
      for (let j = turnoverEnd; j < spendingEnd; j++) {
        const { trading, impact } = spending[j - turnoverEnd]!
        a += trading[i]! * theta[at + j]!
        b += impact[i]! * theta[at + j]!
      }
      const to = i * periods + t
      charges.forecast[to] = -v - scale * y
      charges.holding[to] = s
      charges.trading[to] = a
      charges.impact[to] = b
    }
  }
  return charges
}

/** out ← from + share·change, costs not below nil. */
export function recharge(
  { own }: DualForm,
  from: Charges,
  change: Charges,
  share: number,
  out: Charges,
): void {
  for (let at = 0; at < own.forecast.length; at++) {
    out.forecast[at] = from.forecast[at]! + share * change.forecast[at]!
    out.holding[at] = Math.max(0, from.holding[at]! + share * change.holding[at]!)
    out.trading[at] = Math.max(0, from.trading[at]! + share * change.trading[at]!)
    out.impact[at] = Math.max(0, from.impact[at]! + share * change.impact[at]!)
  }
}

/** The weights at what a point charges, and the rows' values. */
export function refresh(form: DualForm, { charges, weights, roots, values }: DualPoint): void {
  const { problem, terrain, scratch } = form
  values.fill(0)
  for (let i = 0; i < problem.n; i++) {
    findPath(terrain, charges, i, scratch, roots, weights)
    addValues(form, weights, i, values)
  }
}

function addValues(form: DualForm, weights: Float64Array, i: number, values: Float64Array): void {
  const { problem, terrain, grossEnd, turnoverEnd, m, width, matrix, spending } = form
  const row = i * width
  let before = problem.start[i]!
  for (let t = 0; t < terrain.periods; t++) {
    const w = weights[i * terrain.periods + t]!
    const size = Math.abs(w - before)
    const at = t * width
    before = w
    if (size !== 0) {
      for (let j = grossEnd; j < turnoverEnd; j++) values[at + j]! += matrix[row + j]! * size
      spending.forEach((spends, j) => (values[at + turnoverEnd + j]! += spentOn(spends, i, size)))
    }
    if (w === 0) continue
    const scaled = problem.steps[t]!.scale * w
    for (let j = 0; j < grossEnd; j++) values[at + j]! += matrix[row + j]! * Math.abs(w)
    for (let j = turnoverEnd; j < m; j++) values[at + j]! += matrix[row + j]! * w
    for (let j = m; j < width; j++) values[at + j]! += matrix[row + j]! * scaled
  }
}

/** A multiplier that a step takes so near to 0, against what it was, has met its kink there. */
const AT_KINK = 1e-12

/** Moves a point along a direction. */
export function advance(
  form: DualForm,
  { theta, charges, weights, roots, values }: DualPoint,
  step: Float64Array,
  share: number,
): void {
  const { m, width, support } = form
  for (let at = 0; at < theta.length; at++) {
    const [before, j] = [theta[at]!, at % width]
    const after = before + share * step[at]!
    const row = Math.floor(at / width) * m + j
    theta[at] = j >= m ? after : isSnapped(support, row, before, after) ? 0 : Math.max(-support.priceCap, Math.min(support.priceCap, after)) // prettier-ignore
  }
  recharge(form, form.own, chargesOf(form, theta), 1, charges)
  refresh(form, { theta, charges, weights, roots, values })
}

function isSnapped({ lower, upper }: Support, row: number, before: number, after: number): boolean {
  if (lower[row] === upper[row]) return false
  const isClosed = after > 0 ? upper[row] === Infinity : lower[row] === -Infinity
  return isClosed || Math.abs(after) <= AT_KINK * Math.abs(before)
}

/** How row or factor j of a step answers to the weight and to the trade of name i. */
export function ratesAt(
  { grossEnd, turnoverEnd, spendingEnd, m, width, matrix, spending }: DualForm,
  i: number,
  scale: number,
  w: number,
  z: number,
  out: Float64Array,
): void {
  const row = i * width
  const [signOfWeight, signOfTrade] = [Math.sign(w), Math.sign(z)]
  for (let j = 0; j < grossEnd; j++) out[j] = matrix[row + j]! * signOfWeight
  for (let j = grossEnd; j < turnoverEnd; j++) out[j] = matrix[row + j]! * signOfTrade
  for (let j = turnoverEnd; j < m; j++) out[j] = matrix[row + j]!
  for (let j = m; j < width; j++) out[j] = matrix[row + j]! * scale
  // What spends answers to both; the second comes after the factors.
  for (let j = turnoverEnd; j < spendingEnd; j++)
    out[width + j - turnoverEnd] = spendingSlope(spending[j - turnoverEnd]!, i, Math.abs(z)) * signOfTrade // prettier-ignore
}
