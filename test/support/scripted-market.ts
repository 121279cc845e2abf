/**
 * A market that goes where a test says: one stock, its price stepping from value to value, its book a hundred
 * shares at every cent, other people trading only when told.
 */
import type { Liquidity, MarketModel } from '#exchange/market-model.ts'
import { previousTradingDay, sessionAt, tradingDays } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'

/** What happens when. */
export interface MarketScript {
  /** The price from an instant on; oldest first, the first one holds before too. */
  readonly prices: readonly { readonly at: EpochMs; readonly price: number }[]
  /** What others trade at an instant, units. */
  readonly trades: readonly { readonly at: EpochMs; readonly units: number }[]
}

/** A cent on each side of 100; one share at the touch, so that a level is a whole lot whatever its chance. */
const LIQUIDITY: Liquidity = {
  spread: 0.0002,
  touchSize: 1,
  dailyVolume: 1e12,
  dailyVolatility: 0.01,
}

export function scriptedMarket(of: Instrument, { prices, trades }: MarketScript): MarketModel {
  const first = prices[0]?.price ?? 100
  const priceAt = (at: EpochMs): number =>
    prices.findLast((point) => point.at <= at)?.price ?? first
  const between = (from: EpochMs, to: EpochMs): readonly number[] => [
    priceAt(from),
    ...prices.filter(({ at }) => at > from && at <= to).map(({ price }) => price),
  ]
  const bar = (date: IsoDate, from: EpochMs, to: EpochMs): PriceBar => ({
    date,
    at: from,
    open: priceAt(from),
    high: Math.max(...between(from, to)),
    low: Math.min(...between(from, to)),
    close: priceAt(to),
    volume: trades.filter(({ at }) => at > from && at <= to).reduce((sum, { units }) => sum + units, 0), // prettier-ignore
  })
  const day = (date: IsoDate): PriceBar => ({ ...bar(date, 0, 0), date })
  return {
    kind: 'replay',
    instruments: [of],
    firstDate: '2018-01-02',
    lastDate: '2018-02-16',
    fairPrice: (id, at) => (id === of.id ? priceAt(at) : undefined),
    liquidity: (id) => (id === of.id ? LIQUIDITY : undefined),
    tape: (id, at) => {
      const session = sessionAt(at - 1, 'us-equity')
      const opened = at >= session.opensAt ? session.opensAt : undefined
      if (id !== of.id || opened === undefined) return undefined
      const { open, high, low, close, volume } = bar(session.date, opened, at)
      return { open, high, low, last: close, volume }
    },
    pathBar: (id, from, to) => (id === of.id ? bar(sessionAt(from, 'us-equity').date, from, to) : undefined), // prettier-ignore
    splitOn: () => 1,
    dailyBar: (id, date) => (id === of.id ? day(date) : undefined),
    dailyBars: (id, count, until) => {
      if (id !== of.id) return []
      const last = previousTradingDay(until) < until ? until : previousTradingDay(until)
      return tradingDays('2018-01-02', last).slice(-count).map(day)
    },
  }
}
