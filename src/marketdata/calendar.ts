/**
 * When US equities, CME futures and forex trade: their sessions, and New York's clock, in UTC.
 *
 * Which days are cut short or closed is in `holidays.ts`. No zone data base is asked: daylight saving is the law's arithmetic (15 U.S.C. § 260a, with the
 * Energy Policy Act of 2005 in force from 2007).
 */
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  civilFromDays,
  dayNumberOf,
  daysFromCivil,
  isoDateOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import { EXCHANGE_DAYS, lastOf, nth, type DayLength } from '#marketdata/holidays.ts'

/** One trading day of an exchange. */
export interface TradingSession {
  /** The exchange's trading day. */
  readonly date: IsoDate
  /** UTC. Futures and forex open on the evening before. */
  readonly opensAt: EpochMs
  readonly closesAt: EpochMs
}

/** New York wall time of a session's start and end, minutes from midnight of its date. */
export interface SessionHours {
  /** Whose trading days. */
  readonly calendar: keyof typeof EXCHANGE_DAYS
  readonly opens: number
  readonly closes: number
  /** The end on a day that is cut short. */
  readonly closesEarly: number
  /** The end on a day that is a holiday in the streets, when only electronic trading goes on until noon. */
  readonly closesOnHoliday: number
}

/**
 * Whose hours. `us-equity`: NYSE and Nasdaq core session. `us-equity-extended`: what IBKR calls
 * outside regular hours, 04:00 to 20:00. `globex`: CME Globex, 17:00 Chicago of the evening before to
 * 16:00, equity index products cut short at 12:15 on three eves and at 12:00 on a holiday. `idealpro`:
 * IBKR's forex venue, 17:15 to 17:00.
 */
export const SESSION_HOURS = {
  'us-equity': { calendar: 'nyse', opens: 570, closes: 960, closesEarly: 780, closesOnHoliday: 780 },
  'us-equity-extended': { calendar: 'nyse', opens: 240, closes: 1200, closesEarly: 1020, closesOnHoliday: 1020 },
  globex: { calendar: 'cme', opens: -360, closes: 1020, closesEarly: 795, closesOnHoliday: 780 },
  idealpro: { calendar: 'forex', opens: -405, closes: 1020, closesEarly: 1020, closesOnHoliday: 1020 },
} as const satisfies Readonly<Record<string, SessionHours>> // prettier-ignore

export type SessionKind = keyof typeof SESSION_HOURS

/**
 * The session of a date.
 *
 * @returns undefined when the exchange is closed all day
 *
 * @example
 * isoInstantOf(sessionOn('2018-02-05', 'us-equity').opensAt) // => '2018-02-05T14:30:00.000Z'
 */
export function sessionOn(date: IsoDate, kind: SessionKind): TradingSession | undefined {
  const known = KNOWN_SESSIONS[kind].get(date)
  if (known !== undefined || KNOWN_SESSIONS[kind].has(date)) return known
  const found = workedOut(date, kind)
  KNOWN_SESSIONS[kind].set(date, found)
  return found
}

/** Sessions are asked for by every quote, and there are few: each is worked out once. */
const KNOWN_SESSIONS: Readonly<Record<SessionKind, Map<IsoDate, TradingSession | undefined>>> = {
  'us-equity': new Map(),
  'us-equity-extended': new Map(),
  globex: new Map(),
  idealpro: new Map(),
}

function workedOut(date: IsoDate, kind: SessionKind): TradingSession | undefined {
  const length = lengthOf(date, kind)
  if (length === 'closed') return undefined
  const hours = SESSION_HOURS[kind]
  return {
    date,
    opensAt: newYorkInstant(date, hours.opens),
    closesAt: newYorkInstant(date, hours[CLOSE_OF[length]]),
  }
}

const CLOSE_OF = { full: 'closes', early: 'closesEarly', holiday: 'closesOnHoliday' } as const

/** The session that holds `at` (its close not included), or the next one. */
export function sessionAt(at: EpochMs, kind: SessionKind): TradingSession {
  for (let day = Math.floor(at / DAY_MS) - 1; ; day++) {
    const session = sessionOn(isoDateOf(day * DAY_MS), kind)
    if (session !== undefined && at < session.closesAt) return session
  }
}

/** The last trading day before a date. */
export function previousTradingDay(date: IsoDate): IsoDate {
  return seek(date, -1)
}

/** The first trading day after a date. */
export function nextTradingDay(date: IsoDate): IsoDate {
  return seek(date, 1)
}

/** Every trading day from `first` to `last`, both included, oldest first. */
export function tradingDays(first: IsoDate, last: IsoDate): readonly IsoDate[] {
  const days: IsoDate[] = []
  for (let day = numberOf(first); day <= numberOf(last); day++) {
    const date = isoDateOf(day * DAY_MS)
    if (isTradingDay(date)) days.push(date)
  }
  return days
}

/**
 * Whether US equities trade on a date, if only until noon.
 *
 * @example
 * isTradingDay('2012-10-29') // => false
 */
export function isTradingDay(date: IsoDate): boolean {
  return lengthOf(date, 'us-equity') !== 'closed'
}

/** Whether the session of a trading day of US equities ends at 13:00 New York. */
export function closesEarly(date: IsoDate): boolean {
  return lengthOf(date, 'us-equity') === 'early'
}

function lengthOf(date: IsoDate, kind: SessionKind): DayLength {
  return EXCHANGE_DAYS[SESSION_HOURS[kind].calendar](numberOf(date))
}

/** New York's calendar day at an instant. */
export function newYorkDate(at: EpochMs): IsoDate {
  const day = Math.floor((at + newYorkOffset(at)) / DAY_MS)
  if (day !== lastDay.number) lastDay = { number: day, date: isoDateOf(day * DAY_MS) }
  return lastDay.date
}

/** The day that was asked for last: the next question is nearly always about the same one. */
let lastDay: { readonly number: number; readonly date: IsoDate } = { number: 0, date: '1970-01-01' }

/** New York wall time as IBKR prints it, `2018-02-05 09:30:00`. */
export function newYorkWallTime(at: EpochMs): string {
  const local = at + newYorkOffset(at)
  const ofDay = local - Math.floor(local / DAY_MS) * DAY_MS
  const part = (unit: number, modulus: number) =>
    String(Math.floor(ofDay / unit) % modulus).padStart(2, '0')
  return `${isoDateOf(local)} ${part(HOUR_MS, 24)}:${part(MINUTE_MS, 60)}:${part(1000, 60)}`
}

/**
 * The instant of a New York wall time.
 *
 * @param minutes - from the date's midnight; negative is the evening before, ≥ 1440 the day after.
 *   A time that the clock skips (two in the morning, a Sunday in spring) is read as standard time, one
 *   that it repeats (one in the morning, a Sunday in autumn) as the first of the two.
 */
export function newYorkInstant(date: IsoDate, minutes: number): EpochMs {
  const wall = numberOf(date) * DAY_MS + minutes * MINUTE_MS
  const asStandard = wall + EASTERN_STANDARD
  const asDaylight = asStandard - HOUR_MS
  return newYorkOffset(asDaylight) === -EASTERN_STANDARD + HOUR_MS ? asDaylight : asStandard
}

/** New York's clock minus UTC at an instant, milliseconds: −5 h, or −4 h in summer. */
export function newYorkOffset(at: EpochMs): number {
  if (at < lastYear.from || at >= lastYear.to) lastYear = yearAt(at)
  const { begins, ends } = lastYear
  return at >= begins && at < ends ? HOUR_MS - EASTERN_STANDARD : -EASTERN_STANDARD
}

const EASTERN_STANDARD = 5 * HOUR_MS
const SUNDAY = 7

/** A year by New York's standard time, and its summer. */
interface ClockYear {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly begins: EpochMs
  readonly ends: EpochMs
}

/** The year that was asked for last, as with days. */
let lastYear: ClockYear = { from: 0, to: 0, begins: 0, ends: 0 }

function yearAt(at: EpochMs): ClockYear {
  const { year } = civilFromDays(Math.floor((at - EASTERN_STANDARD) / DAY_MS))
  const starts = (of: number) => daysFromCivil(of, 1, 1) * DAY_MS + EASTERN_STANDARD
  return { from: starts(year), to: starts(year + 1), ...daylightSaving(year) }
}

/** 02:00 wall time of two Sundays; the law of 1986 until 2006, that of 2005 from 2007. */
function daylightSaving(year: number): { readonly begins: EpochMs; readonly ends: EpochMs } {
  const begins = year < 2007 ? nth(1, SUNDAY, year, 4) : nth(2, SUNDAY, year, 3)
  const ends = year < 2007 ? lastOf(SUNDAY, year, 10) : nth(1, SUNDAY, year, 11)
  return {
    begins: begins * DAY_MS + 2 * HOUR_MS + EASTERN_STANDARD,
    ends: ends * DAY_MS + 1 * HOUR_MS + EASTERN_STANDARD,
  }
}

function seek(date: IsoDate, step: 1 | -1): IsoDate {
  for (let day = numberOf(date) + step; ; day += step) {
    const candidate = isoDateOf(day * DAY_MS)
    if (isTradingDay(candidate)) return candidate
  }
}

function numberOf(date: IsoDate): number {
  const day = dayNumberOf(date)
  invariant(day !== undefined, `"${date}" is a day of the calendar`)
  return day
}
