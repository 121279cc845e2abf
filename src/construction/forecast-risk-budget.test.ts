/** Risk figures are held by aversion: a world in which the figure falls with it, to a floor. */
import { expect, test } from 'vitest'
import type { Metrics } from '#model/metrics.ts'
import { err, ok } from '#model/result.ts'
import { LIMITS } from '#risk/limits.ts'
import { withinRiskLimits } from '#construction/forecast-risk-budget.ts'
import { optimisationCase } from '#test/support/optimisation-cases.ts'

const CASE = { ...optimisationCase(1, { most: 5, outside: 0, spends: false }), riskAversion: 1 }
const CALM: Metrics = {
  grossLeverage: 1, netLeverage: 0.5, largestPosition: 0.03, largestSector: 0.1, correlatedWeight: 0.1, var95: 0.01, var99: 0.02,
  expectedShortfall: 0.015, lossToday: 0, drawdown: 0, beta: 0.5, turnoverToday: 0, marginCushion: 0.5,
} // prettier-ignore

/** Decisions are aversions; value at risk is `first` / aversion, `floor` at least. Its warning level is 0.04. */
function held(first: number, floor: number, today = 0.01) {
  const figuresOf = (aversion: number): Metrics => ({
    ...CALM,
    var95: Math.max(floor, first / aversion),
  })
  const found = withinRiskLimits(CASE, LIMITS, ({ riskAversion }) => ok(riskAversion), figuresOf, { ...CALM, var95: today }) // prettier-ignore
  if (!found.ok) throw new Error(found.error)
  return found.value
}

test('what is inside is left as it is', () => {
  expect(held(0.03, 0)).toEqual({ decision: 1, shrunkBy: [], factor: 1, isHeld: true })
})

test('the aversion rises as far as it takes, and little further', () => {
  const { decision, factor, shrunkBy, isHeld } = held(0.3, 0)
  expect({ shrunkBy, isHeld }).toEqual({ shrunkBy: ['var95'], isHeld: true })
  expect(decision).toBe(factor)
  expect(factor).toBeGreaterThanOrEqual(0.3 / 0.04)
  expect(factor).toBeLessThan((0.3 / 0.04) * 1.06)
})

test('a book that is beyond its level already need be no better than today', () => {
  expect(held(0.06, 0, 0.07)).toMatchObject({ factor: 1, isHeld: true })
})

test('where nothing within reach is inside, the least beyond is taken and said to be', () => {
  const { decision, isHeld, shrunkBy } = held(0.3, 0.05)
  expect({ isHeld, shrunkBy }).toEqual({ isHeld: false, shrunkBy: ['var95'] })
  expect(Math.max(0.05, 0.3 / decision)).toBe(0.05)
})

test('a case that cannot be decided says so', () => {
  expect(withinRiskLimits(CASE, LIMITS, () => err('no end'), () => CALM, CALM)).toEqual({ ok: false, error: 'no end' }) // prettier-ignore
})
