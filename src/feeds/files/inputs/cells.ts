/**
 * How one cell of an input file is read. A reader answers with the value, or with what it had
 * expected; the table says where and what was found.
 */
import { parse, type Exact, type Price } from '#model/fixed.ts'
import { readInstrumentId } from '#model/instrument-id.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { ownEntry } from '#model/own-entry.ts'

/** @returns the value, or what was expected: `a number such as 0.05` */
export type CellReader<T> = (cell: string) => Result<T>

/** What can be held: not an index, which is quoted and never traded. */
export const instrumentCell: CellReader<InstrumentId> = (cell) => {
  if (/\.IND\.[A-Z]{3}$/.test(cell)) return err('what can be held, which an index cannot: a fund on it such as SPY, or a future such as ESZ6.FUT.USD') // prettier-ignore
  const id = readInstrumentId(cell)
  return id.ok ? id : err('an instrument such as AAPL, AAPL.STK.USD or ESZ6.FUT.USD')
}

/** A decimal number between two bounds, both allowed. */
export function numberCell(from: number, to: number, expected: string): CellReader<number> {
  return (cell) => {
    const value = NUMBER.test(cell) ? Number(cell) : Number.NaN
    return value >= from && value <= to ? ok(value) : err(expected)
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A whole number > 0 that float64 holds. */
export function countCell(expected: string): CellReader<number> {
  return (cell) => {
    const value = /^\d{1,15}$/.test(cell) ? Number(cell) : 0
    return value > 0 ? ok(value) : err(expected)
  }
}

/** Exact decimal text, at most nine places; `allowed` says which values make sense. */
export function exactCell<T extends Exact>(
  allowed: (nanos: bigint) => boolean,
  expected: string,
): CellReader<T> {
  return (cell) => {
    const nanos = parse(cell)
    if (nanos === undefined || !allowed(nanos)) return err(expected)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the column says which noun it holds
    return ok(nanos as T)
  }
}

/** One of a few words, in any case. */
export function wordCell<const T extends string>(...words: readonly T[]): CellReader<T> {
  return (cell) => {
    const found = words.find((word) => word === cell.toLowerCase())
    return found === undefined ? err(words.join(' or ')) : ok(found)
  }
}

/** Text of one kind, by pattern. */
export function patternCell(pattern: RegExp, expected: string): CellReader<string> {
  return (cell) => (pattern.test(cell) ? ok(cell) : err(expected))
}

export const currencyCell: CellReader<string> = patternCell(
  /^[A-Z]{3}$/,
  'an ISO 4217 currency such as USD',
)

const YES_OR_NO: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  1: true,
  false: false,
  no: false,
  0: false,
}

export const yesNoCell: CellReader<boolean> = (cell) => {
  const value = ownEntry(YES_OR_NO, cell.toLowerCase())
  return value === undefined ? err('true or false') : ok(value)
}

const INCREMENTS = 'price increments such as 0.01, or by price 0:0.0001;1:0.01'

/** One increment for every price (`0.01`), or steps by price (`0:0.0001;1:0.01`), the first from 0. */
export const incrementsCell: CellReader<PriceIncrements> = (cell) => {
  const steps = cell.includes(':') ? cell.split(';') : [`0:${cell}`]
  const rows = steps.map((step) => {
    const [from = '', increment = '', ...rest] = step.split(':').map((part) => parse(part.trim()))
    return rest.length === 0 && isNanos(from) && isNanos(increment)
      ? { from, increment }
      : undefined
  })
  const increments = rows.filter((row) => row !== undefined)
  const rising = increments.every((row, i) => row.from > (increments[i - 1]?.from ?? -1n))
  const usable = increments.every((row) => row.increment > 0n) && increments[0]?.from === 0n
  return increments.length === rows.length && rising && usable ? ok(increments) : err(INCREMENTS)
}

function isNanos(value: bigint | string | undefined): value is Price {
  return typeof value === 'bigint'
}
