/**
 * What the simulated venue lists by a universe file: instruments of every class.
 *
 * A contract's terms are never guessed: what the file leaves open and no table of ours knows is refused by name.
 */
import { GatewayError } from '#gateway/options.ts'
import type { Index, Listed, ListingFacts } from '#exchange/listing.ts'
import { currencyName, pairOf } from '#exchange/market/forex-market.ts'
import { futureRoot, futureOf, contractNamed } from '#exchange/market/futures-cycle.ts'
import { FUND_SECTOR } from '#exchange/market/index-market.ts'
import type { UniverseRow } from '#feeds/files/inputs/universe.ts'
import { price, quantity } from '#model/fixed.ts'
import { listedName } from '#feeds/files/inputs/listed-name.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Forex, Future, Option, PriceIncrements, Stock } from '#model/instrument.ts'
import type { IsoDate } from '#model/time.ts'
import { ONE_CENT, marketRuleIdOf, priceIncrementsOf } from '#schedules/price-increments.ts'

/** Contract numbers for rows without one start here, where IBKR's do not reach. */
export const FIRST_CON_ID = 910_000_001

/** The day a year is looked for around where nobody says. */
const USUAL_DAY: IsoDate = '2026-01-05'

/** IBKR's name of the exchange a stock is listed on, where the file names none. */
export const USUAL_LISTING = 'NYSE'

/**
 * @param file - as the person named it, for the message
 * @param near - a day of the market: what year the 6 of ESZ6 is
 * @returns the listings, sorted by id
 * @throws GatewayError `bad-input` for a contract without its terms, and for a contract number given twice
 */
export function listedInstruments(
  rows: readonly UniverseRow[],
  file: string,
  near: IsoDate = USUAL_DAY,
): readonly Listed[] {
  const listed = rows
    .map((row, i) => listedOf(row, row.conId ?? FIRST_CON_ID + i, { file, near }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const byConId = new Map<number, Listed>()
  for (const of of listed) {
    const other = byConId.get(of.conId)
    if (other !== undefined)
      throw new GatewayError('bad-input', `${file}: ${other.id} and ${of.id} both have conId ${of.conId}; give each its own, or leave it empty`) // prettier-ignore
    byConId.set(of.conId, of)
  }
  checkUnderlyings(listed, file)
  return listed
}

/** An option is priced from what it is on. */
function checkUnderlyings(listed: readonly Listed[], file: string): void {
  const ids = new Set(listed.map(({ id }) => id))
  for (const of of listed)
    if (of.assetClass === 'OPT' && !ids.has(of.underlying))
      throw new GatewayError('bad-input', `${file}: ${of.id} is on ${of.underlying}, which it does not list; add a row for it`) // prettier-ignore
}

/** What the file says of its listings beyond their terms. */
export function factsByFile(
  rows: readonly UniverseRow[],
): ReadonlyMap<InstrumentId, Partial<ListingFacts>> {
  return new Map(
    rows.map((row) => [
      row.instrument,
      {
        longName: row.assetClass === 'CASH' ? currencyName(row.name) : row.name,
        stockType: row.type ?? '',
        industry: row.sector === 'unknown' || row.sector === FUND_SECTOR ? '' : row.sector,
        tradingClass: row.tradingClass,
        underlying: row.underlying,
      },
    ]),
  )
}

/** The file as the person named it, and a day of its market. */
interface Source {
  readonly file: string
  readonly near: IsoDate
}

type RowReader = (row: UniverseRow, conId: number, source: Source) => Listed

const READERS: Readonly<Record<UniverseRow['assetClass'], RowReader>> = {
  STK: stockOf,
  OPT: optionOf,
  FUT: futureFrom,
  CASH: forexOf,
  IND: indexOf,
}

const listedOf: RowReader = (row, conId, source) => READERS[row.assetClass](row, conId, source)

/** What every class takes from its row. */
function commonOf(row: UniverseRow, conId: number) {
  return {
    id: row.instrument,
    conId,
    exchange: row.exchange,
    currency: row.currency,
    multiplier: row.multiplier,
    lot: quantity('1'),
    sector: row.sector,
  }
}

function stockOf(row: UniverseRow, conId: number): Stock {
  return {
    ...commonOf(row, conId),
    assetClass: 'STK',
    symbol: listedName(row.instrument).symbol,
    primaryExchange: row.primaryExchange === '' ? USUAL_LISTING : row.primaryExchange,
    priceIncrements: row.priceIncrements ?? ONE_CENT,
    shortable: row.shortable,
    borrowRate: row.borrowRate,
  }
}

function optionOf(row: UniverseRow, conId: number, { file }: Source): Option {
  const { symbol, currency, strike = '0', right = 'C' } = listedName(row.instrument)
  const { expiry } = row
  if (expiry === undefined) throw missing(file, row, 'expiry')
  return {
    ...commonOf(row, conId),
    assetClass: 'OPT',
    symbol,
    priceIncrements: row.priceIncrements ?? incrementsOf('OPT', symbol),
    underlying: row.underlying ?? instrumentIdOf({ symbol, assetClass: 'STK', currency }),
    expiry,
    strike: price(strike),
    right,
  }
}

/** A root that we know says when its contracts end; of others the file must. */
function futureFrom(row: UniverseRow, conId: number, { file, near }: Source): Future {
  const { symbol: localSymbol } = listedName(row.instrument)
  const root = futureRoot(row.tradingClass)
  const month = row.expiry === undefined ? contractNamed(localSymbol, near) : undefined
  const known = root === undefined || month === undefined ? undefined : futureOf(root, month)
  const expiry = row.expiry ?? known?.expiry
  if (expiry === undefined) throw missing(file, row, 'expiry')
  return {
    ...commonOf(row, conId),
    assetClass: 'FUT',
    symbol: row.tradingClass,
    localSymbol,
    priceIncrements: row.priceIncrements ?? incrementsOf('FUT', row.tradingClass),
    expiry,
  }
}

function forexOf(row: UniverseRow, conId: number): Forex {
  const { symbol, currency } = listedName(row.instrument)
  const pair = pairOf(symbol, currency, conId)
  const { exchange, sector } = row
  return { ...pair, exchange, sector, priceIncrements: row.priceIncrements ?? pair.priceIncrements }
}

function indexOf(row: UniverseRow, conId: number): Index {
  const { id, exchange, currency, sector } = commonOf(row, conId)
  return {
    id,
    conId,
    exchange,
    currency,
    sector,
    assetClass: 'IND',
    multiplier: 1n,
    symbol: listedName(row.instrument).symbol,
    priceIncrements: row.priceIncrements ?? ONE_CENT,
  }
}

/** The standard increments of a product. */
export const incrementsOf = (assetClass: 'OPT' | 'FUT', symbol: string): PriceIncrements =>
  priceIncrementsOf(marketRuleIdOf({ assetClass, symbol })) ?? ONE_CENT

const missing = (file: string, { instrument }: UniverseRow, column: string): GatewayError =>
  new GatewayError('bad-input', `${file} ${column}: was empty for ${instrument}, expected a day such as 2026-12-18: only contracts of roots such as ES, NQ, CL, GC, ZN, 6E end on days that are known`) // prettier-ignore
