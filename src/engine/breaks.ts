/**
 * Reconciliation as the engine does it: every whole snapshot is held against the book, breaks are
 * opened, kept with their age, and closed when the difference is gone.
 *
 * Bounded and convergent: a difference that fills in flight may explain is asked about again every
 * `ASK_AGAIN_MS` until fills are no longer recent; then it is gone, or it is severe.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import { reconcile, type Break } from '#reconciliation/reconcile.ts'
import type { Fact } from '#engine/fact.ts'
import { mayBeProvenNotSent, ourSideOf } from '#engine/our-side.ts'
import type { EngineState, TakenSnapshot } from '#engine/state.ts'
import { announce, type Turn } from '#engine/turn.ts'
import { followVariation } from '#engine/variation-margin.ts'

/** A difference that may be a fill in flight is asked about again after this, ms. */
export const ASK_AGAIN_MS = 2_000

/** What a new whole snapshot means for book and breaks. */
export function reconcileSnapshot(turn: Turn, fact: Fact): void {
  const { taken, session } = turn.state
  if (fact.type !== 'SnapshotTaken' || taken?.requestId !== fact.requestId) return
  // One begun before the link was (re-)established says nothing about now.
  if (taken.snapshot.begunAt < session.since) return
  if (turn.state.book === undefined) adoptOpening(turn, taken)
  proveNotSent(turn, taken)
  compare(turn, taken)
}

function adoptOpening({ decide }: Turn, { requestId, snapshot }: TakenSnapshot): void {
  const names = snapshot.positions.length
  const reason = `the opening book: ${names} position${names === 1 ? '' : 's'} and the cash as the broker states them`
  decide({ type: 'AdoptBook', origin: 'opening', requestId, reason })
}

/** Orders in doubt that two snapshots have shown never to have arrived. */
function proveNotSent({ state, decide }: Turn, { snapshot }: TakenSnapshot): void {
  for (const record of openOrdersOf(state.ledger)) {
    if (!mayBeProvenNotSent(state, record)) continue
    const evidence = `absent from open orders, completed orders and executions in two whole snapshots, begun at ${record.absences.join(' and ')}; positions as booked at ${snapshot.takenAt}`
    decide({ type: 'ProveNotSent', clientOrderId: record.request.id, evidence })
  }
}

function compare(turn: Turn, taken: TakenSnapshot): void {
  const { state, decide } = turn
  const { breaks } = reconcile(ourSideOf(state, taken), taken.snapshot, state.breaks, state.now)
  const found = new Set(breaks.map(({ id }) => id))
  for (const id of [...state.breaks.keys()].toSorted(byCodeUnit)) {
    if (found.has(id)) continue
    decide({ type: 'CloseBreak', breakId: id, evidence: `snapshot ${taken.requestId} agrees` })
  }
  for (const difference of breaks) {
    const known = state.breaks.get(difference.id)
    if (known !== undefined && isSame(known, difference)) continue
    decide({ type: 'OpenBreak', found: difference })
    if (known?.severity !== difference.severity) tell(turn, difference)
  }
  followVariation(turn, taken, breaks.length === 0)
}

const isSame = (a: Break, b: Break): boolean =>
  a.cause === b.cause && a.severity === b.severity && a.ours === b.ours && a.theirs === b.theirs

/** What is only on its way is no news. */
function tell(turn: Turn, { cause, severity, detail }: Break): void {
  if (cause === 'fill-in-flight') return
  announce(turn, { type: 'BreakFound', cause, severity, detail })
  if (severity === 'severe') turn.decide({ type: 'Alert', severity: 'critical', text: detail })
}

export const severeBreaksOf = ({ breaks }: EngineState): Break[] =>
  [...breaks.values()]
    .filter(({ severity }) => severity === 'severe')
    .toSorted((a, b) => byCodeUnit(a.id, b.id))

/** Differences that the next snapshot may clear. */
export const hasTransientBreak = ({ breaks }: EngineState): boolean =>
  breaks.values().some(({ cause }) => cause === 'fill-in-flight')
