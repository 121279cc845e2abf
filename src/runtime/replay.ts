/**
 * Decides beside the record: every recorded fact is stepped anew, and what is decided now is held
 * against what was decided then. Acts on nothing. Promised to agree byte for byte for the same
 * commit and Node version; after a change of code, limits or Node it shows what would differ.
 */
import type { Decision } from '#engine/decision.ts'
import { DECISION } from '#engine/decision-codec.ts'
import type { Fact } from '#engine/fact.ts'
import { FACT } from '#engine/fact-codec.ts'
import { applyDecision, applyFact } from '#engine/apply.ts'
import { initialState, type EngineState } from '#engine/state.ts'
import { step } from '#engine/step.ts'
import type { Journal, Row } from '#journal/journal.ts'
import { canonicalJson } from '#model/canonical-json.ts'
import { read, stateFrom } from '#runtime/recovery.ts'

export interface ReplayReport {
  /** The first row that was decided anew; later than 1 where earlier quotes were let go. */
  readonly from: number
  readonly facts: number
  readonly decisions: number
  readonly divergences: readonly Divergence[]
  /** Rows that could not be read, with the reason; the replay ends at the first. */
  readonly unreadable: string | undefined
}

/** One turn in which today's decisions are not the recorded ones. */
export interface Divergence {
  /** Of the fact. */
  readonly seq: number
  readonly fact: string
  /** Canonical JSON, one a decision; absent on one side where the other decided more. */
  readonly recorded: readonly string[]
  readonly decided: readonly string[]
}

/** At most this many divergences are told: each costs a fold of the record up to it. */
const MOST_DIVERGENCES = 20

interface Turn {
  readonly seq: number
  readonly fact: Fact
  readonly decisions: readonly Decision[]
  readonly recorded: readonly string[]
}

export function replay(journal: Journal): ReplayReport {
  const start = startOf(journal)
  let state = start.state()
  let facts = 0
  let decisions = 0
  const divergences: Divergence[] = []
  for (const turn of turnsOf(journal, start.seq)) {
    if (typeof turn === 'string')
      return { from: start.seq, facts, decisions, divergences, unreadable: turn }
    facts++
    decisions += turn.recorded.length
    const decided = step(state, turn.fact).map((made) => canonicalJson(DECISION.encode(made)))
    if (sameTexts(decided, turn.recorded)) continue
    divergences.push({ seq: turn.seq, fact: turn.fact.type, recorded: turn.recorded, decided })
    if (divergences.length === MOST_DIVERGENCES) break
    state = foldUpTo(journal, start, turn.seq)
  }
  return { from: start.seq, facts, decisions, divergences, unreadable: undefined }
}

/** The state by the record alone, up to and with the turn that begins at `seq`. */
function foldUpTo(journal: Journal, start: Start, seq: number): EngineState {
  const state = start.state()
  for (const turn of turnsOf(journal, start.seq)) {
    if (typeof turn === 'string' || turn.seq > seq) break
    applyFact(state, turn.fact)
    for (const decision of turn.decisions) applyDecision(state, decision, turn.fact.at)
  }
  return state
}

interface Start {
  readonly seq: number
  /** A new one at each call: `step` changes it in place. */
  readonly state: () => EngineState
}

/** The beginning; or, where the record has let go of quotes, the state snapshot that covers them. */
function startOf(journal: Journal): Start {
  const snapshot = journal.latestSnapshot()
  const whole = { seq: 1, state: initialState }
  if (snapshot === undefined || !hasExpired(journal)) return whole
  const body = snapshot.body
  const saved = stateFrom(body)
  if (!saved.ok) return whole
  return {
    seq: snapshot.seq + 1,
    state: () => {
      const again = stateFrom(body)
      return again.ok ? again.value : initialState()
    },
  }
}

function hasExpired(journal: Journal): boolean {
  for (const row of journal.rows()) if (row.expired === true) return true
  return false
}

/** The record as turns; a text in place of the first turn that cannot be read. */
function* turnsOf(journal: Journal, from: number): Generator<Turn | string> {
  let fact: { readonly seq: number; readonly value: Fact } | undefined
  let rows: Row[] = []
  for (const row of journal.rows(from)) {
    if (row.kind === 'decision') {
      rows.push(row)
      continue
    }
    if (fact !== undefined) yield turnFrom(fact.seq, fact.value, rows)
    rows = []
    const decoded = read(FACT, row)
    if (!decoded.ok) {
      yield decoded.error
      return
    }
    fact = { seq: row.seq, value: decoded.value }
  }
  if (fact !== undefined) yield turnFrom(fact.seq, fact.value, rows)
}

function turnFrom(seq: number, fact: Fact, rows: readonly Row[]): Turn | string {
  const decisions: Decision[] = []
  for (const row of rows) {
    const decoded = read(DECISION, row)
    if (!decoded.ok) return decoded.error
    decisions.push(decoded.value)
  }
  return { seq, fact, decisions, recorded: rows.map((row) => row.body) }
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, i) => text === b[i])
