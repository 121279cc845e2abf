/**
 * What all sources together say of each name over the planning horizon.
 *
 * A source that gives a return r with a confidence is read as "right with that probability, else it says nothing": mean
 * confidence·r, standard error |r|·√(confidence·(1 − confidence)). The same two figures are the posterior of a normal
 * prior about 0 whose variance the forecast itself tells: r² is prior variance and error variance together, of which the
 * prior's share is the confidence. The confidence is then the share of the way from "no view" to the view, as T. Idzorek
 * has it, "A Step-by-Step Guide to the Black–Litterman Model" (2005).
 *
 * In that reading a source's precision, in units of the prior's, is its odds: confidence / (1 − confidence). Precisions
 * of independent sources add (J. Bates & C. Granger, "The Combination of Forecasts", Operational Research Quarterly 20
 * (1969); the prior's own counts 1), so that on each day of the horizon, over the sources k that say something of it,
 *
 *     weightₖ    = trustₖ · oddsₖ · (freshness of k / that of the freshest)
 *     shareₖ     = weightₖ / Σ weight
 *     confidence = Σ weight / (1 + Σ weight)
 *     mean       = Σ shareₖ rₖ
 *     r̂          = confidence · mean
 *     ρ²         = (1 − confidence) · Σ shareₖ confidenceₖ rₖ²  +  confidence² · Σ shareₖ (rₖ − mean)²
 *
 * with rₖ what the source expects of that day. The first term of ρ² is the posterior variance, the second what the
 * sources disagree by, as in a mixture of them. The horizon's r̂ is the sum over its days; so is its ρ, for who errs on
 * one day of a horizon errs on the next.
 *
 * One source: as above. Two equal, independent ones: a confidence of 2·confidence / (1 + confidence), ⅔ where each has
 * ½. Two that repeat each other: trust ½ each, and they come to the one. No confidence: 0. Full confidence: only the
 * sources that have it count. Faded or expired sources give way to fresh ones instead of watering them down.
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
  const pools: Pool[] = []
  const daily = new Float64Array(horizonDays)
  let [expectedReturn, uncertainty] = [0, 0]
  for (let day = 0; day < horizonDays; day++) {
    const pool = pooled(views, day)
    pools.push(pool)
    daily[day] = pool.expectedReturn
    expectedReturn += pool.expectedReturn
    uncertainty += pool.uncertainty
  }
  return {
    instrument,
    expectedReturn,
    uncertainty,
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
  /** Of all together. */
  readonly confidence: number
}

function pooled(views: readonly View[], day: number): Pool {
  const { shares, confidence } = sharesOn(views, day)
  let [mean, prior, dispersion] = [0, 0, 0]
  for (let k = 0; k < views.length; k++) {
    const { aged, daily } = views[k]!
    mean += shares[k]! * daily[day]!
    prior += shares[k]! * aged.forecast.confidence * daily[day]! * daily[day]!
  }
  for (let k = 0; k < views.length; k++) {
    const away = views[k]!.daily[day]! - mean
    dispersion += shares[k]! * away * away
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

function partOf({ aged, daily }: View, k: number, pools: readonly Pool[]): ForecastPart {
  const { forecast, ageDays } = aged
  let [total, days, contribution] = [0, 0, 0]
  for (const [day, { shares, confidence }] of pools.entries()) {
    if (shares.some((share) => share > 0)) days += 1
    total += shares[k]!
    contribution += confidence * shares[k]! * daily[day]!
  }
  const [decay, share] = [1 - shareDue(forecast, ageDays), days === 0 ? 0 : total / days]
  return { source: forecast.source, forecast, ageDays, decay, share, contribution }
}
