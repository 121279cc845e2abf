/** When an instrument trades, as market data needs to know it. */
import { sessionsBefore } from '#gateway/contracts/sessions.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { DAY_MS, type EpochMs } from '#model/time.ts'

/** Longer than any session and the night before it. */
const LOOK_BACK_MS = 5 * DAY_MS

/**
 * Since when the market is closed: the end of the last session, hours outside the regular ones included.
 *
 * @returns undefined while it trades
 */
export function marketClosedAt(venue: Exchange, of: Listed, at: EpochMs): EpochMs | undefined {
  const sessions = venue.schedule(of.id, at - LOOK_BACK_MS, at + 1, true)
  const last = sessions.at(-1)
  if (last !== undefined) return at < last.closesAt ? undefined : last.closesAt
  return isRegularAt(venue, of, at) ? undefined : lastRegularClose(venue, of, at)
}

/** Whether the regular session is on. */
export const isRegularAt = (venue: Exchange, of: Listed, at: EpochMs): boolean =>
  at >= venue.sessionAt(of.id, at).opensAt

function lastRegularClose(venue: Exchange, of: Listed, at: EpochMs): EpochMs | undefined {
  for (const { closesAt } of sessionsBefore(venue, of.id, at)) if (closesAt <= at) return closesAt
  return undefined
}
