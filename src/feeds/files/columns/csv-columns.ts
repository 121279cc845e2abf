/**
 * Columns of a CSV file with a header, in batches of lines.
 *
 * A line without a quotation mark, as nearly all are, is split at its commas; one with them goes to
 * the parser (RFC 4180, but no line break within quotes: market data has none). Blank lines and lines
 * that begin with `#` are passed over; a byte order mark and either line ending are understood.
 */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { FeedError } from '#feeds/feed.ts'
import { columnName } from '#feeds/files/columns/cell-text.ts'
import { wrongCell } from '#feeds/files/columns/wrong-cell.ts'
import type { ColumnBatch, ColumnsFile } from '#feeds/files/columns/columns-file.ts'
import { dayIn, instantIn } from '#feeds/files/columns/instant-text.ts'

/** Enough to make a batch worth its bookkeeping; 16,384 rows of eight cells are about 10 MB. */
const BATCH_ROWS = 16_384

/** @throws FeedError `unreadable` where there is no header */
export async function csvColumns(path: string): Promise<ColumnsFile> {
  const header = await headerOf(path)
  const names = header.cells.map((cell) => columnName(cell))
  return { path, names, batches: () => batches(path, names, header.line) }
}

interface Line {
  /** From 1. */
  readonly line: number
  readonly cells: readonly string[]
}

async function headerOf(path: string): Promise<Line> {
  for await (const [first] of linesOf(path)) if (first !== undefined) return first
  throw new FeedError('unreadable', `${path}: is empty, expected a header that names the columns`)
}

async function* batches(
  path: string,
  names: readonly string[],
  headerLine: number,
): AsyncGenerator<ColumnBatch> {
  let rows: Line[] = []
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      if (line.line <= headerLine) continue
      if (line.cells.length !== names.length)
        throw new FeedError('unreadable', `${path}:${line.line}: has ${line.cells.length} cells, expected ${names.length} as the header has`) // prettier-ignore
      rows.push(line)
    }
    if (rows.length < BATCH_ROWS) continue
    yield batchOf(path, names, rows)
    rows = []
  }
  if (rows.length > 0) yield batchOf(path, names, rows)
}

/** The lines of one piece of the file after the other. */
async function* linesOf(path: string): AsyncGenerator<readonly Line[]> {
  let rest = ''
  let begun = false
  let number = 0
  const lineOf = (text: string): Line => ({ line: number, cells: cellsOf(path, number, text) })
  for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const whole = begun ? rest + String(piece) : String(piece).replace(/^\uFEFF/, '')
    begun = true
    const texts = whole.split('\n')
    rest = texts.pop() ?? ''
    const lines: Line[] = []
    for (const text of texts) {
      number += 1
      if (isRow(text)) lines.push(lineOf(text))
    }
    yield lines
  }
  number += 1
  if (isRow(rest)) yield [lineOf(rest)]
}

const isRow = (text: string): boolean => text.trim() !== '' && !text.startsWith('#')

function cellsOf(path: string, line: number, text: string): readonly string[] {
  const bare = text.endsWith('\r') ? text.slice(0, -1) : text
  if (!bare.includes('"')) return bare.split(',')
  try {
    return parse(bare, { relax_column_count: true })[0] ?? []
  } catch (cause) {
    throw new FeedError('unreadable', `${path}:${line}: was ${bare.slice(0, 60)}, expected a whole CSV line: a quotation mark has no other`, { cause }) // prettier-ignore
  }
}

function batchOf(path: string, names: readonly string[], rows: readonly Line[]): ColumnBatch {
  const cellAt = (column: string) => {
    const at = names.indexOf(column)
    return (row: number): string => rows[row]?.cells[at]?.trim() ?? ''
  }
  const decoded = (column: string, from: number, to: number, read: (cell: string) => number) => {
    const cell = cellAt(column)
    const values = new Float64Array(to - from)
    for (let row = from; row < to; row++) values[row - from] = read(cell(row))
    return values
  }
  const batch: ColumnBatch = {
    length: rows.length,
    values: (column) => Promise.resolve(rows.map((_, row) => cellAt(column)(row))),
    numbers: async (column, from, to) => {
      const numbers = decoded(column, from, to, numberIn)
      const cell = cellAt(column)
      const wrong = numbers.findIndex((value, i) => Number.isNaN(value) && cell(from + i) !== '')
      if (wrong >= 0) throw await wrongCell(batch, column, from + wrong, 'a number')
      return numbers
    },
    days: (column) => Promise.resolve(decoded(column, 0, rows.length, dayIn)),
    instants: (column) => Promise.resolve(decoded(column, 0, rows.length, instantIn)),
    isUtc: (column) => cellAt(column)(0).endsWith('Z'),
    place: (row) => `${path}:${rows[row]?.line ?? 0}`,
    shown: (column, row) => Promise.resolve(`"${cellAt(column)(row)}"`),
  }
  return batch
}

/** An empty cell is no number. */
const numberIn = (cell: string): number => (cell === '' ? Number.NaN : Number(cell))
