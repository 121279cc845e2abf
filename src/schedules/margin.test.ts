import { expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { futureMargin, optionMargin, stockMargin } from '#schedules/margin.ts'
import { table } from '#test/support/table.ts'

const USD = { multiplier: 1n, currency: 'USD' } as const

test.each(
  table(`
  held  | price | initial | maintenance | why
  100   | 50    | 2500    | 1250        | long: 50 % and 25 %
  -100  | 50    | 2500    | 1500        | short: 50 % and 30 %
  -100  | 12    | 600     | 500         | short: 5.00 a share beats 30 %
  -100  | 8     | 500     | 500         | and the initial is never below what is kept
  -100  | 4     | 400     | 400         | cheap short: 100 %
  -100  | 2     | 250     | 250         | cheap short: 2.50 a share
  0     | 50    | 0       | 0           | nothing held
`),
)('$held shares at $price need $initial, keep $maintenance: $why', (row) => {
  const { initial, maintenance } = stockMargin(quantity(row.held), price(row.price), USD)
  expect([format(initial), format(maintenance)]).toEqual([row.initial, row.maintenance])
})

// Cboe Margin Manual, "short uncovered put or call": premium + 20 % − out of the money, least 10 %.
test.each(
  table(`
  held | right | strike | option | underlying | margin
  5    | C     | 130    | 2      | 128.5      | 0
  -1   | C     | 130    | 2      | 128.5      | 2620
  -1   | P     | 120    | 1.5    | 128.5      | 1870
  -1   | P     | 80     | 0.1    | 95         | 810
`),
)('$held × $right$strike at $option over $underlying needs $margin', (row) => {
  const of = {
    multiplier: 100n,
    currency: 'USD',
    strike: price(row.strike),
    right: row.right as 'C' | 'P',
  }
  const needed = optionMargin(quantity(row.held), price(row.option), price(row.underlying), of)
  expect(format(needed.initial)).toBe(row.margin)
  expect(needed.maintenance).toBe(needed.initial)
})

test('a future needs the table’s bond a contract, or a share of notional where there is no row', () => {
  const es = { symbol: 'ES', multiplier: 50n, currency: 'USD' }
  const { initial, maintenance } = futureMargin(quantity('-3'), price('4000'), es)
  expect([format(initial), format(maintenance)]).toEqual(['35640', '32400'])
  const unknown = futureMargin(quantity('2'), price('100'), { ...es, symbol: 'XX' })
  expect(format(unknown.initial)).toBe('1500')
})
