/**
 * Tells halts when they begin and end, and lets orders go when they end.
 *
 * Looked after are names that somebody watches or has orders in: at each turn of their halt plan, and whenever
 * a trade of ours or a control may have changed it. What a halt does to the book is the quote board's.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { HaltCause, VenueEvent } from '#exchange/exchange.ts'

export interface HaltWatch {
  /** Looks after a name from now on. */
  follow(of: Instrument, now: EpochMs): void
  /** What has changed; the next look is put on the timeline where the name still matters. */
  look(of: Instrument, now: EpochMs): readonly VenueEvent[]
  /** Whether a look that was put on the timeline for `at` still means something. */
  isDue(id: InstrumentId, at: EpochMs): boolean
}

export interface HaltWatchParts {
  readonly board: QuoteBoard
  /** Whether somebody watches it or has orders in it. */
  readonly matters: (id: InstrumentId) => boolean
  /** Puts the next look on the timeline. */
  readonly due: (of: Instrument, at: EpochMs) => void
  /** Trading goes on. */
  readonly resumed: (of: Instrument, now: EpochMs) => readonly VenueEvent[]
  /** Level 1 is another at once. */
  readonly shown: (id: InstrumentId) => void
}

export function haltWatch(parts: HaltWatchParts): HaltWatch {
  const { board, matters, due } = parts
  const told = new Map<InstrumentId, HaltCause>()
  const looks = new Map<InstrumentId, EpochMs>()

  const next = (of: Instrument, now: EpochMs) => {
    const at = board.nextTurnAt(of, now)
    if (!matters(of.id)) looks.delete(of.id)
    else if (looks.get(of.id) !== at) {
      looks.set(of.id, at)
      due(of, at)
    }
  }
  const changes = (of: Instrument, now: EpochMs): readonly VenueEvent[] => {
    const cause = board.haltAt(of.id, now)?.cause
    const before = told.get(of.id)
    if (cause === before) return []
    parts.shown(of.id)
    if (cause === undefined) {
      told.delete(of.id)
      return [{ type: 'TradingResumed', instrument: of.id }, ...parts.resumed(of, now)]
    }
    told.set(of.id, cause)
    return [{ type: 'TradingHalted', instrument: of.id, cause }]
  }
  return {
    follow: (of, now) => {
      const halt = board.haltAt(of.id, now)
      if (halt !== undefined && !told.has(of.id)) told.set(of.id, halt.cause)
      next(of, now)
    },
    look: (of, now) => {
      const events = changes(of, now)
      next(of, now)
      return events
    },
    isDue: (id, at) => {
      const isIt = looks.get(id) === at
      if (isIt) looks.delete(id)
      return isIt
    },
  }
}
