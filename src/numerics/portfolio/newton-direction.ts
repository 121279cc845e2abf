/**
 * The direction of a Newton step on the dual: the Gram matrix of the free names, the factors eliminated from it, and
 * the small problem that is left solved with the multipliers' signs and kinks in it.
 */
import { dotOf, factorize, solveLower, solveUpper } from '#numerics/portfolio/cholesky.ts'
import {
  directionOf,
  responseOf,
  type DualDirection,
  type DualPoint,
} from '#numerics/portfolio/dual.ts'
import type { DualForm } from '#numerics/portfolio/dual-form.ts'
import { addOuterProducts } from '#numerics/portfolio/gram.ts'
import { kinkedQuadraticMinimum } from '#numerics/portfolio/kinked-quadratic.ts'
import { spendingSlope } from '#numerics/portfolio/problem.ts'

/** @param regularization - curvature added to each row's, as a share of what it would have were every name free */
export function newtonDirection(
  form: DualForm,
  point: DualPoint,
  regularization: number,
): DualDirection {
  const { m, width, floors, support } = form
  const k = width - m
  const { theta, values } = point
  const { block, coupling, S } = eliminated(form, freeGram(form, point))
  const residual = new Float64Array(k)
  for (let i = 0; i < k; i++) residual[i] = theta[m + i]! - values[m + i]!
  solveLower(block, residual, k)
  const pull = new Float64Array(m)
  for (let j = 0; j < m; j++) {
    pull[j] = -values[j]! - dotOf(coupling, j * k, residual, 0, k)
    S[j * m + j] = Math.max(0, S[j * m + j]!) + (regularization + 1e-13) * floors[j]!
  }
  const before = theta.slice(0, m)
  const after = kinkedQuadraticMinimum(S, pull, before, support)
  const step = new Float64Array(width)
  for (let j = 0; j < m; j++) {
    const change = after[j]! - before[j]!
    step[j] = change
    if (change !== 0) for (let i = 0; i < k; i++) residual[i]! += coupling[j * k + i]! * change
  }
  solveUpper(block, residual, k)
  for (let i = 0; i < k; i++) step[m + i] = -residual[i]!
  return directionOf(form, step)
}

interface Eliminated {
  /** Cholesky factor of the factors' block, k × k. */
  readonly block: Float64Array
  /** L⁻¹ of each row's part over the factors, m × k. */
  readonly coupling: Float64Array
  /** What is left to the rows, m × m. */
  readonly S: Float64Array
}

function eliminated({ m, width }: DualForm, gram: Float64Array): Eliminated {
  const k = width - m
  const block = new Float64Array(k * k)
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) block[i * k + j] = gram[(m + j) * width + m + i]!
    block[i * k + i]! += 1
  }
  factorize(block, k)
  const coupling = new Float64Array(m * k)
  for (let j = 0; j < m; j++) {
    // No name of the row is free.
    if (gram[j * width + j] === 0) continue
    const column = coupling.subarray(j * k, (j + 1) * k)
    column.set(gram.subarray(j * width + m, (j + 1) * width))
    solveLower(block, column, k)
  }
  const S = new Float64Array(m * m)
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i && gram[i * width + i] !== 0; j++)
      S[i * m + j] = S[j * m + i] = gram[j * width + i]! - dotOf(coupling, i * k, coupling, j * k, k) // prettier-ignore
  return { block, coupling, S }
}

/** Σ over free names of eeᵀ / curvature, upper half, where e is a name's row with the signs of w and z. */
function freeGram(form: DualForm, point: DualPoint): Float64Array {
  const { problem, groupEnd, width, group } = form
  const dense = width - groupEnd
  const gram = new Float64Array(width * width)
  const rows = new Float64Array(4 * dense)
  let held = 0
  for (let i = 0; i < problem.n; i++) {
    const response = responseOf(problem, point, i, point.weights[i]!)
    if (response === 0) continue
    const at = held * dense
    const scale = Math.sqrt(response)
    gather(form, point, i, scale, rows, at)
    const own = group[i]!
    if (own < groupEnd) {
      const out = own * width
      gram[out + own]! += response
      for (let j = 0; j < dense; j++) gram[out + groupEnd + j]! += scale * rows[at + j]!
    }
    if (++held < 4) continue
    addOuterProducts(gram, groupEnd * (width + 1), width, rows, dense)
    held = 0
  }
  if (held > 0)
    addOuterProducts(gram, groupEnd * (width + 1), width, rows.fill(0, held * dense), dense)
  return gram
}

/** A name's row with the signs of w and z, times a scale. */
function gather(
  { problem, groupEnd, grossEnd, turnoverEnd, spending, width, matrix }: DualForm,
  { weights }: DualPoint,
  i: number,
  scale: number,
  rows: Float64Array,
  at: number,
): void {
  // prettier-ignore
  const dense = width - groupEnd
  const w = weights[i]!
  const z = w - problem.start[i]!
  const bySize = scale * Math.sign(w)
  const byTrade = scale * Math.sign(z)
  const gross = grossEnd - groupEnd
  const turnover = turnoverEnd - groupEnd
  const row = i * dense
  for (let j = 0; j < gross; j++) rows[at + j] = matrix[row + j]! * bySize
  for (let j = gross; j < turnover; j++) rows[at + j] = matrix[row + j]! * byTrade
  for (let j = turnover; j < dense; j++) rows[at + j] = matrix[row + j]! * scale
  for (let j = 0; j < spending.length; j++)
    rows[at + turnover + j]! += spendingSlope(spending[j]!, i, Math.abs(z)) * byTrade
}
