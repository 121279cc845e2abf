/**
 * A market model over daily bars, wherever they come from: the path inside each day, the spread
 * and the size at the touch.
 *
 * The spread falls with traded value and rises with volatility, half as wide again in the first
 * minutes; the touch holds a fixed share of the day's volume. Coefficients are rounded from the
 * literature named at the table, so that a 5 bn USD a day name quotes about 1 bp and a 5 m one about 13.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { MINUTE_MS, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkDate, previousTradingDay, type TradingSession } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { randomKey } from '#numerics/random.ts'
import {
  activityBefore,
  barOn,
  barsUntil,
  type Activity,
  type DailySeries,
} from '#exchange/market/daily-series.ts'
import type { DayTape, Liquidity, MarketModel } from '#exchange/market-model.ts'
import { intradayPath, type IntradayPath } from '#exchange/market/intraday-path.ts'
import { venueHours, type VenueHours } from '#exchange/venue-hours.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'

/** Where a market maker's quotes come from. */
export const LIQUIDITY = {
  /** Spread of a name that trades `referenceValue` a day at `referenceVolatility`: 5 bp. */
  referenceSpread: 0.0005,
  referenceValue: 50_000_000,
  referenceVolatility: 0.015,
  /**
   * Elasticity of spread to traded value, and to volatility. H. Stoll, "Friction", Journal of Finance 55
   * (2000), table I: falls with log value, rises with the variance of return.
   */
  valueElasticity: -0.43,
  volatilityElasticity: 0.7,
  /**
   * Opening premium and the minutes in which it fades by e: T. McInish & R. Wood, "An Analysis of
   * Intraday Patterns in Bid/Ask Spreads for NYSE Stocks", Journal of Finance 47 (1992).
   */
  openingPremium: 0.5,
  openingMinutes: 15,
  /** Outside regular hours: M. Barclay & T. Hendershott, Journal of Finance 59 (2004): three to four times. */
  outsideHours: 4,
  /** Touch as a share of a day's volume: 10 m shares a day show 1,000. */
  touchShare: 0.0001,
} as const

export interface BarMarketSettings {
  readonly kind: MarketModel['kind']
  readonly seed: number
  readonly instruments: readonly Instrument[]
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /** Asked once an instrument, when it is first looked at. */
  readonly seriesOf: (instrument: Instrument) => DailySeries | undefined
}

/** How many days' paths are kept: 19 kB each. */
const PATHS_KEPT = 1200

export function barMarket(settings: BarMarketSettings): MarketModel {
  const instruments = settings.instruments.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const days = dayLookup(settings, instruments)
  const { hours } = days

  const fairPrice: MarketModel['fairPrice'] = (id, at) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, at)
    if (at < session.opensAt) return closeBefore(session, at, id, days)
    return days.path(id, session.date)?.priceAt(elapsed(session, at))
  }

  const liquidity: MarketModel['liquidity'] = (id, at) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, at)
    const activity = days.activity(id, session.date)
    return activity === undefined ? undefined : liquidityOf(activity, session, at)
  }

  const tape: MarketModel['tape'] = (id, at) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const begun = sessionBegun(hours.regular(of, at), at)
    if (begun === undefined) return undefined
    const [bar, path] = [days.bar(id, begun.date), days.path(id, begun.date)]
    return bar === undefined || path === undefined ? undefined : tapeOf(bar, path, begun.share)
  }

  const pathBar: MarketModel['pathBar'] = (id, from, to) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, from)
    const [bar, path] = [days.bar(id, session.date), days.path(id, session.date)]
    if (to <= session.opensAt || bar === undefined || path === undefined) return undefined
    const [begin, end] = [elapsed(session, from), elapsed(session, to)]
    return {
      date: session.date,
      at: Math.max(from, session.opensAt),
      open: path.priceAt(begin),
      ...path.extremesBetween(begin, end),
      close: path.priceAt(end),
      volume: Math.round(bar.volume * (volumeShare(end) - volumeShare(begin))),
    }
  }

  return {
    kind: settings.kind,
    instruments,
    firstDate: settings.firstDate,
    lastDate: settings.lastDate,
    fairPrice,
    liquidity,
    tape,
    pathBar,
    splitOn: (id, date) => splitOn(days.series(id), date),
    dailyBar: (id, date) => days.bar(id, date),
    dailyBars: (id, count, until, adjusted) => {
      const series = days.series(id)
      return series === undefined ? [] : barsUntil(series, count, until, adjusted)
    },
  }
}

/** Between sessions: the last close, on the new split basis once the session's day has begun. */
function closeBefore(
  session: TradingSession,
  at: EpochMs,
  id: InstrumentId,
  days: DayLookup,
): number | undefined {
  const close = days.bar(id, previousTradingDay(session.date))?.close
  if (close === undefined || newYorkDate(at) < session.date) return close
  return close / splitOn(days.series(id), session.date)
}

function splitOn(series: DailySeries | undefined, date: IsoDate): number {
  return series?.splits.find((split) => split.date === date)?.ratio ?? 1
}

/** Share of a session's clock time gone by, 0 to 1. */
function elapsed({ opensAt, closesAt }: TradingSession, at: EpochMs): number {
  return Math.min(1, Math.max(0, (at - opensAt) / (closesAt - opensAt)))
}

/** The session that has begun and whose day is not over, and how far it got. */
function sessionBegun(
  session: TradingSession,
  at: EpochMs,
): { readonly date: IsoDate; readonly share: number } | undefined {
  if (at >= session.opensAt) return { date: session.date, share: elapsed(session, at) }
  const date = previousTradingDay(session.date)
  return newYorkDate(at) === date ? { date, share: 1 } : undefined
}

function tapeOf(bar: PriceBar, path: IntradayPath, share: number): DayTape {
  return {
    open: bar.open,
    ...path.extremesUntil(share),
    last: path.priceAt(share),
    volume: Math.floor(bar.volume * volumeShare(share)),
  }
}

function liquidityOf(activity: Activity, session: TradingSession, at: EpochMs): Liquidity {
  const { dailyValue, dailyVolume, dailyVolatility } = activity
  const relativeValue = Math.log(dailyValue / LIQUIDITY.referenceValue)
  const relativeVolatility = Math.log(dailyVolatility / LIQUIDITY.referenceVolatility)
  const usual =
    LIQUIDITY.referenceSpread *
    Math.exp(
      LIQUIDITY.valueElasticity * relativeValue +
        LIQUIDITY.volatilityElasticity * relativeVolatility,
    )
  return {
    spread: Math.min(WIDEST_SPREAD, usual * widening(session, at)),
    touchSize: Math.max(1, dailyVolume * LIQUIDITY.touchShare),
    dailyVolume,
    dailyVolatility,
  }
}

/** A market maker that quotes wider than this quotes nothing. */
const WIDEST_SPREAD = 0.05

function widening({ opensAt }: TradingSession, at: EpochMs): number {
  if (at < opensAt) return LIQUIDITY.outsideHours
  const minutes = (at - opensAt) / MINUTE_MS
  return 1 + LIQUIDITY.openingPremium * Math.exp(-minutes / LIQUIDITY.openingMinutes)
}

interface DayLookup {
  readonly hours: VenueHours
  instrument(id: InstrumentId): Instrument | undefined
  series(id: InstrumentId): DailySeries | undefined
  bar(id: InstrumentId, date: IsoDate): PriceBar | undefined
  path(id: InstrumentId, date: IsoDate): IntradayPath | undefined
  activity(id: InstrumentId, date: IsoDate): Activity | undefined
}

/** Series, bars, paths and activity by name and day; what was worked out once is kept. */
function dayLookup(settings: BarMarketSettings, instruments: readonly Instrument[]): DayLookup {
  const byId = new Map(instruments.map((of) => [of.id, of]))
  const allSeries = new Map<InstrumentId, DailySeries | undefined>()
  const paths = new Map<string, IntradayPath>()
  const activities = new Map<InstrumentId, { readonly date: IsoDate; readonly found: Activity }>()

  const series = (id: InstrumentId): DailySeries | undefined => {
    const of = byId.get(id)
    if (of === undefined) return undefined
    if (!allSeries.has(id)) allSeries.set(id, settings.seriesOf(of))
    return allSeries.get(id)
  }
  const bar = (id: InstrumentId, date: IsoDate): PriceBar | undefined => {
    const days = series(id)
    return days === undefined ? undefined : barOn(days, date)
  }
  const path = (id: InstrumentId, date: IsoDate): IntradayPath | undefined => {
    const name = `${id} ${date}`
    const known = paths.get(name)
    if (known !== undefined) return known
    const day = bar(id, date)
    if (day === undefined) return undefined
    const found = intradayPath(day, randomKey(settings.seed, 'path', id, date))
    if (paths.size >= PATHS_KEPT) paths.delete(paths.keys().next().value ?? name)
    paths.set(name, found)
    return found
  }
  const activity = (id: InstrumentId, date: IsoDate): Activity | undefined => {
    const known = activities.get(id)
    if (known?.date === date) return known.found
    const days = series(id)
    if (days === undefined || days.bars.length === 0) return undefined
    const found = activityBefore(days, date)
    activities.set(id, { date, found })
    return found
  }
  return { hours: venueHours(), instrument: (id) => byId.get(id), series, bar, path, activity }
}
