/**
 * Indices: published while the stock market trades, never traded themselves; and funds that hold them.
 *
 * Both show the level of one driver (`synthetic-drivers.ts`): the index as it is, the fund a fixed share of it
 * in cents. An index has no book, so its liquidity is undefined and what is quoted of it is its last level.
 */
import { price, quantity } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'
import type { Index } from '#exchange/listing.ts'
import {
  followedMarket,
  type ClassMarket,
  type Follower,
} from '#exchange/market/followed-market.ts'
import type { PriceDriver } from '#exchange/market/price-driver.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

interface IndexListing {
  readonly symbol: string
  readonly exchange: string
  readonly name: string
  /** Between strikes of its options; undefined: it has none. */
  readonly strikeStep?: number
}

/**
 * Indices go by the codes that clients ask for, as futures and currencies do; the names say that what they
 * measure is simulated.
 */
export const INDEX_LISTINGS: readonly IndexListing[] = [
  { symbol: 'INDU', exchange: 'CME', name: 'Simulated 30 Industrials Index' },
  { symbol: 'NDX', exchange: 'NASDAQ', name: 'Simulated Nasdaq-Style 100 Index', strikeStep: 25 },
  { symbol: 'RUT', exchange: 'RUSSELL', name: 'Simulated Small Companies Index', strikeStep: 5 },
  { symbol: 'SPX', exchange: 'CBOE', name: 'Simulated 500 Stock Index', strikeStep: 5 },
]

interface FundListing {
  readonly symbol: string
  readonly name: string
  readonly primaryExchange: string
  /** The driver whose level it is a share of. */
  readonly follows: string
  /** Fund's price for a level of 1. */
  readonly scale: number
  /** Units on an average day. */
  readonly dailyVolume: number
  /** Annual distributions, a fraction of the price. */
  readonly yield: number
}

// prettier-ignore
export const FUND_LISTINGS: readonly FundListing[] = [
  { symbol: 'DIA', name: 'Simulated Industrials Trust', primaryExchange: 'ARCA', follows: 'INDU', scale: 0.01, dailyVolume: 4_500_000, yield: 0.015 },
  { symbol: 'GLD', name: 'Simulated Gold Shares', primaryExchange: 'ARCA', follows: 'GC', scale: 0.0917, dailyVolume: 9_000_000, yield: 0 },
  { symbol: 'IEF', name: 'Simulated 7-10 Year Treasury Bond Fund', primaryExchange: 'NASDAQ', follows: 'ZN', scale: 0.855, dailyVolume: 8_000_000, yield: 0.036 },
  { symbol: 'IWM', name: 'Simulated Small Companies Fund', primaryExchange: 'ARCA', follows: 'RUT', scale: 0.0995, dailyVolume: 30_000_000, yield: 0.012 },
  { symbol: 'QQQ', name: 'Simulated Nasdaq-Style 100 Trust', primaryExchange: 'NASDAQ', follows: 'NDX', scale: 0.0243, dailyVolume: 45_000_000, yield: 0.006 },
  { symbol: 'SPY', name: 'Simulated 500 Stock Trust', primaryExchange: 'ARCA', follows: 'SPX', scale: 0.0997, dailyVolume: 70_000_000, yield: 0.012 },
]

/** What tells a fund from a company. */
export const FUND_SECTOR = 'Funds'

const FIRST_INDEX_CON_ID = 930_000_001
const FIRST_FUND_CON_ID = 920_000_001

export const syntheticIndices = (): readonly Index[] =>
  INDEX_LISTINGS.map(({ symbol, exchange }, i) => ({
    id: indexIdOf(symbol),
    assetClass: 'IND',
    conId: FIRST_INDEX_CON_ID + i,
    symbol,
    exchange,
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: [{ from: price('0'), increment: price('0.01') }],
    sector: 'Indices',
  }))

/** The name of an index, `SPX.IND.USD`: no instrument, so not in the grammar of `instrument-id.ts`. */
export const indexIdOf = (symbol: string, currency = 'USD'): InstrumentId =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- where the ids of indices are made
  `${symbol}.IND.${currency}` as InstrumentId

/** @param taken - tickers that a synthetic stock already has; such a fund is not listed */
export const syntheticFunds = (taken: ReadonlySet<string>): readonly Stock[] =>
  FUND_LISTINGS.flatMap(({ symbol, primaryExchange }, i) =>
    taken.has(symbol) ? [] : [fundOf(symbol, primaryExchange, FIRST_FUND_CON_ID + i)],
  )

function fundOf(symbol: string, primaryExchange: string, conId: number): Stock {
  return {
    id: instrumentIdOf({ symbol, assetClass: 'STK', currency: 'USD' }),
    assetClass: 'STK',
    conId,
    symbol,
    exchange: 'SMART',
    primaryExchange,
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: ONE_CENT,
    lot: quantity('1'),
    sector: FUND_SECTOR,
    shortable: true,
    borrowRate: 0.0025,
  }
}

/** What an index listing and a fund listing say of one ticker. */
export const fundListing = (symbol: string): FundListing | undefined =>
  FUND_LISTINGS.find((fund) => fund.symbol === symbol)
export const indexListing = (symbol: string): IndexListing | undefined =>
  INDEX_LISTINGS.find((index) => index.symbol === symbol)

/** How far apart an index's strikes are; undefined where it has no options. */
export const indexStrikeStep = (symbol: string): number | undefined =>
  indexListing(symbol)?.strikeStep

/** An index as bars of a stock would be read: same hours, nothing to trade. */
export const asStock = (of: Index): Stock => ({
  ...of,
  assetClass: 'STK',
  primaryExchange: of.exchange,
  lot: quantity('1'),
  shortable: false,
  borrowRate: 0,
})

export interface IndexMarketSettings {
  readonly indices: readonly Index[]
  readonly funds: readonly Stock[]
  readonly drivers: ReadonlyMap<string, PriceDriver | undefined>
}

/** Funds and indices; those whose driver is missing have no price. */
export function indexMarket(settings: IndexMarketSettings, hours: VenueHours): ClassMarket {
  const { indices, funds, drivers } = settings
  const followers = new Map<InstrumentId, Follower>()
  for (const of of indices) {
    const driver = drivers.get(of.symbol)
    if (driver !== undefined) followers.set(of.id, indexFollower(of, driver))
  }
  for (const of of funds) {
    const listing = fundListing(of.symbol)
    const driver = drivers.get(listing?.follows ?? '')
    if (listing !== undefined && driver !== undefined)
      followers.set(of.id, fundFollower(of, listing, driver))
  }
  const market = followedMarket(hours, (id) => followers.get(id))
  const published = new Set(indices.map(({ id }) => id))
  return {
    ...market,
    liquidity: (id, at) => (published.has(id) ? undefined : market.liquidity(id, at)),
  }
}

function indexFollower(of: Index, driver: PriceDriver): Follower {
  return {
    of,
    priceAt: (at) => driver.priceAt(at),
    extremesBetween: (from, to) => driver.extremesBetween(from, to),
    spreadsBetween: (_from, _to, _date, { high, low }) => [
      NO_BOOK.spread * low,
      NO_BOOK.spread * high,
    ],
    volumeBetween: () => 0,
    liquidityAt: () => ({ ...NO_BOOK, dailyVolatility: driver.dailyVolatility }),
  }
}

const NO_BOOK = { spread: 0.0001, touchSize: 1, dailyVolume: 1 } as const

/** Spread of the most liquid funds: a cent; their touch a ten-thousandth of the day. */
const FUND_SPREAD_CENTS = 1
const TOUCH_SHARE = 0.000_05

function fundFollower(
  of: Stock,
  { scale, dailyVolume }: FundListing,
  driver: PriceDriver,
): Follower {
  const priceAt = (at: number) => {
    const level = driver.priceAt(at)
    return level === undefined ? undefined : level * scale
  }
  return {
    of,
    priceAt,
    extremesBetween: (from, to) => {
      const level = driver.extremesBetween(from, to)
      return level === undefined ? undefined : { high: level.high * scale, low: level.low * scale }
    },
    spreadsBetween: () => [FUND_SPREAD_CENTS / 100, FUND_SPREAD_CENTS / 100],
    volumeBetween: (from, to) => (dailyVolume * driver.volumeBetween(from, to)) / SESSION_VOLUME,
    liquidityAt: (at) => ({
      spread: FUND_SPREAD_CENTS / 100 / (priceAt(at) ?? 100),
      touchSize: Math.max(100, dailyVolume * TOUCH_SHARE),
      dailyVolume,
      dailyVolatility: driver.dailyVolatility,
    }),
  }
}

/** Share of a driver's volume that falls into the stock market's session: what is a fund's whole day. */
const SESSION_VOLUME = 0.84
