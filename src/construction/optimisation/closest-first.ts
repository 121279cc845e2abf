/**
 * No worse, and closest first. A book that starts outside limits by more than may be mended today (by turnover, by
 * volume, by what may not be traded) is not infeasible: such limits of kind `limit` give, each at most to where the book
 * stands, and as little as can be in sum,
 *
 *     minimise Σⱼ excessⱼ / |limitⱼ|     subject to facts, turnover and every limit that holds,
 *
 * after which the real problem has what was reached for its limits. A limit of 0 counts its excess as it is. What may be
 * exceeded is a variable of its own: a row Σ rᵢ|wᵢ| ≤ limit + excess is Σ rᵢ|wᵢ| + t ≤ value at the start with
 * 0 ≤ t ≤ what it starts over, so that nothing can become worse. A curvature round the last weights, lowered in price to
 * next to nothing, leaves the cheapest the cheapest (O. Mangasarian & R. Meyer, "Nonlinear Perturbation of Linear
 * Programs", 1979) and picks the smallest trades that do it.
 */
import {
  rowValue,
  type PortfolioProblem,
  type Row,
  type WarmStart,
} from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { tightestOf } from '#construction/optimisation/normal-form.ts'
import { spendingInLine } from '#construction/optimisation/spending-in-line.ts'
import type {
  NameBound,
  OptimisationCase,
  Unmended,
  WeightLimit,
} from '#construction/optimisation/optimisation-case.ts'

/** Beyond a limit by more than this is outside of it; less is rounding. */
const OUTSIDE = 1e-9
/** Room of limits at the start: rounding's. */
const LEAST_ROOM = 1e-9
/**
 * Price of a unit of relative excess against a curvature of one in each weight: from the first, by so much more each round,
 * warm from the last, to the most; and by so much less, and no more than that again, where a method gives up.
 */
const FIRST_PRICE = 10
const RAISE = 4
const MOST_PRICE = 1e3
const LEAST_PRICE = 0.1
const MOST_ROUNDS = 40
const SETTLED = 1e-12

/** A case whose limits can hold together as far as the start shows, and what of them had to give. */
export interface Reachable {
  readonly of: OptimisationCase
  /** `reached` is what can be; the optimum's own figures go there. */
  readonly given: readonly Given[]
}

/** A limit that gives, and how to read its value from weights. */
export interface Given {
  readonly label: string
  readonly limit: number
  readonly start: number
  readonly valueAt: (w: Float64Array) => number
}

/**
 * @returns the case by the room that limits which gave get beyond what was reached, as a share of each; or the case with
 *   every limit at its start, which cannot hold together either: facts and limits that hold conflict; or that no method
 *   came to an end
 */
export function closestFirst(
  of: OptimisationCase,
):
  | { readonly status: 'reachable'; readonly within: (room: number) => Reachable }
  | { readonly status: 'infeasible'; readonly of: OptimisationCase }
  | { readonly status: 'failed' } {
  const excesses = [...excessesOfLimits(of), ...excessesOfBounds(of)]
  if (excesses.length === 0) return { status: 'reachable', within: () => ({ of, given: [] }) }
  const atStart = relaxed(of, excesses, of.start, LEAST_ROOM)
  const exact = leastExcess(atStart, excesses)
  const closest = exact ?? leastExcess(spendingInLine(atStart), excesses)
  if (exact === 'infeasible') return { status: 'infeasible', of: atStart }
  if (closest === undefined || closest === 'infeasible') return { status: 'failed' }
  const given = excesses.filter(({ limit, side, valueAt }) => side * (valueAt(closest) - limit) > OUTSIDE) // prettier-ignore
  return {
    status: 'reachable',
    within: (room) => ({ of: relaxed(of, excesses, closest, room), given }),
  }
}

/** What the optimum reached of the limits that gave; those that it met after all are left out. */
export const unmendedAt = (given: readonly Given[], w: Float64Array): readonly Unmended[] =>
  given.map(({ label, limit, start, valueAt }) => ({ label, limit, start, reached: valueAt(w) }))

/** One side of a limit that the start is beyond. */
interface Excess extends Given {
  /** 1 above, −1 below. */
  readonly side: 1 | -1
  /** What a relative excess of 1 is, > 0. */
  readonly scale: number
  /** Without bounds. */
  readonly row: Row
  /** In the case's limits or bounds. */
  readonly place: number
  readonly isBound: boolean
}

function excessesOfLimits({ limits, start }: OptimisationCase): Excess[] {
  return limits.flatMap((limit, place) => {
    if (limit.kind === 'fact') return []
    const valueAt = (w: Float64Array) => rowValue({ start }, limit, w)
    const common = { label: limit.name, row: limit, place, isBound: false, valueAt }
    return sidesOf(limit, valueAt(start)).map((side) => ({ ...common, ...side }))
  })
}

function excessesOfBounds({ bounds, start, names }: OptimisationCase): Excess[] {
  return bounds.flatMap((bound, place) => {
    if (bound.kind === 'fact') return []
    const valueAt = (w: Float64Array) => w[bound.index]!
    const sides = sidesOf(bound, start[bound.index]!)
    if (sides.length === 0) return []
    const rates = new Float64Array(names.length)
    rates[bound.index] = 1
    const row: Row = { name: bound.label, measure: 'net', rates, lower: -Infinity, upper: Infinity }
    return sides.map((side) => ({
      label: bound.label,
      row,
      place,
      isBound: true,
      valueAt,
      ...side,
    }))
  })
}

const scaleOf = (limit: number): number => (limit === 0 ? 1 : Math.abs(limit))

function sidesOf(
  { lower, upper }: { readonly lower: number; readonly upper: number },
  start: number,
): readonly Pick<Excess, 'side' | 'limit' | 'start' | 'scale'>[] {
  if (start > upper) return [{ side: 1, limit: upper, start, scale: scaleOf(upper) }]
  if (start < lower) return [{ side: -1, limit: lower, start, scale: scaleOf(lower) }]
  return []
}

/** The case with each limit that the start is beyond at what weights have of it, but never tighter than it is. */
function relaxed(
  of: OptimisationCase,
  excesses: readonly Excess[],
  w: Float64Array,
  room: number,
): OptimisationCase {
  const limits: WeightLimit[] = [...of.limits]
  const bounds: NameBound[] = [...of.bounds]
  for (const { place, isBound, side, limit, scale, start, valueAt } of excesses) {
    const value = valueAt(w)
    const isOver = side * (value - limit) > OUTSIDE
    // No worse than it starts, whatever the room.
    const wider = Math.min(side * value + room * scale, side * start + OUTSIDE)
    const level = side * Math.max(side * limit, isOver ? wider : side * value)
    const changed = side > 0 ? { upper: level } : { lower: level }
    if (isBound) bounds[place] = { ...bounds[place]!, ...changed }
    else limits[place] = { ...limits[place]!, ...changed }
  }
  return { ...of, limits, bounds }
}

/** Weights of the least total relative excess. */
function leastExcess(
  atStart: OptimisationCase,
  excesses: readonly Excess[],
): Float64Array | 'infeasible' | undefined {
  const n = atStart.names.length
  const problem = firstProblem(atStart, excesses)
  const whole = problem.upper.slice(n).reduce((sum, x) => sum + x, 0)
  let [price, most, best] = [FIRST_PRICE, MOST_PRICE, -Infinity]
  let from: Float64Array | undefined
  let last: WarmStart | undefined
  for (let round = 0; round < MOST_ROUNDS && price >= LEAST_PRICE; round++) {
    const forecast = (from ?? problem.start).map((x, i) => (i < n ? x : x + price))
    const solution = solvePortfolio({ ...problem, forecast }, last)
    if (solution === 'infeasible') return 'infeasible'
    if (solution.status !== 'optimal') {
      price = most = price / RAISE
      last = undefined
      continue
    }
    const mended = solution.weights.slice(n).reduce((sum, x) => sum + x, 0)
    if (mended > best) from = solution.weights
    if (mended >= whole - SETTLED || mended <= best + SETTLED) break
    best = mended
    const next = Math.min(most, price * RAISE)
    last = { factors: solution.factors, multipliers: solution.multipliers.map((x) => (x * next) / price) } // prettier-ignore
    price = next
  }
  return from?.slice(0, n)
}

/** The names of the case, and one more for each excess: how much of it is mended, in units of its limit. */
function firstProblem(atStart: OptimisationCase, excesses: readonly Excess[]): PortfolioProblem {
  const { names, start, bounds, limits } = atStart
  const n = names.length
  const size = n + excesses.length
  const longer = (values: Float64Array): Float64Array => {
    const all = new Float64Array(size)
    all.set(values)
    return all
  }
  const box = tightestOf(bounds, n)
  const [lower, upper] = [longer(box.lower), longer(box.upper)]
  excesses.forEach(({ start: value, limit, scale }, j) => (upper[n + j] = Math.abs(value - limit) / scale)) // prettier-ignore
  const spending = (row: Row) => row.spends && { spends: { trading: longer(row.spends.trading), impact: longer(row.spends.impact) } } // prettier-ignore
  const asRow = (row: Row): Row => ({ name: row.name, measure: row.measure, rates: longer(row.rates), lower: row.lower, upper: row.upper, ...spending(row) }) // prettier-ignore
  const mending = excesses.map(({ row, side, start: value, scale, place, isBound }, j): Row => {
    const rates = longer(row.rates)
    rates[n + j] = side * scale
    const room = side > 0 ? { lower: -Infinity, upper: value } : { lower: value, upper: Infinity }
    return {
      name: row.name,
      measure: row.measure,
      rates,
      ...room,
      ...spending(isBound ? row : limits[place]!),
    }
  })
  return {
    n: size,
    start: longer(start),
    forecast: new Float64Array(size),
    curvature: new Float64Array(size).fill(1),
    loadings: new Float64Array(0),
    factors: 0,
    holdingCost: new Float64Array(size),
    tradingCost: new Float64Array(size),
    impact: new Float64Array(size),
    lower,
    upper,
    rows: [...limits.map(asRow), ...mending],
  }
}
