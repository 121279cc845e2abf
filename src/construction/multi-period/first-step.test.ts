/** The first step of a path is the optimum of a case of one period. */
import { expect, test } from 'vitest'
import { firstStepOf } from '#construction/multi-period/first-step.ts'
import type { PlanningStep } from '#construction/multi-period/multi-period-case.ts'
import { optimiseOverPeriods } from '#construction/multi-period/optimise-over-periods.ts'
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { optimisationCase } from '#test/support/optimisation-cases.ts'

/** Three steps, each with two thirds of the forecast of the one before. */
function fading(of: OptimisationCase): readonly PlanningStep[] {
  return [9, 6, 4].map((share) => ({
    expectedReturn: of.expectedReturn.map((value) => (share / 19) * value),
    uncertainty: of.uncertainty.map((value) => value / 3),
    days: of.horizonDays / 3,
  }))
}

test('solved alone, with what being there is worth later, it goes where the path goes', () => {
  let traded = 0
  for (let seed = 1; seed <= 40; seed++) {
    const first = optimisationCase(seed, { most: 30, outside: 0, spends: seed % 2 === 0 })
    const steps = fading(first)
    const found = optimiseOverPeriods({ first, steps, laterTurnover: 0.2 })
    if (found.status !== 'optimal') throw new Error(`seed ${seed}: ${found.status}`)
    const { of, optimum } = firstStepOf(first, steps[0]!, found)
    const alone = optimise(of)
    if (alone.status !== 'optimal') throw new Error(`seed ${seed}: ${alone.status}`)
    alone.weights.forEach((weight, i) => {
      expect(Math.abs(weight - found.path[0]![i]!), `seed ${seed}: ${of.names[i]}`).toBeLessThan(1e-6) // prettier-ignore
    })
    expect(alone.objective, `seed ${seed}`).toBeCloseTo(optimum.objective, 9)
    traded += found.weights.filter((weight, i) => Math.abs(weight - first.start[i]!) > 1e-4).length
  }
  expect(traded).toBeGreaterThan(100)
})

test('without what being there is worth later it would go elsewhere', () => {
  const first = optimisationCase(1, { most: 30, outside: 0, spends: false })
  const steps = fading(first)
  const found = optimiseOverPeriods({ first, steps, laterTurnover: 0.2 })
  if (found.status !== 'optimal') throw new Error(found.status)
  const { of, worthLater } = firstStepOf(first, steps[0]!, found)
  expect(worthLater.some((worth) => Math.abs(worth) > 1e-4)).toBe(true)
  const blind = optimise({ ...of, expectedReturn: steps[0]!.expectedReturn })
  if (blind.status !== 'optimal') throw new Error(blind.status)
  const apart = blind.weights.map((weight, i) => Math.abs(weight - found.weights[i]!))
  expect(Math.max(...apart)).toBeGreaterThan(1e-3)
})
