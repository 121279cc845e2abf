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
 * every `halfLifeDays`. Slopes carry noise of the names that they were fitted to, and residuals lack it: specific variance is
 * divided by 1 − leverage, and what that says of the slopes' noise is taken out of their covariance, as far as it stays
 * positive semidefinite.
 */
import { symmetricEigen } from '#numerics/symmetric-eigen.ts'
import { crossSections } from '#risk/models/cross-sections.ts'
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
  const { factorReturns, residuals, leverage, solver } = crossSections(traits.scores, parted, m, T)
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
  const moments = secondMoments(rows, k, dayWeights)
  return {
    factors: ['market', ...traits.names],
    exposures,
    factorCovariance: withoutNoise(moments, solver, specificVariance, k),
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
      small > 0 ? `${small === 1 ? '1 sector has' : `${small} sectors have`} fewer than ${LEAST_MEMBERS} names with a history and no factor of ${small === 1 ? 'its' : 'their'} own` : '', // prettier-ignore
      styles.length === 0 ? 'too few names for style factors' : '',
    ].filter((note) => note !== ''),
  }
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

/** The moments less P diag(d) Pᵀ, the noise of slopes P, without the directions that would be left less than nothing. */
function withoutNoise(
  moments: Float64Array,
  solver: Float64Array,
  d: Float64Array,
  k: number,
): Float64Array {
  const p = k - 1
  const cleaned = moments.slice()
  for (let i = 0; i < d.length; i++)
    for (let a = 0; a < p; a++)
      for (let b = 0; b < p; b++)
        cleaned[(a + 1) * k + b + 1]! -= d[i]! * solver[i * p + a]! * solver[i * p + b]!
  const { values, vectors } = symmetricEigen(cleaned, k)
  const found = new Float64Array(k * k)
  for (let j = 0; j < k && values[j]! > 0; j++)
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++)
        found[a * k + b]! += values[j]! * vectors[j * k + a]! * vectors[j * k + b]!
  return found
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
