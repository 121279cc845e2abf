/**
 * The dense products of the solver: outer products into a Gram matrix, and exposures times a root of their covariance.
 * Several rows at a time, so that what is read and written serves several products.
 */

/**
 * Adds Σ eeᵀ of four rows e to the upper half of a matrix, two of its rows at a time; below the diagonal nothing holds.
 *
 * @param at - where the matrix begins in `gram`, whose rows are `stride` apart
 * @param rows - 4 × size
 */
export function addOuterProducts(
  gram: Float64Array,
  at: number,
  stride: number,
  rows: Float64Array,
  size: number,
): void {
  const second = size
  const third = 2 * size
  const fourth = 3 * size
  for (let i = 0; i < size; i += 2) {
    // The last of an odd number goes alone.
    const next = i + 1 < size ? i + 1 : i
    const x0 = rows[i]!
    const x1 = rows[second + i]!
    const x2 = rows[third + i]!
    const x3 = rows[fourth + i]!
    const y0 = next > i ? rows[next]! : 0
    const y1 = next > i ? rows[second + next]! : 0
    const y2 = next > i ? rows[third + next]! : 0
    const y3 = next > i ? rows[fourth + next]! : 0
    const out = at + i * stride
    const below = at + next * stride
    for (let j = i; j < size; j++) {
      const r0 = rows[j]!
      const r1 = rows[second + j]!
      const r2 = rows[third + j]!
      const r3 = rows[fourth + j]!
      gram[out + j]! += x0 * r0 + x1 * r1 + (x2 * r2 + x3 * r3)
      gram[below + j]! += y0 * r0 + y1 * r1 + (y2 * r2 + y3 * r3)
    }
  }
}

/**
 * Adds Σ wᵢ·(row i of a matrix) over some rows, from one column on, to sums.
 *
 * @param of - the rows, `count` of them
 * @param stride - between rows
 */
export function addRows(
  sums: Float64Array,
  matrix: Float64Array,
  stride: number,
  from: number,
  of: Int32Array,
  count: number,
  w: Float64Array,
): void {
  let at = 0
  for (; at + 3 < count; at += 4) {
    const i0 = of[at]!
    const i1 = of[at + 1]!
    const i2 = of[at + 2]!
    const i3 = of[at + 3]!
    const w0 = w[i0]!
    const w1 = w[i1]!
    const w2 = w[i2]!
    const w3 = w[i3]!
    const [r0, r1, r2, r3] = [i0 * stride, i1 * stride, i2 * stride, i3 * stride]
    for (let j = from; j < stride; j++)
      sums[j]! += w0 * matrix[r0 + j]! + w1 * matrix[r1 + j]! + (w2 * matrix[r2 + j]! + w3 * matrix[r3 + j]!) // prettier-ignore
  }
  for (; at < count; at++) {
    const i = of[at]!
    for (let j = from; j < stride; j++) sums[j]! += w[i]! * matrix[i * stride + j]!
  }
}

/**
 * F·L, two rows of F and four columns at a time.
 *
 * @param F - n × k, row-major
 * @param L - k × rank
 * @returns n × rank
 */
export function product(
  F: Float64Array,
  L: Float64Array,
  n: number,
  k: number,
  rank: number,
): Float64Array {
  const sums = new Float64Array(n * rank)
  const whole = k - (k % 4)
  const pairs = n - (n % 2)
  for (let i = 0; i < pairs; i += 2)
    for (let j = 0; j < whole; j += 4) addBlock(sums, i * rank, F, i * k + j, k, L, j * rank, rank)
  // What is left over: the last factors of each pair, and the last row.
  for (let i = 0; i < n; i++)
    for (let j = i < pairs ? whole : 0; j < k; j++) {
      const x = F[i * k + j]!
      for (let t = 0; t < rank; t++) sums[i * rank + t]! += x * L[j * rank + t]!
    }
  return sums
}

function addBlock(
  sums: Float64Array,
  at: number,
  F: Float64Array,
  from: number,
  k: number,
  L: Float64Array,
  first: number,
  rank: number,
): void {
  // prettier-ignore
  const x0 = F[from]!
  const x1 = F[from + 1]!
  const x2 = F[from + 2]!
  const x3 = F[from + 3]!
  const y0 = F[from + k]!
  const y1 = F[from + k + 1]!
  const y2 = F[from + k + 2]!
  const y3 = F[from + k + 3]!
  const second = first + rank
  const third = second + rank
  const fourth = third + rank
  const below = at + rank
  for (let t = 0; t < rank; t++) {
    const r0 = L[first + t]!
    const r1 = L[second + t]!
    const r2 = L[third + t]!
    const r3 = L[fourth + t]!
    sums[at + t]! += x0 * r0 + x1 * r1 + (x2 * r2 + x3 * r3)
    sums[below + t]! += y0 * r0 + y1 * r1 + (y2 * r2 + y3 * r3)
  }
}
