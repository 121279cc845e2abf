/**
 * Agglomerative clustering by single linkage: two clusters are as far apart as their nearest pair, and the nearest are
 * merged first. The merges are the edges of the minimum spanning tree, shortest first (J. Gower & G. Ross, "Minimum
 * Spanning Trees and Single Linkage Cluster Analysis", Applied Statistics 18 (1969)), which is grown from one item
 * (R. Prim, 1957) in O(n²).
 */
import { invariant } from '#model/invariant.ts'

/** Two clusters become one. Items are clusters 0 … n − 1; the merge at place t makes cluster n + t. */
export interface Merge {
  readonly first: number
  readonly second: number
  /** Distance of the two, never falling from merge to merge. */
  readonly height: number
}

/**
 * @param distance - symmetric, row-major n × n
 * @returns n − 1 merges; ties go to the edges whose ends have the lowest numbers
 *
 * @example
 * singleLinkage(Float64Array.of(0, 5, 1, 5, 0, 2, 1, 2, 0), 3).map(({ height }) => height) // => [1, 2]
 */
export function singleLinkage(distance: Float64Array, n: number): Merge[] {
  invariant(distance.length === n * n, 'a distance matrix is n × n')
  const edges = spanningTree(distance, n).toSorted(
    (a, b) => a.length - b.length || a.low - b.low || a.high - b.high,
  )
  const parent = Int32Array.from({ length: 2 * n }, (_, i) => i)
  return edges.map(({ low, high, length }, t) => {
    const [first, second] = [rootOf(parent, low), rootOf(parent, high)]
    parent[first] = parent[second] = n + t
    return { first, second, height: length }
  })
}

interface Edge {
  readonly low: number
  readonly high: number
  readonly length: number
}

function spanningTree(distance: Float64Array, n: number): Edge[] {
  const nearest = new Int32Array(n)
  const gap = Float64Array.from({ length: n }, (_, i) => distance[i]!)
  const isIn = new Uint8Array(n)
  const edges: Edge[] = []
  isIn.fill(1, 0, 1)
  while (edges.length < n - 1) {
    let at = -1
    for (let i = 0; i < n; i++) if (isIn[i] === 0 && (at < 0 || gap[i]! < gap[at]!)) at = i
    const from = nearest[at]!
    edges.push({ low: Math.min(at, from), high: Math.max(at, from), length: gap[at]! })
    isIn[at] = 1
    for (let i = 0; i < n; i++)
      if (isIn[i] === 0 && distance[at * n + i]! < gap[i]!) {
        gap[i] = distance[at * n + i]!
        nearest[i] = at
      }
  }
  return edges
}

/** The cluster that an item is in by now, with the way there made shorter. */
function rootOf(parent: Int32Array, item: number): number {
  let at = item
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]!]!
    at = parent[at]!
  }
  return at
}
