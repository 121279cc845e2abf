/**
 * What all sources together say of each name over the planning horizon.
 *
 * A source that gives a return r with confidence c is read as "right with probability c, else it says nothing": mean
 * c·r, standard error |r|·√(c(1−c)). The same two figures are the posterior of a normal prior about 0 whose variance τ²
 * the forecast itself tells, as r² = τ² + (error variance) and c = τ² / r²; c is then the share of the way from "no view"
 * to the view, which is how T. Idzorek, "A Step-by-Step Guide to the Black–Litterman Model" (2005) reads a confidence.
 *
 * In that reading a source's precision is its odds, o = c / (1 − c), in units of the prior's. Precisions of independent
 * sources add (J. Bates & C. Granger, "The Combination of Forecasts", Operational Research Quarterly 20 (1969); the
 * prior's own counts one), so that on each day of the horizon, over the sources k that say something of that day,
 *
 *     odds    Oₖ = trustₖ · oₖ · (freshness of k / that of the freshest),   O = Σ Oₖ
 *     share   = Oₖ / O,   confidence C = O / (1 + O)
 *     r̂       = C · Σ shareₖ rₖ
 *     ρ²      = (1 − C) · Σ shareₖ cₖ rₖ²  +  C² · Σ shareₖ (rₖ − r̄)²,   r̄ = Σ shareₖ rₖ
 *
 * with rₖ what the source expects of that day. The first term of ρ² is the posterior variance, the second what the
 * sources disagree by, as in a mixture of them. The horizon's r̂ is the sum over its days; so is its ρ, for who errs on
 * one day of a horizon errs on the next.
 *
 * One source: r̂ = c·r, ρ = |r|·√(c(1−c)). Two equal, independent ones: C = 2c / (1 + c), ⅔ where each has ½. Two that
 * repeat each other: trust ½ each, and they come to the one. No confidence: 0. Full confidence: only the sources that
 * have it count. Faded or expired sources give way to fresh ones instead of watering them down.
 */
import { dailyReturns, freshness, shareDue } from '#alpha/decay.ts'
import type {
  CombinationSettings,
  CombinedForecast,
  Forecast,
  ForecastPart,
  RefusedForecast,
} from '#alpha/forecast.ts'
import { usableForecasts, type AgedForecast } from '#alpha/usable-forecasts.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/** What is forecast, one a name, by name; and what was not used, each with its reason, by name and source. */
export interface Combination {
  readonly combined: readonly CombinedForecast[]
  readonly refused: readonly RefusedForecast[]
}

/**
 * Combines forecasts as of the planning date.
 *
 * @param forecasts - all that were read, stale ones too, in any order; of two rows of one source on one name and instant
 *   the later counts
 * @param asOf - planning date, UTC
 */
export function combineForecasts(
  forecasts: readonly Forecast[],
  asOf: EpochMs,
  settings: CombinationSettings,
): Combination {
  const { usable, refused } = usableForecasts(forecasts, asOf, settings)
  const byName = Map.groupBy(usable, ({ forecast }) => forecast.instrument)
  const combined = [...byName].map(([instrument, aged]) => combinedOf(instrument, aged, settings))
  return { combined, refused }
}

/** What one source says of the days to come. */
interface View {
  readonly aged: AgedForecast
  /** [horizonDays] */
  readonly daily: Float64Array
  readonly trust: number
}

function combinedOf(
  instrument: InstrumentId,
  aged: readonly AgedForecast[],
  { horizonDays, sourceWeights }: CombinationSettings,
): CombinedForecast {
  const views = aged.map((one): View => {
    const daily = dailyReturns(one.forecast, one.ageDays, horizonDays)
    return { aged: one, daily, trust: sourceWeights.get(one.forecast.source) ?? 1 }
  })
  const pools = Array.from({ length: horizonDays }, (_, day) => pooled(views, day))
  const daily = Float64Array.from(pools, ({ expectedReturn }) => expectedReturn)
  return {
    instrument,
    expectedReturn: daily.reduce((sum, value) => sum + value, 0),
    uncertainty: pools.reduce((sum, { uncertainty }) => sum + uncertainty, 0),
    daily,
    parts: views.map((view, i) => partOf(view, i, pools)),
  }
}

/** One day's view of all sources. */
interface Pool {
  readonly expectedReturn: number
  readonly uncertainty: number
  /** Of each view; sums to 1, or is 0 throughout on a day that nobody speaks of. */
  readonly shares: readonly number[]
  /** C. */
  readonly confidence: number
}

function pooled(views: readonly View[], day: number): Pool {
  const { shares, confidence } = sharesOn(views, day)
  let [mean, prior] = [0, 0]
  for (const [i, { aged, daily }] of views.entries()) {
    mean += shares[i]! * daily[day]!
    prior += shares[i]! * aged.forecast.confidence * daily[day]! * daily[day]!
  }
  let dispersion = 0
  for (const [i, { daily }] of views.entries()) {
    const away = daily[day]! - mean
    dispersion += shares[i]! * away * away
  }
  const variance = (1 - confidence) * prior + confidence * confidence * dispersion
  return { expectedReturn: confidence * mean, uncertainty: Math.sqrt(variance), shares, confidence }
}

function sharesOn(views: readonly View[], day: number): Pick<Pool, 'shares' | 'confidence'> {
  const fresh = views.map(({ aged: { forecast, ageDays } }) => freshness(forecast, ageDays + day))
  const freshest = Math.max(...fresh)
  if (freshest === 0) return { shares: views.map(() => 0), confidence: 0 }
  const weights = views.map(({ trust }, i) => trust * (fresh[i]! / freshest))
  const confidences = views.map(({ aged }) => aged.forecast.confidence)
  const certain = confidences.map((confidence, i) => (confidence === 1 ? weights[i]! : 0))
  if (certain.some((weight) => weight > 0)) return { shares: normalised(certain), confidence: 1 }
  const odds = confidences.map((confidence, i) => (confidence < 1 ? weights[i]! * (confidence / (1 - confidence)) : 0)) // prettier-ignore
  const total = sumOf(odds)
  return total > 0
    ? { shares: normalised(odds), confidence: total / (1 + total) }
    : { shares: normalised(weights), confidence: 0 }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

function normalised(weights: readonly number[]): readonly number[] {
  const total = sumOf(weights)
  return weights.map((weight) => (total > 0 ? weight / total : 0))
}

function partOf({ aged, daily }: View, i: number, pools: readonly Pool[]): ForecastPart {
  const { forecast, ageDays } = aged
  const spoken = pools.filter(({ shares }) => shares.some((share) => share > 0))
  return {
    source: forecast.source,
    forecast,
    ageDays,
    decay: 1 - shareDue(forecast, ageDays),
    share: spoken.length === 0 ? 0 : sumOf(spoken.map(({ shares }) => shares[i]!)) / spoken.length,
    contribution: pools.reduce((sum, { shares, confidence }, day) => sum + confidence * shares[i]! * daily[day]!, 0), // prettier-ignore
  }
}
