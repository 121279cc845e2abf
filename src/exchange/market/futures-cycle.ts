/**
 * Futures as the exchanges define them: multiplier, tick, contract months, last trading day, settlement time.
 *
 * Sources: CME Group contract specifications and rulebooks (CME 358 and 359 for the E-minis, NYMEX 200 for
 * crude oil, COMEX 113 for gold, CBOT 19 for ten-year notes, CME 261 for the euro); IBKR's contract details of
 * CLZ2 for names and exchanges. The micro E-mini Dow is left out: its multiplier is half a dollar.
 */
import { price, quantity } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { Future, PriceIncrements } from '#model/instrument.ts'
import {
  DAY_MS,
  daysFromCivil,
  isoDateOf,
  weekdayOf,
  type EpochMs,
  type IsoDate,
} from '#model/time.ts'
import { isTradingDay, newYorkInstant, previousTradingDay } from '#marketdata/calendar.ts'

/** When a contract of a month stops trading. */
type LastDayRule =
  | 'third-friday'
  | 'crude-oil'
  | 'micro-crude-oil'
  | 'third-last-business-day'
  | 'seventh-before-last'
  | 'two-before-third-wednesday'

export interface FutureRoot {
  readonly symbol: string
  readonly name: string
  readonly exchange: string
  readonly multiplier: bigint
  readonly tick: string
  /** Contract months, 1 to 12. */
  readonly months: readonly number[]
  /** How many contracts are listed at a time. */
  readonly listed: number
  readonly lastDay: LastDayRule
  /** New York minutes: of the daily settlement, and when a contract stops trading on its last day. */
  readonly settles: number
  readonly ends: number
  /** What it is on; micros are on what the full contract is on. */
  readonly follows: string
  /** Contracts on an average day of the front month, and at the touch. */
  readonly dailyVolume: number
  readonly touch: number
}

const QUARTERLY = [3, 6, 9, 12]
const MONTHLY = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const GOLD_MONTHS = [2, 4, 6, 8, 10, 12]

const EQUITY = { exchange: 'CME', months: QUARTERLY, listed: 5, lastDay: 'third-friday', settles: 960, ends: 570 } as const // prettier-ignore

/** Sorted by symbol; a contract's number counts from its root's place. */
// prettier-ignore
export const FUTURE_ROOTS: readonly FutureRoot[] = [
  { symbol: '6E', name: 'European Monetary Union Euro', exchange: 'CME', multiplier: 125_000n, tick: '0.00005', months: QUARTERLY, listed: 5, lastDay: 'two-before-third-wednesday', settles: 900, ends: 616, follows: 'EUR', dailyVolume: 180_000, touch: 40 },
  { symbol: 'CL', name: 'Light Sweet Crude Oil', exchange: 'NYMEX', multiplier: 1_000n, tick: '0.01', months: MONTHLY, listed: 12, lastDay: 'crude-oil', settles: 870, ends: 870, follows: 'CL', dailyVolume: 320_000, touch: 15 },
  { ...EQUITY, symbol: 'ES', name: 'E-mini S&P 500', multiplier: 50n, tick: '0.25', follows: 'SPX', dailyVolume: 1_500_000, touch: 90 },
  { symbol: 'GC', name: 'Gold', exchange: 'COMEX', multiplier: 100n, tick: '0.1', months: GOLD_MONTHS, listed: 6, lastDay: 'third-last-business-day', settles: 810, ends: 810, follows: 'GC', dailyVolume: 200_000, touch: 6 },
  { symbol: 'M2K', name: 'Micro E-mini Russell 2000', ...EQUITY, multiplier: 5n, tick: '0.1', follows: 'RUT', dailyVolume: 90_000, touch: 15 },
  { symbol: 'M6E', name: 'E-micro EUR/USD', exchange: 'CME', multiplier: 12_500n, tick: '0.0001', months: QUARTERLY, listed: 2, lastDay: 'two-before-third-wednesday', settles: 900, ends: 616, follows: 'EUR', dailyVolume: 12_000, touch: 60 },
  { symbol: 'MCL', name: 'Micro WTI Crude Oil', exchange: 'NYMEX', multiplier: 100n, tick: '0.01', months: MONTHLY, listed: 12, lastDay: 'micro-crude-oil', settles: 870, ends: 870, follows: 'CL', dailyVolume: 110_000, touch: 25 },
  { ...EQUITY, symbol: 'MES', name: 'Micro E-mini S&P 500', multiplier: 5n, tick: '0.25', follows: 'SPX', dailyVolume: 1_100_000, touch: 60 },
  { symbol: 'MGC', name: 'E-Micro Gold', exchange: 'COMEX', multiplier: 10n, tick: '0.1', months: GOLD_MONTHS, listed: 6, lastDay: 'third-last-business-day', settles: 810, ends: 810, follows: 'GC', dailyVolume: 90_000, touch: 12 },
  { ...EQUITY, symbol: 'MNQ', name: 'Micro E-mini Nasdaq-100', multiplier: 2n, tick: '0.25', follows: 'NDX', dailyVolume: 1_300_000, touch: 20 },
  { ...EQUITY, symbol: 'NQ', name: 'E-mini Nasdaq-100', multiplier: 20n, tick: '0.25', follows: 'NDX', dailyVolume: 600_000, touch: 6 },
  { ...EQUITY, symbol: 'RTY', name: 'E-mini Russell 2000', multiplier: 50n, tick: '0.1', follows: 'RUT', dailyVolume: 170_000, touch: 8 },
  { ...EQUITY, symbol: 'YM', name: 'E-mini Dow Jones Industrial Average', exchange: 'CBOT', multiplier: 5n, tick: '1', follows: 'INDU', dailyVolume: 130_000, touch: 5 },
  { symbol: 'ZN', name: '10 Year US Treasury Note', exchange: 'CBOT', multiplier: 1_000n, tick: '0.015625', months: QUARTERLY, listed: 3, lastDay: 'seventh-before-last', settles: 900, ends: 781, follows: 'ZN', dailyVolume: 1_700_000, touch: 900 },
]

const byRoot = new Map(FUTURE_ROOTS.map((root, place) => [root.symbol, { ...root, place }]))

/** The specification of a root; undefined for roots that are not in the table. */
export const futureRoot = (symbol: string): FutureRoot | undefined => byRoot.get(symbol)

/** The exchanges' letters for January to December. */
const MONTH_LETTERS = 'FGHJKMNQUVXZ'

/** Contract numbers: this, 10,000 a root, the months since the year 2000. */
const FIRST_CON_ID = 950_000_000
const CON_IDS_A_ROOT = 10_000

/** A contract month; `month` is 1 to 12. */
export interface ContractMonth {
  readonly year: number
  readonly month: number
}

/**
 * A contract as it is listed.
 *
 * @param conId - the one of the synthetic market where absent
 *
 * @example
 * futureOf(futureRoot('CL'), { year: 2022, month: 12 }).expiry // => '2022-11-21'
 */
export function futureOf(root: FutureRoot, { year, month }: ContractMonth, conId?: number): Future {
  const localSymbol = `${root.symbol}${MONTH_LETTERS.charAt(month - 1)}${year % 10}`
  const place = byRoot.get(root.symbol)?.place ?? FUTURE_ROOTS.length
  return {
    id: instrumentIdOf({ symbol: localSymbol, assetClass: 'FUT', currency: 'USD' }),
    assetClass: 'FUT',
    conId: conId ?? FIRST_CON_ID + place * CON_IDS_A_ROOT + (year - 2000) * 12 + month,
    symbol: root.symbol,
    localSymbol,
    exchange: root.exchange,
    currency: 'USD',
    multiplier: root.multiplier,
    priceIncrements: incrementsOf(root),
    lot: quantity('1'),
    sector: 'Futures',
    expiry: lastTradingDay(root, { year, month }),
  }
}

const incrementsOf = ({ tick }: FutureRoot): PriceIncrements => [
  { from: price('0'), increment: price(tick) },
]

/** Contracts that trade on any day from `first` to `last`, by root, the nearest first. */
export function futuresListed(first: IsoDate, last: IsoDate): readonly Future[] {
  return FUTURE_ROOTS.flatMap((root) => {
    const until = monthsAfter(monthOf(last), (root.listed * 12) / root.months.length)
    return contractMonths(root, monthOf(first), until)
      .map((month) => futureOf(root, month))
      .filter(({ expiry }) => expiry >= first)
  })
}

/**
 * The contracts of a root that are listed on a day, the nearest first: as many as the exchange lists, none that
 * has stopped trading.
 */
export function listedMonths(root: FutureRoot, date: IsoDate): readonly ContractMonth[] {
  const from = monthOf(date)
  const until = monthsAfter(from, (root.listed * 12) / root.months.length + 2)
  return contractMonths(root, from, until)
    .filter((month) => lastTradingDay(root, month) >= date)
    .slice(0, root.listed)
}

/** The month that a contract is named for; delivery may end before it begins. */
export function contractMonthOf(of: Pick<Future, 'localSymbol' | 'expiry'>): ContractMonth {
  const letter = of.localSymbol.charAt(of.localSymbol.length - 2)
  const month = MONTH_LETTERS.indexOf(letter) + 1
  const ended = monthOf(of.expiry)
  return { year: month < ended.month ? ended.year + 1 : ended.year, month }
}

/**
 * The month that a local name means: `ESZ6`, `ESZ26`.
 *
 * @param near - the day around which a year of one digit is looked for
 * @returns undefined for a name without month and year
 */
export function contractNamed(localSymbol: string, near: IsoDate): ContractMonth | undefined {
  const match = /([FGHJKMNQUVXZ])(\d{1,2})$/.exec(localSymbol)
  if (match === null) return undefined
  const month = MONTH_LETTERS.indexOf(match[1] ?? '') + 1
  const digits = match[2] ?? ''
  const cycle = digits.length === 1 ? 10 : 100
  const around = Number(near.slice(0, 4))
  const year = Math.floor(around / cycle) * cycle + Number(digits)
  if (year - around > cycle / 2) return { year: year - cycle, month }
  return { year: around - year > cycle / 2 ? year + cycle : year, month }
}

/** When a contract stops trading. */
export function futureEndsAt(of: Future): EpochMs {
  return newYorkInstant(of.expiry, futureRoot(of.symbol)?.ends ?? 960)
}

function contractMonths(
  { months }: FutureRoot,
  first: ContractMonth,
  last: ContractMonth,
): readonly ContractMonth[] {
  const found: ContractMonth[] = []
  for (let at = first; !isAfter(at, last); at = monthsAfter(at, 1))
    if (months.includes(at.month)) found.push(at)
  return found
}

const isAfter = (a: ContractMonth, b: ContractMonth): boolean =>
  a.year * 12 + a.month > b.year * 12 + b.month

function monthsAfter({ year, month }: ContractMonth, more: number): ContractMonth {
  const count = year * 12 + month - 1 + Math.ceil(more)
  return { year: Math.floor(count / 12), month: (count % 12) + 1 }
}

function monthOf(date: IsoDate): ContractMonth {
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)) }
}

/** The last day on which a contract trades. */
export function lastTradingDay({ lastDay }: FutureRoot, { year, month }: ContractMonth): IsoDate {
  if (lastDay === 'third-friday') return onOrBefore(nthWeekday(year, month, 5, 3))
  if (lastDay === 'third-last-business-day') return back(endOf(year, month), 2)
  if (lastDay === 'seventh-before-last') return back(endOf(year, month), 7)
  if (lastDay === 'two-before-third-wednesday')
    return back(onOrBefore(nthWeekday(year, month, 3, 3)), 2)
  const before = monthsAfter({ year, month }, -1)
  const reference = onOrBefore(daysFromCivil(before.year, before.month, 25))
  return back(reference, lastDay === 'crude-oil' ? 3 : 4)
}

/** The `n`th of a weekday (Monday is 1) in a month. */
function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  const first = daysFromCivil(year, month, 1)
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7
}

/** The last business day of a month. */
function endOf(year: number, month: number): IsoDate {
  const next = monthsAfter({ year, month }, 1)
  return onOrBefore(daysFromCivil(next.year, next.month, 1) - 1)
}

function onOrBefore(day: number): IsoDate {
  const date = isoDateOf(day * DAY_MS)
  return isTradingDay(date) ? date : previousTradingDay(date)
}

/** Business days before a business day. */
function back(date: IsoDate, days: number): IsoDate {
  return days === 0 ? date : back(previousTradingDay(date), days - 1)
}

/** Third Friday of a month, or the business day before where the exchange is closed: options expire then too. */
export const thirdFriday = ({ year, month }: ContractMonth): IsoDate =>
  onOrBefore(nthWeekday(year, month, 5, 3))

/** The month of a date, and months after it. */
export const monthsFrom = (date: IsoDate, more: number): ContractMonth =>
  monthsAfter(monthOf(date), more)
