/**
 * From names and their daily bars to a risk model of one of five kinds.
 *
 * Estimated once a driver: a stock and its options are one series of returns. Instruments that share a driver share its specific
 * risk too, through a factor `underlying:…` of that variance, so that a hedge within one underlying is seen as one; only
 * `BASIS_SHARE` of it stays each instrument's own, for an option's delta is not the option.
 */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { LEAST_DAYS } from '#risk/aligned-returns.ts'
import { ewmaModel } from '#risk/models/ewma.ts'
import type { Estimator, FactorForm } from '#risk/models/factor-form.ts'
import { ledoitWolfModel } from '#risk/models/ledoit-wolf.ts'
import { riskDataOf, type RiskData } from '#risk/models/risk-data.ts'
import type { RiskModel, RiskModelKind, RiskModelSettings, RiskName } from '#risk/models/risk-model.ts' // prettier-ignore
import { sampleModel } from '#risk/models/sample.ts'
import { sectorStyleModel } from '#risk/models/sector-style.ts'
import { standIns } from '#risk/models/stand-ins.ts'
import { statisticalModel } from '#risk/models/statistical.ts'

/** Share of an underlying's specific variance that does not hedge within it: a correlation of 0.98, as gamma and dividends leave of a delta hedge. */
export const BASIS_SHARE = 0.02

const ESTIMATORS: Readonly<Record<RiskModelKind, Estimator>> = {
  sample: sampleModel,
  ewma: ewmaModel,
  'ledoit-wolf': ledoitWolfModel,
  statistical: statisticalModel,
  'sector-style': sectorStyleModel,
}

/**
 * @param names - each instrument once; the model's names are in this order
 * @param bars - total-return daily bars by driver, oldest first
 * @param benchmark - the market; the equal-weighted mean of the names where absent or too short
 * @returns an error in words where a setting makes no sense, a name is there twice, or no name has a history
 */
export function estimateRiskModel(
  names: readonly RiskName[],
  bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>,
  benchmark: InstrumentId | undefined,
  settings: RiskModelSettings,
): Result<RiskModel> {
  const fault = settingsFault(settings) ?? namesFault(names)
  if (fault !== undefined) return err(fault)
  const data = riskDataOf(names, bars, benchmark, settings.windowDays)
  if (!data.ok) return data
  const form = withImputed(ESTIMATORS[settings.kind](data.value, settings), data.value)
  const model = spread(names, driverRows(form, data.value), form, data.value, settings.kind)
  const broken = model.instruments.find((_, i) => !isFiniteRow(model, i))
  return broken === undefined
    ? ok(model)
    : err(`the ${settings.kind} risk model has no finite variance for ${broken}: look at its daily bars, or leave it out`) // prettier-ignore
}

function settingsFault({
  factors,
  windowDays,
  halfLifeDays,
}: RiskModelSettings): string | undefined {
  if (!(Number.isInteger(factors) && factors >= 0))
    return `risk model factors: was ${factors}, expected a whole number ≥ 0`
  if (!(Number.isInteger(windowDays) && windowDays >= LEAST_DAYS))
    return `risk model windowDays: was ${windowDays}, expected a whole number of trading days ≥ ${LEAST_DAYS}`
  if (!(halfLifeDays > 0 && Number.isFinite(halfLifeDays)))
    return `risk model halfLifeDays: was ${halfLifeDays}, expected a number of trading days > 0`
  return undefined
}

function namesFault(names: readonly RiskName[]): string | undefined {
  if (names.length === 0) return 'a risk model of no names: expected at least one'
  const known = new Set<InstrumentId>()
  for (const { instrument } of names) {
    if (known.has(instrument)) return `a risk model names ${instrument} twice: expected each instrument once` // prettier-ignore
    known.add(instrument)
  }
  return undefined
}

/** Adds the variance of what was filled in, for the days on which it was (risk-data.ts). */
function withImputed(form: FactorForm, { names, dates }: RiskData): FactorForm {
  const T = dates.length
  const specificVariance = form.specificVariance.map((variance, i) => {
    const { first, end, imputedVariance } = names[i]!
    if (imputedVariance === 0) return variance
    let share = 0
    for (let t = 0; t < T; t++)
      if (t < first || t >= end) share += form.dayWeights === undefined ? 1 / T : form.dayWeights[t]! // prettier-ignore
    return variance + share * imputedVariance
  })
  return { ...form, specificVariance }
}

interface DriverRow {
  readonly exposures: Float64Array
  readonly specificVariance: number
  /** What stands in for a history of its own. */
  readonly by: string | undefined
}

/** A row for every driver, estimated or stood in for. */
function driverRows(
  form: FactorForm,
  { names, absent }: RiskData,
): ReadonlyMap<InstrumentId, DriverRow> {
  const k = form.factors.length
  const rows = new Map<InstrumentId, DriverRow>()
  names.forEach(({ driver }, i) =>
    rows.set(driver, {
      exposures: form.exposures.subarray(i * k, (i + 1) * k),
      specificVariance: form.specificVariance[i]!,
      by: undefined,
    }),
  )
  standIns(absent, names, form).forEach((standIn, i) => rows.set(absent[i]!.driver, standIn))
  return rows
}

/** From drivers to instruments, with a factor for each underlying that several share. */
function spread(
  names: readonly RiskName[],
  rows: ReadonlyMap<InstrumentId, DriverRow>,
  form: FactorForm,
  data: RiskData,
  kind: RiskModelKind,
): RiskModel {
  const shared = sharedDrivers(names, rows)
  const [own, k] = [form.factors.length, form.factors.length + shared.length]
  const exposures = new Float64Array(names.length * k)
  const specificVariance = new Float64Array(names.length)
  names.forEach(({ driver }, i) => {
    const row = rows.get(driver)!
    exposures.set(row.exposures, i * k)
    const at = shared.indexOf(driver)
    if (at >= 0) exposures[i * k + own + at] = 1
    specificVariance[i] = (at >= 0 ? BASIS_SHARE : 1) * row.specificVariance
  })
  const factorCovariance = new Float64Array(k * k)
  for (let j = 0; j < own; j++)
    factorCovariance.set(form.factorCovariance.subarray(j * own, (j + 1) * own), j * k)
  shared.forEach((driver, j) => {
    factorCovariance[(own + j) * (k + 1)] = (1 - BASIS_SHARE) * rows.get(driver)!.specificVariance
  })
  return {
    kind,
    instruments: names.map(({ instrument }) => instrument),
    factors: [...form.factors, ...shared.map((driver) => `underlying:${driver}`)],
    exposures,
    factorCovariance,
    specificVariance,
    proxied: names.flatMap(({ instrument, driver }) => {
      const by = rows.get(driver)!.by
      return by === undefined ? [] : [{ instrument, by }]
    }),
    notes: [...data.notes, ...form.notes],
  }
}

/** Drivers of more than one instrument that have specific risk to share, in the order of the names. */
function sharedDrivers(
  names: readonly RiskName[],
  rows: ReadonlyMap<InstrumentId, DriverRow>,
): readonly InstrumentId[] {
  const of = Map.groupBy(names, ({ driver }) => driver)
  return [...of].filter(([driver, group]) => group.length > 1 && rows.get(driver)!.specificVariance > 0).map(([driver]) => driver) // prettier-ignore
}

function isFiniteRow({ factors, exposures, specificVariance }: RiskModel, i: number): boolean {
  const k = factors.length
  return Number.isFinite(specificVariance[i]) && exposures.subarray(i * k, (i + 1) * k).every(Number.isFinite) // prettier-ignore
}
