/**
 * What is due when: a binary heap over (time, rank, order of entry).
 *
 * An entry with a key is the only one of its key: putting it elsewhere takes it from where it stood. Entries without a key
 * stand until they are popped.
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
  /** @param key - whose one entry this is from now on; where it stands at that time already, it keeps its turn */
  push(due: Due<T>, key?: string): void
  /** Takes the entry of a key out, if there is one. */
  drop(key: string): void
  /** The next one that is due at `until` or before, taken out. */
  pop(until: EpochMs): Due<T> | undefined
  /** When the next one is due. */
  nextAt(): EpochMs | undefined
}

interface Entry<T> extends Due<T> {
  readonly key: string | undefined
  readonly entry: number
  /** Where in the heap it stands. */
  place: number
}

export function timeline<T>(): Timeline<T> {
  const heap: Entry<T>[] = []
  const byKey = new Map<string, Entry<T>>()
  let entries = 0

  const put = (entry: Entry<T>, place: number) => {
    heap[place] = entry
    entry.place = place
  }
  const swap = (a: Entry<T>, b: Entry<T>) => {
    const place = a.place
    put(a, b.place)
    put(b, place)
  }
  const rise = (entry: Entry<T>) => {
    while (entry.place > 0) {
      const parent = heap[(entry.place - 1) >>> 1]
      if (parent === undefined || !isBefore(entry, parent)) return
      swap(entry, parent)
    }
  }
  const sink = (entry: Entry<T>) => {
    for (;;) {
      const [left, right] = [heap[2 * entry.place + 1], heap[2 * entry.place + 2]]
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left // prettier-ignore
      if (child === undefined || !isBefore(child, entry)) return
      swap(entry, child)
    }
  }
  const remove = (entry: Entry<T>) => {
    if (entry.key !== undefined) byKey.delete(entry.key)
    const last = heap.pop()
    if (last === undefined || last === entry) return
    put(last, entry.place)
    rise(last)
    sink(last)
  }

  return {
    push: (due, key) => {
      const before = key === undefined ? undefined : byKey.get(key)
      if (before !== undefined && before.at === due.at && before.rank === due.rank) return
      if (before !== undefined) remove(before)
      const entry: Entry<T> = { ...due, key, entry: entries++, place: heap.length }
      heap.push(entry)
      if (key !== undefined) byKey.set(key, entry)
      rise(entry)
    },
    drop: (key) => {
      const entry = byKey.get(key)
      if (entry !== undefined) remove(entry)
    },
    pop: (until) => {
      const [top] = heap
      if (top === undefined || top.at > until) return undefined
      remove(top)
      return top
    },
    nextAt: () => heap[0]?.at,
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.at < b.at || (a.at === b.at && (a.rank - b.rank || a.entry - b.entry) < 0)
