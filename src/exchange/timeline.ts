/**
 * What is due when: a binary heap over (time, rank, order of entry).
 *
 * Entries are not taken back; whoever pops one checks that it still means something.
 */
import type { EpochMs } from '#model/time.ts'

/** At the same instant: days turn first, then orders end, then they are released, then quotes move. */
export type DueRank = 0 | 1 | 2 | 3

export interface Due<T> {
  readonly at: EpochMs
  readonly rank: DueRank
  readonly what: T
}

export interface Timeline<T> {
  push(due: Due<T>): void
  /** The next one that is due at `until` or before, taken out. */
  pop(until: EpochMs): Due<T> | undefined
  /** When the next one is due. */
  nextAt(): EpochMs | undefined
}

export function timeline<T>(): Timeline<T> {
  const heap: (Due<T> & { readonly entry: number })[] = []
  let entries = 0
  const before = (i: number, j: number): boolean => {
    const [a, b] = [heap[i], heap[j]]
    if (a === undefined || b === undefined) return false
    return a.at - b.at < 0 || (a.at === b.at && (a.rank - b.rank || a.entry - b.entry) < 0)
  }
  const swap = (i: number, j: number) => {
    const [a, b] = [heap[i], heap[j]]
    if (a === undefined || b === undefined) return
    heap[i] = b
    heap[j] = a
  }
  const rise = (from: number) => {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >>> 1
      if (!before(i, parent)) return
      swap(i, parent)
      i = parent
    }
  }
  const sink = () => {
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      const child = before(right, left) ? right : left
      if (!before(child, i)) return
      swap(i, child)
      i = child
    }
  }
  return {
    push: (due) => {
      heap.push({ ...due, entry: entries++ })
      rise(heap.length - 1)
    },
    pop: (until) => {
      const [top] = heap
      if (top === undefined || top.at > until) return undefined
      swap(0, heap.length - 1)
      heap.pop()
      sink()
      return top
    },
    nextAt: () => heap[0]?.at,
  }
}
