/**
 * The bars that answer a request for history.
 *
 * Daily bars are the market's own, adjusted for splits (TRADES) or for dividends too
 * (ADJUSTED_LAST); while a session runs its bar so far comes last, as from IBKR. Intraday bars
 * follow the path that the quotes follow. Midpoint, bid and ask are the trades moved by half the
 * spread quoted now, as the venue keeps no quotes of the past; they have no volume.
 */
import { sessionsBefore } from '#gateway/contracts/sessions.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { BarSize, Duration, WhatToShow } from '#gateway/history/history-query.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import { compactDate, wireTime } from '#gateway/venue-time.ts'
import type { Exchange, VenueSession } from '#exchange/exchange.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import { roundTo } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import {
  DAY_MS,
  civilFromDays,
  dayNumberOf,
  daysFromCivil,
  isoDateOf,
  weekdayOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'

export interface HistoryQuery {
  readonly instrument: Instrument
  /** The end, not included; venue time at the latest. */
  readonly end: EpochMs
  readonly duration: Duration
  readonly size: BarSize
  readonly show: WhatToShow
  /** IBKR's formatDate 2: intraday bars are dated in epoch seconds. */
  readonly epochDates: boolean
}

export interface History {
  readonly start: EpochMs
  readonly bars: readonly WireBar[]
}

/** More than this in one answer IBKR calls an invalid step; stoqey needs seconds for a few thousand. */
const MOST_BARS = 20_000

/** @returns the bars, oldest first, possibly none; or error 162 when they would be too many */
export function historyOf(venue: Exchange, query: HistoryQuery): Result<History, ErrorAnswer> {
  const { size } = query
  if (size.kind === 'intraday') return intraday(venue, query, size.seconds)
  const daily = dailyBars(venue, query)
  const grouped = size.kind === 'day' ? daily : byPeriod(daily, PERIOD[size.kind])
  const bars = grouped.map((bar) => wireBar(venue, query, bar, compactDate(bar.date)))
  return ok({ start: daily[0]?.at ?? query.end, bars })
}

function dailyBars(venue: Exchange, query: HistoryQuery): readonly PriceBar[] {
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
function lastCompletedDate(
  venue: Exchange,
  { instrument, end }: HistoryQuery,
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

/** The day that a calendar duration reaches back to; bars after it belong. */
function firstDate(end: IsoDate, { count, unit }: Duration): IsoDate {
  const days = dayNumberOf(end) ?? 0
  if (unit === 'S') return isoDateOf((days - Math.ceil((count * 1000) / DAY_MS)) * DAY_MS)
  if (unit === 'D' || unit === 'W') return isoDateOf((days - count * (unit === 'W' ? 7 : 1)) * DAY_MS) // prettier-ignore
  const { year, month, day } = civilFromDays(days)
  const months = year * 12 + (month - 1) - (unit === 'Y' ? 12 * count : count)
  return isoDateOf(daysFromCivil(Math.floor(months / 12), (months % 12) + 1, day) * DAY_MS)
}

/** No fewer than the sessions between two days. */
function weekdays(first: IsoDate, last: IsoDate): number {
  const days = (dayNumberOf(last) ?? 0) - (dayNumberOf(first) ?? 0)
  return Math.max(0, Math.ceil((days * 5) / 7) + 5)
}

/** What makes two days fall into one bar. */
const PERIOD = {
  week: (date: IsoDate) => {
    const day = dayNumberOf(date) ?? 0
    return String(day - weekdayOf(day))
  },
  month: (date: IsoDate) => date.slice(0, 7),
} as const

/** IBKR dates a week's or month's bar by its last session. */
function byPeriod(
  bars: readonly PriceBar[],
  periodOf: (date: IsoDate) => string,
): readonly PriceBar[] {
  return [...Map.groupBy(bars, ({ date }) => periodOf(date)).values()].map((group) =>
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

function intraday(
  venue: Exchange,
  query: HistoryQuery,
  seconds: number,
): Result<History, ErrorAnswer> {
  const end = Math.min(query.end, venue.now)
  const stretches = tradingTime(venue, query, end)
  const expected = stretches.reduce((sum, { from, to }) => sum + (to - from) / 1000 / seconds, 0)
  if (expected > MOST_BARS)
    return err(ERRORS.noHistory(`invalid step: ${Math.round(expected)} bars are too many`))
  const bars = stretches.flatMap(({ from, to }) =>
    venue.intradayBars(query.instrument.id, seconds, from, to),
  )
  const wire = bars.map((bar) => {
    const date = query.epochDates ? String(Math.floor(bar.at / 1000)) : wireTime(bar.at)
    return wireBar(venue, query, bar, date)
  })
  return ok({ start: stretches[0]?.from ?? end, bars: wire })
}

interface Stretch {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** The session time that a duration covers, oldest first. */
function tradingTime(venue: Exchange, query: HistoryQuery, end: EpochMs): readonly Stretch[] {
  const { duration, instrument } = query
  const first = firstDate(newYorkDate(end), duration)
  let leftMs = duration.unit === 'S' ? duration.count * 1000 : Infinity
  const stretches: Stretch[] = []
  for (const session of sessionsBefore(venue, instrument.id, end)) {
    const done = duration.unit === 'D' ? stretches.length >= duration.count : session.date <= first
    if (leftMs <= 0 || (duration.unit !== 'S' && done)) break
    const stretch = withinSession(session, end, leftMs)
    leftMs -= stretch.to - stretch.from
    stretches.unshift(stretch)
    if (stretches.length > MOST_SESSIONS) break
  }
  return stretches
}

/** Past this, even the coarsest intraday bars are too many. */
const MOST_SESSIONS = 10_000

function withinSession(session: VenueSession, end: EpochMs, mostMs: number): Stretch {
  const to = Math.min(session.closesAt, end)
  return { from: Math.max(session.opensAt, to - mostMs), to }
}

/** −1 stands for "there is none". */
const NONE = -1

function wireBar(venue: Exchange, query: HistoryQuery, bar: PriceBar, date: string): WireBar {
  const { show, instrument } = query
  if (show === 'TRADES' || show === 'ADJUSTED_LAST') {
    const { open, high, low, close, volume } = bar
    // The venue's bars keep no volume-weighted price and no count of trades: the typical price stands in.
    const wap = Math.round(((high + low + close) / 3) * 1e6) / 1e6
    return { date, open, high, low, close, volume, wap, barCount: NONE }
  }
  const half = halfSpread(venue, instrument)
  const at = SHIFT[show]
  const moved = (price: number, by: number) => snapped(price + by * half, instrument)
  return {
    date,
    open: moved(bar.open, at.open),
    high: moved(bar.high, at.high),
    low: moved(bar.low, at.low),
    close: moved(bar.close, at.close),
    volume: NONE,
    wap: NONE,
    barCount: NONE,
  }
}

/** Half spreads to add; BID_ASK has the bid first and lowest, the ask last and highest. */
const SHIFT = {
  MIDPOINT: { open: 0, high: 0, low: 0, close: 0 },
  BID: { open: -1, high: -1, low: -1, close: -1 },
  ASK: { open: 1, high: 1, low: 1, close: 1 },
  BID_ASK: { open: -1, high: 1, low: -1, close: 1 },
} as const

function halfSpread(venue: Exchange, { id, priceIncrements }: Instrument): number {
  const { bid, ask } = venue.quote(id) ?? {}
  if (bid !== undefined && ask !== undefined) return (toNumber(ask) - toNumber(bid)) / 2
  return toNumber(incrementAt(bid ?? ask ?? priceFrom(1), priceIncrements)) / 2
}

/** A midpoint may lie between two increments: half of one is the unit here. */
function snapped(price: number, { priceIncrements }: Instrument): number {
  const raw = priceFrom(price)
  return toNumber(roundTo(raw, incrementAt(raw, priceIncrements) / 2n, 'half-even'))
}
