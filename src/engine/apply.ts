/**
 * The fold of the journal: every row, applied. Recovery applies both kinds and decides nothing;
 * `step` applies the same functions as it decides, so the state is always the fold of the rows.
 *
 * Invariants
 * 1. Total: each row can be applied to the state that the rows before it gave.
 * 2. Deterministic: no clock, no chance; time comes from the rows and never goes back.
 * 3. Nothing else writes to the state.
 */
import type { EpochMs } from '#model/time.ts'
import type { Decision } from '#engine/decision.ts'
import { enact } from '#engine/enact.ts'
import type { Fact } from '#engine/fact.ts'
import { learn } from '#engine/learn.ts'
import type { EngineState } from '#engine/state.ts'

/** What came in. */
export function applyFact(state: EngineState, fact: Fact): void {
  state.now = Math.max(state.now, fact.at)
  learn(state, fact)
}

/**
 * What went out.
 *
 * @param at - clock of the fact that it answered; decisions have none of their own
 * @throws InvariantError when the row cannot follow those before it: the journal was altered
 */
export function applyDecision(state: EngineState, decision: Decision, at: EpochMs): void {
  state.now = Math.max(state.now, at)
  enact(state, decision)
}
