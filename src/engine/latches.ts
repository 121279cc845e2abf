/**
 * Stop and go on: `halt` sets a latch at once and takes back what adds exposure in its scope;
 * `resume` is two steps, so that no slip of a finger and no script releases it by accident.
 */
import { byCodeUnit, hashOf } from '#model/canonical-json.ts'
import { isReducing } from '#model/order.ts'
import { MINUTE_MS } from '#model/time.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import { describeLatch, latchesForbid, type Latch } from '#risk/latch.ts'
import { requestCancel } from '#engine/cancels.ts'
import type { Command } from '#engine/fact.ts'
import type { EngineState, Job } from '#engine/state.ts'
import { announce, answer, type Turn } from '#engine/turn.ts'

type Of<N extends Command['name']> = Extract<Command, { readonly name: N }>

/** Sorted, so that the first that forbids is the same in a replay. */
export const latchesOf = ({ latches }: EngineState): Latch[] =>
  [...latches.keys()].toSorted(byCodeUnit).flatMap((key) => latches.get(key) ?? [])

export function halt(turn: Turn, job: Job, { reason, scope }: Of<'halt'>): void {
  if (!isScope(scope)) {
    const text = `scope: was "${scope}", expected account, sector:NAME or symbol:INSTRUMENT`
    return answer(turn, job, 'error', text)
  }
  setLatch(turn, { kind: 'Halted', scope, owner: job.by, reason, since: turn.state.now })
  const text = `halted ${scope}: ${reason}; orders that add exposure are being canceled. Release with \`resume\``
  answer(turn, job, 'done', text)
}

const isScope = (scope: string): boolean => /^(account|sector:.+|symbol:.+)$/.test(scope)

/** Sets a latch and tells it; setting one that stands renews its reason. */
export function setLatch(turn: Turn, latch: Latch): void {
  turn.decide({ type: 'SetLatch', latch })
  announce(turn, { type: 'Halted', scope: latch.scope, reason: latch.reason })
  turn.decide({ type: 'Alert', severity: 'critical', text: describeLatch(latch) })
}

/** Takes back working orders that a latch forbids to add. Reductions go on: they lessen the risk. */
export function enforceLatches(turn: Turn): void {
  const { state } = turn
  if (state.latches.size === 0 || state.session.link !== 'up') return
  const latches = latchesOf(state)
  for (const record of openOrdersOf(state.ledger)) {
    const { instrument: id, side } = record.request
    const sector = state.instruments.get(id)?.sector ?? 'unknown'
    const adds = !isReducing(side)
    const latch = adds ? latchesForbid(latches, { instrument: id, sector, adds }) : undefined
    if (latch !== undefined) requestCancel(turn, record, describeLatch(latch))
  }
}

/** The latch that stops everything, when one is set. */
export const accountHalt = (state: EngineState): Latch | undefined =>
  latchesOf(state).find(({ kind, scope }) => kind !== 'ReduceOnly' && scope === 'account')

/** An offered token is good for this long. */
const OFFER_MS = 10 * MINUTE_MS

/** The first half: what would be released, and the token that does it. */
export function offerRelease(turn: Turn, job: Job, { reason }: Of<'resume'>): void {
  const { state, decide } = turn
  const { commandId } = job
  const latches = latchesOf(state)
  if (latches.length === 0) {
    const text = 'nothing is latched; there is nothing to release'
    return answer(turn, job, 'done', text)
  }
  const token = releaseToken(state, latches, job, reason)
  decide({ type: 'OfferRelease', commandId, token, reason })
  const text = `would release: ${latches.map(describeLatch).join('; ')}. Confirm within 10 minutes with \`resume --confirm ${token}\``
  answer(turn, job, 'done', text)
}

/** Twelve hexadecimal digits that only this journal, with these latches, at this time, gives. */
function releaseToken(
  { journalId, starts, now }: EngineState,
  latches: readonly Latch[],
  { commandId, by }: Job,
  reason: string,
): string {
  const of = latches.map(describeLatch)
  return hashOf({ journalId, starts, now, commandId, by, reason, of }).slice(0, 12)
}

/** The second half. */
export function confirmRelease(turn: Turn, job: Job, { token }: Of<'resume-confirm'>): void {
  const { state, decide } = turn
  const { by } = job
  const { release } = state
  const problem = releaseProblem(state, token)
  if (release === undefined || problem !== undefined)
    return answer(turn, job, 'error', problem ?? NO_OFFER)
  const latches = latchesOf(state)
  decide({ type: 'ReleaseLatches', reason: release.reason, by })
  const text = `released: ${latches.map(describeLatch).join('; ')}`
  decide({ type: 'Alert', severity: 'warning', text: `${by}: ${text} (${release.reason})` })
  answer(turn, job, 'done', text)
}

const NO_OFFER = 'no release is offered (a new latch withdraws it); ask for a token with `resume --reason …`' // prettier-ignore

function releaseProblem({ release, now }: EngineState, token: string): string | undefined {
  if (release === undefined) return NO_OFFER
  if (release.token !== token) return `token: "${token}" is not the one that was offered; ask again with \`resume --reason …\`` // prettier-ignore
  if (now > release.at + OFFER_MS) return 'the token is older than 10 minutes; ask again with `resume --reason …`' // prettier-ignore
  return undefined
}
