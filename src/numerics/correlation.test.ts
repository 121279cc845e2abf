import { expect, test } from 'vitest'
import { covariance, mean, standardDeviation } from '#numerics/moments.ts'
import { shrunkCorrelations } from '#numerics/correlation.ts'

/** A fixed sequence that looks like chance, in [−1, 1). */
const noise = (seed: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, t) => {
    const x = Math.sin(seed * 12.9898 + t * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })

/** Schäfer & Strimmer's λ written out by the definitions of their appendix A, without shortcuts. */
function slowShrinkage(series: readonly Float64Array[]): number {
  const T = series[0]!.length
  let [variances, squares] = [0, 0]
  for (const [i, x] of series.entries())
    for (const [j, y] of series.entries()) {
      if (i === j) continue
      const w = Array.from(x, (value, t) => {
        const zx = (value - mean(x)) / standardDeviation(x)
        const zy = (y[t]! - mean(y)) / standardDeviation(y)
        return zx * zy
      })
      const r = (T / (T - 1)) * mean(w)
      const about = w.reduce((total, value) => total + (value - mean(w)) ** 2, 0)
      variances += (T / (T - 1) ** 3) * about
      squares += r * r
    }
  return variances / squares
}

const common = noise(1, 40)
const series = [
  common,
  common.map((value, t) => value + 0.5 * noise(2, 40)[t]!),
  noise(3, 40),
  noise(4, 40),
]

test('the shrinkage is that of the published formula', () => {
  const { shrinkage } = shrunkCorrelations(series)
  expect(shrinkage).toBeGreaterThan(0)
  expect(shrinkage).toBeCloseTo(slowShrinkage(series), 12)
})

test('a correlation is the sample correlation less the shrinkage', () => {
  const { data, shrinkage } = shrunkCorrelations(series)
  const [x, y] = [series[0]!, series[1]!]
  const r = covariance(x, y) / (standardDeviation(x) * standardDeviation(y))
  expect(data[1]).toBeCloseTo((1 - shrinkage) * r, 12)
  expect(data[4]).toBe(data[1])
  expect(data[0]).toBe(1)
})

test('unrelated series are shrunk nearly to nothing', () => {
  const { data } = shrunkCorrelations(Array.from({ length: 12 }, (_, i) => noise(i + 10, 30)))
  const apart = [...data].filter((_, k) => k % 13 !== 0).map(Math.abs)
  expect(Math.max(...apart)).toBeLessThan(0.25)
})

test('a series that does not vary correlates with none', () => {
  const { data } = shrunkCorrelations([new Float64Array(40).fill(3), common])
  expect([...data]).toEqual([1, 0, 0, 1])
})

test('no series, no correlations', () => {
  expect(shrunkCorrelations([]).n).toBe(0)
})
