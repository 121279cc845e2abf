import { expect, test } from 'vitest'
import { medianInPlace } from '#numerics/median.ts'
import { quantile } from '#numerics/quantile.ts'
import { randomKey, randomStream } from '#numerics/random.ts'

test('the median is the middle of the sorted values, whatever their order and ties', () => {
  const draws = randomStream(randomKey(1, 'median'))
  for (let length = 1; length < 200; length++) {
    const values = Float64Array.from({ length }, () => length % 3 === 0 ? draws.below(4) : draws.normal()) // prettier-ignore
    expect(medianInPlace(values.slice())).toBeCloseTo(quantile(values, 0.5), 14)
  }
})

test('only so many values count, and none have no median', () => {
  expect(medianInPlace(Float64Array.of(3, 1, 2, 100, 100), 3)).toBe(2)
  expect(medianInPlace(new Float64Array(0))).toBeNaN()
})
