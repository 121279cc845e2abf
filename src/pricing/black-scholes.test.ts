import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  blackScholesDelta,
  blackScholesPrice,
  impliedVolatility,
  type EuropeanOption,
} from '#pricing/black-scholes.ts'

// Hull, "Options, Futures, and Other Derivatives", example 15.6: call 4.76, put 0.81.
const hull: EuropeanOption = { right: 'C', spot: 42, strike: 40, years: 0.5, rate: 0.1 }

test('the textbook example', () => {
  expect(blackScholesPrice(hull, 0.2)).toBeCloseTo(4.76, 2)
  expect(blackScholesPrice({ ...hull, right: 'P' }, 0.2)).toBeCloseTo(0.81, 2)
  expect(blackScholesDelta(hull, 0.2)).toBeCloseTo(0.7791, 4)
})

test('at expiry an option is what it pays', () => {
  const expiring = { ...hull, years: 0 }
  expect(blackScholesPrice(expiring, 0.2)).toBe(2)
  expect(blackScholesDelta(expiring, 0.2)).toBe(1)
  expect(blackScholesDelta({ ...expiring, right: 'P' }, 0.2)).toBe(0)
})

test('a price below intrinsic value, or above the spot, has no volatility', () => {
  expect(impliedVolatility(hull, 1)).toBeUndefined()
  expect(impliedVolatility(hull, 43)).toBeUndefined()
})

const options = fc.record({
  right: fc.constantFrom('C' as const, 'P' as const),
  spot: fc.integer({ min: 50, max: 150 }),
  strike: fc.integer({ min: 50, max: 150 }),
  years: fc.double({ min: 0.02, max: 2, noNaN: true }),
  rate: fc.double({ min: 0, max: 0.1, noNaN: true }),
})
const volatilities = fc.double({ min: 0.05, max: 1.5, noNaN: true })

test('put and call agree: C − P = S − K e^(−rT)', () => {
  fc.assert(
    fc.property(options, volatilities, (option, volatility) => {
      const call = blackScholesPrice({ ...option, right: 'C' }, volatility)
      const put = blackScholesPrice({ ...option, right: 'P' }, volatility)
      const forward = option.spot - option.strike * Math.exp(-option.rate * option.years)
      expect(call - put).toBeCloseTo(forward, 9)
    }),
  )
})

test('delta is the slope of the price', () => {
  fc.assert(
    fc.property(options, volatilities, (option, volatility) => {
      const at = (spot: number) => blackScholesPrice({ ...option, spot }, volatility)
      const slope = (at(option.spot + 1e-4) - at(option.spot - 1e-4)) / 2e-4
      expect(blackScholesDelta(option, volatility)).toBeCloseTo(slope, 5)
    }),
  )
})

test('the implied volatility gives the price back', () => {
  fc.assert(
    fc.property(options, volatilities, (option, volatility) => {
      const price = blackScholesPrice(option, volatility)
      const implied = impliedVolatility(option, price)
      // Where the price says nothing of the volatility (deep in or out), the price still agrees.
      expect(blackScholesPrice(option, implied ?? Number.NaN)).toBeCloseTo(price, 7)
    }),
  )
})
