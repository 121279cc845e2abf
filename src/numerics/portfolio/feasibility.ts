/**
 * Whether limits can hold together, proven. Every row may be exceeded at the price of 1 a unit; what is paid at least
 * is nil exactly when all can hold. The multipliers of that problem are a Farkas certificate where they cannot: with
 *
 *     V = Σᵢ min over lowerᵢ ≤ w ≤ upperᵢ of [what the multipliers charge] − Σⱼ supportⱼ(xⱼ) > 0
 *
 * no w inside the bounds satisfies the rows, whatever rounding did on the way, since V is computed afresh.
 *
 * O. Mangasarian & R. Meyer, "Nonlinear Perturbation of Linear Programs" (1979): a small curvature leaves the cheapest
 * relaxation the cheapest.
 */
import { dualFormOf, type DualForm } from '#numerics/portfolio/dual-form.ts'
import { dualNewton } from '#numerics/portfolio/dual-newton.ts'
import { rowValue, type PortfolioProblem, type Row } from '#numerics/portfolio/problem.ts'
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'

/**
 * Prices of a unit of relaxation against a curvature of one. The curvature moves multipliers off those of the linear
 * problem by a weight / price, which names without bounds lean on: where a certificate fails for it, a higher price.
 */
const PRICES = [1e4, 1e6, 1e8]
/** Beyond this no weight is looked for, where a name has no bound. */
const LARGEST_WEIGHT = 100
/** Relaxations below this are rounding. */
const LEAST_CONFLICT = 1e-9

/** The limits of a problem, without what it is to optimise. */
export type Limits = Pick<PortfolioProblem, 'n' | 'start' | 'lower' | 'upper' | 'rows'>

export interface Infeasibility {
  /** By how much each row would have to give, cheapest in sum; in the rows' order. */
  readonly relaxation: Float64Array
  /** The certificate: multipliers of the rows, largest 1. */
  readonly multipliers: Float64Array
  /** How a certificate charges each name: the bounds that it leans on have the sign. */
  readonly leansOn: Int8Array
}

/** @returns undefined where the limits can hold together */
export function infeasibilityOf(limits: Limits): Infeasibility | undefined {
  const problem = elasticProblem(limits)
  for (const price of PRICES) {
    const form = dualFormOf(problem, price)
    const { point } = dualNewton(form, new Float64Array(form.width))
    const largest = point.theta.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    if (largest === 0) return undefined
    const theta = point.theta.map((x) => x / largest)
    const { value, leansOn } = certificate(form, theta)
    const relaxation = Float64Array.from(limits.rows, (row) => excessOf(problem, row, point.weights)) // prettier-ignore
    if (!(value > LEAST_CONFLICT)) {
      if (relaxation.every((excess) => excess === 0)) return undefined
      continue
    }
    const multipliers = new Float64Array(form.m)
    form.order.forEach((row, j) => (multipliers[row] = theta[j]!))
    return { relaxation, multipliers, leansOn }
  }
  return undefined
}

function excessOf(problem: PortfolioProblem, row: Row, w: Float64Array): number {
  const value = rowValue(problem, row, w)
  const excess = Math.max(0, value - row.upper, row.lower - value)
  return excess > LEAST_CONFLICT ? excess : 0
}

function elasticProblem({ n, start, lower, upper, rows }: Limits): PortfolioProblem {
  const none = new Float64Array(n)
  return {
    n,
    start,
    rows,
    forecast: none,
    curvature: new Float64Array(n).fill(1),
    loadings: new Float64Array(0),
    factors: 0,
    holdingCost: none,
    tradingCost: none,
    impact: none,
    lower: lower.map((bound) => Math.max(bound, -LARGEST_WEIGHT)),
    upper: upper.map((bound) => Math.min(bound, LARGEST_WEIGHT)),
  }
}

function certificate(
  form: DualForm,
  theta: Float64Array,
): { readonly value: number; readonly leansOn: Int8Array } {
  // prettier-ignore
  const { problem, m, support } = form
  const leansOn = new Int8Array(problem.n)
  let value = 0
  for (let j = 0; j < m; j++) {
    const x = theta[j]!
    if (x !== 0) value -= x * (x > 0 ? support.upper[j]! : support.lower[j]!)
  }
  for (let i = 0; i < problem.n; i++) {
    const { least, lean } = leastCharge(form, theta, i)
    value += least
    leansOn[i] = lean
  }
  return { value, leansOn }
}

/** The least that the multipliers charge a name inside its bounds, and the bound that this leans on. */
function leastCharge(
  { problem, groupEnd, grossEnd, turnoverEnd, m, spending, group, matrix }: DualForm,
  theta: Float64Array,
  i: number,
): { readonly least: number; readonly lean: -1 | 0 | 1 } {
  // prettier-ignore
  let [s, a, b, v] = [0, 0, 0, group[i]! < groupEnd ? -theta[group[i]!]! : 0]
  const row = i * (m - groupEnd) - groupEnd
  for (let j = groupEnd; j < grossEnd; j++) s += matrix[row + j]! * theta[j]!
  for (let j = grossEnd; j < turnoverEnd; j++) a += matrix[row + j]! * theta[j]!
  for (let j = turnoverEnd; j < m; j++) v -= matrix[row + j]! * theta[j]!
  spending.forEach((spends, j) => {
    a += spends.trading[i]! * theta[turnoverEnd + j]!
    b += spends.impact[i]! * theta[turnoverEnd + j]!
  })
  const [start, lower, upper] = [problem.start[i]!, problem.lower[i]!, problem.upper[i]!]
  // Without impact a hardly curved step finds the corner; with impact the minimum is exact without curvature.
  const w = scalarStep(v, s, a, b, b > 0 ? 0 : 1e-12, start, lower, upper)
  const corners = [w, lower, upper, clamp(0, lower, upper), clamp(start, lower, upper)]
  const charges = corners.map(charge)
  const least = Math.min(...charges)
  if (lower === upper) return { least, lean: v > 0 ? 1 : -1 }
  const isBinding = least > Math.min(charge(0), charge(start)) + 1e-14
  const isPushed = b > 0 ? w === lower || w === upper : Math.abs(v) > s + a + 1e-12
  const best = corners[charges.indexOf(least)]!
  const lean = !isBinding && !isPushed ? 0 : best >= upper ? 1 : best <= lower ? -1 : 0
  return { least, lean }

  function charge(x: number): number {
    const size = Math.abs(x - start)
    return s * Math.abs(x) + size * (a + b * Math.sqrt(size)) - v * x
  }
}

const clamp = (x: number, lower: number, upper: number): number =>
  Math.min(Math.max(x, lower), upper)
