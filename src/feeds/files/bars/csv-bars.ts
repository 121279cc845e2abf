/** Daily bars from CSV with a header, read as a stream: a large file is never whole in memory. */
import { createReadStream, statSync } from 'node:fs'
import { parse } from 'csv-parse'
import { dayNumberOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { barCollector, type BarCollector } from '#feeds/files/bars/bar-collector.ts'
import type { BarsBySymbol, BarsSelection } from '#feeds/files/bars/bars-file.ts'

/** @throws FeedError `unreadable`: no file, a column missing, a cell that is no number or date */
export async function readCsvBars(path: string, selection: BarsSelection): Promise<BarsBySymbol> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new FeedError('unreadable', `${path}: there is no such file`)
  const collector = barCollector(path, selection)
  const source = createReadStream(path)
  const rows = source.pipe(parse({ bom: true, skip_empty_lines: true, trim: true, relax_column_count: true })) // prettier-ignore
  let columns: Columns | undefined
  let line = 0
  for await (const cells of rows) {
    line += 1
    const row = textsOf(cells)
    if (columns === undefined) columns = columnsOf(path, row)
    else collectRow(path, line, row, columns, collector)
  }
  return collector.collected()
}

const NUMBERS = ['open', 'high', 'low', 'close', 'volume'] as const

/** Where each column stands in a row. */
interface Columns {
  readonly symbol: number
  readonly date: number
  readonly numbers: Readonly<Record<(typeof NUMBERS)[number], number>>
  /** −1 where there is none. */
  readonly adjustedClose: number
}

function columnsOf(path: string, header: readonly string[]): Columns {
  const at = (name: string) => header.indexOf(name)
  const symbol = Math.max(at('symbol'), at('root'))
  const missing = ['date', ...NUMBERS].filter((name) => at(name) < 0)
  if (symbol < 0 || missing.length > 0)
    throw new FeedError('unreadable', `${path}:1 was columns ${header.join(', ')}, expected symbol (or root), date, open, high, low, close, volume and perhaps adj_close`) // prettier-ignore
  const [open, high, low, close, volume] = [at('open'), at('high'), at('low'), at('close'), at('volume')] // prettier-ignore
  return {
    symbol,
    date: at('date'),
    numbers: { open, high, low, close, volume },
    adjustedClose: at('adj_close'),
  }
}

function collectRow(
  path: string,
  line: number,
  row: readonly string[],
  columns: Columns,
  collector: BarCollector,
): void {
  const symbol = row[columns.symbol] ?? ''
  if (!collector.wants(symbol)) return
  const date = row[columns.date] ?? ''
  const day = dayNumberOf(date)
  if (day === undefined)
    throw new FeedError('unreadable', `${path}:${line} date: was "${date}", expected a day such as 2018-02-05`) // prettier-ignore
  if (day < collector.firstDay || day > collector.lastDay) return
  const { open, high, low, close, volume } = columns.numbers
  const numbers = {
    open: numberIn(row[open]),
    high: numberIn(row[high]),
    low: numberIn(row[low]),
    close: numberIn(row[close]),
    volume: numberIn(row[volume]),
    adjustedClose: columns.adjustedClose < 0 ? undefined : numberIn(row[columns.adjustedClose]),
  }
  collector.add(symbol, day, numbers, () => `line ${line}`)
}

/** An empty cell is no number. */
const numberIn = (cell: string | undefined): number =>
  cell === undefined || cell === '' ? Number.NaN : Number(cell)

function textsOf(row: unknown): readonly string[] {
  return Array.isArray(row) ? row.map(String) : []
}
