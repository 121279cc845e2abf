/**
 * The sample covariance, Σ (rₜ − r̄)(rₜ − r̄)ᵀ / (T − 1), as it is: with no more days than names it has rank T − 1, d = 0,
 * and portfolios that it believes to be without risk. An optimiser finds them (R. Michaud, "The Markowitz Optimization Enigma",
 * Financial Analysts Journal 45 (1989)); the model is there to compare others with.
 */
import { rootNames, rootOf, transposed, diagonal, type CovarianceRoot, type FactorForm } from '#risk/models/factor-form.ts' // prettier-ignore
import type { RiskData } from '#risk/models/risk-data.ts'

/** Factors are the columns of a root, each of variance 1. */
export function sampleModel(data: RiskData): FactorForm {
  const m = data.names.length
  const { root, k } = sampleRoot(data)
  return {
    factors: rootNames(k),
    exposures: root,
    factorCovariance: diagonal(new Float64Array(k).fill(1)),
    specificVariance: new Float64Array(m),
    notes: k < m ? [`the sample covariance of ${m} names over ${data.dates.length} days has rank ${k}: some portfolios look riskless and are not`] : [], // prettier-ignore
  }
}

/**
 * A root of the sample covariance in T − 1 columns: Helmert's contrasts cₜ = (x₁ + … + xₜ − t xₜ₊₁) / √(t(t+1)) have no mean
 * in them, and Σ ccᵀ is Σ (x − x̄)(x − x̄)ᵀ exactly.
 */
export function sampleRoot({ names, dates, returns }: RiskData): CovarianceRoot {
  const [m, T] = [names.length, dates.length]
  const days = transposed(returns, m, T)
  const contrasts = new Float64Array((T - 1) * m)
  const sums = new Float64Array(m)
  for (let t = 1; t < T; t++) {
    const scale = 1 / Math.sqrt(t * (t + 1) * (T - 1))
    for (let i = 0; i < m; i++) {
      sums[i]! += days[(t - 1) * m + i]!
      contrasts[(t - 1) * m + i] = scale * (sums[i]! - t * days[t * m + i]!)
    }
  }
  return rootOf(contrasts, T - 1, m)
}
