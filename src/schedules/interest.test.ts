import { expect, test } from 'vitest'
import { format, money } from '#model/fixed.ts'
import {
  IBKR_PRO_INTEREST,
  benchmarkOn,
  dailyInterest,
  dailyShortCredit,
} from '#schedules/interest.ts'
import { table } from '#test/support/table.ts'

const cents = (amount: bigint) => Number(format(amount)).toFixed(2)
const scheduleOf = (currency: string) => {
  const found = IBKR_PRO_INTEREST[currency]
  if (found === undefined) throw new Error(`${currency} has a schedule`)
  return found
}

// The first two are IBKR's "Interest Charged Examples" of 2024, the third the same page's of 2019.
test.each(
  table(`
  currency | balance  | benchmark | interest | why
  USD      | -600000  | 53200     | -106.72  | two tiers, a year of 360 days
  GBP      | -160000  | 49100     | -27.00   | two tiers, a year of 365 days
  USD      | -600000  | 21800     | -54.39   | at another benchmark
  USD      | -100000  | -5000     | -4.17    | a benchmark below zero counts as zero
  USD      | 10000    | 53200     | 0.00     | the first ten thousand earn nothing
  USD      | 110000   | 53200     | 13.39    | the rest the benchmark less a half per cent
  USD      | 110000   | 4000      | 0.00     | never less than nothing
  EUR      | 1000000  | -5000     | 0.00     | nor below zero
  USD      | 0        | 53200     | 0.00     | no balance
`),
)('$balance $currency at $benchmark: $interest a day, $why', (row) => {
  const balance = money(row.balance, 'USD')
  const interest = dailyInterest(balance, BigInt(row.benchmark), scheduleOf(row.currency))
  expect(cents(interest)).toBe(row.interest)
})

// 5,000,000 of short proceeds at a benchmark of 1.16 %, IBKR's "Cost of Borrowing Stock", pay 0.628 % on average.
test('short collateral earns by its own tiers', () => {
  const daily = dailyShortCredit(money('5000000', 'USD'), 11_600n, scheduleOf('USD'))
  const rate = (Number(format(daily)) * 360) / 5_000_000
  expect(rate).toBeCloseTo(0.00628, 8)
  expect(dailyShortCredit(money('100000', 'USD'), 11_600n, scheduleOf('USD'))).toBe(0n)
})

test.each(
  table(`
  currency | date       | rate
  USD      | 2018-02-05 | 13750
  USD      | 2020-03-15 | 11250
  USD      | 2020-03-16 | 1250
  USD      | 2023-08-01 | 53750
  EUR      | 2020-01-01 | -5000
  GBP      | 2024-01-02 | 52500
  USD      | 1990-01-01 | 0
  XXX      | 2020-01-01 | 0
`),
)('the benchmark of $currency on $date is $rate hundredths of a basis point', (row) => {
  expect(benchmarkOn(row.currency, row.date)).toBe(BigInt(row.rate))
})
