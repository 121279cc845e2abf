/**
 * Bars of days, weeks and months.
 *
 * They are the market's own, adjusted for splits (TRADES) or for dividends too (ADJUSTED_LAST); while a session runs
 * its bar so far comes last, as from IBKR. Midpoint, bid and ask are the trades moved by half the spread
 * quoted now, as the venue keeps no day of quotes; they have no volume.
 */
import { sessionsBefore } from '#gateway/contracts/sessions.ts'
import type { HistoryQuery } from '#gateway/history/bars.ts'
import { firstDate } from '#gateway/history/trading-time.ts'
import { bidAskBar, quoteBar, tradeBar } from '#gateway/history/wire-bars.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import { compactDate } from '#gateway/venue-time.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import { roundTo } from '#model/fixed.ts'
import { dayNumberOf, weekdayOf, type IsoDate } from '#model/time.ts'

export type Period = 'day' | 'week' | 'month'

/** @returns oldest first */
export function longBars(venue: Exchange, query: HistoryQuery, period: Period): readonly WireBar[] {
  return byPeriod(dailyBars(venue, query), period).map((bar) => shown(venue, query, bar))
}

/** The days that a request reaches over, today so far included where it reaches to now. */
export function dailyBars(venue: Exchange, query: HistoryQuery): readonly PriceBar[] {
  const { instrument, end, duration } = query
  const today = unfinishedBar(venue, query)
  const last = lastCompletedDate(venue, query)
  if (last === undefined) return today
  const adjusted = query.show === 'ADJUSTED_LAST' ? 'total-return' : 'splits'
  const first = firstDate(newYorkDate(end), duration)
  const wanted = duration.unit === 'D' ? duration.count - today.length : weekdays(first, last)
  if (wanted <= 0) return today
  const completed = venue
    .dailyBars(instrument.id, wanted, last, adjusted)
    .filter(({ date }) => duration.unit === 'D' || date > first)
  return [...completed, ...today]
}

/** The day of the latest session that is over at `end` and now. */
export function lastCompletedDate(
  venue: Exchange,
  { instrument, end }: Pick<HistoryQuery, 'instrument' | 'end'>,
): IsoDate | undefined {
  const until = Math.min(end, venue.now)
  for (const session of sessionsBefore(venue, instrument.id, until))
    if (session.closesAt <= until) return session.date
  return undefined
}

/** The running session's bar so far, when the request reaches to now. */
function unfinishedBar(venue: Exchange, { instrument, end }: HistoryQuery): PriceBar[] {
  if (end < venue.now) return []
  const session = venue.sessionAt(instrument.id, venue.now)
  if (venue.now < session.opensAt) return []
  const quote = venue.quote(instrument.id)
  const { open, high, low, last } = quote ?? {}
  if (quote === undefined || open === undefined || last === undefined) return []
  return [
    {
      date: session.date,
      at: session.opensAt,
      open: toNumber(open),
      high: toNumber(high ?? last),
      low: toNumber(low ?? last),
      close: toNumber(last),
      volume: toNumber(quote.volume),
    },
  ]
}

/** No fewer than the sessions between two days. */
function weekdays(first: IsoDate, last: IsoDate): number {
  const days = (dayNumberOf(last) ?? 0) - (dayNumberOf(first) ?? 0)
  return Math.max(0, Math.ceil((days * 5) / 7) + 5)
}

/** What makes two days fall into one bar. */
const PERIOD_OF: Readonly<Record<Period, (date: IsoDate) => string>> = {
  day: (date) => date,
  week: (date) => {
    const day = dayNumberOf(date) ?? 0
    return String(day - weekdayOf(day))
  },
  month: (date) => date.slice(0, 7),
}

/** IBKR dates a week's or month's bar by its last session. */
export function byPeriod(bars: readonly PriceBar[], period: Period): readonly PriceBar[] {
  const groups = Map.groupBy(bars, ({ date }) => PERIOD_OF[period](date))
  return [...groups.values()].map((group) =>
    group.reduce((whole, bar) => ({
      date: bar.date,
      at: whole.at,
      open: whole.open,
      high: Math.max(whole.high, bar.high),
      low: Math.min(whole.low, bar.low),
      close: bar.close,
      volume: whole.volume + bar.volume,
    })),
  )
}

function shown(venue: Exchange, { show, instrument }: HistoryQuery, bar: PriceBar): WireBar {
  const date = compactDate(bar.date)
  if (show !== 'MIDPOINT' && show !== 'BID' && show !== 'ASK' && show !== 'BID_ASK')
    return tradeBar(date, bar)
  const half = halfSpread(venue, instrument)
  const moved = (by: number): PriceBar => ({
    ...bar,
    open: snapped(bar.open + by, instrument),
    high: snapped(bar.high + by, instrument),
    low: snapped(bar.low + by, instrument),
    close: snapped(bar.close + by, instrument),
  })
  if (show === 'BID_ASK') return bidAskBar(date, moved(-half), moved(half))
  return quoteBar(date, moved(show === 'BID' ? -half : show === 'ASK' ? half : 0))
}

function halfSpread(venue: Exchange, { id, priceIncrements }: Listed): number {
  const { bid, ask } = venue.quote(id) ?? {}
  if (bid !== undefined && ask !== undefined) return (toNumber(ask) - toNumber(bid)) / 2
  return toNumber(incrementAt(bid ?? ask ?? priceFrom(1), priceIncrements)) / 2
}

/** A midpoint may lie between two increments: half of one is the unit here. */
function snapped(price: number, { priceIncrements }: Listed): number {
  const raw = priceFrom(price)
  return toNumber(roundTo(raw, incrementAt(raw, priceIncrements) / 2n, 'half-even'))
}
