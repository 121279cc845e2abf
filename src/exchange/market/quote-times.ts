/**
 * When the market maker quotes anew: at the open, then after gaps of 250 to 1000 ms, at the close.
 *
 * A function of (key, time) alone: time is cut into slots of 625 ms from the open, and each slot's
 * quote falls at a hashed place in its first 375 ms. So whoever asks, at whatever steps, sees the same quotes.
 * IBKR samples level 1 at 250 ms for stocks.
 */
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { previousTradingDay, sessionOn, type TradingSession } from '#marketdata/calendar.ts'
import { uniformAt, type RandomKey } from '#numerics/random.ts'
import type { Phase, VenueHours } from '#exchange/venue-hours.ts'

const SLOT_MS = 625
const PLACES_MS = 375

export interface QuoteTime {
  /** When the quote that stands was made. */
  readonly at: EpochMs
  /** Its number; another number, another quote. */
  readonly tick: number
  readonly phase: Phase
}

/** The quote that stands at `now`. */
export function quoteTimeAt(
  of: Pick<Instrument, 'assetClass'>,
  key: RandomKey,
  hours: VenueHours,
  now: EpochMs,
): QuoteTime {
  const session = hours.regular(of, now)
  if (now >= session.opensAt) return { ...lastIn(session, key, now), phase: 'regular' }
  const extended = hours.tradable(of, now, true)
  const phase = now >= extended.opensAt ? 'extended' : 'closed'
  const since =
    phase === 'extended' && extended.date === session.date ? extended.opensAt : undefined
  const at = since ?? lastClose(of, hours, session)
  return { at, tick: Math.floor(at / SLOT_MS), phase }
}

/** When the quote after the one at `now` is made. */
export function nextQuoteAfter(
  of: Pick<Instrument, 'assetClass'>,
  key: RandomKey,
  hours: VenueHours,
  now: EpochMs,
): EpochMs {
  const session = hours.regular(of, now)
  if (now < session.opensAt) {
    const extended = hours.tradable(of, now, true)
    if (now < extended.opensAt) return Math.min(extended.opensAt, session.opensAt)
    if (extended.date === session.date) return session.opensAt
    return hours.tradable(of, extended.closesAt, true).opensAt
  }
  const slot = Math.floor((now - session.opensAt) / SLOT_MS)
  const here = inSlot(session, key, slot)
  const next = here > now ? here : inSlot(session, key, slot + 1)
  return Math.min(next, session.closesAt)
}

function lastIn(
  session: TradingSession,
  key: RandomKey,
  now: EpochMs,
): { readonly at: EpochMs; readonly tick: number } {
  const slot = Math.floor((now - session.opensAt) / SLOT_MS)
  const here = inSlot(session, key, slot)
  const at = here <= now ? here : inSlot(session, key, slot - 1)
  return { at, tick: Math.floor(at / SLOT_MS) }
}

/** The quote of slot 0 is made at the open itself. */
function inSlot({ opensAt }: TradingSession, key: RandomKey, slot: number): EpochMs {
  if (slot <= 0) return opensAt
  const start = opensAt + slot * SLOT_MS
  return start + Math.floor(PLACES_MS * uniformAt(key, start))
}

function lastClose(
  of: Pick<Instrument, 'assetClass'>,
  hours: VenueHours,
  next: TradingSession,
): EpochMs {
  return sessionOn(previousTradingDay(next.date), hours.kind(of))?.closesAt ?? next.opensAt
}
