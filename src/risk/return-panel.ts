/**
 * One year of daily returns, one row a name, with no holes: the data all historical risk figures
 * share.
 *
 * Missing returns are filled, never dropped, for a name that is left out looks safe:
 * - inside a name's own history a session without a bar returns 0 (the price stands; the next bar
 *   carries the whole move), and a bar between sessions counts in the next one;
 * - before and after it, and for a name with fewer than `LEAST_DAYS` returns of its own, the mean
 *   return of the names of its sector stands in, or the market's where the sector has none;
 * - where that is missing too, or the panel as a whole is shorter than `LEAST_DAYS`, the name has
 *   no row, and every figure that needs it is NaN.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'

/** Sessions in the panel at most: one year. */
export const WINDOW_DAYS = 252
/** About a quarter; below it a name's own returns say more about luck than about the name. */
export const LEAST_DAYS = 60

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
  const closes = drivers.map((id) => [id, closesOf(bars.get(id) ?? [])] as const)
  const long = new Map(closes.filter(([, history]) => history.size > LEAST_DAYS))
  const index = closesOf(benchmark === undefined ? [] : (bars.get(benchmark) ?? []))
  const hasIndex = index.size > LEAST_DAYS
  const days = sessions([...long.values(), ...(hasIndex ? [index] : [])])
  const dates = days.slice(1)
  if (dates.length < LEAST_DAYS) return { dates, rows: new Map(), market: undefined, proxied: [] }

  const own = new Map([...long].map(([id, history]) => [id, returnsOn(days, history)]))
  const everyone = meanOf([...own.values()], dates.length)
  const market = hasIndex ? filled(returnsOn(days, index), everyone) : everyone
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

/** Closes by date, oldest first. */
type History = ReadonlyMap<IsoDate, number>

/** Bars without a price are passed over. */
function closesOf(bars: readonly PriceBar[]): History {
  const priced = bars.filter(({ close }) => close > 0 && Number.isFinite(close))
  return new Map(priced.slice(-WINDOW_DAYS - 1).map(({ date, close }) => [date, close]))
}

/**
 * The last year of dates, and the one before it, on which at least half of the names that then had a history traded: one
 * stray row on a holiday makes no session.
 */
function sessions(histories: readonly History[]): IsoDate[] {
  const traded = new Map<IsoDate, number>()
  for (const history of histories)
    for (const date of history.keys()) traded.set(date, (traded.get(date) ?? 0) + 1)
  const dates = [...traded.keys()].toSorted(byCodeUnit)
  const begun = new Map<IsoDate, number>()
  const ended = new Map<IsoDate, number>()
  for (const history of histories) {
    const [first, last] = [history.keys().next().value, [...history.keys()].at(-1)]
    if (first !== undefined) begun.set(first, (begun.get(first) ?? 0) + 1)
    if (last !== undefined) ended.set(last, (ended.get(last) ?? 0) + 1)
  }
  let alive = 0
  const kept = dates.filter((date) => {
    alive += begun.get(date) ?? 0
    const isSession = 2 * (traded.get(date) ?? 0) >= alive
    alive -= ended.get(date) ?? 0
    return isSession
  })
  return kept.slice(-WINDOW_DAYS - 1)
}

/** Simple returns from session to session of the last close known then; NaN outside the history. */
function returnsOn(days: readonly IsoDate[], history: History): Float64Array {
  const known = [...history]
  const last = known.at(-1)?.[0] ?? ''
  let next = 0
  const prices = days.map((day) => {
    while (next < known.length && known[next]![0] <= day) next += 1
    return day > last ? Number.NaN : (known[next - 1]?.[1] ?? Number.NaN)
  })
  return Float64Array.from(prices.slice(1), (price, t) => price / prices[t]! - 1)
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
