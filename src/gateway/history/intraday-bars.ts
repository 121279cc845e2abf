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
import type { BarPrice, Exchange, VenueBar } from '#exchange/exchange.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
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

/** A stretch is looked at from the boundary before it: bars are whole but for the first and the last of a session. */
function barsOnClock(
  venue: Exchange,
  { instrument, outsideRegularHours }: HistoryQuery,
  seconds: number,
  { date, opensAt, from, to }: Stretch,
  price: BarPrice,
): readonly VenueBar[] {
  const midnight = newYorkInstant(date, 0)
  const size = seconds * SECOND_MS
  const binOf = (at: EpochMs) => Math.floor((at - midnight) / size)
  const begin = Math.max(opensAt, midnight + binOf(from) * size)
  // The venue counts a bar from the opening, so that its bars must divide ours and the way to the opening.
  const step = divisor(size, Math.abs(opensAt - midnight)) / SECOND_MS
  const bars = venue.bars(instrument.id, { seconds: step, from: begin, to, price, outsideRegularHours }) // prettier-ignore
  return step === seconds ? bars : [...Map.groupBy(bars, ({ at }) => binOf(at)).values()].map(joined) // prettier-ignore
}

/** The largest that divides both (Euclid). */
const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

function joined(bars: readonly VenueBar[]): VenueBar {
  return bars.reduce((whole, bar) => ({
    ...whole,
    high: Math.max(whole.high, bar.high),
    low: Math.min(whole.low, bar.low),
    close: bar.close,
    volume: whole.volume + bar.volume,
    ...joinedPrints(whole, bar),
  }))
}

/** Averages weigh by volume, prints add up; where one bar does not know, the two do not. */
function joinedPrints(a: VenueBar, b: VenueBar): Pick<VenueBar, 'vwap' | 'trades'> {
  const volume = a.volume + b.volume
  if (a.vwap === undefined || b.vwap === undefined || volume === 0) return {}
  const trades = (a.trades ?? 0) + (b.trades ?? 0)
  return { vwap: (a.vwap * a.volume + b.vwap * b.volume) / volume, trades }
}
