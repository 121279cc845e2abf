/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by the implicit QR algorithm with Wilkinson's shift.
 *
 * G. Golub & C. Van Loan, "Matrix Computations", 4th ed. (2013), section 8.3 (algorithms 8.3.2 and 8.3.3); J. Wilkinson,
 * "Global Convergence of Tridiagonal QR Algorithm with Origin Shifts", Linear Algebra and its Applications 1 (1968).
 */
import { invariant } from '#model/invariant.ts'

/** Below this, relative to its neighbours on the diagonal, an off-diagonal entry is rounding. */
const EPSILON = 2.220446049250313e-16
/** Wilkinson's shift needs two or three sweeps an eigenvalue; so many mean that the input was not finite. */
const MOST_SWEEPS = 40

/** Eigenvalues, largest first, and what becomes of the rows. */
export interface Spectrum {
  readonly values: Float64Array
  /** One row a value, each `width` long. */
  readonly rows: Float64Array
  readonly width: number
}

/**
 * With T = Vᵀ diag(values) V, the rows of V are unit eigenvectors; what is returned is V times the rows passed in, so that
 * who wants only one component of each vector does not pay for all.
 *
 * @param diagonal - [m]
 * @param beside - entry i couples i and i + 1, [m − 1] or longer
 * @param rows - m × width, row-major: the unit matrix for whole vectors, one column of it for one component
 *
 * @example
 * tridiagonalEigen(Float64Array.of(2, 2), Float64Array.of(1), new Float64Array(2), 1).values[0] // => 3 ± 1e-14
 */
export function tridiagonalEigen(
  diagonal: Float64Array,
  beside: Float64Array,
  rows: Float64Array,
  width: number,
): Spectrum {
  const m = diagonal.length
  invariant(rows.length === m * width, 'there is one row to turn for each row of a tridiagonal')
  const work = { d: diagonal.slice(), off: beside.slice(0, m - 1), rows: rows.slice(), width }
  let [last, sweeps] = [m - 1, 0]
  while (last > 0) {
    if (isSplit(work, last - 1)) {
      work.off[last - 1] = 0
      last -= 1
      sweeps = 0
      continue
    }
    invariant((sweeps += 1) <= MOST_SWEEPS, 'the eigenvalues of a finite tridiagonal converge')
    let first = last - 1
    while (first > 0 && !isSplit(work, first - 1)) first -= 1
    sweep(work, first, last)
  }
  return sorted(work)
}

interface Work {
  /** The diagonal, which becomes the eigenvalues. */
  readonly d: Float64Array
  readonly off: Float64Array
  readonly rows: Float64Array
  readonly width: number
}

const isSplit = ({ d, off }: Work, i: number): boolean =>
  Math.abs(off[i]!) <= EPSILON * (Math.abs(d[i]!) + Math.abs(d[i + 1]!))

/** One implicit QR step on the unreduced block first…last: a chain of rotations that chases the bulge down. */
function sweep(work: Work, first: number, last: number): void {
  const { d, off } = work
  const half = (d[last - 1]! - d[last]!) / 2
  const corner = off[last - 1]!
  const root = Math.sqrt(half * half + corner * corner)
  const shift = d[last]! - (corner * corner) / (half + (half < 0 ? -root : root))
  let [x, z] = [d[first]! - shift, off[first]!]
  for (let k = first; k < last; k++) {
    const r = Math.sqrt(x * x + z * z)
    const c = r > 0 ? x / r : 1
    const s = r > 0 ? z / r : 0
    if (k > first) off[k - 1] = r
    const a = d[k]!
    const b = d[k + 1]!
    const between = off[k]!
    d[k] = c * c * a + 2 * c * s * between + s * s * b
    d[k + 1] = s * s * a - 2 * c * s * between + c * c * b
    off[k] = c * s * (b - a) + (c * c - s * s) * between
    turnRows(work, k, c, s)
    if (k + 1 === last) continue
    x = off[k]!
    z = s * off[k + 1]!
    off[k + 1]! *= c
  }
}

function turnRows({ rows, width }: Work, k: number, c: number, s: number): void {
  const [from, to] = [k * width, (k + 1) * width]
  for (let j = 0; j < width; j++) {
    const a = rows[from + j]!
    const b = rows[to + j]!
    rows[from + j] = c * a + s * b
    rows[to + j] = c * b - s * a
  }
}

/** Largest first; equals in the order they were found in. */
function sorted({ d, rows, width }: Work): Spectrum {
  const order = Array.from(d, (_, i) => i).toSorted((a, b) => d[b]! - d[a]! || a - b)
  const found = new Float64Array(rows.length)
  order.forEach((from, at) => found.set(rows.subarray(from * width, (from + 1) * width), at * width)) // prettier-ignore
  return { values: Float64Array.from(order, (i) => d[i]!), rows: found, width }
}
