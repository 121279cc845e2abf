/** Risk budgets by their definition, wᵢ(Cov w)ᵢ ∝ bᵢ, with the covariance written out. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { riskBudgetWeights } from '#numerics/risk-budget-weights.ts'
import type { LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import {
  dot,
  fromDense,
  permuted,
  randomCovariance,
  times,
  toDense,
} from '#test/support/covariances.ts'

const equal = (n: number) => new Float64Array(n).fill(1)

function solved(covariance: LowRankCovariance, budgets = equal(covariance.n)): Float64Array {
  const weights = riskBudgetWeights(covariance, budgets)
  if (weights === undefined) throw new Error('solvable by construction')
  return weights
}

/** Shares in the variance, by the definition. */
function sharesOf(covariance: LowRankCovariance, w: Float64Array): number[] {
  const slopes = times(toDense(covariance), w)
  const variance = dot(w, slopes)
  return slopes.map((slope, i) => (w[i]! * slope) / variance)
}

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  n: fc.integer({ min: 2, max: 40 }),
  factors: fc.integer({ min: 0, max: 6 }),
})

test('each has the share in the variance that its budget says, to 1e-10', () => {
  fc.assert(
    fc.property(cases, ({ seed, n, factors }) => {
      const covariance = randomCovariance(seed, n, factors)
      const budgets = Float64Array.from({ length: n }, (_, i) => 1 + ((seed + i) % 5))
      const total = budgets.reduce((sum, b) => sum + b, 0)
      const weights = solved(covariance, budgets)
      expect(weights.every((w) => w > 0)).toBe(true)
      expect(dot(weights, equal(n))).toBeCloseTo(1, 12)
      for (const [i, share] of sharesOf(covariance, weights).entries())
        expect(Math.abs(share / (budgets[i]! / total) - 1)).toBeLessThan(1e-10)
    }),
    { numRuns: 60 },
  )
})

test('of two names the weights are in inverse proportion to volatility, whatever they have in common', () => {
  for (const r of [-0.9, -0.5, 0, 0.3, 0.95, 1]) {
    const weights = solved(fromDense([[0.04, 0.06 * r], [0.06 * r, 0.09]])) // prettier-ignore
    expect(weights[0]).toBeCloseTo(0.6, 10)
    expect(weights[1]).toBeCloseTo(0.4, 10)
  }
})

test('two names with budgets and no correlation: weights as √b/σ', () => {
  const weights = solved(fromDense([[0.04, 0], [0, 0.09]]), Float64Array.of(4, 1)) // prettier-ignore
  expect(weights[0]! / weights[1]!).toBeCloseTo((2 / 0.2) / (1 / 0.3), 10) // prettier-ignore
})

test('three names of which two are alike, by hand', () => {
  // Unit variances; 0 and 1 correlate r = 0.5, 2 with none: w₀²(1 + r) = w₂², so that w₂ = w₀√1.5.
  const weights = solved(fromDense([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]])) // prettier-ignore
  expect(weights[0]).toBeCloseTo(1 / (2 + Math.sqrt(1.5)), 11)
  expect(weights[2]).toBeCloseTo(Math.sqrt(1.5) / (2 + Math.sqrt(1.5)), 11)
})

test('neither the order of the names nor the unit matters, and a leveraged name has the less weight', () => {
  fc.assert(
    fc.property(cases, ({ seed, n, factors }) => {
      const covariance = randomCovariance(seed, n, factors)
      const weights = solved(covariance)
      const order = Array.from({ length: n }, (_, i) => (i + (seed % n)) % n)
      const other = solved(permuted(covariance, order))
      order.forEach((from, to) => expect(other[to]).toBeCloseTo(weights[from]!, 10))
      const yearly = { ...covariance, loadings: covariance.loadings.map((x) => x * 16), specific: covariance.specific.map((d) => d * 256) } // prettier-ignore
      solved(yearly).forEach((w, i) => expect(w).toBeCloseTo(weights[i]!, 12))
      const doubled = { ...covariance, loadings: covariance.loadings.map((x, at) => at < factors ? 2 * x : x), specific: covariance.specific.map((d, i) => i === 0 ? 4 * d : d) } // prettier-ignore
      const leveraged = solved(doubled)
      expect(leveraged[0]! / leveraged[1]!).toBeCloseTo(weights[0]! / weights[1]! / 2, 9)
    }),
    { numRuns: 30 },
  )
})

test('two copies of a name share what one of them had with the budget of both', () => {
  const one = toDense(randomCovariance(5, 6, 2))
  const twice = [...one, one[0]!].map((row) => [...row, row[0]!])
  const weights = solved(fromDense(one))
  const split = solved(fromDense(twice), Float64Array.of(0.5, 1, 1, 1, 1, 1, 0.5))
  expect(split[0]).toBeCloseTo(weights[0]! / 2, 10)
  expect(split[6]).toBeCloseTo(weights[0]! / 2, 10)
  for (let i = 1; i < 6; i++) expect(split[i]).toBeCloseTo(weights[i]!, 10)
})

test('names that hedge each other without a rest have no such weights', () => {
  expect(riskBudgetWeights(fromDense([[1, -1], [-1, 1]]), equal(2))).toBeUndefined() // prettier-ignore
})

test('a thousand names, and the same bits again', () => {
  const covariance = randomCovariance(3, 1_000, 20)
  const weights = solved(covariance)
  for (const share of sharesOf(covariance, weights)) expect(Math.abs(share * 1_000 - 1)).toBeLessThan(1e-10) // prettier-ignore
  expect(solved(covariance)).toEqual(weights)
})
