/**
 * Times as TWS writes and reads them.
 *
 * Written: `20240131 15:04:05 US/Eastern`, `20240131  15:04:05` (two blanks, the zone of TWS's
 * login), `20240131-15:04:05` (UTC), `20240131` (a day), or the seconds of the epoch. Read by TWS:
 * `20240131-15:04:05` is UTC whatever its zone (IBKR, "TWS API: Historical Bar Data").
 */
import { DAY_MS, daysFromCivil, isoDateOf, isoInstantOf, type EpochMs, type IsoDate } from '#model/time.ts' // prettier-ignore

/**
 * Reads an instant.
 *
 * @param zoneless - the zone of a text that names none: an IANA name or one of TWS's
 * @returns undefined when the text is no time, or its zone is unknown
 *
 * @example
 * readWireTime('20240131 09:30:00 US/Eastern', 'UTC') // => 1706711400000
 */
export function readWireTime(text: string, zoneless: string): EpochMs | undefined {
  const trimmed = text.trim()
  if (/^\d{9,10}$/.test(trimmed)) return Number(trimmed) * 1000
  const match = /^(\d{4})(\d{2})(\d{2})(-| +)(\d{2}):(\d{2}):(\d{2})(?: (.+))?$/.exec(trimmed)
  if (match === null) return undefined
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hours, minutes, seconds] = [Number(match[5]), Number(match[6]), Number(match[7])]
  const ofDay = ((hours * 60 + minutes) * 60 + seconds) * 1000
  const wall = daysFromCivil(year, month, day) * DAY_MS + ofDay
  const isUtc = match[4] === '-' && match[8] === undefined
  return isUtc ? wall : instantIn(match[8] ?? zoneless, wall)
}

/** Reads the day of a daily bar, `20240131`. */
export function readWireDate(text: string): IsoDate | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text.trim())
  return match === null ? undefined : `${match[1]}-${match[2]}-${match[3]}`
}

/**
 * An instant for TWS to read, in UTC, whole seconds.
 *
 * @example
 * wireTimeOf(1706711400000) // => '20240131-14:30:00'
 */
export function wireTimeOf(at: EpochMs): string {
  const time = isoInstantOf(Math.floor(at / 1000) * 1000).slice(11, 19)
  return `${isoDateOf(at).replaceAll('-', '')}-${time}`
}

/**
 * The zone of TWS's login, from its greeting `20250323 22:21:01 Greenwich Mean Time`.
 *
 * @returns `UTC` where it names none that we know
 */
export function zoneOfGreeting(connectedAt: string): string {
  const zone = /^\d{8} +\d{2}:\d{2}:\d{2} (.+)$/.exec(connectedAt.trim())?.[1]
  return zone !== undefined && formatterFor(zone) !== undefined ? zone : 'UTC'
}

/** TWS's names for zones that the time zone database does not have, or has with another meaning. */
const ZONE_NAMES: Readonly<Record<string, string>> = {
  EST: 'America/New_York', // TWS means New York's wall clock, summer time included
  'Eastern Standard Time': 'America/New_York',
  'Eastern Daylight Time': 'America/New_York',
  'Central Standard Time': 'America/Chicago',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Greenwich Mean Time': 'UTC',
  'British Summer Time': 'Europe/London',
  'Central European Standard Time': 'Europe/Berlin',
  'Central European Summer Time': 'Europe/Berlin',
  'Coordinated Universal Time': 'UTC',
  'China Standard Time': 'Asia/Shanghai',
  'Hong Kong Time': 'Asia/Hong_Kong',
  'Hong Kong Standard Time': 'Asia/Hong_Kong',
  'Japan Standard Time': 'Asia/Tokyo',
  'Singapore Standard Time': 'Asia/Singapore',
  'India Standard Time': 'Asia/Kolkata',
  'Australian Eastern Standard Time': 'Australia/Sydney',
}

const formatters = new Map<string, Intl.DateTimeFormat | undefined>()

function formatterFor(zone: string): Intl.DateTimeFormat | undefined {
  if (!formatters.has(zone)) formatters.set(zone, newFormatter(ZONE_NAMES[zone] ?? zone))
  return formatters.get(zone)
}

function newFormatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  } catch {
    return undefined // no zone of that name
  }
}

/**
 * The instant at which the zone's clocks show `wall`. A time that they show twice is taken as the
 * second, one that they skip is moved on.
 */
function instantIn(zone: string, wall: number): EpochMs | undefined {
  const formatter = formatterFor(zone)
  if (formatter === undefined) return undefined
  const guess = wall - offsetAt(formatter, wall)
  return wall - offsetAt(formatter, guess)
}

/** Wall time minus UTC at an instant, ms; from `GMT-05:00`, `GMT`. */
function offsetAt(formatter: Intl.DateTimeFormat, at: EpochMs): number {
  const name = formatter.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const match = /^GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name)
  if (match === null) return 0
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0)
  return (match[1] === '-' ? -seconds : seconds) * 1000
}
