/**
 * Rows become columns, a set for each symbol, and what is none is refused with its place: a time that
 * falls, a trade without a price, a size below zero.
 */
import type { CodedTexts, IntradaySeries, PriceColumns } from '#marketdata/intraday.ts'
import { MINUTE_MS, isoInstantOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { cellText } from '#feeds/files/columns/cell-text.ts'
import type { ColumnBatch } from '#feeds/files/columns/columns-file.ts'
import { growingColumns, type GrowingColumns } from '#feeds/files/columns/growing-columns.ts'
import type { Run, Subject } from '#feeds/files/columns/subjects.ts'
import { wrongCell } from '#feeds/files/columns/wrong-cell.ts'
import type { IntradayBySymbol } from '#feeds/files/intraday/intraday-file.ts'
import type { IntradayLayout, NumberColumn, TextName } from '#feeds/files/intraday/intraday-layout.ts' // prettier-ignore

/** Decoded rows of a batch, from `first` on. */
export interface IntradayPart {
  readonly first: number
  /** By column; texts as codes. */
  readonly columns: Readonly<Record<string, Float64Array>>
}

export interface IntradayCollector {
  read(batch: ColumnBatch, from: number, to: number): Promise<IntradayPart>
  /** @param times - of the batch, by its rows, UTC */
  add(batch: ColumnBatch, run: Run, times: Float64Array, part: IntradayPart): Promise<void>
  /** @param barMs - how long a bar lasts; where undefined, what divides all distances between bars */
  collected(barMs: number | undefined): IntradayBySymbol
}

/** @param timeName - for messages */
export function intradayCollector(layout: IntradayLayout, timeName: string): IntradayCollector {
  const names = ['time', 'exchange', 'condition', ...layout.numbers.map(({ name }) => name)]
  const found = new Map<string, { readonly subject: Subject; readonly rows: GrowingColumns<string> }>() // prettier-ignore
  const codes = { exchange: codeBook(), condition: codeBook() }
  const mayShare = layout.kind === 'trades' || layout.kind === 'quotes'

  const read: IntradayCollector['read'] = async (batch, first, to) => {
    const columns: Record<string, Float64Array> = {}
    for (const { name, present } of layout.numbers)
      columns[name] = present
        ? await batch.numbers(name, first, to)
        : new Float64Array(to - first).fill(Number.NaN)
    for (const name of TEXTS)
      columns[name] = await codesOf(batch, layout.texts[name], codes[name], first, to)
    return { first, columns }
  }

  const add: IntradayCollector['add'] = async (batch, run, times, { first, columns }) => {
    const { subject, from, to } = run
    const known = found.get(subject.symbol) ?? { subject, rows: growingColumns(names, to - from) }
    found.set(subject.symbol, known)
    const last = known.rows.last('time') ?? Number.NEGATIVE_INFINITY
    await refuseDisorder(batch, run, times, last, { mayShare, timeName })
    const own: Record<string, Float64Array> = { time: times.subarray(from, to) }
    for (const [name, values] of Object.entries(columns))
      own[name] = values.subarray(from - first, to - first)
    for (const column of layout.numbers) await refuseWrong(batch, column, own[column.name], from)
    known.rows.append(own)
  }

  const collected: IntradayCollector['collected'] = (barMs) => {
    const all = [...found.values()].map(({ subject, rows }) => ({ subject, columns: rows.trimmed() })) // prettier-ignore
    const step = barMs ?? barLength(all.map(({ columns }) => columns['time'] ?? NOTHING))
    return new Map(
      all.map(({ subject: { symbol, assetClass, currency }, columns }) => {
        const series = seriesOf(layout, columns, step, codes)
        return [symbol, { assetClass, currency, series }]
      }),
    )
  }
  return { read, add, collected }
}

const TEXTS: readonly TextName[] = ['exchange', 'condition']
const NOTHING = new Float64Array(0)

/** Few texts, numbered as they are first seen; the first is the empty one. */
interface CodeBook {
  readonly names: readonly string[]
  codeOf(text: string): number
}

/** What 16 bits can number. */
const MOST_TEXTS = 65_536

function codeBook(): CodeBook {
  const codes = new Map([['', 0]])
  const names = ['']
  return {
    names,
    codeOf: (text) => {
      const known = codes.get(text)
      if (known !== undefined) return known
      const own = Buffer.from(text).toString()
      codes.set(own, names.length)
      names.push(own)
      return names.length - 1
    },
  }
}

async function codesOf(
  batch: ColumnBatch,
  column: string | undefined,
  book: CodeBook,
  from: number,
  to: number,
): Promise<Float64Array> {
  const codes = new Float64Array(to - from)
  if (column === undefined) return codes
  const values = await batch.values(column)
  for (let row = from; row < to; row++) {
    const code = book.codeOf(cellText(values[row]))
    if (code >= MOST_TEXTS) throw await wrongCell(batch, column, row, `at most ${MOST_TEXTS} different texts`) // prettier-ignore
    codes[row - from] = code
  }
  return codes
}

async function refuseDisorder(
  batch: ColumnBatch,
  { subject, from, to }: Run,
  times: Float64Array,
  after: number,
  { mayShare, timeName }: { readonly mayShare: boolean; readonly timeName: string },
): Promise<void> {
  let last = after
  for (let row = from; row < to; row++) {
    const time = times[row] ?? Number.NaN
    if (Number.isNaN(time)) throw await wrongCell(batch, timeName, row, 'a time such as 2018-02-05 09:30:00') // prettier-ignore
    if (time > last || (mayShare && time === last)) last = time
    else throw new FeedError('unreadable', `${batch.place(row)} ${timeName}: was ${isoInstantOf(time)} after ${isoInstantOf(last)} of ${subject.symbol}, expected times that ${mayShare ? 'never fall' : 'rise'} within a symbol`) // prettier-ignore
  }
}

const EXPECTED: Readonly<Record<NumberColumn['holds'], string>> = {
  price: 'a finite price',
  side: 'a finite price, or nothing where nobody quotes',
  size: 'a number of units ≥ 0',
  'side size': 'a number of units ≥ 0, or nothing',
}

async function refuseWrong(
  batch: ColumnBatch,
  { name, holds }: NumberColumn,
  values: Float64Array = NOTHING,
  from = 0,
): Promise<void> {
  const mayBeEmpty = holds === 'side' || holds === 'side size'
  const least = holds === 'price' || holds === 'side' ? Number.NEGATIVE_INFINITY : 0
  const wrong = values.findIndex((value) =>
    Number.isNaN(value) ? !mayBeEmpty : !(Number.isFinite(value) && value >= least),
  )
  if (wrong >= 0) throw await wrongCell(batch, name, from + wrong, EXPECTED[holds])
}

/** The greatest length that divides every distance between bars; a minute where there is none. */
function barLength(all: readonly Float64Array[]): number {
  let length = 0
  for (const times of all)
    for (let i = 1; i < times.length; i++)
      length = greatestDivisor(length, (times[i] ?? 0) - (times[i - 1] ?? 0))
  return length === 0 ? MINUTE_MS : length
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

type Columns = Readonly<Record<string, Float64Array>>

function seriesOf(
  { kind }: IntradayLayout,
  columns: Columns,
  barMs: number,
  books: Readonly<Record<TextName, CodeBook>>,
): IntradaySeries {
  const column = (name: string): Float64Array => columns[name] ?? NOTHING
  const coded = (name: TextName): CodedTexts => ({
    names: books[name].names,
    codes: Uint16Array.from(column(name)),
  })
  const time = column('time')
  const rows = { length: time.length, time }
  const texts = () => ({ exchange: coded('exchange'), condition: coded('condition') })
  const sizes = () => ({ bidSize: column('bid_size'), askSize: column('ask_size') })
  const made: { readonly [K in IntradaySeries['kind']]: () => IntradaySeries } = {
    'trade-bars': () => ({ kind: 'trade-bars', ...rows, barMs, ...prices(column, ''), volume: column('volume') }), // prettier-ignore
    'quote-bars': () => ({ kind: 'quote-bars', ...rows, barMs, bid: prices(column, 'bid_'), ask: prices(column, 'ask_'), ...sizes() }), // prettier-ignore
    trades: () => ({ kind: 'trades', ...rows, price: column('price'), size: column('size'), ...texts() }), // prettier-ignore
    quotes: () => ({ kind: 'quotes', ...rows, bid: column('bid'), ask: column('ask'), ...sizes(), ...texts() }), // prettier-ignore
  }
  return made[kind]()
}

function prices(column: (name: string) => Float64Array, prefix: string): PriceColumns {
  return {
    open: column(`${prefix}open`),
    high: column(`${prefix}high`),
    low: column(`${prefix}low`),
    close: column(`${prefix}close`),
  }
}
