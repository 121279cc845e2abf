/**
 * The exponentially weighted covariance, Σ ωₜ rₜ rₜᵀ with ωₜ falling by half every half-life: J.P. Morgan & Reuters,
 * "RiskMetrics Technical Document", 4th ed. (1996), section 5.2, where the mean of daily returns is taken as zero; its
 * decay of 0.94 a day is a half-life of 11 days, 0.97 of 23.
 */
import { diagonal, rootNames, rootOf, transposed, type FactorForm } from '#risk/models/factor-form.ts' // prettier-ignore
import type { RiskData } from '#risk/models/risk-data.ts'
import type { RiskModelSettings } from '#risk/models/risk-model.ts'

/** Older days together weigh less than a millionth. */
const MOST_HALF_LIVES = 20

/** Factors are the columns of a root, each of variance 1; d = 0. */
export function ewmaModel(
  { names, dates, returns }: RiskData,
  { halfLifeDays }: RiskModelSettings,
): FactorForm {
  const [m, T] = [names.length, dates.length]
  const dayWeights = decayingWeights(T, halfLifeDays)
  const from = dayWeights.findIndex((weight) => weight > 0)
  const days = transposed(returns, m, T).subarray(from * m)
  for (let t = from; t < T; t++) {
    const scale = Math.sqrt(dayWeights[t]!)
    for (let i = 0; i < m; i++) days[(t - from) * m + i]! *= scale
  }
  const { root, k } = rootOf(days, T - from, m)
  return {
    factors: rootNames(k),
    exposures: root,
    factorCovariance: diagonal(new Float64Array(k).fill(1)),
    specificVariance: new Float64Array(m),
    dayWeights,
    notes: k < m ? [`the weighted covariance of ${m} names has rank ${k}: some portfolios look riskless and are not`] : [], // prettier-ignore
  }
}

/**
 * ½^(age / half-life), summing to 1; 0 where so little is left that it would not show.
 *
 * @returns [T], the last is today
 */
export function decayingWeights(T: number, halfLifeDays: number): Float64Array {
  const weights = Float64Array.from({ length: T }, (_, t) => {
    const halvings = (T - 1 - t) / halfLifeDays
    return halvings > MOST_HALF_LIVES ? 0 : Math.exp(-Math.LN2 * halvings)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
