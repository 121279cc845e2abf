import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DailyColumns } from '#marketdata/daily-columns.ts'
import { dayNumberOf } from '#model/time.ts'
import { readFactors } from '#feeds/files/bars/factor-file.ts'
import { unadjust } from '#feeds/files/bars/unadjust.ts'

function columnsOf(...days: readonly (readonly [string, number])[]): DailyColumns {
  const closes = Float64Array.from(days, ([, close]) => close)
  return {
    length: days.length,
    day: Int32Array.from(days, ([date]) => dayNumberOf(date) ?? 0),
    open: closes,
    high: closes.map((close) => close * 1.01),
    low: closes.map((close) => close * 0.99),
    close: closes,
    volume: closes.map(() => 2800),
    adjustedClose: closes,
  }
}

/** A 7:1 split after 2014-06-06; the bars also carry a 4:1 split that the factors do not know. */
const adjusted = columnsOf(['2014-06-05', 23], ['2014-06-06', 23.0557], ['2014-06-09', 23.425])
const factors = [
  { date: '2000-01-03', priceFactor: 1, splitFactor: 1 / 7, referencePrice: 1 },
  { date: '2014-06-06', priceFactor: 1, splitFactor: 1 / 7, referencePrice: 645.57 },
  { date: '2014-08-06', priceFactor: 1, splitFactor: 1, referencePrice: 0 },
]

test('bars come back as traded, and a split that only the bars know is found by reference prices', () => {
  const { columns, splits } = unadjust(adjusted, factors)
  expect(Array.from(columns.close)).toEqual([644, 645.5596, 93.7])
  expect(Array.from(columns.volume)).toEqual([400, 400, 2800])
  expect(columns.adjustedClose).toBe(adjusted.adjustedClose)
  expect(splits).toEqual([{ date: '2014-06-09', ratio: 7 }])
})

test('bars as traded stay so, with the splits that they show', () => {
  const raw = columnsOf(['2014-06-05', 647.35], ['2014-06-06', 645.57], ['2014-06-09', 93.7])
  const later = { date: '2050-12-31', priceFactor: 1, splitFactor: 1, referencePrice: 0 }
  // Another split follows after the bars: the last reference says nothing of them.
  const all = [...factors.slice(0, 2).map((row) => ({ ...row, splitFactor: 1 / 28 })), { ...later, date: '2020-08-28', splitFactor: 1 / 4, referencePrice: 499.23 }, later] // prettier-ignore
  expect(unadjust(raw, all)).toEqual({ columns: raw, splits: [{ date: '2014-06-09', ratio: 7 }] })
})

test('a small difference between two sources’ closes is no corporate action', () => {
  const known = [
    { date: '2014-06-05', priceFactor: 1, splitFactor: 1, referencePrice: 1 },
    { date: '2014-06-06', priceFactor: 1, splitFactor: 1, referencePrice: 23.2 },
    { date: '2050-12-31', priceFactor: 1, splitFactor: 1, referencePrice: 0 },
  ]
  expect(unadjust(adjusted, known)).toEqual({ columns: adjusted, splits: [] })
})

test('without factors the bars stay as they are', () => {
  expect(unadjust(adjusted, [])).toEqual({ columns: adjusted, splits: [] })
})

test('a factor file is read by symbol, or refused with its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-factors-'))
  const path = join(folder, 'factor_files.csv')
  const header = 'symbol,date,price_factor,split_factor,reference_price'
  writeFileSync(path, `${header}\nA,2050-12-31,1,1,0\nA,2014-06-06,0.9,0.25,100\n`)
  expect(readFactors(path).get('A')).toEqual([
    { date: '2014-06-06', priceFactor: 0.9, splitFactor: 0.25, referencePrice: 100 },
    { date: '2050-12-31', priceFactor: 1, splitFactor: 1, referencePrice: 0 },
  ])
  writeFileSync(path, `${header}\nA,2050-12-31,1,none,0\n`)
  expect(() => readFactors(path)).toThrow(/factor_files\.csv:2 was A,2050-12-31,1,none,0, expected/)
  writeFileSync(path, 'symbol,date\n')
  expect(() => readFactors(path)).toThrow(/was columns symbol, date, expected/)
  rmSync(folder, { recursive: true })
})
