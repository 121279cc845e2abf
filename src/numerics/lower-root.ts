/**
 * The lower triangular root of a positive semidefinite matrix: Cholesky's factorisation, row by row, where a direction
 * without variance becomes a column of zeros.
 *
 * N. Higham, "Analysis of the Cholesky Decomposition of a Semi-definite Matrix", in Reliable Numerical Computation (1990): in exact
 * arithmetic a zero pivot has nothing beside it; what rounding leaves there is dropped.
 */
import { invariant } from '#model/invariant.ts'

/** Share of its row's own entry below which a pivot is rounding. */
const ROUNDING = 1e-13

/**
 * L with A = LLᵀ.
 *
 * @param matrix - symmetric positive semidefinite, n × n, row-major; only the lower half is read
 * @returns n × n, row-major, zeros above the diagonal
 *
 * @example
 * [...lowerRoot(Float64Array.of(4, 2, 2, 1), 2)] // => [2, 0, 1, 0]
 */
export function lowerRoot(matrix: Float64Array, n: number): Float64Array {
  invariant(matrix.length === n * n, 'a symmetric matrix is square')
  const L = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = i * n
    for (let j = 0; j < i; j++) {
      const pivot = L[j * n + j]!
      if (pivot > 0) L[row + j] = (matrix[row + j]! - dotOfRows(L, row, j * n, j)) / pivot
    }
    const own = matrix[row + i]!
    const left = own - dotOfRows(L, row, row, i)
    L[row + i] = left > ROUNDING * own ? Math.sqrt(left) : 0
  }
  return L
}

/** Of the first `length` entries of two rows, four sums side by side. */
function dotOfRows(x: Float64Array, a: number, b: number, length: number): number {
  const even = length - (length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let k = 0; k < even; k += 4) {
    s0 += x[a + k]! * x[b + k]!
    s1 += x[a + k + 1]! * x[b + k + 1]!
    s2 += x[a + k + 2]! * x[b + k + 2]!
    s3 += x[a + k + 3]! * x[b + k + 3]!
  }
  for (let k = even; k < length; k++) s0 += x[a + k]! * x[b + k]!
  return s0 + s1 + (s2 + s3)
}
