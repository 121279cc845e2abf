/** Bars of given returns, and seeded worlds of returns whose covariance is known. */
import type { InstrumentId } from '#model/ids.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import type { RiskName } from '#risk/models/risk-model.ts'

/** A Tuesday. */
const FIRST_DAY = 17_000

export type Histories = Map<InstrumentId, readonly PriceBar[]>

/**
 * Bars that start at 100 on day 0 and return `returns[t]` on day t + 1; `from` moves the start.
 */
export function barsOfReturns(returns: ArrayLike<number>, from = 0): PriceBar[] {
  let close = 100
  const bars = [barOn(from, close)]
  for (let t = 0; t < returns.length; t++) {
    close *= 1 + returns[t]!
    bars.push(barOn(from + t + 1, close))
  }
  return bars
}

function barOn(day: number, close: number): PriceBar {
  const date = FIRST_DAY + day
  return { date: isoDateOf(date * DAY_MS), at: date * DAY_MS, open: close, high: close, low: close, close, volume: 1e6 } // prettier-ignore
}

export interface ReturnWorld {
  readonly names: readonly RiskName[]
  readonly bars: Histories
  /** By name, [T] each. */
  readonly returns: ReadonlyMap<InstrumentId, Float64Array>
}

export interface WorldOf {
  readonly names: number
  readonly days: number
  readonly sectors?: number
  readonly seed?: number
}

/** Daily standard deviations of the parts of a return: the market's, a sector's, a name's own. */
export const WORLD_DEVIATIONS = { market: 0.01, sector: 0.007, own: 0.015 } as const

/**
 * Names `N000`, `N001`, … with betas from 0.5 to 1.5, in sectors `S0`, `S1`, … by turns; `MKT` has the market's bars and is
 * not among the names.
 */
export function returnWorld({ names: count, days, sectors = 4, seed = 1 }: WorldOf): ReturnWorld {
  const series = (scale: number, ...path: (string | number)[]) => {
    const draws = randomStream(randomKey(seed, ...path))
    return Float64Array.from({ length: days }, () => scale * draws.normal())
  }
  const market = series(WORLD_DEVIATIONS.market, 'market')
  const common = Array.from({ length: sectors }, (_, j) => series(WORLD_DEVIATIONS.sector, 'sector', j)) // prettier-ignore
  const returns = new Map<InstrumentId, Float64Array>()
  const names = Array.from({ length: count }, (_, i): RiskName => {
    const instrument = `N${String(i).padStart(3, '0')}` as InstrumentId
    const own = series(WORLD_DEVIATIONS.own, 'own', i)
    const row = own.map((value, t) => value + betaOf(i, count) * market[t]! + common[i % sectors]![t]!) // prettier-ignore
    returns.set(instrument, row)
    return { instrument, sector: `S${i % sectors}`, driver: instrument }
  })
  const bars: Histories = new Map([...returns].map(([id, row]) => [id, barsOfReturns(row)]))
  bars.set('MKT' as InstrumentId, barsOfReturns(market))
  return { names, bars, returns }
}

/** From 0.5 for the first name to 1.5 for the last. */
export const betaOf = (i: number, count: number): number => 0.5 + i / Math.max(1, count - 1)
