/**
 * One year of daily returns, one row a name, with no holes: the data all historical risk figures
 * share.
 *
 * Missing returns are filled, never dropped, for a name that is left out looks safe:
 * - inside a name's own history a session without a bar returns 0, and the next bar carries the whole
 *   move (aligned-returns.ts);
 * - before and after it, and for a name with fewer than `LEAST_DAYS` returns of its own, the mean
 *   return of the names of its sector stands in, or the market's where the sector has none;
 * - where that is missing too, or the panel as a whole is shorter than `LEAST_DAYS`, the name has
 *   no row, and every figure that needs it is NaN.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { alignedReturns, LEAST_DAYS } from '#risk/aligned-returns.ts'

/** Sessions in the panel at most: one year. */
export const WINDOW_DAYS = 252

export interface PanelName {
  readonly instrument: InstrumentId
  readonly sector: string
  /** Whose bars move it: the name itself, an option's underlying. */
  readonly driver: InstrumentId
}

export interface ReturnPanel {
  /** Oldest first, [T], T ≤ WINDOW_DAYS. */
  readonly dates: readonly IsoDate[]
  /** Simple daily returns, [T] each, all finite. */
  readonly rows: ReadonlyMap<InstrumentId, Float64Array>
  /** The benchmark's returns, or the equal-weighted mean of all names; undefined without history. */
  readonly market: Float64Array | undefined
  /** Names that another's returns stand in for on most days, sorted. */
  readonly proxied: readonly InstrumentId[]
}

/**
 * @param names - all names of the book and the targets, each once
 * @param bars - total-return daily bars, oldest first
 * @param benchmark - the market; the equal-weighted mean of the names where absent or too short
 */
export function returnPanel(
  names: readonly PanelName[],
  bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>,
  benchmark: InstrumentId | undefined,
): ReturnPanel {
  const drivers = [...new Set(names.map(({ driver }) => driver))].toSorted(byCodeUnit)
  const { dates, own, index } = alignedReturns(drivers, bars, benchmark, WINDOW_DAYS)
  if (dates.length < LEAST_DAYS) return { dates, rows: new Map(), market: undefined, proxied: [] }

  const everyone = meanOf([...own.values()], dates.length)
  const market = index === undefined ? everyone : filled(index, everyone)
  const sectors = sectorMeans(names, own, dates.length)
  const rows = new Map<InstrumentId, Float64Array>()
  for (const { instrument, sector, driver } of names) {
    const row = filled(filled(own.get(driver) ?? holes(dates.length), sectors.get(sector)), market)
    if (row.every(Number.isFinite)) rows.set(instrument, row)
  }
  return {
    dates,
    rows,
    market: market.every(Number.isFinite) ? market : undefined,
    proxied: names
      .filter(({ driver }) => !own.has(driver))
      .map(({ instrument }) => instrument)
      .toSorted(byCodeUnit),
  }
}

const holes = (length: number): Float64Array => new Float64Array(length).fill(Number.NaN)

function filled(row: Float64Array, by: Float64Array | undefined): Float64Array {
  return by === undefined
    ? row
    : row.map((value, t) => (Number.isNaN(value) ? (by[t] ?? Number.NaN) : value))
}

/** The mean over the rows that have a value that day; NaN where none has. */
function meanOf(rows: readonly Float64Array[], length: number): Float64Array {
  const totals = new Float64Array(length)
  const counts = new Float64Array(length)
  for (const row of rows)
    for (let t = 0; t < length; t++) {
      const value = row[t]!
      if (Number.isNaN(value)) continue
      totals[t]! += value
      counts[t]! += 1
    }
  return totals.map((total, t) => total / counts[t]!)
}

function sectorMeans(
  names: readonly PanelName[],
  own: ReadonlyMap<InstrumentId, Float64Array>,
  length: number,
): ReadonlyMap<string, Float64Array> {
  const members = Map.groupBy(names, ({ sector }) => sector)
  return new Map(
    [...members].map(([sector, of]) => [
      sector,
      meanOf(
        [...new Set(of.map(({ driver }) => driver))].flatMap((driver) => own.get(driver) ?? []),
        length,
      ),
    ]),
  )
}
