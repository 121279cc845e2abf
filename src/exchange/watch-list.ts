/** Who is watched, and which of their quotes are new since they were last shown. */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { Matching } from '#exchange/book/matching.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'

export interface WatchList {
  /** Counted; unknown instruments are left out. */
  watch(id: InstrumentId): void
  unwatch(id: InstrumentId): void
  /** At most one an instrument, by id: the quote that stands, where it is another than was shown. */
  changes(now: EpochMs): readonly VenueEvent[]
  /** When the first of the watched is quoted anew. */
  nextAt(now: EpochMs): EpochMs | undefined
}

export function watchList(board: QuoteBoard, book: Matching): WatchList {
  const counts = new Map<InstrumentId, number>()
  const shownAt = new Map<InstrumentId, EpochMs>()
  let inOrder: readonly InstrumentId[] = []
  const count = (id: InstrumentId, by: 1 | -1) => {
    if (board.instrument(id) === undefined) return
    const watchers = (counts.get(id) ?? 0) + by
    if (watchers > 0) counts.set(id, watchers)
    else {
      counts.delete(id)
      shownAt.delete(id)
    }
    inOrder = [...counts.keys()].toSorted()
  }
  return {
    watch: (id) => count(id, 1),
    unwatch: (id) => count(id, -1),
    changes: (now) =>
      inOrder.flatMap((id) => {
        const of = board.instrument(id)
        if (of === undefined) return []
        const { at } = board.quoteTime(of, now)
        if (shownAt.get(id) === at) return []
        shownAt.set(id, at)
        return [{ type: 'QuoteChanged', quote: board.quote(of, now, book.ownDepth(of)) }]
      }),
    nextAt: (now) =>
      inOrder.reduce<EpochMs | undefined>((soonest, id) => {
        const of = board.instrument(id)
        return of === undefined ? soonest : earlier(soonest, board.nextQuoteAt(of, now))
      }, undefined),
  }
}

/** The earlier of two instants, of which either may be absent. */
export function earlier(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
