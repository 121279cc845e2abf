/**
 * What the simulated venue lists where there is no universe file: the names that a market file holds.
 */
import { FIRST_CON_ID, USUAL_LISTING, incrementsOf } from '#gateway/listed-instruments.ts'
import type { Index, Listed } from '#exchange/listing.ts'
import { pairOf } from '#exchange/market/forex-market.ts'
import { futureRoot, futureOf, contractNamed } from '#exchange/market/futures-cycle.ts'
import { indexIdOf, indexListing } from '#exchange/market/index-market.ts'
import { listedName } from '#feeds/files/inputs/listed-name.ts'
import { price, quantity } from '#model/fixed.ts'
import { instrumentIdOf, readInstrumentId } from '#model/instrument-id.ts'
import type { Future, Option, Stock } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'

/**
 * Stocks for bare symbols, about which nothing else is known.
 *
 * @returns sorted by id, numbered in that order
 */
function stocksOf(symbols: readonly string[]): readonly Stock[] {
  return symbols.toSorted().map((symbol, i) => ({
    id: instrumentIdOf({ symbol, assetClass: 'STK', currency: 'USD' }),
    assetClass: 'STK',
    conId: FIRST_CON_ID + i,
    symbol,
    exchange: 'SMART',
    primaryExchange: USUAL_LISTING,
    currency: 'USD',
    multiplier: 1n,
    priceIncrements: ONE_CENT,
    lot: quantity('1'),
    sector: 'unknown',
    shortable: true,
    borrowRate: 0,
  }))
}

/** What a file of bars says of one of its names; undefined where it does not. */
export interface FileSubject {
  readonly assetClass: Listed['assetClass'] | undefined
  readonly currency: string | undefined
}

/**
 * A series of front contracts, `ES`, as a future that never ends: what dated contracts are priced from.
 *
 * @returns undefined for what is no series of a root that we know
 */
export function frontSeries(name: string, subject: FileSubject | undefined): Future | undefined {
  const root = subject?.assetClass === 'FUT' ? futureRoot(name) : undefined
  if (root === undefined) return undefined
  const id = instrumentIdOf({ symbol: name, assetClass: 'FUT', currency: 'USD' })
  return { ...futureOf(root, LAST_OF_THE_CALENDAR), id, localSymbol: name }
}

/**
 * Listings for the names of a market file without a universe: US stocks of no known sector, but for pairs, indices and
 * futures of roots that we know.
 *
 * @param near - a day of the file, for the years of futures
 * @returns sorted by id
 */
export function listingsOf(
  subjects: ReadonlyMap<string, FileSubject>,
  near: IsoDate,
): readonly Listed[] {
  const names = [...new Set([...subjects.keys(), ...underlyingsOf(subjects)])].toSorted()
  const stocks = new Map(stocksOf(names).map((of) => [of.symbol, of]))
  return names
    .filter((name) => frontSeries(name, subjects.get(name)) === undefined)
    .flatMap(
      (name, i) =>
        otherThanStock(name, subjects.get(name), FIRST_CON_ID + i, near) ?? stocks.get(name) ?? [],
    ) // prettier-ignore
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** What the options of a file are on is listed with them, whether it has prices or not. */
const underlyingsOf = (subjects: ReadonlyMap<string, FileSubject>): readonly string[] =>
  [...subjects].flatMap(([name, { assetClass }]) =>
    assetClass === 'OPT' ? [name.slice(0, name.indexOf('.OPT.'))] : [],
  )

function otherThanStock(
  name: string,
  subject: FileSubject | undefined,
  conId: number,
  near: IsoDate,
): Listed | undefined {
  const assetClass = subject?.assetClass
  if (assetClass === 'IND') return indexNamed(name, subject?.currency ?? 'USD', conId)
  if (assetClass === 'FUT') {
    const [month, root] = [contractNamed(name, near), futureRoot(name.replace(MONTH_AND_YEAR, ''))]
    return root === undefined || month === undefined ? undefined : futureOf(root, month, conId)
  }
  if (assetClass === 'OPT') return optionNamed(name, conId)
  const [base = '', quote = ''] = name.split('.')
  return assetClass === 'CASH' && quote !== '' ? pairOf(base, quote, conId) : undefined
}

/** A file spells an option as its id is spelt; on a stock, a hundred shares. */
function optionNamed(name: string, conId: number): Option | undefined {
  const id = readInstrumentId(name)
  if (!id.ok) return undefined
  const { symbol, currency, expiry, underlying, strike = '0', right = 'C' } = listedName(id.value)
  if (expiry === undefined || underlying === undefined) return undefined
  return {
    id: id.value,
    assetClass: 'OPT',
    conId,
    symbol,
    exchange: 'SMART',
    currency,
    multiplier: 100n,
    priceIncrements: incrementsOf('OPT', symbol),
    lot: quantity('1'),
    sector: 'unknown',
    underlying,
    expiry,
    strike: price(strike),
    right,
  }
}

/** A month in which every root has a contract. */
const LAST_OF_THE_CALENDAR = { year: 2028, month: 12 }

const MONTH_AND_YEAR = /[FGHJKMNQUVXZ]\d{1,2}$/

const indexNamed = (symbol: string, currency: string, conId: number): Index => ({
  id: indexIdOf(symbol, currency),
  assetClass: 'IND',
  conId,
  symbol,
  exchange: indexListing(symbol)?.exchange ?? 'CBOE',
  currency,
  multiplier: 1n,
  priceIncrements: ONE_CENT,
  sector: 'unknown',
})
