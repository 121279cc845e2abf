/**
 * Which options are listed: expiries, strikes, contract numbers.
 *
 * Options on stocks and funds: a monthly on the third Friday of each of twelve months, long-dated ones in the two
 * Januaries after, and on the most liquid names a weekly on each of the next six Fridays. On an index: the same
 * monthlies, settled at the Friday's open and therefore last traded the day before, and under a class of its own
 * (`SPXW`) afternoon-settled ones on Mondays, Wednesdays and Fridays. A day on which the exchange is closed gives way
 * to the one before. Strikes stand wherever the price has been within half a year, and around it.
 *
 * A contract number is arithmetic on underlying, week, strike and right, so that no register of thousands of contracts
 * is kept, and the same contract has the same number whenever a market begins.
 *
 * Sources: OCC, "Equity Options Product Specifications" (intervals of 2.50 below 25, 5 to 200, 10 above; finer ones in
 * the $1 and $0.50 programs); Cboe, "SPX and SPXW Options Product Specification".
 */
import { priceFrom, toNumber } from '#model/border.ts'
import { price, quantity, type Price } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Option, PriceIncrements } from '#model/instrument.ts'
import {
  DAY_MS,
  dayNumberOf,
  daysFromCivil,
  isoDateOf,
  weekdayOf,
  type IsoDate,
} from '#model/time.ts'
import { isTradingDay, previousTradingDay } from '#marketdata/calendar.ts'
import type { ExerciseStyle } from '#pricing/option-model.ts'
import { monthsFrom, thirdFriday } from '#exchange/market/futures-cycle.ts'

/** Something that options are listed on. */
export interface Optionable {
  readonly id: InstrumentId
  readonly symbol: string
  readonly currency: string
  readonly style: ExerciseStyle
  /** Weeklies, fine strikes, penny increments. */
  readonly liquid: boolean
  /** Its place in the numbering; each has `PLACES_EACH` of them where it is an index, else one. */
  readonly place: number
  /** Between strikes of an index; undefined for stocks and funds, whose grid goes by price. */
  readonly strikeStep?: number
}

/** An index has expiries on every weekday, and so five numbers a week. */
export const placesOf = ({ style }: Pick<Optionable, 'style'>): number =>
  style === 'european' ? 5 : 1

/** Contract numbers of chains: beyond everything else, within 31 bits. */
const FIRST_CON_ID = 1_000_000_000
const WEEKS = 1_840
const STRIKES = 2_048
/** How many underlyings fit; the rest of a market's names has no options. */
export const MOST_PLACES = Math.floor((2_147_483_647 - FIRST_CON_ID) / (WEEKS * STRIKES * 2))

/** Monday, 30 December 1996. */
const FIRST_WEEK = daysFromCivil(1996, 12, 30)

const MULTIPLIER = 100n
const PENNY: PriceIncrements = [
  { from: price('0'), increment: price('0.01') },
  { from: price('3'), increment: price('0.05') },
]
const NICKEL: PriceIncrements = [
  { from: price('0'), increment: price('0.05') },
  { from: price('3'), increment: price('0.1') },
]

/** What tells one option of an underlying from another. */
export interface OptionTerms {
  readonly expiry: IsoDate
  readonly strike: Price
  readonly right: 'C' | 'P'
}

/** The option of a chain; undefined where the chain has no such expiry or strike. */
export function chainOption(on: Optionable, terms: OptionTerms): Option | undefined {
  const place = strikePlace(on, toNumber(terms.strike))
  if (place === undefined || !isExpiry(on, terms.expiry)) return undefined
  const { expiry, strike, right } = terms
  const { symbol, currency } = on
  const compact = expiry.replaceAll('-', '')
  const strikeText = String(toNumber(strike))
  return {
    id: instrumentIdOf({ symbol, assetClass: 'OPT', currency, expiry: compact, right, strike: strikeText }), // prettier-ignore
    assetClass: 'OPT',
    conId: conIdOf(on, expiry, place, right),
    symbol,
    exchange: 'SMART',
    currency,
    multiplier: MULTIPLIER,
    priceIncrements: on.liquid && on.style === 'american' ? PENNY : NICKEL,
    lot: quantity('1'),
    sector: 'Options',
    underlying: on.id,
    expiry,
    strike,
    right,
  }
}

function conIdOf(on: Optionable, expiry: IsoDate, strike: number, right: 'C' | 'P'): number {
  const day = (dayNumberOf(expiry) ?? 0) - FIRST_WEEK
  const weekday = day % 7
  const place = on.place + (on.style === 'european' ? weekday : 0)
  const week = Math.floor(day / 7)
  return FIRST_CON_ID + ((place * WEEKS + week) * STRIKES + strike) * 2 + (right === 'P' ? 1 : 0)
}

/**
 * The option of a contract number.
 *
 * @param at - the underlying whose numbers hold a place
 * @returns undefined for numbers of no chain
 */
export function optionByConId(
  conId: number,
  at: (place: number) => Optionable | undefined,
): Option | undefined {
  const code = conId - FIRST_CON_ID
  if (code < 0 || !Number.isSafeInteger(code)) return undefined
  const right = code % 2 === 0 ? 'C' : 'P'
  const strike = Math.floor(code / 2) % STRIKES
  const week = Math.floor(code / (2 * STRIKES)) % WEEKS
  const place = Math.floor(code / (2 * STRIKES * WEEKS))
  const on = at(place)
  if (on === undefined) return undefined
  const monday = FIRST_WEEK + week * 7
  const expiry =
    on.style === 'european'
      ? isoDateOf((monday + place - on.place) * DAY_MS)
      : weekExpiry(isoDateOf((monday + 4) * DAY_MS))
  const level = strikeAt(on, strike)
  return level === undefined
    ? undefined
    : chainOption(on, { expiry, strike: priceFrom(level), right })
}

/** The trading day on or before a week's Friday. */
function weekExpiry(friday: IsoDate): IsoDate {
  return isTradingDay(friday) ? friday : previousTradingDay(friday)
}

/** Whether options on it ever expire on a date. */
function isExpiry(on: Optionable, date: IsoDate): boolean {
  const day = dayNumberOf(date)
  if (day === undefined || day < FIRST_WEEK || day >= FIRST_WEEK + WEEKS * 7) return false
  if (on.style === 'european') return isTradingDay(date) && (isMorningExpiry(date) || isAfternoonExpiry(date)) // prettier-ignore
  const friday = isoDateOf((day + ((5 - weekdayOf(day) + 7) % 7)) * DAY_MS)
  if (weekExpiry(friday) !== date) return false
  return on.liquid || thirdFriday(monthsFrom(date, 0)) === date
}

/** The last trading day of options that settle at the open of the third Friday. */
export const isMorningExpiry = (date: IsoDate): boolean => morningExpiry(date) === date

/** Of the month of a date. */
const morningExpiry = (date: IsoDate): IsoDate =>
  previousTradingDay(thirdFriday(monthsFrom(date, 0)))

/** Mondays, Wednesdays and Fridays that are not taken by the morning's class. */
function isAfternoonExpiry(date: IsoDate): boolean {
  const weekday = weekdayOf(dayNumberOf(date) ?? 0)
  return [1, 3, 5].includes(weekday) && !isMorningExpiry(date)
}

/** `SPX` and `SPXW`; a stock's options are of one class, its own symbol. */
export function tradingClassOf(on: Optionable, expiry: IsoDate): string {
  return on.style === 'european' && !isMorningExpiry(expiry) ? `${on.symbol}W` : on.symbol
}

const MONTHLIES = 12
const LEAP_YEARS = 2
const WEEKLY_DAYS = 42
const AFTERNOON_DAYS = 35

/** Expiries listed on a day by class, ascending; those of the day itself included. */
export function expiriesOn(on: Optionable, date: IsoDate): ReadonlyMap<string, readonly IsoDate[]> {
  const found = new Map<string, Set<IsoDate>>()
  const add = (expiry: IsoDate) => {
    if (expiry < date || !isExpiry(on, expiry)) return
    const name = tradingClassOf(on, expiry)
    const dates = found.get(name) ?? new Set<IsoDate>()
    found.set(name, dates.add(expiry))
  }
  for (const month of monthliesFrom(date)) {
    const friday = thirdFriday(month)
    add(on.style === 'european' ? previousTradingDay(friday) : friday)
  }
  const day = dayNumberOf(date) ?? 0
  if (on.style === 'european')
    for (let i = 0; i <= AFTERNOON_DAYS; i++) add(isoDateOf((day + i) * DAY_MS))
  else if (on.liquid) for (let i = 0; i <= WEEKLY_DAYS; i++) add(isoDateOf((day + i) * DAY_MS))
  return new Map([...found].map(([name, dates]) => [name, [...dates].toSorted()]))
}

/** Twelve months and the Januaries after them. */
function monthliesFrom(date: IsoDate) {
  const near = Array.from({ length: MONTHLIES + 1 }, (_, i) => monthsFrom(date, i))
  const year = Number(date.slice(0, 4))
  const leaps = Array.from({ length: LEAP_YEARS }, (_, i) => ({ year: year + 1 + i, month: 1 }))
  return [...near, ...leaps]
}

/** Days to expiry up to which strikes are as fine as the liquid names' grid. */
const FINE_DAYS = 60

/**
 * Strikes of one expiry, ascending.
 *
 * @param range - the lowest and the highest price of the past half year
 */
export function strikesOn(
  on: Optionable,
  range: { readonly low: number; readonly high: number },
  daysLeft: number,
): readonly Price[] {
  const width = daysLeft > 270 ? 0.5 : daysLeft > FINE_DAYS ? 0.35 : 0.2
  const [low, high] = [range.low * (1 - width), range.high * (1 + width)]
  const isFine = on.liquid && daysLeft <= FINE_DAYS
  const strikes: Price[] = []
  for (let strike = ceilTo(low, stepAt(on, low, isFine)); strike <= high;) {
    if (strikePlace(on, strike) !== undefined) strikes.push(priceFrom(strike))
    strike = ceilTo(strike + 1e-6, stepAt(on, strike, isFine))
  }
  return strikes
}

const ceilTo = (value: number, step: number): number =>
  Math.round(Math.ceil(value / step - 1e-9) * step * 100) / 100

function stepAt(on: Optionable, strike: number, isFine: boolean): number {
  if (on.strikeStep !== undefined) return isFine ? on.strikeStep : on.strikeStep * 5
  if (isFine) return strike < 25 ? 0.5 : strike < 100 ? 1 : strike < 200 ? 2.5 : strike < 1_000 ? 5 : 10 // prettier-ignore
  return strike < 25 ? 2.5 : strike < 200 ? 5 : strike < 1_000 ? 10 : 50
}

/** The finest grid of strikes, in parts: halves to 200, then 2.50, and 5 from 1,000 on. */
const GRID = [
  { from: 0, step: 0.5, places: 0 },
  { from: 200, step: 2.5, places: 400 },
  { from: 1_000, step: 5, places: 720 },
] as const

/** A strike's place on the grid of its underlying; undefined off the grid. */
function strikePlace({ strikeStep }: Optionable, strike: number): number | undefined {
  const part = GRID.findLast(({ from }) => strike > from) ?? GRID[0]
  const [from, step, places] =
    strikeStep === undefined ? [part.from, part.step, part.places] : [0, strikeStep, 0]
  const place = places + (strike - from) / step
  return Number.isInteger(place) && place > 0 && place < STRIKES ? place : undefined
}

function strikeAt({ strikeStep }: Optionable, place: number): number | undefined {
  if (place <= 0) return undefined
  if (strikeStep !== undefined) return place * strikeStep
  const part = GRID.findLast(({ places }) => place > places) ?? GRID[0]
  return part.from + (place - part.places) * part.step
}
