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
    for (let j = 0; j <= i; j += 2)
      pairOfPairs(rows, width, [i, Math.min(i + 1, n - 1)], [j, Math.min(j + 1, n - 1)], products)
  return products
}

/** Rows a and a′ with b and b′; at an odd edge the last row stands for both. */
function pairOfPairs(
  rows: Float64Array,
  width: number,
  [i0, i1]: readonly [number, number],
  [j0, j1]: readonly [number, number],
  products: Float64Array,
): void {
  const n = Math.round(Math.sqrt(products.length))
  const [a0, a1, b0, b1] = [i0 * width, i1 * width, j0 * width, j1 * width]
  let [s00, s01, s10, s11] = [0, 0, 0, 0]
  for (let t = 0; t < width; t++) {
    const [x0, x1, y0, y1] = [rows[a0 + t]!, rows[a1 + t]!, rows[b0 + t]!, rows[b1 + t]!]
    s00 += x0 * y0
    s01 += x0 * y1
    s10 += x1 * y0
    s11 += x1 * y1
  }
  products[i0 * n + j0] = products[j0 * n + i0] = s00
  products[i0 * n + j1] = products[j1 * n + i0] = s01
  products[i1 * n + j0] = products[j0 * n + i1] = s10
  products[i1 * n + j1] = products[j1 * n + i1] = s11
}
