import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { meanAtOrAbove, quantile } from '#numerics/quantile.ts'
import { table } from '#test/support/table.ts'

// The values of NumPy's quantile and of R's type 7.
test.each(
  table(`
    x                | p    | quantile
    4 1 3 2          | 0.5  | 2.5
    1 2 3 4          | 0    | 1
    1 2 3 4          | 1    | 4
    1 2 3 4 5        | 0.95 | 4.8
    15 20 35 40 50   | 0.4  | 29
    7                | 0.99 | 7
  `),
)('quantile $p of $x is $quantile', ({ x, p, quantile: expected }) => {
  expect(quantile(x.split(' ').map(Number), Number(p))).toBeCloseTo(Number(expected), 12)
})

test('nothing has no quantile, nor has what holds a NaN', () => {
  expect(quantile([], 0.5)).toBeNaN()
  expect(quantile([1, Number.NaN, 2], 0.5)).toBeNaN()
  expect(meanAtOrAbove([1, Number.NaN], 0)).toBeNaN()
})

test('the mean of a tail', () => {
  expect(meanAtOrAbove([1, 2, 3, 4], 3)).toBe(3.5)
  expect(meanAtOrAbove([1, 2], 2.5)).toBe(2.5)
})

test('a quantile lies between its neighbours and its order does not matter', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (x, p) => {
      const q = quantile(x, p)
      expect(quantile(x.toReversed(), p)).toBe(q)
      const below = x.filter((value) => value <= q).length / x.length
      expect(below).toBeGreaterThanOrEqual((p * (x.length - 1)) / x.length - 1e-9)
      expect(meanAtOrAbove(x, q)).toBeGreaterThanOrEqual(q)
    }),
  )
})
