/**
 * What only the record knows about today and before: where the day started, where the last one
 * ended, the peak, and how much was traded. From net asset values in whole snapshots and our fills.
 *
 * The day is the broker's, New York's. The offset is standard time's the year round: in summer the
 * day turns at 01:00 there, when nothing trades.
 */
import { greater, magnitude, minus, money, plus, type Currency, type Money } from '#model/fixed.ts'
import { HOUR_MS, isoDateOf, type EpochMs, type IsoDate } from '#model/time.ts'
import type { TradingDay } from '#engine/state.ts'

/** The broker's day that an instant falls on. */
export const brokerDateOf = (at: EpochMs): IsoDate => isoDateOf(at - 5 * HOUR_MS)

/** The day after a net asset value was reported. A new day starts where the last value of the old one was. */
export function dayWith(
  day: TradingDay | undefined,
  nav: Money<Currency>,
  at: EpochMs,
): TradingDay {
  const date = brokerDateOf(at)
  if (day !== undefined && day.date === date)
    return { ...day, lastNav: nav, peakNav: greater(day.peakNav, nav) }
  return {
    date,
    startNav: nav,
    previousCloseNav: day?.lastNav ?? nav,
    lastNav: nav,
    peakNav: greater(day?.peakNav ?? nav, nav),
    traded: ZERO,
  }
}

/**
 * Counts a trade of today; a correction takes back what it replaces.
 *
 * @param before - value of what is replaced, base currency, either sign; undefined for a new trade
 * @param after - value of the trade as it stands
 */
export function countTraded(
  day: TradingDay,
  before: Money<Currency> | undefined,
  after: Money<Currency>,
): void {
  day.traded = plus(minus(day.traded, magnitude(before ?? ZERO)), magnitude(after))
}

const ZERO: Money<Currency> = money('0', 'USD')
