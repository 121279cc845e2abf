/** Disturbs the market from outside: halts and bad quotes. */
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { VenueControls } from '#exchange/controls.ts'
import type { VenueEvent } from '#exchange/exchange.ts'

type Controls = Pick<VenueControls, 'halt' | 'resume' | 'disturb'>

/** What the controls act on, and who is told. */
export interface MarketControlParts {
  readonly board: QuoteBoard
  readonly now: () => EpochMs
  /** A halt has begun or ended, or the next one is due at another time. */
  readonly turned: (of: Instrument) => readonly VenueEvent[]
  /** What is quoted is not what the path says. */
  readonly disturbed: (of: Instrument) => void
}

/** An instrument that is not listed is passed over. */
export function marketControls(parts: MarketControlParts): Controls {
  const { board, now, turned, disturbed } = parts
  return {
    halt: (id, until) => {
      const of = board.instrument(id)
      if (of === undefined) return []
      board.halt(id, 'regulatory', now(), until)
      return turned(of)
    },
    resume: (id) => {
      const of = board.instrument(id)
      return of !== undefined && board.resume(id, now()) ? turned(of) : []
    },
    disturb: (id, disturbance, until) => {
      const of = board.instrument(id)
      if (of === undefined) return
      board.disturb(id, disturbance, now(), until)
      disturbed(of)
    },
  }
}
