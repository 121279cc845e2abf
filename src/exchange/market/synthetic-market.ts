/**
 * A market that never was, with the traits that matter to a rebalancer: names move together
 * through a market and eleven sector factors, volatility clusters, small names are wilder, wider and
 * thinner than large ones.
 *
 *   rᵢ(t) = βᵢ m(t) + γᵢ s(t, sector of i) + eᵢ(t),   each of m, s, e a GARCH(1,1) of its own
 *
 * A day's return is parted into the night (a quarter of its variance) and the session; the session's
 * high and low are draws from the exact law of a Brownian bridge's extremes, given open and close.
 * An instrument's history is drawn when it is first looked at, from streams named by seed and
 * instrument, so that no history depends on which others were looked at.
 *
 * Sources: T. Bollerslev, "Generalized Autoregressive Conditional Heteroskedasticity", Journal of
 * Econometrics 31 (1986); R. Cont, "Empirical Properties of Asset Returns", Quantitative Finance 1
 * (2001), for the traits.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { IsoDate } from '#model/time.ts'
import { sessionOn, tradingDays } from '#marketdata/calendar.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import { barMarket } from '#exchange/market/bar-market.ts'
import { bridgeMaximum } from '#exchange/market/bridge.ts'
import type { MarketModel } from '#exchange/market-model.ts'

/** What the draws are drawn by. Volatilities are annual fractions. */
export const SYNTHETIC = {
  sessionsAYear: 252,
  market: { volatility: 0.16, driftAYear: 0.06 },
  sectorVolatility: 0.09,
  /** βᵢ and γᵢ: mean and standard deviation; β at least 0.1. */
  beta: { mean: 1, deviation: 0.3 },
  sectorLoading: { mean: 1, deviation: 0.3 },
  /** Own volatility of the median name; it grows by the elasticity as the traded value falls. */
  ownVolatility: { median: 0.26, elasticity: -0.12 },
  /** GARCH(1,1): weight of yesterday's square and of yesterday's variance. Bollerslev's range. */
  garch: { reaction: 0.08, memory: 0.9 },
  /** Value traded a day, USD, log-normal: from about 5 m to 3 bn. */
  dailyValue: { median: 120_000_000, logDeviation: 1.3 },
  /** Price at the start, USD, log-normal. */
  price: { median: 75, logDeviation: 0.7 },
  /** No close of the whole history is below: a name is drawn higher instead. */
  leastClose: 8,
  overnightVariance: 0.25,
  /** Log deviation of a day's volume, and how a day of one more standard deviation adds to it. */
  volume: { logDeviation: 0.3, moveElasticity: 0.35 },
} as const

export interface SyntheticMarketSettings {
  readonly seed: number
  /** Names of one sector share a factor, by their `sector`. */
  readonly instruments: readonly Instrument[]
  /** Two years before the first day that is traded give a risk model its history. */
  readonly firstDate: IsoDate
  readonly lastDate: IsoDate
  /** All volatilities times this, > 0; 1 where absent. */
  readonly volatilityFactor?: number
}

/** @throws InvariantError when there is no session between the dates */
export function syntheticMarket(settings: SyntheticMarketSettings): MarketModel {
  const { seed, instruments, firstDate, lastDate, volatilityFactor = 1 } = settings
  const dates = tradingDays(firstDate, lastDate).map((date) => ({
    date,
    at: sessionOn(date, 'us-equity')?.opensAt ?? 0,
  }))
  invariant(dates.length > 0, `there is a trading day from ${firstDate} to ${lastDate}`)
  const factors = factorReturns(seed, dates.length, volatilityFactor)
  return barMarket({
    kind: 'synthetic',
    seed,
    instruments,
    firstDate,
    lastDate,
    seriesOf: (of) => ({ bars: historyOf(of, seed, dates, factors, volatilityFactor), splits: [] }),
  })
}

type SessionOpen = Pick<PriceBar, 'date' | 'at'>

/** Daily log returns that names share. */
export interface Factors {
  readonly market: Float64Array
  sector(name: string): Float64Array
}

/** Daily returns of the factors, each drawn once. */
export function factorReturns(seed: number, sessions: number, volatilityFactor = 1): Factors {
  const { volatility, driftAYear } = SYNTHETIC.market
  const drift = driftAYear / SYNTHETIC.sessionsAYear
  const market = garchReturns(
    streamOf(seed, 'market'),
    sessions,
    volatility * volatilityFactor,
  ).map((move) => move + drift)
  const sectors = new Map<string, Float64Array>()
  const sector = (name: string): Float64Array => {
    const known = sectors.get(name)
    if (known !== undefined) return known
    const stream = streamOf(seed, 'sector', name)
    const drawn = garchReturns(stream, sessions, SYNTHETIC.sectorVolatility * volatilityFactor)
    sectors.set(name, drawn)
    return drawn
  }
  return { market, sector }
}

const streamOf = (seed: number, ...path: readonly string[]): RandomStream =>
  randomStream(randomKey(seed, 'synthetic', ...path))

/**
 * σ²(t) = ω + α e(t−1)² + β σ²(t−1), with ω such that the long-run variance is the asked one.
 *
 * @param volatility - annual, a fraction > 0
 */
export function garchReturns(
  stream: RandomStream,
  sessions: number,
  volatility: number,
): Float64Array {
  const { reaction, memory } = SYNTHETIC.garch
  const longRun = (volatility * volatility) / SYNTHETIC.sessionsAYear
  const moves = new Float64Array(sessions)
  let variance = longRun
  for (let t = 0; t < sessions; t++) {
    const move = Math.sqrt(variance) * stream.normal()
    moves[t] = move
    variance = (1 - reaction - memory) * longRun + reaction * move * move + memory * variance
  }
  return moves
}

/** The traits that one name keeps. */
interface Character {
  readonly beta: number
  readonly sectorLoading: number
  readonly ownVolatility: number
  readonly dailyValue: number
  readonly startPrice: number
}

function characterOf(stream: RandomStream): Character {
  const { beta, sectorLoading, ownVolatility, dailyValue, price } = SYNTHETIC
  const size = dailyValue.logDeviation * stream.normal()
  return {
    beta: Math.max(0.1, beta.mean + beta.deviation * stream.normal()),
    sectorLoading: sectorLoading.mean + sectorLoading.deviation * stream.normal(),
    ownVolatility: ownVolatility.median * Math.exp(ownVolatility.elasticity * size),
    dailyValue: dailyValue.median * Math.exp(size),
    startPrice: price.median * Math.exp(price.logDeviation * stream.normal()),
  }
}

/** What a name trades a day, USD, before its history is drawn: who is large. */
export const dailyValueOf = (seed: number, id: InstrumentId): number =>
  characterOf(streamOf(seed, 'character', id)).dailyValue

function historyOf(
  of: Instrument,
  seed: number,
  dates: readonly SessionOpen[],
  factors: Factors,
  volatilityFactor: number,
): readonly PriceBar[] {
  const character = characterOf(streamOf(seed, 'character', of.id))
  const own = garchReturns(
    streamOf(seed, 'own', of.id),
    dates.length,
    character.ownVolatility * volatilityFactor,
  )
  const sector = factors.sector(of.sector)
  const moves = own.map(
    (move, t) =>
      move + character.beta * (factors.market[t] ?? 0) + character.sectorLoading * (sector[t] ?? 0),
  )
  const start = highEnough(character.startPrice, moves)
  const volatility = deviationOf(moves)
  const shares = character.dailyValue / start
  const stream = streamOf(seed, 'days', of.id)
  let close = start
  return dates.map((day, t) => {
    const bar = dayBar(day, close, moves[t] ?? 0, volatility, shares, stream)
    close = bar.close
    return bar
  })
}

/** The start that keeps every close above the least one. */
function highEnough(start: number, moves: Float64Array): number {
  let [log, lowest] = [0, 0]
  for (const move of moves) {
    log += move
    lowest = Math.min(lowest, log)
  }
  return Math.max(start, SYNTHETIC.leastClose * Math.exp(-lowest))
}

function deviationOf(moves: Float64Array): number {
  let squares = 0
  for (const move of moves) squares += move * move
  return Math.sqrt(squares / Math.max(1, moves.length))
}

/** One day, its prices in whole cents. */
function dayBar(
  day: SessionOpen,
  previousClose: number,
  move: number,
  volatility: number,
  shares: number,
  stream: RandomStream,
): PriceBar {
  const { overnightVariance, volume } = SYNTHETIC
  const share = overnightVariance
  const gap = share * move + Math.sqrt(share * (1 - share)) * volatility * stream.normal()
  const session = move - gap
  const deviation = volatility * Math.sqrt(1 - share)
  const above = bridgeMaximum(session, deviation, stream.uniform())
  const below = bridgeMaximum(-session, deviation, stream.uniform())
  const opening = previousClose * Math.exp(gap)
  const [open, close] = [cents(opening), cents(previousClose * Math.exp(move))]
  const surprise = Math.abs(move) / volatility - MEAN_SURPRISE
  const activity = volume.logDeviation * stream.normal() + volume.moveElasticity * surprise
  return {
    ...day,
    open,
    high: Math.max(open, close, cents(opening * Math.exp(above))),
    low: Math.min(open, close, cents(opening * Math.exp(-below))),
    close,
    volume: Math.max(100, Math.round(shares * Math.exp(activity))),
  }
}

/** E|z| of a standard normal, √(2/π). */
const MEAN_SURPRISE = 0.7978845608028654

const cents = (price: number): number => Math.max(1, Math.round(price * 100)) / 100
