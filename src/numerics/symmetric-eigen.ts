/**
 * All eigenpairs of a small dense symmetric matrix: Householder's reduction to tridiagonal form, then implicit QR.
 * About 10 n³ operations; for the largest few of a big one there is `leadingEigenpairs` (lanczos.ts).
 *
 * G. Golub & C. Van Loan, "Matrix Computations", 4th ed. (2013), algorithm 8.3.1; A. Householder, "Unitary
 * Triangularization of a Nonsymmetric Matrix", Journal of the ACM 5 (1958).
 */
import { invariant } from '#model/invariant.ts'
import { tridiagonalEigen } from '#numerics/tridiagonal-eigen.ts'

/** Eigenvalues, largest first, each with its vector. */
export interface Eigenpairs {
  readonly values: Float64Array
  /** Row j is the unit vector of value j; its entry of largest size (the first of equals) is positive. */
  readonly vectors: Float64Array
  /** Length of a vector. */
  readonly size: number
}

/**
 * @param matrix - symmetric, size × size, row-major; only the lower half is read
 *
 * @example
 * symmetricEigen(Float64Array.of(2, 1, 1, 2), 2).values[0] // => 3 ± 1e-14
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigenpairs {
  invariant(matrix.length === size * size, 'a symmetric matrix is square')
  const work = mirrored(matrix, size)
  const mirrors: Float64Array[] = []
  const beside = new Float64Array(Math.max(0, size - 1))
  for (let j = 0; j + 2 < size; j++) {
    const mirror = mirrorOf(work, size, j)
    beside[j] = mirror.onto
    mirrors.push(mirror.v)
    if (mirror.isNeeded) reflectBothSides(work, size, j + 1, mirror.v)
  }
  if (size > 1) beside[size - 2] = work[(size - 1) * size + size - 2]!
  const diagonal = Float64Array.from({ length: size }, (_, i) => work[i * size + i]!)
  const unit = new Float64Array(size * size)
  for (let i = 0; i < size; i++) unit[i * size + i] = 1
  const { values, rows } = tridiagonalEigen(diagonal, beside, unit, size)
  for (let i = 0; i < size; i++) {
    const vector = rows.subarray(i * size, (i + 1) * size)
    for (let j = mirrors.length - 1; j >= 0; j--) reflect(vector, j + 1, mirrors[j]!)
    orient(vector)
  }
  return { values, vectors: rows, size }
}

/** Turns a vector so that its entry of largest size is positive: a vector and its opposite are one answer. */
export function orient(vector: Float64Array): void {
  let at = 0
  for (let i = 1; i < vector.length; i++) if (Math.abs(vector[i]!) > Math.abs(vector[at]!)) at = i
  if (vector[at]! < 0) for (let i = 0; i < vector.length; i++) vector[i] = -vector[i]!
}

function mirrored(matrix: Float64Array, size: number): Float64Array {
  const full = matrix.slice()
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) full[j * size + i] = full[i * size + j]!
  return full
}

interface Mirror {
  /** H = I − vvᵀ, so ‖v‖² = 2; it acts on rows j + 1 and below. */
  readonly v: Float64Array
  /** What is left of the column: the off-diagonal entry. */
  readonly onto: number
  readonly isNeeded: boolean
}

/** The mirror that takes what lies below the off-diagonal of column j to zero. */
function mirrorOf(work: Float64Array, size: number, j: number): Mirror {
  const v = Float64Array.from({ length: size - j - 1 }, (_, i) => work[(j + 1 + i) * size + j]!)
  const head = v[0]!
  let below = 0
  for (let i = 1; i < v.length; i++) below += v[i]! * v[i]!
  if (below === 0) return { v: v.fill(0), onto: head, isNeeded: false }
  const length = Math.sqrt(head * head + below)
  const onto = head > 0 ? -length : length
  v[0] = head - onto
  const scale = Math.sqrt(2 / (v[0] * v[0] + below))
  for (let i = 0; i < v.length; i++) v[i]! *= scale
  return { v, onto, isNeeded: true }
}

/** A ← HAH on the rows and columns from `start`, as A − vyᵀ − yvᵀ with p = Av and y = p − ½(pᵀv)v. */
function reflectBothSides(work: Float64Array, size: number, start: number, v: Float64Array): void {
  const y = new Float64Array(v.length)
  for (let i = 0; i < v.length; i++) {
    const row = (start + i) * size + start
    let sum = 0
    for (let j = 0; j < v.length; j++) sum += work[row + j]! * v[j]!
    y[i] = sum
  }
  let half = 0
  for (let i = 0; i < v.length; i++) half += (y[i]! * v[i]!) / 2
  for (let i = 0; i < v.length; i++) y[i]! -= half * v[i]!
  for (let i = 0; i < v.length; i++) {
    const row = (start + i) * size + start
    for (let j = 0; j < v.length; j++) work[row + j]! -= v[i]! * y[j]! + y[i]! * v[j]!
  }
}

/** x ← Hx on the entries from `start`. */
function reflect(x: Float64Array, start: number, v: Float64Array): void {
  let sum = 0
  for (let i = 0; i < v.length; i++) sum += v[i]! * x[start + i]!
  for (let i = 0; i < v.length; i++) x[start + i]! -= sum * v[i]!
}
