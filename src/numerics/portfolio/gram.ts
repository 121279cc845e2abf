/**
 * The dense products of the solver: outer products into a Gram matrix, and exposures times a root of their covariance.
 * Several rows at a time, so that what is read and written serves several products.
 */

/**
 * Adds Σ eeᵀ of four rows e to the upper half of a matrix.
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
  for (let i = 0; i < size; i++) {
    const x0 = rows[i]!
    const x1 = rows[second + i]!
    const x2 = rows[third + i]!
    const x3 = rows[fourth + i]!
    if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
    const out = at + i * stride
    for (let j = i; j < size; j++)
      gram[out + j]! += x0 * rows[j]! + x1 * rows[second + j]! + (x2 * rows[third + j]! + x3 * rows[fourth + j]!) // prettier-ignore
  }
}

/**
 * F·L.
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
  for (let i = 0; i < n; i++) {
    const at = i * rank
    const from = i * k
    for (let j = 0; j < whole; j += 4) addFour(sums, at, F, from + j, L, j * rank, rank)
    for (let j = whole; j < k; j++) {
      const x = F[from + j]!
      for (let t = 0; t < rank; t++) sums[at + t]! += x * L[j * rank + t]!
    }
  }
  return sums
}

function addFour(
  sums: Float64Array,
  at: number,
  F: Float64Array,
  from: number,
  L: Float64Array,
  first: number,
  rank: number,
): void {
  // prettier-ignore
  const x0 = F[from]!
  const x1 = F[from + 1]!
  const x2 = F[from + 2]!
  const x3 = F[from + 3]!
  const second = first + rank
  const third = second + rank
  const fourth = third + rank
  for (let t = 0; t < rank; t++)
    sums[at + t]! += x0 * L[first + t]! + x1 * L[second + t]! + (x2 * L[third + t]! + x3 * L[fourth + t]!) // prettier-ignore
}
