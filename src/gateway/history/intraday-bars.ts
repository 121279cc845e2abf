/**
 * Bars within a day, of trades or of quotes, from the path that the quotes follow.
 *
 * Bars stand on the clock: an hour's bars begin at 09:30, 10:00, 11:00, as IBKR's do, the first of a session being
 * short where it does not begin on a boundary.
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { HistoryQuery } from '#gateway/history/bars.ts'
import type { WhatToShow } from '#gateway/history/history-query.ts'
import { stretchesWithin, type Stretch } from '#gateway/history/trading-time.ts'
import { bidAskBar, quoteBar, tradeBar } from '#gateway/history/wire-bars.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import { wireTime } from '#gateway/venue-time.ts'
import type { BarPrice, BarQuery, Exchange, VenueBar } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { toNumber } from '#model/border.ts'
import { err, ok, type Result } from '#model/result.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'

/** More than this in one answer IBKR does not send; stoqey needs seconds for a few thousand. */
const MOST_BARS = 20_000

const PRICE_OF: Readonly<Partial<Record<WhatToShow, BarPrice>>> = {
  TRADES: 'trades',
  ADJUSTED_LAST: 'trades',
  MIDPOINT: 'midpoint',
  BID: 'bid',
  ASK: 'ask',
}

/** @returns oldest first; or error 162 when they would be too many */
export function intradayBars(
  venue: Exchange,
  query: HistoryQuery,
  seconds: number,
): Result<readonly WireBar[], ErrorAnswer> {
  const { instrument, duration, outsideRegularHours } = query
  const end = Math.min(query.end, venue.now)
  const stretches = stretchesWithin(venue, instrument.id, end, duration, outsideRegularHours)
  const expected = stretches.reduce((sum, { from, to }) => sum + (to - from) / 1000 / seconds, 0)
  if (expected > MOST_BARS) return err(ERRORS.noHistory(`invalid step: ${seconds}`))
  const bars = stretches.flatMap((stretch) => barsOf(venue, query, seconds, stretch))
  return ok(bars)
}

function barsOf(
  venue: Exchange,
  query: HistoryQuery,
  seconds: number,
  stretch: Stretch,
): readonly WireBar[] {
  // prettier-ignore
  const dated = (bar: VenueBar) => query.epochDates ? String(Math.floor(bar.at / SECOND_MS)) : wireTime(bar.at) // prettier-ignore
  const made = (price: BarPrice) => barsOnClock(venue, query, seconds, stretch, price)
  if (query.show === 'BID_ASK') {
    const asks = new Map(made('ask').map((bar) => [bar.at, bar]))
    return made('bid').flatMap((bid) => {
      const ask = asks.get(bid.at)
      return ask === undefined ? [] : [bidAskBar(dated(bid), bid, ask)]
    })
  }
  const price = PRICE_OF[query.show] ?? 'trades'
  const wire = price === 'trades' ? tradeBar : quoteBar
  return made(price).map((bar) => wire(dated(bar), bar))
}

/** A stretch that begins between two boundaries has a short bar first. */
function barsOnClock(
  venue: Exchange,
  { instrument, outsideRegularHours }: HistoryQuery,
  seconds: number,
  { date, from, to }: Stretch,
  price: BarPrice,
): readonly VenueBar[] {
  const bars = (start: EpochMs, end: EpochMs) =>
    start >= end ? [] : madeBars(venue, instrument, { seconds, from: start, to: end, price, outsideRegularHours }) // prettier-ignore
  const midnight = newYorkInstant(date, 0)
  const size = seconds * SECOND_MS
  const boundary = midnight + Math.ceil((from - midnight) / size) * size
  return [...bars(from, Math.min(boundary, to)), ...bars(boundary, to)]
}

/** Until the venue makes bars of quotes: the path's, moved by half of today's spread. */
function madeBars(venue: Exchange, of: Listed, query: BarQuery): readonly VenueBar[] {
  const made = venue.bars(of.id, query)
  if (made.length > 0) return made
  const path = venue.intradayBars(of.id, query.seconds, query.from, query.to)
  const { bid, ask } = venue.quote(of.id) ?? {}
  if (bid === undefined || ask === undefined || query.price === 'trades') return path
  const half = ((toNumber(ask) - toNumber(bid)) / 2) * { bid: -1, ask: 1, midpoint: 0 }[query.price]
  return path.map((bar) => ({ ...bar, open: bar.open + half, high: bar.high + half, low: bar.low + half, close: bar.close + half })) // prettier-ignore
}
