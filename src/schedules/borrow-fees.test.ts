import { expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { dailyBorrowFee, shortCollateral } from '#schedules/borrow-fees.ts'
import { table } from '#test/support/table.ts'

// The first row is IBKR's own example.
test.each(
  table(`
  short   | price | currency | rate   | collateral | fee
  -100000 | 0.25  | USD      | 500000 | 100000     | 138.89
  -100    | 12.35 | USD      | 2500   | 1300       | 0.01
  -100    | 50    | USD      | 100000 | 5100       | 1.42
  -1000   | 20    | CAD      | 100000 | 21000      | 5.83
  -1000   | 20.01 | EUR      | 100000 | 21020      | 5.84
  -1000   | 20.01 | SEK      | 100000 | 21020      | 5.84
  0       | 20    | USD      | 100000 | 0          | 0.00
`),
)('$short at $price $currency: $collateral held, $fee a day at $rate millionths', (row) => {
  const [short, at] = [quantity(row.short), price(row.price)]
  expect(format(shortCollateral(short, at, row.currency))).toBe(row.collateral)
  const fee = dailyBorrowFee(short, at, row.currency, BigInt(row.rate))
  expect(Number(format(fee)).toFixed(2)).toBe(row.fee)
})
