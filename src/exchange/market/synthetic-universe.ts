/**
 * A universe of stocks that never were: tickers, sectors, listings, by seed.
 *
 * Tickers look like tickers and are drawn from letters, so that some coincide with a real one; nothing
 * else about them does. Contract numbers start where IBKR's do not reach.
 */
import { instrumentIdOf } from '#model/instrument-id.ts'
import { quantity } from '#model/fixed.ts'
import type { Stock } from '#model/instrument.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'

/** The sectors of the Global Industry Classification Standard, MSCI and S&P, 2023. */
export const GICS_SECTORS = [
  'Communication Services',
  'Consumer Discretionary',
  'Consumer Staples',
  'Energy',
  'Financials',
  'Health Care',
  'Industrials',
  'Information Technology',
  'Materials',
  'Real Estate',
  'Utilities',
] as const

/** How many of a hundred names: the S&P 500's count by sector at the end of 2023, rounded. */
const SECTOR_WEIGHTS = [4, 10, 8, 5, 14, 13, 16, 13, 6, 6, 5] as const

/** Shares of the sectors, by name; they sum to 1. */
export const SECTOR_WEIGHTS_BY_NAME: Readonly<Record<string, number>> = Object.fromEntries(
  GICS_SECTORS.map((name, i) => [name, (SECTOR_WEIGHTS[i] ?? 0) / 100]),
)

const FIRST_CON_ID = 900_000_001

export interface SyntheticUniverseSettings {
  readonly seed: number
  /** 1 to 10,000. */
  readonly count: number
}

/** @returns stocks sorted by id; the same seed and count give the same ones */
export function syntheticUniverse({ seed, count }: SyntheticUniverseSettings): readonly Stock[] {
  const stream = randomStream(randomKey(seed, 'universe'))
  const symbols = new Set<string>()
  while (symbols.size < count) symbols.add(ticker(stream))
  return [...symbols].toSorted().map((symbol, i) => stock(symbol, FIRST_CON_ID + i, stream))
}

function stock(symbol: string, conId: number, stream: RandomStream): Stock {
  const hardToBorrow = stream.uniform() < 0.04
  return {
    id: instrumentIdOf({ symbol, assetClass: 'STK', currency: 'USD' }),
    assetClass: 'STK',
    conId,
    symbol,
    exchange: 'SMART',
    primaryExchange: symbol.length > 3 ? 'NASDAQ' : 'NYSE',
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: ONE_CENT,
    lot: quantity('1'),
    sector: sectorBy(stream.uniform()),
    shortable: !hardToBorrow,
    borrowRate: hardToBorrow ? 0.12 : 0.003,
  }
}

const CONSONANTS = 'BCDFGHJKLMNPRSTVWX'
const VOWELS = 'AEIOUY'

/** Two to four letters, with a vowel somewhere: `KO`, `VELT`. */
function ticker(stream: RandomStream): string {
  const length = 2 + stream.below(3)
  const vowelAt = stream.below(length)
  const letters = Array.from({ length }, (_, i) => {
    const from = i === vowelAt || stream.uniform() < 0.15 ? VOWELS : CONSONANTS
    return from.charAt(stream.below(from.length))
  })
  return letters.join('')
}

function sectorBy(u: number): string {
  const total = SECTOR_WEIGHTS.reduce<number>((sum, weight) => sum + weight, 0)
  let left = u * total
  const place = SECTOR_WEIGHTS.findIndex((weight) => (left -= weight) < 0)
  return GICS_SECTORS[place] ?? GICS_SECTORS[0]
}
