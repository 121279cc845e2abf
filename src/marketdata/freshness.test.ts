import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { freshnessOf } from '#marketdata/freshness.ts'
import type { Quote } from '#marketdata/quote.ts'
import { table } from '#test/support/table.ts'

const quote = (changes: Partial<Quote>): Quote => ({
  instrument: 'AAPL.STK.USD' as InstrumentId,
  bid: 100,
  ask: 100.02,
  bidSize: 300,
  askSize: 200,
  last: 100.01,
  close: 99,
  volume: 1000,
  at: 10_000,
  kind: 'live',
  halted: false,
  ...changes,
})

const number = (cell: string) => (cell === '-' ? undefined : Number(cell))

test.each(
  table(`
  situation                        | bid  | ask    | kind           | halted | age  | verdict
  two sides, young                 | 100  | 100.02 | live           | no     | 5000 | fresh
  bid and ask locked               | 100  | 100    | live           | no     | 0    | fresh
  a millisecond too old            | 100  | 100.02 | live           | no     | 5001 | stale
  frozen at the close              | 100  | 100.02 | frozen         | no     | 0    | stale
  bid above ask                    | 101  | 100    | live           | no     | 0    | crossed
  no bid                           | -    | 100    | live           | no     | 0    | one-sided
  no ask                           | 100  | -      | live           | no     | 0    | one-sided
  neither side                     | -    | -      | live           | no     | 0    | one-sided
  a bid of zero                    | 0    | 100    | live           | no     | 0    | zero
  IBKR's minus one                 | -1   | -1     | live           | no     | 0    | zero
  a bid that is no number          | NaN  | 100    | live           | no     | 0    | zero
  fifteen minutes late             | 100  | 100.02 | delayed        | no     | 0    | delayed
  late and frozen                  | 100  | 100.02 | delayed-frozen | no     | 0    | delayed
  halted                           | 100  | 100.02 | live           | yes    | 0    | halted
  halted, late, crossed and old    | 101  | 100    | delayed        | yes    | 9000 | halted
  crossed and old                  | 101  | 100    | live           | no     | 9000 | crossed
`),
)('$situation: $verdict', ({ bid, ask, kind, halted, age, verdict }) => {
  const seen = quote({
    bid: number(bid),
    ask: number(ask),
    kind: kind as Quote['kind'],
    halted: halted === 'yes',
  })
  expect(freshnessOf(seen, seen.at + Number(age), 5_000)).toBe(verdict)
})

test('no quote at all is missing', () => {
  expect(freshnessOf(undefined, 0, 5_000)).toBe('missing')
})
