import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scores, withinGroups } from '#alpha/scores.ts'

test('by hand', () => {
  expect(scores([1, 2, 3])).toEqual(Float64Array.of(-1, 0, 1))
  const root = Math.sqrt(20 / 3)
  expect([...scores([2, 4, 6, 8])].map((value) => value * root)).toEqual([-3, -1, 1, 3].map((value) => expect.closeTo(value, 12))) // prettier-ignore
})

test('names that do not differ score 0, rounding or not', () => {
  expect(scores([0.1, 0.1, 0.1])).toEqual(new Float64Array(3))
  expect(scores([])).toEqual(new Float64Array(0))
  expect(scores([5])).toEqual(new Float64Array(1))
})

test('one wrong figure does not make all others equal', () => {
  const plain = scores([1, 2, 3, 4, 5, 6, 7, 8, 9])
  const wrong = scores([1, 2, 3, 4, 5, 6, 7, 8, 9e9])
  // 5 ± 3·1.4826·2: nine is drawn in to 13.9, and the others keep their distance.
  expect(wrong[8]).toBeLessThanOrEqual(3)
  expect(wrong[7]! - wrong[0]!).toBeGreaterThan(0.7 * (plain[7]! - plain[0]!))
})

test('scores are the same in every unit, within ±3, and in the order of the figures', () => {
  const figures = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 40 })
  fc.assert(
    fc.property(figures, (x) => {
      const found = scores(x)
      const inCents = scores(x.map((value) => 100 * value + 7))
      for (const [i, score] of found.entries()) {
        expect(Math.abs(score)).toBeLessThanOrEqual(3)
        expect(inCents[i]).toBeCloseTo(score, 9)
        for (const [j, other] of found.entries())
          if (x[i]! < x[j]!) expect(score).toBeLessThanOrEqual(other)
      }
    }),
  )
})

test('within groups each is compared with its own', () => {
  expect(withinGroups([1, 3, 10, 20, 7], ['a', 'a', 'b', 'b', 'c'])).toEqual(Float64Array.of(-1, 1, -5, 5, 0)) // prettier-ignore
})
