/**
 * The universe file: what only we know about the names we may hold, and, for the simulated
 * gateway, what it lists.
 *
 * `instrument,conId,exchange,currency,sector,multiplier,tickRule,shortable,borrowRate` and, where
 * it matters, `primaryExchange,status`. Only `instrument` is required.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { AssetClass, PriceIncrements } from '#model/instrument.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import { invariant } from '#model/invariant.ts'
import { err, ok, type Result } from '#model/result.ts'
import {
  countCell,
  currencyCell,
  incrementsCell,
  instrumentCell,
  numberCell,
  patternCell,
  wordCell,
  yesNoCell,
} from '#feeds/files/inputs/cells.ts'
import {
  collect,
  readTable,
  refuseDuplicates,
  type Columns,
  type Located,
} from '#feeds/files/inputs/csv-table.ts'

export interface UniverseRow {
  readonly instrument: InstrumentId
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
}

/**
 * Reads the universe file.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows in the file's order, each instrument once; or every error, a line each
 */
export function readUniverse(text: string, file: string): Result<readonly UniverseRow[]> {
  const table = readTable(text, file, COLUMNS)
  if (!table.ok) return table
  const rows = collect(table.value.map((located) => completed(located, file)))
  return rows.ok ? refuseDuplicates(rows.value, file, 'instrument') : rows
}

type Cells = Omit<UniverseRow, 'multiplier' | 'priceIncrements'> & {
  readonly multiplier: number | undefined
  readonly tickRule: PriceIncrements | undefined
}

const VENUE = patternCell(/^[A-Z][A-Z0-9.]{0,15}$/, 'an exchange such as SMART, NASDAQ or CME')

const COLUMNS: Columns<Cells> = {
  instrument: { read: instrumentCell },
  conId: { read: countCell("IBKR's contract id such as 265598"), empty: { means: undefined } },
  exchange: { read: VENUE, empty: { means: '' } },
  currency: { read: currencyCell, empty: { means: '' } },
  sector: {
    read: patternCell(/^[\p{L}\p{N}][\p{L}\p{N} &,.'/-]{0,60}$/u, 'a sector such as Technology'),
    empty: { means: 'unknown' },
  },
  multiplier: { read: countCell('a whole number such as 1 or 100'), empty: { means: undefined } },
  tickRule: { read: incrementsCell, empty: { means: undefined } },
  shortable: { read: yesNoCell, empty: { means: true } },
  borrowRate: {
    read: numberCell(0, 10, 'a yearly fraction from 0 to 10 such as 0.003'),
    empty: { means: 0 },
  },
  primaryExchange: { read: VENUE, empty: { means: '' } },
  status: { read: wordCell('active', 'halted'), empty: { means: 'active' } },
}

/**
 * What a cell left empty means, by class; futures differ too much to have a usual. An option on
 * US equity is for 100 shares (OCC's standard contract).
 */
const USUAL: Readonly<Record<AssetClass, { exchange?: string; multiplier?: number }>> = {
  STK: { exchange: 'SMART', multiplier: 1 },
  OPT: { exchange: 'SMART', multiplier: 100 },
  FUT: {},
  CASH: { exchange: 'IDEALPRO', multiplier: 1 },
}

function completed({ line, row }: Located<Cells>, file: string): Result<Located<UniverseRow>> {
  const { tickRule, multiplier, exchange, currency, ...same } = row
  const name = parseInstrumentName(row.instrument)
  invariant(name.ok, 'an instrument that was read has a name')
  const usual = USUAL[name.value.assetClass]
  const refuse = (column: string, was: string, expected: string) =>
    err(`${file}:${line} ${column}: was "${was}", expected ${expected}`)
  if (currency !== '' && currency !== name.value.currency)
    return refuse('currency', currency, `${name.value.currency} as in ${row.instrument}`)
  const size = multiplier ?? usual.multiplier
  if (size === undefined) return refuse('multiplier', '', "the contract's size such as 50")
  const venue = exchange === '' ? usual.exchange : exchange
  if (venue === undefined) return refuse('exchange', '', "the contract's exchange such as CME")
  const facts = { exchange: venue, currency: name.value.currency, multiplier: BigInt(size) }
  return ok({ line, row: { ...same, ...facts, priceIncrements: tickRule } })
}
