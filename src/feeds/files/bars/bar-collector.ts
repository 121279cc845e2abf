/**
 * Rows become columns of days, a set for each symbol: runs are copied behind each other, and what is
 * no bar is refused with its place.
 */
import type { DailyColumns } from '#marketdata/daily-columns.ts'
import { DAY_MS, isoDateOf } from '#model/time.ts'
import { FeedError } from '#feeds/feed.ts'
import { wrongCell, type ColumnBatch } from '#feeds/files/columns/columns-file.ts'
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
    const known =
      found.get(subject.symbol) ?? growing(subject, to - from, numbers.adjustedClose !== undefined)
    found.set(subject.symbol, known)
    const row = firstNotRising(days, from, to, known.lastDay)
    if (row < to) {
      const before = row > from ? days[row - 1] : known.lastDay
      throw await wrongDay(batch, row, dayColumn, subject, before, days[row])
    }
    const own = partOf(numbers, from - first, to - first)
    flatten(own)
    for (const name of NUMBERS) {
      const at = firstWrong(own[name], name === 'volume' ? 0 : Number.NEGATIVE_INFINITY)
      if (at >= 0) throw await wrongCell(batch, columns[name], from + at, name === 'volume' ? 'a number of units ≥ 0' : 'a finite number') // prettier-ignore
    }
    append(known, days.subarray(from, to), own)
  }
  return { add, collected: () => [...found.values()].map((own) => trimmed(own)) }
}

/** Columns with room at the end. */
interface Growing {
  readonly subject: Subject
  length: number
  lastDay: number
  day: Int32Array<ArrayBuffer>
  open: Float64Array<ArrayBuffer>
  high: Float64Array<ArrayBuffer>
  low: Float64Array<ArrayBuffer>
  close: Float64Array<ArrayBuffer>
  volume: Float64Array<ArrayBuffer>
  adjustedClose: Float64Array<ArrayBuffer> | undefined
}

function growing(subject: Subject, capacity: number, adjusted: boolean): Growing {
  return {
    subject,
    length: 0,
    lastDay: Number.NEGATIVE_INFINITY,
    day: new Int32Array(capacity),
    open: new Float64Array(capacity),
    high: new Float64Array(capacity),
    low: new Float64Array(capacity),
    close: new Float64Array(capacity),
    volume: new Float64Array(capacity),
    adjustedClose: adjusted ? new Float64Array(capacity) : undefined,
  }
}

const FLOATS = ['open', 'high', 'low', 'close', 'volume'] as const
const NUMBERS = [...FLOATS, 'adjustedClose'] as const

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

/** Room for more rows: half as much again where they come one by one. */
function reserve(own: Growing, rows: number): void {
  const needed = own.length + rows
  if (needed > own.day.length) resize(own, own.length === 0 ? needed : Math.max(needed, Math.ceil(own.day.length * 1.5))) // prettier-ignore
}

function resize(own: Growing, capacity: number): void {
  const kept = Math.min(own.length, capacity)
  const day = new Int32Array(capacity)
  day.set(own.day.subarray(0, kept))
  own.day = day
  for (const name of FLOATS) own[name] = resized(own[name], kept, capacity)
  own.adjustedClose &&= resized(own.adjustedClose, kept, capacity)
}

function resized(values: Float64Array, kept: number, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity)
  larger.set(values.subarray(0, kept))
  return larger
}

function append(own: Growing, days: Float64Array, numbers: BarNumbers): void {
  reserve(own, days.length)
  own.day.set(days, own.length)
  for (const name of FLOATS) own[name].set(numbers[name], own.length)
  if (numbers.adjustedClose !== undefined) own.adjustedClose?.set(numbers.adjustedClose, own.length)
  own.lastDay = days.at(-1) ?? own.lastDay
  own.length += days.length
}

function trimmed(own: Growing): Collected {
  if (own.day.length > own.length) resize(own, own.length)
  const { subject, length, day, open, high, low, close, volume, adjustedClose } = own
  return { subject, columns: { length, day, open, high, low, close, volume, adjustedClose } }
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
