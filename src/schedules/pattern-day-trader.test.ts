import { expect, test } from 'vitest'
import { money } from '#model/fixed.ts'
import { dayTradesLeft, isPatternDayTrader } from '#schedules/pattern-day-trader.ts'
import { table } from '#test/support/table.ts'

const daysOf = (made: string, trades: string) =>
  made.split('+').map((dayTrades, i) => ({
    date: `2018-02-0${i + 5}`,
    dayTrades: Number(dayTrades),
    trades: Number(trades.split('+')[i]),
  }))

test.each(
  table(`
  day trades | trades     | pattern | why
  1+1+1+0+0  | 2+2+2+0+0  | no      | three
  1+1+1+1+0  | 2+2+2+2+0  | yes     | four
  4          | 8          | yes     | four in one day
  1+1+1+1+0  | 2+2+2+61+0 | no      | not more than 6 % of 67
  1+1+1+1+0  | 2+2+2+60+0 | yes     | more than 6 % of 66
`),
)('$why', (row) => {
  expect(isPatternDayTrader(daysOf(row['day trades'], row.trades))).toBe(row.pattern === 'yes')
})

test.each(
  table(`
  made | equity | date       | left
  0    | 24999  | 2018-02-09 | 3
  2    | 24999  | 2018-02-09 | 1
  3    | 24999  | 2018-02-09 | 0
  5    | 24999  | 2018-02-09 | 0
  5    | 25000  | 2018-02-09 | Infinity
  5    | 5000   | 2000-02-09 | Infinity
  5    | 5000   | 2026-06-03 | 0
  5    | 5000   | 2026-06-04 | Infinity
`),
)('with $equity and $made made, $left are left on $date', (row) => {
  const days = daysOf(row.made, String(2 * Number(row.made)))
  expect(dayTradesLeft(days, money(row.equity, 'USD'), row.date)).toBe(Number(row.left))
})
