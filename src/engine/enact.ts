/**
 * What a decision does to the state: what we asked, ordered, promised and announced. A run's
 * course is the fold of its announcements, so that no step of it can happen without being told.
 */
import { invariant } from '#model/invariant.ts'
import {
  addDenied,
  addSubmitted,
  askCancel,
  move,
  openOrdersOf,
  ordersOf,
  prune,
} from '#execution/order-ledger.ts'
import { isReducing } from '#model/order.ts'
import { execRootOf, type ClientOrderId, type ExecId } from '#model/ids.ts'
import { bookFrom } from '#engine/book.ts'
import type { Decision } from '#engine/decision.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { EngineState, PlanBasis, Run } from '#engine/state.ts'

type Of<T extends Decision['type']> = Extract<Decision, { readonly type: T }>

export function enact(state: EngineState, decision: Decision): void {
  switch (decision.type) {
    case 'RequestSnapshot':
      state.requests.last = decision.requestId
      state.requests.snapshot = decision.requestId
      return
    case 'RequestQuotes':
      return quotesRequested(state, decision)
    case 'ComputePlan':
      return planRequested(state, decision)
    case 'SubmitOrder':
      return orderSubmitted(state, decision)
    case 'DenyOrder':
      return orderDenied(state, decision)
    case 'CancelOrder':
      return cancelAsked(state, decision)
    case 'ProveNotSent':
      return notSentProven(state, decision)
    case 'AcceptPlan':
      return planAccepted(state, decision)
    case 'ResumeRun':
      return runResumed(state, decision)
    case 'EndRun':
      if (state.run?.runId === decision.runId)
        state.run.ending ??= { verdict: decision.verdict, reason: decision.reason }
      return
    case 'Announce':
      return announced(state, decision.event)
    case 'AdoptBook':
      return bookAdopted(state, decision)
    case 'OpenBreak':
      state.breaks.set(decision.found.id, decision.found)
      return
    case 'CloseBreak':
      state.breaks.delete(decision.breakId)
      return
    case 'SetLatch':
      state.latches.set(`${decision.latch.kind} ${decision.latch.scope}`, decision.latch)
      state.release = undefined
      return
    case 'OfferRelease':
      state.release = { token: decision.token, reason: decision.reason, at: state.now }
      return
    case 'ReleaseLatches':
      state.latches.clear()
      state.release = undefined
      return
    case 'SetTimer':
      state.timers.set(decision.timer, decision.at)
      return
    case 'ClearTimer':
      state.timers.delete(decision.timer)
      return
    case 'AnswerCommand':
      return commandAnswered(state, decision)
    case 'RefusePlan':
    case 'CancelEverything':
    case 'Alert':
  }
}

function quotesRequested(state: EngineState, { requestId }: Of<'RequestQuotes'>): void {
  state.requests.last = requestId
  state.requests.quotes = requestId
  if (state.run !== undefined) state.run.quotesAsked = requestId
}

function planRequested(state: EngineState, { requestId, commandId }: Of<'ComputePlan'>): void {
  state.requests.last = requestId
  state.requests.plans.set(requestId, { commandId, basis: basisOf(state) })
}

/** What a plan computed now stands on. */
function basisOf({ taken, ledger }: EngineState): PlanBasis {
  const { positions = [], cash = [] } = taken?.snapshot ?? {}
  return {
    positions: new Map(positions.map((row) => [row.instrument, row.quantity])),
    cash: new Map(cash.map((row) => [row.currency, row.amount])),
    ownOrders: openOrdersOf(ledger).map(({ request }) => request.id),
  }
}

function orderSubmitted(state: EngineState, decision: Of<'SubmitOrder'>): void {
  const { order: request, runId, line, attempt, adds, arrivalMid } = decision
  addSubmitted(state.ledger, { request, runId, line, attempt, adds, arrivalMid }, state.now)
  const run = currentRun(state, runId)
  pushOrder(run, line, request.id)
  run.mark = state.requests.last
}

function orderDenied(state: EngineState, decision: Of<'DenyOrder'>): void {
  const { order: request, runId, line, reason } = decision
  const run = currentRun(state, runId)
  const attempt = (run.orders.get(line)?.length ?? 0) + 1
  const adds = !isReducing(request.side)
  const intent = { request, runId, line, attempt, adds, arrivalMid: Number.NaN }
  addDenied(state.ledger, intent, reason, state.now)
  told(state, request.id)
  pushOrder(run, line, request.id)
  run.denied.set(line, reason)
}

function currentRun({ run }: EngineState, runId: Run['runId']): Run {
  invariant(run?.runId === runId, 'orders are sent by the active run')
  return run
}

function pushOrder(run: Run, line: string, id: ClientOrderId): void {
  const ids = run.orders.get(line)
  if (ids === undefined) run.orders.set(line, [id])
  else ids.push(id)
}

function cancelAsked(state: EngineState, { clientOrderId, reason }: Of<'CancelOrder'>): void {
  const record = state.ledger.orders.get(clientOrderId)
  invariant(record !== undefined, 'only orders of ours are canceled')
  askCancel(record, reason, state.now)
}

function notSentProven(state: EngineState, { clientOrderId, evidence }: Of<'ProveNotSent'>): void {
  const record = state.ledger.orders.get(clientOrderId)
  invariant(record !== undefined, 'only an order of ours is proven not sent')
  move(record, 'provenNotSent', evidence, state.now)
}

function planAccepted(state: EngineState, { runId, commandId, planId }: Of<'AcceptPlan'>): void {
  invariant(state.run === undefined, 'one run at a time')
  const plan = state.plans.get(planId)?.plan
  invariant(plan !== undefined, 'an accepted plan is on record')
  state.jobs.delete(commandId)
  state.runs++
  state.run = {
    runId,
    planId,
    askers: [commandId],
    startedAt: state.now,
    nav: plan.nav,
    seq: 0,
    wave: undefined,
    deadlinePassed: false,
    completedPhases: [],
    scalePpm: undefined,
    mark: state.requests.last,
    quotesAsked: undefined,
    orders: new Map(),
    denied: new Map(),
    recheck: false,
    ending: undefined,
  }
}

function runResumed({ run }: EngineState, { runId }: Of<'ResumeRun'>): void {
  invariant(run?.runId === runId, 'the run that resumes is the active one')
  run.recheck = false
  run.quotesAsked = undefined
}

function bookAdopted(state: EngineState, { requestId, origin }: Of<'AdoptBook'>): void {
  invariant(state.taken?.requestId === requestId, 'the adopted snapshot is the latest')
  state.book = bookFrom(state.taken.snapshot, origin, state.now)
  for (const execution of state.ledger.executions.values()) execution.adopted = true
  for (const record of ordersOf(state.ledger)) record.lateFill = false
  for (const execution of state.ledger.foreign.values()) execution.adopted = true
}

function commandAnswered(state: EngineState, { commandId }: Of<'AnswerCommand'>): void {
  state.jobs.delete(commandId)
  for (const [requestId, asked] of state.requests.plans)
    if (asked.commandId === commandId) state.requests.plans.delete(requestId)
  const askers = state.run?.askers ?? []
  if (askers.includes(commandId)) askers.splice(askers.indexOf(commandId), 1)
}

const FULL_PPM = 1_000_000

function announced(state: EngineState, event: RunEvent): void {
  const { run } = state
  if (run?.runId !== event.runId) return
  run.seq = event.seq
  switch (event.type) {
    case 'PhaseStarted':
      run.wave = { phase: event.phase, number: event.wave }
      run.deadlinePassed = false
      run.quotesAsked = undefined
      if (event.phase === 'B') run.scalePpm ??= FULL_PPM
      return
    case 'PhaseScaled':
      run.scalePpm = Math.floor(event.scale * FULL_PPM)
      return
    case 'PhaseCompleted':
      run.completedPhases.push(event.phase)
      run.wave = undefined
      return
    case 'OrderSubmitted':
      return told(state, event.clientOrderId, 'Submitted')
    case 'OrderAccepted':
    case 'OrderRejected':
    case 'OrderCanceled':
    case 'OrderInDoubt':
      return told(state, event.clientOrderId)
    case 'Fill':
      return toldOfFill(state, event.execId)
    case 'RunCompleted':
      state.lastSummary = { runId: run.runId, summary: event.summary }
      state.run = undefined
      prune(state.ledger, state.now)
      return
    case 'RunStarted':
    case 'OrderDenied':
    case 'LimitBreached':
    case 'Halted':
    case 'BreakFound':
  }
}

function told(state: EngineState, id: ClientOrderId, of?: 'Submitted'): void {
  const record = state.ledger.orders.get(id)
  if (record !== undefined) record.told = of ?? record.state
}

/** Of this revision; a correction that came meanwhile is told next. */
function toldOfFill({ ledger }: EngineState, execId: ExecId): void {
  const record = ledger.executions.get(execRootOf(execId))
  if (record?.execution.execId === execId) record.told = true
}
