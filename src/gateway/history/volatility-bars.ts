/**
 * Bars of what is no price: historical volatility, implied volatility, the fee for borrowing.
 *
 * Historical volatility is the standard deviation of the last 30 sessions' log returns, dividends reinvested, a year
 * having 252 (J. Hull, "Options, Futures, and Other Derivatives", 15.4). A day's bar runs from the day before's
 * value to its own.
 */
import { byPeriod, lastCompletedDate, type Period } from '#gateway/history/daily-bars.ts'
import type { HistoryQuery } from '#gateway/history/bars.ts'
import { sessionsWithin } from '#gateway/history/trading-time.ts'
import { quoteBar } from '#gateway/history/wire-bars.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import { compactDate } from '#gateway/venue-time.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'

const RETURNS = 30
const SESSIONS_A_YEAR = 252
const PERCENT = 100
const MINUTES_A_DAY = 1_440

interface Value {
  readonly date: IsoDate
  readonly at: EpochMs
  readonly value: number
}

/** @returns oldest first; none where the venue does not know */
export function volatilityBars(
  venue: Exchange,
  query: HistoryQuery,
  period: Period,
): readonly WireBar[] {
  // prettier-ignore
  const last = lastCompletedDate(venue, query)
  if (last === undefined) return []
  const evening = newYorkInstant(last, MINUTES_A_DAY - 1)
  const sessions = sessionsWithin(venue, query.instrument.id, evening, query.duration, false)
  const first = sessions[0]?.date ?? last
  const values = valuesOf(venue, query, sessions.length)
  const bars = values.map((now, i) => barBetween(values[i - 1] ?? now, now))
  return byPeriod(bars.filter(({ date }) => date >= first), period).map((bar) => quoteBar(compactDate(bar.date), bar)) // prettier-ignore
}

function valuesOf(venue: Exchange, query: HistoryQuery, count: number): readonly Value[] {
  if (query.show === 'HISTORICAL_VOLATILITY') return historicalVolatilities(venue, query, count)
  const days = completedDays(venue, query, count)
  if (query.show === 'OPTION_IMPLIED_VOLATILITY')
    return days.flatMap(({ date, at }) => {
      const value = venue.figures(query.instrument.id, venue.sessionAt(query.instrument.id, at).closesAt - 1)?.impliedVolatility // prettier-ignore
      return value === undefined ? [] : [{ date, at, value }]
    })
  const { instrument } = query
  if (instrument.assetClass !== 'STK') return []
  return days.map(({ date, at }) => ({ date, at, value: instrument.borrowRate * PERCENT }))
}

function completedDays(venue: Exchange, query: HistoryQuery, count: number): readonly PriceBar[] {
  const last = lastCompletedDate(venue, query)
  return last === undefined ? [] : venue.dailyBars(query.instrument.id, count, last, 'total-return')
}

function historicalVolatilities(
  venue: Exchange,
  query: HistoryQuery,
  count: number,
): readonly Value[] {
  // prettier-ignore
  const bars = completedDays(venue, query, count + RETURNS + 1)
  const returns = bars.slice(1).map((bar, i) => Math.log(bar.close / (bars[i]?.close ?? bar.close)))
  return bars.slice(RETURNS).map(({ date, at }, i) => ({
    date,
    at,
    value: deviation(returns.slice(i, i + RETURNS)) * Math.sqrt(SESSIONS_A_YEAR),
  }))
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0)
  return Math.sqrt(squares / (values.length - 1))
}

function barBetween(before: Value, { date, at, value }: Value): PriceBar {
  const [open, close] = [rounded(before.value), rounded(value)]
  return { date, at, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 0 } // prettier-ignore
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
