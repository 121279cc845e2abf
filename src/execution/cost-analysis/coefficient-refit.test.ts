import { expect, test } from 'vitest'
import { normalAt, randomKey, uniformAt } from '#numerics/random.ts'
import { robustFit, type CostObservation, type Prior } from '#execution/cost-analysis/coefficient-refit.ts' // prettier-ignore

const FLAT: Prior = { mean: [1, 1], error: [Infinity, Infinity] }
const TABLE: Prior = { mean: [1, 1], error: [0.25, 0.5] }
const TRUE = [0.7, 0.4] as const

/** Lines of half spreads up to 5 bps and σ√(q / V) up to 12 bps, which pay 0.7 and 0.4 of them, and noise. */
function world(lines: number, noiseBps: number, seed = 1): CostObservation[] {
  const key = randomKey(seed, 'refit')
  return Array.from({ length: lines }, (_, i) => {
    const halfSpreadBps = 5 * uniformAt(key, 3 * i)
    const rootBps = 12 * uniformAt(key, 3 * i + 1)
    const noise = noiseBps * normalAt(key, 3 * i + 2)
    return { halfSpreadBps, rootBps, costBps: TRUE[0] * halfSpreadBps + TRUE[1] * rootBps + noise }
  })
}

test('without noise the coefficients are found, whatever the prior', () => {
  for (const prior of [FLAT, TABLE]) {
    const { coefficients } = robustFit(world(50, 0), prior)
    expect(coefficients[0]).toBeCloseTo(0.7, 3)
    expect(coefficients[1]).toBeCloseTo(0.4, 3)
  }
})

test('by hand: two lines that pay 2 and 3 for a half spread of 2 and a root of 6', () => {
  const observed = [
    { halfSpreadBps: 2, rootBps: 0, costBps: 2 },
    { halfSpreadBps: 0, rootBps: 6, costBps: 3 },
  ]
  const { coefficients } = robustFit(observed, FLAT)
  expect(coefficients[0]).toBeCloseTo(1, 9)
  expect(coefficients[1]).toBeCloseTo(0.5, 9)
})

test('a tenth of wild lines moves it little, and least squares much', () => {
  const wild = world(200, 0.5).map((of, i) => (i % 10 === 0 ? { ...of, costBps: of.costBps + 40 } : of)) // prettier-ignore
  const { coefficients, scale } = robustFit(wild, FLAT)
  expect(coefficients[0]).toBeCloseTo(0.7, 0)
  expect(Math.abs(coefficients[1] - 0.4)).toBeLessThan(0.05)
  expect(scale).toBeLessThan(1)
  const sum = (of: (row: CostObservation) => number) => wild.reduce((total, row) => total + of(row), 0) // prettier-ignore
  const [ss, sr, rr] = [sum((of) => of.halfSpreadBps ** 2), sum((of) => of.halfSpreadBps * of.rootBps), sum((of) => of.rootBps ** 2)] // prettier-ignore
  const [sc, rc] = [sum((of) => of.halfSpreadBps * of.costBps), sum((of) => of.rootBps * of.costBps)] // prettier-ignore
  const leastSquares = (ss * rc - sr * sc) / (ss * rr - sr * sr)
  expect(Math.abs(leastSquares - 0.4)).toBeGreaterThan(0.15)
})

test('standard errors are what estimates differ by from world to world', () => {
  const fits = Array.from({ length: 200 }, (_, seed) => robustFit(world(60, 2, seed), FLAT))
  for (const i of [0, 1] as const) {
    const squares = fits.map(({ coefficients }) => (coefficients[i] - TRUE[i]) ** 2)
    const differ = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / fits.length)
    const told = fits.reduce((sum, { errors }) => sum + errors[i], 0) / fits.length
    expect(told / differ).toBeGreaterThan(0.8)
    expect(told / differ).toBeLessThan(1.25)
  }
})

test('the noisier the lines, the nearer to the table, and never surer than it is noisy', () => {
  const pulled = [0.5, 5, 500].map((noise) => robustFit(world(40, noise), TABLE))
  const distances = pulled.map(({ coefficients: [, Y] }) => Math.abs(1 - Y))
  expect(distances[0]).toBeCloseTo(0.6, 1)
  expect(distances[2]).toBeLessThan(0.1)
  expect(pulled.map(({ errors: [, error] }) => error)).toEqual(pulled.map(({ errors: [, error] }) => error).toSorted((a, b) => a - b)) // prettier-ignore
  expect(pulled.every(({ errors }) => errors[0] < 0.25 && errors[1] < 0.5)).toBe(true)
})

test('lines that differ in nothing cannot tell the two apart: without a prior no answer, with one a shared one', () => {
  const alike = Array.from({ length: 20 }, () => ({ halfSpreadBps: 2, rootBps: 4, costBps: 3 }))
  expect(robustFit(alike, FLAT).coefficients).toEqual([NaN, NaN])
  const [factor, Y] = robustFit(alike, TABLE).coefficients
  expect(2 * factor + 4 * Y).toBeCloseTo(3, 2)
})
