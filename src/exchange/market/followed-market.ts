/**
 * Prices, bars and liquidity of listings that follow a price driver through terms of their own: hours, carry,
 * scale, tick.
 *
 * Everything a class of listings must answer is worked out here once from three questions about one listing:
 * its price at an instant of a session, its extremes and its volume between two.
 */
import { snapPrice, toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkDate, sessionOn, type TradingSession } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { Listed } from '#exchange/listing.ts'
import type { DayTape, Liquidity, MarketModel } from '#exchange/market-model.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** What a market model answers about the listings of one class. */
export type ClassMarket = Required<
  Pick<
    MarketModel,
    | 'fairPrice'
    | 'liquidity'
    | 'tape'
    | 'pathBar'
    | 'priceRange'
    | 'volumeUntil'
    | 'splitOn'
    | 'actionsOn'
    | 'dailyBar'
    | 'dailyBars'
  >
>

/** A listing and how it follows. Dates are those of its sessions. */
export interface Follower {
  readonly of: Listed
  /** Undefined where what it follows has no price. */
  priceAt(at: EpochMs, date: IsoDate): number | undefined
  extremesBetween(from: EpochMs, to: EpochMs, date: IsoDate): { readonly high: number; readonly low: number } | undefined // prettier-ignore
  /** No narrower, but cheaper; `extremesBetween` where absent. */
  boundsBetween?(from: EpochMs, to: EpochMs, date: IsoDate): { readonly high: number; readonly low: number } | undefined // prettier-ignore
  /** The least and the most that is quoted between bid and ask meanwhile, given such bounds, in quote currency. */
  spreadsBetween(from: EpochMs, to: EpochMs, date: IsoDate, bounds: { readonly high: number; readonly low: number }): readonly [number, number] // prettier-ignore
  /** Units traded between two instants of a session. */
  volumeBetween(from: EpochMs, to: EpochMs, date: IsoDate): number
  liquidityAt(at: EpochMs, date: IsoDate): Liquidity
  /** When it stops trading; its price stands still from then on. */
  readonly endsAt?: EpochMs
}

/** @param followerOf - undefined for what is not listed here; asked often, so it must be cheap */
export function followedMarket(
  hours: VenueHours,
  followerOf: (id: InstrumentId) => Follower | undefined,
): ClassMarket {
  const days = dayBars(hours, followerOf)
  const regular = (of: Listed, at: EpochMs) => hours.regular(hoursOf(of), at)

  const fairPrice: ClassMarket['fairPrice'] = (id, at) => {
    const follower = followerOf(id)
    if (follower === undefined) return undefined
    const now = Math.min(at, follower.endsAt ?? at)
    const session = regular(follower.of, now)
    if (now >= session.opensAt || isExtended(follower.of, now, hours)) return follower.priceAt(now, session.date) // prettier-ignore
    const last = sessionBefore(session.date, follower.of, hours)
    return last === undefined ? undefined : follower.priceAt(last.closesAt, last.date)
  }

  const liquidity: ClassMarket['liquidity'] = (id, at) => {
    const follower = followerOf(id)
    if (follower === undefined || fairPrice(id, at) === undefined) return undefined
    return follower.liquidityAt(at, regular(follower.of, at).date)
  }

  const tape: ClassMarket['tape'] = (id, at) => {
    const follower = followerOf(id)
    if (follower === undefined) return undefined
    const session = begun(follower.of, at, hours)
    if (session === undefined) return undefined
    return tapeOf(follower, session, Math.min(at, session.closesAt))
  }

  const pathBar: ClassMarket['pathBar'] = (id, from, to) => {
    const follower = followerOf(id)
    if (follower === undefined) return undefined
    const session = regular(follower.of, from)
    if (to <= session.opensAt) return undefined
    return barOf(follower, session, Math.max(from, session.opensAt), Math.min(to, session.closesAt))
  }

  const priceRange: ClassMarket['priceRange'] = (id, from, to) => {
    const follower = followerOf(id)
    if (follower === undefined) return undefined
    const { of, endsAt = to } = follower
    const [begin, end] = [Math.min(from, endsAt), Math.min(to, endsAt)]
    const session = regular(of, begin)
    if (begin < session.opensAt && !isExtended(of, begin, hours)) return undefined
    const { date } = session
    const bounds = follower.boundsBetween === undefined ? follower.extremesBetween(begin, end, date) : follower.boundsBetween(begin, end, date) // prettier-ignore
    if (bounds === undefined) return undefined
    const [leastSpread, mostSpread] = follower.spreadsBetween(begin, end, date, bounds)
    return { high: bounds.high, low: bounds.low, leastSpread, mostSpread }
  }

  const volumeUntil: ClassMarket['volumeUntil'] = (id, at) => {
    const follower = followerOf(id)
    const session = follower === undefined ? undefined : begun(follower.of, at, hours)
    if (follower === undefined || session === undefined) return undefined
    const until = Math.min(at, session.closesAt)
    return Math.round(follower.volumeBetween(session.opensAt, until, session.date))
  }

  return {
    fairPrice,
    liquidity,
    tape,
    pathBar,
    priceRange,
    volumeUntil,
    splitOn: () => 1,
    actionsOn: () => [],
    dailyBar: days.on,
    dailyBars: days.until,
  }
}

/** An index keeps the hours of what it is made of. */
export const hoursOf = (of: Listed): Pick<Instrument, 'assetClass'> =>
  of.assetClass === 'IND' ? { assetClass: 'STK' } : of

/** Outside regular hours a fund goes on following; an index is not published then. */
const isExtended = (of: Listed, at: EpochMs, hours: VenueHours): boolean =>
  of.assetClass === 'STK' && at >= hours.tradable(of, at, true).opensAt

/** Longer than any closure of an exchange. */
const LONGEST_CLOSURE_DAYS = 14

/** The last session of a listing before a date. */
export function sessionBefore(
  date: IsoDate,
  of: Listed,
  hours: VenueHours,
): TradingSession | undefined {
  const kind = hours.kind(hoursOf(of))
  const day = dayNumberOf(date) ?? 0
  for (let back = 1; back <= LONGEST_CLOSURE_DAYS; back++) {
    const session = sessionOn(isoDateOf((day - back) * DAY_MS), kind)
    if (session !== undefined) return session
  }
  return undefined
}

/** The session that is on, or that ended last while the next has not begun; undefined before the first. */
function begun(of: Listed, at: EpochMs, hours: VenueHours): TradingSession | undefined {
  const session = hours.regular(hoursOf(of), at)
  if (at >= session.opensAt) return session
  const last = sessionBefore(session.date, of, hours)
  return last !== undefined && sameNewYorkDay(last, at) ? last : undefined
}

/** A day's tape is shown until its calendar day is over: 16:00 plus 8 hours, 17:00 plus 7. */
const sameNewYorkDay = ({ closesAt }: TradingSession, at: EpochMs): boolean =>
  newYorkDate(closesAt) === newYorkDate(at)

function tapeOf(follower: Follower, session: TradingSession, at: EpochMs): DayTape | undefined {
  const bar = barOf(follower, session, session.opensAt, at)
  if (bar === undefined) return undefined
  const { open, high, low, close, volume } = bar
  return { open, high, low, last: close, volume }
}

/** Prices on the listing's grid. */
function barOf(
  follower: Follower,
  session: TradingSession,
  from: EpochMs,
  to: EpochMs,
): PriceBar | undefined {
  const { date } = session
  const [open, close] = [follower.priceAt(from, date), follower.priceAt(to, date)]
  const extremes = follower.extremesBetween(from, to, date)
  if (open === undefined || close === undefined || extremes === undefined) return undefined
  return {
    date,
    at: from,
    open: onGrid(open, follower.of),
    high: onGrid(Math.max(open, close, extremes.high), follower.of),
    low: onGrid(Math.min(open, close, extremes.low), follower.of),
    close: onGrid(close, follower.of),
    volume: Math.round(follower.volumeBetween(from, to, date)),
  }
}

const onGrid = (price: number, { priceIncrements }: Listed): number =>
  toNumber(snapPrice(price, priceIncrements, 'half-even'))

/** Daily bars, each worked out once. */
function dayBars(
  hours: VenueHours,
  followerOf: (id: InstrumentId) => Follower | undefined,
): { readonly on: ClassMarket['dailyBar']; readonly until: ClassMarket['dailyBars'] } {
  const known = new Map<InstrumentId, Map<IsoDate, PriceBar | undefined>>()
  const on: ClassMarket['dailyBar'] = (id, date) => {
    const follower = followerOf(id)
    if (follower === undefined) return undefined
    const bars = known.get(id) ?? new Map<IsoDate, PriceBar | undefined>()
    known.set(id, bars)
    if (!bars.has(date)) bars.set(date, dayBar(follower, date, hours))
    return bars.get(date)
  }
  const until: ClassMarket['dailyBars'] = (id, count, last) => {
    const bars: PriceBar[] = []
    const end = dayNumberOf(last) ?? 0
    let missing = 0
    for (let day = end; bars.length < count && missing < LONGEST_CLOSURE_DAYS; day--) {
      const bar = on(id, isoDateOf(day * DAY_MS))
      missing = bar === undefined ? missing + 1 : 0
      if (bar !== undefined) bars.push(bar)
    }
    return bars.toReversed()
  }
  return { on, until }
}

function dayBar(follower: Follower, date: IsoDate, hours: VenueHours): PriceBar | undefined {
  const session = sessionOn(date, hours.kind(hoursOf(follower.of)))
  if (session === undefined) return undefined
  if (follower.endsAt !== undefined && session.opensAt >= follower.endsAt) return undefined
  const closesAt = Math.min(session.closesAt, follower.endsAt ?? session.closesAt)
  return barOf(follower, session, session.opensAt, closesAt)
}
