/** Cleaning against the law's own equations, and against samples of a known truth. */
import { expect, test } from 'vitest'
import { gramOf } from '#numerics/gram.ts'
import { cleanedSpectrum, marchenkoPasturEdge, trueSpike } from '#numerics/marchenko-pastur.ts'
import { fillNormals, randomKey } from '#numerics/random.ts'
import { symmetricEigen } from '#numerics/symmetric-eigen.ts'

test.each([
  [1, 4],
  [0.25, 2.25],
  [4, 9],
])('the edge at q = %f is %f', (q, edge) => {
  expect(marchenkoPasturEdge(q, 1)).toBeCloseTo(edge, 14)
  expect(marchenkoPasturEdge(q, 0.5)).toBeCloseTo(edge / 2, 14)
})

test.each([
  [2, 0.5],
  [5, 0.5],
  [3, 1.5],
  [40, 3],
])('a true eigenvalue of %f at q = %f comes back from its sample value', (spike, q) => {
  expect(trueSpike(spike * (1 + q / (spike - 1)), q)).toBeCloseTo(spike, 10)
})

/** Sample eigenvalues of n normal series over T days, the first of which has the variance `spike`. */
function sampleOf(n: number, T: number, spike: number, seed: number) {
  const rows = new Float64Array(n * T)
  fillNormals(randomKey(seed, 'marchenko-pastur'), rows)
  for (let t = 0; t < T; t++) rows[t]! *= Math.sqrt(spike)
  const pairs = symmetricEigen(gramOf(rows, n, T).map((value) => value / T), n) // prettier-ignore
  return { ...pairs, trace: pairs.values.reduce((sum, value) => sum + value, 0) }
}

test('noise alone leaves nothing, and its eigenvalues fill the band', () => {
  const [n, T] = [100, 300]
  const { values, trace } = sampleOf(n, T, 1, 1)
  expect(values[0]).toBeGreaterThan(0.93 * marchenkoPasturEdge(n / T, 1))
  const { signal, noise } = cleanedSpectrum(values.slice(0, 10), trace, n, n / T)
  expect(signal).toHaveLength(0)
  expect(noise).toBeCloseTo(1, 1)
})

test('one strong direction is kept, shrunk to what it explains of a fresh sample', () => {
  const [n, T, spike, seeds] = [120, 120, 6, [2, 3, 4, 5, 6, 7]]
  let [raw, cleaned, fresh] = [0, 0, 0]
  for (const seed of seeds) {
    const { values, vectors, trace } = sampleOf(n, T, spike, seed)
    const { signal, noise } = cleanedSpectrum(values.slice(0, 10), trace, n, n / T)
    expect(signal).toHaveLength(1)
    raw += values[0]! / seeds.length
    cleaned += (noise + signal[0]!) / seeds.length
    // Variance of a fresh draw along the sample vector: noise + (spike − 1) cos².
    fresh += (1 + (spike - 1) * vectors[0]! * vectors[0]!) / seeds.length
  }
  expect(Math.abs(cleaned / fresh - 1)).toBeLessThan(0.1)
  expect(raw / fresh).toBeGreaterThan(1.3)
})

test('no more are kept than were looked at, and all of a matrix without noise', () => {
  const { signal, noise } = cleanedSpectrum(Float64Array.of(50, 40), 200, 100, 0.1)
  expect(signal).toHaveLength(2)
  expect(noise).toBeCloseTo(110 / 98, 12)
  expect([...cleanedSpectrum(Float64Array.of(3), 3, 3, 0.01).signal]).toEqual([3])
  expect([...cleanedSpectrum(Float64Array.of(1), 1, 1, 0.01).signal]).toEqual([])
})
