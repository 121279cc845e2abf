/**
 * From split-adjusted bars back to the prices that were traded, where corporate actions are known.
 *
 * A bars file is adjusted as of the day it was made; a factor file knows the splits up to the day
 * *it* was made. What lies between (GOOG's 20:1 of 2022, seen from a factor file of 2021), and
 * spin-offs that a source carried into its prices, show as a ratio between the factor file's
 * reference prices (raw closes) and the bars. So each bar is scaled by its split factor and by that
 * ratio, taken from the latest reference backwards and changed only where it moves by more than
 * 1 %: closes of two sources differ by less on nearly every day, splits and spin-offs by more. The
 * first row's reference is a placeholder of the source.
 */
import type { IsoDate } from '#model/time.ts'
import { scaleBar, type Split } from '#marketdata/corporate-actions.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { FactorRow } from '#feeds/files/bars/factor-file.ts'

export interface Unadjusted {
  /** As traded, prices to four decimals. */
  readonly bars: readonly PriceBar[]
  /** The splits that `bars` show as jumps, each on its first day on the new basis. */
  readonly splits: readonly Split[]
}

/** A change of the ratio below this is a difference between two sources' closes. */
const SAME_BASIS = 0.01

/**
 * @param bars - split-adjusted on one basis, oldest first
 * @param factors - of the same symbol, rising by date; none leaves the bars as they are
 */
export function unadjust(bars: readonly PriceBar[], factors: readonly FactorRow[]): Unadjusted {
  if (factors.length === 0) return { bars, splits: [] }
  const steps = stepsOf(bars, factors)
  let at = 0
  const raw = bars.map((bar) => {
    while (at < steps.length - 1 && (steps[at]?.until ?? bar.date) < bar.date) at++
    return asTraded(bar, steps[at])
  })
  return { bars: raw, splits: splitsOf(bars, factors) }
}

/** What bars up to a day are scaled by. */
interface Step {
  readonly until: IsoDate
  /** Raw price over the file's. */
  readonly scale: number
  /** File's volume over the raw one. */
  readonly split: number
}

function stepsOf(bars: readonly PriceBar[], factors: readonly FactorRow[]): readonly Step[] {
  const closes = new Map(bars.map(({ date, close }) => [date, close]))
  let ratio = 1
  const backwards = factors.toReversed().map((row) => {
    const { date, splitFactor, referencePrice } = row
    const close = row === factors[0] ? undefined : closes.get(date)
    const seen = close === undefined || referencePrice <= 0 ? ratio : (referencePrice * splitFactor) / close // prettier-ignore
    if (Math.abs(seen / ratio - 1) > SAME_BASIS) ratio = wholeRatio(seen, SAME_BASIS / 2)
    return { until: date, scale: ratio / splitFactor, split: splitFactor }
  })
  return spreadForward(backwards.toReversed(), factors, closes)
}

/** Rows after the last reference that can be compared are on that reference's basis. */
function spreadForward(
  steps: readonly Step[],
  factors: readonly FactorRow[],
  closes: ReadonlyMap<IsoDate, number>,
): readonly Step[] {
  const lastSeen = factors.findLastIndex(
    ({ date, referencePrice }) => referencePrice > 0 && closes.has(date),
  )
  const seen = steps[lastSeen]
  if (seen === undefined) return steps
  const ratio = seen.scale * seen.split
  return steps.map((step, i) => (i > lastSeen ? { ...step, scale: ratio / step.split } : step))
}

function asTraded(bar: PriceBar, step: Step | undefined): PriceBar {
  if (step === undefined || (step.scale === 1 && step.split === 1)) return bar
  const raw = scaleBar(bar, step.scale)
  return {
    ...raw,
    open: fourDecimals(raw.open),
    high: fourDecimals(raw.high),
    low: fourDecimals(raw.low),
    close: fourDecimals(raw.close),
    volume: Math.round(bar.volume * step.split),
  }
}

/** A split is a change of the split factor, on the first bar after the row that ends. */
function splitsOf(bars: readonly PriceBar[], factors: readonly FactorRow[]): readonly Split[] {
  return factors.flatMap((row, i) => {
    const next = factors[i + 1]
    if (next === undefined || next.splitFactor === row.splitFactor) return []
    const first = bars.find(({ date }) => date > row.date)
    const ratio = wholeRatio(next.splitFactor / row.splitFactor, 1e-4)
    return first === undefined || first === bars[0] ? [] : [{ date: first.date, ratio }]
  })
}

/**
 * The n:1 or 1:n that a measured ratio stands for, if it is that near to one: factor files have seven digits
 * (2.000006 was 2:1), closes of two sources differ by a few tenths of a percent.
 */
function wholeRatio(ratio: number, tolerance: number): number {
  const whole = ratio >= 1 ? Math.round(ratio) : 1 / Math.round(1 / ratio)
  return Math.abs(ratio / whole - 1) < tolerance ? whole : Number(ratio.toFixed(6))
}

const fourDecimals = (price: number): number => Math.round(price * 10_000) / 10_000
