import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { americanPrice, type AmericanOption } from '#pricing/american-option.ts'
import { bivariateNormalCdf } from '#pricing/bivariate-normal.ts'
import { blackScholesPrice } from '#pricing/black-scholes.ts'
import { table } from '#test/support/table.ts'

// F. Longstaff & E. Schwartz, "Valuing American Options by Simulation", Review of Financial Studies 14 (2001), table 1,
// finite differences; strike 40, rate 6 %.
test.each(
  table(`
  spot | volatility | years | value
  36   | 0.2        | 1     | 4.478
  36   | 0.2        | 2     | 4.840
  36   | 0.4        | 1     | 7.101
  36   | 0.4        | 2     | 8.508
  38   | 0.2        | 1     | 3.250
  38   | 0.4        | 2     | 7.670
  40   | 0.2        | 1     | 2.314
  40   | 0.2        | 2     | 2.885
  40   | 0.4        | 1     | 5.312
  42   | 0.2        | 1     | 1.617
  42   | 0.4        | 2     | 6.248
  44   | 0.2        | 1     | 1.110
  44   | 0.4        | 1     | 3.948
`),
)('a put on $spot at $volatility for $years years is worth $value', (row) => {
  const [spot, years] = [Number(row.spot), Number(row.years)]
  const value = americanPrice({ right: 'P', spot, strike: 40, years, rate: 0.06 }, Number(row.volatility)) // prettier-ignore
  expect(Math.abs(value - Number(row.value))).toBeLessThan(0.03)
  // A boundary that is not the best one: never worth more than the best.
  expect(value).toBeLessThan(Number(row.value) + 0.001)
})

test('two variables that hang together by a half are both below their middle in a third of all cases', () => {
  expect(bivariateNormalCdf(0, 0, 0.5)).toBeCloseTo(1 / 3, 10)
  expect(bivariateNormalCdf(1, -0.5, 0)).toBeCloseTo(0.8413447460685429 * 0.3085375387259869, 14)
  expect(bivariateNormalCdf(0, 0, -0.7861513777574233)).toBeCloseTo(0.25 + Math.asin(-0.7861513777574233) / (2 * Math.PI), 9) // prettier-ignore
})

const options = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.integer({ min: 50, max: 150 }),
  strike: fc.integer({ min: 50, max: 150 }),
  years: fc.double({ min: 0.02, max: 2, noNaN: true }),
  rate: fc.double({ min: 0, max: 0.1, noNaN: true }),
  carry: fc.double({ min: -0.08, max: 0.1, noNaN: true }),
})
const volatilities = fc.double({ min: 0.08, max: 1.2, noNaN: true })

test('it comes near a fine tree', () => {
  fc.assert(
    fc.property(options, fc.double({ min: 0.08, max: 0.6, noNaN: true }), (option, volatility) => {
      const reference = treePrice(option, volatility, 200)
      const scale = Math.max(option.spot, option.strike)
      expect(Math.abs(americanPrice(option, volatility) - reference) / scale).toBeLessThan(0.007)
    }),
    { numRuns: 30, seed: 7 },
  )
})

test('it is worth no less than exercised, than European, and than at less volatility', () => {
  fc.assert(
    fc.property(options, volatilities, (option, volatility) => {
      const value = americanPrice(option, volatility)
      const sign = option.right === 'C' ? 1 : -1
      expect(value).toBeGreaterThanOrEqual(sign * (option.spot - option.strike))
      expect(value).toBeGreaterThanOrEqual(blackScholesPrice(option, volatility) - 1e-9)
      expect(americanPrice(option, volatility * 1.1)).toBeGreaterThanOrEqual(value - 1e-6)
    }),
  )
})

test('a dividend makes a call cheaper and a put dearer', () => {
  const call: AmericanOption = { right: 'C', spot: 100, strike: 100, years: 0.5, rate: 0.04 }
  const paying = { ...call, dividends: [{ years: 0.2, amount: 2 }] }
  expect(americanPrice(paying, 0.25)).toBeLessThan(americanPrice(call, 0.25) - 0.4)
  expect(americanPrice({ ...paying, right: 'P' }, 0.25)).toBeGreaterThan(americanPrice({ ...call, right: 'P' }, 0.25) + 0.8) // prettier-ignore
})

test('a deep call is exercised before a large dividend, and no less is paid for it', () => {
  const deep: AmericanOption = { right: 'C', spot: 100, strike: 60, years: 0.3, rate: 0.02, dividends: [{ years: 0.01, amount: 4 }] } // prettier-ignore
  expect(americanPrice(deep, 0.2)).toBeGreaterThanOrEqual(40)
  expect(americanPrice(deep, 0.2)).toBeLessThan(40.1)
})

/** Cox, Ross & Rubinstein's tree with early exercise: the slow reference. */
function treePrice(option: AmericanOption, volatility: number, steps: number): number {
  const { right, spot, strike, years, rate, carry = rate } = option
  const dt = years / steps
  const up = Math.exp(volatility * Math.sqrt(dt))
  const p = (Math.exp(carry * dt) - 1 / up) / (up - 1 / up)
  const discount = Math.exp(-rate * dt)
  const sign = right === 'C' ? 1 : -1
  const payoff = (rises: number, of: number) =>
    Math.max(0, sign * (spot * Math.exp(volatility * Math.sqrt(dt) * (2 * rises - of)) - strike))
  let values = Array.from({ length: steps + 1 }, (_, i) => payoff(i, steps))
  for (let step = steps - 1; step >= 0; step--)
    values = Array.from({ length: step + 1 }, (_, i) =>
      Math.max(payoff(i, step), discount * (p * (values[i + 1] ?? 0) + (1 - p) * (values[i] ?? 0))),
    )
  return values[0] ?? Number.NaN
}
