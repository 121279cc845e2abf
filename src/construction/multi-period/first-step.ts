/**
 * The first step of a path as a decision of its own: one period whose optimum is where the path begins. To what is
 * forecast for the step comes what being there is worth to the later ones, the slope of their value at the path's first
 * weights; the optimum's condition tells it, for it is what the step's own terms leave. With it whole lots are found and
 * reasons given as for a single period.
 */
import { invariant } from '#model/invariant.ts'
import { objectiveAt } from '#numerics/portfolio/problem.ts'
import { normalFormOf } from '#construction/optimisation/normal-form.ts'
import { optimalityAt, termsOf, type Multiplier } from '#construction/why/name-terms.ts'
import { multipliersOf } from '#construction/why/binding-limits.ts'
import type { PlanningStep } from '#construction/multi-period/multi-period-case.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'

export interface FirstStep {
  /** Its optimum is the path's. */
  readonly of: OptimisationCase
  /** The same weights and prices, worth what they are in this case. */
  readonly optimum: Optimum
  /** What a unit of weight is worth to the later steps, fraction, [n]. */
  readonly worthLater: Float64Array
}

/**
 * @param whole - the case over the whole horizon
 * @param step - the first
 * @param optimum - the path's first weights with the prices of the first step's limits
 */
export function firstStepOf(
  whole: OptimisationCase,
  step: PlanningStep,
  optimum: Optimum,
): FirstStep {
  // prettier-ignore
  const share = step.days / whole.horizonDays
  const alone: OptimisationCase = {
    ...whole,
    horizonDays: step.days,
    expectedReturn: step.expectedReturn,
    uncertainty: step.uncertainty,
    borrow: whole.borrow.map((fee) => share * fee),
  }
  const at = optimalityAt(alone, optimum.weights, pricesIn(alone, optimum))
  const worthLater = Float64Array.from(alone.names, (_, i) => -termsOf(at, i).left + 0)
  const expectedReturn = alone.expectedReturn.map((value, i) => value + worthLater[i]!)
  const of = { ...alone, expectedReturn }
  return { of, optimum: { ...optimum, objective: objectiveIn(of, optimum.weights) }, worthLater }
}

/** The prices of the limits; a bound presses from the end that the weight is at. */
function pricesIn(of: OptimisationCase, { weights, shadowPrices }: Optimum): readonly Multiplier[] {
  const bounds = new Map(of.bounds.map((bound) => [bound.label, bound]))
  const ofSums = [...shadowPrices].filter(([label]) => !bounds.has(label))
  const sums = multipliersOf(of, { weights, shadowPrices: new Map(ofSums) })
  const ofNames = [...shadowPrices].flatMap(([label, price]): Multiplier[] => {
    const bound = bounds.get(label)
    if (bound === undefined) return []
    const weight = weights[bound.index]!
    const isAbove = bound.upper - weight <= weight - bound.lower
    return [{ label, price: isAbove ? price : -price, place: { kind: 'bound', bound } }]
  })
  return [...sums, ...ofNames]
}

function objectiveIn(of: OptimisationCase, weights: Float64Array): number {
  const form = normalFormOf(of)
  invariant(form.ok, 'the case of a path that was found has a normal form')
  return -objectiveAt(form.value.problem, weights)
}
