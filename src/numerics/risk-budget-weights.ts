/**
 * Long-only weights whose shares in the variance are given budgets; equal budgets make risk parity.
 *
 * The weights are, up to scale, the one minimum of the convex ½xᵀCov x − Σ bᵢ ln xᵢ: its slope is zero where
 * xᵢ(Cov x)ᵢ = bᵢ (F. Spinu, "An Algorithm for Computing Risk Parity Weights", 2013). It is found by cyclical
 * coordinate descent, each coordinate exactly (T. Griveau-Billion, J.-C. Richard & T. Roncalli, "A Fast Algorithm for
 * Computing High-Dimensional Risk Parity Portfolios", 2013), here in standardised series, so that units do not matter,
 * with the exposures to the factors kept up to date: O(n·factors) a sweep.
 */
import { invariant } from '#model/invariant.ts'
import {
  factorExposures,
  standardised,
  variancesOf,
  type LowRankCovariance,
} from '#numerics/low-rank-covariance.ts'

/** Largest difference of a share from its budget, relative to the budget, that counts as solved. */
const TOLERANCE = 1e-13
/** What rounding may leave where sweeps improve on it no more. */
const ROUNDING = 1e-11
const MOST_SWEEPS = 5_000
/** Sweeps without an improvement after which rounding is all that is left. */
const PATIENCE = 20

/**
 * @param covariance - every variance > 0
 * @param budgets - b > 0, [n], in any unit
 * @returns weights > 0 that sum to 1; undefined where none has these shares, as of names that hedge each other
 *   without a rest, or where they were not found
 */
export function riskBudgetWeights(
  covariance: LowRankCovariance,
  budgets: Float64Array,
): Float64Array | undefined {
  invariant(budgets.length === covariance.n, 'one budget a name')
  const total = budgets.reduce((sum, b) => sum + b, 0)
  const shares = budgets.map((b) => b / total)
  const series = standardised(covariance)
  const x = shares.map((b) => Math.sqrt(b))
  if (!isSolved(series, shares, x)) return undefined
  const variances = variancesOf(covariance)
  const weights = x.map((size, i) => size / Math.sqrt(variances[i]!))
  const sum = weights.reduce((whole, w) => whole + w, 0)
  return weights.map((w) => w / sum)
}

/** Moves x to the minimum. */
function isSolved(series: LowRankCovariance, shares: Float64Array, x: Float64Array): boolean {
  let best = Infinity
  let since = 0
  for (let sweeps = 0; sweeps < MOST_SWEEPS && since < PATIENCE; sweeps++) {
    const exposures = factorExposures(series, x)
    const worst = rescale(series, shares, x, exposures)
    if (worst <= TOLERANCE) return true
    since = worst < best ? 0 : since + 1
    best = Math.min(best, worst)
    sweep(series, shares, x, exposures)
  }
  return best <= ROUNDING && since >= PATIENCE
}

/**
 * The best point on the ray through x, where xᵀCov x = Σ b = 1.
 *
 * @returns largest relative difference of a share from its budget
 */
function rescale(
  { n, factors, loadings, specific }: LowRankCovariance,
  shares: Float64Array,
  x: Float64Array,
  exposures: Float64Array,
): number {
  const parts = new Float64Array(n)
  let variance = 0
  for (let i = 0; i < n; i++) {
    let slope = specific[i]! * x[i]!
    for (let k = 0; k < factors; k++) slope += loadings[i * factors + k]! * exposures[k]!
    parts[i] = x[i]! * slope
    variance += parts[i]!
  }
  const scale = 1 / Math.sqrt(variance)
  for (let i = 0; i < n; i++) x[i]! *= scale
  for (let k = 0; k < factors; k++) exposures[k]! *= scale
  let worst = 0
  for (let i = 0; i < n; i++)
    worst = Math.max(worst, Math.abs(parts[i]! / variance / shares[i]! - 1))
  return variance > 0 ? worst : Infinity
}

/** Every coordinate once: of unit variance, xᵢ is the positive root of xᵢ² + c·xᵢ = bᵢ with c = Σ_{j≠i} Covᵢⱼxⱼ. */
function sweep(
  { n, factors, loadings, specific }: LowRankCovariance,
  shares: Float64Array,
  x: Float64Array,
  exposures: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * factors
    let c = (specific[i]! - 1) * x[i]!
    for (let k = 0; k < factors; k++) c += loadings[row + k]! * exposures[k]!
    const root = Math.sqrt(c * c + 4 * shares[i]!)
    const next = c > 0 ? (2 * shares[i]!) / (c + root) : (root - c) / 2
    const change = next - x[i]!
    x[i] = next
    for (let k = 0; k < factors; k++) exposures[k]! += loadings[row + k]! * change
  }
}
