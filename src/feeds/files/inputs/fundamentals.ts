/**
 * The fundamentals file: dated figures of companies, CSV or JSON, as vendors write them.
 *
 * Columns are found by the names of `COLUMNS`, in any case and however their words are parted; others are passed over
 * and told. A row without a date or a name is an error. A figure that is missing is unknown; so is one that cannot be
 * true (a dividend yield of 398 %, a market value of 20 dollars), and that is told: vendors' files are full of them, and
 * one wrong figure must not cost the other ten thousand.
 */
import { err, ok, type Result } from '#model/result.ts'
import { dayNumberOf, type IsoDate } from '#model/time.ts'
import type { Fundamentals } from '#marketdata/fundamentals.ts'
import { instrumentCell } from '#feeds/files/inputs/cells.ts'
import { collect, readLines, type Located } from '#feeds/files/inputs/csv-table.ts'
import { readJsonRows } from '#feeds/files/inputs/json-rows.ts'

export interface FundamentalsFile {
  /** By date, then in the file's order; each name once a day. */
  readonly rows: readonly Fundamentals[]
  /** Figures taken as unknown and columns passed over, in words, a line each. */
  readonly notes: readonly string[]
}

/**
 * Reads fundamentals: `.json` by name, all else as CSV.
 *
 * @param file - as the person named it, for the messages
 * @returns the rows; or every error, a line each
 */
export function readFundamentals(text: string, file: string): Result<FundamentalsFile> {
  const table = /\.json$/i.test(file) ? jsonTable(text, file) : csvTable(text, file)
  if (!table.ok) return table
  const places = placesOf(table.value.header, file)
  if (!places.ok) return places
  const notes = unusedColumns(table.value.header, places.value, file)
  const rows = collect(table.value.rows.map((cells) => rowOf(cells, places.value, file, notes)))
  if (!rows.ok) return rows
  if (rows.value.length === 0) return err(`${file}: has no rows, expected at least one`)
  const once = eachOnce(rows.value, file)
  if (!once.ok) return once
  return ok({ rows: once.value.toSorted((a, b) => compare(a.asOf, b.asOf)), notes })
}

type Figure = Exclude<keyof Fundamentals, 'asOf' | 'instrument'>
type ColumnName = keyof Fundamentals

interface FigureColumn {
  readonly figure: Figure
  /** Names it goes by, each with what its values are multiplied by. */
  readonly names: Readonly<Record<string, number>>
  /** What a true figure is, after multiplication. */
  readonly least: number
  readonly most: number
  readonly expected: string
  /** Whether 0 is how vendors write "unknown". */
  readonly zeroIsUnknown?: boolean
}

/** Names are written as they are compared: small letters and digits only. */
const IDENTITY: Readonly<Record<'asOf' | 'instrument', readonly string[]>> = {
  asOf: ['asof', 'asofdate', 'date'],
  instrument: ['instrument', 'symbol', 'ticker'],
}

const RATIO = { least: -1e6, most: 1e6, expected: 'a ratio other than 0', zeroIsUnknown: true }
const A_SHARE = { least: -1e6, most: 1e6, expected: 'an amount a share' }
const YEARLY = { least: -10, most: 10, expected: 'a yearly fraction such as 0.15' }

const COLUMNS: readonly FigureColumn[] = [
  { figure: 'price', names: { price: 1, close: 1, lastprice: 1 }, least: 1e-4, most: 1e7, expected: 'a price above 0', zeroIsUnknown: true },
  { figure: 'earningsPerShare', names: { earningspershare: 1, eps: 1, epsttm: 1 }, ...A_SHARE },
  { figure: 'priceEarnings', names: { priceearnings: 1, pricetoearnings: 1, pe: 1, peratio: 1 }, ...RATIO },
  { figure: 'bookValuePerShare', names: { bookvaluepershare: 1, bookvalueps: 1, bookvalue: 1 }, ...A_SHARE },
  { figure: 'priceBook', names: { pricebook: 1, pricetobook: 1, pb: 1, pbratio: 1 }, ...RATIO },
  { figure: 'marketValue', names: { marketvalue: 1, marketcap: 1, marketcapusd: 1, marketcapitalization: 1 }, least: 1e6, most: 1e14, expected: 'a market value of a million or more', zeroIsUnknown: true },
  { figure: 'dividendYield', names: { dividendyield: 1, dividendyieldpct: 0.01 }, least: 0, most: 0.5, expected: 'a yearly fraction of the price from 0 to 0.5' },
  { figure: 'returnOnEquity', names: { returnonequity: 1, roe: 1, returnonequitypct: 0.01 }, ...YEARLY },
  { figure: 'grossProfitability', names: { grossprofitability: 1, grossprofittoassets: 1 }, ...YEARLY },
] // prettier-ignore

/** A file taken apart, nothing read. */
interface Table {
  readonly header: readonly string[]
  readonly rows: readonly CellsOfRow[]
}

interface CellsOfRow {
  readonly line: number
  readonly cellOf: (column: string) => string
}

function csvTable(text: string, file: string): Result<Table> {
  const lines = readLines(text, file)
  if (!lines.ok) return lines
  const [header, ...body] = lines.value
  if (header === undefined)
    return err(`${file}: is empty, expected a header such as asOf,instrument,price,eps,marketValue`)
  const short = body.find(({ cells }) => cells.length !== header.cells.length)
  if (short !== undefined)
    return err(`${file}:${short.line}: has ${short.cells.length} cells, expected ${header.cells.length} as the header has`) // prettier-ignore
  const places = new Map(header.cells.map((name, i) => [name, i]))
  const rows = body.map(({ line, cells }) => ({
    line,
    cellOf: (column: string) => cells[places.get(column) ?? -1] ?? '',
  }))
  return ok({ header: header.cells, rows })
}

function jsonTable(text: string, file: string): Result<Table> {
  const rows = readJsonRows(
    text,
    file,
    '{ "asOf": "2018-02-08", "instrument": "AAPL", "eps": 9.2 }',
  )
  if (!rows.ok) return rows
  const header = [...new Set(rows.value.flatMap(({ cells }) => [...cells.keys()]))]
  return ok({
    header,
    rows: rows.value.map(({ line, cells }) => ({
      line,
      cellOf: (column) => cells.get(column) ?? '',
    })),
  })
}

/** Where each column stands: its name in the file, and what its values are multiplied by. */
type Places = ReadonlyMap<ColumnName, { readonly name: string; readonly scale: number }>

function placesOf(header: readonly string[], file: string): Result<Places> {
  const places = new Map<ColumnName, { readonly name: string; readonly scale: number }>()
  const twice: string[] = []
  for (const name of header) {
    const found = columnCalled(name)
    if (found === undefined) continue
    const other = places.get(found.column)
    if (other === undefined) places.set(found.column, { name, scale: found.scale })
    else twice.push(`${file}:1 header: ${other.name} and ${name} both are ${found.column}, expected one of them`) // prettier-ignore
  }
  if (twice.length > 0) return err(twice.join('\n'))
  const missing = (['asOf', 'instrument'] as const).filter((column) => !places.has(column))
  if (missing.length > 0)
    return err(`${file}:1 header: expected also the column ${missing.join(', ')}`)
  return ok(places)
}

function columnCalled(
  name: string,
): { readonly column: ColumnName; readonly scale: number } | undefined {
  const word = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (IDENTITY.asOf.includes(word)) return { column: 'asOf', scale: 1 }
  if (IDENTITY.instrument.includes(word)) return { column: 'instrument', scale: 1 }
  const found = COLUMNS.find(({ names }) => Object.hasOwn(names, word))
  return found && { column: found.figure, scale: found.names[word] ?? 1 }
}

function unusedColumns(header: readonly string[], places: Places, file: string): string[] {
  const used = new Set([...places.values()].map(({ name }) => name))
  const unused = header.filter((name) => !used.has(name))
  return unused.length === 0 ? [] : [`${file}: columns passed over: ${unused.join(', ')}`]
}

/** Words of vendors for what they do not know. */
const UNKNOWN = /^(|-|--|n\/?a|nan|none|null)$/i

function rowOf(
  { line, cellOf }: CellsOfRow,
  places: Places,
  file: string,
  notes: string[],
): Result<Located<Fundamentals>> {
  const at = (column: ColumnName) => `${file}:${line} ${places.get(column)?.name ?? column}`
  const textOf = (column: ColumnName) => cellOf(places.get(column)?.name ?? '')
  const [asOf, instrument] = [textOf('asOf'), instrumentCell(textOf('instrument'))]
  if (dayNumberOf(asOf) === undefined)
    return err(`${at('asOf')}: was "${asOf}", expected a day such as 2018-02-08`)
  if (!instrument.ok)
    return err(`${at('instrument')}: was "${textOf('instrument')}", expected ${instrument.error}`)
  const figures: Partial<Record<Figure, number | undefined>> = {}
  for (const column of COLUMNS) {
    const { figure } = column
    const place = places.get(figure)
    const cell = place === undefined ? '' : textOf(figure)
    const value = figureOf(cell, place?.scale ?? 1, column)
    if (Number.isNaN(value)) return err(`${at(figure)}: was "${cell}", expected a number, or nothing where it is unknown`) // prettier-ignore
    const isTrue = value !== undefined && value >= column.least && value <= column.most
    if (value !== undefined && !isTrue)
      notes.push(`${at(figure)}: was "${cell}", taken as unknown: expected ${column.expected}`)
    figures[figure] = isTrue ? value : undefined
  }
  return ok({ line, row: { asOf, instrument: instrument.value, ...NOTHING, ...figures } })
}

const NOTHING: Readonly<Record<Figure, undefined>> = {
  price: undefined,
  earningsPerShare: undefined,
  priceEarnings: undefined,
  bookValuePerShare: undefined,
  priceBook: undefined,
  marketValue: undefined,
  dividendYield: undefined,
  returnOnEquity: undefined,
  grossProfitability: undefined,
}

/** Undefined where it is unknown, NaN where it does not read. */
function figureOf(cell: string, scale: number, column: FigureColumn): number | undefined {
  if (UNKNOWN.test(cell)) return undefined
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN
  return value === 0 && column.zeroIsUnknown === true ? undefined : value * scale
}

function eachOnce(
  rows: readonly Located<Fundamentals>[],
  file: string,
): Result<readonly Fundamentals[]> {
  const firstLine = new Map<string, number>()
  return collect(
    rows.map(({ line, row }): Result<Fundamentals> => {
      const key = `${row.asOf} ${row.instrument}`
      const earlier = firstLine.get(key)
      firstLine.set(key, earlier ?? line)
      return earlier === undefined
        ? ok(row)
        : err(`${file}:${line} instrument: ${row.instrument} on ${row.asOf} is in line ${earlier} already, expected each once a day`) // prettier-ignore
    }),
  )
}

const compare = (a: IsoDate, b: IsoDate): number => (a < b ? -1 : a > b ? 1 : 0)
