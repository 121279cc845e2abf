/**
 * A file of market data as columns, whatever its format: Parquet or CSV, read in batches of rows so
 * that a large file is never whole in memory. What a column means is its reader's business.
 *
 * Column names are compared in lower case, a blank or hyphen as an underscore: `Adj Close` is
 * `adj_close`.
 */
import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { FeedError } from '#feeds/feed.ts'
import { csvColumns } from '#feeds/files/columns/csv-columns.ts'
import { parquetColumns, type LoadLibrary } from '#feeds/files/columns/parquet-columns.ts'

export interface ColumnsFile {
  readonly path: string
  /** As the file has them, in its order, in the one spelling. */
  readonly names: readonly string[]
  /**
   * Rows in the file's order. With `days`, a batch that its own statistics rule out may be left out.
   *
   * @throws FeedError `unreadable`
   */
  batches(days?: DayRange): AsyncIterable<ColumnBatch>
}

/** Days since 1970-01-01 of a column, both included. */
export interface DayRange {
  readonly column: string
  readonly first: number
  readonly last: number
}

/** Some rows. A column is decoded when it is asked for; rows count from 0 within the batch. */
export interface ColumnBatch {
  readonly length: number
  /** As the format gives them: text, a number, null. */
  values(column: string): Promise<ArrayLike<unknown>>
  /** NaN where the cell is empty. @throws FeedError `unreadable` for what is no number */
  numbers(column: string, from: number, to: number): Promise<Float64Array>
  /** Days since 1970-01-01; NaN where the cell is none. */
  days(column: string): Promise<Float64Array>
  /** Milliseconds since 1970-01-01T00:00 on the clock that the file was written by; NaN where the cell is none. */
  instants(column: string): Promise<Float64Array>
  /** Whether the column itself says that its times are UTC: a trailing `Z`, a timestamp with time zone. */
  isUtc(column: string): boolean
  /** `bars.csv:17`, or `bars.parquet row 17`. */
  place(row: number): string
  /** The cell as a message shows it. */
  shown(column: string, row: number): Promise<string>
}

/**
 * Opens a file by its ending: `.parquet` or `.csv`.
 *
 * @param contents - for the message: `daily bars`
 * @param load - the Parquet packages; the installed ones unless a test says otherwise
 * @throws FeedError `unreadable`: no file, another format, the Parquet reader not installed
 */
export async function openColumns(
  path: string,
  contents: string,
  load?: LoadLibrary,
): Promise<ColumnsFile> {
  const format = extname(path).toLowerCase()
  if (format !== '.parquet' && format !== '.csv')
    throw new FeedError('unreadable', `${path}: was "${format}", expected a .parquet or .csv file of ${contents}`) // prettier-ignore
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new FeedError('unreadable', `${path}: there is no such file`)
  return format === '.parquet' ? parquetColumns(path, load) : csvColumns(path)
}

/**
 * The first of several names that the file has.
 *
 * @example
 * columnNamed({ names: ['ticker', 'date'] }, ['symbol', 'ticker']) // => 'ticker'
 */
export function columnNamed(
  { names }: Pick<ColumnsFile, 'names'>,
  anyOf: readonly string[],
): string | undefined {
  return anyOf.find((name) => names.includes(name))
}
