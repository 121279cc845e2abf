import { expect, test } from 'vitest'
import type { AssetClass } from '#model/instrument.ts'
import { settlementLag } from '#schedules/settlement-cycles.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
  class | symbol | currency | traded     | days
  STK   | AAPL   | USD      | 1990-01-02 | 5
  STK   | AAPL   | USD      | 2017-09-01 | 3
  STK   | AAPL   | USD      | 2017-09-05 | 2
  STK   | AAPL   | USD      | 2024-05-24 | 2
  STK   | AAPL   | USD      | 2024-05-28 | 1
  OPT   | AAPL   | USD      | 2018-02-05 | 1
  FUT   | ES     | USD      | 2018-02-05 | 0
  CASH  | EUR    | USD      | 2024-06-03 | 2
  CASH  | USD    | CAD      | 2024-06-03 | 1
`),
)('$class $symbol traded on $traded settles in $days business days', (row) => {
  const of = { assetClass: row.class as AssetClass, symbol: row.symbol, currency: row.currency }
  expect(settlementLag(of, row.traded)).toBe(Number(row.days))
})
