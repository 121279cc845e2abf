/**
 * A semismooth Newton method on the dual over several steps (`dual.ts`): the factors are eliminated, the small problem
 * of the rows' multipliers that is left keeps their signs and kinks (`kinked-quadratic.ts`), and the step goes as far as
 * is best (`line-search.ts`). O(T·n·(k + m)) for each look and free names·(T·(k + m))² for each step; from good
 * multipliers a few steps. Needs curvature q > 0 of every name in every step.
 *
 * L. Qi & J. Sun, "A nonsmooth version of Newton's method" (1993), as in the single-period method.
 */
import { factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import { kinkedQuadraticMinimum, slopeExcess } from '#numerics/portfolio/kinked-quadratic.ts'
import { advance, chargesOf, dualPointAt, type DualForm, type DualPoint } from '#numerics/multi-period/dual.ts' // prettier-ignore
import { freeGram } from '#numerics/multi-period/gram.ts'
import { searchAlong, type Looking } from '#numerics/multi-period/line-search.ts'

/** Largest residual of a row or factor equation, in weights, that counts as solved. */
const TOLERANCE = 1e-12
/** What rounding may leave where so many steps have not halved it: the flatter the problem, the more. */
const ROUNDING = [
  { residual: 1e-10, stalled: 2 },
  { residual: 1e-9, stalled: 60 },
] as const
const MOST_ITERATIONS = 1_000
/** Shares of the residual that a step is regularised by, in turns: where few names are free one may go on for long. */
const REGULARIZATIONS = [1e-3, 1e-2, 1e-4] as const
const PATIENCE = 100

export interface DualOutcome {
  readonly status: 'optimal' | 'max-iterations'
  readonly point: DualPoint
  /** Of rows and factor equations, at worst. */
  readonly residual: number
  readonly iterations: number
}

/** @param theta - where to begin: T × width; `roots` of the trades with it, where they are known */
export function dualNewton(form: DualForm, theta: Float64Array, roots?: Float64Array): DualOutcome {
  // prettier-ignore
  const point = dualPointAt(form, theta, roots)
  const looking: Looking = structuredClone({ charges: point.charges, weights: point.weights, roots: point.roots }) // prettier-ignore
  const floors = curvatureFloors(form)
  let best = Infinity
  let stalled = 0
  for (let iterations = 0; ; iterations++) {
    const residual = residualOf(form, point)
    const outcome = { point, residual, iterations }
    if (residual <= TOLERANCE) return { ...outcome, status: 'optimal' }
    stalled = residual < 0.5 * best ? 0 : stalled + 1
    best = Math.min(best, residual)
    if (isRounding(residual, stalled)) return { ...outcome, status: 'optimal' }
    if (iterations === MOST_ITERATIONS) return { ...outcome, status: 'max-iterations' }
    const share = REGULARIZATIONS[Math.floor(iterations / PATIENCE) % REGULARIZATIONS.length]!
    const step = newtonStep(form, point, floors, Math.min(1e-3, residual * share))
    const change = chargesOf(form, step)
    const length = searchAlong(form, point, step, change, looking)
    advance(form, point, step, length)
  }
}

const isRounding = (left: number, steps: number): boolean =>
  ROUNDING.some(({ residual, stalled }) => left <= residual && steps > stalled)

/** The largest distance of a row or of a factor equation from stationary. */
function residualOf({ m, width, support }: DualForm, { theta, values }: DualPoint): number {
  let worst = 0
  for (let at = 0; at < theta.length; at++) {
    const j = at % width
    const row = Math.floor(at / width) * m + j
    const miss = j < m ? slopeExcess(-values[at]!, theta[at]!, row, support) : theta[at]! - values[at]! // prettier-ignore
    worst = Math.max(worst, Math.abs(miss))
  }
  return worst
}

/** The curvature that each row would have were every name free: the measure of a regularisation. */
function curvatureFloors({ problem, terrain, m, width, matrix }: DualForm): Float64Array {
  const { periods, curvature } = terrain
  const floors = new Float64Array(periods * m)
  for (let i = 0; i < problem.n; i++)
    for (let t = 0; t < periods; t++)
      for (let j = 0; j < m; j++)
        floors[t * m + j]! += matrix[i * width + j]! ** 2 / curvature[i * periods + t]!
  return floors.map((floor) => (floor > 0 ? floor : 1))
}

function newtonStep(
  form: DualForm,
  point: DualPoint,
  floors: Float64Array,
  regularization: number,
): Float64Array {
  const { m, width, terrain, support } = form
  const k = width - m
  const [rows, factors] = [terrain.periods * m, terrain.periods * k]
  const rowAt = (j: number) => Math.floor(j / m) * width + (j % m)
  const factorAt = (j: number) => Math.floor(j / k) * width + m + (j % k)
  const { theta, values } = point
  const gram = freeGram(form, point)
  const size = theta.length
  const entry = (a: number, b: number) => (a <= b ? gram[a * size + b]! : gram[b * size + a]!)
  const block = new Float64Array(factors * factors)
  for (let i = 0; i < factors; i++)
    for (let j = 0; j <= i; j++)
      block[i * factors + j] = entry(factorAt(j), factorAt(i)) + (i === j ? 1 : 0)
  factorize(block, factors)
  const residual = new Float64Array(factors)
  for (let j = 0; j < factors; j++) residual[j] = theta[factorAt(j)]! - values[factorAt(j)]!
  solveLower(block, residual, factors)
  const coupling = Array.from({ length: rows }, (_, j) => {
    const column = new Float64Array(factors)
    for (let i = 0; i < factors; i++) column[i] = entry(rowAt(j), factorAt(i))
    solveLower(block, column, factors)
    return column
  })
  const S = new Float64Array(rows * rows)
  const pull = new Float64Array(rows)
  const before = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    before[i] = theta[rowAt(i)]!
    pull[i] = -values[rowAt(i)]! - dot(coupling[i]!, residual)
    for (let j = 0; j <= i; j++)
      S[i * rows + j] = S[j * rows + i] = entry(rowAt(j), rowAt(i)) - dot(coupling[i]!, coupling[j]!) // prettier-ignore
    S[i * rows + i] = Math.max(0, S[i * rows + i]!) + (regularization + 1e-13) * floors[i]!
  }
  const after = kinkedQuadraticMinimum(S, pull, before, support)
  const step = new Float64Array(size)
  for (let j = 0; j < rows; j++) {
    const change = after[j]! - before[j]!
    step[rowAt(j)] = change
    if (change !== 0) for (let i = 0; i < factors; i++) residual[i]! += coupling[j]![i]! * change
  }
  solveUpper(block, residual, factors)
  for (let i = 0; i < factors; i++) step[factorAt(i)] = -residual[i]!
  return step
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
