/**
 * How well weights and multipliers satisfy the conditions of Karush, Kuhn and Tucker, computed from the problem alone,
 * and what each bound is worth: the multipliers of bounds are what stationarity leaves for them.
 */
import { rowValue, type PortfolioProblem } from '#numerics/portfolio/problem.ts'

/** This near to a kink or a bound is at it. */
const NEAR = 1e-8

export interface Optimality {
  /** Largest excess over a row or bound. */
  readonly primal: number
  /** Largest slope that no multiplier explains. */
  readonly dual: number
  /** Largest product of a multiplier and its slack. */
  readonly complementarity: number
  /** What one unit more of each name's bound is worth: > 0 at the upper, < 0 at the lower one. */
  readonly boundPrices: Float64Array
}

/** @param multipliers - of the rows in their order */
export function optimalityOf(
  problem: PortfolioProblem,
  w: Float64Array,
  multipliers: Float64Array,
): Optimality {
  // prettier-ignore
  let [primal, dual, complementarity] = [0, 0, 0]
  const slopes = smoothSlopes(problem, w, multipliers)
  const boundPrices = new Float64Array(problem.n)
  for (let i = 0; i < problem.n; i++) {
    const { upward, downward } = kinkSlopes(problem, w[i]!, multipliers, i)
    const push = Math.max(0, slopes[i]! - upward) + Math.min(0, slopes[i]! - downward)
    const [toUpper, toLower] = [problem.upper[i]! - w[i]!, w[i]! - problem.lower[i]!]
    primal = Math.max(primal, -toUpper, -toLower)
    if ((push > 0 && toUpper <= NEAR) || (push < 0 && toLower <= NEAR)) {
      boundPrices[i] = push
      complementarity = Math.max(complementarity, Math.abs(push * (push > 0 ? toUpper : toLower)))
    } else dual = Math.max(dual, Math.abs(push))
  }
  problem.rows.forEach((row, j) => {
    const [value, multiplier] = [rowValue(problem, row, w), multipliers[j]!]
    primal = Math.max(primal, value - row.upper, row.lower - value)
    if (multiplier === 0) return
    const slack = multiplier > 0 ? row.upper - value : value - row.lower
    complementarity = Math.max(complementarity, Math.abs(multiplier * slack))
  })
  return { primal, dual, complementarity, boundPrices }
}

/** Minus the slope of everything that has one: forecast, risk, net rows. */
function smoothSlopes(
  problem: PortfolioProblem,
  w: Float64Array,
  multipliers: Float64Array,
): Float64Array {
  // prettier-ignore
  const { n, factors, loadings, forecast, curvature } = problem
  const y = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) y[j]! += loadings[i * factors + j]! * w[i]!
  const slopes = forecast.map((v, i) => v - curvature[i]! * w[i]!)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) slopes[i]! -= loadings[i * factors + j]! * y[j]!
  problem.rows.forEach(({ measure, rates }, j) => {
    if (measure !== 'net' || multipliers[j] === 0) return
    for (let i = 0; i < n; i++) slopes[i]! -= rates[i]! * multipliers[j]!
  })
  return slopes
}

/** The slopes of holding and trading costs with what rows charge, to either side of w. */
function kinkSlopes(
  problem: PortfolioProblem,
  w: number,
  multipliers: Float64Array,
  i: number,
): { readonly upward: number; readonly downward: number } {
  // prettier-ignore
  let [s, a, b] = [problem.holdingCost[i]!, problem.tradingCost[i]!, problem.impact[i]!]
  problem.rows.forEach(({ measure, rates, spends }, j) => {
    if (measure === 'gross') s += rates[i]! * multipliers[j]!
    if (measure === 'turnover') a += rates[i]! * multipliers[j]!
    if (spends === undefined) return
    a += spends.trading[i]! * multipliers[j]!
    b += spends.impact[i]! * multipliers[j]!
  })
  const z = w - problem.start[i]!
  const impact = 1.5 * b * Math.sqrt(Math.abs(z)) * Math.sign(z)
  const upward = impact + (w >= -NEAR ? s : -s) + (z >= -NEAR ? a : -a)
  const downward = impact + (w > NEAR ? s : -s) + (z > NEAR ? a : -a)
  return { upward, downward }
}
