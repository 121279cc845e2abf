/**
 * Bars and the splits that a person names beside them: bars that show a split as a jump are as traded already, bars
 * that it was carried into are taken back to what was traded.
 */
import { isoDateOf, dayNumberOf, DAY_MS } from '#model/time.ts'
import type { Split } from '#marketdata/corporate-actions.ts'
import { positionUntil, type DailyColumns } from '#marketdata/daily-columns.ts'
import { sharedDayNames, symbolBars } from '#feeds/files/bars/bars-file.ts'
import type { FactorRow } from '#feeds/files/bars/factor-file.ts'
import type { TradedBars } from '#feeds/files/bars/traded-bars.ts'
import { unadjust } from '#feeds/files/bars/unadjust.ts'

/** @param splits - those that `bars` know of already, and those before or after them, change nothing */
export function splitBars(bars: TradedBars, splits: readonly Split[]): TradedBars {
  const fresh = splits.filter(({ date }) => !bars.splits.some((known) => known.date === date) && hasBarsAround(bars.columns, date)) // prettier-ignore
  if (fresh.length === 0) return bars
  const shown = fresh.filter((split) => isShown(bars.columns, split))
  const carried = unadjust(bars.columns, rowsOf(fresh.filter((split) => !shown.includes(split))))
  const all = [...bars.splits, ...shown, ...carried.splits]
  return Object.assign(symbolBars(carried.columns, bars, sharedDayNames()(bars.assetClass)), {
    splits: all.toSorted((a, b) => (a.date < b.date ? -1 : 1)),
  })
}

/** Position of the last bar before a date. */
const before = (columns: DailyColumns, date: string): number =>
  positionUntil(columns, (dayNumberOf(date) ?? 0) - 1)

function hasBarsAround(columns: DailyColumns, date: string): boolean {
  const last = before(columns, date)
  return last >= 0 && last + 1 < columns.length
}

/** Whether the open after it is nearer to the close before it divided by the ratio than to that close. */
function isShown(columns: DailyColumns, { date, ratio }: Split): boolean {
  const last = before(columns, date)
  const jump = (columns.close[last] ?? 1) / (columns.open[last + 1] ?? 1)
  return Math.abs(Math.log(jump / ratio)) < Math.abs(Math.log(jump))
}

/** The same as factors: each row holds until the day before its split. */
function rowsOf(splits: readonly Split[]): readonly FactorRow[] {
  if (splits.length === 0) return []
  const rising = splits.toSorted((a, b) => (a.date < b.date ? -1 : 1))
  const rows = rising.map(({ date }, i) => ({
    date: isoDateOf(((dayNumberOf(date) ?? 0) - 1) * DAY_MS),
    splitFactor: rising.slice(i).reduce((factor, { ratio }) => factor / ratio, 1),
  }))
  return [...rows, { date: '2100-01-01', splitFactor: 1 }].map((row) => ({ ...row, priceFactor: 1, referencePrice: 0 })) // prettier-ignore
}
