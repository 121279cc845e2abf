import { expect, test } from 'vitest'
import { incrementAt } from '#model/border.ts'
import { format, price } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { MARKET_RULES, marketRuleIdOf, priceIncrementsOf } from '#schedules/price-increments.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  class | symbol | price | rule  | increment
  STK   | AAPL   | 0.5   | 26    | 0.01
  STK   | AAPL   | 190   | 26    | 0.01
  OPT   | AAPL   | 2.99  | 109   | 0.01
  OPT   | AAPL   | 3     | 109   | 0.05
  CASH  | EUR    | 1.1   | 239   | 0.00005
  FUT   | ES     | 4000  | 90001 | 0.25
  FUT   | CL     | -37.6 | 90004 | 0.01
  FUT   | 6E     | 1.1   | 239   | 0.00005
`),
)('$class $symbol at $price moves by $increment under rule $rule', (row) => {
  const rule = marketRuleIdOf({ assetClass: row.class as AssetClass, symbol: row.symbol })
  expect(rule).toBe(Number(row.rule))
  const steps = priceIncrementsOf(rule) ?? []
  expect(format(incrementAt(price(row.price), steps))).toBe(row.increment)
})

test('every rule starts at zero and rises', () => {
  for (const steps of MARKET_RULES.values()) {
    expect(steps[0]?.from).toBe(0n)
    expect(steps.map(({ from }) => from)).toEqual(steps.map(({ from }) => from).toSorted((a, b) => Number(a - b))) // prettier-ignore
  }
})
