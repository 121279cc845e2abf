import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { format, price, quantity, type Price } from '#model/fixed.ts'
import {
  AUCTION,
  runAuction,
  type AuctionInputs,
  type AuctionOrder,
} from '#exchange/book/auction.ts'
import { stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const auction = (changes: Partial<AuctionInputs> = {}): AuctionInputs => ({
  of: stock('AAPL'),
  reference: price('100'),
  volume: 1_000_000,
  imbalance: 0,
  dailyVolatility: 0.02,
  orders: [],
  ...changes,
})

/** `BUY 500 @ 101`, without a limit at any price; earlier ones have priority. */
const orders = (text: string): AuctionOrder[] =>
  text.split(',').filter(Boolean).map((one, i) => {
    const [action = '', units = '', , limit] = one.trim().split(' ')
    return {
      id: i + 1,
      action: action === 'BUY' ? 'BUY' : 'SELL',
      quantity: quantity(units),
      priority: i,
      ...(limit === undefined ? {} : { limitPrice: price(limit) }),
    }
  }) // prettier-ignore

const filled = (inputs: AuctionInputs) =>
  runAuction(inputs).fills.map((fill) => `${fill.id}:${format(fill.quantity)}`).join(' ') // prettier-ignore

describe('without us', () => {
  test('it clears at the reference, and what others brought trades', () => {
    expect(runAuction(auction())).toEqual({
      price: price('100'),
      fills: [],
      matched: quantity('1000000'),
      imbalance: quantity('0'),
    })
  })

  test('nobody comes: no price', () => {
    const outcome = runAuction(auction({ volume: 0, orders: orders('BUY 100') }))
    expect(outcome.price).toBeUndefined()
    expect(outcome.fills).toEqual([])
  })

  test('an imbalance to buy that is not paired off shows a higher price', () => {
    const { price: shown } = runAuction(auction({ imbalance: 100_000 }))
    expect(shown).toBeGreaterThan(price('100'))
    expect(runAuction(auction({ imbalance: -100_000 })).price).toBeLessThan(price('100'))
  })
})

describe('our orders', () => {
  test.each(
    table(`
      orders                                       | price  | fills
      BUY 500                                      | 100    | 1:500
      SELL 500                                     | 100    | 1:500
      BUY 500 @ 99.99                              | 100    |
      BUY 500 @ 100                                | 100    | 1:500
      SELL 500 @ 100.01                            | 100    |
      BUY 100000                                   | 100.07 | 1:100000
      SELL 100000                                  | 99.93  | 1:100000
      BUY 100000, SELL 100000                      | 100    | 1:100000 2:100000
      BUY 100 @ 101, BUY 100, BUY 100 @ 102        | 100    | 2:100 3:100 1:100
      SELL 100 @ 99, SELL 100, SELL 100 @ 98       | 100    | 2:100 3:100 1:100
    `),
  )('$orders clears at $price', ({ orders: given, price: expected, fills }) => {
    const inputs = auction({ orders: orders(given) })
    expect(format(runAuction(inputs).price ?? price('0'))).toBe(expected)
    expect(filled(inputs)).toBe(fills)
  })

  // η σ (X / A)^(3/5) = 0.142 · 0.02 · 0.1^0.6 = 7.1 bp.
  test('a tenth of the auction moves it by the published temporary impact', () => {
    const moved = runAuction(auction({ orders: orders('BUY 100000') })).price ?? price('0')
    expect(Math.log(toNumber(moved) / 100)).toBeCloseTo(0.142 * 0.02 * Math.exp(0.6 * Math.log(0.1)), 4) // prettier-ignore
  })

  test('at the limit where supply runs out the later order waits', () => {
    const inputs = auction({ orders: orders('BUY 60000 @ 100.02, BUY 60000 @ 100.02') })
    const { price: at, fills } = runAuction(inputs)
    expect(at).toBe(price('100.02'))
    expect(fills[0]?.id).toBe(1)
    const got = fills.reduce((sum, fill) => sum + toNumber(fill.quantity), 0)
    expect(got).toBeLessThan(120_000)
  })

  test('the collar holds, and what found nobody is told as the imbalance', () => {
    const outcome = runAuction(
      auction({ volume: 100, dailyVolatility: 0.05, orders: orders('BUY 1000000') }),
    )
    expect(outcome.price).toBe(price('110'))
    expect(outcome.imbalance).toBeGreaterThan(0n)
    expect(outcome.fills[0]?.quantity).toBeLessThan(quantity('1000000'))
  })
})

const anyOrder = fc.record({
  action: fc.constantFrom('BUY' as const, 'SELL' as const),
  units: fc.integer({ min: 1, max: 200_000 }),
  limit: fc.option(fc.integer({ min: 9_500, max: 10_500 }), { nil: undefined }),
})

test('whatever is sent: inside limits and collar, never more than asked, and priority holds', () => {
  fc.assert(
    fc.property(fc.array(anyOrder, { maxLength: 8 }), fc.integer({ min: 1, max: 500_000 }), (some, volume) => {
      const sent = some.map(({ action, units, limit }, i): AuctionOrder => ({
        id: i, action, quantity: quantity(String(units)), priority: i,
        ...(limit === undefined ? {} : { limitPrice: cents(limit) }),
      })) // prettier-ignore
      const { price: at = price('0'), fills } = runAuction(auction({ volume, orders: sent }))
      expect(Math.abs(toNumber(at) / 100 - 1)).toBeLessThanOrEqual(AUCTION.collar + 1e-9)
      const got = new Map(fills.map((fill) => [fill.id, fill.quantity]))
      expect(got.size).toBe(fills.length)
      for (const order of sent) {
        const { id, action, limitPrice, quantity: asked } = order
        const units = got.get(id) ?? quantity('0')
        expect(units).toBeLessThanOrEqual(asked)
        if (limitPrice !== undefined && units > 0n)
          expect(action === 'BUY' ? limitPrice >= at : limitPrice <= at).toBe(true)
        const beyond = limitPrice === undefined || (action === 'BUY' ? limitPrice > at : limitPrice < at)
        const worseFilled = sent.some((other) => other.action === action && isAfter(other, order) && got.has(other.id))
        if (beyond && worseFilled) expect(units).toBe(asked)
      } // prettier-ignore
    }), // prettier-ignore
    { numRuns: 300 },
  )
})

const cents = (of: number): Price => price((of / 100).toFixed(2))

/** Whether `a` is served after `b`, both of one side. */
function isAfter(a: AuctionOrder, b: AuctionOrder): boolean {
  if (a.limitPrice === b.limitPrice) return a.priority > b.priority
  if (a.limitPrice === undefined || b.limitPrice === undefined) return b.limitPrice === undefined
  return b.action === 'BUY' ? a.limitPrice < b.limitPrice : a.limitPrice > b.limitPrice
}
