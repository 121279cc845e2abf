/** The posterior against the published example, and against the formula with the matrices written out. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { posteriorOf } from '#numerics/posterior-mean.ts'
import {
  dot,
  fromDense,
  inverseOf,
  randomCovariance,
  times,
  toDense,
  type Dense,
} from '#test/support/covariances.ts'

/**
 * G. He & R. Litterman, "The Intuition Behind Black–Litterman Model Portfolios", Goldman Sachs (1999): tables 1 and 2
 * (annual), δ = 2.5, τ = 0.05. Australia, Canada, France, Germany, Japan, UK, USA.
 */
const CORRELATIONS = [
  [1, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491],
  [0.488, 1, 0.664, 0.655, 0.31, 0.608, 0.779],
  [0.478, 0.664, 1, 0.861, 0.355, 0.783, 0.668],
  [0.515, 0.655, 0.861, 1, 0.354, 0.777, 0.653],
  [0.439, 0.31, 0.355, 0.354, 1, 0.405, 0.306],
  [0.512, 0.608, 0.783, 0.777, 0.405, 1, 0.652],
  [0.491, 0.779, 0.668, 0.653, 0.306, 0.652, 1],
]
const VOLATILITIES = [0.16, 0.203, 0.248, 0.271, 0.21, 0.2, 0.187]
const MARKET = [0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615]
const [DELTA, TAU] = [2.5, 0.05]
const COV = CORRELATIONS.map((row, i) => row.map((r, j) => r * VOLATILITIES[i]! * VOLATILITIES[j]!))

const EQUILIBRIUM = times(COV, MARKET).map((value) => DELTA * value)
const percent = (values: ArrayLike<number>) => Array.from(values, (value) => value * 100)
/** As printed: one decimal. */
const expectPrinted = (found: readonly number[], printed: readonly number[]) =>
  printed.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(0.0501))

const multiply = (a: Dense, b: Dense): number[][] =>
  a.map((row) => b[0]!.map((_, j) => dot(row, b.map((other) => other[j]!)))) // prettier-ignore
const transposed = (a: Dense): number[][] => a[0]!.map((_, j) => a.map((row) => row[j]!))

/** A portfolio, the name that it stands for among the coordinates, and what is expected of it. */
interface PortfolioView {
  readonly at: number
  readonly portfolio: readonly number[]
  readonly expected: number
}

/** Means and unconstrained optimal weights of the countries after views on portfolios. */
function afterViews(views: readonly PortfolioView[]) {
  const basis = COV.map((_, i) => COV.map((__, j) => Number(i === j)))
  for (const { at, portfolio } of views) basis[at] = [...portfolio]
  const covariance = multiply(multiply(basis, COV), transposed(basis))
  const viewed = new Map(views.map((view) => [view.at, view]))
  const all = COV.map((_, i) => i)
  const posterior = posteriorOf({
    prior: Float64Array.from(times(basis, EQUILIBRIUM)),
    covariance: fromDense(covariance),
    tau: TAU,
    views: Float64Array.from(all, (i) => viewed.get(i)?.expected ?? NaN),
    // ω/τ is the variance of the view's portfolio, as in the paper.
    viewVariance: Float64Array.from(all, (i) => (viewed.has(i) ? TAU * covariance[i]![i]! : Infinity)), // prettier-ignore
  })
  const inCoordinates = times(inverseOf(toDense(posterior.covariance)), posterior.mean)
  return {
    omegas: views.map(({ at }) => covariance[at]![at]!),
    mean: times(inverseOf(basis), posterior.mean),
    weights: times(transposed(basis), inCoordinates).map((value) => value / DELTA),
  }
}

/** The rest of Europe is France and the UK by their market weights: printed −29.5 % and −70.5 %. */
const [FRANCE, UK] = [-0.052 / 0.176, -0.124 / 0.176]
const GERMANY: PortfolioView = { at: 3, portfolio: [0, 0, FRANCE, 1, 0, UK, 0], expected: 0.05 }
const CANADA: PortfolioView = { at: 1, portfolio: [0, 1, 0, 0, 0, 0, -1], expected: 0.03 }

test('table 2: the equilibrium returns of seven countries', () => {
  expectPrinted(percent(EQUILIBRIUM), [3.9, 6.9, 8.4, 9.0, 4.3, 6.8, 7.6])
})

test('table 4: Germany outperforms the rest of Europe by 5 %', () => {
  const { mean, weights, omegas } = afterViews([GERMANY])
  expect(omegas[0]).toBeCloseTo(0.021, 3)
  expectPrinted(percent(mean), [4.3, 7.6, 9.3, 11.0, 4.5, 7.0, 8.1])
  expectPrinted(percent(weights), [1.5, 2.1, -4.0, 35.4, 11.0, -9.5, 58.6])
  const tilt = weights.map((w, i) => w - MARKET[i]! / (1 + TAU))
  expectPrinted(percent(tilt), [0, 0, -8.9, 30.2, 0, -21.3, 0])
  // Λ, the weight of the view's portfolio.
  expect(tilt[3]).toBeCloseTo(0.302, 3)
})

test('table 5: and Canada the USA by 3 %', () => {
  const { mean, weights, omegas } = afterViews([GERMANY, CANADA])
  expect(omegas[1]).toBeCloseTo(0.017, 3)
  expectPrinted(percent(mean), [4.4, 8.7, 9.5, 11.2, 4.6, 7.0, 7.5])
  expectPrinted(percent(weights), [1.5, 41.9, -3.4, 33.6, 11.0, -8.2, 18.8])
})

test('without a view the mean stays, and the covariance is wider by tau', () => {
  const covariance = randomCovariance(1, 5, 2)
  const prior = Float64Array.of(1, 2, 3, 4, 5)
  const none = { views: new Float64Array(5).fill(NaN), viewVariance: new Float64Array(5).fill(Infinity) } // prettier-ignore
  const posterior = posteriorOf({ prior, covariance, tau: 0.1, ...none })
  expect(posterior.mean).toEqual(prior)
  const [before, after] = [toDense(covariance).flat(), toDense(posterior.covariance).flat()]
  after.forEach((value, at) => expect(value / before[at]!).toBeCloseTo(1.1, 11))
})

test('the factor form gives what ((tau·Cov)⁻¹ + Ω⁻¹)⁻¹ gives with the matrices inverted', () => {
  const cases = fc.record({ seed: fc.integer({ min: 0, max: 1_000_000 }), n: fc.integer({ min: 1, max: 12 }), factors: fc.integer({ min: 0, max: 4 }) }) // prettier-ignore
  fc.assert(
    fc.property(cases, ({ seed, n, factors }) => {
      const covariance = randomCovariance(seed, n, factors)
      const all = Array.from({ length: n }, (_, i) => i)
      const prior = Float64Array.from(all, (i) => 0.001 * Math.sin(seed + i))
      const views = Float64Array.from(all, (i) => 0.002 * Math.cos(seed * 3 + i))
      const viewVariance = Float64Array.from(all, (i) => ((seed + i) % 3 === 0 ? Infinity : 1e-6 * (1 + ((seed + i) % 7)))) // prettier-ignore
      const posterior = posteriorOf({ prior, covariance, tau: 0.05, views, viewVariance })
      const dense = toDense(covariance)
      const trust = inverseOf(dense.map((row) => row.map((value) => value * 0.05)))
      const width = inverseOf(trust.map((row, i) => row.map((value, j) => value + (i === j ? 1 / viewVariance[i]! : 0)))) // prettier-ignore
      const pull = times(trust, prior).map((value, i) => value + (viewVariance[i] === Infinity ? 0 : views[i]! / viewVariance[i]!)) // prettier-ignore
      times(width, pull).forEach((mean, i) => expect(Math.abs(posterior.mean[i]! - mean)).toBeLessThan(1e-12)) // prettier-ignore
      toDense(posterior.covariance).forEach((row, i) => row.forEach((value, j) => expect(Math.abs(value - dense[i]![j]! - width[i]![j]!)).toBeLessThan(1e-14))) // prettier-ignore
    }),
    { numRuns: 60 },
  )
})

test('a certain view is taken as it is', () => {
  const covariance = randomCovariance(2, 3, 1)
  const { mean } = posteriorOf({ prior: new Float64Array(3), covariance, tau: 0.05, views: Float64Array.of(0.01, NaN, NaN), viewVariance: Float64Array.of(0, Infinity, Infinity) }) // prettier-ignore
  expect(mean[0]).toBeCloseTo(0.01, 14)
  expect(mean[1]).toBeGreaterThan(0)
})
