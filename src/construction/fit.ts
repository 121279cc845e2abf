/**
 * From where each name should go to where all of them together may: within the limits, today's
 * turnover, and never worse than where the book stands.
 *
 * 1. Additions that a latch or a breached limit forbids are taken back; reductions never are.
 * 2. Over a limit, additions give way first, then what exceeds its feasible target, then holdings.
 * 3. Beyond today's turnover, reductions come first (those that cure a limit before the rest),
 *    additions share what is left.
 * 4. Whatever is still worse than max(limit, today) after that (a net limit, when covers outrun
 *    sells) has the whole trade shortened: constraints are convex, so some part of the way is safe.
 */
import type { Constraint } from '#construction/constraints.ts'
import { shrink, SLACK } from '#construction/shrink.ts'
import { withinTurnover } from '#construction/turnover.ts'

export interface FitProblem {
  /** Weights held, wanted and feasible, [n] each. */
  readonly held: Float64Array
  readonly desired: Float64Array
  readonly feasible: Float64Array
  /** Names whose weight may not change in either direction. */
  readonly fixed: readonly boolean[]
  /** Names that may only be reduced. */
  readonly reduceOnly: readonly boolean[]
  /** Nothing is sold to make room: a cash-only run. */
  readonly addsOnly: boolean
  readonly constraints: readonly Constraint[]
  /** Σ|Δw| that may still be traded today, ≥ 0; ∞ where there is no bound. */
  readonly turnoverLeft: number
}

export interface Fitted {
  readonly weights: Float64Array
  /** Labels of what took something away, each once. */
  readonly shrunkBy: readonly string[]
}

export function fit(problem: FitProblem): Fitted {
  const { held, constraints, turnoverLeft } = problem
  const allowed = withoutForbiddenAdds(problem)
  const shrunk = withinConstraints(problem, allowed)
  const cure = shrink(
    held,
    floorsOf(problem, () => 0),
    constraints,
  ).weights
  const traded = withinTurnover(held, shrunk.weights, cure, turnoverLeft)
  const safe = noWorse(held, traded.weights, constraints)
  return {
    weights: safe.weights,
    shrunkBy: [
      ...new Set([...shrunk.shrunkBy, ...(traded.cut ? ['turnover'] : []), ...safe.shrunkBy]),
    ],
  }
}

function withoutForbiddenAdds({ held, desired, fixed, reduceOnly }: FitProblem): Float64Array {
  return desired.map((wanted, i) => {
    const weight = held[i]!
    if (fixed[i] === true) return weight
    return reduceOnly[i] === true ? reducedOnly(weight, wanted) : wanted
  })
}

/** The nearest weight to `wanted` between the holding and flat. */
function reducedOnly(held: number, wanted: number): number {
  return held >= 0 ? Math.min(held, Math.max(0, wanted)) : Math.max(held, Math.min(0, wanted))
}

function withinConstraints(problem: FitProblem, allowed: Float64Array): Fitted {
  const { held, feasible, constraints, addsOnly } = problem
  const stages = [
    (i: number) => keptOf(held[i]!, allowed[i]!),
    ...(addsOnly ? [] : [(i: number) => Math.abs(feasible[i]!), () => 0]),
  ]
  let result: Fitted = { weights: allowed, shrunkBy: [] }
  for (const floor of stages) {
    const next = shrink(result.weights, floorsOf(problem, floor), constraints)
    result = { weights: next.weights, shrunkBy: [...result.shrunkBy, ...next.shrunkBy] }
  }
  return result
}

/** The part of the holding that a move keeps: none of it when it changes sides. */
const keptOf = (held: number, to: number): number =>
  held * to > 0 ? Math.min(Math.abs(held), Math.abs(to)) : 0

function floorsOf({ held, fixed }: FitProblem, floor: (i: number) => number): Float64Array {
  return held.map((weight, i) => (fixed[i] === true ? Math.abs(weight) : floor(i)))
}

/** Shortens the trade to the longest part of the way on which nothing is worse than max(limit, today). */
function noWorse(held: Float64Array, to: Float64Array, constraints: readonly Constraint[]): Fitted {
  const bounds = constraints.map((constraint) => Math.max(constraint.limit, constraint.measure(held))) // prettier-ignore
  const worse = (weights: Float64Array): readonly Constraint[] =>
    constraints.filter((constraint, k) => constraint.measure(weights) > bounds[k]! + SLACK)
  const broken = worse(to)
  if (broken.length === 0) return { weights: to, shrunkBy: [] }
  const at = (share: number): Float64Array =>
    to.map((weight, i) => held[i]! + share * (weight - held[i]!))
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (worse(at(middle)).length === 0) low = middle
    else high = middle
  }
  return { weights: at(low), shrunkBy: broken.map(({ label }) => label) }
}
