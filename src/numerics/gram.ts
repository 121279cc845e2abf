/** Inner products of all pairs of rows. */
import { invariant } from '#model/invariant.ts'

/**
 * A Aᵀ, two rows against two at a time, so that four sums share each number that is read.
 *
 * @param rows - A, n × width, row-major
 * @returns symmetric, n × n, row-major
 *
 * @example
 * [...gramOf(Float64Array.of(1, 2, 3, 4), 2, 2)] // => [5, 11, 11, 25]
 */
export function gramOf(rows: Float64Array, n: number, width: number): Float64Array {
  invariant(rows.length === n * width, 'a matrix is rows × width')
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i += 2)
    for (let j = 0; j <= i; j += 2) twoByTwo(rows, width, n, i, j, products)
  return products
}

/**
 * Rows i and i + 1 with j and j + 1; at an odd edge the last row stands for both. No pair is taken apart in the loop: arrays made
 * to be taken apart cost ten times the products.
 */
function twoByTwo(
  rows: Float64Array,
  width: number,
  n: number,
  i: number,
  j: number,
  products: Float64Array,
): void {
  const iNext = Math.min(i + 1, n - 1)
  const jNext = Math.min(j + 1, n - 1)
  const a0 = i * width
  const a1 = iNext * width
  const b0 = j * width
  const b1 = jNext * width
  let s00 = 0
  let s01 = 0
  let s10 = 0
  let s11 = 0
  for (let t = 0; t < width; t++) {
    const x0 = rows[a0 + t]!
    const x1 = rows[a1 + t]!
    const y0 = rows[b0 + t]!
    const y1 = rows[b1 + t]!
    s00 += x0 * y0
    s01 += x0 * y1
    s10 += x1 * y0
    s11 += x1 * y1
  }
  products[i * n + j] = products[j * n + i] = s00
  products[i * n + jNext] = products[jNext * n + i] = s01
  products[iNext * n + j] = products[j * n + iNext] = s10
  products[iNext * n + jNext] = products[jNext * n + iNext] = s11
}
