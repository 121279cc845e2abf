/**
 * Which forecasts count: those that make sense, were made by now, are not too old, and are the latest of their source on
 * their name. The others are told, each with its reason.
 */
import type { CombinationSettings, Forecast, RefusedForecast } from '#alpha/forecast.ts'
import { tradingAges } from '#alpha/trading-age.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import { isoDateOf, isoInstantOf, type EpochMs } from '#model/time.ts'

/** A forecast that counts, and its age. */
export interface AgedForecast {
  readonly forecast: Forecast
  /** Trading days since it was made, ≥ 0. */
  readonly ageDays: number
}

/** Ten years: nobody forecasts further, and nothing older than its horizon counts. */
export const LONGEST_HORIZON_DAYS = 2_520

/**
 * @returns those that count by instrument and then source, one of each; the refused in the same order
 */
export function usableForecasts(
  forecasts: readonly Forecast[],
  asOf: EpochMs,
  settings: CombinationSettings,
): { readonly usable: readonly AgedForecast[]; readonly refused: readonly RefusedForecast[] } {
  const ageOf = tradingAges(asOf, LONGEST_HORIZON_DAYS)
  const latest = new Map<string, AgedForecast>()
  const refused: RefusedForecast[] = []
  const refuse = ({ instrument, source }: Forecast, reason: string) => refused.push({ instrument, source, reason }) // prettier-ignore
  for (const forecast of forecasts) {
    const reason = nonsenseIn(forecast) ?? future(forecast, asOf) ?? untrusted(forecast, settings)
    if (reason !== undefined) {
      refuse(forecast, reason)
      continue
    }
    const key = JSON.stringify([forecast.instrument, forecast.source])
    const other = latest.get(key)?.forecast
    const isLatest = other === undefined || forecast.asOf >= other.asOf
    const [kept, left] = isLatest ? [forecast, other] : [other, forecast]
    latest.set(key, { forecast: kept, ageDays: ageOf(kept.asOf) })
    if (left !== undefined) refuse(left, replacedBy(left, kept))
  }
  const usable = [...latest.values()].filter((aged) => {
    const reason = stale(aged, settings)
    if (reason !== undefined) refuse(aged.forecast, reason)
    return reason === undefined
  })
  return {
    usable: usable.toSorted((a, b) => byName(a.forecast, b.forecast)),
    refused: refused.toSorted((a, b) => byName(a, b) || byCodeUnit(a.reason, b.reason)),
  }
}

type Named = Pick<Forecast, 'instrument' | 'source'>

const byName = (a: Named, b: Named): number =>
  byCodeUnit(a.instrument, b.instrument) || byCodeUnit(a.source, b.source)

/** What each field must be; the first that is not is named. */
const SENSE: readonly {
  readonly field: keyof Forecast & ('expectedReturn' | 'horizonDays' | 'confidence' | 'halfLifeDays' | 'asOf') // prettier-ignore
  readonly holds: (value: number) => boolean
  readonly expected: string
}[] = [
  { field: 'expectedReturn', holds: Number.isFinite, expected: 'a fraction such as 0.02' },
  { field: 'horizonDays', holds: (value) => value > 0 && value <= LONGEST_HORIZON_DAYS, expected: `trading days above 0, at most ${LONGEST_HORIZON_DAYS}` },
  { field: 'confidence', holds: (value) => value >= 0 && value <= 1, expected: 'a chance from 0 to 1' },
  { field: 'halfLifeDays', holds: (value) => value > 0, expected: 'trading days above 0' },
  { field: 'asOf', holds: Number.isSafeInteger, expected: 'whole milliseconds since 1970' },
] // prettier-ignore

function nonsenseIn(forecast: Forecast): string | undefined {
  const wrong = SENSE.find(({ field, holds }) => !holds(forecast[field]))
  return wrong && `${wrong.field} was ${forecast[wrong.field]}, expected ${wrong.expected}`
}

function future({ asOf: made }: Forecast, asOf: EpochMs): string | undefined {
  return made > asOf
    ? `made at ${isoInstantOf(made)}, after the planning date ${isoInstantOf(asOf)}`
    : undefined
}

function untrusted(
  { source }: Forecast,
  { sourceWeights }: CombinationSettings,
): string | undefined {
  // prettier-ignore
  return sourceWeights.get(source) === 0 ? `the source ${source} has weight 0` : undefined
}

function replacedBy(left: Forecast, kept: Forecast): string {
  return left.asOf === kept.asOf
    ? `another row of the same source and time comes after it (${isoInstantOf(kept.asOf)})`
    : `replaced by a newer one of the same source (${isoDateOf(left.asOf)}, then ${isoDateOf(kept.asOf)})`
}

function stale(
  { forecast: { horizonDays, halfLifeDays }, ageDays }: AgedForecast,
  { mostHalfLives }: CombinationSettings,
): string | undefined {
  const old = `${ageDays} trading days old`
  if (ageDays >= horizonDays) return `${old}, its horizon is ${horizonDays}: nothing is left of it`
  if (ageDays > mostHalfLives * halfLifeDays)
    return `${old}, more than ${mostHalfLives} of its half-lives of ${halfLifeDays}`
  return undefined
}
