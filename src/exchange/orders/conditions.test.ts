import { describe, expect, test } from 'vitest'
import {
  conditionsHold,
  conditionHolds,
  type ConditionView,
  type PriceView,
} from '#exchange/orders/conditions.ts'
import type { TriggerMethod, VenueCondition } from '#exchange/terms.ts'
import { price, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { table } from '#test/support/table.ts'

const AAPL = 'AAPL.STK.USD' as InstrumentId

const timeAt = (at: number, joins: 'and' | 'or'): VenueCondition => ({ type: 'time', isMore: true, at, joins }) // prettier-ignore

describe('a list of conditions', () => {
  test.each(
    table(`
      reads                    | holds
      yes                      | yes
      no                       | no
      yes and no               | no
      yes or no                | yes
      no or yes                | yes
      yes or no and no         | no
      no and no or yes         | yes
      no and yes or yes        | yes
      yes or yes and no        | no
      no or yes and yes        | yes
    `),
  )('$reads: $holds', ({ reads, holds }) => {
    const words = reads.split(' ')
    const all = words.flatMap((word, i) =>
      word === 'yes' || word === 'no'
        ? [timeAt(word === 'yes' ? 50 : 150, words[i + 1] === 'or' ? 'or' : 'and')]
        : [],
    )
    const conditions = { all, ignoreRegularHours: true, cancelsOrder: false }
    expect(conditionsHold(conditions, viewOf({})) ? 'yes' : 'no').toBe(holds)
  })
})

describe('a price condition', () => {
  test.each(
    table(`
      method | class | direction | level | before      | now         | traded      | holds
      2      | STK   | rises     | 101   | 99 100 99.5 | 99 100 99.5 |             | no
      2      | STK   | rises     | 101   | 99 100 99.5 | 101 102 101 |             | yes
      2      | STK   | rises     | 101   | 99 100 99.5 | 99 100 99.5 | 99 101      | yes
      2      | STK   | falls     | 98    | 99 100 99.5 | 99 100 99.5 | 98 99.5     | yes
      2      | STK   | falls     | 98    | 99 100 99.5 | 99 100 99.5 | 98.5 99.5   | no
      0      | STK   | rises     | 100   | 99 100 99.5 | 99 101 100  |             | yes
      0      | OPT   | rises     | 100   | 99 100 99.5 | 100 101 101 |             | no
      0      | OPT   | rises     | 100   | 100 101 100 | 100 101 100 |             | yes
      1      | STK   | falls     | 100   | 99 100 99.5 | 99 100 99.5 |             | yes
      1      | STK   | falls     | 100   | 99 101 99.5 | 99 100 99.5 |             | no
      3      | STK   | rises     | 100   | 99 101 99.5 | 99 101 100  |             | no
      3      | STK   | rises     | 100   | 99 101 100  | 99 101 100  |             | yes
      4      | STK   | rises     | 100   | 99 101 100  | 99 101 101  |             | no
      4      | STK   | rises     | 100   | 99 101 100  | 100 101 99  |             | yes
      4      | STK   | falls     | 100   | 99 101 100  | 97 101 99   |             | no
      7      | STK   | rises     | 100   | 99 101 99   | 100 101 99  |             | yes
      7      | STK   | rises     | 100   | 99 101 99   | 99 101 100  |             | yes
      8      | STK   | rises     | 100   | 99 101 99   | 99 101 99   |             | yes
      8      | STK   | rises     | 100   | 99 101 99   | 98 101 100  |             | no
      2      | STK   | rises     | 100   | 99 101 99   | 99 101 -    |             | no
    `),
  )('by method $method of $class, $direction to $level: $holds', (row) => {
    const prices = pricesOf(row.class as 'STK' | 'OPT', row.now, row.before, row.traded)
    const condition: VenueCondition = {
      type: 'price',
      joins: 'and',
      instrument: AAPL,
      isMore: row.direction === 'rises',
      price: price(row.level),
      triggerMethod: Number(row.method) as TriggerMethod,
    }
    expect(conditionHolds(condition, viewOf({ prices })) ? 'yes' : 'no').toBe(row.holds)
  })

  test('of what is not quoted does not hold', () => {
    const condition: VenueCondition = { type: 'price', joins: 'and', instrument: AAPL, isMore: false, price: price('1000'), triggerMethod: 0 } // prettier-ignore
    expect(conditionHolds(condition, viewOf({}))).toBe(false)
  })
})

test.each(
  table(`
    condition                | direction | level | holds
    time                     | more      | 100   | yes
    time                     | more      | 101   | no
    time                     | less      | 100   | yes
    time                     | less      | 99    | no
    margin                   | less      | 0.3   | yes
    margin                   | more      | 0.3   | no
    volume                   | more      | 5000  | yes
    volume                   | more      | 5001  | no
    percent-change           | more      | 0.02  | yes
    percent-change           | more      | 0.03  | no
    percent-change           | less      | -0.04 | yes
    percent-change           | less      | -0.05 | no
  `),
)('$condition, $direction than $level: $holds', ({ condition, direction, level, holds }) => {
  const prices = pricesOf('STK', '99 101 100', '99 101 100', '96 102.5')
  const view = viewOf({ prices })
  expect(conditionHolds(conditionOf(condition, direction === 'more', level), view) ? 'yes' : 'no').toBe(holds) // prettier-ignore
})

test('an execution condition asks whether there was a trade', () => {
  const condition: VenueCondition = { type: 'execution', joins: 'and', symbol: 'AAPL', assetClass: 'STK', exchange: 'SMART' } // prettier-ignore
  expect(conditionHolds(condition, viewOf({}))).toBe(false)
  expect(conditionHolds(condition, viewOf({ traded: ['AAPL'] }))).toBe(true)
})

function conditionOf(type: string, isMore: boolean, level: string): VenueCondition {
  const common = { joins: 'and' as const, isMore }
  if (type === 'time') return { ...common, type, at: Number(level) }
  if (type === 'margin') return { ...common, type, cushion: Number(level) }
  if (type === 'volume') return { ...common, type, instrument: AAPL, volume: quantity(level) }
  return { ...common, type: 'percent-change', instrument: AAPL, change: Number(level) }
}

function viewOf({
  prices,
  traded,
}: {
  readonly prices?: PriceView
  readonly traded?: readonly string[]
}): ConditionView {
  // prettier-ignore
  return {
    now: 100,
    prices: () => prices,
    cushion: () => 0.25,
    hasTraded: ({ symbol }) => traded?.includes(symbol) ?? false,
  }
}

function pricesOf(
  assetClass: 'STK' | 'OPT',
  now: string,
  before: string,
  traded: string,
): PriceView {
  const [low, high] = traded.split(' ').map(Number)
  return {
    assetClass,
    quote: touch(now),
    before: touch(before),
    traded: traded === '' ? undefined : { low: low ?? 0, high: high ?? 0 },
    previousClose: price('100'),
    volume: quantity('5000'),
  }
}

function touch(text: string): PriceView['quote'] {
  const [bid, ask, last] = text.split(' ').map((part) => (part === '-' ? undefined : price(part)))
  return { bid, ask, last }
}
