/**
 * One name's daily closes over the last sessions, holes filled with the price that stood: what price features are
 * measured on. Only sessions that had closed by the planning date are in it.
 */
import { newYorkDate, previousTradingDay, sessionOn } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'

/** Sessions of a year, and of a month. */
export const [YEAR, MONTH] = [252, 21]

export interface PriceHistory {
  /** Close of each session, the latest last; NaN before the first bar, [sessions]. */
  readonly closes: Float64Array
  /** Price × volume of each session; 0 without a bar. */
  readonly dollarVolume: Float64Array
  /** Sessions since the last bar, ≥ 0; ∞ without one. */
  readonly staleDays: number
}

/**
 * The dates of the last sessions of US equities that had closed.
 *
 * @returns oldest first, [count]
 */
export function closedSessions(asOf: EpochMs, count: number): readonly IsoDate[] {
  const today = newYorkDate(asOf)
  const session = sessionOn(today, 'us-equity')
  let date = session !== undefined && session.closesAt <= asOf ? today : previousTradingDay(today)
  const dates = [date]
  while (dates.length < count) {
    date = previousTradingDay(date)
    dates.push(date)
  }
  return dates.slice(0, count).toReversed()
}

/**
 * @param bars - oldest first; those without a price are passed over
 * @param sessions - oldest first
 */
export function priceHistory(
  bars: readonly PriceBar[],
  sessions: readonly IsoDate[],
): PriceHistory {
  const closes = new Float64Array(sessions.length).fill(Number.NaN)
  const dollarVolume = new Float64Array(sessions.length)
  let [next, lastSeen, close] = [0, Number.NEGATIVE_INFINITY, Number.NaN]
  for (const [t, date] of sessions.entries()) {
    for (let bar = bars[next]; bar !== undefined && bar.date <= date; bar = bars[++next]) {
      if (!(bar.close > 0 && Number.isFinite(bar.close))) continue
      close = bar.close
      if (bar.date !== date) continue
      lastSeen = t
      dollarVolume[t] = bar.volume > 0 ? bar.close * bar.volume : 0
    }
    closes[t] = close
  }
  return { closes, dollarVolume, staleDays: sessions.length - 1 - lastSeen }
}

/** Simple returns from session to session; NaN where a price is missing, [sessions − 1]. */
export function returnsOf({ closes }: PriceHistory): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, closes.length - 1) },
    (_, t) => closes[t + 1]! / closes[t]! - 1,
  )
}
