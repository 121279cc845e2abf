/**
 * The portfolio problem in the form that the solvers take: minimise over post-trade weights w, with z = w − w₀,
 *
 *     ½‖Gᵀw‖² + Σᵢ ½qᵢwᵢ² − vᵢwᵢ + sᵢ|wᵢ| + aᵢ|zᵢ| + bᵢ|zᵢ|^{3/2}     lowerᵢ ≤ wᵢ ≤ upperᵢ
 *
 * subject to rows, each of which bounds a sum over names: net Σ rᵢwᵢ, gross Σ rᵢ|wᵢ| or turnover Σ rᵢ|zᵢ|. A net row
 * may also count what trading spends, Σ rᵢwᵢ + Σ tradingᵢ|zᵢ| + Σ impactᵢ|zᵢ|^{3/2} ≤ upper, which is convex: so a
 * portfolio finances itself. Factor risk γ·wᵀFΣFᵀw is ½‖Gᵀw‖² with G = √(2γ)·F·L and Σ = LLᵀ, so that no n × n matrix appears and a covariance of
 * deficient rank has fewer columns. Specific risk is qᵢ = 2γdᵢ; a borrow cost c on shorts, c·(w)₋ = ½c|w| − ½cw,
 * is half in s and half in v.
 *
 * S. Boyd et al., "Multi-Period Trading via Convex Optimization" (2017), sections 2.3 and 4.4, for the terms, and 2.4
 * for the self-financing condition 1ᵀz + costs = 0, of which the inequality is the convex form (section 4.2).
 */

export interface PortfolioProblem {
  readonly n: number
  /** Forecast vᵢ, less what a linear cost takes. */
  readonly forecast: Float64Array
  /** Weights before the trade, w₀. */
  readonly start: Float64Array
  /** Curvature qᵢ ≥ 0 of specific risk. */
  readonly curvature: Float64Array
  /** G, n × factors, row-major. */
  readonly loadings: Float64Array
  readonly factors: number
  /** sᵢ ≥ 0 of |wᵢ|: uncertainty of the forecast, borrow. */
  readonly holdingCost: Float64Array
  /** aᵢ ≥ 0 of |zᵢ|: spread and commission. */
  readonly tradingCost: Float64Array
  /** bᵢ ≥ 0 of |zᵢ|^{3/2}: market impact. */
  readonly impact: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly rows: readonly Row[]
}

/** What a row sums: weights, their sizes, or the sizes of trades. */
export type Measure = 'gross' | 'turnover' | 'net'

export interface Row {
  readonly name: string
  readonly measure: Measure
  /** Rate of each name, 0 where the row does not count it; ≥ 0 for gross and turnover. */
  readonly rates: Float64Array
  /** −∞ for gross and turnover, which are bounded above only. */
  readonly lower: number
  readonly upper: number
  /** What trading spends, counted by a net row that is bounded above only. */
  readonly spends?: Spending
}

/** What a row counts of each trade, ≥ 0: tradingᵢ|zᵢ| + impactᵢ|zᵢ|^{3/2}. */
export interface Spending {
  readonly trading: Float64Array
  readonly impact: Float64Array
}

/** Where a solve may begin. */
export interface WarmStart {
  /** Multipliers of the rows, in their order. */
  readonly multipliers: Float64Array
  /** Factor exposures Gᵀw. */
  readonly factors: Float64Array
}

export interface Solution {
  readonly status: 'optimal' | 'max-iterations'
  readonly weights: Float64Array
  /** Of the rows in their order: > 0 presses down from `upper`, < 0 up from `lower`. */
  readonly multipliers: Float64Array
  /** Gᵀw as the method holds it; with the multipliers where the next solve may begin. */
  readonly factors: Float64Array
  /** Passes over all names; those over a part of them do not count. */
  readonly iterations: number
  readonly method: 'dual-newton' | 'interior-point'
}

/** The objective at w; minimised. */
export function objectiveAt(problem: PortfolioProblem, w: Float64Array): number {
  const { n, factors, loadings, curvature, forecast, holdingCost, tradingCost, impact, start } =
    problem
  const y = new Float64Array(factors)
  let sum = 0
  for (let i = 0; i < n; i++) {
    const [x, size] = [w[i]!, Math.abs(w[i]! - start[i]!)]
    sum += x * (0.5 * curvature[i]! * x - forecast[i]!) + holdingCost[i]! * Math.abs(x)
    sum += size * (tradingCost[i]! + impact[i]! * Math.sqrt(size))
    for (let j = 0; j < factors; j++) y[j]! += loadings[i * factors + j]! * x
  }
  for (const exposure of y) sum += 0.5 * exposure * exposure
  return sum
}

/** What a row comes to at w. */
export function rowValue(
  { start }: Pick<PortfolioProblem, 'start'>,
  { measure, rates, spends }: Row,
  w: Float64Array,
): number {
  // prettier-ignore
  let sum = 0
  for (let i = 0; i < rates.length; i++) {
    if (measure === 'net') sum += rates[i]! * w[i]!
    else sum += rates[i]! * Math.abs(measure === 'gross' ? w[i]! : w[i]! - start[i]!)
    if (spends !== undefined) sum += spentOn(spends, i, Math.abs(w[i]! - start[i]!))
  }
  return sum
}

/** What a trade of a size spends. */
export function spentOn({ trading, impact }: Spending, i: number, size: number): number {
  return size * (trading[i]! + impact[i]! * Math.sqrt(size))
}

/** The slope of it: what a unit more of a trade spends. */
export function spendingSlope({ trading, impact }: Spending, i: number, size: number): number {
  return trading[i]! + 1.5 * impact[i]! * Math.sqrt(size)
}
