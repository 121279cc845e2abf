import { describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { Quote } from '#marketdata/quote.ts'
import { emptyQuote, isComplete, isEmpty, isTwoSided, withTick } from '#feeds/ibkr/level1.ts'
import type { TwsMessage } from '#tws/messages.ts'
import { table } from '#test/support/table.ts'

const EMPTY = emptyQuote('AAPL.STK.USD' as InstrumentId, 1)
const priceTick = (field: number, price: number | undefined): TwsMessage => ({ type: 'tickPrice', reqId: 1, field, price }) // prettier-ignore
const sizeTick = (field: number, size: number): TwsMessage => ({ type: 'tickSize', reqId: 1, field, size }) // prettier-ignore
const haltTick = (field: number, value: number): TwsMessage => ({ type: 'tickGeneric', reqId: 1, field, value }) // prettier-ignore
const afterAll = (messages: readonly TwsMessage[], from: Quote = EMPTY): Quote =>
  messages.reduce((quote, message) => withTick(quote, message, 2), from)

test.each(
  table(`
  tick | kind  | field   | delayed
  0    | size  | bidSize |
  1    | price | bid     |
  2    | price | ask     |
  3    | size  | askSize |
  4    | price | last    |
  8    | size  | volume  |
  9    | price | close   |
  66   | price | bid     | yes
  67   | price | ask     | yes
  68   | price | last    | yes
  69   | size  | bidSize |
  70   | size  | askSize |
  74   | size  | volume  |
  75   | price | close   | yes
`),
)('tick $tick is the $field (delayed: $delayed)', ({ tick, kind, field, delayed }) => {
  const message = kind === 'price' ? priceTick(Number(tick), 42) : sizeTick(Number(tick), 42)
  expect(withTick(EMPTY, message, 2)).toEqual({
    ...EMPTY,
    [field]: 42,
    kind: delayed === 'yes' ? 'delayed' : 'live',
    at: 2,
  })
})

describe('a price', () => {
  test('of −1, or none, is none: the side is empty', () => {
    const quoted = afterAll([priceTick(1, 10), priceTick(2, 11)])
    expect(withTick(quoted, priceTick(1, -1), 3)).toMatchObject({ bid: undefined, ask: 11 })
    expect(withTick(quoted, priceTick(2, undefined), 3)).toMatchObject({ bid: 10, ask: undefined })
  })

  test('that was there before dates nothing anew', () => {
    const quoted = afterAll([priceTick(1, 10)])
    expect(withTick(quoted, priceTick(1, 10), 99)).toBe(quoted)
  })

  test('of a field that we do not read changes nothing', () => {
    expect(withTick(EMPTY, priceTick(37, 10), 99)).toBe(EMPTY)
    expect(withTick(EMPTY, { type: 'end', reqId: 1 }, 99)).toBe(EMPTY)
  })
})

test.each([
  [1, 'live'],
  [2, 'frozen'],
  [3, 'delayed'],
  [4, 'delayed-frozen'],
] as const)(
  'market data type %i is %s, and a delayed tick does not change it back',
  (kind, expected) => {
    // prettier-ignore
    const told = afterAll([{ type: 'marketDataType', reqId: 1, kind }])
    expect(told.kind).toBe(expected)
    if (kind !== 1) expect(withTick(told, priceTick(66, 10), 3).kind).toBe(expected)
  },
)

test.each([
  [0, false],
  [1, true],
  [2, true],
  [-1, false],
])('the halted tick %i means halted: %s', (value, halted) => {
  expect(withTick(EMPTY, haltTick(49, value), 2).halted).toBe(halted)
  expect(withTick(EMPTY, haltTick(90, value), 2).halted).toBe(halted)
})

test('complete, two-sided, empty', () => {
  const sides = afterAll([priceTick(1, 10), priceTick(2, 11)])
  const whole = afterAll(
    [sizeTick(0, 1), sizeTick(3, 1), priceTick(4, 10), priceTick(9, 10)],
    sides,
  )
  expect([EMPTY, sides, whole].map(isComplete)).toEqual([false, false, true])
  expect([EMPTY, sides, whole].map(isTwoSided)).toEqual([false, true, true])
  expect([EMPTY, sides, whole].map(isEmpty)).toEqual([true, false, false])
  const halted = afterAll([haltTick(49, 1)])
  expect([isTwoSided(halted), isEmpty(halted)]).toEqual([true, false])
})
