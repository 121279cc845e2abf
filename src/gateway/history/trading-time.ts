/** The sessions that a request for history reaches over. */
import { sessionsBefore } from '#gateway/contracts/sessions.ts'
import type { Duration } from '#gateway/history/history-query.ts'
import type { Exchange, VenueSession } from '#exchange/exchange.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { InstrumentId } from '#model/ids.ts'
import {
  DAY_MS,
  civilFromDays,
  dayNumberOf,
  daysFromCivil,
  isoDateOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'

/** A part of a session. */
export interface Stretch {
  readonly date: IsoDate
  /** Where the session begins. */
  readonly opensAt: EpochMs
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Past this, even the coarsest bars are too many. */
const MOST_SESSIONS = 20_000

/** The day that a calendar duration reaches back to; what is after it belongs. */
export function firstDate(end: IsoDate, { count, unit }: Duration): IsoDate {
  const days = dayNumberOf(end) ?? 0
  if (unit === 'S') return isoDateOf((days - Math.ceil((count * 1000) / DAY_MS)) * DAY_MS)
  if (unit === 'D' || unit === 'W') return isoDateOf((days - count * (unit === 'W' ? 7 : 1)) * DAY_MS) // prettier-ignore
  const { year, month, day } = civilFromDays(days)
  const months = year * 12 + (month - 1) - (unit === 'Y' ? 12 * count : count)
  return isoDateOf(daysFromCivil(Math.floor(months / 12), (months % 12) + 1, day) * DAY_MS)
}

/**
 * Sessions that begin before `end`, as far as a duration reaches, oldest first: counted for days, by the calendar
 * for weeks, months and years, and for seconds as many as hold so much trading time.
 */
export function sessionsWithin(
  venue: Exchange,
  id: InstrumentId,
  end: EpochMs,
  duration: Duration,
  outside: boolean,
): readonly VenueSession[] {
  const first = firstDate(newYorkDate(end), duration)
  let leftMs = duration.count * 1000
  const sessions: VenueSession[] = []
  for (const session of backwards(venue, id, end, outside)) {
    if (duration.unit === 'S' ? leftMs <= 0 : duration.unit === 'D' ? sessions.length >= duration.count : session.date <= first) break // prettier-ignore
    sessions.unshift(session)
    leftMs -= Math.min(session.closesAt, end) - session.opensAt
    if (sessions.length > MOST_SESSIONS) break
  }
  return sessions
}

/** The parts of those sessions that a duration covers; seconds are counted back from the end. */
export function stretchesWithin(
  venue: Exchange,
  id: InstrumentId,
  end: EpochMs,
  duration: Duration,
  outside: boolean,
): readonly Stretch[] {
  let leftMs = duration.unit === 'S' ? duration.count * 1000 : Infinity
  return sessionsWithin(venue, id, end, duration, outside)
    .toReversed()
    .map(({ date, opensAt, closesAt }) => {
      const to = Math.min(closesAt, end)
      const from = Math.max(opensAt, to - leftMs)
      leftMs -= to - from
      return { date, opensAt, from, to }
    })
    .toReversed()
}

const BLOCK_MS = 30 * DAY_MS

/** The latest first; with hours outside the regular ones where the class has them. */
function* backwards(
  venue: Exchange,
  id: InstrumentId,
  end: EpochMs,
  outside: boolean,
): Generator<VenueSession> {
  // prettier-ignore
  if (!outside) {
    yield* sessionsBefore(venue, id, end)
    return
  }
  for (let to = end; ; to -= BLOCK_MS) {
    const block = venue.schedule(id, to - BLOCK_MS, to, true)
    if (block.length === 0) return
    yield* block.toReversed()
  }
}
