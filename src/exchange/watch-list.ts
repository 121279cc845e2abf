/**
 * Who is watched, and which of their quotes are new since they were last shown.
 *
 * A look costs one comparison a name and one quote for each that changed.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import type { Matching } from '#exchange/book/matching.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'

export interface WatchList {
  /** Counted; unknown instruments are left out. */
  watch(id: InstrumentId): void
  unwatch(id: InstrumentId): void
  isWatched(id: InstrumentId): boolean
  /** At most one an instrument, by id: the quote that stands, where it is another than was shown. */
  changes(now: EpochMs): readonly VenueEvent[]
  /** When the first of the watched is quoted anew. */
  nextAt(now: EpochMs): EpochMs | undefined
  /** The quote of an instrument has changed between two ticks: it is shown at the next look. */
  disturbed(id: InstrumentId): void
}

interface Watched {
  readonly of: Instrument
  watchers: number
  /** The quote that was shown last. */
  shownAt: EpochMs | undefined
  /** It stands at least until then. */
  standsUntil: EpochMs
  /** When the next one is made, where that was asked. */
  nextAt: EpochMs | undefined
}

export function watchList(board: QuoteBoard, book: Matching): WatchList {
  const watched = new Map<InstrumentId, Watched>()
  let inOrder: readonly Watched[] = []
  const sort = () => {
    inOrder = [...watched.values()].toSorted((a, b) => (a.of.id < b.of.id ? -1 : 1))
  }
  const anew = (each: Watched) => {
    each.shownAt = undefined
    each.standsUntil = 0
    each.nextAt = undefined
  }
  const look = (each: Watched, now: EpochMs): VenueEvent | undefined => {
    const { at, standsUntil } = board.quoteTime(each.of, now)
    const isKnown = each.shownAt === at
    each.standsUntil = standsUntil
    if (isKnown) return undefined
    each.shownAt = at
    each.nextAt = undefined
    return { type: 'QuoteChanged', quote: board.quote(each.of, now, book.ownDepth(each.of)) }
  }
  return {
    watch: (id) => {
      const of = board.instrument(id)
      const known = watched.get(id)
      if (known !== undefined) known.watchers++
      if (of === undefined || known !== undefined) return
      watched.set(id, { of, watchers: 1, shownAt: undefined, standsUntil: 0, nextAt: undefined })
      sort()
    },
    unwatch: (id) => {
      const known = watched.get(id)
      if (known === undefined || --known.watchers > 0) return
      watched.delete(id)
      sort()
    },
    isWatched: (id) => watched.has(id),
    changes: (now) => {
      const events: VenueEvent[] = []
      for (const each of inOrder) {
        if (now < each.standsUntil) continue
        const event = look(each, now)
        if (event !== undefined) events.push(event)
      }
      return events
    },
    nextAt: (now) => {
      let soonest: EpochMs | undefined
      for (const each of inOrder) {
        if (each.nextAt === undefined || each.nextAt <= now) each.nextAt = board.nextQuoteAt(each.of, now) // prettier-ignore
        soonest = earlier(soonest, each.nextAt)
      }
      return soonest
    },
    disturbed: (id) => {
      const known = watched.get(id)
      if (known !== undefined) anew(known)
    },
  }
}

/** The earlier of two instants, of which either may be absent. */
export function earlier(a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
