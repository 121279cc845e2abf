/**
 * The market of a time that was: real daily bars, and inside each day a path that honours them.
 *
 * Bars are as traded, or on one split basis throughout; with `splits` a bar history is carried to
 * the basis of the day it is asked as of, as IBKR does.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { Split } from '#marketdata/corporate-actions.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { barMarket } from '#exchange/market/bar-market.ts'
import type { MarketModel } from '#exchange/market-model.ts'

export interface ReplayMarketSettings {
  readonly seed: number
  readonly instruments: readonly Instrument[]
  /**
   * Oldest first, a date at most once; an instrument without bars has no price. A bar with a price
   * at or below zero (crude oil, 2020-04-20) is no price here: the path lives in log prices. A bar
   * whose open or close lies outside its range, as some sources have it, widens the range.
   */
  readonly bars: ReadonlyMap<InstrumentId, readonly PriceBar[]>
  /** Splits that `bars` show as jumps; none where they are adjusted. */
  readonly splits?: ReadonlyMap<InstrumentId, readonly Split[]>
  /** Beside `bars`: closes that carry dividends and splits, on any scale (Yahoo's `adj_close`). */
  readonly adjustedCloses?: ReadonlyMap<InstrumentId, readonly number[]>
}

/** @throws InvariantError when no instrument has a bar */
export function replayMarket(settings: ReplayMarketSettings): MarketModel {
  const { seed, instruments, bars, splits, adjustedCloses } = settings
  const known = instruments.flatMap(({ id }) => bars.get(id) ?? []).map(({ date }) => date)
  invariant(known.length > 0, 'a market of the past has at least one price bar')
  const [firstDate, lastDate] = known.reduce<[string, string]>(
    ([first, last], date) => [date < first ? date : first, date > last ? date : last],
    [known[0] ?? '', known[0] ?? ''],
  )
  return barMarket({
    kind: 'replay',
    seed,
    instruments,
    firstDate,
    lastDate,
    seriesOf: ({ id }) => {
      const given = bars.get(id)
      if (given === undefined || given.length === 0) return undefined
      const closes = adjustedCloses?.get(id)
      return {
        bars: given.filter(isUsable).map(consistent),
        splits: splits?.get(id) ?? [],
        ...(closes === undefined
          ? {}
          : { totalReturn: closes.filter((_, i) => isUsable(given[i])) }),
      }
    },
  })
}

function consistent(bar: PriceBar): PriceBar {
  const { open, close } = bar
  return {
    ...bar,
    high: Math.max(bar.high, open, close),
    low: Math.min(bar.low, open, close),
  }
}

const isUsable = (bar: PriceBar | undefined): boolean =>
  bar !== undefined && Math.min(bar.open, bar.low, bar.close) > 0
