/** When a market is entered, and what days around that are read or drawn. */
import { GatewayError } from '#gateway/options.ts'
import { newYorkDate, newYorkInstant, sessionAt } from '#marketdata/calendar.ts'
import { dayNumberOf, isoDateOf, DAY_MS, type EpochMs, type IsoDate } from '#model/time.ts'

export interface MarketDays {
  /** Ten in the morning in New York of a session, unless a time was asked for. */
  readonly startAt: EpochMs
  readonly first: IsoDate
  readonly last: IsoDate
}

/** The trading calendar ends with 2028, and a market goes on for a year. */
const YEARS = { first: 1997, last: 2027 }
/** History before the first day, for whoever estimates from it; and days that follow it. */
const PAST_DAYS = 1_100
const FUTURE_DAYS = 400
/** Ten in the morning, minutes: the opening's noise is over. */
const START_MINUTES = 600

/**
 * @param from - `2018-02-05`: the first session on or after it; `2013-10-07T09:30`: then, whoever trades
 * @throws GatewayError `bad-input` for a day that is none, or that the calendar does not have
 */
export function daysAround(from: string): MarketDays {
  const [date = '', time] = from.split('T')
  const [day, year] = [dayNumberOf(date), Number(date.slice(0, 4))]
  const minutes = time === undefined ? START_MINUTES : minutesOf(time)
  if (day === undefined || minutes === undefined || year < YEARS.first || year > YEARS.last)
    throw new GatewayError('bad-input', `--from: was "${from}", expected a day from ${YEARS.first} to ${YEARS.last} such as 2018-02-05, or a day and a time in New York such as 2013-10-07T09:30`) // prettier-ignore
  const session = time === undefined ? sessionAt(newYorkInstant(date, 0), 'us-equity').date : date
  return {
    startAt: newYorkInstant(session, minutes),
    first: isoDateOf((day - PAST_DAYS) * DAY_MS),
    last: isoDateOf((day + FUTURE_DAYS) * DAY_MS),
  }
}

/** Around the first session of a recording that began then. */
export const daysAfter = (firstAt: EpochMs): MarketDays => daysAround(newYorkDate(firstAt))

function minutesOf(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(time) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}
