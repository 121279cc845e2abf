/**
 * What changes a price without a trade: splits and dividends, as factors on price bars.
 *
 * Two words are kept apart. A bar is *as traded* when nothing after it has touched it; it is *split-adjusted as
 * of* a day when every split up to that day is carried back (IBKR's TRADES), and *total-return as of* a day
 * when dividends are too (IBKR's ADJUSTED_LAST).
 */
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'

export interface Split {
  /** The first day that trades on the new basis. */
  readonly date: IsoDate
  /** New units for one old one, > 0: 7 for AAPL's split of 2014, 0.1 for a 1:10 reverse split. */
  readonly ratio: number
}

/**
 * New units per old one of all splits after `from` up to and with `until`.
 *
 * @example
 * splitRatio([{ date: '2014-06-09', ratio: 7 }], '2014-06-06', '2014-06-09') // => 7
 */
export function splitRatio(splits: readonly Split[], from: IsoDate, until: IsoDate): number {
  return splits.reduce(
    (product, { date, ratio }) => (date > from && date <= until ? product * ratio : product),
    1,
  )
}

/** A bar's prices times a factor, its volume divided by `volumeDivisor`. */
export function scaleBar(bar: PriceBar, factor: number, volumeDivisor = 1): PriceBar {
  return {
    date: bar.date,
    at: bar.at,
    open: bar.open * factor,
    high: bar.high * factor,
    low: bar.low * factor,
    close: bar.close * factor,
    volume: bar.volume / volumeDivisor,
  }
}

/** Bars as traded, split-adjusted as of `until`: prices fall and volumes rise by the splits to come. */
export function adjustForSplits(
  bars: readonly PriceBar[],
  splits: readonly Split[],
  until: IsoDate,
): readonly PriceBar[] {
  return bars.map((bar) => {
    const ratio = splitRatio(splits, bar.date, until)
    return ratio === 1 ? bar : scaleBar(bar, 1 / ratio, 1 / ratio)
  })
}
