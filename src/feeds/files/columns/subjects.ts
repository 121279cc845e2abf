/**
 * What the rows of a market data file are about: rows that stand together and share their naming
 * columns are a run, and a run is about one subject.
 *
 * | naming columns | subject | spelt |
 * | --- | --- | --- |
 * | `symbol` or `ticker`, perhaps `asset_class`, `currency` | stock, fund, index | `AAPL`, `BRK.B`, `SPX` |
 * | `root` | continuous future | `ES` |
 * | `root`, `contract` (`201312`) | future | `ESZ3` |
 * | `pair` (`EURUSD`, `EUR.USD`) | forex | `EUR.USD` |
 * | `currency`, `eur_rate` | forex against the euro | `EUR.CHF` |
 * | `underlying`, `expiry`, `strike`, `right` | option | `TWX.OPT.20140621.C.70.USD` |
 * | none | the one instrument that the file is named after: `spx_index_daily.csv` | `SPX` |
 *
 * Of a file with a column `kind`, only rows of kind `trade` count: the others are open interest.
 */
import { basename } from 'node:path'
import type { Listed } from '#exchange/listing.ts'
import { format, parse } from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import { cellText } from '#feeds/files/columns/cell-text.ts'
import type { ColumnBatch, ColumnsFile } from '#feeds/files/columns/columns-file.ts'
import { wrongCell } from '#feeds/files/columns/wrong-cell.ts' // prettier-ignore
import type { ListedClass } from '#feeds/files/inputs/listed-name.ts'
import { dayIn } from '#feeds/files/columns/instant-text.ts'
import { ownEntry } from '#model/own-entry.ts'

export interface Subject {
  /** As the table above spells it. */
  readonly symbol: string
  /** Undefined where the file does not say: a ticker may be a stock's or an index's. */
  readonly assetClass: ListedClass | undefined
  /** ISO 4217, the currency of the prices; undefined where the file does not say. */
  readonly currency: string | undefined
}

/**
 * What files may call a listing, the nearest first: a future's own contract, else its root's continuous one.
 *
 * @returns at least one, spelt as `Subject.symbol`
 */
export function subjectNames(of: Listed): readonly string[] {
  if (of.assetClass === 'FUT') return [of.localSymbol, of.symbol]
  if (of.assetClass === 'CASH') return [`${of.symbol}.${of.currency}`]
  return [of.assetClass === 'OPT' ? of.id : of.symbol]
}

/** Rows of a batch, `to` not included. */
export interface Run {
  readonly subject: Subject
  readonly from: number
  readonly to: number
}

export interface SubjectColumns {
  /** Whose clock a file of these subjects is written by where it does not say: New York's, or UTC. */
  readonly usualZone: 'America/New_York' | 'UTC'
  /** The class of every subject, where the naming columns alone say it. */
  readonly assetClass: ListedClass | undefined
  /** @throws FeedError `unreadable` for a cell that names nothing */
  runs(batch: ColumnBatch): Promise<readonly Run[]>
}

/** Finds the naming columns of a file; a file without any is about one instrument. */
export function subjectColumns(file: ColumnsFile): SubjectColumns {
  const naming = NAMINGS.find(({ needs }) => needs.every((name) => file.names.includes(name)))
  if (naming === undefined) return namedByFile(file)
  const also = ['kind', 'asset_class', 'currency'].filter((name) => file.names.includes(name))
  const columns = [...new Set([...naming.reads, ...also])]
  const known = new Map<string, Subject | 'passed over'>()
  const names = new Map<string, string>()
  const subjectAt = async (batch: ColumnBatch, row: number, cells: readonly string[]) => {
    const key = cells.join('\t')
    const found = known.get(key)
    if (found !== undefined) return found
    const cell: Cells = (column) => cells[columns.indexOf(column)] ?? ''
    const subject = isCounted(cell('kind')) ? naming.subject(cell) : 'passed over'
    const wrong = subject === 'passed over' ? undefined : wrongIn(naming, cell, subject, names)
    if (wrong !== undefined) throw await wrongCell(batch, wrong.column, row, wrong.expected)
    known.set(apart(key), subject ?? 'passed over')
    return subject ?? 'passed over'
  }
  return { ...naming, runs: (batch) => runsOf(batch, columns, subjectAt) }
}

/**
 * What a naming cell should have been; undefined where all are well.
 *
 * @param contracts - of the file so far, by the name they have; added to
 */
function wrongIn(
  naming: Naming,
  cell: Cells,
  subject: Subject | undefined,
  contracts: Map<string, string>,
): { readonly column: string; readonly expected: string } | undefined {
  if (subject === undefined) return { column: naming.reads.at(-1) ?? '', expected: naming.expected }
  const classCell = cell('asset_class').toUpperCase()
  if (classCell !== '' && ownEntry(CLASSES, classCell) === undefined)
    return { column: 'asset_class', expected: `one of ${Object.keys(CLASSES).join(', ')}` }
  if (naming.oneNameEach !== true) return undefined
  const contract = apart(cell('contract'))
  const other = contracts.get(subject.symbol) ?? contract
  contracts.set(subject.symbol, other)
  if (other === contract) return undefined
  return { column: 'contract', expected: `a month other than ${subject.symbol} already is (${other}): one file holds ten years of a root` } // prettier-ignore
}

type Cells = (column: string) => string

interface Naming extends Pick<SubjectColumns, 'usualZone' | 'assetClass'> {
  /** The file has these. */
  readonly needs: readonly string[]
  /** These tell subjects apart; the last is what an error points at. */
  readonly reads: readonly string[]
  readonly expected: string
  /** Names repeat every ten years: two contracts of one file must not share one. */
  readonly oneNameEach?: true
  /** Undefined where the cells name nothing. */
  readonly subject: (cell: Cells) => Subject | undefined
}

const OPTION = ['underlying', 'expiry', 'strike', 'right']

const NAMINGS: readonly Naming[] = [
  { needs: OPTION, reads: OPTION, assetClass: 'OPT', usualZone: 'America/New_York', expected: 'an underlying, a day of expiry, a strike above 0, and C or P', subject: option }, // prettier-ignore
  { needs: ['root', 'contract'], reads: ['root', 'contract'], assetClass: 'FUT', usualZone: 'UTC', oneNameEach: true, expected: "a contract's month such as 201312", subject: future }, // prettier-ignore
  { needs: ['root'], reads: ['root'], assetClass: 'FUT', usualZone: 'UTC', expected: 'a root such as ES', subject: continuousFuture }, // prettier-ignore
  { needs: ['pair'], reads: ['pair'], assetClass: 'CASH', usualZone: 'UTC', expected: 'a pair of currencies such as EURUSD', subject: pair }, // prettier-ignore
  { needs: ['currency', 'eur_rate'], reads: ['currency'], assetClass: 'CASH', usualZone: 'UTC', expected: 'an ISO 4217 currency such as USD', subject: againstEuro }, // prettier-ignore
  { needs: ['symbol'], reads: ['symbol'], assetClass: undefined, usualZone: 'America/New_York', expected: 'a ticker such as AAPL', subject: (cell) => listed(cell('symbol'), cell) }, // prettier-ignore
  { needs: ['ticker'], reads: ['ticker'], assetClass: undefined, usualZone: 'America/New_York', expected: 'a ticker such as AAPL', subject: (cell) => listed(cell('ticker'), cell) }, // prettier-ignore
]

/** Share classes have a dot: `BRK-B` of some sources is `BRK.B`. */
function listed(ticker: string, cell: Cells): Subject | undefined {
  if (ticker === '') return undefined
  const assetClass = ownEntry(CLASSES, cell('asset_class').toUpperCase())
  const currency = cell('currency') === '' ? undefined : apart(cell('currency'))
  return { symbol: apart(ticker.replace('-', '.')), assetClass, currency }
}

/** What files call the classes. */
const CLASSES: Readonly<Record<string, ListedClass>> = {
  STK: 'STK',
  STOCK: 'STK',
  EQUITY: 'STK',
  ETF: 'STK',
  IND: 'IND',
  INDEX: 'IND',
  FUT: 'FUT',
  FUTURE: 'FUT',
  CASH: 'CASH',
  FOREX: 'CASH',
}

function continuousFuture(cell: Cells): Subject | undefined {
  const root = cell('root')
  return root === '' ? undefined : { symbol: apart(root), assetClass: 'FUT', currency: undefined }
}

/** January to December, by CME's month codes. */
const MONTH_CODES = 'FGHJKMNQUVXZ'

/** `ESZ3`: the exchange's own name has one digit of the year. */
function future(cell: Cells): Subject | undefined {
  const month = /^(\d{3})(\d)(\d{2})(?:\d{2})?$/.exec(cell('contract').replaceAll('-', ''))
  const code = MONTH_CODES[Number(month?.[3] ?? 0) - 1]
  const root = continuousFuture(cell)
  if (month === null || code === undefined || root === undefined) return undefined
  return { ...root, symbol: apart(`${root.symbol}${code}${month[2] ?? ''}`) }
}

function pair(cell: Cells): Subject | undefined {
  const parts = /^([A-Z]{3})[./]?([A-Z]{3})$/.exec(cell('pair'))
  return parts === null ? undefined : forex(parts[1] ?? '', parts[2] ?? '')
}

function againstEuro(cell: Cells): Subject | undefined {
  return /^[A-Z]{3}$/.test(cell('currency')) ? forex('EUR', cell('currency')) : undefined
}

const forex = (base: string, quote: string): Subject => ({
  symbol: apart(`${base}.${quote}`),
  assetClass: 'CASH',
  currency: apart(quote),
})

function option(cell: Cells): Subject | undefined {
  const day = expiryDay(cell('expiry'))
  const strike = parse(cell('strike'))
  const right = cell('right').charAt(0).toUpperCase()
  if (cell('underlying') === '' || Number.isNaN(day) || strike === undefined || strike <= 0n || (right !== 'C' && right !== 'P')) return undefined // prettier-ignore
  const currency = cell('currency') === '' ? 'USD' : apart(cell('currency'))
  const symbol = instrumentIdOf({
    symbol: cell('underlying'),
    assetClass: 'OPT',
    currency,
    expiry: isoDateOf(day * DAY_MS).replaceAll('-', ''),
    right,
    strike: format(strike),
  })
  return { symbol: apart(symbol), assetClass: 'OPT', currency }
}

/** Parquet's dates come as days since 1970-01-01, CSV's as text. */
const expiryDay = (cell: string): number => (/^\d{1,6}$/.test(cell) ? Number(cell) : dayIn(cell))

const isCounted = (kind: string): boolean => kind === '' || kind === 'trade'

/** `spx_index_daily.csv` is about SPX, `AAPL.csv` about AAPL. */
function namedByFile({ path }: ColumnsFile): SubjectColumns {
  const symbol = (/^[A-Za-z0-9]+/.exec(basename(path))?.[0] ?? '').toUpperCase()
  const subject = { symbol, assetClass: undefined, currency: undefined }
  return {
    usualZone: 'America/New_York',
    assetClass: undefined,
    runs: (batch) => Promise.resolve([{ subject, from: 0, to: batch.length }]),
  }
}

async function runsOf(
  batch: ColumnBatch,
  names: readonly string[],
  subjectAt: (batch: ColumnBatch, row: number, cells: readonly string[]) => Promise<Subject | 'passed over'>, // prettier-ignore
): Promise<readonly Run[]> {
  const columns = await Promise.all(names.map(async (name) => batch.values(name)))
  const runs: Run[] = []
  let from = 0
  for (let row = 1; row <= batch.length; row++) {
    if (row < batch.length && columns.every((column) => column[row] === column[from])) continue
    const cells = columns.map((column) => cellText(column[from]))
    const subject = await subjectAt(batch, from, cells)
    if (subject !== 'passed over') runs.push({ subject, from, to: row })
    from = row
  }
  return runs
}

/** A text of its own: a piece of a larger one, as splitting a file gives, would keep all of that in memory. */
const apart = (text: string): string => Buffer.from(text).toString()
