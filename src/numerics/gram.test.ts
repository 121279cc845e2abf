import { expect, test } from 'vitest'
import { gramOf } from '#numerics/gram.ts'
import { randomKey, randomStream } from '#numerics/random.ts'

test.each([
  [0, 3],
  [1, 4],
  [2, 5],
  [5, 3],
  [8, 1],
])('%i rows of %i are multiplied pair by pair', (n, width) => {
  const draws = randomStream(randomKey(2, 'gram', n))
  const rows = Float64Array.from({ length: n * width }, () => draws.normal())
  const found = gramOf(rows, n, width)
  expect(found).toHaveLength(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let t = 0; t < width; t++) sum += rows[i * width + t]! * rows[j * width + t]!
      expect(found[i * n + j]).toBe(sum)
    }
})
