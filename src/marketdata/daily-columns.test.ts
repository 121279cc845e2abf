import { expect, test } from 'vitest'
import {
  barAt,
  barsOf,
  dayNames,
  positionUntil,
  type DailyColumns,
} from '#marketdata/daily-columns.ts'
import { dayNumberOf } from '#model/time.ts'
import { table } from '#test/support/table.ts'

const dates = ['2018-02-01', '2018-02-02', '2018-02-05']
const dayOf = (date: string) => dayNumberOf(date) ?? Number.NaN
const columns: DailyColumns = {
  length: 3,
  day: Int32Array.from(dates, dayOf),
  open: Float64Array.of(1, 2, 3),
  high: Float64Array.of(11, 12, 13),
  low: Float64Array.of(0.1, 0.2, 0.3),
  close: Float64Array.of(5, 6, 7),
  volume: Float64Array.of(100, 200, 300),
  adjustedClose: undefined,
}

test('a bar is made of its columns, and knows when its session begins', () => {
  expect(barAt(columns, 2, dayNames('us-equity'))).toEqual({
    date: '2018-02-05',
    at: Date.UTC(2018, 1, 5, 14, 30),
    open: 3,
    high: 13,
    low: 0.3,
    close: 7,
    volume: 300,
  })
  expect(barsOf(columns, dayNames('us-equity')).map(({ date }) => date)).toEqual(dates)
})

test('a day without a session begins at midnight UTC', () => {
  expect(dayNames('us-equity')(dayOf('2018-02-04')).at).toBe(Date.UTC(2018, 1, 4))
})

test.each(
  table(`
  date       | position
  2018-01-31 | -1
  2018-02-01 | 0
  2018-02-04 | 1
  2018-02-05 | 2
  2030-01-01 | 2
`),
)('the last bar until $date is at $position', ({ date, position }) => {
  expect(positionUntil(columns, dayOf(date))).toBe(Number(position))
})
