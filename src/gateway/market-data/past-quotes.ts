/** Level 1 as a feed shows it: now, some minutes ago, or at the end of the session. */
import type { Feed } from '#gateway/market-data/feed.ts'
import { marketClosedAt } from '#gateway/market-data/trading-day.ts'
import type { FactSources } from '#gateway/market-data/venue-facts.ts'
import type { VenueQuote } from '#exchange/exchange.ts'

/** The last moment of a session is before its close. */
const BEFORE_CLOSE_MS = 1

/** @returns undefined for what has no quote at all */
export function quoteOf(
  { venue, delayMs }: FactSources,
  { listed, time }: Feed,
): VenueQuote | undefined {
  // prettier-ignore
  if (time === 'live') return venue.quote(listed.id)
  const then = time === 'frozen' ? venue.now : venue.now - delayMs
  if (time === 'delayed') return venue.quote(listed.id, then)
  const closedAt = marketClosedAt(venue, listed, venue.now)
  return venue.quote(listed.id, closedAt === undefined ? then : Math.min(then, closedAt - BEFORE_CLOSE_MS)) // prettier-ignore
}
