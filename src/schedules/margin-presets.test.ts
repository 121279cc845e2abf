import { expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { CLASS_RATES, buyingPowerOf, classRateMargin, forexDeposit } from '#schedules/margin-presets.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

test.each(
  table(`
  class | held   | price | underlying | multiplier | initial | maintenance
  STK   | 100    | 50    | 0          | 1          | 2500    | 1250
  STK   | -100   | 50    | 0          | 1          | 2500    | 1250
  OPT   | -2     | 4     | 160        | 100        | 3200    | 2880
  OPT   | 2      | 4     | 160        | 100        | 800     | 800
  OPT   | 2      | 40    | 160        | 100        | 3200    | 2880
  FUT   | -1     | 4000  | 0          | 50         | 10000   | 9000
  CASH  | 20000  | 1.25  | 0          | 1          | 500     | 450
`),
)('class rates: $held $class at $price needs $initial', (row) => {
  const of = { assetClass: row.class as AssetClass, multiplier: BigInt(row.multiplier), currency: 'USD' } // prettier-ignore
  const needed = classRateMargin(quantity(row.held), price(row.price), price(row.underlying), of)
  expect([format(needed.initial), format(needed.maintenance)]).toEqual([row.initial, row.maintenance]) // prettier-ignore
})

test('leverage is the reciprocal of the initial rate: 2, 10, 20, 50', () => {
  const rows = Object.values(CLASS_RATES)
  expect(rows.map(({ leverage }) => leverage)).toEqual([2, 10, 20, 50])
  for (const { leverage, initialBps } of rows) expect(leverage * Number(initialBps)).toBe(10_000)
})

test('a balance in a major currency ties up 2 %, another 5 %, owned or owed', () => {
  expect(format(forexDeposit(money('-50000', 'USD'), 'EUR'))).toBe('1000')
  expect(format(forexDeposit(money('50000', 'USD'), 'MXN'))).toBe('2500')
})

test('buying power is never below nothing', () => {
  expect(format(buyingPowerOf(money('100', 'USD'), 4n))).toBe('400')
  expect(buyingPowerOf(money('-100', 'USD'), 4n)).toBe(0n)
})
