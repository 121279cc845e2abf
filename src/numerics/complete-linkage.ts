/**
 * Agglomerative clustering by complete linkage: two clusters are as alike as their least alike
 * pair, the most alike are merged first, and merging stops below the cut. Within a cluster every
 * pair is therefore at least as alike as the cut.
 *
 * F. Murtagh & P. Contreras, "Algorithms for hierarchical clustering: an overview", WIREs Data
 * Mining 2 (2012), for the Lance–Williams update; nearest neighbours are kept per row, so that
 * the usual cost is O(n²) and the worst O(n³).
 */
import { invariant } from '#model/invariant.ts'

/**
 * @param similarity - symmetric, row-major n × n
 * @param cut - clusters less alike than this stay apart
 * @returns for each item the cluster it is in, by the number of its first member: [0, 0, 2] says
 *   that items 0 and 1 are together. Ties go to the lowest numbers, so the answer is one.
 *
 * @example
 * completeLinkage(Float64Array.of(1, 0.9, 0.2, 0.9, 1, 0.1, 0.2, 0.1, 1), 3, 0.7) // => [0, 0, 2]
 */
export function completeLinkage(similarity: Float64Array, n: number, cut: number): number[] {
  invariant(similarity.length === n * n, 'a similarity matrix is n × n')
  const s = similarity.slice()
  const clusterOf = Array.from({ length: n }, (_, i) => i)
  const active = new Uint8Array(n).fill(1)
  const nearest = Int32Array.from({ length: n }, (_, i) => nearestAfter(s, n, active, i))
  for (;;) {
    const a = mostAlike(s, n, active, nearest)
    const b = a < 0 ? -1 : nearest[a]!
    if (b < 0 || !(s[a * n + b]! >= cut)) return clusterOf
    active[b] = 0
    for (let i = 0; i < n; i++) {
      if (clusterOf[i] === b) clusterOf[i] = a
      if (active[i] === 0 || i === a) continue
      const least = Math.min(s[a * n + i]!, s[b * n + i]!)
      s[a * n + i] = least
      s[i * n + a] = least
    }
    refresh(s, n, active, nearest, a, b)
  }
}

/** The most alike active item with a higher number, the first among equals; −1 when there is none. */
function nearestAfter(s: Float64Array, n: number, active: Uint8Array, i: number): number {
  let best = -1
  for (let j = i + 1; j < n; j++)
    if (active[j] === 1 && (best < 0 || s[i * n + j]! > s[i * n + best]!)) best = j
  return best
}

/** The row whose nearest neighbour is most alike; −1 when fewer than two are active. */
function mostAlike(s: Float64Array, n: number, active: Uint8Array, nearest: Int32Array): number {
  let best = -1
  for (let i = 0; i < n; i++) {
    if (active[i] === 0 || nearest[i]! < 0) continue
    if (best < 0 || s[i * n + nearest[i]!]! > s[best * n + nearest[best]!]!) best = i
  }
  return best
}

/** After b joined a, likeness to a can only have fallen: rows that pointed at either look again. */
function refresh(
  s: Float64Array,
  n: number,
  active: Uint8Array,
  nearest: Int32Array,
  a: number,
  b: number,
): void {
  for (let i = 0; i < n; i++) {
    if (active[i] === 0) continue
    if (i === a || nearest[i] === a || nearest[i] === b) nearest[i] = nearestAfter(s, n, active, i)
  }
}
