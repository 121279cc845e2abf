/**
 * A semismooth Newton method on the dual of the portfolio problem (`dual.ts`). A step takes the Gram matrix of the
 * free names, eliminates the factors, and solves the small problem that is left with the multipliers' signs and kinks
 * in it (`kinked-quadratic.ts`); the step's length is exact (`line-search.ts`). O(n·(k + m) + free·(k + m)²) an
 * iteration, and from good multipliers only one or two iterations. Needs curvature qᵢ > 0 of every name.
 *
 * L. Qi & J. Sun, "A nonsmooth version of Newton's method" (1993); X. Li, D. Sun & K.-C. Toh, "A highly efficient
 * semismooth Newton augmented Lagrangian method" (2018), for duals whose Hessian only the free variables form.
 */
import {
  advance,
  directionOf,
  dualPointAt,
  responseOf,
  type DualForm,
  type DualPoint,
} from '#numerics/portfolio/dual.ts'
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import { kinkedQuadraticMinimum, slopeExcess } from '#numerics/portfolio/kinked-quadratic.ts'
import { spendingSlope } from '#numerics/portfolio/problem.ts'
import { exactStep } from '#numerics/portfolio/line-search.ts'

/** Largest residual of a row or factor equation, in weights, that counts as solved. */
const TOLERANCE = 1e-12
/** What rounding may leave where no step improves on it any more. */
const ROUNDING = 1e-10
const MOST_ITERATIONS = 200
/** Iterations without progress before the regularisation gives way. */
const PATIENCE = 4

export interface DualOutcome {
  readonly status: 'optimal' | 'unbounded' | 'max-iterations'
  readonly point: DualPoint
  readonly iterations: number
}

/** @param theta - where to begin: rows' multipliers in the order of the form, then p */
export function dualNewton(form: DualForm, theta: Float64Array): DualOutcome {
  let point = dualPointAt(form, theta)
  const floors = curvatureFloors(form)
  let best = Infinity
  let stalled = 0
  for (let iterations = 0; iterations < MOST_ITERATIONS; iterations++) {
    const residual = residualOf(form, point)
    if (residual <= TOLERANCE) return { status: 'optimal', point, iterations }
    stalled = residual < 0.5 * best ? 0 : stalled + 1
    best = Math.min(best, residual)
    if (residual <= ROUNDING && stalled > 2) return { status: 'optimal', point, iterations }
    // Where curvature is far below what every name free would give, the measure holds steps back: it gives way.
    const regularization = Math.min(1e-3, residual * 1e-2) / 4 ** Math.max(0, stalled - PATIENCE)
    const step = newtonDirection(form, point, floors, regularization)
    const share = exactStep(form, point, step)
    if (share === Infinity) return { status: 'unbounded', point, iterations }
    advance(form, point, step, share)
    if (iterations % 16 === 15) point = dualPointAt(form, point.theta)
  }
  return { status: 'max-iterations', point, iterations: MOST_ITERATIONS }
}

/** The largest distance of a row or of a factor equation from stationary. */
function residualOf({ m, width, support }: DualForm, { theta, values }: DualPoint): number {
  let worst = 0
  for (let j = 0; j < m; j++)
    worst = Math.max(worst, Math.abs(slopeExcess(-values[j]!, theta[j]!, j, support)))
  for (let j = m; j < width; j++) worst = Math.max(worst, Math.abs(theta[j]! - values[j]!))
  return worst
}

/** The curvature that each row would have were every name free: the measure of a regularisation. */
function curvatureFloors({ problem, m, width, matrix }: DualForm): Float64Array {
  const floors = new Float64Array(m)
  for (let i = 0; i < problem.n; i++) {
    const response = 1 / problem.curvature[i]!
    for (let j = 0; j < m; j++) floors[j]! += matrix[i * width + j]! ** 2 * response
  }
  return floors.map((floor) => (floor > 0 ? floor : 1))
}

function newtonDirection(
  form: DualForm,
  point: DualPoint,
  floors: Float64Array,
  regularization: number,
): ReturnType<typeof directionOf> {
  const { m, width } = form
  const k = width - m
  const { theta, values } = point
  const gram = freeGram(form, point)
  // The factors' block comes first here, so that one factorisation eliminates it.
  const block = new Float64Array(k * k)
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++)
      block[i * k + j] = gram[(m + j) * width + m + i]! + (i === j ? 1 : 0)
  factorize(block, k)
  const residual = Float64Array.from({ length: k }, (_, j) => theta[m + j]! - values[m + j]!)
  solveLower(block, residual, k)
  const coupling = Array.from({ length: m }, (_, j) => {
    const column = gram.slice(j * width + m, (j + 1) * width)
    solveLower(block, column, k)
    return column
  })
  const S = new Float64Array(m * m)
  const pull = new Float64Array(m)
  for (let i = 0; i < m; i++) {
    pull[i] = -values[i]! - dot(coupling[i]!, residual)
    for (let j = 0; j <= i; j++)
      S[i * m + j] = S[j * m + i] = gram[j * width + i]! - dot(coupling[i]!, coupling[j]!)
    S[i * m + i] = Math.max(0, S[i * m + i]!) + (regularization + 1e-13) * floors[i]!
  }
  const before = theta.slice(0, m)
  const after = kinkedQuadraticMinimum(S, pull, before, form.support)
  const step = new Float64Array(width)
  for (let j = 0; j < m; j++) {
    step[j] = after[j]! - before[j]!
    for (let i = 0; i < k; i++) residual[i]! += coupling[j]![i]! * step[j]!
  }
  solveUpper(block, residual, k)
  for (let i = 0; i < k; i++) step[m + i] = -residual[i]!
  return directionOf(form, step)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** Σ over free names of eeᵀ / curvature, upper half, where e is a name's row with the signs of w and z. */
function freeGram(
  { problem, grossEnd, turnoverEnd, spending, width, matrix }: DualForm,
  point: DualPoint,
): Float64Array {
  // prettier-ignore
  const { n, start } = problem
  const gathered = new Float64Array(4 * width)
  const gram = new Float64Array(width * width)
  let held = 0
  for (let i = 0; i < n; i++) {
    const w = point.weights[i]!
    const response = responseOf(problem, point, i, w)
    if (response === 0) continue
    const scale = Math.sqrt(response)
    const [row, at] = [i * width, held * width]
    const [bySize, byTrade] = [scale * Math.sign(w), scale * Math.sign(w - start[i]!)]
    for (let j = 0; j < grossEnd; j++) gathered[at + j] = matrix[row + j]! * bySize
    for (let j = grossEnd; j < turnoverEnd; j++) gathered[at + j] = matrix[row + j]! * byTrade
    for (let j = turnoverEnd; j < width; j++) gathered[at + j] = matrix[row + j]! * scale
    for (let j = 0; j < spending.length; j++)
      gathered[at + turnoverEnd + j]! += spendingSlope(spending[j]!, i, Math.abs(w - start[i]!)) * byTrade // prettier-ignore
    if (++held < 4) continue
    addFour(gram, gathered, width)
    held = 0
  }
  if (held > 0) addFour(gram, gathered.fill(0, held * width), width)
  return gram
}

/** Adds four outer products at once, so that sums are read and written a quarter as often. */
function addFour(gram: Float64Array, rows: Float64Array, width: number): void {
  const [second, third, fourth] = [width, 2 * width, 3 * width]
  for (let a = 0; a < width; a++) {
    const [x0, x1, x2, x3] = [rows[a]!, rows[second + a]!, rows[third + a]!, rows[fourth + a]!]
    if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
    const out = a * width
    for (let b = a; b < width; b++)
      gram[out + b]! += x0 * rows[b]! + x1 * rows[second + b]! + x2 * rows[third + b]! + x3 * rows[fourth + b]! // prettier-ignore
  }
}
