import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { singleLinkage } from '#numerics/single-linkage.ts'

test('a chain is one cluster by its links', () => {
  // 0 –1– 1 –2– 2 –3– 3 on a line: each joins its neighbour, however far the ends are apart.
  const places = [0, 1, 3, 6]
  const distance = Float64Array.from(places.flatMap((a) => places.map((b) => Math.abs(a - b))))
  expect(singleLinkage(distance, 4)).toEqual([
    { first: 0, second: 1, height: 1 },
    { first: 4, second: 2, height: 2 },
    { first: 5, second: 3, height: 3 },
  ])
})

test('one item has nothing to merge with', () => {
  expect(singleLinkage(Float64Array.of(0), 1)).toEqual([])
})

const distances = fc.integer({ min: 2, max: 9 }).chain((n) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 1000 }), {
      minLength: (n * (n - 1)) / 2,
      maxLength: (n * (n - 1)) / 2,
    })
    .map((values) => {
      const data = new Float64Array(n * n)
      let next = 0
      for (let i = 0; i < n; i++)
        for (let j = 0; j < i; j++) data[i * n + j] = data[j * n + i] = values[next++]!
      return { n, data }
    }),
)

/** The definition, slowly: of all pairs of clusters join those whose nearest members are nearest. */
function slowly(distance: Float64Array, n: number): { members: string; height: number }[] {
  let clusters = Array.from({ length: n }, (_, i) => [i])
  const merged: { members: string; height: number }[] = []
  while (clusters.length > 1) {
    const [best] = clusters
      .flatMap((a, i) =>
        clusters.slice(i + 1).map((b) => ({
          a,
          b,
          height: Math.min(...a.flatMap((x) => b.map((y) => distance[x * n + y]!))),
        })),
      )
      .toSorted((p, q) => p.height - q.height)
    const { a, b, height } = best!
    const both = [...a, ...b].toSorted((x, y) => x - y)
    clusters = [...clusters.filter((cluster) => cluster !== a && cluster !== b), both]
    merged.push({ members: both.join(), height })
  }
  return merged
}

test('it is the definition, only faster', () => {
  fc.assert(
    fc.property(distances, ({ n, data }) => {
      const clusters = Array.from({ length: n }, (_, i) => [i])
      const merged = singleLinkage(data, n).map(({ first, second, height }) => {
        const both = [...clusters[first]!, ...clusters[second]!].toSorted((x, y) => x - y)
        clusters.push(both)
        return { members: both.join(), height }
      })
      expect(merged).toEqual(slowly(data, n))
    }),
  )
})
