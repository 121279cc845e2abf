/**
 * Factor returns by weighted least squares across names, E ≈ X f day by day. X is the same each day, so the regression is solved
 * once and each day costs one product.
 */
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import type { MarketResiduals } from '#risk/models/market-residuals.ts'

export interface CrossSections {
  /** p × T. */
  readonly factorReturns: Float64Array
  /** What is left, m × T. */
  readonly residuals: Float64Array
  /** Of each name in the regression, [m], 0 to 1. */
  readonly leverage: Float64Array
  /** P = (XᵀWX)⁻¹XᵀW, by name, m × p: factor returns are PᵀE. */
  readonly solver: Float64Array
}

/**
 * @param scores - X, m × p, row-major
 */
export function crossSections(
  scores: Float64Array,
  { residuals, variances }: MarketResiduals,
  m: number,
  T: number,
): CrossSections {
  const p = scores.length / m
  const solver = solverOf(scores, variances, m, p)
  const factorReturns = new Float64Array(p * T)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < p; j++)
      addTimes(factorReturns, j * T, solver[i * p + j]!, residuals, i * T, T)
  const left = residuals.slice()
  const leverage = new Float64Array(m)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < p; j++) {
      leverage[i]! += scores[i * p + j]! * solver[i * p + j]!
      if (scores[i * p + j] !== 0) addTimes(left, i * T, -scores[i * p + j]!, factorReturns, j * T, T) // prettier-ignore
    }
  return { factorReturns, residuals: left, leverage, solver }
}

/** With W = 1 / residual variance; a name without residual has no say. */
function solverOf(
  scores: Float64Array,
  variances: Float64Array,
  m: number,
  p: number,
): Float64Array {
  const normal = new Float64Array(p * p)
  for (let i = 0; i < m; i++) {
    if (!(variances[i]! > 0)) continue
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++)
        normal[j * p + k]! += (scores[i * p + j]! * scores[i * p + k]!) / variances[i]!
  }
  factorize(normal, p)
  const solver = new Float64Array(m * p)
  for (let i = 0; i < m; i++) {
    if (!(variances[i]! > 0)) continue
    const x = scores.slice(i * p, (i + 1) * p).map((score) => score / variances[i]!)
    solveLower(normal, x, p)
    solveUpper(normal, x, p)
    solver.set(x, i * p)
  }
  return solver
}

function addTimes(
  to: Float64Array,
  at: number,
  factor: number,
  from: Float64Array,
  start: number,
  length: number,
): void {
  for (let t = 0; t < length; t++) to[at + t]! += factor * from[start + t]!
}
