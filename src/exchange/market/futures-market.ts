/**
 * Futures by cost of carry: F = S e^(c τ), with S the price of what they are on and τ the years to expiry.
 *
 * c is the interest less what holding the thing pays: dividends of an index, interest of a currency, and for
 * goods the convenience yield less storage. It is constant within a session. Volume sits in the front contract
 * and moves to the next one in the days before the roll, along a logistic curve.
 *
 * Sources: J. Hull, "Options, Futures, and Other Derivatives", 11th ed., section 5.9 to 5.11 (carry); CME Group,
 * "Equity Index Roll Dates" (the Monday before the third Friday).
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Future } from '#model/instrument.ts'
import { HOUR_MS, dayNumberOf, type EpochMs, type IsoDate } from '#model/time.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import {
  followedMarket,
  type ClassMarket,
  type Follower,
} from '#exchange/market/followed-market.ts'
import {
  contractMonthOf,
  futureEndsAt,
  futureOf,
  futureRoot,
  listedMonths,
  type FutureRoot,
} from '#exchange/market/futures-cycle.ts'
import type { PriceDriver } from '#exchange/market/price-driver.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Annual carry by what is followed: a money-market rate of 4 % less what the thing pays. */
const CARRY: Readonly<Record<string, number>> = {
  SPX: 0.04 - 0.012,
  NDX: 0.04 - 0.007,
  RUT: 0.04 - 0.013,
  INDU: 0.04 - 0.016,
  EUR: 0.04 - 0.02,
  GC: 0.04,
  CL: -0.03,
  ZN: -0.005,
}

/** Days before the last trading day on which half of the volume has moved to the next contract. */
const ROLL_DAYS = { mean: 5, scale: 1.2 }

/** A contract that is not at the front trades this share of the root's volume a place. */
const BACK_SHARE = 0.02

export interface FuturesMarketSettings {
  readonly futures: readonly Future[]
  /** By the name that a root follows. */
  readonly drivers: ReadonlyMap<string, PriceDriver | undefined>
  /** Prices of the front contract, unadjusted, by the name that its root follows: they go before `drivers`. */
  readonly fronts?: ReadonlyMap<string, PriceDriver>
}

/** The market of futures, and their settlement prices. */
export interface FuturesMarket extends ClassMarket {
  /** On the contract's grid; undefined on a day without trades. */
  settlementPrice(id: InstrumentId, date: IsoDate): number | undefined
}

export function futuresMarket(settings: FuturesMarketSettings, hours: VenueHours): FuturesMarket {
  const followers = new Map<InstrumentId, Follower>()
  for (const of of settings.futures) {
    const follower = futureFollower(of, settings)
    if (follower !== undefined) followers.set(of.id, follower)
  }
  const market = followedMarket(hours, (id) => followers.get(id))
  return {
    ...market,
    settlementPrice: (id, date) => {
      const of = settings.futures.find((future) => future.id === id)
      const at = of === undefined ? undefined : settledAt(of, date)
      return at === undefined ? undefined : market.pathBar(id, at - 1, at)?.close
    },
  }
}

/**
 * Bars as something to follow: of a front contract, or of an index. A future on an index that has bars, and none of its
 * own, moves while the stock market is open and stands still at night.
 */
export function followedBars(
  market: Pick<MarketModel, 'fairPrice' | 'pathBar'>,
  id: InstrumentId,
): PriceDriver {
  return {
    dates: [],
    priceAt: (at) => market.fairPrice(id, at),
    extremesBetween: (from, to) => {
      const ends = [market.fairPrice(id, from), market.fairPrice(id, to)]
      const bar = market.pathBar(id, from, to)
      const all = [...ends, bar?.high, bar?.low].filter((price) => price !== undefined)
      return all.length === 0 ? undefined : { high: Math.max(...all), low: Math.min(...all) }
    },
    volumeBetween: (from, to) => Math.min(1, (to - from) / FUTURES_DAY_MS),
    dailyVolatility: USUAL_VOLATILITY,
  }
}

/** Of an index, a day: what impact is scaled by. */
const USUAL_VOLATILITY = 0.01

/** Globex is open for 23 hours. */
const FUTURES_DAY_MS = 23 * HOUR_MS

/** When a day's settlement price is taken: at the root's hour, or when trading ends for good. */
function settledAt(of: Future, date: IsoDate): EpochMs {
  const usual = newYorkInstant(date, futureRoot(of.symbol)?.settles ?? 960)
  return Math.min(usual, futureEndsAt(of))
}

function futureFollower(
  of: Future,
  { drivers, fronts }: FuturesMarketSettings,
): Follower | undefined {
  const root = futureRoot(of.symbol)
  const front = fronts?.get(root?.follows ?? of.symbol)
  const driver = front ?? drivers.get(root?.follows ?? of.symbol)
  if (root === undefined || driver === undefined) return undefined
  const carry = CARRY[root.follows] ?? 0
  const expiryDay = dayNumberOf(of.expiry) ?? 0
  /** Days that are carried: to the last day, or from the front contract's to this one's. */
  const daysOn = rememberLast((date) => {
    const day = dayNumberOf(date) ?? expiryDay
    const until =
      front === undefined ? day : (dayNumberOf(frontContract(root, date)?.expiry ?? '') ?? day)
    return Math.max(0, expiryDay - until)
  })
  const factorOn = (date: IsoDate): number => Math.exp((carry * daysOn(date)) / 365)
  const shareOn = rememberLast((date) => shareOfVolume(root, of, date))
  const dailyVolume = (date: IsoDate) => Math.max(1, root.dailyVolume * shareOn(date))
  const tick = Number(root.tick)
  return {
    of,
    endsAt: futureEndsAt(of),
    priceAt: (at, date) => {
      const spot = driver.priceAt(at)
      return spot === undefined ? undefined : spot * factorOn(date)
    },
    extremesBetween: (from, to, date) => {
      const spot = driver.extremesBetween(from, to)
      const factor = factorOn(date)
      return spot === undefined ? undefined : { high: spot.high * factor, low: spot.low * factor }
    },
    spreadsBetween: (_from, _to, date) => {
      const spread = tick * (1 + BACK_TICKS * (1 - shareOn(date)))
      return [spread, spread]
    },
    volumeBetween: (from, to, date) => dailyVolume(date) * driver.volumeBetween(from, to),
    liquidityAt: (at, date) => {
      const share = shareOn(date)
      const price = (driver.priceAt(at) ?? tick) * factorOn(date)
      const ticks = 1 + BACK_TICKS * (1 - share)
      return {
        spread: (tick * ticks) / price,
        touchSize: Math.max(1, root.touch * share * activityAt(at, date)),
        dailyVolume: dailyVolume(date),
        dailyVolatility: driver.dailyVolatility,
      }
    },
  }
}

/** A figure that changes by the day and is asked for by the quote. */
function rememberLast(figure: (date: IsoDate) => number): (date: IsoDate) => number {
  let [known, found] = ['', 0]
  return (date) => {
    if (date !== known) [known, found] = [date, figure(date)]
    return found
  }
}

/** The spread of a contract that hardly trades is so many ticks wider. */
const BACK_TICKS = 4

/** At night the touch shows this share of the day's. */
const NIGHT_TOUCH = 0.3

const activityAt = (at: EpochMs, date: IsoDate): number =>
  at >= newYorkInstant(date, 480) && at < newYorkInstant(date, 960) ? 1 : NIGHT_TOUCH

/** Share of the root's volume that a contract has on a day; the listed contracts' shares sum to about 1. */
export function shareOfVolume(root: FutureRoot, of: Future, date: IsoDate): number {
  const months = listedMonths(root, date)
  const mine = contractMonthOf(of)
  const place = months.findIndex(({ year, month }) => year === mine.year && month === mine.month)
  if (place < 0) return BACK_SHARE / 10
  const [front] = months
  const rolled = front === undefined ? 0 : rolledShare(root, front, date)
  if (place === 0) return (1 - rolled) * (1 - BACK_SHARE * 2)
  if (place === 1) return Math.max(BACK_SHARE, rolled * (1 - BACK_SHARE * 2))
  return BACK_SHARE / place
}

/** How much of the volume has moved on from a contract: 1 / (1 + e^((days left − mean) / scale)). */
function rolledShare(
  root: FutureRoot,
  month: Parameters<typeof futureOf>[1],
  date: IsoDate,
): number {
  const expiry = dayNumberOf(futureOf(root, month).expiry) ?? 0
  const left = expiry - (dayNumberOf(date) ?? expiry)
  return 1 / (1 + Math.exp((left - ROLL_DAYS.mean) / ROLL_DAYS.scale))
}

/** The contract of a root that trades most on a day: what IBKR's continuous future means. */
export function frontContract(root: FutureRoot, date: IsoDate): Future | undefined {
  const contracts = listedMonths(root, date).map((month) => futureOf(root, month))
  let front: Future | undefined
  let most = -1
  for (const of of contracts) {
    const share = shareOfVolume(root, of, date)
    if (share > most) [front, most] = [of, share]
  }
  return front
}
