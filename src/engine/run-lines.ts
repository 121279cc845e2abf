/** The lines of the run's plan and where each stands, by the ledger. */
import { quantity, type Quantity } from '#model/fixed.ts'
import { isReducing } from '#model/order.ts'
import { invariant } from '#model/invariant.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
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
  return lineProgress(targetOfLine(state, run, phase, line), ordersOfLine(state, run, line), {
    maximumAttempts: settingsOf(state).execution.maximumAttempts,
    now: state.now,
    closing: isClosing(run, phase),
    isGivenUp: (record) => isGivenUp(state, record),
  })
}

/** Nothing new is sent: the run ends, the wave's time is up, or its phase is behind us. */
const isClosing = (run: Run, phase: Phase): boolean =>
  run.ending !== undefined || run.deadlinePassed || run.completedPhases.includes(phase)

/** Nobody waits for it any longer: a severe break tells of it, or it cannot be canceled. */
export const isGivenUp = (state: EngineState, record: OrderRecord): boolean =>
  isUncancelable(record, state.now) ||
  state.breaks.get(`order:${record.request.id}`)?.severity === 'severe'

const ONE = quantity('1')
