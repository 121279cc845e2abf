/** Dense products against their definitions, at every size that blocks leave something over of. */
import { expect, test } from 'vitest'
import { randomKey, randomStream } from '#numerics/random.ts'
import { addOuterProducts, addRows, product } from '#numerics/portfolio/gram.ts'

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 13]

const drawn = (count: number, name: string): Float64Array => {
  const random = randomStream(randomKey(count, name))
  return new Float64Array(count).map(() => random.normal())
}

test('F·L, whatever is left over of pairs and fours', () => {
  for (const n of SIZES)
    for (const k of SIZES)
      for (const rank of [1, 6]) {
        const [F, L] = [drawn(n * k, 'F'), drawn(k * rank, 'L')]
        const found = product(F, L, n, k, rank)
        expect(found.length).toBe(n * rank)
        for (let i = 0; i < n; i++)
          for (let t = 0; t < rank; t++) {
            let sum = 0
            for (let j = 0; j < k; j++) sum += F[i * k + j]! * L[j * rank + t]!
            expect(found[i * rank + t]).toBeCloseTo(sum, 12)
          }
      }
})

test('outer products reach the upper half and leave what is outside the block alone', () => {
  for (const size of SIZES.slice(1)) {
    const [at, stride] = [2 * (size + 3) + 2, size + 3]
    const [rows, gram] = [drawn(4 * size, 'rows'), new Float64Array((size + 3) * (size + 3)).fill(1)] // prettier-ignore
    addOuterProducts(gram, at, stride, rows, size)
    for (let i = 0; i < size; i++)
      for (let j = i; j < size; j++) {
        const sum = [0, 1, 2, 3].reduce((all, e) => all + rows[e * size + i]! * rows[e * size + j]!, 1) // prettier-ignore
        expect(gram[at + i * stride + j]).toBeCloseTo(sum, 12)
      }
    expect([...gram.subarray(0, at)].every((x) => x === 1)).toBe(true)
    expect([...gram.keys()].filter((x) => x % stride < 2 && gram[x] !== 1)).toEqual([])
  }
})

test('weighted rows add up from a column on', () => {
  const [stride, from] = [5, 2]
  for (const count of SIZES) {
    const of = Int32Array.from({ length: count }, (_, at) => 2 * at)
    const [matrix, w] = [drawn((2 * count + 1) * stride, 'matrix'), drawn(2 * count + 1, 'weights')]
    const sums = new Float64Array(stride).fill(3)
    addRows(sums, matrix, stride, from, of, count, w)
    for (let j = 0; j < stride; j++) {
      const sum = [...of].reduce((all, i) => all + (j < from ? 0 : w[i]! * matrix[i * stride + j]!), 3) // prettier-ignore
      expect(sums[j]).toBeCloseTo(sum, 12)
    }
  }
})
