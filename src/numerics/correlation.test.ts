import { expect, test } from 'vitest'
import { covariance, mean, standardDeviation } from '#numerics/moments.ts'
import { shrunkCorrelations } from '#numerics/correlation.ts'

/** A fixed sequence that looks like chance, in [−1, 1). */
const noise = (seed: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, t) => {
    const x = Math.sin(seed * 12.9898 + t * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })

/** The formula written out by its definitions, without shortcuts. */
function slowShrunk(x: Float64Array, y: Float64Array): number {
  const length = x.length
  const w = Array.from(x, (value, t) => {
    const zx = (value - mean(x)) / standardDeviation(x)
    const zy = (y[t]! - mean(y)) / standardDeviation(y)
    return zx * zy
  })
  const r = (length / (length - 1)) * mean(w)
  const about = w.reduce((total, value) => total + (value - mean(w)) ** 2, 0)
  const uncertainty = (length / (length - 1) ** 3) * about
  return r * Math.max(0, 1 - uncertainty / r ** 2)
}

const common = noise(1, 40)
const series = [
  common,
  common.map((value, t) => value + 0.5 * noise(2, 40)[t]!),
  noise(3, 40),
  common.map((value, t) => noise(4, 40)[t]! - 0.4 * value),
]

test('the shrinkage is that of the published formula', () => {
  const { n, data } = shrunkCorrelations(series)
  for (const [i, x] of series.entries())
    for (const [j, y] of series.entries())
      expect(data[i * n + j]).toBeCloseTo(i === j ? 1 : slowShrunk(x, y), 12)
})

const raw = (x: Float64Array, y: Float64Array) =>
  covariance(x, y) / (standardDeviation(x) * standardDeviation(y))

test('a strong correlation keeps nearly all of itself, a weak one loses most or all', () => {
  const { data } = shrunkCorrelations(series)
  const strong = raw(series[0]!, series[1]!)
  expect(strong).toBeGreaterThan(0.8)
  expect(data[1]! / strong).toBeGreaterThan(0.95)
  const weak = raw(series[0]!, series[3]!)
  expect(data[3]! / weak).toBeLessThan(0.9)
  expect(data[3]).toBeLessThan(0)
})

test('of many unrelated series most pairs end at nothing, and none is near one bet', () => {
  const { data } = shrunkCorrelations(Array.from({ length: 40 }, (_, i) => noise(i + 10, 120)))
  const apart = [...data].filter((_, k) => k % 41 !== 0)
  expect(apart.filter((r) => r === 0).length / apart.length).toBeGreaterThan(0.5)
  expect(Math.max(...apart)).toBeLessThan(0.5)
})

test('a series that does not vary correlates with none', () => {
  const { data } = shrunkCorrelations([new Float64Array(40).fill(3), common])
  expect([...data]).toEqual([1, 0, 0, 1])
})

test('no series, no correlations', () => {
  expect(shrunkCorrelations([]).n).toBe(0)
})
