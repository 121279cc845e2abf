/** When a listing ends: the last instant at which an option or a future trades. */
import type { EpochMs } from '#model/time.ts'
import { closesEarly, newYorkInstant } from '#marketdata/calendar.ts'
import type { Listed } from '#exchange/listing.ts'
import { futureEndsAt } from '#exchange/market/futures-cycle.ts'

/** New York minutes of the stock market's close, at which options stop trading on their last day. */
const CLOSE = 960
const EARLY_CLOSE = 780

/** @returns undefined for what does not end */
export function lastTradeAt(of: Listed): EpochMs | undefined {
  if (of.assetClass === 'FUT') return futureEndsAt(of)
  if (of.assetClass !== 'OPT') return undefined
  return newYorkInstant(of.expiry, closesEarly(of.expiry) ? EARLY_CLOSE : CLOSE)
}

/** Whether a listing has ended; from that instant on it is not traded, and its holders are settled. */
export function isExpired(of: Listed, now: EpochMs): boolean {
  const end = lastTradeAt(of)
  return end !== undefined && now >= end
}
