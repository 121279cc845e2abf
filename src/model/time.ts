/**
 * Instants and UTC dates without a clock: pure arithmetic on the proleptic Gregorian calendar.
 *
 * An instant is whole milliseconds since 1970-01-01T00:00Z, as IBKR's seconds and Node's timers
 * are exact in it. Which clock it was read from is said by the field that holds it. The calendar
 * arithmetic is the days-from-civil algorithm of H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (2013), written anew.
 */
import { invariant } from '#model/invariant.ts'

/** Milliseconds since the Unix epoch, UTC, a whole number. */
export type EpochMs = number

/** A calendar day, `2018-02-05`; sorts as text. */
export type IsoDate = string

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

/**
 * Days from 1970-01-01 to a civil date.
 *
 * @param month - 1 to 12
 * @param day - 1 to 31
 *
 * @example
 * daysFromCivil(2000, 3, 1) // => 11017
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** The civil date of a day number; the inverse of `daysFromCivil`. */
export function civilFromDays(days: number): {
  readonly year: number
  readonly month: number
  readonly day: number
} {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** Monday is 1, Sunday is 7 (ISO 8601). */
export function weekdayOf(days: number): number {
  return ((((days + 3) % 7) + 7) % 7) + 1
}

/**
 * The UTC day an instant falls on.
 *
 * @example
 * isoDateOf(1517839200000) // => '2018-02-05'
 */
export function isoDateOf(at: EpochMs): IsoDate {
  const { year, month, day } = civilFromDays(Math.floor(at / DAY_MS))
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** RFC 3339 with milliseconds, `2018-02-05T14:30:00.000Z`. */
export function isoInstantOf(at: EpochMs): string {
  invariant(Number.isSafeInteger(at), 'an instant is a whole number of milliseconds')
  const ofDay = at - Math.floor(at / DAY_MS) * DAY_MS
  const hours = pad(Math.floor(ofDay / HOUR_MS), 2)
  const minutes = pad(Math.floor(ofDay / MINUTE_MS) % 60, 2)
  const seconds = pad(Math.floor(ofDay / SECOND_MS) % 60, 2)
  return `${isoDateOf(at)}T${hours}:${minutes}:${seconds}.${pad(ofDay % 1000, 3)}Z`
}

/** Reads `2018-02-05`; undefined when the text is not a day of the calendar. */
export function dayNumberOf(date: IsoDate): number | undefined {
  if (date.length !== 10 || date.charCodeAt(4) !== HYPHEN || date.charCodeAt(7) !== HYPHEN)
    return undefined
  const [year, month, day] = [digits(date, 0, 4), digits(date, 5, 7), digits(date, 8, 10)]
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return undefined
  const days = daysFromCivil(year, month, day)
  return day <= 28 || civilFromDays(days).day === day ? days : undefined
}

const [HYPHEN, DIGIT_0] = [45, 48]

/** The number that a part of a text spells; NaN where it holds anything but digits. */
function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - DIGIT_0
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Reads `2018-02-05T14:30:00.000Z` (milliseconds optional, Z required); undefined otherwise. */
export function instantOf(text: string): EpochMs | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?Z$/.exec(text)
  if (match === null) return undefined
  const days = dayNumberOf(match[1] ?? '')
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])]
  if (days === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined
  const millis = Number((match[5] ?? '').padEnd(3, '0'))
  return days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + millis
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0')
