/**
 * Our own trades as the tape has them, by instrument: every one of the venue's life, each once, as it stands after
 * corrections and busts.
 */
import type { ExecId, InstrumentId } from '#model/ids.ts'
import type { VenueExecution } from '#exchange/exchange.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'

export interface OwnPrints {
  /** Oldest first. */
  of(instrument: InstrumentId): readonly VenueExecution[]
  add(execution: VenueExecution): void
  /** One gives way to another, or to none. */
  amend(execId: ExecId, by: VenueExecution | undefined): void
}

const NONE: readonly VenueExecution[] = []

export function ownPrints(): OwnPrints {
  const all = new Map<InstrumentId, VenueExecution[]>()
  return {
    of: (instrument) => all.get(instrument) ?? NONE,
    add: (execution) => {
      const known = all.get(execution.instrument)
      if (known === undefined) all.set(execution.instrument, [execution])
      else known.push(execution)
    },
    amend: (execId, by) => {
      for (const known of all.values()) {
        const place = known.findLastIndex((one) => one.execId === execId)
        if (place >= 0) known.splice(place, 1, ...(by === undefined ? [] : [by]))
      }
    },
  }
}

/** The same record, whose executions are printed too. */
export function printing(prints: OwnPrints, record: Blotter): Blotter {
  return {
    ...record,
    record: (execution) => {
      prints.add(execution)
      record.record(execution)
    },
    amend: (execId, by) => {
      prints.amend(execId, by)
      record.amend(execId, by)
    },
  }
}
