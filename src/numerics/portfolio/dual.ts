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
 */
import { dotOf } from '#numerics/portfolio/cholesky.ts'
import { spentOn, type PortfolioProblem } from '#numerics/portfolio/problem.ts'
import { addRows } from '#numerics/portfolio/gram.ts'
import type { DualForm } from '#numerics/portfolio/dual-form.ts'
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'

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
  /** Weights at the last step that a line search looked at. */
  readonly trial: Float64Array
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

/** The point at multipliers, computed afresh. */
export function dualPointAt(form: DualForm, theta: Float64Array): DualPoint {
  const { problem, width } = form
  const { forecast, holding, trading, impact } = directionOf(form, theta)
  addTo(forecast, 1, problem.forecast)
  addTo(holding, 1, problem.holdingCost)
  addTo(trading, 1, problem.tradingCost)
  addTo(impact, 1, problem.impact)
  const point: DualPoint = {
    theta: theta.slice(),
    forecast,
    holding,
    trading,
    impact,
    weights: new Float64Array(problem.n),
    trial: new Float64Array(problem.n),
    values: new Float64Array(width),
  }
  takeWeights(form.problem, point)
  refreshValues(form, point)
  return point
}

/** What a direction of multipliers charges each name. */
export function directionOf(form: DualForm, theta: Float64Array): DualDirection {
  const { problem, groupEnd, grossEnd, turnoverEnd, spending, width, group, matrix } = form
  const { n } = problem
  const direction = { theta, forecast: new Float64Array(n), holding: new Float64Array(n), trading: new Float64Array(n), impact: new Float64Array(n) } // prettier-ignore
  const { forecast, holding, trading, impact } = direction
  const ofGroup = new Float64Array(groupEnd + 1)
  ofGroup.set(theta.subarray(0, groupEnd))
  const x = theta.subarray(groupEnd)
  const dense = width - groupEnd
  const gross = grossEnd - groupEnd
  const turnover = turnoverEnd - groupEnd
  for (let i = 0; i < n; i++) {
    const row = i * dense
    let s = 0
    for (let j = 0; j < gross; j++) s += matrix[row + j]! * x[j]!
    holding[i] = s
    let a = 0
    for (let j = gross; j < turnover; j++) a += matrix[row + j]! * x[j]!
    trading[i] = a
    forecast[i] = -(
      ofGroup[group[i]!]! + dotOf(matrix, row + turnover, x, turnover, dense - turnover)
    )
  }
  spending.forEach((spends, j) => {
    const price = x[turnover + j]!
    for (let i = 0; i < n; i++) {
      trading[i]! += price * spends.trading[i]!
      impact[i]! += price * spends.impact[i]!
    }
  })
  return direction
}

/**
 * Moves a point along a direction.
 *
 * @param isLookedAt - whether `point.trial` has the weights there
 */
export function advance(
  form: DualForm,
  point: DualPoint,
  direction: DualDirection,
  share: number,
  isLookedAt = false,
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
  addTo(forecast, share, direction.forecast)
  addTo(holding, share, direction.holding)
  addTo(trading, share, direction.trading)
  if (form.spending.length > 0) addTo(impact, share, direction.impact)
  for (let i = 0; i < holding.length; i++) {
    if (holding[i]! < 0) holding[i] = 0
    if (trading[i]! < 0) trading[i] = 0
    if (impact[i]! < 0) impact[i] = 0
  }
  if (isLookedAt) point.weights.set(point.trial)
  else takeWeights(form.problem, point)
  refreshValues(form, point)
}

function addTo(all: Float64Array, share: number, change: Float64Array): void {
  for (let i = 0; i < all.length; i++) all[i]! += share * change[i]!
}

/** The weights of a point from what each name is charged. */
function takeWeights(
  { curvature, start, lower, upper }: PortfolioProblem,
  { forecast, holding, trading, impact, weights }: DualPoint,
): void {
  // prettier-ignore
  for (let i = 0; i < weights.length; i++)
    weights[i] = scalarStep(forecast[i]!, holding[i]!, trading[i]!, impact[i]!, curvature[i]!, start[i]!, lower[i]!, upper[i]!) // prettier-ignore
}

/** The values of rows and factors from the weights. */
export function refreshValues(
  { problem, groupEnd, grossEnd, turnoverEnd, spending, width, group, matrix, base }: DualForm,
  { weights, values }: DualPoint,
): void {
  // prettier-ignore
  const { start } = problem
  const dense = width - groupEnd
  const gross = grossEnd - groupEnd
  const turnover = turnoverEnd - groupEnd
  values.set(base)
  const ofGroup = new Float64Array(groupEnd + 1)
  const sums = values.subarray(groupEnd)
  const held = new Int32Array(weights.length)
  let count = 0
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!
    const row = i * dense
    const size = Math.abs(w - start[i]!)
    if (size !== 0) for (let j = gross; j < turnover; j++) sums[j]! += matrix[row + j]! * size
    if (w === 0) continue
    held[count++] = i
    ofGroup[group[i]!]! += w
    for (let j = 0; j < gross; j++) sums[j]! += matrix[row + j]! * Math.abs(w)
  }
  addRows(sums, matrix, dense, turnover, held, count, weights)
  for (let j = 0; j < groupEnd; j++) values[j]! += ofGroup[j]!
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
