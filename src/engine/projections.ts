/** What the shell reads from the state between events. Pure; nothing here decides. */
import { greater, money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { isOpen } from '#execution/order-state.ts'
import { latchesForbid } from '#risk/latch.ts'
import type { Decision } from '#engine/decision.ts'
import type { EngineState, TradingDay } from '#engine/state.ts'

/** The names whose quotes decide something: those of the run's plan and of working orders. */
export function quotedNames(state: EngineState): ReadonlySet<InstrumentId> {
  const names = new Set<InstrumentId>()
  const plan = state.run === undefined ? undefined : state.plans.get(state.run.planId)?.plan
  for (const line of [...(plan?.phases.A ?? []), ...(plan?.phases.B ?? [])])
    names.add(line.instrument)
  for (const { request, state: life } of state.ledger.orders.values())
    if (isOpen(life)) names.add(request.instrument)
  return names
}

/**
 * Whether an order that waited for the disk or in the pacing queue may still be written: nobody
 * has asked for its cancel, the run has not ended, and no latch forbids it.
 */
export function maySubmit(
  state: EngineState,
  { order, adds, runId }: Extract<Decision, { readonly type: 'SubmitOrder' }>,
): boolean {
  const record = state.ledger.orders.get(order.id)
  const run = state.run
  if (record?.state !== 'Submitted' || run?.runId !== runId || run.ending !== undefined)
    return false
  const sector = state.instruments.get(order.instrument)?.sector ?? 'unknown'
  const trade = { instrument: order.instrument, sector, adds }
  return latchesForbid([...state.latches.values()], trade) === undefined
}

/** Today's figures as a plan wants them; before the first snapshot, zeros. */
export function dayFigures(state: EngineState): {
  readonly previousCloseNav: TradingDay['startNav']
  readonly peakNav: TradingDay['startNav']
  readonly startOfDayNav: TradingDay['startNav']
  readonly tradedToday: TradingDay['startNav']
} {
  const zero: TradingDay['startNav'] = money('0', 'USD')
  const { day } = state
  return {
    previousCloseNav: day?.previousCloseNav ?? zero,
    peakNav: greater(day?.peakNav ?? zero, day?.lastNav ?? zero),
    startOfDayNav: day?.startNav ?? zero,
    tradedToday: day?.traded ?? zero,
  }
}
