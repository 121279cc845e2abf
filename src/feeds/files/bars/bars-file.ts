/**
 * Daily price bars from a file: Parquet or CSV, only the symbols and days that are asked for.
 *
 * Columns, by name:
 *
 * | column | type | meaning |
 * | --- | --- | --- |
 * | `symbol` or `root` | text | ticker; `BRK-B` and `BRK.B` are one |
 * | `date` | date, `2018-02-05` in CSV | the exchange's trading day |
 * | `open` `high` `low` `close` | float | quote currency per unit, > 0 but for futures |
 * | `volume` | whole number | units traded |
 * | `adj_close` | float, may be missing | close with splits and dividends carried in, on any scale |
 *
 * Other columns are ignored. Rows are grouped by symbol, and rise by date within one.
 */
import { extname } from 'node:path'
import type { IsoDate } from '#model/time.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { FeedError } from '#feeds/feed.ts'
import { readCsvBars } from '#feeds/files/bars/csv-bars.ts'
import { readParquetBars } from '#feeds/files/bars/parquet-bars.ts'

/** What is wanted of a file. */
export interface BarsSelection {
  /** As instruments spell them: `BRK.B`. All where absent. */
  readonly symbols?: readonly string[]
  /** Both included. */
  readonly first: IsoDate
  readonly last: IsoDate
}

/** One symbol's bars, oldest first. */
export interface SymbolBars {
  readonly bars: readonly PriceBar[]
  /** Beside `bars`; undefined where the file has no such column. */
  readonly adjustedCloses: readonly number[] | undefined
}

/** By symbol, in the file's order; a symbol without a bar in the range is missing. */
export type BarsBySymbol = ReadonlyMap<string, SymbolBars>

/**
 * Reads bars by the file's ending: `.parquet` or `.csv`.
 *
 * @throws FeedError `unreadable` with file, place and what was expected
 */
export async function readBars(path: string, selection: BarsSelection): Promise<BarsBySymbol> {
  const format = extname(path).toLowerCase()
  if (format === '.parquet') return readParquetBars(path, selection)
  if (format === '.csv') return readCsvBars(path, selection)
  throw new FeedError('unreadable', `${path}: was "${format}", expected a .parquet or .csv file of daily bars`) // prettier-ignore
}
