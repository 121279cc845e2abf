/**
 * Days and times of day as files write them: `2018-02-05`, `20180205`, `2018-02-05 09:30:00.123`,
 * `2018-02-05T09:30Z`. What zone they are in is not said here; a trailing `Z` is read past.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, dayNumberOf } from '#model/time.ts'

/**
 * @returns days since 1970-01-01, the time of day left away; NaN for what is no day
 *
 * @example
 * dayIn('2018-02-05') // => 17567
 */
export function dayIn(text: string): number {
  const date = /^\d{8}$/.test(text)
    ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
    : text.slice(0, 10)
  const rest = date === text || text.length === 8 || /^[ T]/.test(text.slice(10))
  return rest ? (dayNumberOf(date) ?? Number.NaN) : Number.NaN
}

const TIME = /^[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?Z?$/

/**
 * @returns milliseconds since 1970-01-01T00:00 on the clock of the text, whole; NaN for what is no time
 *
 * @example
 * instantIn('1970-01-02 00:00:01.5') // => 86401500
 */
export function instantIn(text: string): number {
  const day = dayIn(text)
  if (text.length <= 10) return day * DAY_MS
  const time = TIME.exec(text.slice(10))
  if (time === null) return Number.NaN
  const [hours, minutes, seconds] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)]
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN
  const millis = Number((time[4] ?? '').slice(0, 3).padEnd(3, '0'))
  return day * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + millis
}
