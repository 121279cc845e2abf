/**
 * What a request for history asks, read from IBKR's little languages: durations (`1 Y`, `3600 S`)
 * and bar sizes (`1 day`, `5 mins`).
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { err, ok, type Result } from '#model/result.ts'

/** How far back: counted in trading time for S and D, by the calendar for W, M and Y. */
export interface Duration {
  readonly count: number
  readonly unit: 'S' | 'D' | 'W' | 'M' | 'Y'
}

export type BarSize =
  | { readonly kind: 'intraday'; readonly seconds: number }
  | { readonly kind: 'day' | 'week' | 'month' }

const MOST_DAYS = 365
const MOST_YEARS = 60

/** @returns error 321 where the text is none, or asks for more days than IBKR lets one ask in days */
export function parseDuration(text: string): Result<Duration, ErrorAnswer> {
  const match = /^(\d{1,6}) ([SDWMY])$/.exec(text.trim().toUpperCase())
  const count = Number(match?.[1])
  const unit = UNITS.find((known) => known === match?.[2])
  if (match === null || unit === undefined || count === 0)
    return err(ERRORS.invalid(`Invalid duration "${text}"; expected such as 1 Y, 30 D or 3600 S`))
  if (unit === 'D' && count > MOST_DAYS)
    return err(ERRORS.invalid('Historical data requests for durations longer than 365 days must be made in years')) // prettier-ignore
  if (unit === 'Y' && count > MOST_YEARS)
    return err(ERRORS.invalid(`Invalid duration "${text}"; expected at most ${MOST_YEARS} Y`))
  return ok({ count, unit })
}

const UNITS = ['S', 'D', 'W', 'M', 'Y'] as const

/** IBKR's legal bar sizes, seconds. */
const INTRADAY: Readonly<Record<string, readonly number[]>> = {
  sec: [1, 5, 10, 15, 30],
  min: [1, 2, 3, 5, 10, 15, 20, 30],
  hour: [1, 2, 3, 4, 8],
}
const SECONDS: Readonly<Record<string, number>> = { sec: 1, min: 60, hour: 3600 }
const LONGER: Readonly<Record<string, BarSize>> = {
  day: { kind: 'day' },
  week: { kind: 'week' },
  month: { kind: 'month' },
}

const LEGAL_SIZES =
  '1 secs, 5 secs, 10 secs, 15 secs, 30 secs, 1 min, 2 mins, 3 mins, 5 mins, 10 mins, 15 mins, 20 mins, 30 mins, 1 hour, 2 hours, 3 hours, 4 hours, 8 hours, 1 day, 1 week, 1 month'

/** Reads `5 mins`, also `5 min`, `1 secs`, `1W` and `1M` as clients write them. */
export function parseBarSize(text: string): Result<BarSize, ErrorAnswer> {
  const short: Readonly<Record<string, string>> = { '1D': '1 day', '1W': '1 week', '1M': '1 month' }
  const match = /^(\d{1,2}) ?(sec|min|hour|day|week|month)s?$/.exec(short[text.trim()] ?? text.trim()) // prettier-ignore
  const count = Number(match?.[1])
  const unit = match?.[2] ?? ''
  const longer = LONGER[unit]
  if (longer !== undefined && count === 1) return ok(longer)
  if (INTRADAY[unit]?.includes(count) === true)
    return ok({ kind: 'intraday', seconds: count * (SECONDS[unit] ?? 1) })
  return err(ERRORS.invalid(`Historical bar size setting is invalid. Legal ones are: ${LEGAL_SIZES}`)) // prettier-ignore
}

/** What bars may be made of here. */
export type WhatToShow = 'TRADES' | 'ADJUSTED_LAST' | 'MIDPOINT' | 'BID' | 'ASK' | 'BID_ASK'

const SHOWN: readonly WhatToShow[] = [
  'TRADES',
  'ADJUSTED_LAST',
  'MIDPOINT',
  'BID',
  'ASK',
  'BID_ASK',
]

/** IBKR's other kinds, that this gateway has no data for. */
const NO_DATA_FOR = new Set([
  'HISTORICAL_VOLATILITY',
  'OPTION_IMPLIED_VOLATILITY',
  'FEE_RATE',
  'YIELD_BID',
  'YIELD_ASK',
  'YIELD_BID_ASK',
  'YIELD_LAST',
  'SCHEDULE',
  'AGGTRADES',
])

/** @param name - `AAPL@SMART`, for the message */
export function parseWhatToShow(text: string, name: string): Result<WhatToShow, ErrorAnswer> {
  const shown = SHOWN.find((kind) => kind === text.toUpperCase())
  if (shown !== undefined) return ok(shown)
  if (NO_DATA_FOR.has(text.toUpperCase()))
    return err(ERRORS.noHistory(`No historical market data for ${name} ${text}`))
  return err(ERRORS.invalid(`"${text}" is no kind of historical data; expected such as TRADES`))
}
