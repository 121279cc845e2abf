/** The positions file, `instrument,quantity,averageCost,currency`: what a simulated account starts with. */
import type { Price, Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { parseInstrumentName } from '#model/instrument-id.ts'
import { invariant } from '#model/invariant.ts'
import { err, ok, type Result } from '#model/result.ts'
import { currencyCell, exactCell, instrumentCell } from '#feeds/files/inputs/cells.ts'
import {
  collect,
  readTable,
  refuseDuplicates,
  type Columns,
  type Located,
} from '#feeds/files/inputs/csv-table.ts'

export interface PositionRow {
  readonly instrument: InstrumentId
  /** Shorts negative; never zero. */
  readonly quantity: Quantity
  /** Per unit, ≥ 0; undefined: the market's price at the start. */
  readonly averageCost: Price | undefined
  /** ISO 4217, as in the instrument's name. */
  readonly currency: string
}

/**
 * Reads the positions file.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows in the file's order, each instrument once; or every error, a line each
 */
export function readPositions(text: string, file: string): Result<readonly PositionRow[]> {
  const table = readTable(text, file, COLUMNS)
  if (!table.ok) return table
  const rows = collect(table.value.map((located) => completed(located, file)))
  return rows.ok ? refuseDuplicates(rows.value, file, 'instrument') : rows
}

const COLUMNS: Columns<PositionRow> = {
  instrument: { read: instrumentCell },
  quantity: {
    read: exactCell<Quantity>(
      (nanos) => nanos !== 0n,
      'a quantity other than 0 such as 100 or -50',
    ),
  },
  averageCost: {
    read: exactCell<Price>((nanos) => nanos >= 0n, 'a price per unit such as 187.32'),
    empty: { means: undefined },
  },
  currency: { read: currencyCell, empty: { means: '' } },
}

function completed(
  { line, row }: Located<PositionRow>,
  file: string,
): Result<Located<PositionRow>> {
  const name = parseInstrumentName(row.instrument)
  invariant(name.ok, 'an instrument that was read has a name')
  const { currency } = name.value
  if (row.currency === '' || row.currency === currency)
    return ok({ line, row: { ...row, currency } })
  return err(
    `${file}:${line} currency: was "${row.currency}", expected ${currency} as in ${row.instrument}`,
  )
}
