/** The lines of the run's plan and where each stands, by the ledger. */
import { quantity, type Quantity } from '#model/fixed.ts'
import { isReducing } from '#model/order.ts'
import { invariant } from '#model/invariant.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import { lineProgress, type LineProgress } from '#execution/line-progress.ts'
import { targetOf, type Phase } from '#execution/phases.ts'
import { isUncancelable } from '#engine/cancels.ts'
import type { EngineState, Run } from '#engine/state.ts'
import { settingsOf } from '#engine/turn.ts'

/** The plan that the active run works; it stays on record as long as the run. */
export function planOfRun(state: EngineState, run: Run): Plan {
  const plan = state.plans.get(run.planId)?.plan
  invariant(plan !== undefined, 'the plan of the active run is on record')
  return plan
}

/** Our orders of one line in this run, oldest first. */
export const ordersOfLine = ({ ledger }: EngineState, run: Run, line: PlanLine): OrderRecord[] =>
  (run.orders.get(line.id) ?? []).flatMap((id) => ledger.orders.get(id) ?? [])

export const phaseOf = ({ side }: PlanLine): Phase => (isReducing(side) ? 'A' : 'B')

/** How much of a line this run works, ≥ 0. */
export const targetOfLine = (
  state: EngineState,
  run: Run,
  phase: Phase,
  line: PlanLine,
): Quantity =>
  targetOf(line, phase, run.scalePpm, state.instruments.get(line.instrument)?.lot ?? ONE)

/** Where a line of a phase stands now. */
export function progressOf(
  state: EngineState,
  run: Run,
  phase: Phase,
  line: PlanLine,
): LineProgress {
  const orders = ordersOfLine(state, run, line)
  const last = orders.at(-1)
  // Most lines of a wave, most of the time: said before anything is computed.
  if (last !== undefined && isOpen(last.state) && !isGivenUp(state, last)) return WAITING
  if (last?.attempt === 1 && last.state === 'Filled' && last.executed === last.request.quantity)
    return DONE // its first order was for all of it
  return lineProgress(targetOfLine(state, run, phase, line), orders, {
    maximumAttempts: settingsOf(state).execution.maximumAttempts,
    now: state.now,
    closing: isClosing(run, phase),
    isGivenUp: (record) => isGivenUp(state, record),
  })
}

const WAITING: LineProgress = { kind: 'waiting', until: undefined }
const DONE: LineProgress = { kind: 'done' }

/** Nothing new is sent: the run ends, the wave's time is up, or its phase is behind us. */
const isClosing = (run: Run, phase: Phase): boolean =>
  run.ending !== undefined || run.deadlinePassed || run.completedPhases.includes(phase)

/** Nobody waits for it any longer: a severe break tells of it, or it cannot be canceled. */
export const isGivenUp = (state: EngineState, record: OrderRecord): boolean =>
  isUncancelable(record, state.now) ||
  state.breaks.get(`order:${record.request.id}`)?.severity === 'severe'

const ONE = quantity('1')
