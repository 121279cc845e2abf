/** The venue's sessions by date, and backwards, which its own port does not offer. */
import type { Exchange, VenueSession } from '#exchange/exchange.ts'
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, HOUR_MS, dayNumberOf, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'

/** The session of a date; undefined when there is none. */
export function sessionOf(
  venue: Exchange,
  instrument: InstrumentId,
  date: IsoDate,
): VenueSession | undefined {
  // Seen from early that day in New York, the next session is that date's, or there is none.
  for (const hour of [6, 17]) {
    const session = venue.sessionAt(instrument, (dayNumberOf(date) ?? 0) * DAY_MS + hour * HOUR_MS)
    if (session.date === date) return session
  }
  return undefined
}

/** How far back a session is looked for: longer than any closure of an exchange. */
const LONGEST_CLOSURE_DAYS = 30

/** Sessions that begin before `end`, the latest first, until the venue has none for a month. */
export function* sessionsBefore(
  venue: Exchange,
  instrument: InstrumentId,
  end: EpochMs,
): Generator<VenueSession> {
  let gap = 0
  for (let day = Math.floor(end / DAY_MS) + 1; gap < LONGEST_CLOSURE_DAYS; day -= 1) {
    const session = sessionOf(venue, instrument, isoDateOf(day * DAY_MS))
    gap = session === undefined ? gap + 1 : 0
    if (session !== undefined && session.opensAt < end) yield session
  }
}
