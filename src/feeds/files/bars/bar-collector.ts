/**
 * Rows become columns of days, a set for each symbol: runs are copied behind each other, and what is
 * no bar is refused with its place.
 */
import type { DailyColumns } from '#marketdata/daily-columns.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import type { ColumnBatch } from '#feeds/files/columns/columns-file.ts'
import { wrongCell } from '#feeds/files/columns/wrong-cell.ts'
import { growingColumns, type GrowingColumns } from '#feeds/files/columns/growing-columns.ts'
import type { Run, Subject } from '#feeds/files/columns/subjects.ts'

/** The numbers of some rows, each column as long as the others. */
export interface BarNumbers {
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  readonly adjustedClose: Float64Array | undefined
}

/** Which column of the file a number is from, for messages. */
export type NumberColumns = Readonly<Record<keyof BarNumbers, string>>

export interface Collected {
  readonly subject: Subject
  readonly columns: DailyColumns
}

export interface BarCollector {
  /**
   * @param days - of the batch, by its rows
   * @param numbers - of the rows from `first` on
   */
  add(
    batch: ColumnBatch,
    run: Run,
    days: Float64Array,
    numbers: BarNumbers,
    first: number,
  ): Promise<void>
  /** In the order in which symbols were first seen. */
  collected(): readonly Collected[]
}

/**
 * @param columns - for messages
 * @param dayColumn - for messages
 */
export function barCollector(columns: NumberColumns, dayColumn: string): BarCollector {
  const found = new Map<string, Growing>()
  const add: BarCollector['add'] = async (batch, run, days, numbers, first) => {
    const { subject, from, to } = run
    const known = found.get(subject.symbol) ?? growing(subject, to - from, numbers.adjustedClose !== undefined) // prettier-ignore
    found.set(subject.symbol, known)
    const own = partOf(numbers, from - first, to - first)
    const lastDay = known.rows.last('day') ?? Number.NEGATIVE_INFINITY
    const row = firstNotRising(days, from, to, lastDay)
    if (row < to) {
      const before = row > from ? days[row - 1] : lastDay
      throw await wrongDay(batch, row, dayColumn, subject, before, days[row])
    }
    flatten(own)
    await refuseWrong(batch, own, columns, from)
    const { adjustedClose = NONE, ...prices } = own
    known.rows.append({ ...prices, day: days.subarray(from, to), adjustedClose })
  }
  return { add, collected: () => [...found.values()].map((own) => collected(own)) }
}

interface Growing {
  readonly subject: Subject
  readonly adjusted: boolean
  readonly rows: GrowingColumns<'day' | keyof BarNumbers>
}

const FLOATS = ['open', 'high', 'low', 'close', 'volume'] as const
const NUMBERS = [...FLOATS, 'adjustedClose'] as const

function growing(subject: Subject, rows: number, adjusted: boolean): Growing {
  const names = ['day', ...FLOATS, ...(adjusted ? (['adjustedClose'] as const) : [])] as const
  return { subject, adjusted, rows: growingColumns(names, rows) }
}

/** A file either has adjusted closes or none: without, the column is not kept. */
const NONE = new Float64Array(0)

function collected({ subject, adjusted, rows }: Growing): Collected {
  const { length } = rows
  const { day, adjustedClose, ...prices } = rows.trimmed()
  return {
    subject,
    columns: { length, day: Int32Array.from(day), ...prices, adjustedClose: adjusted ? adjustedClose : undefined }, // prettier-ignore
  }
}

async function refuseWrong(
  batch: ColumnBatch,
  numbers: BarNumbers,
  columns: NumberColumns,
  from: number,
): Promise<void> {
  for (const name of NUMBERS) {
    const [least, expected] = name === 'volume' ? [0, 'a number of units ≥ 0'] : [Number.NEGATIVE_INFINITY, 'a finite number'] // prettier-ignore
    const at = firstWrong(numbers[name], least)
    if (at >= 0) throw await wrongCell(batch, columns[name], from + at, expected)
  }
}

/** A run's own copy is not needed: what is put right in it (`flatten`) is right for the batch. */
function partOf(numbers: BarNumbers, from: number, to: number): BarNumbers {
  const { open, high, low, close, volume, adjustedClose } = numbers
  return {
    open: open.subarray(from, to),
    high: high.subarray(from, to),
    low: low.subarray(from, to),
    close: close.subarray(from, to),
    volume: volume.subarray(from, to),
    adjustedClose: adjustedClose?.subarray(from, to),
  }
}

function firstNotRising(days: Float64Array, from: number, to: number, after: number): number {
  let last = after
  for (let row = from; row < to; row++) {
    const day = days[row] ?? Number.NaN
    if (!(day > last)) return row
    last = day
  }
  return to
}

/** Position of the first value that is not finite or below the least; −1 where all are well. */
function firstWrong(values: Float64Array | undefined, least: number): number {
  if (values === undefined) return -1
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    if (!(Number.isFinite(value) && value >= least)) return i
  }
  return -1
}

/** Only a level, as index sources have it for older days: a bar that does not move, nothing traded. */
function flatten({ open, high, low, close, volume }: BarNumbers): void {
  for (let i = 0; i < open.length; i++) {
    const level = close[i] ?? Number.NaN
    if (!Number.isNaN(open[i] ?? 0) || Number.isNaN(level)) continue
    if (!Number.isNaN(high[i] ?? 0) || !Number.isNaN(low[i] ?? 0)) continue
    open[i] = level
    high[i] = level
    low[i] = level
    if (Number.isNaN(volume[i] ?? 0)) volume[i] = 0
  }
}

async function wrongDay(
  batch: ColumnBatch,
  row: number,
  column: string,
  subject: Subject,
  before = Number.NaN,
  day = Number.NaN,
): Promise<FeedError> {
  if (Number.isNaN(day)) return wrongCell(batch, column, row, 'a day such as 2018-02-05')
  const [was, last] = [isoDateOf(day * DAY_MS), isoDateOf(before * DAY_MS)]
  return new FeedError('unreadable', `${batch.place(row)} ${column}: was ${was} after ${last} of ${subject.symbol}, expected days that rise within a symbol`) // prettier-ignore
}
