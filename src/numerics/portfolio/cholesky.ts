/**
 * Cholesky factors of small dense matrices, row-major: of definite ones in place, of semidefinite ones with pivoting.
 *
 * N. Higham, "Analysis of the Cholesky Decomposition of a Semi-definite Matrix" (1990), for the pivoted form.
 */

/** A = LLᵀ of the leading `size` rows and columns of a matrix whose rows are `stride` apart; L overwrites the lower half. */
export function factorize(A: Float64Array, size: number, stride = size): void {
  for (let j = 0; j < size; j++) {
    const row = j * stride
    for (let i = 0; i < j; i++) {
      const other = i * stride
      A[row + i] = (A[row + i]! - dotOf(A, row, A, other, i)) / A[other + i]!
    }
    const before = A[row + j]!
    const pivot = before - dotOf(A, row, A, row, j)
    // Rounding may leave nothing of a pivot that theory keeps: such a direction is not moved along.
    A[row + j] = pivot > 1e-15 * before ? Math.sqrt(pivot) : 1e100
  }
}

/** Σ of products of `count` entries, as four sums, since each addition waits for the one before. */
export function dotOf(
  a: Float64Array,
  from: number,
  b: Float64Array,
  at: number,
  count: number,
): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = 0
  for (; i + 3 < count; i += 4) {
    s0 += a[from + i]! * b[at + i]!
    s1 += a[from + i + 1]! * b[at + i + 1]!
    s2 += a[from + i + 2]! * b[at + i + 2]!
    s3 += a[from + i + 3]! * b[at + i + 3]!
  }
  for (; i < count; i++) s0 += a[from + i]! * b[at + i]!
  return s0 + s1 + (s2 + s3)
}

/** x ← L⁻¹x. */
export function solveLower(L: Float64Array, x: Float64Array, size: number, stride = size): void {
  for (let i = 0; i < size; i++) {
    x[i] = (x[i]! - dotOf(L, i * stride, x, 0, i)) / L[i * stride + i]!
  }
}

/** x ← L⁻ᵀx. */
export function solveUpper(L: Float64Array, x: Float64Array, size: number, stride = size): void {
  for (let i = size - 1; i >= 0; i--) {
    const value = x[i]! / L[i * stride + i]!
    x[i] = value
    for (let k = 0; k < i; k++) x[k]! -= L[i * stride + k]! * value
  }
}

export interface SemidefiniteFactor {
  /** size × rank, row-major: A = LLᵀ. */
  readonly root: Float64Array
  readonly rank: number
}

/** Relative to the largest pivot: below it a pivot is rounding, further below zero the matrix is indefinite. */
const ROUNDING = 1e-12
const INDEFINITE = 1e-9

/**
 * A root of a positive semidefinite matrix.
 *
 * @param matrix - symmetric, size × size, row-major
 * @returns undefined where the matrix has a negative eigenvalue beyond rounding
 *
 * @example
 * semidefiniteRoot(Float64Array.of(4, 2, 2, 1), 2)?.rank // => 1
 */
export function semidefiniteRoot(
  matrix: Float64Array,
  size: number,
): SemidefiniteFactor | undefined {
  // prettier-ignore
  const A = matrix.slice()
  const isDone = new Uint8Array(size)
  const columns: Float64Array[] = []
  let largest = 0
  for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(A[i * size + i]!))
  while (columns.length < size) {
    const at = largestPivot(A, size, isDone)
    if (!(A[at * size + at]! > ROUNDING * largest)) break
    isDone[at] = 1
    columns.push(eliminated(A, size, at))
  }
  const rank = columns.length
  const isIndefinite = A.some((left) => Math.abs(left) > INDEFINITE * largest)
  if (isIndefinite) return undefined
  const root = new Float64Array(size * rank)
  columns.forEach((column, j) => column.forEach((value, i) => (root[i * rank + j] = value)))
  return { root, rank }
}

function largestPivot(A: Float64Array, size: number, isDone: Uint8Array): number {
  let at = isDone.indexOf(0)
  for (let i = 0; i < size; i++)
    if (isDone[i] === 0 && A[i * size + i]! > A[at * size + at]!) at = i
  return at
}

/** Takes one column of the root out of what is left of A. */
function eliminated(A: Float64Array, size: number, at: number): Float64Array {
  const scale = 1 / Math.sqrt(A[at * size + at]!)
  const column = Float64Array.from({ length: size }, (_, i) => A[i * size + at]! * scale)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) A[i * size + j]! -= column[i]! * column[j]!
  for (let i = 0; i < size; i++) A[i * size + at] = A[at * size + i] = 0
  return column
}
