/** Hierarchical risk parity by hand, by the paper's steps written out densely, and by what must not matter. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hierarchicalWeights } from '#numerics/hierarchical-weights.ts'
import {
  dot,
  fromDense,
  permuted,
  randomCovariance,
  toDense,
  type Dense,
} from '#test/support/covariances.ts'

test('two pairs, by hand', () => {
  // Volatilities 1, 2, 1, 3; the first two correlate 0.5, the last two 0.92, across nothing.
  const weights = hierarchicalWeights(
    fromDense([
      [1, 1, 0, 0],
      [1, 4, 0, 0],
      [0, 0, 1, 2.76],
      [0, 0, 2.76, 9],
    ]),
  )
  // Columns of √(½(1 − r)) are nearest for the last two, 0.28, then the first two, 0.71; so the order is 2 3 | 0 1.
  // A pair by inverse variances: 0.9 and 0.1 with variance 1.3968; 0.8 and 0.2 with variance 1.12.
  const last = 1 - 1.3968 / (1.3968 + 1.12)
  const expected = [0.8 * (1 - last), 0.2 * (1 - last), 0.9 * last, 0.1 * last]
  expected.forEach((w, i) => expect(weights[i]).toBeCloseTo(w, 12))
})

test('of two names the weights are in inverse proportion to variance', () => {
  const weights = hierarchicalWeights(fromDense([[0.04, 0.03], [0.03, 0.09]])) // prettier-ignore
  expect(weights[0]).toBeCloseTo(9 / 13, 12)
})

/** The steps of the paper on the matrix itself, clusters as lists of members. */
function slowly(matrix: Dense): number[] {
  const n = matrix.length
  const all = matrix.map((_, i) => i)
  const near = all.map((i) => all.map((j) => Math.sqrt(Math.max(0, 0.5 * (1 - matrix[i]![j]! / Math.sqrt(matrix[i]![i]! * matrix[j]![j]!)))))) // prettier-ignore
  const far = all.map((i) => all.map((j) => Math.hypot(...all.map((k) => near[i]![k]! - near[j]![k]!)))) // prettier-ignore
  let clusters = all.map((i) => ({ order: [i], height: -1 }))
  while (clusters.length > 1) {
    const [best] = clusters
      .flatMap((a, at) =>
        clusters.slice(at + 1).map((b) => ({
          a,
          b,
          height: Math.min(...a.order.flatMap((x) => b.order.map((y) => far[x]![y]!))),
        })),
      )
      .toSorted((p, q) => p.height - q.height)
    const { a, b, height } = best!
    const least = ({ order }: { order: number[] }) => Math.min(...order.map((i) => matrix[i]![i]!))
    const [left, right] = [a, b].toSorted((x, y) => x.height - y.height || least(x) - least(y))
    clusters = [...clusters.filter((cluster) => cluster !== a && cluster !== b), { order: [...left!.order, ...right!.order], height }] // prettier-ignore
  }
  const weights = Array.from({ length: n }, () => 1)
  const risk = (part: number[]) => {
    const total = part.reduce((sum, i) => sum + 1 / matrix[i]![i]!, 0)
    const w = part.map((i) => 1 / matrix[i]![i]! / total)
    return part.reduce((sum, i, x) => sum + part.reduce((inner, j, y) => inner + w[x]! * w[y]! * matrix[i]![j]!, 0), 0) // prettier-ignore
  }
  let parts = [clusters[0]!.order]
  while (parts.length > 0) {
    parts = parts.filter((part) => part.length > 1).flatMap((part) => [part.slice(0, part.length >> 1), part.slice(part.length >> 1)]) // prettier-ignore
    for (let at = 0; at < parts.length; at += 2) {
      const [a, b] = [parts[at]!, parts[at + 1]!]
      const alpha = 1 - risk(a) / (risk(a) + risk(b))
      for (const i of a) weights[i]! *= alpha
      for (const i of b) weights[i]! *= 1 - alpha
    }
  }
  return weights
}

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  n: fc.integer({ min: 2, max: 14 }),
  factors: fc.integer({ min: 1, max: 4 }),
})

test('it is the paper, only faster', () => {
  fc.assert(
    fc.property(cases, ({ seed, n, factors }) => {
      const covariance = randomCovariance(seed, n, factors)
      const weights = hierarchicalWeights(covariance)
      slowly(toDense(covariance)).forEach((w, i) => expect(weights[i]).toBeCloseTo(w, 11))
      expect(weights.every((w) => w > 0)).toBe(true)
      expect(dot(weights, new Float64Array(n).fill(1))).toBeCloseTo(1, 12)
    }),
    { numRuns: 60 },
  )
})

test('neither the order of the names nor the unit matters', () => {
  fc.assert(
    fc.property(cases, ({ seed, n, factors }) => {
      const covariance = randomCovariance(seed, n, factors)
      const weights = hierarchicalWeights(covariance)
      const order = Array.from({ length: n }, (_, i) => n - 1 - i)
      const other = hierarchicalWeights(permuted(covariance, order))
      order.forEach((from, to) => expect(other[to]).toBeCloseTo(weights[from]!, 11))
      const yearly = { ...covariance, loadings: covariance.loadings.map((x) => x * 16), specific: covariance.specific.map((d) => d * 256) } // prettier-ignore
      hierarchicalWeights(yearly).forEach((w, i) => expect(w).toBeCloseTo(weights[i]!, 12))
    }),
    { numRuns: 60 },
  )
})

test('two copies of a name are one cluster and share its weight', () => {
  // In the order 1 | 0 0′ the halves are the name and its copies.
  const [once, twice] = [
    hierarchicalWeights(fromDense([[4, 1], [1, 9]])),
    hierarchicalWeights(fromDense([[4, 1, 4], [1, 9, 1], [4, 1, 4]])),
  ] // prettier-ignore
  expect(twice[0]).toBeCloseTo(once[0]! / 2, 12)
  expect(twice[2]).toBeCloseTo(once[0]! / 2, 12)
  expect(twice[1]).toBeCloseTo(once[1]!, 12)
})
