/**
 * When the broker is asked for everything it holds. One request at a time; each reason says by
 * when it wants to know, the earliest is served, and a timer wakes us for it. After failures the
 * requests thin out.
 */
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import { untoldOf, type OrderRecord } from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import { ASK_AGAIN_MS, hasTransientBreak } from '#engine/breaks.ts'
import { cancelAgainAt } from '#engine/cancels.ts'
import { wantsSnapshot } from '#engine/jobs.ts'
import { MISSED_AFTER_MS } from '#engine/our-side.ts'
import { awaitsSnapshot } from '#engine/run.ts'
import type { EngineState, TakenSnapshot } from '#engine/state.ts'
import { settingsOf, snapshotSince, wakeBy, type Turn } from '#engine/turn.ts'

export function askForSnapshots(turn: Turn): void {
  const { state, decide } = turn
  const { session, requests, now } = state
  if (session.link !== 'up' || requests.snapshot !== undefined) return
  const [first] = needsOf(state).toSorted((a, b) => a.at - b.at)
  if (first === undefined) return
  const at = Math.max(first.at, requests.retryAt)
  if (at > now) return wakeBy(turn, 'snapshot', at)
  decide({ type: 'RequestSnapshot', requestId: requests.last + 1, purpose: first.purpose })
}

interface Need {
  /** Engine's clock; a snapshot begun from then on will do. */
  readonly at: EpochMs
  readonly purpose: string
}

function needsOf(state: EngineState): Need[] {
  const { taken, now, run } = state
  if (taken === undefined || snapshotSince(state, 0) === undefined)
    return [{ at: now, purpose: 'the session has begun' }]
  const needs: Need[] = []
  if (wantsSnapshot(state)) needs.push({ at: now, purpose: 'a command' })
  if (run !== undefined && awaitsSnapshot(state) && snapshotSince(state, run.mark) === undefined)
    needs.push({ at: now, purpose: `the next step of run ${run.runId}` })
  if (hasTransientBreak(state))
    needs.push({ at: taken.snapshot.takenAt + ASK_AGAIN_MS, purpose: 'fills in flight' })
  for (const order of state.ledger.orders.values())
    if (isOpen(order.state) || order.changedAt + MISSED_AFTER_MS > taken.snapshot.begunAt)
      needs.push(...needOf(state, taken, order))
  return [...needs, ...poll(state, taken)]
}

/** An acknowledgement or a fill that is not told within this is looked for, ms. */
const SILENCE_MS = 5 * SECOND_MS
const UNTOLD_MS = 2 * SECOND_MS

/** What one order wants to be looked for. */
function needOf(state: EngineState, taken: TakenSnapshot, order: OrderRecord): Need[] {
  const { id } = order.request
  const since = (at: EpochMs, purpose: string): Need[] =>
    taken.snapshot.begunAt < at ? [{ at, purpose: `${purpose} ${id}` }] : []
  if (order.state === 'InDoubt') return doubtOf(state, taken, order)
  if (order.state === 'Submitted' && order.sentAt !== undefined)
    return since(order.sentAt + SILENCE_MS, 'no word of')
  if (isOpen(order.state) && order.cancels > 0)
    return since(cancelAgainAt(order), 'no word of the cancel of')
  if (isOpen(order.state) || untoldOf(order) === 0n) return []
  const soon = since(order.changedAt + UNTOLD_MS, 'fills not told of')
  return soon.length > 0 ? soon : since(order.changedAt + MISSED_AFTER_MS, 'fills not told of')
}

/** Two absences, far enough apart; after that a person decides. */
function doubtOf(state: EngineState, { snapshot }: TakenSnapshot, order: OrderRecord): Need[] {
  const purpose = `what became of ${order.request.id}`
  const [first, second] = order.absences
  const asked = snapshot.begunAt >= (order.doubtSince ?? state.now)
  if (first === undefined)
    return [{ at: asked ? snapshot.takenAt + UNTOLD_MS : state.now, purpose }]
  if (second !== undefined) return []
  return [{ at: first + settingsOf(state).execution.doubtIntervalMs, purpose }]
}

/** A stream that is alive may still drop a report: while orders work, everything is asked for now and then. */
const POLL_MS = 15 * SECOND_MS

function poll({ ledger }: EngineState, { snapshot }: TakenSnapshot): Need[] {
  if (!ledger.orders.values().some(({ state }) => isOpen(state) && state !== 'InDoubt')) return []
  return [{ at: snapshot.takenAt + POLL_MS, purpose: 'orders are working' }]
}
