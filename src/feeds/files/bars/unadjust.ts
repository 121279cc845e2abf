/**
 * From split-adjusted bars back to the prices that were traded, where corporate actions are known.
 *
 * A bars file is adjusted as of the day it was made; a factor file knows the splits up to the day
 * *it* was made. What lies between (GOOG's 20:1 of 2022, seen from a factor file of 2021), and
 * spin-offs that a source carried into its prices, show as a ratio between the factor file's
 * reference prices (raw closes) and the bars. So each bar is scaled by its split factor and by that
 * ratio, taken from the latest reference backwards and changed only where it moves by more than
 * 1 %: closes of two sources differ by less on nearly every day, splits and spin-offs by more. The
 * first row's reference is a placeholder of the source. Bars that are as traded already stay so.
 */
import type { Split } from '#marketdata/corporate-actions.ts'
import { positionUntil, type DailyColumns } from '#marketdata/daily-columns.ts'
import { DAY_MS, dayNumberOf, isoDateOf } from '#model/time.ts'
import type { FactorRow } from '#feeds/files/bars/factor-file.ts'

export interface Unadjusted {
  /** As traded, prices to four decimals; the adjusted close stays. */
  readonly columns: DailyColumns
  /** The splits that `columns` show as jumps, each on its first day on the new basis. */
  readonly splits: readonly Split[]
}

/** A change of the ratio below this is a difference between two sources' closes. */
const SAME_BASIS = 0.01

/**
 * @param bars - split-adjusted on one basis
 * @param factors - of the same symbol, rising by date; none leaves the bars as they are
 */
export function unadjust(bars: DailyColumns, factors: readonly FactorRow[]): Unadjusted {
  if (factors.length === 0) return { columns: bars, splits: [] }
  if (isAsTraded(bars, factors)) return { columns: bars, splits: splitsOf(bars, factors) }
  const steps = stepsOf(bars, factors)
  const stepAt = stepLookup(bars, steps)
  const priced = (column: Float64Array) =>
    column.map((price, i) => {
      const step = stepAt[i]
      return step === undefined ? price : fourDecimals(price * step.scale)
    })
  const columns = {
    ...bars,
    open: priced(bars.open),
    high: priced(bars.high),
    low: priced(bars.low),
    close: priced(bars.close),
    volume: bars.volume.map((volume, i) => {
      const step = stepAt[i]
      return step === undefined ? volume : Math.round(volume * step.split)
    }),
  }
  return { columns, splits: splitsOf(bars, factors) }
}

/** Closes that are the factor file's raw ones although splits were to come: nothing was carried into such a file. */
function isAsTraded(bars: DailyColumns, factors: readonly FactorRow[]): boolean {
  const telling = factors.slice(1).flatMap((row) => {
    const close = closeOn(bars, dayOf(row))
    return close === undefined || row.referencePrice <= 0 || row.splitFactor === 1 ? [] : [row.referencePrice / close] // prettier-ignore
  })
  return telling.length > 0 && telling.every((ratio) => Math.abs(ratio - 1) < SAME_BASIS)
}

/** What bars up to a day are scaled by. */
interface Step {
  /** Days since 1970-01-01. */
  readonly until: number
  /** Raw price over the file's. */
  readonly scale: number
  /** File's volume over the raw one. */
  readonly split: number
}

/** The step of every bar; undefined where it changes nothing. */
function stepLookup(
  { day: days }: DailyColumns,
  steps: readonly Step[],
): readonly (Step | undefined)[] {
  let at = 0
  return Array.from(days, (day) => {
    while (at < steps.length - 1 && (steps[at]?.until ?? day) < day) at++
    const step = steps[at]
    return step?.scale === 1 && step.split === 1 ? undefined : step
  })
}

function stepsOf(bars: DailyColumns, factors: readonly FactorRow[]): readonly Step[] {
  let ratio = 1
  const backwards = factors.toReversed().map((row) => {
    const { splitFactor, referencePrice } = row
    const close = row === factors[0] ? undefined : closeOn(bars, dayOf(row))
    const seen = close === undefined || referencePrice <= 0 ? ratio : (referencePrice * splitFactor) / close // prettier-ignore
    if (Math.abs(seen / ratio - 1) > SAME_BASIS) ratio = wholeRatio(seen, SAME_BASIS / 2)
    return { until: dayOf(row), scale: ratio / splitFactor, split: splitFactor }
  })
  return spreadForward(backwards.toReversed(), factors, bars)
}

/** Rows after the last reference that can be compared are on that reference's basis. */
function spreadForward(
  steps: readonly Step[],
  factors: readonly FactorRow[],
  bars: DailyColumns,
): readonly Step[] {
  const lastSeen = factors.findLastIndex(
    (row) => row.referencePrice > 0 && closeOn(bars, dayOf(row)) !== undefined,
  )
  const seen = steps[lastSeen]
  if (seen === undefined) return steps
  const ratio = seen.scale * seen.split
  return steps.map((step, i) => (i > lastSeen ? { ...step, scale: ratio / step.split } : step))
}

function closeOn(bars: DailyColumns, day: number): number | undefined {
  const at = positionUntil(bars, day)
  return bars.day[at] === day ? bars.close[at] : undefined
}

/** A split is a change of the split factor, on the first bar after the row that ends. */
function splitsOf(bars: DailyColumns, factors: readonly FactorRow[]): readonly Split[] {
  return factors.flatMap((row, i) => {
    const next = factors[i + 1]
    if (next === undefined || next.splitFactor === row.splitFactor) return []
    const first = positionUntil(bars, dayOf(row)) + 1
    const day = bars.day[first]
    const ratio = wholeRatio(next.splitFactor / row.splitFactor, 1e-4)
    return day === undefined || first === 0 ? [] : [{ date: isoDateOf(day * DAY_MS), ratio }]
  })
}

/** A factor file's dates were checked when it was read. */
const dayOf = ({ date }: FactorRow): number => dayNumberOf(date) ?? Number.NaN

/**
 * The n:1 or 1:n that a measured ratio stands for, if it is that near to one: factor files have seven digits
 * (2.000006 was 2:1), closes of two sources differ by a few tenths of a percent.
 */
function wholeRatio(ratio: number, tolerance: number): number {
  const whole = ratio >= 1 ? Math.round(ratio) : 1 / Math.round(1 / ratio)
  return Math.abs(ratio / whole - 1) < tolerance ? whole : Number(ratio.toFixed(6))
}

const fourDecimals = (price: number): number => Math.round(price * 10_000) / 10_000
