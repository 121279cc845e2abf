/** The venue's record of orders and executions: what is open, and what ended or traded today. */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import type { VenueExecution, VenueOrder } from '#exchange/exchange.ts'
import { isOpen, shownAs, type LiveOrder } from '#exchange/orders/venue-order.ts'

export interface Blotter {
  add(order: LiveOrder): void
  open(permId: number): LiveOrder | undefined
  /** By permId. */
  allOpen(): readonly LiveOrder[]
  openOf(instrument: InstrumentId): readonly LiveOrder[]
  ended(permId: number): VenueOrder | undefined
  /** Ends an open order. @returns what it ended as */
  end(order: LiveOrder, status: 'filled' | 'canceled' | 'expired', reason: string, at: EpochMs): VenueOrder // prettier-ignore
  /** Keeps an order that the venue never took. */
  refused(order: VenueOrder): void
  /** Of today, by permId. */
  completed(): readonly VenueOrder[]
  record(execution: VenueExecution): void
  /** Of today, in order. */
  executions(): readonly VenueExecution[]
  turnDay(): void
}

export function blotter(): Blotter {
  const open = new Map<number, LiveOrder>()
  const byInstrument = new Map<InstrumentId, Set<LiveOrder>>()
  const ended = new Map<number, VenueOrder>()
  let executions: VenueExecution[] = []
  const setOf = (instrument: InstrumentId): Set<LiveOrder> => {
    const known = byInstrument.get(instrument) ?? new Set<LiveOrder>()
    byInstrument.set(instrument, known)
    return known
  }
  return {
    add: (order) => {
      open.set(order.permId, order)
      setOf(order.instrument.id).add(order)
    },
    open: (permId) => open.get(permId),
    allOpen: () => [...open.values()],
    openOf: (instrument) => [...(byInstrument.get(instrument) ?? [])],
    ended: (permId) => ended.get(permId),
    end: (order, status, reason, at) => {
      invariant(isOpen(order), 'an order ends once')
      order.status = status
      order.reason = reason
      order.completedAt = at
      open.delete(order.permId)
      setOf(order.instrument.id).delete(order)
      const shown = shownAs(order)
      ended.set(order.permId, shown)
      return shown
    },
    refused: (order) => {
      ended.set(order.permId, order)
    },
    completed: () => [...ended.values()].toSorted((a, b) => a.permId - b.permId),
    record: (execution) => {
      executions.push(execution)
    },
    executions: () => executions.slice(),
    turnDay: () => {
      ended.clear()
      executions = []
    },
  }
}
