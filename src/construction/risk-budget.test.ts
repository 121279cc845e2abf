import { expect, test } from 'vitest'
import { LIMITS } from '#risk/limits.ts'
import { withinRiskBudget } from '#construction/risk-budget.ts'

/** A book of one risky name whose figures are multiples of its weight. */
const measure = (weights: Float64Array) => {
  const w = weights.reduce((total, weight) => total + weight, 0)
  return {
    var95: 0.1 * Math.abs(w),
    var99: 0.15 * Math.abs(w),
    expectedShortfall: 0.12 * Math.abs(w),
    beta: 1.5 * w,
    marginCushion: 1 - 0.3 * Math.abs(w),
  }
}
const thin = (weights: Float64Array) => ({
  ...measure(Float64Array.of(0)),
  marginCushion: 0.4 - weights[0]!,
})

const unknown = () => ({ ...measure(Float64Array.of(0)), var95: Number.NaN })
const budget = (held: number[], to: number[]) =>
  withinRiskBudget(Float64Array.from(held), Float64Array.from(to), LIMITS, measure)

test('a book inside the warning levels is left as it is', () => {
  expect(budget([0, 0], [0.2, 0.1])).toEqual({ weights: Float64Array.of(0.2, 0.1), shrunkBy: [] })
})

test('additions are cut until value at risk is at its warning level, and the figure is named', () => {
  const { weights, shrunkBy } = budget([0, 0], [0.4, 0.4])
  const after = measure(weights)
  expect(after.var95).toBeLessThanOrEqual(0.04)
  expect(after.var95).toBeGreaterThan(0.035)
  expect(weights[0]).toBe(weights[1])
  expect(shrunkBy).toEqual(['var95', 'var99', 'expectedShortfall'])
})

test('a book that is beyond already gets no worse', () => {
  const { weights } = budget([0.6, 0], [0.6, 0.2])
  expect([...weights]).toEqual([0.6, 0])
})

test('reductions are left whole', () => {
  // Taking the short away adds to the figures; it is a reduction all the same.
  const { weights, shrunkBy } = budget([0.5, -0.3], [0.7, 0])
  expect(weights[1]).toBeCloseTo(0, 12)
  expect(weights[0]).toBe(0.5)
  expect(shrunkBy).toContain('var95')
})

test('where no share will do, the one that is least beyond is taken: a hedge is not cut away', () => {
  // Covering the second name takes the figures beyond the limits; the new short softens that.
  const { weights, shrunkBy } = budget([0.9, -0.6, 0], [0.9, 0, -0.05])
  expect([...weights]).toEqual([0.9, 0, -0.05])
  expect(shrunkBy).toContain('var95')
})

test('a figure that cannot be measured is left to the limits check', () => {
  const to = Float64Array.of(0.2)
  expect(withinRiskBudget(Float64Array.of(0), to, LIMITS, unknown).weights).toEqual(to)
})

test('a cushion is dangerous below', () => {
  const { weights, shrunkBy } = withinRiskBudget(Float64Array.of(0), Float64Array.of(0.4), LIMITS, thin) // prettier-ignore
  expect(weights[0]).toBeCloseTo(0.25, 2)
  expect(0.4 - weights[0]!).toBeGreaterThanOrEqual(0.15)
  expect(shrunkBy).toEqual(['marginCushion'])
})
