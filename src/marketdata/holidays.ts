/**
 * Which days an exchange does not trade, or not to the end.
 *
 * Rules instead of a table of days, because the exchanges themselves state rules (NYSE Rule 7.2 and its
 * holiday announcements; CME Group's holiday calendar); closures that no rule foretells are tables.
 * Covers 1993 to 2028: NYSE's holidays are checked against three independent records of its sessions,
 * its early closes from 2000 on, CME's from 2000 to 2027 against one.
 */
import {
  DAY_MS,
  civilFromDays,
  daysFromCivil,
  isoDateOf,
  weekdayOf,
  type IsoDate,
} from '#model/time.ts'

/** `holiday`: one in the streets, on which electronic trading goes on until noon. */
export type DayLength = 'full' | 'early' | 'holiday' | 'closed'

/** What a day is, by its number since 1970-01-01. */
export type ExchangeDays = (day: number) => DayLength

const [MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY] = [1, 4, 5, 6, 7] as const

interface Holiday {
  readonly name: string
  readonly since: number
  /** Day number of the closure in a year; undefined when there is none. */
  readonly on: (year: number) => number | undefined
  /** What it is at CME: the three on which the streets are empty too are no trading day there either. */
  readonly cme: DayLength
}

/** NYSE Rule 7.2: a holiday on a Saturday closes the Friday before, on a Sunday the Monday after. */
const HOLIDAYS: readonly Holiday[] = [
  { name: "New Year's Day", since: 1885, on: newYear, cme: 'closed' },
  { name: 'Martin Luther King Jr. Day', since: 1998, on: (year) => nth(3, MONDAY, year, 1), cme: 'holiday' },
  { name: "Washington's Birthday", since: 1971, on: (year) => nth(3, MONDAY, year, 2), cme: 'holiday' },
  { name: 'Good Friday', since: 1908, on: (year) => easter(year) - 2, cme: 'closed' },
  { name: 'Memorial Day', since: 1971, on: (year) => lastOf(MONDAY, year, 5), cme: 'holiday' },
  { name: 'Juneteenth', since: 2022, on: (year) => observed(daysFromCivil(year, 6, 19)), cme: 'holiday' },
  { name: 'Independence Day', since: 1885, on: (year) => observed(daysFromCivil(year, 7, 4)), cme: 'holiday' },
  { name: 'Labor Day', since: 1887, on: (year) => nth(1, MONDAY, year, 9), cme: 'holiday' },
  { name: 'Thanksgiving Day', since: 1942, on: thanksgiving, cme: 'holiday' },
  { name: 'Christmas Day', since: 1885, on: (year) => observed(daysFromCivil(year, 12, 25)), cme: 'closed' },
] // prettier-ignore

/** Closed all day against the rules: NYSE, "Special closings since 1885". */
const NYSE_CLOSURES: ReadonlySet<IsoDate> = new Set([
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

const NYSE_EARLY_CLOSES: ReadonlySet<IsoDate> = new Set(['2002-07-05', '2003-12-26'])
const NYSE_FULL_DAYS: ReadonlySet<IsoDate> = new Set(['2002-07-03'])

/** Days on which the record of CME's sessions has none: of NYSE's closures without a rule, the days of mourning. */
const CME_CLOSURES: ReadonlySet<IsoDate> = new Set([
  '2004-06-11', // mourning for Ronald Reagan
  '2007-01-02', // mourning for Gerald Ford
  '2018-12-05', // mourning for George H. W. Bush
  '2025-01-09', // mourning for Jimmy Carter
])

/**
 * What each exchange's days are. `nyse`: NYSE and Nasdaq. `cme`: equity index futures on Globex, which have
 * a session on most of NYSE's holidays. `forex`: every weekday but New Year's Day and Christmas Day.
 */
export const EXCHANGE_DAYS = {
  nyse: (day) => {
    const date = isoDateOf(day * DAY_MS)
    if (weekdayOf(day) > FRIDAY || NYSE_CLOSURES.has(date)) return 'closed'
    if (holidayOn(day) !== undefined) return 'closed'
    if (NYSE_EARLY_CLOSES.has(date)) return 'early'
    if (NYSE_FULL_DAYS.has(date)) return 'full'
    return isCutEve(day) ? 'early' : 'full'
  },
  cme: (day) => {
    if (weekdayOf(day) > FRIDAY || CME_CLOSURES.has(isoDateOf(day * DAY_MS))) return 'closed'
    return holidayOn(day)?.cme ?? (isCutEve(day) ? 'early' : 'full')
  },
  forex: (day) => {
    const { month, day: ofMonth } = civilFromDays(day)
    const closed = (month === 1 && ofMonth === 1) || (month === 12 && ofMonth === 25)
    return closed || weekdayOf(day) > FRIDAY ? 'closed' : 'full'
  },
} as const satisfies Readonly<Record<string, ExchangeDays>>

function holidayOn(day: number): Holiday | undefined {
  const { year } = civilFromDays(day)
  return HOLIDAYS.find(({ since, on }) => year >= since && on(year) === day)
}

/** The day after Thanksgiving, and the eves of Independence Day and Christmas where they are not the day off. */
function isCutEve(day: number): boolean {
  return isEve(day, 7, 3) || isEve(day, 12, 24) || day === thanksgiving(civilFromDays(day).year) + 1
}

/** A day before a holiday that closes no Friday: on a Friday the eve is the day off, or there is none. */
function isEve(day: number, month: number, ofMonth: number): boolean {
  const civil = civilFromDays(day)
  return civil.month === month && civil.day === ofMonth && weekdayOf(day) < FRIDAY
}

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

/** The n-th such weekday of a month, as a day number. */
export function nth(n: number, weekday: number, year: number, month: number): number {
  const first = daysFromCivil(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7
}

/** The last such weekday of a month, as a day number. */
export function lastOf(weekday: number, year: number, month: number): number {
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
