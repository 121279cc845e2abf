import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { format, notional, price, quantity } from '#model/fixed.ts'
import {
  strategyMargin,
  type OptionLeg,
  type UnderlyingBook,
} from '#schedules/option-strategies.ts'
import { stockMargin } from '#schedules/margin.ts'
import { table } from '#test/support/table.ts'

/** `-2 C130 @1.5 2018-03-16`; the expiry may be left out. */
function leg(text: string): OptionLeg {
  const [held = '', series = '', at = '', expiry = '2018-03-16'] = text.trim().split(' ')
  const right = series.startsWith('C') ? 'C' : 'P'
  return {
    of: { right, strike: price(series.slice(1)), expiry, multiplier: 100n, currency: 'USD' },
    held: quantity(held),
    at: price(at.slice(1)),
  }
}

const bookOf = (spot: string, shares: string, legs: string, onIndex = false): UnderlyingBook => ({
  spot: price(spot),
  shares: quantity(shares),
  currency: 'USD',
  legs: legs === '-' ? [] : legs.split(',').map(leg),
  onIndex,
})

// Cboe, "Margin Requirement Examples for Sample Options-based Positions": IBM at 97.73, the requirement
// after what premiums paid or brought.
describe('Cboe’s examples on IBM', () => {
  test.each(
    table(`
    strategy       | shares | legs                               | net
    short call     | 0      | -100 C100 @1.68                    | 172760
    short put      | 0      | -100 P100 @3.18                    | 195460
    covered call   | 10000  | -100 C100 @1.68                    | 471850
    protective put | 10000  | 100 P95 @1.02                      | 498850
    synthetic long | 0      | 100 C100 @1.68,-100 P100 @3.18     | 212260
    risk reversal  | 0      | 100 P95 @1.02,-100 C105 @0.4       | 132960
    collar         | 10000  | 100 P95 @1.02,-100 C105 @0.4       | 494850
    long vertical  | 0      | 100 C95 @4.53,-100 C105 @0.4       | 41300
  `),
  )('$strategy: $net', ({ shares, legs, net }) => {
    const book = bookOf('97.73', shares, legs)
    const paid = book.legs.reduce((sum, { of, held, at }) => sum + notional(held, at, of), 0n)
    expect(format(strategyMargin(book).initial + paid)).toBe(net)
  })
})

test.each(
  table(`
  strategy              | spot  | shares | legs                                                     | initial | maintenance
  IBKR's iron condor    | 175   | 0      | 10 P160 @1,-10 P170 @3,-10 C180 @3,10 C190 @1            | 10000   | 10000
  a naked put           | 209   | 0      | -1 P200 @1.2                                             | 3400    | 3400
  a put credit spread   | 130   | 0      | 1 P120 @0.8,-1 P125 @1.24                                | 500     | 500
  a call debit spread   | 130   | 0      | 1 C120 @12,-1 C125 @8                                    | 0       | 0
  a long butterfly      | 100   | 0      | 1 C95 @6,-2 C100 @3,1 C105 @1                            | 0       | 0
  a short butterfly     | 100   | 0      | -1 C95 @6,2 C100 @3,-1 C105 @1                           | 500     | 500
  a long condor         | 100   | 0      | 1 C90 @11,-1 C95 @7,-1 C105 @2,1 C110 @1                 | 0       | 0
  a short box           | 100   | 0      | -1 C95 @7,1 C105 @2,1 P95 @1,-1 P105 @6                  | 1000    | 1000
  a long box            | 100   | 0      | 1 C95 @7,-1 C105 @2,-1 P95 @1,1 P105 @6                  | 0       | 0
  a short straddle      | 100   | 0      | -1 C100 @3,-1 P100 @4                                    | 2700    | 2700
  a short strangle      | 100   | 0      | -1 C110 @1,-1 P95 @2                                     | 1800    | 1800
  two calls, one share lot | 100 | 100   | -2 C100 @3                                               | 7300    | 4800
  a covered call in the money | 120 | 100 | -1 C100 @21                                             | 8000    | 5000
  a covered put         | 100   | -100   | -1 P105 @7                                               | 5500    | 3500
  a protective put      | 100   | 100    | 1 P95 @2                                                 | 5000    | 1450
  a protective put far  | 100   | 100    | 1 P80 @0.2                                               | 5000    | 2500
  a collar              | 100   | 100    | 1 P95 @2,-1 C110 @1                                      | 5000    | 1450
  a conversion          | 100   | 100    | 1 P100 @4,-1 C100 @3                                     | 5000    | 1000
  a reverse conversion  | 100   | -100   | -1 P100 @4,1 C100 @3                                     | 5000    | 1000
  a protective call     | 100   | -100   | 1 C105 @2                                                | 5000    | 1550
  a put of another month is no collar | 100 | 100 | 1 P95 @2 2018-04-20,-1 C110 @1                      | 5000    | 2500
  a calendar spread     | 100   | 0      | 1 C100 @5 2018-04-20,-1 C100 @3 2018-03-16               | 0       | 0
  the long expires first | 100  | 0      | 1 C100 @3 2018-03-16,-1 C100 @5 2018-04-20               | 2500    | 2500
  one of two is covered | 100   | 0      | 1 C105 @1,-2 C100 @3                                     | 2800    | 2800
  the spread is wider than naked | 100 | 0 | 1 C300 @0.1,-1 C100 @3                                  | 2300    | 2300
  odd lots of shares    | 100   | 150    | -1 C110 @1                                               | 7500    | 3750
`),
)('$strategy', ({ spot, shares, legs, initial, maintenance }) => {
  const needed = strategyMargin(bookOf(spot, shares, legs))
  expect([format(needed.initial), format(needed.maintenance)]).toEqual([initial, maintenance])
})

test('an uncovered option on a broad-based index needs 15 %', () => {
  const needed = strategyMargin(bookOf('2700', '0', '-1 P2700 @50', true))
  expect(format(needed.initial)).toBe('45500')
})

const anyLeg = fc
  .record({
    right: fc.constantFrom('C' as const, 'P' as const),
    strike: fc.integer({ min: 16, max: 24 }),
    month: fc.constantFrom('2018-03-16', '2018-04-20'),
    held: fc.integer({ min: -5, max: 5 }),
  })
  .map(({ right, strike, month, held }) => leg(`${held} ${right}${strike * 5} @${Math.max(0.05, Math.max(0, right === 'C' ? 100 - strike * 5 : strike * 5 - 100) + 1).toFixed(2)} ${month}`)) // prettier-ignore

test('margin is never below nothing, never above its parts, and longs never raise it', () => {
  fc.assert(
    fc.property(
      fc.array(anyLeg, { maxLength: 6 }),
      fc.integer({ min: -400, max: 400 }),
      (legs, shares) => {
        const book = { ...bookOf('100', String(shares), '-'), legs }
        const needed = strategyMargin(book)
        expect(needed.initial >= 0n && needed.maintenance >= 0n).toBe(true)
        const stock = stockMargin(book.shares, book.spot, { multiplier: 1n, currency: 'USD' })
        const apart = legs.reduce((sum, one) => sum + strategyMargin({ ...book, shares: quantity('0'), legs: [one] }).initial, stock.initial as bigint) // prettier-ignore
        expect(needed.initial <= apart).toBe(true)
        const shorts = { ...book, legs: legs.filter(({ held }) => held < 0n) }
        expect(needed.initial <= strategyMargin(shorts).initial).toBe(true)
      },
    ),
  )
})
