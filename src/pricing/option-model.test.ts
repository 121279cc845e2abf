import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { instantOf } from '#model/time.ts'
import { blackScholesGreeks, blackScholesPrice } from '#pricing/black-scholes.ts'
import { optionGreeks, optionPrice, optionVolatility, type OptionInputs } from '#pricing/option-model.ts' // prettier-ignore
import { surfaceVolatility, type SurfaceShape } from '#pricing/volatility-surface.ts'
import { table } from '#test/support/table.ts'

// Hull, "Options, Futures, and Other Derivatives", examples 17.1 (index), 17.2 (currency, at 14.1 %), 18.6 (future);
// Haug, "The Complete Guide to Option Pricing Formulas", section 1.1.6.
test.each(
  table(`
  on       | right | spot | strike | years    | rate | carry | volatility | value
  index    | C     | 930  | 900    | 0.166667 | 0.08 | 0.05  | 0.2        | 51.83
  currency | C     | 1.6  | 1.6    | 0.333333 | 0.08 | -0.03 | 0.141      | 0.043
  future   | P     | 20   | 20     | 0.333333 | 0.09 | 0     | 0.25       | 1.12
  index    | P     | 100  | 95     | 0.5      | 0.1  | 0.05  | 0.2        | 2.4648
`),
)('a European $right on a $on is worth $value', (row) => {
  const option = {
    right: row.right as 'C' | 'P',
    spot: Number(row.spot),
    strike: Number(row.strike),
    years: Number(row.years),
    rate: Number(row.rate),
    carry: Number(row.carry),
  }
  const places = row.value.split('.')[1]?.length ?? 0
  expect(blackScholesPrice(option, Number(row.volatility)).toFixed(places)).toBe(row.value)
})

const inputs = fc.record({
  style: fc.constantFrom('american' as const, 'european' as const),
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.integer({ min: 80, max: 120 }),
  strike: fc.integer({ min: 80, max: 120 }),
  years: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
  rate: fc.double({ min: 0.005, max: 0.08, noNaN: true }),
  carry: fc.double({ min: -0.03, max: 0.05, noNaN: true }),
})
const volatilities = fc.double({ min: 0.12, max: 0.8, noNaN: true })

test('greeks of European options are the slopes of their price', () => {
  fc.assert(
    fc.property(inputs, volatilities, (option, volatility) => {
      const { delta, gamma, vega, theta } = blackScholesGreeks(option, volatility)
      const at = (change: Partial<OptionInputs>, v = volatility) => blackScholesPrice({ ...option, ...change }, v) // prettier-ignore
      const [h, { spot, years }] = [0.01, option]
      expect(delta).toBeCloseTo((at({ spot: spot + h }) - at({ spot: spot - h })) / (2 * h), 5)
      expect(gamma).toBeCloseTo((at({ spot: spot + h }) - 2 * at({}) + at({ spot: spot - h })) / (h * h), 4) // prettier-ignore
      expect(vega).toBeCloseTo((at({}, volatility + 1e-4) - at({}, volatility - 1e-4)) / 2e-4, 3)
      expect(theta).toBeCloseTo((at({ years: years - 1e-5 }) - at({ years: years + 1e-5 })) / 2e-5, 3) // prettier-ignore
    }),
  )
})

test('the implied volatility gives the price back, with a guess or without', () => {
  fc.assert(
    fc.property(
      inputs,
      volatilities,
      fc.constantFrom(0.9, 1, 1.2, 3),
      (option, volatility, off) => {
        const price = optionPrice(option, volatility)
        for (const guess of [undefined, volatility * off]) {
          const implied = optionVolatility(option, price, guess)
          expect(optionPrice(option, implied ?? Number.NaN)).toBeCloseTo(price, 5)
        }
      },
    ),
    { numRuns: 50 },
  )
})

test('a price below what exercise gives has no volatility', () => {
  const put: OptionInputs = { style: 'american', right: 'P', spot: 90, strike: 100, years: 0.2, rate: 0.04 } // prettier-ignore
  expect(optionVolatility(put, 9.5)).toBeUndefined()
  expect(optionVolatility(put, 101)).toBeUndefined()
})

describe('the volatility surface', () => {
  const shape: SurfaceShape = { short: 0.3, long: 0.2, reversion: 4, skew: -0.7, curvature: 0.8 }
  const total = (k: number, years: number) => surfaceVolatility(shape, k, years) ** 2 * years

  const slope = (years: number) => surfaceVolatility(shape, 0.05, years) - surfaceVolatility(shape, -0.05, years) // prettier-ignore

  test('at the money it is what volatility is now, and in years what it reverts to', () => {
    expect(surfaceVolatility(shape, 0, 1 / 365)).toBeCloseTo(0.3, 2)
    expect(surfaceVolatility(shape, 0, 20)).toBeCloseTo(0.2, 2)
  })

  test('low strikes are dearer than high ones, and the skew flattens with time', () => {
    expect(slope(0.1)).toBeLessThan(-0.02)
    expect(Math.abs(slope(2))).toBeLessThan(Math.abs(slope(0.1)) / 2)
  })

  test('no calendar spread costs less than nothing: total variance rises in time', () => {
    for (let k = -0.5; k <= 0.5; k += 0.05)
      for (let years = 0.02; years < 2; years *= 1.5)
        expect(total(k, years * 1.5)).toBeGreaterThan(total(k, years))
  })

  test('no butterfly costs less than nothing: prices are convex in the strike', () => {
    for (const years of [0.02, 0.1, 0.5, 2]) {
      const price = (strike: number) =>
        blackScholesPrice({ right: 'C', spot: 100, strike, years, rate: 0 }, surfaceVolatility(shape, Math.log(strike / 100), years)) // prettier-ignore
      for (let strike = 60; strike <= 160; strike += 2)
        expect(price(strike - 2) - 2 * price(strike) + price(strike + 2)).toBeGreaterThan(-1e-9)
    }
  })
})

const IBKR = '../shared/data/options/ibkr_model_greeks_20230804.csv'

// IBKR's own model ticks, a week before expiry; no dividend of SPY falls within.
describe.skipIf(!existsSync(IBKR))(`against ${IBKR} (skipped without it)`, () => {
  test.each(
    table(`
    underlying | style    | dividends | delta  | gamma | vega  | price | theta
    SPX        | european | 0.015     | 0.0072 | 0.025 | 0.025 | 0.03  | 0.05
    SPY        | american | 0         | 0.002  | 0.012 | 0.09  | 0.003 | 0.035
  `),
  )('$underlying: nine deltas of ten within $delta, the rest in the median', (row) => {
    const errors = { delta: [0], gamma: [0], vega: [0], price: [0], theta: [0] }
    for (const line of recorded(row.underlying)) {
      const style = row.style as OptionInputs['style']
      const found = optionGreeks({ ...line.option, style, carry: RATE - Number(row.dividends) }, line.volatility) // prettier-ignore
      errors.delta.push(Math.abs(found.delta - line.delta))
      for (const name of ['gamma', 'vega', 'price', 'theta'] as const)
        errors[name].push(Math.abs(found[name] / line[name] - 1))
    }
    expect(errors.delta).toHaveLength(121)
    expect(quantile(errors.delta, 0.9)).toBeLessThan(Number(row.delta))
    for (const name of ['gamma', 'vega', 'price', 'theta'] as const)
      expect(quantile(errors[name], 0.5), name).toBeLessThan(Number(row[name]))
  })
})

const RATE = 0.053
/** The close of the stock market in summer, UTC. */
const CLOSE_UTC = 'T20:00:00Z'

function recorded(underlying: string) {
  const lines = readFileSync(IBKR, 'utf8').trim().split('\n').slice(1)
  return lines
    .map((line) => line.split(','))
    .filter(([name]) => name === underlying)
    .map(
      ([
        ,
        expiry = '',
        right,
        strike,
        at = '',
        price,
        volatility,
        delta,
        gamma,
        vega,
        theta,
        spot,
      ]) => {
        const now = instantOf(`${at.slice(0, 10)}T${at.slice(11, 19)}Z`) ?? 0
        const left = (instantOf(expiry + CLOSE_UTC) ?? 0) - now
        const side: 'C' | 'P' = right === 'C' ? 'C' : 'P'
        return {
          option: { right: side, spot: Number(spot), strike: Number(strike), years: left / (365 * 86_400_000), rate: RATE }, // prettier-ignore
          volatility: Number(volatility),
          price: Number(price),
          delta: Number(delta),
          gamma: Number(gamma),
          vega: Number(vega),
          theta: Number(theta),
        }
      },
    )
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN
