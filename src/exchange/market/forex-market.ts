/**
 * Spot currencies on a venue like IDEALPRO: each currency has one worth in US dollars, and a pair is the
 * ratio of two worths, so that no triangle of pairs can be arbitraged.
 *
 * Each currency's worth is a price driver of its own (`price-driver.ts`); their returns share a dollar factor.
 * The session runs from 17:15 New York to 17:00 of the next day, Sunday to Friday, with most of the variance
 * in the hours of London and New York. Sizes are in units of the base currency; there is no tape of spot
 * currencies, so volume is what one venue might see, and only impact is scaled by it.
 *
 * Sources: IBKR, contract details of AUD.USD and EUR.USD (hours, tick of half a pip); BIS, "Triennial Central
 * Bank Survey 2022", table 3, for turnover by pair; T. Ito & Y. Hashimoto, "Intraday seasonality in activities of
 * the foreign exchange markets", Journal of the Japanese and International Economies 20 (2006), for the hours.
 */
import { price, quantity } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import { MINUTE_MS, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkInstant, sessionOn } from '#marketdata/calendar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import {
  followedMarket,
  type ClassMarket,
  type Follower,
} from '#exchange/market/followed-market.ts'
import type { Liquidity } from '#exchange/market-model.ts'
import { priceDriver, type DriverLeg, type PriceDriver } from '#exchange/market/price-driver.ts'
import { garchReturns } from '#exchange/market/synthetic-market.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

interface CurrencyTraits {
  readonly code: string
  readonly name: string
  /** US dollars for one unit when the market is entered. */
  readonly dollars: number
  /** Annual volatility against the dollar. */
  readonly volatility: number
  /** Correlation of its return with the dollar factor. */
  readonly loading: number
  /** Share of spot turnover, relative to EUR. BIS 2022. */
  readonly turnover: number
}

/** In the market's order of quoting: of two, the one that stands first here is the base. */
export const CURRENCIES: readonly CurrencyTraits[] = [
  { code: 'EUR', name: 'European Monetary Union Euro', dollars: 1.17, volatility: 0.072, loading: 0.8, turnover: 1 }, // prettier-ignore
  { code: 'GBP', name: 'British pound', dollars: 1.345, volatility: 0.078, loading: 0.7, turnover: 0.42 }, // prettier-ignore
  { code: 'AUD', name: 'Australian dollar', dollars: 0.669, volatility: 0.096, loading: 0.65, turnover: 0.21 }, // prettier-ignore
  { code: 'NZD', name: 'New Zealand dollar', dollars: 0.577, volatility: 0.1, loading: 0.65, turnover: 0.05 }, // prettier-ignore
  { code: 'USD', name: 'United States dollar', dollars: 1, volatility: 0, loading: 0, turnover: 1 },
  { code: 'CAD', name: 'Canadian dollar', dollars: 0.729, volatility: 0.062, loading: 0.6, turnover: 0.2 }, // prettier-ignore
  { code: 'CHF', name: 'Swiss franc', dollars: 1.263, volatility: 0.076, loading: 0.7, turnover: 0.17 }, // prettier-ignore
  { code: 'JPY', name: 'Japanese yen', dollars: 0.00639, volatility: 0.095, loading: 0.5, turnover: 0.55 }, // prettier-ignore
]

/** Contract numbers of pairs: this, and 64 by place of the base, and the place of the other. */
const FIRST_CON_ID = 940_000_000

/** Half a pip, IBKR's rule 239; a hundred times that against the yen. */
const HALF_PIP = [{ from: price('0'), increment: price('0.00005') }]
const HALF_YEN_PIP = [{ from: price('0'), increment: price('0.005') }]

const traitsOf = new Map(CURRENCIES.map((of, i) => [of.code, { ...of, place: i }]))

/** Every pair of the currencies above, by the market's order of quoting, sorted by id. */
export function currencyPairs(): readonly Forex[] {
  return CURRENCIES.flatMap((base, i) =>
    CURRENCIES.slice(i + 1).map((quote) => pairOf(base.code, quote.code)),
  ) // prettier-ignore
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/**
 * A pair as IDEALPRO lists it.
 *
 * @param conId - the one of the synthetic market where absent
 */
export function pairOf(base: string, quote: string, conId?: number): Forex {
  const places = [traitsOf.get(base)?.place ?? 63, traitsOf.get(quote)?.place ?? 63] as const
  return {
    id: instrumentIdOf({ symbol: base, assetClass: 'CASH', currency: quote }),
    assetClass: 'CASH',
    conId: conId ?? FIRST_CON_ID + places[0] * 64 + places[1],
    symbol: base,
    exchange: 'IDEALPRO',
    currency: quote,
    multiplier: 1n,
    priceIncrements: quote === 'JPY' ? HALF_YEN_PIP : HALF_PIP,
    lot: quantity('0.01'),
    sector: 'Currencies',
  }
}

/** The name of a currency; its code where it is none of ours. */
export const currencyName = (code: string): string => traitsOf.get(code)?.name ?? code

/** What the drivers of all currencies share and differ by. */
const FOREX = {
  sessionsAYear: 252,
  /** Spread of EUR.USD, a fraction: two tenths of a pip; others by the root of turnover. */
  spread: 0.000_02,
  /** Units at the touch, and on an average day, of EUR.USD on one venue. */
  touch: 3_000_000,
  dailyVolume: 4_000_000_000,
  /** Between New York's close and Tokyo's morning quotes are this much wider. */
  eveningSpread: 2.5,
} as const

/** Tokyo; London and New York; the late afternoon. New York minutes of the session's date. */
const LEGS = [
  { from: -405, to: 180, variance: 0.24, volume: 0.22 },
  { from: 180, to: 720, variance: 0.62, volume: 0.65 },
  { from: 720, to: 1020, variance: 0.14, volume: 0.13 },
] as const

export interface ForexMarketSettings {
  readonly seed: number
  readonly pairs: readonly Forex[]
  readonly dates: readonly IsoDate[]
  /** The day on which currencies are worth what the table says. */
  readonly entryDate: IsoDate
  /** All volatilities times this, > 0; 1 where absent. */
  readonly volatilityFactor?: number
}

/** Worths of currencies in US dollars, by code. */
export type Worths = ReadonlyMap<string, PriceDriver | undefined>

/** @returns a driver for each currency but the dollar, which is worth one always */
export function currencyWorths(settings: Omit<ForexMarketSettings, 'pairs'>): Worths {
  const { seed, dates, entryDate, volatilityFactor = 1 } = settings
  const dollar = standardMoves(seed, 'dollar', dates.length)
  return new Map(
    CURRENCIES.map((of) => {
      if (of.code === 'USD') return [of.code, undefined]
      const own = standardMoves(seed, of.code, dates.length)
      const rest = Math.sqrt(1 - of.loading * of.loading)
      const daily = (of.volatility * volatilityFactor) / Math.sqrt(FOREX.sessionsAYear)
      const moves = own.map((move, t) => daily * (of.loading * (dollar[t] ?? 0) + rest * move))
      const start = of.dollars / Math.exp(sumUntil(moves, dates, entryDate))
      const key = randomKey(seed, 'worth', of.code)
      return [
        of.code,
        priceDriver({ key, dates, legsOf: (day) => legsOn(dates[day]), start, moves }),
      ]
    }),
  )
}

/** Daily returns of unit variance with clustering volatility. */
function standardMoves(seed: number, name: string, count: number): Float64Array {
  const stream = randomStream(randomKey(seed, 'forex', name))
  return garchReturns(stream, count, Math.sqrt(FOREX.sessionsAYear))
}

/** The sum of moves before a date. */
export function sumUntil(moves: Float64Array, dates: readonly IsoDate[], until: IsoDate): number {
  let sum = 0
  for (let i = 0; i < moves.length && (dates[i] ?? '') < until; i++) sum += moves[i] ?? 0
  return sum
}

function legsOn(date: IsoDate | undefined): readonly DriverLeg[] {
  const session = sessionOn(date ?? '', 'idealpro')
  invariant(date !== undefined && session !== undefined, 'a driver has sessions on its dates')
  return LEGS.map(({ from, to, variance, volume }) => ({
    from: newYorkInstant(date, from),
    to: newYorkInstant(date, to),
    variance,
    volume,
  }))
}

/** @param settings - a pair of a currency without a worth has no price */
export function forexMarket(
  settings: Pick<ForexMarketSettings, 'pairs'> & { readonly worths: Worths },
  hours: VenueHours,
): ClassMarket {
  const { pairs, worths } = settings
  const followers = new Map<InstrumentId, Follower>(
    pairs.map((of) => [of.id, pairFollower(of, worths)]),
  )
  return followedMarket(hours, (id) => followers.get(id))
}

/** In dollars; the dollar, which has no driver, is worth one. */
const worthAt = (driver: PriceDriver | undefined, at: EpochMs): number | undefined =>
  driver === undefined ? 1 : driver.priceAt(at)

const worthsBetween = (driver: PriceDriver | undefined, from: EpochMs, to: EpochMs) =>
  driver === undefined ? ONE_DOLLAR : driver.extremesBetween(from, to)
const ONE_DOLLAR = { high: 1, low: 1 } as const

function pairFollower(of: Forex, worths: Worths): Follower {
  const [base, quote] = [worths.get(of.symbol), worths.get(of.currency)]
  const priceAt = (at: EpochMs): number | undefined => {
    const [above, below] = [worthAt(base, at), worthAt(quote, at)]
    return above === undefined || below === undefined ? undefined : above / below
  }
  const turnover = turnoverOf(of)
  const dailyVolatility = Math.hypot(base?.dailyVolatility ?? 0, quote?.dailyVolatility ?? 0)
  return {
    of,
    priceAt,
    extremesBetween: (from, to) =>
      base === undefined || quote === undefined
        ? alone(base, quote, from, to)
        : ratioExtremes(priceAt, from, to),
    boundsBetween: (from, to) => {
      const [above, below] = [worthsBetween(base, from, to), worthsBetween(quote, from, to)]
      if (above === undefined || below === undefined) return undefined
      return { high: above.high / below.low, low: above.low / below.high }
    },
    spreadsBetween: (from, to, date, { high, low }) => {
      const usual = FOREX.spread / Math.sqrt(turnover)
      const wide = [wideningAt(from, date), wideningAt(to, date)]
      return [usual * low, usual * Math.max(...wide) * high]
    },
    volumeBetween: (from, to) => FOREX.dailyVolume * turnover * ((base ?? quote)?.volumeBetween(from, to) ?? 0), // prettier-ignore
    liquidityAt: (at, date) => pairLiquidity(of, dailyVolatility, at, date),
  }
}

/** How easily a pair trades of which only prices are known. */
export function pairLiquidity(
  of: Forex,
  dailyVolatility: number,
  at: EpochMs,
  date: IsoDate,
): Liquidity {
  const turnover = turnoverOf(of)
  return {
    spread: (FOREX.spread / Math.sqrt(turnover)) * wideningAt(at, date),
    touchSize: FOREX.touch * Math.sqrt(turnover),
    dailyVolume: FOREX.dailyVolume * turnover,
    dailyVolatility,
  }
}

/** A cross trades as the thinner of its two sides, and less. */
function turnoverOf({ symbol, currency }: Forex): number {
  const [base, quote] = [traitsOf.get(symbol)?.turnover ?? 0.05, traitsOf.get(currency)?.turnover ?? 0.05] // prettier-ignore
  const direct = symbol === 'USD' || currency === 'USD'
  return direct ? base * quote : 0.25 * base * quote
}

const wideningAt = (at: EpochMs, date: IsoDate): number =>
  at < newYorkInstant(date, -240) || at >= newYorkInstant(date, 1005) ? FOREX.eveningSpread : 1

/** One of the two is the dollar: the other's extremes, turned round where it is the quote. */
function alone(
  base: PriceDriver | undefined,
  quote: PriceDriver | undefined,
  from: EpochMs,
  to: EpochMs,
): { readonly high: number; readonly low: number } | undefined {
  const found = (base ?? quote)?.extremesBetween(from, to)
  if (found === undefined || base !== undefined) return found
  return { high: 1 / found.low, low: 1 / found.high }
}

/**
 * Extremes of a ratio of two paths, by looking at it at both ends and on every whole minute between, so that the bars of
 * a day never leave the day's own.
 */
function ratioExtremes(
  priceAt: (at: EpochMs) => number | undefined,
  from: EpochMs,
  to: EpochMs,
): { readonly high: number; readonly low: number } | undefined {
  let [high, low] = [-Infinity, Infinity]
  for (let at = from; ; at = Math.min(to, nextMinute(at))) {
    const seen = priceAt(at)
    if (seen === undefined) return undefined
    high = Math.max(high, seen)
    low = Math.min(low, seen)
    if (at >= to) return { high, low }
  }
}

const nextMinute = (at: EpochMs): EpochMs => (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS
