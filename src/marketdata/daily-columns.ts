/**
 * A symbol's daily bars as columns: 52 bytes a day where an object is about 150, and a search that
 * touches one array. Bars are made of them when somebody wants bars.
 */
import { sessionOn, type SessionKind } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { DAY_MS, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'

/** Every column has `length` values. Units are those of `PriceBar`. */
export interface DailyColumns {
  readonly length: number
  /** Days since 1970-01-01, each greater than the one before. */
  readonly day: Int32Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  /** A close that dividends and splits are carried into, on any scale; undefined where the source has none. */
  readonly adjustedClose: Float64Array | undefined
}

/** A trading day's name and the moment its session begins. */
export interface NamedDay {
  readonly date: IsoDate
  readonly at: EpochMs
}

/**
 * Names days, each worked out once: symbols of one file share them. A day on which the calendar
 * knows no session, as a foreign or older market has, begins at midnight UTC.
 *
 * @returns from days since 1970-01-01
 */
export function dayNames(kind: SessionKind): (day: number) => NamedDay {
  const known = new Map<number, NamedDay>()
  return (day) => {
    const found = known.get(day)
    if (found !== undefined) return found
    const date = isoDateOf(day * DAY_MS)
    const named = { date, at: sessionOn(date, kind)?.opensAt ?? day * DAY_MS }
    known.set(day, named)
    return named
  }
}

/** The bar at a position, 0 to `length` − 1. */
export function barAt(
  columns: DailyColumns,
  at: number,
  nameOf: (day: number) => NamedDay,
): PriceBar {
  return {
    ...nameOf(columns.day[at] ?? 0),
    open: columns.open[at] ?? Number.NaN,
    high: columns.high[at] ?? Number.NaN,
    low: columns.low[at] ?? Number.NaN,
    close: columns.close[at] ?? Number.NaN,
    volume: columns.volume[at] ?? Number.NaN,
  }
}

/** All bars, oldest first. */
export function barsOf(
  columns: DailyColumns,
  nameOf: (day: number) => NamedDay,
): readonly PriceBar[] {
  return Array.from({ length: columns.length }, (_, i) => barAt(columns, i, nameOf))
}

/**
 * Position of the last bar on or before a day; −1 before the first.
 *
 * @param day - days since 1970-01-01
 */
export function positionUntil({ day: days, length }: DailyColumns, day: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((days[middle] ?? day) <= day) low = middle + 1
    else high = middle
  }
  return low - 1
}
