import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { floatNanos, nanosFrom, priceFrom, priceFromNanos, snapPrice } from '#model/border.ts'
import { roundTo } from '#model/fixed.ts'
import { priceIncrementsOf } from '#schedules/price-increments.ts'
import { multipleBelow, nearestMultiple, priceGridOf } from '#exchange/book/price-grid.ts'

const anyPrice = fc.oneof(
  fc.double({ min: -8_000_000, max: 8_000_000, noNaN: true }),
  fc.integer({ min: -40_000, max: 40_000 }).map((halfCents) => halfCents / 200),
)
const RULES = [26, 109, 239].map((rule) => priceIncrementsOf(rule) ?? [])

test('the grid in floats is the grid in exact numbers', () => {
  fc.assert(
    fc.property(anyPrice, fc.constantFrom(...RULES), (value, increments) => {
      expect(priceFromNanos(priceGridOf(increments).snap(value))).toBe(
        snapPrice(value, increments, 'half-even'),
      )
    }),
    { numRuns: 500 },
  )
})

test('rounding in floats is rounding in exact numbers', () => {
  fc.assert(
    fc.property(anyPrice, fc.constantFrom(1e9, 1e7, 5e4, 25e7), (value, increment) => {
      const exact = BigInt(increment)
      expect(BigInt(floatNanos(value))).toBe(nanosFrom(value))
      expect(priceFromNanos(nearestMultiple(floatNanos(value), increment))).toBe(roundTo(priceFrom(value), exact, 'half-even')) // prettier-ignore
      expect(priceFromNanos(multipleBelow(floatNanos(value), increment))).toBe(roundTo(priceFrom(value), exact, 'down')) // prettier-ignore
    }),
    { numRuns: 500 },
  )
})
