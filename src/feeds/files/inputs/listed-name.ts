/**
 * Names of what a market lists: the instruments that can be traded, and indices (`SPX.IND.USD`), which
 * are quoted and have options and futures on them, but can be neither held nor ordered.
 */
import type { Listed } from '#exchange/listing.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf, parseInstrumentName, readInstrumentId } from '#model/instrument-id.ts'
import { invariant } from '#model/invariant.ts'
import { err, ok } from '#model/result.ts'
import type { IsoDate } from '#model/time.ts'
import type { CellReader } from '#feeds/files/inputs/cells.ts'

/** IBKR's security types: `IND` is an index. */
export type ListedClass = Listed['assetClass']

export interface ListedName {
  readonly assetClass: ListedClass
  /** Ticker, local name of a future, base currency of a pair. */
  readonly symbol: string
  readonly currency: string
  /** Of an option. */
  readonly expiry: IsoDate | undefined
  /** A stock of the option's symbol and currency. */
  readonly underlying: InstrumentId | undefined
  readonly right: 'C' | 'P' | undefined
  /** Decimal text. */
  readonly strike: string | undefined
}

const INDEX = /^([A-Z0-9][A-Z0-9 .\-/]{0,20})\.IND\.([A-Z]{3})$/

/** An instrument's name or an index's, spelt the one way. */
export const listedCell: CellReader<InstrumentId> = (cell) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an index's name is the id it is listed by
  if (INDEX.test(cell)) return ok(cell as InstrumentId)
  const id = readInstrumentId(cell)
  return id.ok ? id : err('an instrument such as AAPL, AAPL.STK.USD, ESZ6.FUT.USD or SPX.IND.USD')
}

/** What the id of a listing says. */
export function listedName(id: InstrumentId): ListedName {
  const nothingElse = { expiry: undefined, underlying: undefined, right: undefined, strike: undefined } // prettier-ignore
  const index = INDEX.exec(id)
  if (index !== null)
    return { assetClass: 'IND', symbol: index[1] ?? '', currency: index[2] ?? '', ...nothingElse }
  const name = parseInstrumentName(id)
  invariant(name.ok, 'a listing that was read has a name')
  const { assetClass, symbol, currency, expiry, right, strike } = name.value
  if (assetClass !== 'OPT' || expiry === undefined)
    return { assetClass, symbol, currency, ...nothingElse }
  return {
    assetClass,
    symbol,
    currency,
    expiry: `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`,
    underlying: instrumentIdOf({ symbol, assetClass: 'STK', currency }),
    right,
    strike,
  }
}
