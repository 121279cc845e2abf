import { expect, test } from 'vitest'
import * as fc from 'fast-check'
import { format, money, notional, price, quantity } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { commissionScheduleOf, orderCommission } from '#schedules/commissions.ts'
import { table } from '#test/support/table.ts'

// The worked examples of IBKR's commission pages, and the corners between minimum and maximum.
test.each(
  table(`
  class | symbol | quantity | price  | multiplier | commission | why
  STK   | AAPL   | 100      | 25     | 1          | 1          | the minimum beats 0.50
  STK   | AAPL   | 1000     | 25     | 1          | 5          | 0.005 a share
  STK   | AAPL   | 1000     | 0.25   | 1          | 2.5        | at most 1 % of 250.00
  STK   | AAPL   | 1        | 50     | 1          | 0.5        | the maximum beats the minimum
  STK   | AAPL   | 0        | 50     | 1          | 0          | nothing filled
  OPT   | AAPL   | 1        | 5      | 100        | 1          | the minimum beats 0.65
  OPT   | AAPL   | 10       | 5      | 100        | 6.5        | premium from 0.10
  OPT   | AAPL   | 10       | 0.07   | 100        | 5          | premium from 0.05
  OPT   | AAPL   | 10       | 0.02   | 100        | 2.5        | premium below 0.05
  FUT   | ES     | 2        | 4000   | 50         | 1.7        | 0.85 a contract
  FUT   | MES    | 2        | 4000   | 5          | 0.5        | 0.25 a micro
  CASH  | EUR    | 20000    | 1.1    | 1          | 2          | the minimum beats 0.44
  CASH  | EUR    | 1000000  | 1.1    | 1          | 22         | 0.20 bp of value
`),
)('$class $quantity at $price costs $commission: $why', (row) => {
  const schedule = commissionScheduleOf({ assetClass: row.class as AssetClass, symbol: row.symbol })
  const [filled, at] = [quantity(row.quantity), price(row.price)]
  const value = notional(filled, at, { multiplier: BigInt(row.multiplier), currency: 'USD' })
  expect(format(orderCommission(schedule, filled, value, at))).toBe(row.commission)
})

test('an order never costs less for filling further at a higher total value', () => {
  const schedule = commissionScheduleOf({ assetClass: 'STK', symbol: 'AAPL' })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5000), fc.nat(90_000)), { maxLength: 8 }), (fills) => {
      let [filled, value, charged] = [quantity('0'), money('0', 'USD'), 0n]
      for (const [shares, cents] of fills) {
        const at = price((cents / 100).toFixed(2))
        const of = { multiplier: 1n, currency: 'USD' as const }
        filled = quantity(format(filled + quantity(String(shares))))
        value = money(format(value + notional(quantity(String(shares)), at, of)), 'USD')
        const now: bigint = orderCommission(schedule, filled, value, at)
        expect(now).toBeGreaterThanOrEqual(charged)
        charged = now
      }
    }),
  )
})
