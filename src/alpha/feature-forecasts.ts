/**
 * Forecasts from features by Grinold's law: expected residual return = information coefficient × residual volatility ×
 * score (R. Grinold, "Alpha Is Volatility Times IC Times Score", Journal of Portfolio Management 20 (1994)).
 *
 * The score is measured across the names, the volatility is what the equal-weighted market of the names leaves of a
 * name's daily returns over the last year, scaled by √horizon. A name that lacks a fact gets no forecast, which is not
 * a forecast of 0, and is told.
 */
import { FEATURE_TABLE, volatility, type FeatureKind, type NameFacts } from '#alpha/features.ts'
import type { Forecast } from '#alpha/forecast.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { YEAR, closedSessions, priceHistory, returnsOf } from '#alpha/price-history.ts'
import { scores, withinGroups } from '#alpha/scores.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { standardDeviation } from '#numerics/moments.ts'
import { residuals } from '#numerics/regression.ts'

export interface FeatureSettings {
  readonly kind: FeatureKind
  /** Correlation of score and residual return over the horizon, across names; > 0. */
  readonly informationCoefficient: number
  /** Trading days that the coefficient is of, > 0. */
  readonly horizonDays: number
  /** Chance that the feature works at all, 0 to 1. */
  readonly confidence: number
  /** Trading days, > 0; the feature's usual one where absent. */
  readonly halfLifeDays?: number
  /** Whether names are compared within their sector only. */
  readonly sectorNeutral: boolean
}

export interface FeatureFacts {
  /** Planning date: no later bar counts. */
  readonly asOf: EpochMs
  /** Stocks, each once. */
  readonly names: readonly InstrumentId[]
  /** Total-return daily bars, oldest first. */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  /** The latest by the planning date. */
  readonly fundamentals: ReadonlyMap<InstrumentId, Fundamentals>
  /** Names without one are one sector. */
  readonly sectors: ReadonlyMap<InstrumentId, string>
}

export interface FeatureForecasts {
  /** By name, then in the order of the settings; `source` is `feature:momentum`. */
  readonly forecasts: readonly Forecast[]
  /** Names without a forecast, each with its reason. */
  readonly leftOut: readonly {
    readonly instrument: InstrumentId
    readonly source: string
    readonly reason: string
  }[]
}

/** Fewer names make no cross-section: their scores say more about luck than about them. */
export const FEWEST_NAMES = 10
/** Sessions without a bar after which prices are old. */
const STALEST_DAYS = 5

/** What each feature expects of each name. */
export function featureForecasts(
  settings: readonly FeatureSettings[],
  facts: FeatureFacts,
): FeatureForecasts {
  if (settings.length === 0) return { forecasts: [], leftOut: [] }
  const names = measuredNames(facts)
  const each = settings.map((feature) => forecastsOf(feature, names, facts.asOf))
  return {
    forecasts: each.flatMap(({ forecasts }) => forecasts).toSorted(byInstrument),
    leftOut: each.flatMap(({ leftOut }) => leftOut).toSorted(byInstrument),
  }
}

const byInstrument = (a: Pick<Forecast, 'instrument'>, b: Pick<Forecast, 'instrument'>): number =>
  byCodeUnit(a.instrument, b.instrument)

interface MeasuredName {
  readonly instrument: InstrumentId
  readonly sector: string
  readonly facts: NameFacts
  /** Standard deviation of residual daily returns; undefined without a year of prices. */
  readonly residualVolatility: number | undefined
  readonly stale: boolean
}

function measuredNames({
  asOf,
  names,
  bars,
  fundamentals,
  sectors,
}: FeatureFacts): readonly MeasuredName[] {
  // prettier-ignore
  const sessions = closedSessions(asOf, YEAR + 1)
  const histories = names
    .toSorted(byCodeUnit)
    .map((name) => ({ name, history: priceHistory(bars.get(name) ?? [], sessions) }))
  const whole = histories.filter(({ history }) => volatility(history) !== undefined)
  const market = meanByDay(whole.map(({ history }) => returnsOf(history)))
  return histories.map(({ name, history }) => ({
    instrument: name,
    sector: sectors.get(name) ?? 'unknown',
    facts: { history, fundamentals: fundamentals.get(name) },
    residualVolatility: volatility(history) === undefined ? undefined : standardDeviation(residuals(returnsOf(history), market)), // prettier-ignore
    stale: history.staleDays > STALEST_DAYS,
  }))
}

function meanByDay(rows: readonly Float64Array[]): Float64Array {
  const sums = new Float64Array(YEAR)
  for (const row of rows) for (let t = 0; t < YEAR; t++) sums[t]! += row[t]!
  return sums.map((sum) => sum / Math.max(1, rows.length))
}

function forecastsOf(
  settings: FeatureSettings,
  names: readonly MeasuredName[],
  asOf: EpochMs,
): FeatureForecasts {
  const { kind, informationCoefficient, horizonDays, confidence } = settings
  const source = `feature:${kind}`
  const { halfLifeDays = FEATURE_TABLE[kind].halfLifeDays } = settings
  const found = scoresOf(settings, names)
  const forecasts: Forecast[] = []
  const leftOut: { instrument: InstrumentId; source: string; reason: string }[] = []
  for (const name of names) {
    const { instrument, residualVolatility } = name
    const score = found.get(instrument)
    if (score === undefined || residualVolatility === undefined || name.stale)
      leftOut.push({ instrument, source, reason: reasonOf(name, kind, found.size) })
    else {
      const expectedReturn = informationCoefficient * residualVolatility * Math.sqrt(horizonDays) * score // prettier-ignore
      forecasts.push({ instrument, expectedReturn, horizonDays, confidence, halfLifeDays, asOf, source }) // prettier-ignore
    }
  }
  return { forecasts, leftOut }
}

/** The feature's score of each name that has one; none where they are too few to compare. */
function scoresOf(
  { kind, sectorNeutral }: FeatureSettings,
  names: readonly MeasuredName[],
): ReadonlyMap<InstrumentId, number> {
  const usable = names.filter(({ stale, residualVolatility }) => !stale && residualVolatility !== undefined) // prettier-ignore
  const totals = new Map<InstrumentId, { total: number; count: number }>()
  for (const part of FEATURE_TABLE[kind].parts) {
    const having = usable.flatMap((name) => {
      const value = part.of(name.facts)
      return value === undefined ? [] : [{ name, value }]
    })
    if (having.length < FEWEST_NAMES) continue
    const scored = compared(having, sectorNeutral)
    for (const [i, { name }] of having.entries()) {
      const { total, count } = totals.get(name.instrument) ?? { total: 0, count: 0 }
      totals.set(name.instrument, { total: total + scored[i]!, count: count + 1 })
    }
  }
  const averages = [...totals].map(([instrument, { total, count }]) => [instrument, total / count] as const) // prettier-ignore
  if (FEATURE_TABLE[kind].parts.length === 1) return new Map(averages)
  // An average of two scores varies less than one: a score has a standard deviation of 1.
  const again = scores(averages.map(([, score]) => score))
  return new Map(averages.map(([instrument], i) => [instrument, again[i]!]))
}

function compared(
  having: readonly { readonly name: MeasuredName; readonly value: number }[],
  sectorNeutral: boolean,
): Float64Array {
  const plain = scores(having.map(({ value }) => value))
  return sectorNeutral ? scores(withinGroups(plain, having.map(({ name }) => name.sector))) : plain // prettier-ignore
}

function reasonOf(name: MeasuredName, kind: FeatureKind, scored: number): string {
  if (name.stale) return `no price for more than ${STALEST_DAYS} sessions`
  if (name.residualVolatility === undefined) return `needs ${YEAR} sessions of prices for its volatility` // prettier-ignore
  const { parts } = FEATURE_TABLE[kind]
  if (scored === 0 && parts.some(({ of }) => of(name.facts) !== undefined))
    return `fewer than ${FEWEST_NAMES} names have what it needs: ${parts.map(({ needs }) => needs).join('; ')}` // prettier-ignore
  return `needs ${parts.map(({ needs }) => needs).join('; or ')}`
}
