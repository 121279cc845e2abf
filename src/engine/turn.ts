/**
 * One turn of the loop: a fact has been applied, decisions are being made. Each is applied as it
 * is made, so that the next is made knowing it.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import { invariant } from '#model/invariant.ts'
import type { EpochMs } from '#model/time.ts'
import { applyDecision } from '#engine/apply.ts'
import type { Decision } from '#engine/decision.ts'
import type { RunNews } from '#engine/run-event.ts'
import type { EngineSettings } from '#engine/settings.ts'
import type { EngineState, Job } from '#engine/state.ts'

export interface Turn {
  /** For reading; it changes with every `decide`. */
  readonly state: EngineState
  readonly decide: (decision: Decision) => void
  /** So far in this turn. */
  readonly decisions: readonly Decision[]
}

/** More decisions in one turn than any book can need is a loop of ours. */
const MOST_DECISIONS = 100_000

/** @param at - of the fact: decisions have no clock of their own */
export function openTurn(state: EngineState, at: EpochMs): Turn {
  const decisions: Decision[] = []
  return {
    state,
    decisions,
    decide(decision) {
      invariant(decisions.length < MOST_DECISIONS, 'a turn comes to an end')
      decisions.push(decision)
      applyDecision(state, decision, at)
    },
  }
}

/** Tells the world what the active run did; nothing is told of a run that is over. */
export function announce({ state, decide }: Turn, news: RunNews): void {
  const { run, now } = state
  if (run === undefined) return
  decide({ type: 'Announce', event: { seq: run.seq + 1, at: now, runId: run.runId, ...news } })
}

/** Ends a command: what its asker is told, and exits with. */
export function answer(
  { decide }: Turn,
  { commandId }: Pick<Job, 'commandId'>,
  outcome: Outcome,
  text: string,
): void {
  decide({ type: 'AnswerCommand', commandId, outcome, text })
}

export type Outcome = Extract<Decision, { readonly type: 'AnswerCommand' }>['outcome']

/** Has a timer ring at `at` or earlier; one that rings too early finds nothing to do. */
export function wakeBy({ state, decide }: Turn, timer: string, at: EpochMs): void {
  const armed = state.timers.get(timer)
  if (armed === undefined || armed > at) decide({ type: 'SetTimer', timer, at })
}

/** Takes a timer back; nothing where none is set. */
export function clearTimer({ state, decide }: Turn, timer: string): void {
  if (state.timers.has(timer)) decide({ type: 'ClearTimer', timer })
}

/** The rules of the running engine. */
export function settingsOf({ settings }: EngineState): EngineSettings {
  invariant(settings !== undefined, 'an engine decides after it has started')
  return settings
}

/** The latest whole snapshot of the present session, when its request is numbered above `mark`. */
export function snapshotSince(state: EngineState, mark: number): BrokerSnapshot | undefined {
  const { taken, session } = state
  if (taken === undefined || taken.requestId <= mark) return undefined
  return taken.snapshot.begunAt >= session.since ? taken.snapshot : undefined
}
