import { describe, expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { chargesOf, type ChargedOrder } from '#schedules/tiered-commissions.ts'
import { table } from '#test/support/table.ts'

const tiered = { pricing: 'tiered', passThrough: true } as const
const cents = (amount: bigint) => Number(Number(format(amount)).toFixed(2))

const order = (changes: Partial<ChargedOrder>): ChargedOrder => ({
  instrument: { assetClass: 'STK', symbol: 'AAPL' },
  side: 'buy',
  filled: quantity('0'),
  added: quantity('0'),
  value: money('0', 'USD'),
  averagePrice: price('0'),
  monthVolume: quantity('0'),
  date: '2023-06-01',
  ...changes,
})

// The four sales at 5.00 of IBKR's page, at the SEC's rate of 8.00 a million and the TAF of 2023.
describe('IBKR’s comparison of fixed and tiered', () => {
  test.each(
    table(`
    shares   | added    | broker  | exchange | clearing | total     | fixed
    30000000 | 30000000 | 41950   | -63000   | 6000     | -13811.9  | 151207.27
    30000000 | 0        | 41950   | 90000    | 6000     | 139188.1  | 151207.27
    200000   | 0        | 700     | 600      | 40       | 1355.78   | 1015.27
  `),
  )('$shares shares sold, $added of them by adding liquidity', (row) => {
    const sale = order({
      side: 'sell',
      filled: quantity(row.shares),
      added: quantity(row.added),
      value: money(String(Number(row.shares) * 5), 'USD'),
      averagePrice: price('5'),
    })
    const charges = chargesOf(sale, tiered)
    expect([charges.broker, charges.exchange, charges.clearing].map(cents)).toEqual([row.broker, row.exchange, row.clearing].map(Number)) // prettier-ignore
    // IBKR rounds each line to the cent before it adds.
    expect(Math.abs(cents(charges.total) - Number(row.total))).toBeLessThanOrEqual(0.02)
    expect(cents(chargesOf(sale, { pricing: 'fixed', passThrough: true }).total)).toBe(Number(row.fixed)) // prettier-ignore
  })
})

test.each(
  table(`
  class | symbol | units  | price | month    | broker | why
  STK   | AAPL   | 10     | 100   | 0        | 0.35   | the minimum beats 0.035
  STK   | AAPL   | 10     | 1     | 0        | 0.1    | at most 1 % of 10.00
  STK   | AAPL   | 1000   | 50    | 0        | 3.5    | 0.0035 a share
  STK   | AAPL   | 1000   | 50    | 299500   | 2.75   | half of them above 300,000
  STK   | AAPL   | 1000   | 50    | 3000000  | 1.5    | the third tier
  STK   | AAPL   | 1000   | 50    | 20000000 | 1      | the fourth
  STK   | AAPL   | 1000   | 50    | 200000000| 0.5    | the last
  OPT   | AAPL   | 10     | 5     | 0        | 6.5    | premium from 0.10
  OPT   | AAPL   | 10     | 5     | 10000    | 5      | above 10,000 contracts
  OPT   | AAPL   | 10     | 0.07  | 0        | 5      | premium from 0.05
  OPT   | AAPL   | 10     | 0.04  | 20000    | 2.5    | premium below 0.05
  OPT   | AAPL   | 10     | 5     | 60000    | 2.5    | above 50,000
  OPT   | AAPL   | 10     | 5     | 100000   | 1.5    | above 100,000
  FUT   | ES     | 2      | 4000  | 0        | 1.7    | 0.85 a contract
  FUT   | ES     | 2      | 4000  | 999      | 1.5    | one of each tier
  FUT   | MES    | 2      | 4000  | 20000    | 0.2    | 0.10 a micro
  CASH  | EUR    | 20000  | 1.1   | 0        | 2      | the minimum beats 0.44
  CASH  | EUR    | 5000000| 1.1   | 2000000000 | 55   | 0.10 bp above two billions
`),
)('$class $units at $price after $month: $broker to the broker, $why', (row) => {
  const value = Number(row.units) * Number(row.price) * (row.class === 'OPT' ? 100 : 1)
  const charges = chargesOf(
    order({
      instrument: { assetClass: row.class as AssetClass, symbol: row.symbol },
      filled: quantity(row.units),
      value: money(value.toFixed(2), 'USD'),
      averagePrice: price(row.price),
      monthVolume: quantity(row.month),
    }),
    { pricing: 'tiered', passThrough: false },
  )
  expect(cents(charges.total)).toBe(Number(row.broker))
})

test.each(
  table(`
  class | symbol | side | units | value  | date       | exchange | clearing | regulatory
  STK   | AAPL   | buy  | 1000  | 50000  | 2023-06-01 | 3        | 0.2      | 0.0025725
  STK   | AAPL   | sell | 1000  | 50000  | 2023-06-01 | 3        | 0.2      | 0.5475725
  STK   | AAPL   | sell | 1000  | 50000  | 2024-06-01 | 3        | 0.2      | 1.5585725
  STK   | AAPL   | sell | 1000  | 50000  | 2025-06-02 | 3        | 0.2      | 0.1685725
  STK   | AAPL   | buy  | 1000  | 10     | 2023-06-01 | 3        | 0.05     | 0.0000735
  OPT   | AAPL   | buy  | 10    | 5000   | 2023-06-01 | 5        | 0.2      | 0.2905
  OPT   | AAPL   | sell | 10    | 5000   | 2023-06-01 | 5        | 0.2      | 0.3549
  OPT   | AAPL   | buy  | 5000  | 5000   | 2023-06-01 | 2500     | 55       | 145.25
  FUT   | ES     | buy  | 2     | 400000 | 2023-06-01 | 2.76     | 0        | 0.04
  FUT   | MES    | sell | 2     | 40000  | 2023-06-01 | 0.7      | 0        | 0.04
  CASH  | EUR    | sell | 20000 | 22000  | 2023-06-01 | 0        | 0        | 0
`),
)('$side $units $symbol on $date: what is passed through', (row) => {
  const charges = chargesOf(
    order({
      instrument: { assetClass: row.class as AssetClass, symbol: row.symbol },
      side: row.side as 'buy' | 'sell',
      filled: quantity(row.units),
      value: money(row.value, 'USD'),
      averagePrice: price('5'),
      date: row.date,
    }),
    tiered,
  )
  const shown = [charges.exchange, charges.clearing, charges.regulatory].map((fee) => format(fee))
  expect(shown).toEqual([row.exchange, row.clearing, row.regulatory])
})
