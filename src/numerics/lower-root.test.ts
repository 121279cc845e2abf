import { expect, test } from 'vitest'
import { gramOf } from '#numerics/gram.ts'
import { lowerRoot } from '#numerics/lower-root.ts'
import { randomKey, randomStream } from '#numerics/random.ts'

test.each([
  [1, 1],
  [6, 9],
  [6, 3],
  [13, 40],
  [9, 1],
])('a sum of squares of %i names over %i days is its root times itself', (n, T) => {
  const draws = randomStream(randomKey(3, 'lower-root', n))
  const matrix = gramOf(Float64Array.from({ length: n * T }, () => draws.normal()), n, T) // prettier-ignore
  const root = lowerRoot(matrix, n)
  const product = gramOf(root, n, n)
  matrix.forEach((value, at) => expect(product[at]).toBeCloseTo(value, 7))
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(root[i * n + j]).toBe(0)
})

test('two names that are one have one column between them', () => {
  const root = lowerRoot(Float64Array.of(2, 2, 1, 2, 2, 1, 1, 1, 3), 3)
  expect(root[4]).toBe(0)
  expect(gramOf(root, 3, 3)[5]).toBeCloseTo(1, 12)
})

test('nothing has nothing for a root', () => {
  expect([...lowerRoot(new Float64Array(4), 2)]).toEqual([0, 0, 0, 0])
})
