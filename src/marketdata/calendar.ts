/**
 * When US equities trade: sessions, holidays, early closes and New York's clock, in UTC.
 *
 * Rules instead of a table of days, because the exchange itself states rules (NYSE Rule 7.2 and its
 * holiday announcements); closures that no rule foretells are a table. Covers 1993 to 2028: holidays
 * are checked against three independent records of the exchange's sessions, early closes from 2000
 * on. No zone data base is asked: daylight saving is the law's arithmetic (15 U.S.C. § 260a, with the
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
  weekdayOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'
import { invariant } from '#model/invariant.ts'

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
  readonly opens: number
  readonly closes: number
  /** The end on an early-closing day. */
  readonly closesEarly: number
}

/**
 * Whose hours. `us-equity`: NYSE and Nasdaq core session. `us-equity-extended`: what IBKR calls
 * outside regular hours, 04:00 to 20:00. `globex`: CME Globex, 17:00 Chicago of the evening before to
 * 16:00. `idealpro`: IBKR's forex venue, 17:15 to 17:00.
 *
 * Futures and forex are given the equity exchange's trading days: their own holidays differ by a
 * few days a year, on which no daily price here exists anyway.
 */
export const SESSION_HOURS = {
  'us-equity': { opens: 570, closes: 960, closesEarly: 780 },
  'us-equity-extended': { opens: 240, closes: 1200, closesEarly: 1020 },
  globex: { opens: -360, closes: 1020, closesEarly: 795 },
  idealpro: { opens: -405, closes: 1020, closesEarly: 1020 },
} as const satisfies Readonly<Record<string, SessionHours>>

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
  if (!isTradingDay(date)) return undefined
  const hours = SESSION_HOURS[kind]
  const closes = closesEarly(date) ? hours.closesEarly : hours.closes
  return {
    date,
    opensAt: newYorkInstant(date, hours.opens),
    closesAt: newYorkInstant(date, closes),
  }
}

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
  const day = numberOf(date)
  if (weekdayOf(day) > FRIDAY || UNFORESEEN_CLOSURES.has(date)) return false
  const { year } = civilFromDays(day)
  return !HOLIDAYS.some(({ since, on }) => year >= since && on(year) === day)
}

/** Whether the session of a trading day ends at 13:00 New York. */
export function closesEarly(date: IsoDate): boolean {
  if (UNFORESEEN_EARLY_CLOSES.has(date)) return true
  if (UNFORESEEN_FULL_DAYS.has(date)) return false
  const day = numberOf(date)
  const { year, month, day: ofMonth } = civilFromDays(day)
  const eve = (month === 7 && ofMonth === 3) || (month === 12 && ofMonth === 24)
  return (eve && weekdayOf(day) < FRIDAY) || day === thanksgiving(year) + 1
}

/** New York's calendar day at an instant. */
export function newYorkDate(at: EpochMs): IsoDate {
  return isoDateOf(at + newYorkOffset(at))
}

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
  const { year } = civilFromDays(Math.floor((at - EASTERN_STANDARD) / DAY_MS))
  const { begins, ends } = daylightSaving(year)
  return at >= begins && at < ends ? HOUR_MS - EASTERN_STANDARD : -EASTERN_STANDARD
}

const EASTERN_STANDARD = 5 * HOUR_MS
const [MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY] = [1, 4, 5, 6, 7] as const

/** 02:00 wall time of two Sundays; the law of 1986 until 2006, that of 2005 from 2007. */
function daylightSaving(year: number): { readonly begins: EpochMs; readonly ends: EpochMs } {
  const begins = year < 2007 ? nth(1, SUNDAY, year, 4) : nth(2, SUNDAY, year, 3)
  const ends = year < 2007 ? lastOf(SUNDAY, year, 10) : nth(1, SUNDAY, year, 11)
  return {
    begins: begins * DAY_MS + 2 * HOUR_MS + EASTERN_STANDARD,
    ends: ends * DAY_MS + 1 * HOUR_MS + EASTERN_STANDARD,
  }
}

interface Holiday {
  readonly name: string
  readonly since: number
  /** Day number of the closure in a year; undefined when there is none. */
  readonly on: (year: number) => number | undefined
}

/** NYSE Rule 7.2: a holiday on a Saturday closes the Friday before, on a Sunday the Monday after. */
const HOLIDAYS: readonly Holiday[] = [
  { name: "New Year's Day", since: 1885, on: newYear },
  { name: 'Martin Luther King Jr. Day', since: 1998, on: (year) => nth(3, MONDAY, year, 1) },
  { name: "Washington's Birthday", since: 1971, on: (year) => nth(3, MONDAY, year, 2) },
  { name: 'Good Friday', since: 1908, on: (year) => easter(year) - 2 },
  { name: 'Memorial Day', since: 1971, on: (year) => lastOf(MONDAY, year, 5) },
  { name: 'Juneteenth', since: 2022, on: (year) => observed(daysFromCivil(year, 6, 19)) },
  { name: 'Independence Day', since: 1885, on: (year) => observed(daysFromCivil(year, 7, 4)) },
  { name: 'Labor Day', since: 1887, on: (year) => nth(1, MONDAY, year, 9) },
  { name: 'Thanksgiving Day', since: 1942, on: thanksgiving },
  { name: 'Christmas Day', since: 1885, on: (year) => observed(daysFromCivil(year, 12, 25)) },
]

/** Closed all day against the rules: NYSE, "Special closings since 1885". */
const UNFORESEEN_CLOSURES: ReadonlySet<IsoDate> = new Set([
  '1994-04-27', // funeral of Richard Nixon
  '2001-09-11', // attack on the World Trade Center, to the 14th
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11', // mourning for Ronald Reagan
  '2007-01-02', // mourning for Gerald Ford
  '2012-10-29', // hurricane Sandy
  '2012-10-30',
  '2018-12-05', // mourning for George H. W. Bush
  '2025-01-09', // mourning for Jimmy Carter
])

const UNFORESEEN_EARLY_CLOSES: ReadonlySet<IsoDate> = new Set(['2002-07-05', '2003-12-26'])
const UNFORESEEN_FULL_DAYS: ReadonlySet<IsoDate> = new Set(['2002-07-03'])

/** A New Year's Day on a Saturday is not made up for: the year's accounts close on that Friday. */
function newYear(year: number): number | undefined {
  const day = daysFromCivil(year, 1, 1)
  return weekdayOf(day) === SATURDAY ? undefined : observed(day)
}

function observed(day: number): number {
  const weekday = weekdayOf(day)
  if (weekday === SATURDAY) return day - 1
  return weekday === SUNDAY ? day + 1 : day
}

function thanksgiving(year: number): number {
  return nth(4, THURSDAY, year, 11)
}

function nth(n: number, weekday: number, year: number, month: number): number {
  const first = daysFromCivil(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7
}

function lastOf(weekday: number, year: number, month: number): number {
  const end = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1)
  return end - 7 + ((weekday - weekdayOf(end) + 7) % 7)
}

/** Easter Sunday by the anonymous Gregorian algorithm (Meeus, "Astronomical Algorithms", ch. 8). */
function easter(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const shifted = h + l - 7 * m + 114
  return daysFromCivil(year, Math.floor(shifted / 31), (shifted % 31) + 1)
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
