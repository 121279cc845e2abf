/**
 * When a listing trades, as contract details list it: `20180205:0930-20180205:1600;20180210:CLOSED`, in the clock of
 * its exchange.
 */
import { sessionOf } from '#gateway/contracts/sessions.ts'
import { compactDate } from '#gateway/venue-time.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { newYorkDate, newYorkInstant, newYorkWallTime, sessionOn } from '#marketdata/calendar.ts'
import { DAY_MS, HOUR_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { isIndexOption } from '#gateway/contracts/routes.ts'

/** IBKR lists today and the five days after. */
const DAYS_LISTED = 6

/** Exchanges that keep Chicago's clock, an hour behind New York's all year. */
const CENTRAL = new Set(['CME', 'CBOT', 'CBOE', 'CFE'])

/** IBKR's name of the zone a listing's hours are in. */
export const timeZoneOf = (of: Listed): string => (isCentral(of) ? 'US/Central' : 'US/Eastern')

/** The clock of a listing's exchange: `2018-02-05T09:30:00`. */
export const exchangeWallTime = (of: Listed, at: EpochMs): string =>
  newYorkWallTime(isCentral(of) ? at - HOUR_MS : at)

const isCentral = (of: Listed): boolean => CENTRAL.has(of.exchange) || isIndexOption(of)

/**
 * @returns `liquid`: the regular hours; `trading`: with the hours before and after, where the class has such. IBKR
 *   calls a future's hours liquid while the stock market's floor is open and after
 */
export function tradingHours(
  venue: Exchange,
  of: Listed,
): { readonly trading: string; readonly liquid: string } {
  const today = dayNumberOf(newYorkDate(venue.now)) ?? 0
  const dates = Array.from({ length: DAYS_LISTED }, (_, i) => isoDateOf((today + i) * DAY_MS))
  const clock = wallClock(of)
  const regular = dates.map((date) => ({ date, hours: sessionOf(venue, of.id, date) }))
  const text = (days: readonly Day[]) => days.map((day) => listed(day, clock)).join(';')
  if (of.assetClass === 'STK') {
    const extended = dates.map((date) => ({ date, hours: sessionOn(date, 'us-equity-extended') }))
    return { liquid: text(regular), trading: text(extended) }
  }
  if (of.assetClass !== 'FUT') return { liquid: text(regular), trading: text(regular) }
  const liquid = regular.map(({ date, hours }) => ({ date, hours: daytime(date, hours) }))
  return { liquid: text(liquid), trading: text(regular) }
}

interface Hours {
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
}

interface Day {
  readonly date: IsoDate
  readonly hours: Hours | undefined
}

/** New York minutes of the floor's open. */
const DAYTIME = 570

const daytime = (date: IsoDate, hours: Hours | undefined): Hours | undefined =>
  hours === undefined ? undefined : { ...hours, opensAt: newYorkInstant(date, DAYTIME) }

/** `20180205:0930` in the listing's clock. */
const wallClock =
  (of: Listed) =>
  (at: EpochMs): string => {
    const wall = exchangeWallTime(of, at)
    return `${compactDate(wall.slice(0, 10))}:${wall.slice(11, 13)}${wall.slice(14, 16)}`
  }

const listed = ({ date, hours }: Day, clock: (at: EpochMs) => string): string =>
  hours === undefined
    ? `${compactDate(date)}:CLOSED`
    : `${clock(hours.opensAt)}-${clock(hours.closesAt)}`
