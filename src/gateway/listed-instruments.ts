/**
 * What the simulated venue lists: stocks, by a universe file or by bare symbols.
 *
 * Other classes are refused by name: the market models have no prices for them, and a contract's
 * terms are never guessed.
 */
import { GatewayError } from '#gateway/options.ts'
import type { UniverseRow } from '#feeds/files/inputs/universe.ts'
import { quantity } from '#model/fixed.ts'
import { instrumentIdOf, parseInstrumentName } from '#model/instrument-id.ts'
import type { Stock } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import { ONE_CENT } from '#schedules/price-increments.ts'

/** Contract numbers for rows without one start here, where IBKR's do not reach. */
const FIRST_CON_ID = 910_000_001

/** IBKR's name of the exchange a stock is listed on, where the file names none. */
const USUAL_LISTING = 'NYSE'

/**
 * @param file - as the person named it, for the message
 * @returns the instruments, sorted by id
 * @throws GatewayError `bad-input` for what is no stock, and for a contract number given twice
 */
export function listedInstruments(rows: readonly UniverseRow[], file: string): readonly Stock[] {
  const listed = rows
    .map((row, i) => stockOf(row, row.conId ?? FIRST_CON_ID + i, file))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const byConId = new Map<number, Stock>()
  for (const instrument of listed) {
    const other = byConId.get(instrument.conId)
    if (other !== undefined)
      throw new GatewayError('bad-input', `${file}: ${other.id} and ${instrument.id} both have conId ${instrument.conId}; give each its own, or leave it empty`) // prettier-ignore
    byConId.set(instrument.conId, instrument)
  }
  return listed
}

/**
 * Stocks for bare symbols, about which nothing else is known.
 *
 * @returns sorted by id, numbered in that order
 */
export function stocksOf(symbols: readonly string[]): readonly Stock[] {
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

function stockOf(row: UniverseRow, conId: number, file: string): Stock {
  const name = parseInstrumentName(row.instrument)
  invariant(name.ok, 'an instrument that was read has a name')
  const { symbol, currency } = name.value
  const { assetClass } = row
  if (assetClass !== 'STK')
    throw new GatewayError('bad-input', `${file}: ${row.instrument} cannot be listed; the simulated gateway lists stocks such as AAPL.STK.USD`) // prettier-ignore
  return {
    id: row.instrument,
    assetClass,
    conId,
    symbol,
    exchange: row.exchange,
    primaryExchange: row.primaryExchange === '' ? USUAL_LISTING : row.primaryExchange,
    currency,
    multiplier: row.multiplier,
    priceIncrements: row.priceIncrements ?? ONE_CENT,
    lot: quantity('1'),
    sector: row.sector,
    shortable: row.shortable,
    borrowRate: row.borrowRate,
  }
}
