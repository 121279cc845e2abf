/**
 * The dual of the portfolio problem as a function of the multipliers: one for each row, and p for the factor
 * equations y = Gᵀw. For fixed multipliers every name is alone (`scalarStep`), so with xⱼ the rows' multipliers
 *
 *     D(x, p) = −½‖p‖² − Σⱼ supportⱼ(xⱼ) + Σᵢ min over wᵢ of [its own terms + what the multipliers charge it]
 *
 * is concave with the gradient (rowⱼ(w) − slopeⱼ, Gᵀw − p), piecewise quadratic where there is no impact. Its
 * generalised Hessian is a Gram matrix over the names that are free: at no bound, not at 0 and not at w₀.
 *
 * A row that counts what trading spends charges a name's forecast, trading cost and impact at once; the slope of its
 * sum at zᵢ is rᵢ + sgn(zᵢ)(tradingᵢ + ³⁄₂impactᵢ√|zᵢ|).
 *
 * Matrices hold a name in a row: gross rates, turnover rates, net rates, loadings, in this order. Net rows that count
 * spending come first among the net ones.
 */
import { invariant } from '#model/invariant.ts'
import {
  spentOn,
  type PortfolioProblem,
  type Row,
  type Spending,
} from '#numerics/portfolio/problem.ts'
import type { Support } from '#numerics/portfolio/kinked-quadratic.ts'
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'

/** The problem with its rows in the order of their measures and its matrix laid out. */
export interface DualForm {
  readonly problem: PortfolioProblem
  /** Where each measure ends: gross rows, then turnover, then net; m rows in all. */
  readonly grossEnd: number
  readonly turnoverEnd: number
  readonly m: number
  /** Of the first net rows: what of trades they count. */
  readonly spending: readonly Spending[]
  /** Rows and factors. */
  readonly width: number
  /** Of the rows in this order: their place in `problem.rows`. */
  readonly order: readonly number[]
  /** n × width. */
  readonly matrix: Float64Array
  readonly support: Support
}

/** Multipliers and what follows from them. */
export interface DualPoint {
  /** Rows' multipliers, then p. */
  readonly theta: Float64Array
  /** Forecast, holding cost, trading cost and impact of each name with what the multipliers charge. */
  readonly forecast: Float64Array
  readonly holding: Float64Array
  readonly trading: Float64Array
  readonly impact: Float64Array
  readonly weights: Float64Array
  /** Rows' values, then Gᵀw. */
  readonly values: Float64Array
}

/** A direction of multipliers, and how it changes what each name is charged. */
export interface DualDirection {
  readonly theta: Float64Array
  readonly forecast: Float64Array
  readonly holding: Float64Array
  readonly trading: Float64Array
  readonly impact: Float64Array
}

/** Gross rows, then turnover, then net rows that count spending, then other net rows. */
const rankOf = ({ measure, spends }: Row): number =>
  measure === 'gross' ? 0 : measure === 'turnover' ? 1 : spends === undefined ? 3 : 2

/** @param priceCap - no multiplier is larger; ∞ for hard constraints */
export function dualFormOf(problem: PortfolioProblem, priceCap = Infinity): DualForm {
  const { rows, factors, n } = problem
  const order = [...rows.keys()].toSorted((i, j) => rankOf(rows[i]!) - rankOf(rows[j]!) || i - j)
  const sorted = order.map((j) => rows[j]!)
  const spending = sorted.flatMap((row) => spendingOf(row) ?? [])
  const count = (measure: Row['measure']) => rows.filter((row) => row.measure === measure).length
  const [grossEnd, m] = [count('gross'), rows.length]
  const width = m + factors
  const matrix = new Float64Array(n * width)
  sorted.forEach(({ rates }, j) => {
    for (let i = 0; i < n; i++) matrix[i * width + j] = rates[i]!
  })
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) matrix[i * width + m + j] = problem.loadings[i * factors + j]!
  const lower = Float64Array.from(sorted, (row) => (row.measure === 'net' ? row.lower : -Infinity))
  const upper = Float64Array.from(sorted, (row) => row.upper)
  const turnoverEnd = grossEnd + count('turnover')
  return { problem, grossEnd, turnoverEnd, m, spending, width, order, matrix, support: { lower, upper, priceCap } } // prettier-ignore
}

function spendingOf({ name, measure, lower, spends }: Row): Spending | undefined {
  const isConvex = spends === undefined || (measure === 'net' && lower === -Infinity)
  invariant(isConvex, `row ${name} counts spending, so it sums weights and is bounded above only`)
  return spends
}

/** The point at multipliers, computed afresh. */
export function dualPointAt(form: DualForm, theta: Float64Array): DualPoint {
  const { problem, width } = form
  const change = directionOf(form, theta)
  const point: DualPoint = {
    theta: theta.slice(),
    forecast: problem.forecast.map((v, i) => v + change.forecast[i]!),
    holding: problem.holdingCost.map((s, i) => s + change.holding[i]!),
    trading: problem.tradingCost.map((a, i) => a + change.trading[i]!),
    impact: problem.impact.map((b, i) => b + change.impact[i]!),
    weights: new Float64Array(problem.n),
    values: new Float64Array(width),
  }
  refreshWeights(form, point)
  return point
}

/** What a direction of multipliers charges each name. */
export function directionOf(form: DualForm, theta: Float64Array): DualDirection {
  const { problem, grossEnd, turnoverEnd, spending, width, matrix } = form
  const { n } = problem
  const [forecast, holding, trading, impact] = [new Float64Array(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)] // prettier-ignore
  for (let i = 0; i < n; i++) {
    const row = i * width
    let [s, a, v] = [0, 0, 0]
    for (let j = 0; j < grossEnd; j++) s += matrix[row + j]! * theta[j]!
    for (let j = grossEnd; j < turnoverEnd; j++) a += matrix[row + j]! * theta[j]!
    for (let j = turnoverEnd; j < width; j++) v += matrix[row + j]! * theta[j]!
    holding[i] = s
    trading[i] = a
    forecast[i] = -v
  }
  spending.forEach((spends, j) => {
    const x = theta[turnoverEnd + j]!
    for (let i = 0; i < n; i++) {
      trading[i]! += x * spends.trading[i]!
      impact[i]! += x * spends.impact[i]!
    }
  })
  return { theta, forecast, holding, trading, impact }
}

/** Moves a point along a direction. */
export function advance(
  form: DualForm,
  point: DualPoint,
  direction: DualDirection,
  share: number,
): void {
  // prettier-ignore
  const { theta, forecast, holding, trading, impact } = point
  const { lower, upper, priceCap } = form.support
  for (let j = 0; j < form.width; j++) {
    const before = theta[j]!
    const after = before + share * direction.theta[j]!
    const isSnapped = j < form.m && lower[j] !== upper[j] && Math.abs(after) <= 1e-15 * Math.abs(before) // prettier-ignore
    theta[j] = isSnapped ? 0 : j < form.m ? Math.max(-priceCap, Math.min(priceCap, after)) : after
  }
  for (let i = 0; i < forecast.length; i++) {
    forecast[i]! += share * direction.forecast[i]!
    holding[i] = Math.max(0, holding[i]! + share * direction.holding[i]!)
    trading[i] = Math.max(0, trading[i]! + share * direction.trading[i]!)
    impact[i] = Math.max(0, impact[i]! + share * direction.impact[i]!)
  }
  refreshWeights(form, point)
}

/** The weights of a point from what each name is charged, and the rows' values. */
function refreshWeights(
  { problem, grossEnd, turnoverEnd, spending, width, matrix }: DualForm,
  point: DualPoint,
): void {
  // prettier-ignore
  const { curvature, start, lower, upper } = problem
  const { forecast, holding, trading, impact, weights, values } = point
  values.fill(0)
  for (let i = 0; i < weights.length; i++) {
    const w = scalarStep(forecast[i]!, holding[i]!, trading[i]!, impact[i]!, curvature[i]!, start[i]!, lower[i]!, upper[i]!) // prettier-ignore
    weights[i] = w
    const row = i * width
    const size = Math.abs(w - start[i]!)
    if (size !== 0)
      for (let j = grossEnd; j < turnoverEnd; j++) values[j]! += matrix[row + j]! * size
    if (w === 0) continue
    for (let j = 0; j < grossEnd; j++) values[j]! += matrix[row + j]! * Math.abs(w)
    for (let j = turnoverEnd; j < width; j++) values[j]! += matrix[row + j]! * w
  }
  spending.forEach((spends, j) => {
    for (let i = 0; i < weights.length; i++)
      values[turnoverEnd + j]! += spentOn(spends, i, Math.abs(weights[i]! - start[i]!))
  })
}

/** 1 / curvature where a small change of what a name is charged moves its weight, else 0. */
export function responseOf(
  problem: PortfolioProblem,
  point: DualPoint,
  i: number,
  w: number,
): number {
  // prettier-ignore
  const z = w - problem.start[i]!
  if (w <= problem.lower[i]! || w >= problem.upper[i]!) return 0
  if (w === 0 && point.holding[i]! > 0) return 0
  const b = point.impact[i]!
  if (z === 0 && (point.trading[i]! > 0 || b > 0)) return 0
  return 1 / (problem.curvature[i]! + (b > 0 ? (0.75 * b) / Math.sqrt(Math.abs(z)) : 0))
}
