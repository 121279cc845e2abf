/**
 * Columns of a Parquet file, a row group a batch: groups whose statistics rule the wanted days out are
 * left out, and a column is decoded only when it is asked for.
 *
 * `hyparquet` is an optional dependency; Zstandard is Node's own.
 */
import { zstdDecompressSync } from 'node:zlib'
import type * as Hyparquet from 'hyparquet'
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup, SchemaElement } from 'hyparquet'
import { DAY_MS } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { cellText, columnName } from '#feeds/files/columns/cell-text.ts'
import type { ColumnBatch, ColumnsFile, DayRange } from '#feeds/files/columns/columns-file.ts'
import { dayIn, instantIn } from '#feeds/files/columns/instant-text.ts'

interface Library {
  readonly parquet: typeof Hyparquet
  readonly compressors: Compressors
}

/** How the optional packages are found; fails where they are not installed. */
export type LoadLibrary = () => Promise<Library>

/** @throws FeedError `unreadable`: no Parquet file, or the reader not installed */
export async function parquetColumns(
  path: string,
  load: LoadLibrary = loadInstalled,
): Promise<ColumnsFile> {
  const library = await loadLibrary(path, load)
  return readable(path, async () => {
    const file = await library.parquet.asyncBufferFromFile(path)
    const metadata = await library.parquet.parquetMetadataAsync(file)
    const { children } = library.parquet.parquetSchema(metadata)
    const columns = new Map(children.map(({ element }) => [columnName(element.name), element]))
    const open = { path, library, file, metadata, columns }
    return { path, names: [...columns.keys()], batches: (days) => batches(open, days) }
  })
}

interface OpenFile {
  readonly path: string
  readonly library: Library
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
  readonly columns: ReadonlyMap<string, SchemaElement>
}

async function loadInstalled(): Promise<Library> {
  const [parquet, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  return { parquet, compressors: { ...compressors, ZSTD: (input) => zstdDecompressSync(input) } }
}

async function loadLibrary(path: string, load: LoadLibrary): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    throw new FeedError(
      'unreadable',
      `${path} needs the packages hyparquet and hyparquet-compressors, which are not installed; run "npm install hyparquet hyparquet-compressors", or give a .csv file with the same columns`,
      { cause },
    )
  }
}

/** What the reader cannot make sense of is the file's fault. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof FeedError) throw cause
    throw new FeedError('unreadable', `${path} is no Parquet file that can be read`, { cause })
  }
}

async function* batches(open: OpenFile, days: DayRange | undefined): AsyncGenerator<ColumnBatch> {
  let rowStart = 0
  for (const group of open.metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    if (rowEnd > rowStart && mayHold(group, open, days)) yield batchOf(open, rowStart, rowEnd)
    rowStart = rowEnd
  }
}

/** A group without statistics may hold anything. */
function mayHold(group: RowGroup, open: OpenFile, days: DayRange | undefined): boolean {
  const element = days && open.columns.get(days.column)
  if (days === undefined || element === undefined) return true
  const chunk = group.columns.find(
    ({ meta_data: data }) => data?.path_in_schema[0] === element.name,
  )
  const { min_value: least, max_value: greatest } = chunk?.meta_data?.statistics ?? {}
  const [from, to] = [statisticDay(least), statisticDay(greatest)]
  return (from === undefined || from <= days.last) && (to === undefined || to >= days.first)
}

/** Statistics of dates and timestamps come as `Date`. */
function statisticDay(value: unknown): number | undefined {
  return value instanceof Date ? Math.floor(value.getTime() / DAY_MS) : undefined
}

function batchOf(open: OpenFile, rowStart: number, rowEnd: number): ColumnBatch {
  const length = rowEnd - rowStart
  const column = (name: string, from = 0, to = length): Promise<ArrayLike<unknown>> =>
    readable(open.path, () => decoded(open, name, rowStart + from, rowStart + to))
  const elementOf = (name: string) => open.columns.get(name)
  return {
    length,
    values: async (name) => column(name),
    numbers: async (name, from, to) => {
      if (elementOf(name)?.type === 'BYTE_ARRAY')
        throw new FeedError('unreadable', `${open.path} ${name}: was a column of text, expected numbers`) // prettier-ignore
      return floatsOf(await column(name, from, to), numberOf)
    },
    days: async (name) => {
      const days = floatsOf(await column(name), dayOf)
      return isTimestamp(elementOf(name)) ? days.map((millis) => Math.floor(millis / DAY_MS)) : days
    },
    instants: async (name) => {
      const instants = floatsOf(await column(name), instantOf)
      return isDate(elementOf(name)) ? instants.map((day) => day * DAY_MS) : instants
    },
    isUtc: (name) => {
      const type = elementOf(name)?.logical_type
      return type?.type === 'TIMESTAMP' && type.isAdjustedToUTC
    },
    place: (row) => `${open.path} row ${rowStart + row + 1}`,
    shown: async (name, row) => shownAs((await column(name, row, row + 1))[0]),
  }
}

/** A scan a column: a scan keeps what it has decoded, and one column at a time is enough. */
async function decoded(
  { library, file, metadata, columns }: OpenFile,
  name: string,
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>> {
  const column = columns.get(name)?.name ?? name
  const { parquet, compressors } = library
  const scan = await parquet.parquetScan({
    file,
    metadata,
    compressors,
    columns: [column],
    rowStart,
    rowEnd,
    parsers: PLAIN_NUMBERS,
  })
  return scan.readColumn({ column, rowStart, rowEnd })
}

/** Dates stay days, timestamps become milliseconds: two million `Date` objects are never made. */
const PLAIN_NUMBERS = {
  dateFromDays: (days: number) => days,
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: (micros: bigint) => Math.floor(Number(micros) / 1_000),
  timestampFromNanoseconds: (nanos: bigint) => Math.floor(Number(nanos / 1_000n) / 1_000),
}

function floatsOf(column: ArrayLike<unknown>, read: (value: unknown) => number): Float64Array {
  const values = new Float64Array(column.length)
  for (let i = 0; i < column.length; i++) {
    const value = column[i]
    values[i] = typeof value === 'number' ? value : read(value)
  }
  return values
}

/** Null becomes NaN. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : Number.NaN
}

const dayOf = (value: unknown): number =>
  typeof value === 'string' ? dayIn(value) : numberOf(value)

const instantOf = (value: unknown): number =>
  typeof value === 'string' ? instantIn(value) : numberOf(value)

const isTimestamp = (element: SchemaElement | undefined): boolean =>
  element?.logical_type?.type === 'TIMESTAMP' || element?.converted_type?.startsWith('TIMESTAMP') === true // prettier-ignore

const isDate = (element: SchemaElement | undefined): boolean =>
  element?.logical_type?.type === 'DATE' || element?.converted_type === 'DATE'

const shownAs = (value: unknown): string =>
  typeof value === 'string' ? `"${value}"` : cellText(value) || 'null'
