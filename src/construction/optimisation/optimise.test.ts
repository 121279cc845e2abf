/** The optimiser against its own definition: limits, costs and prices written out again, and a plain linear program. */
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { checkedOptimum, rowAt } from '#test/support/optimisation-optimality.ts'
import { optimisationCase } from '#test/support/optimisation-cases.ts'
import { leastTotalExcess } from '#test/support/optimisation-reference.ts'

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

function optimumOf(of: OptimisationCase, why: string): Optimum {
  const found = optimise(of)
  if (found.status !== 'optimal') throw new Error(`${why}: ${JSON.stringify(found)}`)
  return found
}

test('books inside their limits: optimal by the conditions of Karush, Kuhn and Tucker', () => {
  for (const seed of seeds(120)) {
    const of = optimisationCase(seed, { most: 40, outside: 0, spends: seed % 2 === 0 })
    const { weights, objective, shadowPrices, unmended } = optimumOf(of, `seed ${seed}`)
    const checked = checkedOptimum(of, weights, shadowPrices)
    expect(checked.totalExcess, `seed ${seed}: excess`).toBeLessThan(1e-9)
    expect(checked.broken, `seed ${seed}: facts`).toBeLessThan(1e-9)
    expect(checked.stationarity, `seed ${seed}: stationarity`).toBeLessThan(1e-8)
    expect(objective, `seed ${seed}: objective`).toBeCloseTo(checked.objective, 12)
    expect(unmended).toEqual([])
  }
})

test('books outside: nothing becomes worse, facts and turnover hold, and no name is left that could be worth more', () => {
  let unmendedCount = 0
  for (const seed of seeds(80)) {
    const of = optimisationCase(seed, { most: 40, outside: 0.7, spends: seed % 2 === 0 })
    const { weights, unmended } = optimumOf(of, `seed ${seed}`)
    const checked = checkedOptimum(of, weights, new Map())
    expect(checked.worse, `seed ${seed}: worse`).toBeLessThan(1e-7)
    expect(checked.broken, `seed ${seed}: facts`).toBeLessThan(1e-9)
    const told = unmended.map(({ label, limit, start, reached }) => {
      const row = of.limits.find(({ name }) => name === label)
      const bound = of.bounds.find((one) => one.label === label)
      expect(reached).toBe(row === undefined ? weights[bound!.index] : rowAt(of, row, weights))
      expect(Math.abs(reached - limit), label).toBeLessThanOrEqual(Math.abs(start - limit) + 2e-7)
      return label
    })
    const outside =
      [...of.limits.map((row) => ({ ...row, label: row.name, value: rowAt(of, row, weights) })), ...of.bounds.map((bound) => ({ ...bound, value: weights[bound.index]! }))] // prettier-ignore
        .filter(({ lower, upper, value }) => value > upper + 1e-8 || value < lower - 1e-8)
        .map(({ label }) => label)
    expect(
      outside.filter((label) => !told.includes(label)),
      `seed ${seed}: not told`,
    ).toEqual([])
    unmendedCount += unmended.length
  }
  expect(unmendedCount).toBeGreaterThan(50)
})

test('closest first: the total excess is what a linear program finds, and nothing where all can be mended', () => {
  let mended = 0
  for (const seed of seeds(100)) {
    const of = optimisationCase(seed, { most: 7, outside: 0.7 })
    const { weights } = optimumOf(of, `seed ${seed}`)
    const { totalExcess } = checkedOptimum(of, weights, new Map())
    const least = leastTotalExcess(of)
    const count = of.limits.length + of.bounds.length
    expect(totalExcess, `seed ${seed}`).toBeLessThan(least + count * 2e-6)
    expect(totalExcess, `seed ${seed}`).toBeGreaterThan(least - count * 2e-6)
    if (least < 1e-12) mended += 1
  }
  expect(mended).toBeGreaterThan(10)
  expect(mended).toBeLessThan(95)
})

test('a warm start changes nothing but the number of steps', () => {
  for (const seed of seeds(40)) {
    const of = optimisationCase(seed, { most: 30, outside: seed % 2 === 0 ? 0.6 : 0 })
    const cold = optimumOf(of, `seed ${seed}`)
    const warm = optimise(of, cold.warmStart)
    if (warm.status !== 'optimal') throw new Error(`seed ${seed}: ${warm.status}`)
    warm.weights.forEach((w, i) => expect(w, `seed ${seed}`).toBeCloseTo(cold.weights[i]!, 7))
    expect(optimise(of)).toEqual(cold)
  }
})

const two = (value: number) => new Float64Array(2).fill(value)

/** Two names, each with a variance of 1 % a day, a horizon of a day, γ = 1. */
const pair = (of: Partial<OptimisationCase>): OptimisationCase => {
  const names = ['A.STK.USD', 'B.STK.USD'] as InstrumentId[]
  return {
    names,
    horizonDays: 1,
    riskAversion: 1,
    uncertaintyAversion: 0,
    expectedReturn: two(0),
    uncertainty: two(0),
    risk: { kind: 'sample', instruments: names, factors: [], exposures: two(0).slice(2), factorCovariance: two(0).slice(2), specificVariance: two(0.01), proxied: [], notes: [] }, // prettier-ignore
    tradingCost: two(0),
    impact: two(0),
    borrow: two(0),
    start: two(0),
    bounds: [],
    limits: [],
    ...of,
  }
}

test('by hand: w = r̂ / 2γd, less a, less κρ, and a limit is worth what it takes away', () => {
  const expectedReturn = Float64Array.of(0.004, -0.004)
  expect([...optimumOf(pair({ expectedReturn }), '').weights]).toEqual([0.2, -0.2])
  const costly = pair({ expectedReturn, tradingCost: Float64Array.of(0.001, 0), uncertaintyAversion: 2, uncertainty: Float64Array.of(0, 0.0005), borrow: Float64Array.of(0, 0.001) }) // prettier-ignore
  const { weights } = optimumOf(costly, '')
  expect(weights[0]).toBeCloseTo((0.004 - 0.001) / 0.02, 12)
  expect(weights[1]).toBeCloseTo(-(0.004 - 2 * 0.0005 - 0.001) / 0.02, 12)
  const gross = { name: 'gross', measure: 'gross', rates: Float64Array.of(1, 1), lower: -Infinity, upper: 0.3, kind: 'limit' } as const // prettier-ignore
  const limited = optimumOf(pair({ expectedReturn, limits: [gross] }), '')
  limited.weights.forEach((w) => expect(Math.abs(w)).toBeCloseTo(0.15, 10))
  expect(limited.shadowPrices.get('gross')).toBeCloseTo(0.004 - 0.02 * 0.15, 10)
})

const capped = (label: string) => ({
  label,
  index: 0,
  lower: -1,
  upper: 0.1,
  kind: 'limit' as const,
})

test('where two bounds meet, the first named has the price', () => {
  const { shadowPrices } = optimumOf(pair({ expectedReturn: Float64Array.of(0.004, 0), bounds: [capped('position:A'), capped('participation:A')] }), '') // prettier-ignore
  expect([...shadowPrices.keys()]).toEqual(['position:A'])
  expect(shadowPrices.get('position:A')).toBeCloseTo(0.004 - 0.02 * 0.1, 12)
})

test('what cannot be mended is no worse than it starts, however large the limit', () => {
  const kept = [0, 1].map((index) => ({ label: `do-not-sell:${index}`, index, lower: 0.5, upper: 9, kind: 'fact' as const })) // prettier-ignore
  const row = { name: 'net', measure: 'net', rates: Float64Array.of(100, 100), lower: -50, upper: 50, kind: 'limit' } as const // prettier-ignore
  const of = pair({ start: Float64Array.of(0.5, 0.5), expectedReturn: Float64Array.of(0.1, 0.1), bounds: kept, limits: [row] }) // prettier-ignore
  const { unmended } = optimumOf(of, '')
  expect(unmended.map(({ label, start }) => [label, start])).toEqual([['net', 100]])
  expect(unmended[0]!.reached).toBeLessThan(100 + 1e-8)
})

test('over ten days risk counts ten times', () => {
  const { weights } = optimumOf(pair({ horizonDays: 10, expectedReturn: Float64Array.of(0.04, 0) }), '') // prettier-ignore
  expect(weights[0]).toBeCloseTo(0.04 / (2 * 10 * 0.01), 12)
})

const bound = (label: string, lower: number, upper: number) => ({ label, index: 0, lower, upper, kind: 'fact' as const }) // prettier-ignore

test('facts that leave no weights are named, and by how much they would have to give', () => {
  const net = { name: 'net', measure: 'net', rates: Float64Array.of(1, 1), lower: -0.1, upper: 0.1, kind: 'limit' } as const // prettier-ignore
  const found = optimise(pair({ bounds: [bound('do-not-sell:A.STK.USD', 0.3, 1), { ...bound('untradable:B.STK.USD', 0, 0), index: 1 }], limits: [net] })) // prettier-ignore
  if (found.status !== 'infeasible') throw new Error(found.status)
  expect(found.conflict).toEqual(['net', 'do-not-sell:A.STK.USD', 'untradable:B.STK.USD'])
  expect(found.cheapestRelaxation.get('net')).toBeCloseTo(0.2, 9)
})

test.each([
  ['a forecast that is no number', { expectedReturn: Float64Array.of(Number.NaN, 0) }, 'A.STK.USD expectedReturn: was NaN, expected a number'], // prettier-ignore
  [
    'a negative cost',
    { impact: Float64Array.of(0, -1) },
    'B.STK.USD impact: was -1, expected a number ≥ 0',
  ],
  [
    'a list too short',
    { start: Float64Array.of(0) },
    'start: has 1 values, expected one for each of 2 names',
  ],
  ['crossed bounds', { bounds: [{ label: 'position:A.STK.USD', index: 0, lower: 1, upper: 0, kind: 'limit' as const }] }, 'position:A.STK.USD: was 1 to 0, expected two numbers, the lower first'], // prettier-ignore
  ['no aversion to risk', { riskAversion: 0 }, 'riskAversion: was 0, expected a number above 0'],
])('%s is refused', (_what, change, reason) => {
  expect(optimise(pair(change))).toEqual({ status: 'unsolved', reason })
})

test.each([
  ['a negative variance', { specificVariance: Float64Array.of(-1, 1) }, 'A.STK.USD risk.specificVariance: was -1, expected a number ≥ 0'], // prettier-ignore
  ['a model of other names', { instruments: ['A.STK.USD', 'C.STK.USD'] as InstrumentId[] }, 'B.STK.USD risk: the model has C.STK.USD in its place, expected the names of the case in their order'], // prettier-ignore
  ['an indefinite covariance', { factors: ['pc1'], exposures: Float64Array.of(1, 1), factorCovariance: Float64Array.of(-1) }, 'risk.factorCovariance: has a negative eigenvalue, expected a positive semidefinite matrix'], // prettier-ignore
])('%s is refused', (_what, change, reason) => {
  const { risk } = pair({})
  expect(optimise(pair({ risk: { ...risk, ...change } }))).toEqual({ status: 'unsolved', reason })
})
