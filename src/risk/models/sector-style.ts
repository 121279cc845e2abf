/**
 * Market, sector and style factors.
 *
 * The market's exposure is β, by time series; the rest is cross-sectional. Every day the residuals on the market are regressed on
 * what the names are: of which sector (0 or 1), and how they score on each style as of the last day. The slopes are that
 * day's factor returns: E. Fama & J. MacBeth, "Risk, Return, and Equilibrium: Empirical Tests", Journal of Political Economy 81
 * (1973); B. Rosenberg, "Extra-Market Components of Covariance in Security Returns", Journal of Financial and Quantitative Analysis 9
 * (1974), whose weights, the reciprocal of each name's residual variance, are used here. A time-series regression on
 * factor portfolios would need portfolios of many names beside the book's own; a book of thirty has none.
 *
 * Exposures are today's throughout: the covariance wanted is that of what the names are now, at the price that a name which
 * changed its nature is described by its present one. Factor returns and specific returns are squared with weights that halve
 * every `halfLifeDays`. Sampling noise of the slopes stays in their covariance, which errs to the safe side; specific variance
 * is divided by 1 − leverage, for a fitted residual is too small by it.
 */
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import { decayingWeights } from '#risk/models/ewma.ts'
import type { FactorForm } from '#risk/models/factor-form.ts'
import { marketResiduals, type MarketResiduals } from '#risk/models/market-residuals.ts'
import type { RiskData } from '#risk/models/risk-data.ts'
import type { RiskModelSettings } from '#risk/models/risk-model.ts'
import { stylesOf } from '#risk/models/styles.ts'

/** With fewer names a sector's factor would be those names, and nothing of them specific. */
const LEAST_MEMBERS = 3
/** A residual of a name that is nearly all of its own factor says nothing; its division stops here. */
const MOST_LEVERAGE = 0.95

/** Factors `market`, `sector:…`, `style:…`. */
export function sectorStyleModel(data: RiskData, settings: RiskModelSettings): FactorForm {
  const [m, T] = [data.names.length, data.dates.length]
  const parted = marketResiduals(data)
  const traits = traitsOf(data, parted)
  const { factorReturns, residuals, leverage } = crossSections(traits, parted, m, T)
  const dayWeights = decayingWeights(T, settings.halfLifeDays)
  const k = traits.names.length + 1
  const exposures = new Float64Array(m * k)
  const specificVariance = new Float64Array(m)
  for (let i = 0; i < m; i++) {
    exposures[i * k] = parted.betas[i]!
    exposures.set(traits.scores.subarray(i * (k - 1), (i + 1) * (k - 1)), i * k + 1)
    const square = weighedProduct(residuals, i * T, residuals, i * T, dayWeights)
    specificVariance[i] = square / (1 - Math.min(MOST_LEVERAGE, leverage[i]!))
  }
  const rows = new Float64Array(k * T)
  rows.set(parted.market)
  rows.set(factorReturns, T)
  return {
    factors: ['market', ...traits.names],
    exposures,
    factorCovariance: secondMoments(rows, k, dayWeights),
    specificVariance,
    dayWeights,
    notes: traits.notes,
  }
}

interface Traits {
  readonly names: readonly string[]
  /** X, m × p, row-major. */
  readonly scores: Float64Array
  readonly notes: readonly string[]
}

function traitsOf(data: RiskData, parted: MarketResiduals): Traits {
  const members = Map.groupBy(data.names.keys(), (i) => data.names[i]!.sector)
  const sectors = [...members].filter(([, of]) => of.length >= LEAST_MEMBERS).toSorted(([a], [b]) => (a < b ? -1 : 1)) // prettier-ignore
  const styles = stylesOf(data, parted)
  const p = sectors.length + styles.length
  const scores = new Float64Array(data.names.length * p)
  sectors.forEach(([, of], j) => of.forEach((i) => (scores[i * p + j] = 1)))
  styles.forEach((style, j) => style.scores.forEach((score, i) => (scores[i * p + sectors.length + j] = score))) // prettier-ignore
  const small = members.size - sectors.length
  return {
    names: [...sectors.map(([sector]) => `sector:${sector}`), ...styles.map(({ name }) => name)],
    scores,
    notes: [
      small > 0 ? `${small} sectors have fewer than ${LEAST_MEMBERS} names with a history and no factor of their own` : '', // prettier-ignore
      styles.length === 0 ? 'too few names for style factors' : '',
    ].filter((note) => note !== ''),
  }
}

interface CrossSections {
  /** p × T. */
  readonly factorReturns: Float64Array
  /** What is left, m × T. */
  readonly residuals: Float64Array
  /** Of each name in the regression, [m], 0 to 1. */
  readonly leverage: Float64Array
}

/** Weighted least squares of every day's residuals on X; the matrix is the same each day, so it is solved once. */
function crossSections(
  { names, scores }: Traits,
  { residuals, variances }: MarketResiduals,
  m: number,
  T: number,
): CrossSections {
  const p = names.length
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
  return { factorReturns, residuals: left, leverage }
}

/** (XᵀWX)⁻¹XᵀW, a row of p a name, with W = 1 / residual variance; a name without residual has no say. */
function solverOf(X: Float64Array, variances: Float64Array, m: number, p: number): Float64Array {
  const normal = new Float64Array(p * p)
  for (let i = 0; i < m; i++) {
    if (!(variances[i]! > 0)) continue
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++)
        normal[j * p + k]! += (X[i * p + j]! * X[i * p + k]!) / variances[i]!
  }
  factorize(normal, p)
  const solver = new Float64Array(m * p)
  for (let i = 0; i < m; i++) {
    if (!(variances[i]! > 0)) continue
    const x = X.slice(i * p, (i + 1) * p).map((score) => score / variances[i]!)
    solveLower(normal, x, p)
    solveUpper(normal, x, p)
    solver.set(x, i * p)
  }
  return solver
}

/** Σₜ ωₜ fₜ fₜᵀ, k × k. */
function secondMoments(rows: Float64Array, k: number, weights: Float64Array): Float64Array {
  const T = weights.length
  const moments = new Float64Array(k * k)
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++)
      moments[i * k + j] = moments[j * k + i] = weighedProduct(rows, i * T, rows, j * T, weights)
  return moments
}

function weighedProduct(
  a: Float64Array,
  fromA: number,
  b: Float64Array,
  fromB: number,
  weights: Float64Array,
): number {
  let sum = 0
  for (let t = 0; t < weights.length; t++) sum += weights[t]! * a[fromA + t]! * b[fromB + t]!
  return sum
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
