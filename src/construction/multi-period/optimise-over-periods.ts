/**
 * Decides by forecasts over several steps and trades the first: the weights that begin the path which is worth most after
 * risk, uncertainty and the costs of every step's trades. Limits that the book starts outside of and cannot reach today
 * give in the first step as little as can be (`#construction/optimisation/closest-first.ts`), and hold later where they
 * can be reached. An answer comes with its certificate or not at all.
 */
import { solvePeriods, type PeriodsSolution, type PeriodsUnsolved, type PeriodsWarmStart } from '#numerics/multi-period/solve.ts' // prettier-ignore
import type { PeriodsProblem } from '#numerics/multi-period/problem.ts'
import type {
  MultiPeriodCase,
  OptimisedPath,
} from '#construction/multi-period/multi-period-case.ts'
import { periodsProblemOf } from '#construction/multi-period/periods-problem.ts'
import { caseFault } from '#construction/optimisation/case-fault.ts'
import { closestFirst, unmendedAt, type Reachable } from '#construction/optimisation/closest-first.ts' // prettier-ignore
import { conflictIn, NO_END } from '#construction/optimisation/conflict-of-limits.ts'
import type { NameBound } from '#construction/optimisation/optimisation-case.ts'

/** Beyond what can be reached of a limit, as a share of it, so that there are weights to choose from. */
const ROOM = 1e-6
/** Excess over limits of later steps that is rounding. */
const MET = 1e-8
/** A bound this near to the tightest is the tightest. */
const MEETING = 1e-11
/** A price below this share of the largest is rounding. */
const LEAST_SHARE = 1e-12

/**
 * @param warm - `pathWarmStart` of a case with as many names, limits and steps; of another it is not looked at
 * @returns `unsolved` with the residuals where no certificate was reached
 */
export function optimiseOverPeriods(of: MultiPeriodCase, warm?: PeriodsWarmStart): OptimisedPath {
  const fault = faultOf(of)
  if (fault !== undefined) return { status: 'unsolved', reason: fault, path: [] }
  const found = closestFirst(of.first)
  if (found.status === 'failed') return { ...NO_END, path: [] }
  if (found.status === 'infeasible') return { ...conflictIn(found.of), path: [] }
  const reach = found.within(ROOM)
  // Of a book that starts outside, limits hold from the first step on that can have all of them.
  const latest = reach.given.length === 0 ? 1 : Math.max(1, of.steps.length)
  for (let wholeFrom = 1; ; wholeFrom++) {
    const problem = periodsProblemOf(of, reach.of, wholeFrom)
    if (!problem.ok) return { status: 'unsolved', reason: problem.error, path: [] }
    const solution = solvePeriods(problem.value, warm)
    const isMet = solution.status === 'optimal' && solution.certificate.laterViolation <= MET
    if (isMet) return answer(reach, problem.value, solution)
    if (wholeFrom < latest) continue
    if (solution.status === 'infeasible') return { ...conflictIn(reach.of), path: [] }
    return { ...unsolved(solution), path: [] }
  }
}

/** The first thing that makes no sense of the case, by field. */
function faultOf({ first, steps, laterTurnover }: MultiPeriodCase): string | undefined {
  if (steps.length === 0) return 'steps: were none, expected at least one'
  if (!(laterTurnover > 0)) return `laterTurnover: was ${laterTurnover}, expected a number above 0`
  // A variance limit couples every name of a step in a way that no multiplier of sums can express.
  if (first.tracking !== undefined)
    return 'tracking: a limit on tracking error is not planned over several steps; plan the horizon as one (periods: 1) or leave the limit out' // prettier-ignore
  for (const [t, { days, expectedReturn, uncertainty }] of steps.entries()) {
    if (!(days > 0 && days < Infinity)) return `steps[${t}].days: was ${days}, expected a number above 0` // prettier-ignore
    const fault = caseFault({ ...first, expectedReturn, uncertainty })
    if (fault !== undefined) return `steps[${t}]: ${fault}`
  }
  return undefined
}

function unsolved({ certificate, iterations }: PeriodsUnsolved | PeriodsSolution): {
  readonly status: 'unsolved'
  readonly reason: string
} {
  // prettier-ignore
  const { relativeGap, violation, laterViolation, residual } = certificate
  return {
    status: 'unsolved',
    reason: `no path with a certificate after ${iterations} iterations: relative gap ${digits(relativeGap)}, outside of limits by ${digits(violation)} in the first step and ${digits(laterViolation)} later, residual ${digits(residual)}`, // prettier-ignore
  }
}

const digits = (value: number): string => value.toExponential(1)

function answer(
  { of, given }: Reachable,
  problem: PeriodsProblem,
  solution: PeriodsSolution,
): OptimisedPath {
  const { path, objective, multipliers, certificate, iterations, warmStart } = solution
  const weights = path[0]!
  const [prices] = multipliers
  return {
    status: 'optimal',
    weights,
    objective: -objective,
    shadowPrices: shadowPricesOf(of.bounds, problem, solution),
    unmended: unmendedAt(given, weights),
    method: 'dual-newton',
    iterations,
    warmStart: { multipliers: prices!, factors: exposuresOf(problem, weights) },
    path,
    certificate,
    pathWarmStart: warmStart,
  }
}

/** Of the first step's limits, by label. The price of a name's bound goes to the first limit that sets it there. */
function shadowPricesOf(
  bounds: readonly NameBound[],
  { rows, steps }: PeriodsProblem,
  { multipliers, boundPrices }: PeriodsSolution,
): ReadonlyMap<string, number> {
  const [{ lower, upper } = { lower: boundPrices, upper: boundPrices }] = steps
  const left = boundPrices.slice()
  const ofRows = rows.map(({ name }, j) => [name, Math.abs(multipliers[0]![j]!)] as const)
  const ofBounds = bounds.map((bound) => {
    const [i, price] = [bound.index, left[bound.index]!]
    const room = price > 0 ? bound.upper - upper[i]! : lower[i]! - bound.lower
    if (price === 0 || room > MEETING) return [bound.label, 0] as const
    left[i] = 0
    return [bound.label, Math.abs(price)] as const
  })
  const all = [...ofRows, ...ofBounds]
  const least = LEAST_SHARE * all.reduce((most, [, price]) => Math.max(most, price), 0)
  return new Map(all.filter(([, price]) => price > least))
}

/** Gᵀw of the first step. */
function exposuresOf(
  { n, loadings, factors, steps }: PeriodsProblem,
  w: Float64Array,
): Float64Array {
  // prettier-ignore
  const scale = steps[0]!.scale
  const exposures = new Float64Array(factors)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < factors; j++) exposures[j]! += scale * loadings[i * factors + j]! * w[i]!
  return exposures
}
