/**
 * What a request for history asks, read from IBKR's little languages: durations (`1 Y`, `3600 S`)
 * and bar sizes (`1 day`, `5 mins`).
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { AssetClass } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { ownEntry } from '#model/own-entry.ts'

/** How far back: counted in trading time for S and D, by the calendar for W, M and Y. */
export interface Duration {
  readonly count: number
  readonly unit: 'S' | 'D' | 'W' | 'M' | 'Y'
}

export type BarSize =
  | { readonly kind: 'intraday'; readonly seconds: number }
  | { readonly kind: 'day' | 'week' | 'month' }

/** How much may be asked in a unit, and in which to ask for more (IBKR's texts of 321; the reference thread is ib-api-reloaded/ib_async#229). */
const MOST_OF: Partial<
  Record<
    Duration['unit'],
    { readonly most: number; readonly name: string; readonly instead: string }
  >
> = {
  // prettier-ignore
  S: { most: 86_400, name: 'seconds', instead: 'days' },
  D: { most: 365, name: 'days', instead: 'years' },
  W: { most: 52, name: 'weeks', instead: 'years' },
  M: { most: 12, name: 'months', instead: 'years' },
}
const MOST_YEARS = 68

/** @returns error 321 where the text is none, or asks for more of a unit than IBKR lets one ask in it */
export function parseDuration(text: string): Result<Duration, ErrorAnswer> {
  const match = /^(\d{1,6}) ([SDWMY])$/.exec(text.trim().toUpperCase())
  const count = Number(match?.[1])
  const unit = UNITS.find((known) => known === match?.[2])
  if (match === null || unit === undefined || count === 0)
    return err(ERRORS.invalid(`Invalid duration "${text}"; expected such as 1 Y, 30 D or 3600 S`))
  const limit = MOST_OF[unit]
  if (limit !== undefined && count > limit.most)
    return err(ERRORS.invalid(`Historical data requests for durations longer than ${limit.most} ${limit.name} must be made in ${limit.instead}`)) // prettier-ignore
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
  '1 secs, 5 secs, 10 secs, 15 secs, 30 secs, 1 min, 2 mins, 3 mins, 5 mins, 10 mins, 15 mins, 20 mins, 30 mins, 1 hour, 2 hours, 3 hours, 4 hours, 8 hours, 1 day, 1W, 1M'

/** Reads `5 mins`, also `5 min`, `1 secs`, `1W` and `1M` as clients write them. */
export function parseBarSize(text: string): Result<BarSize, ErrorAnswer> {
  const short: Readonly<Record<string, string>> = { '1D': '1 day', '1W': '1 week', '1M': '1 month' }
  const match = /^(\d{1,2}) ?(sec|min|hour|day|week|month)s?$/.exec(ownEntry(short, text.trim()) ?? text.trim()) // prettier-ignore
  const count = Number(match?.[1])
  const unit = match?.[2] ?? ''
  const longer = ownEntry(LONGER, unit)
  if (longer !== undefined && count === 1) return ok(longer)
  if (ownEntry(INTRADAY, unit)?.includes(count) === true)
    return ok({ kind: 'intraday', seconds: count * (ownEntry(SECONDS, unit) ?? 1) })
  return err(ERRORS.invalid(`Historical bar size setting is invalid. Legal ones are: ${LEGAL_SIZES}`)) // prettier-ignore
}

/**
 * How far back bars of less than a minute reach in one request; longer bars are not limited any more. IBKR, "Historical
 * Data Limitations", the table of step sizes; what is refused is "invalid step" (wrighter/ib-scripts#1).
 */
const LONGEST_SECONDS: Readonly<Record<number, number>> = {
  1: 2_000,
  5: 14_400,
  10: 28_800,
  15: 28_800,
  30: 86_400,
}

const SECONDS_OF = { S: 1, D: 86_400, W: 604_800, M: 2_678_400, Y: 31_622_400 } as const

/** @returns error 162 where so short bars do not reach so far */
export function stepObjection(size: BarSize, { count, unit }: Duration): ErrorAnswer | undefined {
  if (size.kind !== 'intraday') return undefined
  const longest = LONGEST_SECONDS[size.seconds]
  if (longest === undefined || count * SECONDS_OF[unit] <= longest) return undefined
  return ERRORS.noHistory(`invalid step: ${size.seconds}`)
}

/** What bars are made of. */
export type WhatToShow =
  | 'TRADES'
  | 'ADJUSTED_LAST'
  | 'MIDPOINT'
  | 'BID'
  | 'ASK'
  | 'BID_ASK'
  | 'HISTORICAL_VOLATILITY'
  | 'OPTION_IMPLIED_VOLATILITY'
  | 'FEE_RATE'
  | 'SCHEDULE'

const SHOWN: readonly WhatToShow[] = [
  'TRADES',
  'ADJUSTED_LAST',
  'MIDPOINT',
  'BID',
  'ASK',
  'BID_ASK',
  'HISTORICAL_VOLATILITY',
  'OPTION_IMPLIED_VOLATILITY',
  'FEE_RATE',
  'SCHEDULE',
]

/** IBKR's other kinds are of bonds and crypto-currencies, which are not listed here. */
const NO_DATA_FOR = new Set(['YIELD_BID', 'YIELD_ASK', 'YIELD_BID_ASK', 'YIELD_LAST', 'AGGTRADES'])

/** @param name - `AAPL@SMART`, for the message */
export function parseWhatToShow(text: string, name: string): Result<WhatToShow, ErrorAnswer> {
  const shown = SHOWN.find((kind) => kind === text.toUpperCase())
  if (shown !== undefined) return ok(shown)
  if (NO_DATA_FOR.has(text.toUpperCase()))
    return err(ERRORS.noHistory(`No historical market data for ${name} ${text}`))
  return err(ERRORS.invalid(`"${text}" is no kind of historical data; expected such as TRADES`))
}

/** Which classes have a kind: pairs have no trades, indices no quotes, volatilities are of stocks and indices. */
export function hasHistory(assetClass: AssetClass | 'IND', show: WhatToShow): boolean {
  if (show === 'SCHEDULE') return true
  if (show === 'HISTORICAL_VOLATILITY' || show === 'OPTION_IMPLIED_VOLATILITY')
    return assetClass === 'STK' || assetClass === 'IND'
  if (show === 'FEE_RATE') return assetClass === 'STK'
  if (show === 'ADJUSTED_LAST') return assetClass === 'STK'
  return show === 'TRADES' ? assetClass !== 'CASH' : assetClass !== 'IND'
}

/** Units of a histogram's period as stoqey and IBKR's own client write them. */
const PERIODS: Readonly<Record<string, readonly [factor: number, unit: Duration['unit']]>> = {
  second: [1, 'S'],
  minute: [60, 'S'],
  hour: [3_600, 'S'],
  day: [1, 'D'],
  week: [1, 'W'],
  month: [1, 'M'],
  year: [1, 'Y'],
}

/**
 * Reads the period of a histogram: `3 days`, `1 week`, `90 minutes`.
 *
 * @returns error 321 where it is none
 */
export function parsePeriod(text: string): Result<Duration, ErrorAnswer> {
  const match = /^(\d{1,5}) ?([a-z]+?)s?$/.exec(text.trim().toLowerCase())
  const known = ownEntry(PERIODS, match?.[2] ?? '')
  const count = Number(match?.[1])
  if (known === undefined || count === 0)
    return err(ERRORS.invalid(`Invalid time period "${text}"; expected such as 3 days or 1 week`))
  const [factor, unit] = known
  return ok({ count: count * factor, unit })
}
