/** Instants as the wire writes and reads them. Ours are written in New York's time, `US/Eastern`. */
import { VENUE_ZONE } from '#gateway/contracts/listing.ts'
import { FeedError } from '#feeds/feed.ts'
import { zoneClock } from '#feeds/files/intraday/zone-clock.ts'
import { newYorkInstant, newYorkWallTime } from '#marketdata/calendar.ts'
import {
  DAY_MS,
  MINUTE_MS,
  SECOND_MS,
  dayNumberOf,
  isoInstantOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'

/** `20180205` */
export const compactDate = (date: IsoDate): string => date.replaceAll('-', '')

/** `20180205 09:30:00 US/Eastern` */
export function wireTime(at: EpochMs): string {
  const [date = '', clock = ''] = newYorkWallTime(at).split(' ')
  return `${compactDate(date)} ${clock} ${VENUE_ZONE}`
}

/** `20180205`: the venue's day. */
export const wireDate = (at: EpochMs): string => compactDate(newYorkWallTime(at).slice(0, 10))

/** `15:30`, as account updates are dated. */
export const wireClock = (at: EpochMs): string => newYorkWallTime(at).slice(11, 16)

/** `20180205:0930`, as trading hours are listed. */
export function wireMinute(at: EpochMs): string {
  const wall = newYorkWallTime(at)
  return `${compactDate(wall.slice(0, 10))}:${wall.slice(11, 13)}${wall.slice(14, 16)}`
}

/** `20180205-14:30:00`, IBKR's way to write UTC. */
export function wireUtc(at: EpochMs): string {
  const iso = isoInstantOf(at)
  return `${compactDate(iso.slice(0, 10))}-${iso.slice(11, 19)}`
}

/**
 * Reads a time as clients write it: `20180205 16:00:00 US/Eastern`, `20180205 16:00:00` (venue's
 * zone), `20180205-21:00:00` (UTC), `20180205` (its midnight).
 *
 * @returns undefined for anything else and for a zone this machine does not know
 */
export function parseWireTime(text: string): EpochMs | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:([ -]) ?(\d{2}):(\d{2})(?::(\d{2}))?)?(?: (\S.*))?$/.exec(
    text.trim(),
  )
  if (match === null) return undefined
  const [, year, month, day, separator, hours = '0', minutes = '0', seconds = '0', zone] = match
  const date = `${year}-${month}-${day}`
  const dayNumber = dayNumberOf(date)
  if (dayNumber === undefined) return undefined
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const ofDay = Number(hours) * 60 + Number(minutes)
  const wall = dayNumber * DAY_MS + ofDay * MINUTE_MS + Number(seconds) * SECOND_MS
  if (separator === '-') return zone === undefined ? wall : undefined
  if (zone === undefined || NEW_YORK.has(zone))
    return newYorkInstant(date, ofDay) + Number(seconds) * SECOND_MS
  return UTC.has(zone) ? wall : instantIn(zone, wall)
}

const NEW_YORK = new Set(['US/Eastern', 'America/New_York', 'EST', 'EST5EDT', 'EDT'])
const UTC = new Set(['UTC', 'GMT', 'Z', 'Etc/UTC', 'Greenwich Mean Time', 'Universal'])

/** The instant at which a zone's clocks show `wall`, by the same reading as of market files. */
function instantIn(zone: string, wall: EpochMs): EpochMs | undefined {
  try {
    return zoneClock(zone)(wall)
  } catch (cause) {
    if (cause instanceof FeedError) return undefined
    throw cause
  }
}
