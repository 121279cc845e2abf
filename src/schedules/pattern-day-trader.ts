/**
 * The pattern-day-trader rule: who trades in and out within a day too often must have the equity for it.
 *
 * A day trade is an opening and a closing trade of one security on one day in a margin account; what was held
 * overnight and is sold before anything is bought is none, and one opening that is closed in parts is one.
 * Four or more of them in five business days, being more than 6 % of the account's trades of these days, make a
 * pattern day trader, who must have 25,000 of equity. Brokers do not wait for the fourth: below 25,000 they
 * open nothing new once three were made.
 *
 * Sources: FINRA Rule 4210(f)(8)(B)(i), (ii), (iv); IBKR Knowledge Base, article 193. FINRA retired the rule on
 * 2026-06-04 for an intraday margin standard (Regulatory Notice 26-10): it binds no trade from then on.
 */
import { money, type Currency, type Money } from '#model/fixed.ts'
import type { IsoDate } from '#model/time.ts'

export const PATTERN_DAY_TRADER = {
  /** Business days that are looked at, today included. */
  window: 5,
  dayTrades: 4,
  /** Of all trades of the window, a fraction in hundredths. */
  morePercentThan: 6,
  leastEquity: money('25000', 'USD'),
  /** The first day the rule held, and the first it no longer did. */
  since: '2001-09-28',
  until: '2026-06-04',
} as const

/** One business day's count. */
export interface TradingDayCount {
  readonly date: IsoDate
  readonly dayTrades: number
  /** Trades of all kinds. */
  readonly trades: number
}

/** Whether the rule binds on a day. */
export const ruleHolds = (date: IsoDate): boolean =>
  date >= PATTERN_DAY_TRADER.since && date < PATTERN_DAY_TRADER.until

/** @param days - the last five business days or fewer */
export function isPatternDayTrader(days: readonly TradingDayCount[]): boolean {
  const { dayTrades, morePercentThan } = PATTERN_DAY_TRADER
  const [made, trades] = totals(days)
  return made >= dayTrades && made * 100 > trades * morePercentThan
}

/**
 * Day trades that an account may still make; Infinity with the equity for it, as the broker's −1 means.
 *
 * @param equity - net liquidation in dollars at the close before
 */
export function dayTradesLeft(
  days: readonly TradingDayCount[],
  equity: Money<Currency>,
  date: IsoDate,
): number {
  if (!ruleHolds(date) || equity >= PATTERN_DAY_TRADER.leastEquity) return Infinity
  return Math.max(0, PATTERN_DAY_TRADER.dayTrades - 1 - totals(days)[0])
}

const totals = (days: readonly TradingDayCount[]): readonly [number, number] => [
  days.reduce((sum, { dayTrades }) => sum + dayTrades, 0),
  days.reduce((sum, { trades }) => sum + trades, 0),
]
