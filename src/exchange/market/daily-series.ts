/** One instrument's days as a market model holds them, and what is asked about them. */
import type { IsoDate } from '#model/time.ts'
import { adjustForSplits, scaleBar, type Split } from '#marketdata/corporate-actions.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'

export interface DailySeries {
  /** As traded, oldest first, a date at most once. */
  readonly bars: readonly PriceBar[]
  readonly splits: readonly Split[]
  /** Beside `bars`: a close that dividends and splits are carried into, on any scale; else the split-adjusted close. */
  readonly totalReturn?: readonly number[]
}

/** Position of the last bar on or before a date; −1 before the first. */
export function indexUntil({ bars }: DailySeries, date: IsoDate): number {
  let [low, high] = [0, bars.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bars[middle]?.date ?? date) <= date) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The bar of exactly that date. */
export function barOn(series: DailySeries, date: IsoDate): PriceBar | undefined {
  const bar = series.bars[indexUntil(series, date)]
  return bar?.date === date ? bar : undefined
}

/** The last `count` bars on or before `until`, oldest first, adjusted as of the last of them. */
export function barsUntil(
  series: DailySeries,
  count: number,
  until: IsoDate,
  adjusted: 'splits' | 'total-return',
): readonly PriceBar[] {
  const end = indexUntil(series, until) + 1
  const begin = Math.max(0, end - Math.max(0, count))
  const bars = series.bars.slice(begin, end)
  if (adjusted === 'splits' || series.totalReturn === undefined)
    return adjustForSplits(bars, series.splits, until)
  const closes = series.totalReturn.slice(begin, end)
  const basis = (bars.at(-1)?.close ?? 1) / (closes.at(-1) ?? 1)
  const splits = adjustForSplits(bars, series.splits, until)
  return bars.map((bar, i) => {
    const factor = ((closes[i] ?? bar.close) * basis) / bar.close
    return { ...scaleBar(bar, factor), volume: splits[i]?.volume ?? bar.volume }
  })
}

export interface Activity {
  /** Average units a day, > 0. */
  readonly dailyVolume: number
  /** Average traded value a day in quote currency, > 0. */
  readonly dailyValue: number
  /** Standard deviation of close-to-close returns, a fraction > 0. */
  readonly dailyVolatility: number
}

/** How many sessions liquidity is averaged over: a month. */
const WINDOW = 21

/** Below this a price is treated as moving a little all the same. */
const LEAST_VOLATILITY = 0.002

/** Of the month before a date, the date not included; of the date itself where it is the first. */
export function activityBefore(series: DailySeries, date: IsoDate): Activity {
  const at = indexUntil(series, date)
  const known = series.bars[at]?.date === date ? at : at + 1
  const bars = series.bars.slice(Math.max(0, known - WINDOW), Math.max(1, known))
  const onOneBasis = adjustForSplits(bars, series.splits, date)
  const mean = (of: (bar: PriceBar) => number) =>
    onOneBasis.reduce((sum, bar) => sum + of(bar), 0) / Math.max(1, onOneBasis.length)
  return {
    dailyVolume: Math.max(
      1,
      mean(({ volume }) => volume),
    ),
    dailyValue: Math.max(
      1,
      mean(({ volume, close }) => volume * close),
    ),
    dailyVolatility: Math.max(LEAST_VOLATILITY, volatilityOf(onOneBasis)),
  }
}

function volatilityOf(bars: readonly PriceBar[]): number {
  const moves = bars.slice(1).map((bar, i) => Math.log(bar.close / (bars[i]?.close ?? bar.close)))
  if (moves.length < 2) return 0.02
  const mean = moves.reduce((sum, move) => sum + move, 0) / moves.length
  const squares = moves.reduce((sum, move) => sum + (move - mean) * (move - mean), 0)
  return Math.sqrt(squares / (moves.length - 1))
}
