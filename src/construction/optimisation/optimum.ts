/** Weights that were found as an answer: what they are worth, what each limit costs, and what is not mended. */
import { optimalityOf } from '#numerics/portfolio/optimality.ts'
import {
  objectiveAt,
  type PortfolioProblem,
  type Solution,
  type WarmStart,
} from '#numerics/portfolio/problem.ts'
import { unmendedAt, type Reachable } from '#construction/optimisation/closest-first.ts'
import type { NormalForm } from '#construction/optimisation/normal-form.ts'
import type { Optimum } from '#construction/optimisation/optimisation-case.ts'

/** What was solved: the case's own problem, or one whose multipliers are `scale` times the case's. */
export interface Solved {
  readonly solution: Solution
  readonly problem: PortfolioProblem
  readonly scale: number
  /** Where they are not the solution's own. */
  readonly warmStart?: WarmStart
  readonly iterations?: number
}

/** Weights with what they are worth, and what each limit costs. */
export function optimumOf({ of, given }: Reachable, form: NormalForm, solved: Solved): Optimum {
  const { solution, warmStart = solution, iterations = solution.iterations } = solved
  const { weights, method } = solution
  return {
    status: 'optimal',
    weights,
    objective: -objectiveAt(form.problem, weights),
    shadowPrices: shadowPricesOf(form, solved),
    unmended: unmendedAt(given, weights),
    method,
    iterations,
    warmStart: {
      factors: warmStart.factors,
      multipliers: wholeOf(form, warmStart.multipliers, of.limits.length),
    },
  }
}

/** Multipliers of all limits, 0 of those that cannot bind. */
function wholeOf({ places }: NormalForm, multipliers: Float64Array, limits: number): Float64Array {
  const all = new Float64Array(limits)
  places.forEach((place, j) => (all[place] = multipliers[j]!))
  return all
}

/** A bound this near to the tightest is the tightest. */
const MEETING = 1e-11
/** A price below this share of the largest is rounding. */
const LEAST_SHARE = 1e-12

/** By label. The price of a name's bound goes to the first limit that sets it there. */
function shadowPricesOf(
  { bounds }: NormalForm,
  { solution, problem, scale }: Solved,
): ReadonlyMap<string, number> {
  const { weights, multipliers } = solution
  const left = optimalityOf(problem, weights, multipliers).boundPrices
  const ofRows = problem.rows.map(
    ({ name }, j) => [name, Math.abs(multipliers[j]!) / scale] as const,
  )
  const ofBounds = bounds.map(({ name, names, lower, upper }) => {
    const i = names[0]!
    const price = left[i]!
    const room = price > 0 ? upper[0]! - problem.upper[i]! : problem.lower[i]! - lower[0]!
    if (price === 0 || room > MEETING) return [name, 0] as const
    left[i] = 0
    return [name, Math.abs(price) / scale] as const
  })
  const all = [...ofRows, ...ofBounds]
  const least = LEAST_SHARE * all.reduce((most, [, price]) => Math.max(most, price), 0)
  return new Map(all.filter(([, price]) => price > least))
}
