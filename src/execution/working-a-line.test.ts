/** From a line of the plan to an order: which wave, how much, at what price. */
import { assert, constantFrom, double, integer, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { Side } from '#model/order.ts'
import { scaleToBuyingPower } from '#execution/buying-power.ts'
import { marketableLimit, orderFor } from '#execution/order-price.ts'
import { linesOf, targetOf, wavesOf } from '#execution/phases.ts'
import { line, planOf } from '#test/support/engine-world.ts'
import { table } from '#test/support/table.ts'

describe('waves', () => {
  const plan = planOf([
    line('A1', 'COVER', 'AAA', '1', 1),
    line('A2', 'SELL', 'BBB', '1', 1),
    line('A3', 'SELL', 'CCC', '1', 3),
    line('B1', 'BUY', 'DDD', '1', 2),
    line('B2', 'SHORT', 'EEE', '1', 1),
  ])

  test('go through phase A in order of their numbers, then through phase B', () => {
    expect(wavesOf(plan).map(({ phase, number }) => `${phase}${number}`)).toEqual(['A1', 'A3', 'B1', 'B2']) // prettier-ignore
  })

  test('hold their lines as the plan has them', () => {
    expect(linesOf(plan, { phase: 'A', number: 1 }).map(({ id }) => id)).toEqual(['A1', 'A2'])
  })
})

test.each(
  table(`
    phase | quantity | ppm     | lot | target | why
    A     |      100 |  500000 |   1 |    100 | reductions are never scaled
    B     |      100 |         |   1 |    100 | not decided yet
    B     |      100 | 1000000 |   1 |    100 | all fits
    B     |      101 |  500000 |   1 |     50 | whole lots, never more than fits
    B     |      150 |  500000 | 100 |      0 | less than a lot
    B     |      100 |       0 |   1 |      0 | nothing fits
  `),
)('$why: $target', ({ phase, quantity: size, ppm, lot, target }) => {
  const scale = ppm === '' ? undefined : Number(ppm)
  const sized = targetOf({ quantity: quantity(size) }, phase as 'A' | 'B', scale, quantity(lot))
  expect(format(sized)).toBe(target)
})

const INCREMENTS = {
  priceIncrements: [
    { from: price('0'), increment: price('0.0001') },
    { from: price('1'), increment: price('0.01') },
  ],
}

test.each(
  table(`
    side  | bid    | ask    | collar | limit  | why
    BUY   |  99.99 | 100.01 |     20 | 100.21 | 100.21002 rounds towards the touch
    COVER |  99.99 | 100.01 |      0 | 100.01 | the touch itself
    SELL  |  99.99 | 100.01 |     20 |  99.80 | 99.79002 rounds towards the touch
    SHORT |  99.99 | 100.01 |      0 |  99.99 |
    BUY   |   9.99 |  10.00 |      3 |  10.00 | a collar within one increment
    BUY   | 0.4999 | 0.5001 |     20 | 0.5011 | finer steps below a dollar
    SELL  | 0.0001 | 0.0002 |    500 | 0.0001 | never below one increment
  `),
)('$side at $bid / $ask with $collar bps: $limit ($why)', ({ side, bid, ask, collar, limit }) => {
  const touch = { bid: Number(bid), ask: Number(ask) }
  expect(marketableLimit(side as Side, touch, INCREMENTS, Number(collar))).toBe(price(limit))
})

test('a marketable limit reaches the touch and stays within the collar', () => {
  assert(
    property(
      constantFrom<Side>('BUY', 'SELL', 'SHORT', 'COVER'),
      integer({ min: 200, max: 100_000 }),
      double({ min: 0, max: 100, noNaN: true }),
      (side, cents, collarBps) => {
        const touch = { bid: cents / 100 - 0.01, ask: cents / 100 }
        const limit = toNumber(marketableLimit(side, touch, INCREMENTS, collarBps))
        const far = side === 'BUY' || side === 'COVER' ? touch.ask : touch.bid
        const beyond = (side === 'BUY' || side === 'COVER' ? limit - far : far - limit) / far
        expect(beyond).toBeGreaterThanOrEqual(-1e-9)
        expect(beyond * 10_000).toBeLessThanOrEqual(collarBps + 1e-6)
      },
    ),
  )
})

describe('an order', () => {
  const rules = { collarBps: 20, addLifetimeMs: 600_000 }
  const make = (side: Side, orderType: 'LMT' | 'MKT') =>
    orderFor(
      { instrument: 'AAPL.STK.USD' as InstrumentId, side, orderType },
      'x' as ClientOrderId,
      quantity('5'),
      INCREMENTS,
      { bid: 99.99, ask: 100.01 },
      rules,
      1_000_000_000_400,
    )

  test('that adds lapses at a whole second', () => {
    expect(make('BUY', 'LMT')).toMatchObject({ timeInForce: 'GTD', goodTill: 1_000_000_601_000 })
  })

  test('that reduces stands for the day', () => {
    expect(make('SELL', 'LMT')).toMatchObject({ timeInForce: 'DAY', orderType: 'LMT' })
    expect(make('COVER', 'LMT')).not.toHaveProperty('goodTill')
  })

  test('at market carries no limit', () => {
    expect(make('SHORT', 'MKT')).not.toHaveProperty('limitPrice')
  })
})

test.each(
  table(`
    value | margin | power  | funds | buffer | ppm     | why
    10000 |   5000 | 100000 | 90000 |   0.02 | 1000000 | all fits
    10000 |   5000 |   5000 | 90000 |      0 |  500000 | by value
    10000 |   5000 | 100000 |  1000 |      0 |  200000 | by margin
    10000 |   5000 |  10000 | 90000 |    0.1 |  900000 | the buffer is kept
    10000 |   5000 |      0 | 90000 |      0 |       0 | nothing is granted
    10000 |   5000 |   5000 |    -1 |      0 |       0 | funds below zero
        0 |   5000 |      0 | 90000 |      0 | 1000000 | futures take margin, not stock value
  `),
)('$why: $ppm ppm', ({ value, margin, power, funds, buffer, ppm }) => {
  const additions = [
    { stockValue: Number(value), initialMargin: Number(margin) / 2 },
    { stockValue: 0, initialMargin: Number(margin) / 2 },
  ]
  const figures = { buyingPower: money(power, 'USD'), availableFunds: money(funds, 'USD') }
  expect(scaleToBuyingPower(additions, figures, Number(buffer))).toBe(Number(ppm))
})

test('what cannot be measured is scaled to nothing', () => {
  const figures = { buyingPower: money('100000', 'USD'), availableFunds: money('50000', 'USD') }
  const unknown = { stockValue: Number.NaN, initialMargin: 1 }
  expect(scaleToBuyingPower([unknown], figures, 0)).toBe(0)
})
