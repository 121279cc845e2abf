/**
 * The imperative shell around `step`: take a fact, step, record, perform.
 *
 * Invariants
 * 1. A fact and the decisions it led to are appended in one call: the record never holds half a turn.
 * 2. A decision that can add exposure is performed only after a sync that began after its append.
 * 3. Cancels, alerts and answers never wait for the disk.
 * 4. Turns do not interleave: a fact that arrives during a turn waits for its end.
 * 5. Once the record cannot be written, nothing that adds exposure is performed any more in this
 *    process; cancels go on. The next start recovers from the record and the broker's truth.
 * 6. After a bug in a turn no further turn is taken: a state that was left half-changed decides
 *    nothing. Whoever is told ends the process.
 */
import { canonicalJson } from '#model/canonical-json.ts'
import type { Decision } from '#engine/decision.ts'
import { needsSync } from '#engine/decision.ts'
import { DECISION } from '#engine/decision-codec.ts'
import type { Fact } from '#engine/fact.ts'
import { FACT } from '#engine/fact-codec.ts'
import type { EngineState } from '#engine/state.ts'
import { step } from '#engine/step.ts'
import type { Entry, Journal } from '#journal/journal.ts'
import type { EpochMs } from '#model/time.ts'

export interface Shell {
  readonly state: Readonly<EngineState>
  /** Facts are taken in the order of calls, each as one whole turn. */
  take(fact: Fact): void
  /** Stops performing; facts that still come are dropped. */
  stop(): void
}

export interface ShellOptions {
  readonly state: EngineState
  readonly journal: Journal
  /** Does what a decision says; what comes of it returns as a fact. Must not throw. */
  readonly perform: (decision: Decision) => void
  /** Told once, when the record can no longer be written. Called within a turn; take no fact in it. */
  readonly onRecordLost: (error: Error) => void
  /** Told once, of a bug in a turn; the shell has stopped by then. */
  readonly onBug: (error: Error) => void
  /** Engine's clock. */
  readonly now: () => EpochMs
  /** Facts and decisions as they are recorded, for the operational log. */
  readonly onTurn?: (fact: Fact, decisions: readonly Decision[]) => void
}

export function createShell(options: ShellOptions): Shell {
  const { state, journal, perform } = options
  const waiting: Fact[] = []
  let turning = false
  let stopped = false
  let recordLost: Error | undefined

  function take(fact: Fact): void {
    if (stopped) return
    waiting.push(fact)
    if (turning) return
    turning = true
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) turn(next)
    } catch (error) {
      stopped = true
      waiting.length = 0
      options.onBug(asError(error))
    } finally {
      turning = false
    }
  }

  function turn(fact: Fact): void {
    const decisions = step(state, fact)
    options.onTurn?.(fact, decisions)
    record(fact, decisions)
    for (const decision of decisions) if (!needsSync(decision)) perform(decision)
    performAfterSync(decisions.filter(needsSync))
  }

  function record(fact: Fact, decisions: readonly Decision[]): void {
    if (recordLost !== undefined) return
    try {
      journal.append([entryOfFact(fact), ...decisions.map((made) => entryOf(made, fact.at))])
    } catch (error) {
      loseRecord(asError(error))
    }
  }

  function performAfterSync(guarded: readonly Decision[]): void {
    if (guarded.length === 0) return
    if (recordLost !== undefined) return withhold(guarded, recordLost)
    journal.sync().then(
      () => release(guarded),
      (error: unknown) => {
        loseRecord(asError(error))
        withhold(guarded, asError(error))
      },
    )
  }

  function release(guarded: readonly Decision[]): void {
    try {
      for (const decision of guarded) if (!stopped) perform(decision)
    } catch (error) {
      stopped = true
      options.onBug(asError(error))
    }
  }

  /** What was decided but must not be done is told to `step` as what it is: not sent. */
  function withhold(guarded: readonly Decision[], error: Error): void {
    for (const decision of guarded) {
      if (decision.type !== 'SubmitOrder') continue
      const clientOrderId = decision.order.id
      const reason = `withheld, the journal cannot be written: ${error.message}`
      take({ type: 'SubmitEnded', at: options.now(), clientOrderId, outcome: 'not-sent', reason })
    }
  }

  function loseRecord(error: Error): void {
    if (recordLost !== undefined) return
    recordLost = error
    options.onRecordLost(error)
    const reason = `the journal cannot be written: ${error.message}`
    take({
      type: 'CommandGiven',
      at: options.now(),
      commandId: 'journal-lost',
      by: 'engine',
      command: { name: 'halt', scope: 'account', reason },
    })
  }

  return {
    state,
    take,
    stop: () => {
      stopped = true
    },
  }
}

export const entryOfFact = (fact: Fact): Entry => ({
  kind: 'fact',
  type: fact.type,
  at: fact.at,
  body: canonicalJson(FACT.encode(fact)),
})

/** @param at - of the fact it answers; decisions have no clock of their own */
export const entryOf = (decision: Decision, at: EpochMs): Entry => ({
  kind: 'decision',
  type: decision.type,
  at,
  body: canonicalJson(DECISION.encode(decision)),
})

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown))
