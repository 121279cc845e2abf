/**
 * When the market maker quotes anew: at the open, then after gaps of 250 to 1000 ms, at the close; outside
 * regular hours eight times as seldom.
 *
 * A function of (key, time) alone: time is cut into slots of 625 ms from the open, and each slot's
 * quote falls at a hashed place in its first 375 ms. So whoever asks, at whatever steps, sees the same quotes.
 * IBKR samples level 1 at 250 ms for stocks.
 */
import type { EpochMs } from '#model/time.ts'
import type { TradingSession } from '#marketdata/calendar.ts'
import { uniformAt, type RandomKey } from '#numerics/random.ts'
import type { Phase, Timed, VenueHours } from '#exchange/venue-hours.ts'

/** Length of a slot, and the part of it in which its quote may fall, ms. */
interface Pace {
  readonly slotMs: number
  readonly placesMs: number
}

const REGULAR: Pace = { slotMs: 625, placesMs: 375 }
const EXTENDED: Pace = { slotMs: 5_000, placesMs: 3_000 }

export interface QuoteTime {
  /** When the quote that stands was made. */
  readonly at: EpochMs
  /** Its number; another number, another quote. */
  readonly tick: number
  readonly phase: Phase
  /** It stands at least until then. */
  readonly standsUntil: EpochMs
}

/** The quote that stands at `now`. */
export function quoteTimeAt(of: Timed, key: RandomKey, hours: VenueHours, now: EpochMs): QuoteTime {
  const session = hours.regular(of, now)
  if (now >= session.opensAt) return lastIn(session, key, now, REGULAR, 'regular')
  const extended = hours.tradable(of, now, true)
  if (now < extended.opensAt) return lastOfDay(of, hours, extended)
  const ends = Math.min(session.opensAt, extended.closesAt)
  return lastIn(quiet(extended, session, hours, of, ends), key, now, EXTENDED, 'extended')
}

/** When the quote after the one at `now` is made. */
export function nextQuoteAfter(
  of: Timed,
  key: RandomKey,
  hours: VenueHours,
  now: EpochMs,
): EpochMs {
  const session = hours.regular(of, now)
  if (now >= session.opensAt) return nextIn(session, key, now, REGULAR)
  const extended = hours.tradable(of, now, true)
  if (now < extended.opensAt) return Math.min(extended.opensAt, session.opensAt)
  const ends = Math.min(session.opensAt, extended.closesAt)
  return nextIn(quiet(extended, session, hours, of, ends), key, now, EXTENDED)
}

/** The stretch outside regular hours that is on: before the open, or after the close. */
function quiet(
  extended: TradingSession,
  next: TradingSession,
  hours: VenueHours,
  of: Timed,
  closesAt: EpochMs,
): TradingSession {
  if (extended.date === next.date) return { ...extended, closesAt }
  return { ...extended, opensAt: hours.before(of, next.date, false).closesAt, closesAt }
}

function lastIn(
  session: TradingSession,
  key: RandomKey,
  now: EpochMs,
  pace: Pace,
  phase: Phase,
): QuoteTime {
  const slot = Math.floor((now - session.opensAt) / pace.slotMs)
  const here = inSlot(session, key, slot, pace)
  const at = here <= now ? here : inSlot(session, key, slot - 1, pace)
  const next = here <= now ? session.opensAt + (slot + 1) * pace.slotMs : here
  const standsUntil = Math.min(next, session.closesAt)
  return { at, tick: Math.floor(at / REGULAR.slotMs), phase, standsUntil }
}

function nextIn(session: TradingSession, key: RandomKey, now: EpochMs, pace: Pace): EpochMs {
  const slot = Math.floor((now - session.opensAt) / pace.slotMs)
  const here = inSlot(session, key, slot, pace)
  const next = here > now ? here : inSlot(session, key, slot + 1, pace)
  return Math.min(next, session.closesAt)
}

/** The quote of slot 0 is made at the open itself. */
function inSlot({ opensAt }: TradingSession, key: RandomKey, slot: number, pace: Pace): EpochMs {
  if (slot <= 0) return opensAt
  const start = opensAt + slot * pace.slotMs
  return start + Math.floor(pace.placesMs * uniformAt(key, start))
}

/** While all is closed the last quote of the day before stands. */
function lastOfDay(of: Timed, hours: VenueHours, next: TradingSession): QuoteTime {
  const { closesAt: at } = hours.before(of, next.date, true)
  return { at, tick: Math.floor(at / REGULAR.slotMs), phase: 'closed', standsUntil: next.opensAt }
}
