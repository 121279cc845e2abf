/**
 * Black–Litterman: the returns at which the market portfolio would be best, 2γ·Cov·w of the market, moved towards the
 * forecasts as far as these are more certain, then optimised like any forecast, with the covariance after views.
 *
 * Market weights are by market value among the candidates. With γ as it is used to optimise, no ½ before it, the
 * equilibrium has δ = 2γ in the paper's letters, and with no view the answer is the market. A forecast is a view on one
 * name, above cash, with variance ρ². What bears no risk is worth nothing, so that cash may be left.
 *
 * F. Black & R. Litterman, "Global Portfolio Optimization", Financial Analysts Journal 48 (1992); G. He & R. Litterman,
 * "The Intuition Behind Black–Litterman Model Portfolios" (1999).
 */
import { err, ok, type Result } from '#model/result.ts'
import { covarianceTimes, type LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import { posteriorOf } from '#numerics/posterior-mean.ts'
import { boundedPortfolio } from '#construction/policies/bounded-portfolio.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import type { Policy } from '#construction/policies/policy.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'
import { viewsOf } from '#construction/policies/views.ts'

/** Uncertainty of the equilibrium as a share of the covariance, as in the examples of He & Litterman (1999). */
const TAU = 0.05

export const blackLitterman: Policy = (candidates, facts) => {
  const { names } = candidates
  const aversion = positive('riskAversion', facts.settings.riskAversion)
  const horizon = positive('horizonDays', facts.settings.horizonDays)
  if (!aversion.ok) return aversion
  if (!horizon.ok) return horizon
  const daily = candidateCovariance(facts, names)
  if (!daily.ok) return daily
  const market = marketWeights(names, facts)
  if (!market.ok) return market
  const views = viewsOf(names, facts)
  if (!views.ok) return views
  const { expectedReturn, uncertainty } = views.value
  const certain = uncertainty.findIndex((rho, i) => !(TAU * daily.value.specific[i]! + rho * rho > 0)) // prettier-ignore
  if (certain >= 0)
    return err(`the forecast of ${names[certain]!.instrument} has an uncertainty of 0 and the name no specific variance: expected one above 0`) // prettier-ignore
  const covariance = over(daily.value, horizon.value)
  const posterior = posteriorOf({
    prior: covarianceTimes(covariance, market.value).map((value) => 2 * aversion.value * value),
    covariance,
    tau: TAU,
    views: expectedReturn,
    viewVariance: uncertainty.map((rho) => rho * rho),
  })
  const found = boundedPortfolio({ candidates, ...posterior, mayLeaveCash: true }, aversion.value)
  return found.ok ? ok(found.value.weights) : found
}

function positive(field: string, value: number): Result<number> {
  return value > 0 && value < Infinity ? ok(value) : err(`${field} is ${value}, expected a number above 0`) // prettier-ignore
}

/** Shares in the market value of all candidates, [n]. */
function marketWeights(
  names: readonly PolicyName[],
  { marketValue }: PolicyFacts,
): Result<Float64Array> {
  const missing = names.filter(({ instrument }) => !marketValue.has(instrument))
  if (missing.length > 0)
    return err(`the market value of ${missing[0]!.instrument}${missing.length > 1 ? ` and ${missing.length - 1} others` : ''} is missing: give it in the fundamentals file, or leave such names out of the universe`) // prettier-ignore
  const values = Float64Array.from(names, ({ instrument }) => marketValue.get(instrument)!)
  const flawed = values.findIndex((value) => !(value > 0 && value < Infinity))
  if (flawed >= 0)
    return err(`${names[flawed]!.instrument} has a market value of ${values[flawed]}, expected an amount above 0`) // prettier-ignore
  const total = values.reduce((sum, value) => sum + value, 0)
  return ok(values.map((value) => value / total))
}

/** Of returns over so many days. */
function over(
  { n, factors, loadings, specific }: LowRankCovariance,
  days: number,
): LowRankCovariance {
  return { n, factors, loadings: loadings.map((x) => x * Math.sqrt(days)), specific: specific.map((d) => d * days) } // prettier-ignore
}
