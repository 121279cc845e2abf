/**
 * From the record to the state: the latest snapshot, then every later row applied, facts and
 * decisions alike; nothing is decided again.
 *
 * Rows are applied in turns (a fact and its decisions). If row N cannot be read or applied, what
 * stands is the fold up to the turn before it; the caller starts `Halted` and asks the broker.
 */
import { applyDecision, applyFact } from '#engine/apply.ts'
import { DECISION } from '#engine/decision-codec.ts'
import { FACT } from '#engine/fact-codec.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { initialState, type EngineState } from '#engine/state.ts'
import type { Journal, Row } from '#journal/journal.ts'
import { canonicalJson, type Json } from '#model/canonical-json.ts'
import type { Codec } from '#model/codec.ts'
import { InvariantError } from '#model/invariant.ts'
import { err, ok, type Result } from '#model/result.ts'

export interface Recovered {
  readonly state: EngineState
  /** Rows applied after the snapshot. */
  readonly rows: number
  /** The first row that could not be applied, and why. */
  readonly quarantined: { readonly seq: number; readonly reason: string } | undefined
}

export function recover(journal: Journal): Recovered {
  const snapshot = journal.latestSnapshot()
  const saved = snapshot === undefined ? undefined : stateFrom(snapshot.body)
  const state = saved?.ok === true ? saved.value : initialState()
  const from = saved?.ok === true && snapshot !== undefined ? snapshot.seq + 1 : 1
  let rows = 0
  for (const row of journal.rows(from)) {
    const applied = applyRow(state, row)
    if (!applied.ok) return { state, rows, quarantined: { seq: row.seq, reason: applied.error } }
    rows++
  }
  return { state, rows, quarantined: undefined }
}

/** Saves the state as of the journal's head, so that the next recovery starts there. */
export function saveStateSnapshot(journal: Journal, state: EngineState): void {
  journal.saveSnapshot(journal.head.seq, canonicalJson(encodeState(state)))
}

function applyRow(state: EngineState, row: Row): Result<void> {
  try {
    if (row.kind === 'fact') {
      const fact = read(FACT, row)
      return fact.ok ? ok(applyFact(state, fact.value)) : fact
    }
    const decision = read(DECISION, row)
    return decision.ok ? ok(applyDecision(state, decision.value, row.at)) : decision
  } catch (error) {
    // The one place that outlives a broken invariant: the row is quarantined and nothing is traded.
    if (error instanceof InvariantError) return err(error.message)
    throw error
  }
}

/** One row's body as what it claims to be. */
export function read<T>(codec: Codec<T>, row: Row): Result<T> {
  const json = parsed(row.body)
  return json === undefined
    ? err(`row ${row.seq}: the body is no JSON`)
    : codec.decode(json, `row ${row.seq}`)
}

/** A saved state, read back. */
export function stateFrom(body: string): Result<EngineState> {
  const json = parsed(body)
  return json === undefined ? err('the state snapshot is no JSON') : decodeState(json)
}

function parsed(text: string): Json | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse returns is Json
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
