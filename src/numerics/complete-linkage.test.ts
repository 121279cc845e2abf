import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { completeLinkage } from '#numerics/complete-linkage.ts'

test('the documented example', () => {
  expect(completeLinkage(Float64Array.of(1, 0.9, 0.2, 0.9, 1, 0.1, 0.2, 0.1, 1), 3, 0.7)).toEqual([
    0, 0, 2,
  ])
})

test('a chain is no cluster: its ends are not alike', () => {
  // 0–1 and 1–2 are alike, 0–2 are not; single linkage would join all three.
  const chain = Float64Array.of(1, 0.9, 0.3, 0.9, 1, 0.8, 0.3, 0.8, 1)
  expect(completeLinkage(chain, 3, 0.7)).toEqual([0, 0, 2])
})

test('nothing to cluster', () => {
  expect(completeLinkage(new Float64Array(0), 0, 0.7)).toEqual([])
  expect(completeLinkage(Float64Array.of(1), 1, 0.7)).toEqual([0])
})

/** Any symmetric matrix of distinct similarities, so that there are no ties to break. */
const similarities = fc.integer({ min: 2, max: 8 }).chain((n) =>
  fc
    .uniqueArray(fc.integer({ min: -1000, max: 1000 }), {
      minLength: (n * (n - 1)) / 2,
      maxLength: (n * (n - 1)) / 2,
    })
    .map((values) => {
      const data = new Float64Array(n * n).fill(1)
      let next = 0
      for (let i = 0; i < n; i++)
        for (let j = 0; j < i; j++) {
          data[i * n + j] = values[next]! / 1000
          data[j * n + i] = values[next++]! / 1000
        }
      return { n, data }
    }),
)

/** The definition, slowly: look at all pairs of clusters, join the best, until the cut. */
function slowLinkage(s: Float64Array, n: number, cut: number): number[] {
  let clusters = Array.from({ length: n }, (_, i) => [i])
  for (;;) {
    const pairs = clusters.flatMap((a, i) =>
      clusters.slice(i + 1).map((b) => ({
        a,
        b,
        least: Math.min(...a.flatMap((x) => b.map((y) => s[x * n + y]!))),
      })),
    )
    const best = pairs.toSorted((p, q) => q.least - p.least)[0]
    if (best === undefined || best.least < cut) break
    clusters = [...clusters.filter((c) => c !== best.a && c !== best.b), [...best.a, ...best.b]]
  }
  return Array.from({ length: n }, (_, i) =>
    Math.min(...(clusters.find((cluster) => cluster.includes(i)) ?? [i])),
  )
}

test('it is the definition, only faster', () => {
  fc.assert(
    fc.property(similarities, fc.double({ min: -1, max: 1, noNaN: true }), ({ n, data }, cut) => {
      expect(completeLinkage(data, n, cut)).toEqual(slowLinkage(data, n, cut))
    }),
  )
})
