/** Wall time of a zone, as market data files have it, to UTC. */
import { HOUR_MS, MINUTE_MS, type EpochMs } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'

/** Clocks change on a quarter of an hour, so within one the difference from UTC is the same. */
const QUARTER_MS = 15 * MINUTE_MS

/**
 * From wall time to UTC. A wall time that the clock repeats in autumn is read as the first of the two;
 * one that it skips in spring as if the clock had not changed yet.
 *
 * @param zone - IANA's name: `America/New_York`, `UTC`
 * @returns from milliseconds of wall time since 1970-01-01T00:00; NaN stays NaN
 * @throws FeedError `unreadable` for a zone that does not exist
 *
 * @example
 * zoneClock('America/New_York')(Date.UTC(2018, 1, 5, 9, 30)) // => 1517841000000
 */
export function zoneClock(zone: string): (wall: number) => EpochMs {
  if (zone === 'UTC') return (wall) => wall
  const offsetAt = offsets(zone)
  const known = new Map<number, number>()
  return (wall) => {
    if (Number.isNaN(wall)) return wall
    const quarter = Math.floor(wall / QUARTER_MS) * QUARTER_MS
    const offset = known.get(quarter) ?? offsetOfWall(quarter, offsetAt)
    known.set(quarter, offset)
    return wall - offset
  }
}

/** The greatest offset that agrees with itself: daylight saving time where both do. */
function offsetOfWall(wall: number, offsetAt: (at: EpochMs) => number): number {
  const [before, after] = [offsetAt(wall - 24 * HOUR_MS), offsetAt(wall + 24 * HOUR_MS)]
  const agreeing = [before, after].filter((offset) => offsetAt(wall - offset) === offset)
  return agreeing.length === 0 ? before : Math.max(...agreeing)
}

/** Wall time minus UTC at an instant, milliseconds. */
function offsets(zone: string): (at: EpochMs) => number {
  const format = formatOf(zone)
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) // prettier-ignore
    return wall - Math.floor(at / MINUTE_MS) * MINUTE_MS
  }
}

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  } catch (cause) {
    throw new FeedError('unreadable', `time zone: was "${zone}", expected a name such as America/New_York, Europe/London or UTC`, { cause }) // prettier-ignore
  }
}
