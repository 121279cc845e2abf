/**
 * When the market maker quotes anew: at the open, then after gaps of 250 to 1000 ms, at the close; outside
 * regular hours eight times as seldom. A busier or quieter market is the same in a shorter or longer time.
 *
 * A function of (key, time, pace) alone: time is cut into slots, usually of 625 ms, from the open, and each slot's
 * quote falls at a hashed place in its first three fifths. So whoever asks, at whatever steps, sees the same quotes.
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

/** How often a market is quoted. */
export interface QuotePace {
  readonly regular: Pace
  readonly extended: Pace
}

/** Of a quote a name every so many milliseconds on average, > 0. */
export function quotePace(everyMs = 625): QuotePace {
  const slotMs = Math.max(5, Math.round(everyMs))
  const placesMs = Math.floor((slotMs * 3) / 5)
  return {
    regular: { slotMs, placesMs },
    extended: { slotMs: 8 * slotMs, placesMs: 8 * placesMs },
  }
}

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
export function quoteTimeAt(
  of: Timed,
  key: RandomKey,
  hours: VenueHours,
  now: EpochMs,
  pace: QuotePace,
): QuoteTime {
  const session = hours.regular(of, now)
  if (now >= session.opensAt) return numbered(lastIn(session, key, now, pace.regular), 'regular', pace) // prettier-ignore
  const extended = hours.tradable(of, now, true)
  if (now < extended.opensAt) return numbered(lastOfDay(of, hours, extended), 'closed', pace)
  const ends = Math.min(session.opensAt, extended.closesAt)
  const on = quiet(extended, session, hours, of, ends)
  return numbered(lastIn(on, key, now, pace.extended), 'extended', pace)
}

/** When the quote after the one at `now` is made. */
export function nextQuoteAfter(
  of: Timed,
  key: RandomKey,
  hours: VenueHours,
  now: EpochMs,
  pace: QuotePace,
): EpochMs {
  const session = hours.regular(of, now)
  if (now >= session.opensAt) return nextIn(session, key, now, pace.regular)
  const extended = hours.tradable(of, now, true)
  if (now < extended.opensAt) return Math.min(extended.opensAt, session.opensAt)
  const ends = Math.min(session.opensAt, extended.closesAt)
  return nextIn(quiet(extended, session, hours, of, ends), key, now, pace.extended)
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

type Standing = Pick<QuoteTime, 'at' | 'standsUntil'>

const numbered = (of: Standing, phase: Phase, { regular }: QuotePace): QuoteTime => ({
  at: of.at,
  tick: Math.floor(of.at / regular.slotMs),
  phase,
  standsUntil: of.standsUntil,
})

function lastIn(session: TradingSession, key: RandomKey, now: EpochMs, pace: Pace): Standing {
  const slot = Math.floor((now - session.opensAt) / pace.slotMs)
  const here = inSlot(session, key, slot, pace)
  const at = here <= now ? here : inSlot(session, key, slot - 1, pace)
  const next = here <= now ? session.opensAt + (slot + 1) * pace.slotMs : here
  return { at, standsUntil: Math.min(next, session.closesAt) }
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
function lastOfDay(of: Timed, hours: VenueHours, next: TradingSession): Standing {
  const { closesAt: at } = hours.before(of, next.date, true)
  return { at, standsUntil: next.opensAt }
}
