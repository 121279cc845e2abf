/**
 * The universe file: what only we know about the names we may hold, and, for the simulated
 * gateway, what it lists.
 *
 * Only `instrument` is required. What a cell left empty, or a column that is not there, means is in
 * `universe-defaults.ts`, by class.
 */
import { format, type Currency, type Money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import {
  collect,
  readTable,
  refuseDuplicates,
  type Located,
} from '#feeds/files/inputs/csv-table.ts'
import { UNIVERSE_COLUMNS, type UniverseCells } from '#feeds/files/inputs/universe-columns.ts'
import { listedName, type ListedClass, type ListedName } from '#feeds/files/inputs/listed-name.ts'
import {
  CLASS_COLUMNS,
  USUAL,
  usualLocalSymbol,
  usualTradingClass,
  type HoursKind,
} from '#feeds/files/inputs/universe-defaults.ts'

export interface UniverseRow {
  /** Of an index: `SPX.IND.USD`, which is quoted and not traded. */
  readonly instrument: InstrumentId
  readonly assetClass: ListedClass
  /** IBKR's contract id; undefined: the broker will say. */
  readonly conId: number | undefined
  /** Where orders go: `SMART`, `CME`, `IDEALPRO`. */
  readonly exchange: string
  /** ISO 4217, as in the instrument's name. */
  readonly currency: string
  /** Economic sector; `unknown` is one bucket, limited like any other. */
  readonly sector: string
  /** Units per contract, ≥ 1. */
  readonly multiplier: bigint
  /** Undefined: the standard increments of the asset class hold. */
  readonly priceIncrements: PriceIncrements | undefined
  readonly shortable: boolean
  /** Annual fee for a borrowed share, a fraction 0 to 10. */
  readonly borrowRate: number
  /** Listing venue of a stock, `NASDAQ`; empty where the file does not say. */
  readonly primaryExchange: string
  /** `halted`: the simulated venue lists it but does not trade it. */
  readonly status: 'active' | 'halted'
  /** What a stock is, in IBKR's word; undefined of other classes. */
  readonly type: 'COMMON' | 'ETF' | undefined
  /** `APPLE INC`; the symbol where the file does not say. */
  readonly name: string
  /** Who issued a stock; empty where the file does not say. */
  readonly issuerName: string
  /** The exchange's own name: `BRK B`, `ESZ6`, `EUR.USD`, `AAPL  260116C00190000`. */
  readonly localSymbol: string
  /** Product of a future or option, `ES`, `SPXW`; of others their symbol. */
  readonly tradingClass: string
  /** Last day of a future or option; a future's is undefined where the file does not say. */
  readonly expiry: IsoDate | undefined
  /** What an option, or a future, is on. */
  readonly underlying: InstrumentId | undefined
  /** Whose calendar it trades by. */
  readonly hours: HoursKind
  /** Shares that can be borrowed; undefined: as many as are wanted. */
  readonly borrowQuantity: number | undefined
  /** Share of its value that must be covered, in (0, 1]; undefined: as the margin preset has its class. */
  readonly marginRate: number | undefined
  /** A contract, in its currency; undefined: as the margin preset has its class. */
  readonly initialMargin: Money<Currency> | undefined
  readonly maintenanceMargin: Money<Currency> | undefined
  /** Whether the simulated gateway lists an option chain on it. */
  readonly optionsListed: boolean
  /** Yearly, a fraction of the price, 0 to 1; what options on it are priced with. */
  readonly dividendYield: number
}

/**
 * Reads the universe file.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows in the file's order, each instrument once; or every error, a line each
 */
export function readUniverse(text: string, file: string): Result<readonly UniverseRow[]> {
  const table = readTable(text, file, UNIVERSE_COLUMNS)
  if (!table.ok) return table
  const rows = collect(table.value.map((located) => completed(located, file)))
  return rows.ok ? refuseDuplicates(rows.value, file, 'instrument') : rows
}

/** A cell that contradicts another one. */
interface Contradiction {
  readonly column: string
  readonly was: string
  readonly expected: string
}

function completed(
  { line, row }: Located<UniverseCells>,
  file: string,
): Result<Located<UniverseRow>> {
  const name = listedName(row.instrument)
  const wrong = contradictionIn(row, name)
  if (wrong === undefined) return ok({ line, row: rowOf(row, name) })
  return err(`${file}:${line} ${wrong.column}: was "${wrong.was}", expected ${wrong.expected}`)
}

function contradictionIn(row: UniverseCells, name: ListedName): Contradiction | undefined {
  const { currency, expiry, initialMargin, maintenanceMargin } = row
  const stray = CLASS_COLUMNS.find(
    ({ column, of }) => row[column] !== undefined && !isOf(of, name.assetClass),
  )
  if (stray !== undefined)
    return { column: stray.column, was: cellOf(row[stray.column]), expected: `nothing: only ${stray.of.join(', ')} has one, and this is ${name.assetClass}` } // prettier-ignore
  if (currency !== '' && currency !== name.currency)
    return { column: 'currency', was: currency, expected: `${name.currency} as in ${row.instrument}` } // prettier-ignore
  if (expiry !== undefined && name.expiry !== undefined && expiry !== name.expiry)
    return { column: 'expiry', was: expiry, expected: `${name.expiry} as in ${row.instrument}` }
  if (expiry !== undefined && dayNumberOf(expiry) === undefined)
    return { column: 'expiry', was: expiry, expected: 'a day of the calendar such as 2026-12-18' }
  if (
    initialMargin !== undefined &&
    maintenanceMargin !== undefined &&
    maintenanceMargin > initialMargin
  )
    // prettier-ignore
    return { column: 'maintenanceMargin', was: format(maintenanceMargin), expected: `at most initialMargin ${format(initialMargin)}` }
  const usual = USUAL[name.assetClass]
  if (row.multiplier === undefined && usual.multiplier === undefined)
    return { column: 'multiplier', was: '', expected: "the contract's size such as 50" }
  if (row.exchange === '' && usual.exchange === undefined)
    return { column: 'exchange', was: '', expected: "the contract's exchange such as CME" }
  return undefined
}

const isOf = (classes: readonly ListedClass[], assetClass: ListedClass): boolean =>
  classes.includes(assetClass)

/** As it was written, near enough. */
function cellOf(value: string | number | bigint | boolean | undefined): string {
  if (typeof value === 'bigint') return format(value)
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

function rowOf(row: UniverseCells, name: ListedName): UniverseRow {
  const { tickRule, ...same } = row
  const usual = USUAL[name.assetClass]
  return {
    ...same,
    assetClass: name.assetClass,
    currency: name.currency,
    exchange: row.exchange === '' ? (usual.exchange ?? '') : row.exchange,
    multiplier: BigInt(row.multiplier ?? usual.multiplier ?? 1),
    priceIncrements: tickRule,
    type: row.type ?? usual.type,
    name: row.name === '' ? name.symbol : row.name,
    localSymbol: row.localSymbol === '' ? usualLocalSymbol(name) : row.localSymbol,
    tradingClass: row.tradingClass === '' ? usualTradingClass(name) : row.tradingClass,
    expiry: row.expiry ?? name.expiry,
    underlying: row.underlying ?? name.underlying,
    hours: row.hours ?? usual.hours,
    optionsListed: row.optionsListed ?? false,
    dividendYield: row.dividendYield ?? 0,
  }
}
