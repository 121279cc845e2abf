/**
 * The market of a time that was: real daily bars, and inside each day a path that honours them.
 *
 * Bars are as traded, or on one split basis throughout; with `splits` a bar history is carried to
 * the basis of the day it is asked as of, as IBKR does.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { IsoDate } from '#model/time.ts'
import type { Split } from '#marketdata/corporate-actions.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { barMarket } from '#exchange/market/bar-market.ts'
import type { DailySeries } from '#exchange/market/daily-series.ts'
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
  const series = new Map<InstrumentId, ReplaySeries>()
  for (const { id } of instruments) {
    const given = bars.get(id) ?? []
    const [first, last] = [given[0], given.at(-1)]
    if (first === undefined || last === undefined) continue
    const closes = adjustedCloses?.get(id)
    series.set(id, {
      firstDate: first.date,
      lastDate: last.date,
      bars: () => given,
      splits: splits?.get(id) ?? [],
      adjustedCloses: () => closes,
    })
  }
  return replayOf({ seed, instruments, series })
}

/** One instrument's past, its bars made when they are first asked for. Bars as in `ReplayMarketSettings`. */
export interface ReplaySeries {
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  readonly bars: () => readonly PriceBar[]
  readonly splits: readonly Split[]
  /** Beside the bars. */
  readonly adjustedCloses: () => readonly number[] | undefined
}

/** @throws InvariantError when no instrument has a series */
export function replayOf(settings: {
  readonly seed: number
  readonly instruments: readonly Instrument[]
  readonly series: ReadonlyMap<InstrumentId, ReplaySeries>
}): MarketModel {
  const { seed, instruments, series } = settings
  const known = instruments.flatMap(({ id }) => series.get(id) ?? [])
  const [first] = known
  invariant(first !== undefined, 'a market of the past has at least one price bar')
  const [firstDate, lastDate] = known.reduce<[string, string]>(
    ([from, to], of) => [of.firstDate < from ? of.firstDate : from, of.lastDate > to ? of.lastDate : to], // prettier-ignore
    [first.firstDate, first.lastDate],
  )
  return barMarket({
    kind: 'replay',
    seed,
    instruments,
    firstDate,
    lastDate,
    seriesOf: ({ id }) => {
      const given = series.get(id)
      return given === undefined ? undefined : usableSeries(given)
    },
  })
}

function usableSeries(series: ReplaySeries): DailySeries {
  const [given, closes] = [series.bars(), series.adjustedCloses()]
  return {
    bars: given.filter(isUsable).map(consistent),
    splits: series.splits,
    ...(closes === undefined ? {} : { totalReturn: closes.filter((_, i) => isUsable(given[i])) }),
  }
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
