/**
 * The prices behind the synthetic market's indices, funds and futures.
 *
 * An index is the limit of a basket of the market's own stocks: names' own parts diversify away, and what is left
 * of rᵢ = βᵢ m + γᵢ s + eᵢ is the market factor and the sector factors by weight. A stock's beta to the index is
 * therefore the one it was drawn with. Between sessions the index has a level that only its futures show.
 * Crude oil, gold and notes have a driver of their own, currencies theirs (`forex-market.ts`).
 */
import { invariant } from '#model/invariant.ts'
import type { IsoDate } from '#model/time.ts'
import { newYorkInstant, sessionOn } from '#marketdata/calendar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { sumUntil } from '#exchange/market/forex-market.ts'
import { priceDriver, type DriverLeg, type PriceDriver } from '#exchange/market/price-driver.ts'
import { SYNTHETIC, factorReturns, garchReturns } from '#exchange/market/synthetic-market.ts'
import { SECTOR_WEIGHTS_BY_NAME } from '#exchange/market/synthetic-universe.ts'

interface IndexDriver {
  /** Exposure to the market factor. */
  readonly beta: number
  /** Weights of sector factors, by name; the universe's own where absent. */
  readonly sectors?: Readonly<Record<string, number>>
  /** Annual volatility of its own: size, style. */
  readonly own: number
  /** Level when the market is entered. */
  readonly level: number
}

/** Levels of about the end of 2025, so that notionals and margins are of today's size. */
const INDICES: Readonly<Record<string, IndexDriver>> = {
  SPX: { beta: 1, own: 0, level: 6_850 },
  NDX: { beta: 1.1, own: 0.03, level: 25_250, sectors: { 'Information Technology': 0.5, 'Communication Services': 0.2, 'Consumer Discretionary': 0.3 } }, // prettier-ignore
  RUT: { beta: 1.12, own: 0.08, level: 2_480, sectors: { Financials: 0.2, 'Health Care': 0.2, Industrials: 0.3, Energy: 0.1, 'Real Estate': 0.2 } }, // prettier-ignore
  INDU: { beta: 0.92, own: 0.03, level: 48_050, sectors: { Financials: 0.3, Industrials: 0.3, 'Information Technology': 0.2, 'Health Care': 0.2 } }, // prettier-ignore
}

interface CommodityDriver {
  readonly volatility: number
  readonly level: number
  /** Loading on the market factor. */
  readonly beta: number
}

const COMMODITIES: Readonly<Record<string, CommodityDriver>> = {
  CL: { volatility: 0.32, level: 57.5, beta: 0.3 },
  GC: { volatility: 0.18, level: 4_340, beta: 0 },
  ZN: { volatility: 0.055, level: 112.5, beta: -0.08 },
}

export interface DriverSettings {
  readonly seed: number
  /** Sessions of the market, oldest first. */
  readonly dates: readonly IsoDate[]
  /** The day on which each driver is worth what its table says. */
  readonly entryDate: IsoDate
  /** All volatilities times this, > 0; 1 where absent. */
  readonly volatilityFactor?: number
}

/** Drivers by the name that futures and indices follow. */
export function syntheticDrivers(settings: DriverSettings): ReadonlyMap<string, PriceDriver> {
  const { seed, dates, volatilityFactor = 1 } = settings
  const factors = factorReturns(seed, dates.length, volatilityFactor)
  const own = (name: string, volatility: number) =>
    garchReturns(
      randomStream(randomKey(seed, 'driver', name)),
      dates.length,
      volatility * volatilityFactor,
    )
  const drivers = new Map<string, PriceDriver>()
  for (const [name, index] of Object.entries(INDICES)) {
    const weights = Object.entries(index.sectors ?? SECTOR_WEIGHTS_BY_NAME)
    const sectors = weights.map(([sector, weight]) => [factors.sector(sector), weight] as const)
    const moves = own(name, index.own).map((move, t) => {
      const shared = sectors.reduce((sum, [returns, weight]) => sum + weight * (returns[t] ?? 0), 0)
      return move + index.beta * (factors.market[t] ?? 0) + shared
    })
    drivers.set(name, driverOf(settings, name, index.level, moves, equityLegs))
  }
  for (const [name, { volatility, level, beta }] of Object.entries(COMMODITIES)) {
    const moves = own(name, volatility).map(
      (move, t) => move + beta * marketNews(factors.market, t),
    )
    drivers.set(name, driverOf(settings, name, level, moves, commodityLegs))
  }
  return drivers
}

/** The market factor without the reward for holding it. */
const marketNews = (market: Float64Array, t: number): number =>
  (market[t] ?? 0) - SYNTHETIC.market.driftAYear / SYNTHETIC.sessionsAYear

function driverOf(
  { seed, dates, entryDate }: DriverSettings,
  name: string,
  level: number,
  moves: Float64Array,
  legsOn: (date: IsoDate, before: IsoDate | undefined) => readonly DriverLeg[],
): PriceDriver {
  return priceDriver({
    key: randomKey(seed, 'driver', name, 'path'),
    dates,
    legsOf: (day) => legsOn(dates[day] ?? '', dates[day - 1]),
    start: level / Math.exp(sumUntil(moves, dates, entryDate)),
    moves,
  })
}

/**
 * From one close of the stock market to the next: the evening's hour, the night until the open, the session.
 * A quarter of the variance falls outside the session, as in `synthetic-market.ts`.
 */
function equityLegs(date: IsoDate, before: IsoDate | undefined): readonly DriverLeg[] {
  const [stocks, globex] = [sessionOn(date, 'us-equity'), sessionOn(date, 'globex')]
  invariant(stocks !== undefined && globex !== undefined, 'a driver has sessions on its dates')
  const outside = SYNTHETIC.overnightVariance
  const night = { from: globex.opensAt, to: stocks.opensAt }
  const day = { from: stocks.opensAt, to: stocks.closesAt, variance: 1 - outside, volume: 0.84 }
  const evening = before === undefined ? undefined : eveningOf(before)
  if (evening === undefined) return [{ ...night, variance: outside, volume: 0.16 }, day]
  return [
    { ...evening, variance: outside * 0.1, volume: 0.02 },
    { ...night, variance: outside * 0.9, volume: 0.14 },
    day,
  ]
}

/** From the stock market's close to Globex's. */
function eveningOf(date: IsoDate): Pick<DriverLeg, 'from' | 'to'> | undefined {
  const [stocks, globex] = [sessionOn(date, 'us-equity'), sessionOn(date, 'globex')]
  if (stocks === undefined || globex === undefined || globex.closesAt <= stocks.closesAt)
    return undefined
  return { from: stocks.closesAt, to: globex.closesAt }
}

/** Asia and London; the pit's old hours; the afternoon. New York minutes of the date, within Globex's session. */
const COMMODITY_LEGS = [
  { from: -360, to: 480, variance: 0.27, volume: 0.25 },
  { from: 480, to: 795, variance: 0.6, volume: 0.62 },
  { from: 795, to: 1020, variance: 0.13, volume: 0.13 },
] as const

function commodityLegs(date: IsoDate): readonly DriverLeg[] {
  return COMMODITY_LEGS.map(({ from, to, variance, volume }) => ({
    from: newYorkInstant(date, from),
    to: newYorkInstant(date, to),
    variance,
    volume,
  }))
}
