/** Combined forecasts in the order of the book's names; what cannot be used is said, never dropped in silence. */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface ForecastVectors {
  /** r̂, [n]; 0 where nothing is forecast. */
  readonly expectedReturn: Float64Array
  /** ρ ≥ 0, [n]. */
  readonly uncertainty: Float64Array
  readonly excluded: readonly Exclusion[]
}

/** What takes no part in the decision, and why, in words that the plan prints. */
export interface Exclusion {
  readonly instrument: InstrumentId
  readonly reason: string
}

/** @returns else which name's which field is wrong */
export function forecastVectors(
  forecasts: readonly CombinedForecast[],
  { names }: ValuedBook,
): Result<ForecastVectors> {
  const places = new Map(names.map(({ id }, i) => [id, i]))
  const expectedReturn = new Float64Array(names.length)
  const uncertainty = new Float64Array(names.length)
  const excluded: Exclusion[] = []
  const seen = new Set<InstrumentId>()
  for (const forecast of forecasts) {
    const { instrument } = forecast
    const fault = faultOf(forecast, seen)
    if (fault !== undefined) return err(`${instrument} forecast.${fault}`)
    seen.add(instrument)
    const place = places.get(instrument)
    const untradable = place === undefined ? undefined : names[place]!.untradable
    if (place === undefined)
      excluded.push({ instrument, reason: 'is forecast, but neither held nor eligible: its forecast is not used' }) // prettier-ignore
    else if (untradable !== undefined)
      excluded.push({ instrument, reason: `is forecast, but cannot be traded: ${untradable}` })
    if (place === undefined) continue
    expectedReturn[place] = forecast.expectedReturn
    uncertainty[place] = forecast.uncertainty
  }
  return ok({ expectedReturn, uncertainty, excluded })
}

function faultOf(
  { instrument, expectedReturn, uncertainty }: CombinedForecast,
  seen: ReadonlySet<InstrumentId>,
): string | undefined {
  if (seen.has(instrument)) return 'instrument: is there twice, expected one combined forecast'
  if (!Number.isFinite(expectedReturn))
    return `expectedReturn: was ${expectedReturn}, expected a number such as 0.01`
  if (!(uncertainty >= 0 && uncertainty < Infinity))
    return `uncertainty: was ${uncertainty}, expected a number ≥ 0`
  return undefined
}
