/** Eigenvalues against closed forms, against the definition, and the two methods against each other. */
import { describe, expect, test } from 'vitest'
import { leadingEigenpairs, type SymmetricOperator } from '#numerics/lanczos.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { symmetricEigen, type Eigenpairs } from '#numerics/symmetric-eigen.ts'
import { tridiagonalEigen } from '#numerics/tridiagonal-eigen.ts'

const unit = (size: number) => matrixOf(size, (i, j) => (i === j ? 1 : 0))
const matrixOf = (size: number, at: (i: number, j: number) => number) =>
  Float64Array.from({ length: size * size }, (_, k) => at(Math.floor(k / size), k % size))
const operatorOf = (matrix: Float64Array, size: number): SymmetricOperator => ({
  size,
  multiply: (x, out) => {
    for (let i = 0; i < size; i++) {
      out[i] = 0
      for (let j = 0; j < size; j++) out[i]! += matrix[i * size + j]! * x[j]!
    }
  },
})

/** QΛQᵀ for a random orthogonal Q: a product of mirrors. */
function withSpectrum(values: readonly number[], seed: number): Float64Array {
  const size = values.length
  const draws = randomStream(randomKey(seed, 'spectrum'))
  const matrix = matrixOf(size, (i, j) => (i === j ? values[i]! : 0))
  for (let round = 0; round < 4; round++) {
    const v = Float64Array.from({ length: size }, () => draws.normal())
    const square = v.reduce((sum, x) => sum + x * x, 0)
    for (const [stride, step] of [
      [size, 1],
      [1, size],
    ] as const)
      // prettier-ignore
      for (let i = 0; i < size; i++) {
        let sum = 0
        for (let j = 0; j < size; j++) sum += matrix[i * stride + j * step]! * v[j]!
        for (let j = 0; j < size; j++) matrix[i * stride + j * step]! -= ((2 * sum) / square) * v[j]! // prettier-ignore
      }
  }
  return matrix
}

/** ‖Av − λv‖ and how far the vectors are from orthonormal. */
function errors(matrix: Float64Array, { values, vectors, size }: Eigenpairs): readonly number[] {
  const found: number[] = []
  for (let k = 0; k < values.length; k++)
    for (let i = 0; i < size; i++) {
      let sum = -values[k]! * vectors[k * size + i]!
      for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vectors[k * size + j]!
      found.push(sum)
    }
  for (let a = 0; a < values.length; a++)
    for (let b = 0; b <= a; b++) {
      let sum = a === b ? -1 : 0
      for (let j = 0; j < size; j++) sum += vectors[a * size + j]! * vectors[b * size + j]!
      found.push(sum)
    }
  return found.map(Math.abs)
}

const gaps = (found: Float64Array, expected: ArrayLike<number>) =>
  Array.from(expected, (value, i) => Math.abs(found[i]! - value)).reduce(
    (a, b) => Math.max(a, b),
    0,
  )

const range = (count: number, at: (i: number) => number) => Array.from({ length: count }, (_, i) => at(i)) // prettier-ignore

describe('a tridiagonal', () => {
  // The discrete Laplacian: 2 − 2 cos(iπ / (m + 1)).
  test.each([1, 2, 3, 10, 61])('with twos and minus ones, %i rows, has cosines', (m) => {
    const { values, rows } = tridiagonalEigen(new Float64Array(m).fill(2), new Float64Array(m).fill(-1), unit(m), m) // prettier-ignore
    const cosines = Array.from({ length: m }, (_, i) => 2 - 2 * Math.cos(((m - i) * Math.PI) / (m + 1))) // prettier-ignore
    expect(gaps(values, cosines)).toBeLessThan(1e-13)
    const matrix = matrixOf(m, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))
    expect(Math.max(...errors(matrix, { values, vectors: rows, size: m }))).toBeLessThan(1e-13)
  })

  test('gives one component of each vector as it gives them whole', () => {
    const [d, off] = [Float64Array.of(4, -1, 3, 3, 0), Float64Array.of(1, 2, 0, 0.5)]
    const whole = tridiagonalEigen(d, off, unit(5), 5)
    const last = tridiagonalEigen(d, off, Float64Array.of(0, 0, 0, 0, 1), 1)
    expect([...last.rows]).toEqual([0, 1, 2, 3, 4].map((i) => whole.rows[i * 5 + 4]))
  })

  test('that is diagonal already is sorted', () => {
    const { values } = tridiagonalEigen(Float64Array.of(1, 3, 2), new Float64Array(2), unit(3), 3)
    expect([...values]).toEqual([3, 2, 1])
  })

  test('that is not finite is a bug of who asks', () => {
    const holed = Float64Array.of(1, Number.NaN)
    expect(() => tridiagonalEigen(holed, Float64Array.of(1), unit(2), 2)).toThrow('converge')
  })
})

describe('a dense matrix', () => {
  test('of equal correlations: 1 + (n − 1)r once, 1 − r for the rest', () => {
    const [n, r] = [12, 0.3]
    const matrix = matrixOf(n, (i, j) => (i === j ? 1 : r))
    const found = symmetricEigen(matrix, n)
    expect(gaps(found.values, [1 + (n - 1) * r, ...Array.from({ length: n - 1 }, () => 1 - r)])).toBeLessThan(1e-14 * n) // prettier-ignore
    expect(Math.max(...errors(matrix, found))).toBeLessThan(1e-14 * n)
    expect(found.vectors[0]).toBeCloseTo(1 / Math.sqrt(n), 12)
  })

  // Min(i, j): the inverse of a second difference, 1 / (4 sin²((2k − 1)π / (4n + 2))).
  test('of smaller indices: reciprocals of squared sines', () => {
    const n = 20
    const matrix = matrixOf(n, (i, j) => Math.min(i, j) + 1)
    const sines = Array.from({ length: n }, (_, k) => Math.sin(((2 * k + 1) * Math.PI) / (4 * n + 2))) // prettier-ignore
    expect(gaps(symmetricEigen(matrix, n).values, sines.map((x) => 1 / (4 * x * x)))).toBeLessThan(1e-11) // prettier-ignore
  })

  test.each([
    [[]],
    [[7]],
    [[2, -5]],
    [[5, 5, 5, 5, 1, 1, 0, 0, 0, -3]],
    [[1e8, 1, 1e-8, 0]],
    [Array.from({ length: 40 }, (_, i) => 40 - i)],
  ])('turned out of %j is turned back into it', (values) => {
    const matrix = withSpectrum(values, 3)
    const found = symmetricEigen(matrix, values.length)
    const scale = Math.max(1, ...values.map(Math.abs))
    expect(gaps(found.values, values)).toBeLessThan(1e-13 * scale)
    expect(Math.max(0, ...errors(matrix, found))).toBeLessThan(1e-13 * scale)
  })
})

describe('the largest few', () => {
  test.each([
    ['apart', range(90, (i) => 100 / (1 + i)), 6],
    ['repeated at the top', [9, 9, 9, ...range(80, (i) => 5 - i / 20)], 3],
    ['repeated below the top', [20, 9, 9, 7, ...range(80, (i) => 5 - i / 20)], 4],
    ['more often repeated than asked for', [...range(6, () => 2), ...range(70, () => 1)], 4],
    ['all the same', range(60, () => 3), 5],
    ['of low rank', [4, 3, ...range(60, () => 0)], 5],
    ['nothing at all', range(50, () => 0), 3],
    ['both signs', range(64, (i) => 10 - i), 4],
    ['a small matrix', [3, 2, 1], 2],
    ['nearly all of a matrix', range(50, (i) => 50 - i), 40],
  ])('%s', (_, values, count) => {
    const matrix = withSpectrum(values, 7)
    const found = leadingEigenpairs(operatorOf(matrix, values.length), count)
    expect(found.values).toHaveLength(count)
    expect(gaps(found.values, values.slice(0, count))).toBeLessThan(1e-11 * (1 + values[0]!))
    expect(Math.max(...errors(matrix, found))).toBeLessThan(1e-8 * (1 + values[0]!))
    const whole = symmetricEigen(matrix, values.length)
    expect(gaps(found.values, whole.values.slice(0, count))).toBeLessThan(1e-11 * (1 + values[0]!)) // prettier-ignore
  })

  test('are the same vectors as those of the whole spectrum, to the sign', () => {
    const values = range(120, (i) => 50 / (1 + i * i))
    const matrix = withSpectrum(values, 11)
    const [few, all] = [leadingEigenpairs(operatorOf(matrix, 120), 5), symmetricEigen(matrix, 120)]
    expect(gaps(few.vectors, all.vectors.slice(0, 5 * 120))).toBeLessThan(1e-8)
  })

  test('are the same bits each time', () => {
    const matrix = withSpectrum(range(80, (i) => 80 - i), 5) // prettier-ignore
    const once = () => leadingEigenpairs(operatorOf(matrix, 80), 7)
    expect(once()).toEqual(once())
  })

  test('cannot be more than there are', () => {
    expect(() => leadingEigenpairs(operatorOf(unit(3), 3), 4)).toThrow('no more eigenpairs')
  })
})
