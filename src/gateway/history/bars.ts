/** The bars that answer a request for history, by their length and by what they show. */
import type { ErrorAnswer } from '#gateway/error-codes.ts'
import { longBars } from '#gateway/history/daily-bars.ts'
import type { BarSize, Duration, WhatToShow } from '#gateway/history/history-query.ts'
import { intradayBars } from '#gateway/history/intraday-bars.ts'
import { stretchesWithin } from '#gateway/history/trading-time.ts'
import { volatilityBars } from '#gateway/history/volatility-bars.ts'
import type { WireBar } from '#gateway/messages/outgoing/history.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'

export interface HistoryQuery {
  readonly instrument: Listed
  /** The end, not included; venue time at the latest. */
  readonly end: EpochMs
  readonly duration: Duration
  readonly size: BarSize
  readonly show: WhatToShow
  /** Hours before and after the regular ones too. */
  readonly outsideRegularHours: boolean
  /** IBKR's formatDate 2: intraday bars are dated in epoch seconds. */
  readonly epochDates: boolean
}

export interface History {
  readonly start: EpochMs
  readonly bars: readonly WireBar[]
}

const VOLATILITIES: ReadonlySet<WhatToShow> = new Set(['HISTORICAL_VOLATILITY', 'OPTION_IMPLIED_VOLATILITY', 'FEE_RATE']) // prettier-ignore

/** @returns the bars, oldest first, possibly none; or error 162 when they would be too many */
export function historyOf(venue: Exchange, query: HistoryQuery): Result<History, ErrorAnswer> {
  const { size, instrument, duration, outsideRegularHours } = query
  const end = Math.min(query.end, venue.now)
  const made = barsOf(venue, query)
  if (!made.ok) return made
  const [first] = size.kind === 'intraday' ? stretchesWithin(venue, instrument.id, end, duration, outsideRegularHours) : [] // prettier-ignore
  return ok({ start: first?.from ?? end, bars: made.value })
}

function barsOf(venue: Exchange, query: HistoryQuery): Result<readonly WireBar[], ErrorAnswer> {
  const { size, show } = query
  if (size.kind === 'intraday')
    return VOLATILITIES.has(show) ? ok([]) : intradayBars(venue, query, size.seconds)
  return ok(VOLATILITIES.has(show) ? volatilityBars(venue, query, size.kind) : longBars(venue, query, size.kind)) // prettier-ignore
}
