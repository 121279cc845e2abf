/**
 * From an optimisation case to what the solver takes, over the horizon of h days: loadings G = √(2γh)·F·L with Σ = LLᵀ,
 * curvature 2γh·d, forecast r̂ + ½s and holding cost κρ + ½s, since s(w)₋ = ½s|w| − ½sw. Each name has the tightest of
 * its bounds. Rows that no weights inside the bounds can reach are left out: they cost time and are worth nothing.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { BoundLimit } from '#numerics/portfolio/conflict.ts'
import { factorLoadings } from '#numerics/portfolio/factor-loadings.ts'
import type { PortfolioProblem, Row, WarmStart } from '#numerics/portfolio/problem.ts'
import type { NameBound, OptimisationCase } from '#construction/optimisation/optimisation-case.ts'

export interface NormalForm {
  readonly problem: PortfolioProblem
  /** What the problem's bounds come from. */
  readonly bounds: readonly BoundLimit[]
  /** Of the problem's rows: their place in the case's limits. */
  readonly places: readonly number[]
}

/** Limits that cross by less than this meet. */
const ROUNDING = 1e-12

/** @returns else that the covariance has a negative eigenvalue */
export function normalFormOf(of: OptimisationCase): Result<NormalForm> {
  const { names, horizonDays, riskAversion, uncertaintyAversion, risk } = of
  const n = names.length
  const aversion = riskAversion * horizonDays
  const k = risk.factors.length
  const loadings = factorLoadings(risk.exposures, risk.factorCovariance, k, aversion)
  if (loadings === undefined)
    return err('risk.factorCovariance: has a negative eigenvalue, expected a positive semidefinite matrix') // prettier-ignore
  const bounds = boundLimitsOf(of.bounds)
  const box = tightestOf(of.bounds, n)
  const places = [...of.limits.keys()].filter((j) => canBind(of.limits[j]!, box, of.start))
  const problem: PortfolioProblem = {
    n,
    ...loadings,
    forecast: of.expectedReturn.map((value, i) => value + 0.5 * of.borrow[i]!),
    start: of.start,
    curvature: risk.specificVariance.map((variance) => 2 * aversion * variance),
    holdingCost: of.uncertainty.map((error, i) => uncertaintyAversion * error + 0.5 * of.borrow[i]!), // prettier-ignore
    tradingCost: of.tradingCost,
    impact: of.impact,
    ...box,
    rows: places.map((j) => rowOf(of.limits[j]!)),
  }
  return ok({ problem, bounds, places })
}

/** Only what the solver knows of a limit. */
const rowOf = ({ name, measure, rates, lower, upper, spends }: Row): Row => ({ name, measure, rates, lower, upper, ...(spends && { spends }) }) // prettier-ignore

/** The bounds of single names as the search for conflicts takes them. */
export const boundLimitsOf = (bounds: readonly NameBound[]): BoundLimit[] =>
  bounds.map(({ label, index, lower, upper }) => ({
    name: label,
    names: Int32Array.of(index),
    lower: Float64Array.of(lower),
    upper: Float64Array.of(upper),
  }))

export type Box = Pick<PortfolioProblem, 'lower' | 'upper'>

/** Between what each name must lie by all its bounds. */
export function tightestOf(bounds: readonly NameBound[], n: number): Box {
  const lower = new Float64Array(n).fill(-Infinity)
  const upper = new Float64Array(n).fill(Infinity)
  for (const bound of bounds) {
    lower[bound.index] = Math.max(lower[bound.index]!, bound.lower)
    upper[bound.index] = Math.min(upper[bound.index]!, bound.upper)
  }
  // Bounds from different limits may meet at a weight that neither can write exactly.
  for (let i = 0; i < n; i++)
    if (lower[i]! > upper[i]! && lower[i]! - upper[i]! <= ROUNDING) lower[i] = upper[i]!
  return { lower, upper }
}

/** Whether some weights inside the bounds are beyond a row. */
function canBind(
  { measure, rates, lower: least, upper: most, spends }: Row,
  { lower, upper }: Box,
  start: Float64Array,
): boolean {
  if (spends !== undefined) return true
  let [low, high] = [0, 0]
  for (let i = 0; i < rates.length; i++) {
    const rate = rates[i]!
    if (rate === 0) continue
    const from = measure === 'turnover' ? start[i]! : 0
    const ends = [rate * (lower[i]! - from), rate * (upper[i]! - from)] as const
    high += measure === 'net' ? Math.max(...ends) : Math.max(Math.abs(ends[0]), Math.abs(ends[1]))
    if (measure === 'net') low += Math.min(...ends)
  }
  return high > most || low < least
}

/** A warm start of the whole case as the problem's rows take it; nothing where it is of another case. */
export function warmStartFor(
  { places, problem }: NormalForm,
  limits: number,
  warm: WarmStart | undefined,
): WarmStart | undefined {
  const fits = warm?.multipliers.length === limits && warm.factors.length === problem.factors
  if (warm === undefined || !fits) return undefined
  return { factors: warm.factors, multipliers: Float64Array.from(places, (j) => warm.multipliers[j]!) } // prettier-ignore
}
