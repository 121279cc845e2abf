/**
 * A CSV file of ours: a header that names the columns, then one typed row a line.
 *
 * Nothing is guessed: an unknown column, a missing one, a duplicate or a cell that does not read
 * is an error that names file, line and column. Lines that begin with `#` are comments; a byte
 * order mark, quotes and either line ending are understood (RFC 4180).
 */
import { CsvError, parse } from 'csv-parse/sync'
import { err, ok, type Result } from '#model/result.ts'
import type { CellReader } from '#feeds/files/inputs/cells.ts'
import { hintFor } from '#feeds/files/inputs/nearest-word.ts'

export interface Column<T> {
  readonly read: CellReader<T>
  /** What an empty cell, or a column that is not there, stands for; without it a value is required. */
  readonly empty?: { readonly means: T }
}

export type Columns<T> = { readonly [K in keyof T & string]-?: Column<T[K]> }

export interface Located<T> {
  /** 1 is the header's line, where the file begins with it. */
  readonly line: number
  readonly row: T
}

/** Errors shown at most; a file that is wrong throughout is the wrong file. */
const MOST_ERRORS = 10

/**
 * Reads a whole table or says everything that is wrong with it, a line each.
 *
 * @param file - as the person named it, for the messages
 */
export function readTable<T extends object>(
  text: string,
  file: string,
  columns: Columns<T>,
): Result<readonly Located<T>[]> {
  const lines = readLines(text, file)
  if (!lines.ok) return lines
  const [header, ...body] = lines.value
  if (header === undefined)
    return err(`${file}: is empty, expected a header: ${Object.keys(columns).join(',')}`)
  const wrong = headerError(header, file, columns)
  if (wrong !== undefined) return err(wrong)
  return collect(body.map((line) => readRow(line, header.cells, file, columns)))
}

/** All values, or the errors joined, the first ten of them. */
export function collect<T>(results: readonly Result<T>[]): Result<readonly T[]> {
  const errors = results.flatMap((result) => (result.ok ? [] : result.error.split('\n')))
  if (errors.length === 0) return ok(results.flatMap((result) => (result.ok ? [result.value] : [])))
  const more = errors.length - MOST_ERRORS
  const shown = errors.slice(0, MOST_ERRORS)
  return err([...shown, ...(more > 0 ? [`… and ${more} more errors`] : [])].join('\n'))
}

/** The rows without their lines, or the first that says again what a row above it said. */
export function refuseDuplicates<T>(
  rows: readonly Located<T>[],
  file: string,
  column: keyof T & string,
): Result<readonly T[]> {
  const firstLine = new Map<unknown, number>()
  const checked = rows.map(({ line, row }): Result<T> => {
    const earlier = firstLine.get(row[column])
    if (earlier !== undefined)
      return err(
        `${file}:${line} ${column}: ${String(row[column])} is in line ${earlier} already, expected each once`,
      )
    firstLine.set(row[column], line)
    return ok(row)
  })
  return collect(checked)
}

/** One line of a CSV file, taken apart and not yet read. */
export interface Line {
  readonly line: number
  readonly cells: readonly string[]
}

/** The lines that hold something, the header's first; or why the text is no CSV. */
export function readLines(text: string, file: string): Result<readonly Line[]> {
  const lines: Line[] = []
  try {
    parse(text, {
      bom: true,
      trim: true,
      comment: '#',
      comment_no_infix: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: (cells: string[], { lines: line }) => {
        lines.push({ line, cells })
        return null
      },
    })
    return ok(lines)
  } catch (error) {
    if (error instanceof CsvError) return err(`${file}: is no CSV: ${error.message}`)
    throw error
  }
}

function headerError<T>(header: Line, file: string, columns: Columns<T>): string | undefined {
  const known = Object.keys(columns)
  const at = `${file}:${header.line}`
  const unknown = header.cells.find((name) => !known.includes(name))
  if (unknown !== undefined)
    return `${at} header: unknown column "${unknown}", ${hintFor(unknown, known)}`
  const twice = header.cells.find((name, i) => header.cells.indexOf(name) !== i)
  if (twice !== undefined) return `${at} header: column "${twice}" is there twice, expected once`
  const missing = Object.entries<Column<unknown>>(columns)
    .filter(([name, column]) => column.empty === undefined && !header.cells.includes(name))
    .map(([name]) => name)
  if (missing.length > 0) return `${at} header: expected also the column ${missing.join(', ')}`
  return undefined
}

function readRow<T extends object>(
  { line, cells }: Line,
  header: readonly string[],
  file: string,
  columns: Columns<T>,
): Result<Located<T>> {
  if (cells.length !== header.length)
    return err(
      `${file}:${line}: has ${cells.length} cells, expected ${header.length} as the header has`,
    )
  return readCells(line, (name) => cells[header.indexOf(name)] ?? '', file, columns)
}

/**
 * One typed row out of its cells, whatever they were written in.
 *
 * @returns else what is wrong with each cell, a line each
 */
export function readCells<T extends object>(
  line: number,
  cellOf: (column: string) => string,
  file: string,
  columns: Columns<T>,
): Result<Located<T>> {
  const row: Record<string, unknown> = {}
  const errors: string[] = []
  for (const [name, column] of Object.entries<Column<unknown>>(columns)) {
    const cell = cellOf(name)
    const isEmpty = cell === '' && column.empty !== undefined
    const value = isEmpty ? ok(column.empty?.means) : column.read(cell)
    if (value.ok) row[name] = value.value
    else errors.push(`${file}:${line} ${name}: was "${cell}", expected ${value.error}`)
  }
  if (errors.length > 0) return err(errors.join('\n'))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop filled every column of T
  return ok({ line, row: row as T })
}
