/** The venue's record of orders and executions: what is open, and what ended or traded today. */
import type { ExecId, InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import type { VenueExecution, VenueOrder } from '#exchange/exchange.ts'
import { isOpen, shownAs, type LiveOrder } from '#exchange/orders/venue-order.ts'

export interface Blotter {
  add(order: LiveOrder): void
  /** The terms of an open order are others now. */
  amended(order: LiveOrder): void
  open(permId: number): LiveOrder | undefined
  /** By permId. */
  allOpen(): readonly LiveOrder[]
  hasOpen(): boolean
  /** By permId; the caller may end them while it goes through. */
  openOf(instrument: InstrumentId): readonly LiveOrder[]
  ended(permId: number): VenueOrder | undefined
  /** Ends an open order. @returns what it ended as */
  end(order: LiveOrder, status: 'filled' | 'canceled' | 'expired', reason: string, at: EpochMs): VenueOrder // prettier-ignore
  /** Keeps an order that the venue never took. */
  refused(order: VenueOrder): void
  /** The order of a permId that is open or ended today, to be restated. */
  live(permId: number): LiveOrder | undefined
  /** An order that ended has been restated. @returns how it stands now */
  restate(order: LiveOrder): VenueOrder
  /** Of today, by permId. */
  completed(): readonly VenueOrder[]
  record(execution: VenueExecution): void
  execution(execId: ExecId): VenueExecution | undefined
  /** One execution gives way to another, or to none. */
  amend(execId: ExecId, by: VenueExecution | undefined): void
  /** Of today, in order. */
  executions(): readonly VenueExecution[]
  turnDay(): void
}

const NOBODY: readonly LiveOrder[] = []

/** @param changed - told of every order that is added, amended or ended */
export function blotter(changed: (order: LiveOrder) => void = () => undefined): Blotter {
  const open = new Map<number, LiveOrder>()
  const byInstrument = new Map<InstrumentId, readonly LiveOrder[]>()
  const ended = new Map<number, VenueOrder>()
  const endedLive = new Map<number, LiveOrder>()
  let executions: VenueExecution[] = []
  const openOf = (instrument: InstrumentId) => byInstrument.get(instrument) ?? NOBODY
  return {
    add: (order) => {
      open.set(order.permId, order)
      const { id } = order.instrument
      byInstrument.set(id, [...openOf(id), order])
      changed(order)
    },
    amended: changed,
    open: (permId) => open.get(permId),
    allOpen: () => [...open.values()],
    hasOpen: () => open.size > 0,
    openOf,
    ended: (permId) => ended.get(permId),
    end: (order, status, reason, at) => {
      invariant(isOpen(order), 'an order ends once')
      order.status = status
      order.reason = reason
      order.completedAt = at
      open.delete(order.permId)
      const { id } = order.instrument
      const left = openOf(id).filter((other) => other !== order)
      if (left.length === 0) byInstrument.delete(id)
      else byInstrument.set(id, left)
      changed(order)
      const shown = shownAs(order)
      ended.set(order.permId, shown)
      endedLive.set(order.permId, order)
      return shown
    },
    refused: (order) => {
      ended.set(order.permId, order)
    },
    live: (permId) => open.get(permId) ?? endedLive.get(permId),
    restate: (order) => {
      const shown = shownAs(order)
      if (!isOpen(order)) ended.set(order.permId, shown)
      return shown
    },
    completed: () => [...ended.values()].toSorted((a, b) => a.permId - b.permId),
    record: (execution) => {
      executions.push(execution)
    },
    execution: (execId) => executions.find((one) => one.execId === execId),
    amend: (execId, by) => {
      executions = executions.flatMap((one) => {
        if (one.execId !== execId) return [one]
        return by === undefined ? [] : [by]
      })
    },
    executions: () => executions.slice(),
    turnDay: () => {
      ended.clear()
      endedLive.clear()
      executions = []
    },
  }
}
