/**
 * Decides by forecasts: the weights that are worth most after risk, uncertainty and costs, inside the limits, and what
 * each limit costs. Limits that the book starts outside of and cannot reach today give as little as can be
 * (closest-first.ts); a limit on tracking error holds through its multiplier (tracking-error.ts); where limits and facts
 * cannot hold together the fewest that conflict are named, and nothing is traded.
 */
import type { WarmStart } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { caseFault } from '#construction/optimisation/case-fault.ts'
import { closestFirst, type Reachable } from '#construction/optimisation/closest-first.ts'
import { conflictIn, NO_END } from '#construction/optimisation/conflict-of-limits.ts'
import { normalFormOf, warmStartFor } from '#construction/optimisation/normal-form.ts'
import type { OptimisationCase, Optimised } from '#construction/optimisation/optimisation-case.ts'
import { optimumOf } from '#construction/optimisation/optimum.ts'
import { spendingInLine } from '#construction/optimisation/spending-in-line.ts'
import { optimiseTracking } from '#construction/optimisation/optimise-tracking.ts'

/**
 * @param warm - an `Optimum.warmStart` of a case with the same limits; of another it is not looked at
 */
export function optimise(of: OptimisationCase, warm?: WarmStart): Optimised {
  const fault = caseFault(of)
  if (fault !== undefined) return { status: 'unsolved', reason: fault }
  const found = closestFirst(of)
  if (found.status === 'failed') return NO_END
  if (found.status === 'infeasible') return conflictIn(found.of)
  for (const room of ROOMS) {
    const reach = found.within(room)
    const answer = optimiseWithin(reach, warm)
    if (answer !== NO_END) return answer
    if (reach.given.length === 0) break
  }
  const { given, of: widest } = found.within(ROOMS.at(-1)!)
  return optimiseWithin({ given, of: spendingInLine(widest) }, warm)
}

/**
 * Beyond what can be reached of a limit, as a share of it, so that there are weights to choose from. A book that spends
 * its whole turnover on mending has next to none, and the larger rooms are for methods that want some.
 */
const ROOMS: readonly number[] = [1e-7, 1e-6, 1e-5, 1e-4]

function optimiseWithin(reach: Reachable, warm: WarmStart | undefined): Optimised {
  const { of } = reach
  const form = normalFormOf(of)
  if (!form.ok) return { status: 'unsolved', reason: form.error }
  const from = warmStartFor(form.value, of.limits.length, warm)
  if (of.tracking !== undefined) return optimiseTracking(reach, form.value, of.tracking, from)
  const solution = solvePortfolio(form.value.problem, from)
  if (solution === 'infeasible') return conflictIn(of)
  if (solution.status !== 'optimal') return NO_END
  return optimumOf(reach, form.value, { solution, problem: form.value.problem, scale: 1 })
}
