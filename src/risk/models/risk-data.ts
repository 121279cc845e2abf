/**
 * The returns that every risk model is estimated from: one row a driver, no holes, outliers cut back, and what was mended
 * said in words.
 *
 * - Before a name was listed and after its history ended, its regression on the mean of the other names of its sector (on the
 *   market where there are none), fitted to the days that it has, stands in. A fitted value is quieter than the name, so the
 *   variance of what the regression left is added for those days: stochastic regression imputation in expectation
 *   (R. Little & D. Rubin, "Statistical Analysis with Missing Data", 3rd ed. (2019), section 4.3).
 * - A name with fewer than `LEAST_DAYS` returns of its own, or that never moved, is not estimated from at all;
 *   stand-ins.ts says what it gets.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { medianInPlace } from '#numerics/median.ts'
import { residuals, slope } from '#numerics/regression.ts'
import { alignedReturns, LEAST_DAYS, type AlignedReturns } from '#risk/aligned-returns.ts'
import { notesOf } from '#risk/models/data-notes.ts'
import { cutOutliers } from '#risk/models/outliers.ts'
import type { RiskName } from '#risk/models/risk-model.ts'

/** About a quarter of trading. */
const VOLUME_DAYS = 63

export interface RiskData {
  /** Oldest first, [T]. */
  readonly dates: readonly IsoDate[]
  /** What is estimated from, m, sorted by driver. */
  readonly names: readonly EstimatedName[]
  /** Simple daily returns, m × T, row-major, all finite. */
  readonly returns: Float64Array
  /** The benchmark's returns, or the equal-weighted mean of all rows, [T]. */
  readonly market: Float64Array
  /** Drivers without a usable history of their own, sorted. */
  readonly absent: readonly AbsentName[]
  readonly notes: readonly string[]
}

export interface EstimatedName {
  readonly driver: InstrumentId
  readonly sector: string
  /** Days first…end − 1 are its own, the others fitted to its sector. */
  readonly first: number
  readonly end: number
  /** Variance of its own returns about the fit that stands in for it on the other days; 0 where there are none. */
  readonly imputedVariance: number
  readonly marketValue: number | undefined
  /** Median money traded a day, quote currency; undefined where no volume is known. */
  readonly dollarVolume: number | undefined
}

export interface AbsentName {
  readonly driver: InstrumentId
  readonly sector: string
  readonly reason: string
}

/** @returns an error where no name has a history to estimate from */
export function riskDataOf(
  names: readonly RiskName[],
  bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>,
  benchmark: InstrumentId | undefined,
  windowDays: number,
): Result<RiskData> {
  const drivers = driversOf(names)
  const ids = drivers.map(({ driver }) => driver)
  const aligned = alignedReturns(ids, bars, benchmark, windowDays)
  const own = new Map([...aligned.own].filter(([, row]) => hasMoved(row)))
  const absent = drivers.filter(({ driver }) => !own.has(driver)).map((name) => absentName(name, aligned)) // prettier-ignore
  if (own.size === 0 || aligned.dates.length < LEAST_DAYS)
    return err(nothingToEstimate(absent, aligned.dates.length))
  const outliers = cutOutliers(own, aligned.index)
  const present = drivers.filter(({ driver }) => own.has(driver))
  const filled = filledRows(present, own, aligned.index)
  const estimated = present.map((name, i) => ({ ...name, ...filled.spans[i]!, dollarVolume: dollarVolumeOf(bars.get(name.driver) ?? []) })) // prettier-ignore
  return ok({
    dates: aligned.dates,
    names: estimated,
    returns: filled.returns,
    market: filled.market,
    absent,
    notes: notesOf({ aligned, benchmark, outliers, estimated }),
  })
}

interface Driver {
  readonly driver: InstrumentId
  readonly sector: string
  readonly marketValue: number | undefined
}

/** Each driver once, sorted; its sector is that of the instrument it is itself, where that is among the names. */
function driversOf(names: readonly RiskName[]): readonly Driver[] {
  const byDriver = Map.groupBy(names, ({ driver }) => driver)
  return [...byDriver.keys()].toSorted(byCodeUnit).map((driver) => {
    const of = byDriver.get(driver)!.toSorted((a, b) => byCodeUnit(a.instrument, b.instrument))
    const itself = of.find(({ instrument }) => instrument === driver) ?? of[0]!
    const valued = of.find(({ marketValue }) => marketValue !== undefined && marketValue > 0)
    return { driver, sector: itself.sector, marketValue: valued?.marketValue }
  })
}

const hasMoved = (row: Float64Array): boolean => row.some((value) => value !== 0 && !Number.isNaN(value)) // prettier-ignore

function absentName(
  { driver, sector }: Driver,
  { own, counts, dates }: AlignedReturns,
): AbsentName {
  const priced = counts.get(driver)?.priced ?? 0
  const reason = own.has(driver)
    ? `its price did not move in ${dates.length} days`
    : `has ${priced} daily bars with a price, ${LEAST_DAYS + 1} are needed`
  return { driver, sector, reason }
}

function nothingToEstimate(absent: readonly AbsentName[], days: number): string {
  const first = absent.slice(0, 5).map(({ driver, reason }) => `${driver} ${reason}`)
  const rest = absent.length > 5 ? `; and ${absent.length - 5} more` : ''
  const found = absent.length > 0 ? `${first.join('; ')}${rest}` : `the names share ${days} sessions, ${LEAST_DAYS} are needed` // prettier-ignore
  return `no risk model can be estimated: ${found}. Provide daily bars of the names, or a policy that needs no risk model`
}

interface Filled {
  readonly returns: Float64Array
  readonly market: Float64Array
  readonly spans: readonly Pick<EstimatedName, 'first' | 'end' | 'imputedVariance'>[]
}

function filledRows(
  names: readonly Driver[],
  own: ReadonlyMap<InstrumentId, Float64Array>,
  index: Float64Array | undefined,
): Filled {
  const rows = names.map(({ driver }) => own.get(driver)!)
  const T = rows[0]!.length
  const everyone = sumsOf(rows, T)
  const market = Float64Array.from({ length: T }, (_, t) => firstFinite(index?.[t], everyone.totals[t]! / everyone.counts[t]!)) // prettier-ignore
  const members = Map.groupBy(names.keys(), (i) => names[i]!.sector)
  const sectors = new Map([...members].map(([sector, of]) => [sector, sumsOf(of.map((i) => rows[i]!), T)])) // prettier-ignore
  const returns = new Float64Array(names.length * T)
  const spans = rows.map((row, i) => {
    const to = returns.subarray(i * T, (i + 1) * T)
    to.set(row)
    const first = row.findIndex((value) => !Number.isNaN(value))
    const end = row.findLastIndex((value) => !Number.isNaN(value)) + 1
    if (end - first === T) return { first, end, imputedVariance: 0 }
    return { first, end, imputedVariance: fill(to, sectors.get(names[i]!.sector)!, market) }
  })
  return { returns, market, spans }
}

/** Completes a row by its fit to the sector's other names; returns the variance that the fit leaves on the row's own days. */
function fill(row: Float64Array, { totals, counts }: Sums, market: Float64Array): number {
  const peers = row.map((value, t) => {
    const isOwn = !Number.isNaN(value)
    const others = counts[t]! - (isOwn ? 1 : 0)
    return others > 0 ? (totals[t]! - (isOwn ? value : 0)) / others : market[t]!
  })
  const days = [...row.keys()].filter((t) => !Number.isNaN(row[t]!))
  const [y, x] = [days.map((t) => row[t]!), days.map((t) => peers[t]!)]
  const fitted = slope(y, x)
  const tilt = Number.isNaN(fitted) ? 0 : fitted
  const left = residuals(y, x)
  for (let t = 0; t < row.length; t++) if (Number.isNaN(row[t]!)) row[t] = tilt * peers[t]!
  return left.reduce((sum, value) => sum + value * value, 0) / (days.length - 2)
}

interface Sums {
  readonly totals: Float64Array
  readonly counts: Float64Array
}

/** By day, over the rows that have a value. */
function sumsOf(rows: readonly Float64Array[], T: number): Sums {
  const [totals, counts] = [new Float64Array(T), new Float64Array(T)]
  for (const row of rows)
    for (let t = 0; t < T; t++) {
      if (Number.isNaN(row[t]!)) continue
      totals[t]! += row[t]!
      counts[t]! += 1
    }
  return { totals, counts }
}

const firstFinite = (...values: readonly (number | undefined)[]): number =>
  values.find((value) => value !== undefined && Number.isFinite(value)) ?? 0

function dollarVolumeOf(bars: readonly PriceBar[]): number | undefined {
  const traded = bars
    .slice(-VOLUME_DAYS)
    .map(({ close, volume }) => close * volume)
    .filter((value) => value > 0 && Number.isFinite(value))
  return traded.length === 0 ? undefined : medianInPlace(Float64Array.from(traded))
}
