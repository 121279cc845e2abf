/**
 * The largest few eigenpairs of a big symmetric matrix that is only ever multiplied by: Lanczos' method with full
 * reorthogonalisation.
 *
 * From a start vector a tridiagonal matrix grows whose largest eigenvalues soon are the matrix's own; the residual of
 * each is known without a product. One start sees only one vector of a repeated eigenvalue. So what converged is
 * locked, a second start looks in the rest of the space, and it ends when the rest holds nothing larger.
 *
 * C. Lanczos, "An Iteration Method for the Solution of the Eigenvalue Problem", Journal of Research of the National
 * Bureau of Standards 45 (1950); B. Parlett, "The Symmetric Eigenvalue Problem" (1998), chapters 6 and 13, for "twice is
 * enough" and the residual; the start is of the seeded generator, so the answer is one.
 */
import { invariant } from '#model/invariant.ts'
import { fillNormals, randomKey } from '#numerics/random.ts'
import { orient, symmetricEigen, type Eigenpairs } from '#numerics/symmetric-eigen.ts'
import { tridiagonalEigen } from '#numerics/tridiagonal-eigen.ts'

/** A symmetric matrix as what it does to a vector. */
export interface SymmetricOperator {
  readonly size: number
  /** out ← A x. */
  readonly multiply: (x: Float64Array, out: Float64Array) => void
}

/** Up to this size the whole spectrum is as quick. */
const DENSE_SIZE = 32
/** Ritz values are looked at after every so many steps. */
const LOOK_EVERY = 8
/** So many steps of a second start show a repeated eigenvalue that the first has missed. */
const PROBE_STEPS = 16
/** Relative to the largest eigenvalue: smaller residuals are rounding. */
const ROUNDING = 1e-13

/**
 * @param count - how many pairs, ≤ size
 * @param tolerance - most ‖Av − λv‖ relative to the largest eigenvalue; eigenvalues are off by about its square
 *
 * @example
 * const twice = { size: 2, multiply: (x, out) => out.set(x.map((value, i) => value * (2 - i))) }
 * leadingEigenpairs(twice, 1).values[0] // => 2
 */
export function leadingEigenpairs(
  operator: SymmetricOperator,
  count: number,
  tolerance = 1e-10,
): Eigenpairs {
  const { size } = operator
  invariant(count <= size, 'a matrix has no more eigenpairs than rows')
  if (size <= DENSE_SIZE || count * 3 > size) return firstOf(symmetricEigen(written(operator), size), count) // prettier-ignore
  let found: readonly Pair[] = []
  for (let start = 0; found.length < size; start++) {
    const least = found.length < count ? undefined : (found[count - 1]?.value ?? 0)
    const more = oneStart(operator, found, { start, count, tolerance, least })
    if (more.length === 0) break
    found = [...found, ...more].toSorted((a, b) => b.value - a.value)
  }
  return joined(found.slice(0, count), size)
}

interface Pair {
  readonly value: number
  readonly vector: Float64Array
}

interface Search {
  /** Numbers the start vectors. */
  readonly start: number
  readonly count: number
  readonly tolerance: number
  /** Only larger values matter; undefined: all do. */
  readonly least: number | undefined
}

/** The tridiagonal and its basis, as far as they have grown. */
interface Krylov {
  readonly basis: Float64Array[]
  readonly diagonal: number[]
  readonly beside: number[]
}

/** What one start vector leads to in the space that locked pairs leave; none where nothing there is large enough. */
function oneStart(
  operator: SymmetricOperator,
  locked: readonly Pair[],
  search: Search,
): readonly Pair[] {
  const most = operator.size - locked.length
  const need = Math.min(search.count, most)
  const grown: Krylov = { basis: [], diagonal: [], beside: [] }
  const walls = locked.map(({ vector }) => vector)
  let next = startVector(operator.size, search.start, walls)
  const known = locked[0]?.value ?? 0
  for (let m = 1; ; m++) {
    const rest = grow(operator, grown, walls, next)
    const isAll = m === most || rest.length <= ROUNDING * Math.max(known, largestOf(grown))
    if (isAll) return pairsOf(grown, Math.min(need, m), search.least)
    if (m % LOOK_EVERY === 0) {
      const verdict = look(grown, rest.length, need, search)
      if (verdict === 'nothing') return []
      if (verdict === 'converged') return pairsOf(grown, need, search.least)
    }
    next = rest.vector
  }
}

/** One step: the product, less what the basis already has of it. */
function grow(
  operator: SymmetricOperator,
  { basis, diagonal, beside }: Krylov,
  walls: readonly Float64Array[],
  next: Float64Array,
): { readonly vector: Float64Array; readonly length: number } {
  basis.push(next)
  const product = new Float64Array(operator.size)
  operator.multiply(next, product)
  diagonal.push(dot(next, product))
  let length = lengthOf(product)
  for (let pass = 0; pass < 3; pass++) {
    const before = length
    for (const other of walls) remove(product, other)
    for (const other of basis) remove(product, other)
    length = lengthOf(product)
    // What keeps most of its length has lost nothing to rounding.
    if (pass > 0 && length > 0.7 * before) break
  }
  beside.push(length)
  if (length > 0) for (let i = 0; i < product.length; i++) product[i]! /= length
  return { vector: product, length }
}

/** Residuals are the last off-diagonal times the last component of each small eigenvector. */
function look(
  { diagonal, beside }: Krylov,
  rest: number,
  need: number,
  { tolerance, least }: Search,
): 'converged' | 'nothing' | 'more' {
  const m = diagonal.length
  const last = new Float64Array(m)
  last[m - 1] = 1
  const small = tridiagonalEigen(Float64Array.from(diagonal), Float64Array.from(beside), last, 1)
  const largest = Math.abs(small.values[0] ?? 0)
  if (least !== undefined && m >= PROBE_STEPS && !(small.values[0]! > least * (1 + 1e-9)))
    return 'nothing'
  if (m < need) return 'more'
  for (let j = 0; j < need; j++) {
    if (least !== undefined && !(small.values[j]! > least)) break
    if (rest * Math.abs(small.rows[j]!) > tolerance * largest) return 'more'
  }
  return 'converged'
}

/** The first `need` Ritz pairs, those above `least` where it is given. */
function pairsOf(
  { basis, diagonal, beside }: Krylov,
  need: number,
  least: number | undefined,
): readonly Pair[] {
  const m = basis.length
  const unit = new Float64Array(m * m)
  for (let i = 0; i < m; i++) unit[i * m + i] = 1
  const small = tridiagonalEigen(Float64Array.from(diagonal), Float64Array.from(beside), unit, m)
  const pairs: Pair[] = []
  for (let j = 0; j < need; j++) {
    const value = small.values[j]!
    if (least !== undefined && !(value > least)) break
    const vector = new Float64Array(basis[0]!.length)
    for (let k = 0; k < m; k++) addTimes(vector, small.rows[j * m + k]!, basis[k]!)
    pairs.push({ value, vector })
  }
  return pairs
}

function startVector(size: number, start: number, walls: readonly Float64Array[]): Float64Array {
  const vector = new Float64Array(size)
  fillNormals(randomKey(0, 'lanczos', start), vector)
  for (let pass = 0; pass < 2; pass++) for (const other of walls) remove(vector, other)
  const length = lengthOf(vector)
  return vector.map((value) => value / length)
}

function joined(pairs: readonly Pair[], size: number): Eigenpairs {
  const vectors = new Float64Array(pairs.length * size)
  pairs.forEach(({ vector }, j) => {
    orient(vector)
    vectors.set(vector, j * size)
  })
  return { values: Float64Array.from(pairs, ({ value }) => value), vectors, size }
}

const firstOf = ({ values, vectors, size }: Eigenpairs, count: number): Eigenpairs => ({
  values: values.slice(0, count),
  vectors: vectors.slice(0, count * size),
  size,
})

/** The matrix itself, a column at a time. */
function written({ size, multiply }: SymmetricOperator): Float64Array {
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const unit = new Float64Array(size)
    unit[i] = 1
    multiply(unit, matrix.subarray(i * size, (i + 1) * size))
  }
  return matrix
}

const largestOf = ({ diagonal }: Krylov): number =>
  diagonal.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)

function remove(x: Float64Array, unit: Float64Array): void {
  addTimes(x, -dot(x, unit), unit)
}

function addTimes(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i]! += factor * y[i]!
}

/** Four sums side by side: the additions do not wait for each other. */
function dot(a: Float64Array, b: Float64Array): number {
  const even = a.length - (a.length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let i = 0; i < even; i += 4) {
    s0 += a[i]! * b[i]!
    s1 += a[i + 1]! * b[i + 1]!
    s2 += a[i + 2]! * b[i + 2]!
    s3 += a[i + 3]! * b[i + 3]!
  }
  for (let i = even; i < a.length; i++) s0 += a[i]! * b[i]!
  return s0 + s1 + (s2 + s3)
}

const lengthOf = (x: Float64Array): number => Math.sqrt(dot(x, x))
