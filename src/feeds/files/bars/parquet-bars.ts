/**
 * Daily bars from Parquet, column by column: row groups whose statistics rule the wanted days out are
 * left out, the symbol column (a few hundred bytes a group) says which rows are wanted, and price
 * columns are decoded for groups that have some. One row group is in memory at a time.
 *
 * `hyparquet` is an optional dependency; Zstandard is Node's own.
 */
import { zstdDecompressSync } from 'node:zlib'
import { statSync } from 'node:fs'
import type * as Hyparquet from 'hyparquet'
import type { Compressors, FileMetaData, ParquetScan, RowGroup } from 'hyparquet'
import { DAY_MS } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { barCollector, type BarCollector, type BarRow } from '#feeds/files/bars/bar-collector.ts'
import type { BarsBySymbol, BarsSelection } from '#feeds/files/bars/bars-file.ts'

const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const

/**
 * @param load - the reader's packages; the installed ones unless a test says otherwise
 * @throws FeedError `unreadable`: no file, no Parquet, a column missing, or the reader not installed
 */
export async function readParquetBars(
  path: string,
  selection: BarsSelection,
  load: LoadLibrary = loadInstalled,
): Promise<BarsBySymbol> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new FeedError('unreadable', `${path}: there is no such file`)
  const library = await loadLibrary(path, load)
  const collector = barCollector(path, selection)
  try {
    await collectAll(path, library, collector)
  } catch (cause) {
    if (cause instanceof FeedError) throw cause
    throw new FeedError('unreadable', `${path} is no Parquet file that can be read`, { cause })
  }
  return collector.collected()
}

interface Library {
  readonly parquet: typeof Hyparquet
  readonly compressors: Compressors
}

/** How the optional packages are found; fails where they are not installed. */
export type LoadLibrary = () => Promise<Library>

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

async function collectAll(path: string, library: Library, collector: BarCollector): Promise<void> {
  const { parquet, compressors } = library
  const file = await parquet.asyncBufferFromFile(path)
  const metadata = await parquet.parquetMetadataAsync(file)
  const columns = columnsOf(path, metadata)
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    if (mayHold(group, columns, collector)) {
      const scan = await parquet.parquetScan({
        file,
        metadata,
        compressors,
        columns: Object.values(columns).filter((name) => name !== undefined),
        rowStart,
        rowEnd,
        parsers: { dateFromDays: (days) => days },
      })
      await collectGroup(scan, columns, { rowStart, rowEnd }, collector)
    }
    rowStart = rowEnd
  }
}

/** The names that the file gives the columns. */
interface Columns {
  readonly symbol: string
  readonly date: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly adjustedClose: string | undefined
}

function columnsOf(path: string, metadata: FileMetaData): Columns {
  const present = new Set(metadata.schema.map(({ name }) => name))
  const symbol = ['symbol', 'root'].find((name) => present.has(name))
  const missing = ['date', ...PRICES].filter((name) => !present.has(name))
  if (symbol === undefined || missing.length > 0) {
    const found = [...present].slice(1).join(', ')
    throw new FeedError('unreadable', `${path}: was columns ${found}, expected symbol (or root), date, open, high, low, close, volume and perhaps adj_close`) // prettier-ignore
  }
  return {
    symbol,
    date: 'date',
    open: 'open',
    high: 'high',
    low: 'low',
    close: 'close',
    volume: 'volume',
    adjustedClose: present.has('adj_close') ? 'adj_close' : undefined,
  }
}

/** By the group's least and greatest day; the symbols in it are looked at themselves, which is cheap. */
function mayHold(group: RowGroup, columns: Columns, collector: BarCollector): boolean {
  const dates = group.columns.find((column) => column.meta_data?.path_in_schema[0] === columns.date)
  const { min_value: least, max_value: greatest } = dates?.meta_data?.statistics ?? {}
  const [from, to] = [dayIn(least), dayIn(greatest)]
  return (
    (from === undefined || from <= collector.lastDay) &&
    (to === undefined || to >= collector.firstDay)
  )
}

function dayIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return value instanceof Date ? Math.floor(value.getTime() / DAY_MS) : undefined
}

interface Rows {
  readonly rowStart: number
  readonly rowEnd: number
}

/** A column is decoded once, from the first wanted row of the group to the last. */
async function collectGroup(
  scan: ParquetScan,
  columns: Columns,
  group: Rows,
  collector: BarCollector,
): Promise<void> {
  const symbols = await scan.readColumn({ column: columns.symbol, ...group })
  const runs = runsOf(symbols, group.rowStart).filter(({ symbol }) => collector.wants(symbol))
  if (runs.length === 0) return
  const days = await scan.readColumn({ column: columns.date, ...group })
  const wanted = runs
    .map((run) => wantedDays(run, days, group.rowStart, collector))
    .filter(({ rowStart, rowEnd }) => rowEnd > rowStart)
  const [first, last] = [wanted[0], wanted.at(-1)]
  if (first === undefined || last === undefined) return
  const numbers = await numbersOf(scan, columns, { rowStart: first.rowStart, rowEnd: last.rowEnd })
  for (const { symbol, rowStart, rowEnd } of wanted)
    for (let row = rowStart; row < rowEnd; row++) {
      const day = numberAt(days, row - group.rowStart)
      collector.add(symbol, day, numbers(row), () => `row ${row + 1}`)
    }
}

/** The numbers of a row, by its place in the file. */
async function numbersOf(
  scan: ParquetScan,
  columns: Columns,
  range: Rows,
): Promise<(row: number) => BarRow> {
  const read = async (column: string): Promise<ArrayLike<unknown>> =>
    scan.readColumn({ column, ...range })
  const open = await read(columns.open)
  const high = await read(columns.high)
  const low = await read(columns.low)
  const close = await read(columns.close)
  const volume = await read(columns.volume)
  const { adjustedClose } = columns
  const adjusted = adjustedClose === undefined ? undefined : await read(adjustedClose)
  return (row) => {
    const i = row - range.rowStart
    return {
      open: numberAt(open, i),
      high: numberAt(high, i),
      low: numberAt(low, i),
      close: numberAt(close, i),
      volume: numberAt(volume, i),
      adjustedClose: adjusted === undefined ? undefined : numberAt(adjusted, i),
    }
  }
}

/** Rows of one symbol that stand together. */
interface Run extends Rows {
  readonly symbol: string
}

function runsOf(symbols: ArrayLike<unknown>, firstRow: number): readonly Run[] {
  const runs: Run[] = []
  let start = 0
  for (let i = 1; i <= symbols.length; i++) {
    if (i < symbols.length && symbols[i] === symbols[start]) continue
    runs.push({ symbol: String(symbols[start]), rowStart: firstRow + start, rowEnd: firstRow + i })
    start = i
  }
  return runs
}

/** The rows of a run whose days are wanted; days rise within a run. */
function wantedDays(
  run: Run,
  days: ArrayLike<unknown>,
  groupStart: number,
  { firstDay, lastDay }: BarCollector,
): Run {
  let { rowStart, rowEnd } = run
  while (rowStart < rowEnd && numberAt(days, rowStart - groupStart) < firstDay) rowStart++
  while (rowEnd > rowStart && numberAt(days, rowEnd - 1 - groupStart) > lastDay) rowEnd--
  return { symbol: run.symbol, rowStart, rowEnd }
}

/** Null and what is no number become NaN, which no bar may hold. */
function numberAt(column: ArrayLike<unknown> | undefined, i: number): number {
  const value = column?.[i]
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
}
