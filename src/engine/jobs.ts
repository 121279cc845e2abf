/**
 * Commands, from being given to being answered. Some are done at once; the others wait for a
 * snapshot, quotes or a plan that is younger than they are, or for the run to end.
 *
 * Invariant: every command is answered exactly once by the process that took it; a command that
 * a crash came upon is not taken up again (an accepted plan is: it is a run).
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import { considerPlan } from '#engine/apply-plan.ts'
import { hasTransientBreak, severeBreaksOf } from '#engine/breaks.ts'
import type { Command, Fact } from '#engine/fact.ts'
import { confirmRelease, halt, offerRelease } from '#engine/latches.ts'
import { endRun } from '#engine/run.ts'
import { MOST_JOBS, type EngineState, type Job } from '#engine/state.ts'
import { answer, snapshotSince, type Turn } from '#engine/turn.ts'

export function advanceJobs(turn: Turn, fact: Fact): void {
  const { jobs } = turn.state
  if (fact.type === 'CommandGiven') admit(turn, fact.commandId)
  if (fact.type === 'PlanComputed' || fact.type === 'PlanFailed') hearOfPlan(turn, fact)
  if (fact.type === 'SnapshotFailed') giveUpWaiting(turn, fact.reason)
  for (const id of [...jobs.keys()].toSorted(byCodeUnit)) {
    const job = jobs.get(id)
    if (job !== undefined) advance(turn, job)
  }
}

/** Whether a command waits for a snapshot that is younger than it. */
export const wantsSnapshot = (state: EngineState): boolean =>
  state.jobs
    .values()
    .some(
      ({ command, mark }) =>
        NEEDS_BROKER.has(command.name) && snapshotSince(state, mark) === undefined,
    )

const NEEDS_BROKER = new Set<Command['name']>(['reconcile', 'plan', 'apply', 'adopt'])

function admit(turn: Turn, commandId: string): void {
  const { jobs } = turn.state
  const job = jobs.get(commandId)
  if (job !== undefined && jobs.size > MOST_JOBS)
    answer(
      turn,
      job,
      'error',
      `${MOST_JOBS} commands are waiting; try again when they are answered`,
    )
}

/** The broker cannot be asked: those who wait for it are told so. A run goes on asking. */
function giveUpWaiting(turn: Turn, reason: string): void {
  for (const job of [...turn.state.jobs.values()].toSorted(byId))
    if (NEEDS_BROKER.has(job.command.name) && snapshotSince(turn.state, job.mark) === undefined)
      answer(
        turn,
        job,
        'error',
        `the broker gave no whole snapshot: ${reason}; check the link and try again`,
      )
}

const byId = (a: Job, b: Job): number => byCodeUnit(a.commandId, b.commandId)

function advance(turn: Turn, job: Job): void {
  const { command } = job
  if (NEEDS_BROKER.has(command.name) && turn.state.session.link !== 'up') {
    const text = `the link to the broker is ${turn.state.session.link}; try again when it is up`
    return answer(turn, job, 'error', text)
  }
  switch (command.name) {
    case 'reconcile':
      return answerReconcile(turn, job)
    case 'plan':
      return askForPlan(turn, job, command)
    case 'apply':
      return considerPlan(turn, job, command.planId)
    case 'interrupt':
      return interrupt(turn, job)
    case 'halt':
      return halt(turn, job, command)
    case 'resume':
      return offerRelease(turn, job, command)
    case 'resume-confirm':
      return confirmRelease(turn, job, command)
    case 'adopt':
      return adopt(turn, job, command.reason)
  }
}

/** Answered when the differences have settled: fills in flight are waited for. */
function answerReconcile(turn: Turn, job: Job): void {
  const { state } = turn
  if (!isSettledSince(state, job)) return
  const all = [...state.breaks.values()].toSorted((a, b) => byCodeUnit(a.id, b.id))
  const told = all.map(({ severity, detail }) => `${severity}: ${detail}`).join('\n')
  const severe = severeBreaksOf(state).length
  if (all.length === 0) return answer(turn, job, 'done', 'book and broker agree')
  answer(
    turn,
    job,
    severe > 0 ? 'blocked' : 'done',
    `${all.length} breaks, ${severe} severe\n${told}`,
  )
}

const isSettledSince = (state: EngineState, { mark }: Job): boolean =>
  snapshotSince(state, mark) !== undefined && !hasTransientBreak(state)

function askForPlan(
  turn: Turn,
  job: Job,
  { request }: Extract<Command, { readonly name: 'plan' }>,
): void {
  const { state, decide } = turn
  const { commandId } = job
  if (state.run !== undefined)
    return answer(
      turn,
      job,
      'error',
      `run ${state.run.runId} is active; plan again when it has completed`,
    )
  const asked = state.requests.plans.values().some((plan) => plan.commandId === commandId)
  if (asked || !isSettledSince(state, job)) return
  decide({ type: 'ComputePlan', requestId: state.requests.last + 1, commandId, request })
}

const PLAN_OUTCOME = { changes: 'changes', 'no-change': 'done', blocked: 'blocked' } as const

function hearOfPlan(
  turn: Turn,
  fact: Extract<Fact, { readonly type: 'PlanComputed' | 'PlanFailed' }>,
): void {
  const { jobs, requests } = turn.state
  const commandId = requests.plans.get(fact.requestId)?.commandId
  const job = commandId === undefined ? undefined : jobs.get(commandId)
  if (job === undefined) return
  if (fact.type === 'PlanFailed')
    return answer(turn, job, 'error', `the plan could not be computed: ${fact.reason}`)
  const { planId, verdict, phases } = fact.plan
  const size = `${phases.A.length} reductions, ${phases.B.length} additions`
  answer(turn, job, PLAN_OUTCOME[verdict], `plan ${planId}: ${verdict}; ${size}`)
}

/** Waits for the end of the run, which answers it; with nothing running there is nothing to wait for. */
function interrupt(turn: Turn, job: Job): void {
  const { run } = turn.state
  if (run === undefined) return answer(turn, job, 'done', 'nothing is running')
  if (run.ending === undefined) endRun(turn, run, 'canceled', `interrupted by ${job.by}`)
}

/** The broker's truth becomes ours, by a person's word; never while orders could still move it. */
function adopt(turn: Turn, job: Job, reason: string): void {
  const { state, decide } = turn
  const working = openOrdersOf(state.ledger).filter((order) => order.state !== 'InDoubt')
  if (state.run !== undefined || working.length > 0) {
    const what = state.run === undefined ? `${working.length} orders are open` : `run ${state.run.runId} is active` // prettier-ignore
    return answer(turn, job, 'error', `${what}; adopt when nothing is moving`)
  }
  const { taken } = state
  if (taken === undefined || snapshotSince(state, job.mark) === undefined) return
  const evidence = `adopted by ${job.by}: ${reason}`
  for (const { request } of openOrdersOf(state.ledger))
    decide({ type: 'ProveNotSent', clientOrderId: request.id, evidence })
  decide({ type: 'AdoptBook', origin: 'person', requestId: taken.requestId, reason: evidence })
  const closed = [...state.breaks.keys()].toSorted(byCodeUnit)
  for (const breakId of closed) decide({ type: 'CloseBreak', breakId, evidence })
  answer(turn, job, 'done', `the book is the broker's now; ${closed.length} breaks closed`)
}
