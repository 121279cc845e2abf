import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { covariance, mean } from '#numerics/moments.ts'
import { residuals, slope } from '#numerics/regression.ts'

test('the documented examples', () => {
  expect(slope([1, 3, 5], [0, 1, 2])).toBe(2)
  expect(residuals([1, 3, 5], [0, 1, 2])).toEqual(Float64Array.of(0, 0, 0))
})

test('a regressor that does not vary has no slope and leaves deviations from the mean', () => {
  expect(slope([1, 2, 3], [5, 5, 5])).toBeNaN()
  expect(residuals([1, 2, 3], [5, 5, 5])).toEqual(Float64Array.of(-1, 0, 1))
})

test('residuals have no mean and nothing in common with the regressor', () => {
  const pairs = fc.array(
    fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })),
    { minLength: 3, maxLength: 20 },
  )
  fc.assert(
    fc.property(pairs, (rows) => {
      const y = rows.map(([a]) => a)
      const x = rows.map(([, b]) => b)
      const left = residuals(y, x)
      expect(mean(left)).toBeCloseTo(0, 9)
      expect(covariance(left, x)).toBeCloseTo(0, 6)
    }),
  )
})
