/**
 * A market model over daily bars, wherever they come from: the path inside each day and between two days, and
 * how easily it trades then (`bar-liquidity.ts`).
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import { newYorkDate, previousTradingDay, type TradingSession } from '#marketdata/calendar.ts'
import {
  barDays,
  elapsed,
  splitRatio,
  type BarDay,
  type BarDays,
  type BarDaysSettings,
} from '#exchange/market/bar-days.ts'
import { liquidityAt } from '#exchange/market/bar-liquidity.ts'
import { barsUntil } from '#exchange/market/daily-series.ts'
import { priceBetween } from '#exchange/market/day-knots.ts'
import type { DayTape, MarketModel, PathKnots } from '#exchange/market-model.ts'
import { tradedUntil } from '#exchange/market/prints.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'

export interface BarMarketSettings extends BarDaysSettings {
  readonly kind: MarketModel['kind']
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
}

/** @returns a market of the settings' instruments, by id */
export function barMarket(settings: BarMarketSettings): MarketModel {
  const instruments = settings.instruments.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const days = barDays(settings, instruments)
  const { hours } = days

  const fairPrice: MarketModel['fairPrice'] = (id, at) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, at)
    if (at < session.opensAt) return priceBefore(session, at, of, days)
    return days.day(id, session)?.path.priceAt(elapsed(session, at))
  }

  const liquidity: MarketModel['liquidity'] = (id, at) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, at)
    const activity = days.activity(id, session.date)
    if (activity === undefined) return undefined
    return liquidityAt(activity.found, activity.usualSpread, session, at)
  }

  const tape: MarketModel['tape'] = (id, at) => {
    const of = days.instrument(id)
    const begun = of === undefined ? undefined : sessionBegun(of, at, days)
    const day = begun === undefined ? undefined : days.day(id, begun)
    return day === undefined || begun === undefined ? undefined : tapeOf(day, begun, at)
  }

  const pathBar: MarketModel['pathBar'] = (id, from, to) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, from)
    const day = days.day(id, session)
    if (to <= session.opensAt || day === undefined) return undefined
    const [begin, end] = [elapsed(session, from), elapsed(session, to)]
    return {
      date: session.date,
      at: Math.max(from, session.opensAt),
      open: day.path.priceAt(begin),
      ...day.path.extremesBetween(begin, end),
      close: day.path.priceAt(end),
      volume: Math.round(day.bar.volume * (volumeShare(end) - volumeShare(begin))),
    }
  }

  const priceRange: MarketModel['priceRange'] = (id, from, to) => {
    const of = days.instrument(id)
    if (of === undefined) return undefined
    const session = hours.regular(of, from)
    const spreads = [liquidity(id, from)?.spread, liquidity(id, to)?.spread]
    const [early, late] = spreads
    const extremes = from < session.opensAt ? quietExtremes(session, from, to, of, days) : days.day(id, session)?.path.extremesBetween(elapsed(session, from), elapsed(session, to)) // prettier-ignore
    if (extremes === undefined || early === undefined || late === undefined) return undefined
    const { high, low } = extremes
    return { high, low, leastSpread: Math.min(early, late) * low, mostSpread: Math.max(early, late) * high } // prettier-ignore
  }

  const volumeUntil: MarketModel['volumeUntil'] = (id, at) => {
    const of = days.instrument(id)
    const begun = of === undefined ? undefined : sessionBegun(of, at, days)
    const day = begun === undefined ? undefined : days.day(id, begun)
    return day === undefined ? undefined : tradedUntil(day.run, at)
  }

  const knots: MarketModel['knots'] = (id, session, part) => {
    if (part === 'regular') return days.day(id, session)?.run.knots
    const date = part === 'before' ? session.date : dayAfter(session, days, id)
    const night = days.night(id, date)
    return part === 'before' ? night?.morning : onOldBasis(night?.evening, splitRatio(days.series(id), date)) // prettier-ignore
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
    priceRange,
    volumeUntil,
    knots,
    splitOn: (id, date) => splitRatio(days.series(id), date),
    dailyBar: (id, date) => days.bar(id, date),
    dailyBars: (id, count, until, adjusted) => {
      const series = days.series(id)
      return series === undefined ? [] : barsUntil(series, count, until, adjusted)
    },
  }
}

/** An evening is known on the basis of the day after it, and printed on its own. */
const onOldBasis = (evening: PathKnots | undefined, ratio: number): PathKnots | undefined =>
  evening === undefined || ratio === 1
    ? evening
    : { ...evening, prices: evening.prices.map((price) => price * ratio) }

/**
 * Between sessions: the way from the last close to the next open where the class trades outside regular
 * hours, else the last close; on the new split basis once the session's day has begun.
 */
function priceBefore(
  session: TradingSession,
  at: EpochMs,
  of: Instrument,
  days: BarDays,
): number | undefined {
  const { hours } = days
  const basis = newYorkDate(at) < session.date ? splitRatio(days.series(of.id), session.date) : 1
  const night = hours.hasExtended(of) ? days.night(of.id, session.date) : undefined
  if (night === undefined) {
    const close = days.bar(of.id, previousTradingDay(session.date))?.close
    const ratio = splitRatio(days.series(of.id), session.date)
    return close === undefined ? undefined : (close / ratio) * basis
  }
  const extended = hours.tradable(of, at, true)
  if (at < extended.opensAt) return night.price * basis
  if (extended.date === session.date)
    return priceBetween(night.morning, elapsed({ ...extended, closesAt: session.opensAt }, at))
  const opensAt = hours.before(of, session.date, false).closesAt
  return priceBetween(night.evening, elapsed({ ...extended, opensAt }, at)) * basis
}

/** The extremes of a stretch before a session opens, between two knots of the way there or more. */
function quietExtremes(
  session: TradingSession,
  from: EpochMs,
  to: EpochMs,
  of: Instrument,
  days: BarDays,
): { readonly high: number; readonly low: number } | undefined {
  const { hours } = days
  const night = hours.hasExtended(of) ? days.night(of.id, session.date) : undefined
  const extended = hours.tradable(of, from, true)
  if (night === undefined || from < extended.opensAt) return undefined
  const isMorning = extended.date === session.date
  if (to > (isMorning ? session.opensAt : extended.closesAt)) return undefined
  const ends = [priceBefore(session, from, of, days), to === session.opensAt ? night.morning.prices.at(-1) : priceBefore(session, to, of, days)] // prettier-ignore
  const all = ends.filter((price) => price !== undefined)
  if (isMorning) {
    const part = { ...extended, closesAt: session.opensAt }
    return withKnots(all, night.morning, elapsed(part, from), elapsed(part, to), 1)
  }
  const part = { ...extended, opensAt: hours.before(of, session.date, false).closesAt }
  const basis = newYorkDate(from) < session.date ? splitRatio(days.series(of.id), session.date) : 1
  return withKnots(all, night.evening, elapsed(part, from), elapsed(part, to), basis)
}

/** Extremes of some prices and of the knots between two shares of a stretch. */
function withKnots(
  ends: readonly number[],
  { shares, prices }: PathKnots,
  from: number,
  to: number,
  basis: number,
): { readonly high: number; readonly low: number } {
  let [high, low] = [Math.max(...ends), Math.min(...ends)]
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] ?? 0
    if (share < from || share > to) continue
    const price = (prices[i] ?? 0) * basis
    high = Math.max(high, price)
    low = Math.min(low, price)
  }
  return { high, low }
}

/** The date whose night holds the evening of a session. */
function dayAfter(session: TradingSession, days: BarDays, id: InstrumentId): IsoDate {
  const of = days.instrument(id)
  return of === undefined ? session.date : days.hours.regular(of, session.closesAt).date
}

/** The session that has begun and whose day is not over. */
function sessionBegun(of: Instrument, at: EpochMs, { hours }: BarDays): TradingSession | undefined {
  const session = hours.regular(of, at)
  if (at >= session.opensAt) return session
  const last = hours.before(of, session.date, false)
  return newYorkDate(at) === last.date ? last : undefined
}

function tapeOf({ bar, path, run }: BarDay, session: TradingSession, at: EpochMs): DayTape {
  const share = elapsed(session, at)
  const { high, low } = path.extremesUntil(share)
  return { open: bar.open, high, low, last: path.priceAt(share), volume: tradedUntil(run, at) }
}
