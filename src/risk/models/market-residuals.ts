/** Each name's return parted into what goes with the market and the rest: rᵢ = aᵢ + βᵢ r_market + residual, by least squares over the window. */
import type { RiskData } from '#risk/models/risk-data.ts'

export interface MarketResiduals {
  /** β, [m]. */
  readonly betas: Float64Array
  /** Of mean zero, m × T, row-major. */
  readonly residuals: Float64Array
  /** Residual variance with divisor T − 2, [m]; 0 where nothing is left but rounding. */
  readonly variances: Float64Array
  /** The market's returns less their mean, [T]. */
  readonly market: Float64Array
  /** The market's variance with divisor T − 1. */
  readonly marketVariance: number
}

/** Less of a name's variance than this is rounding: the name is the market. */
const ROUNDING = 1e-12

/** A market that does not move explains nothing: β = 0. */
export function marketResiduals({ names, dates, returns, market }: RiskData): MarketResiduals {
  const [m, T] = [names.length, dates.length]
  const [centre, spread] = [market.slice(), { squares: 0 }]
  subtractMean(centre)
  for (let t = 0; t < T; t++) spread.squares += centre[t]! * centre[t]!
  const residuals = returns.slice()
  const [betas, variances] = [new Float64Array(m), new Float64Array(m)]
  for (let i = 0; i < m; i++) {
    const row = residuals.subarray(i * T, (i + 1) * T)
    const { beta, left, all } = part(row, centre, spread.squares)
    betas[i] = beta
    variances[i] = left > ROUNDING * all ? left / (T - 2) : 0
    if (variances[i] === 0) row.fill(0)
  }
  return { betas, residuals, variances, market: centre, marketVariance: spread.squares / (T - 1) }
}

interface Parted {
  readonly beta: number
  /** Sums of squares of the residuals, and of the row about its mean. */
  readonly left: number
  readonly all: number
}

/** Leaves the residuals in the row. */
function part(row: Float64Array, market: Float64Array, marketSquares: number): Parted {
  subtractMean(row)
  let [product, all, left] = [0, 0, 0]
  for (let t = 0; t < row.length; t++) {
    product += row[t]! * market[t]!
    all += row[t]! * row[t]!
  }
  const beta = marketSquares > 0 ? product / marketSquares : 0
  for (let t = 0; t < row.length; t++) {
    row[t]! -= beta * market[t]!
    left += row[t]! * row[t]!
  }
  return { beta, left, all }
}

function subtractMean(x: Float64Array): void {
  let total = 0
  for (let t = 0; t < x.length; t++) total += x[t]!
  const mean = total / x.length
  for (let t = 0; t < x.length; t++) x[t]! -= mean
}
