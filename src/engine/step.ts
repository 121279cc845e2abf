/**
 * The functional core: one fact in, the decisions it leads to out. Synchronous and total: no
 * clock, no chance, no I/O; time comes inside facts, ids from counters in the state.
 *
 * Invariants
 * 1. The state after a step is the fold of the fact and the decisions (`apply.ts`): recovery, which
 *    applies both and decides nothing, arrives at the same state.
 * 2. The same state and fact give the same decisions: everything is decided over sorted keys.
 * 3. Decisions follow from the state, not from having just heard the fact, so that what a crash cut
 *    off is decided by the next step that comes.
 * 4. No client order id is submitted twice; what was ordered of a line and may trade never exceeds
 *    what the plan says (`execution/line-progress.ts`).
 * 5. Nothing is sent while the link is not up, before the session's first whole snapshot was
 *    reconciled, while an account is halted, or after a run's end was decided. Cancels always may.
 * 6. A turn ends: every loop is bounded by the size of the plan, the ledger or a named constant.
 */
import { applyFact } from '#engine/apply.ts'
import { reconcileSnapshot } from '#engine/breaks.ts'
import type { Decision } from '#engine/decision.ts'
import type { Fact } from '#engine/fact.ts'
import { advanceJobs } from '#engine/jobs.ts'
import { enforceLatches } from '#engine/latches.ts'
import { advanceRun } from '#engine/run.ts'
import { askForSnapshots } from '#engine/snapshots.ts'
import type { EngineState } from '#engine/state.ts'
import { openTurn } from '#engine/turn.ts'

/**
 * Takes one fact.
 *
 * @param state - changed in place; afterwards the fold of the fact and what is returned
 * @returns what to record and then perform, in this order
 * @throws InvariantError only for a bug of ours
 */
export function step(state: EngineState, fact: Fact): readonly Decision[] {
  applyFact(state, fact)
  const turn = openTurn(state, fact.at)
  if (state.settings === undefined) return []
  reconcileSnapshot(turn, fact)
  advanceJobs(turn, fact)
  enforceLatches(turn)
  advanceRun(turn)
  askForSnapshots(turn)
  return turn.decisions
}
