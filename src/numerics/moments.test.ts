import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { covariance, mean, standardDeviation, variance } from '#numerics/moments.ts'

test('the documented examples', () => {
  expect(mean([1, 2, 6])).toBe(3)
  expect(covariance([1, 2, 3], [2, 4, 6])).toBe(2)
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14)
})

test('too few observations have no spread', () => {
  expect(mean([])).toBeNaN()
  expect(variance([1])).toBeNaN()
})

test('a large mean costs no digits', () => {
  expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30)
})

test('two series of different length are a bug', () => {
  expect(() => covariance([1, 2], [1])).toThrow('one length')
})

const series = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), {
  minLength: 2,
  maxLength: 20,
})

test('shifting leaves the variance, scaling squares it', () => {
  fc.assert(
    fc.property(series, fc.integer({ min: -50, max: 50 }), (x, shift) => {
      const shifted = x.map((value) => value + shift)
      const doubled = x.map((value) => 2 * value)
      expect(Math.abs(variance(shifted) - variance(x))).toBeLessThan(1e-8)
      expect(variance(doubled)).toBeCloseTo(4 * variance(x), 8)
    }),
  )
})
