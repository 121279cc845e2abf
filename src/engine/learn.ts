/**
 * What a fact does to the state: what we learn, never what we do about it.
 *
 * Total: every fact can be applied in every state. A fact that answers nothing we asked (a plan
 * of a former process, a report of nobody's order) changes nothing.
 */
import { moneyFrom, toNumber } from '#model/border.ts'
import type { Currency, Money } from '#model/fixed.ts'
import { invariant } from '#model/invariant.ts'
import type { BrokerReport, Execution } from '#model/report.ts'
import {
  endCancel,
  endSubmit,
  filledAtLeast,
  forgetAbsences,
  loseContact,
  type LedgerChange,
  type OrderRecord,
} from '#execution/order-ledger.ts'
import { applyReport } from '#execution/ledger-reports.ts'
import { applySnapshot } from '#execution/ledger-snapshot.ts'
import { bookChange, tradedValueOf } from '#engine/book.ts'
import { exchangeRate } from '#engine/exchange-rate.ts'
import type { Fact } from '#engine/fact.ts'
import { MOST_PLANS, type EngineState, type Run } from '#engine/state.ts'
import { countTraded, dayWith } from '#engine/trading-day.ts'

type Of<T extends Fact['type']> = Extract<Fact, { readonly type: T }>

export function learn(state: EngineState, fact: Fact): void {
  switch (fact.type) {
    case 'EngineStarted':
      return engineStarted(state, fact)
    case 'LinkChanged':
      return linkChanged(state, fact)
    case 'InstrumentsDescribed':
      for (const instrument of fact.instruments) state.instruments.set(instrument.id, instrument)
      return
    case 'SnapshotTaken':
      return snapshotTaken(state, fact)
    case 'SnapshotFailed':
      return snapshotFailed(state, fact)
    case 'BrokerReported':
      return brokerReported(state, fact)
    case 'SubmitEnded':
    case 'CancelEnded':
      return commandEnded(state, fact)
    case 'QuoteBatch':
      return quoteBatch(state, fact)
    case 'PlanComputed':
      return planComputed(state, fact)
    case 'PlanFailed':
      return // its command is answered, which forgets the request
    case 'TimerFired':
      return timerFired(state, fact)
    case 'CommandGiven': {
      const { commandId, by, command } = fact
      state.jobs.set(commandId, { commandId, by, command, mark: state.requests.last })
    }
  }
}

/** A new process: what the last one asked for will not be answered, and what it sent is in doubt. */
function engineStarted(state: EngineState, fact: Of<'EngineStarted'>): void {
  invariant(
    state.account === undefined || state.account === fact.account,
    'a journal is of one account',
  )
  state.starts++
  state.account = fact.account
  state.journalId = fact.journalId
  state.settings = fact.settings
  state.session = { link: 'down', since: state.now }
  state.jobs.clear() // an offered release stands: each verb may be a process of its own
  forgetRequests(state)
  state.requests.plans.clear()
  state.requests.quotes = undefined
  loseContact(state.ledger, 'the engine was restarted before the outcome was known', state.now)
  if (state.run !== undefined) interruptRun(state, state.run)
}

/** The wave gets its whole time again once the run resumes: the time we were gone for was not its own. */
function interruptRun({ timers }: EngineState, run: Run): void {
  checkAgain(run)
  run.deadlinePassed = false
  timers.delete('run.deadline')
}

/** The world was out of sight: expiry and guard prices are looked at before anything new is sent. */
function checkAgain(run: Run): void {
  run.recheck = true
  run.quotesAsked = undefined
}

function forgetRequests({ requests }: EngineState): void {
  requests.snapshot = undefined
  requests.failures = 0
  requests.retryAt = 0
}

function linkChanged(state: EngineState, { link, reason }: Of<'LinkChanged'>): void {
  state.session = { link, since: state.now }
  forgetRequests(state)
  forgetAbsences(state.ledger)
  if (link !== 'down') return
  loseContact(state.ledger, `the link went down: ${reason}`, state.now)
  if (state.run !== undefined) checkAgain(state.run)
}

/** An answered request is forgotten; an older snapshot than the one we have tells of trades only. */
function snapshotTaken(state: EngineState, { requestId, snapshot }: Of<'SnapshotTaken'>): void {
  const { requests, session, settings } = state
  if (requests.snapshot === requestId) requests.snapshot = undefined
  requests.failures = 0
  requests.retryAt = 0
  const rules = {
    sessionSince: session.since,
    doubtIntervalMs: settings?.execution.doubtIntervalMs ?? SHORTEST_DOUBT_INTERVAL_MS,
  }
  follow(state, applySnapshot(state.ledger, snapshot, rules, state.now))
  if (state.taken !== undefined && state.taken.requestId > requestId) return
  state.taken = { requestId, snapshot }
  state.day = dayWith(state.day, snapshot.margin.netLiquidation, state.now)
}

/** Two absences of an order in doubt lie at least this far apart. */
const SHORTEST_DOUBT_INTERVAL_MS = 10_000

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** Doublings after which the longest retry is reached. */
const MOST_DOUBLINGS = 5

function snapshotFailed({ requests, now }: EngineState, { requestId }: Of<'SnapshotFailed'>): void {
  if (requests.snapshot !== requestId) return
  requests.snapshot = undefined
  const doublings = Math.min(requests.failures, MOST_DOUBLINGS)
  requests.failures++
  requests.retryAt = now + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** doublings)
}

/** News of an order makes every snapshot asked for so far too old to show all it has done. */
function brokerReported(state: EngineState, { report }: Of<'BrokerReported'>): void {
  const before = orderOf(state, report)
  const was = before === undefined ? undefined : [before.state, filledAtLeast(before)]
  const changes = applyReport(state.ledger, report, state.now)
  follow(state, changes)
  const after = orderOf(state, report)
  const isNews =
    after !== undefined && (was?.[0] !== after.state || was[1] !== filledAtLeast(after))
  const traded = changes.some(({ type }) => type === 'execution')
  if (state.run !== undefined && (isNews || traded)) state.run.mark = state.requests.last
}

/** The order of ours that a report names. */
function orderOf({ ledger }: EngineState, report: BrokerReport): OrderRecord | undefined {
  if (report.type === 'OrderRefusal') return ledger.orders.get(report.refusal.clientOrderId)
  if (report.type !== 'OrderStatus') return undefined
  const { clientOrderId, permId } = report.status
  const id = clientOrderId ?? (permId === undefined ? undefined : ledger.permIds.get(permId))
  return id === undefined ? undefined : ledger.orders.get(id)
}

function follow(state: EngineState, changes: readonly LedgerChange[]): void {
  for (const change of changes) {
    if (state.book !== undefined) bookChange(state.book, change, state.instruments)
    if (change.type === 'execution' && state.day !== undefined)
      countTraded(
        state.day,
        change.before && valueInBase(state, change.before),
        valueInBase(state, change.after),
      )
  }
}

/** Of a trade, base currency; at 1 where no rate is known, so that turnover is not under-counted to zero. */
function valueInBase(state: EngineState, execution: Execution): Money<Currency> {
  const base = state.taken?.snapshot.baseCurrency ?? ''
  const [currency, amount] = tradedValueOf(execution, state.instruments) ?? [base, undefined]
  if (amount === undefined) return moneyFrom(0, base)
  if (currency === base) return amount
  const rate = exchangeRate(currency, base, state.quotes) ?? 1
  return moneyFrom(toNumber(amount) * rate, base)
}

function commandEnded(state: EngineState, fact: Of<'SubmitEnded'> | Of<'CancelEnded'>): void {
  const record = state.ledger.orders.get(fact.clientOrderId)
  if (record === undefined) return
  const end = fact.type === 'SubmitEnded' ? endSubmit : endCancel
  end(record, fact.outcome, fact.reason, state.now)
}

function quoteBatch(state: EngineState, { requestId, quotes }: Of<'QuoteBatch'>): void {
  for (const quote of quotes) state.quotes.set(quote.instrument, quote)
  if (requestId === undefined) return
  const { requests } = state
  if (requests.quotes === requestId) requests.quotes = undefined
  requests.quotesAnswered = Math.max(requests.quotesAnswered, requestId)
}

/** Kept with what it stood on; dropped when nobody here asked for it. */
function planComputed(state: EngineState, { requestId, plan }: Of<'PlanComputed'>): void {
  const asked = state.requests.plans.get(requestId)
  if (asked === undefined) return
  state.plans.delete(plan.planId)
  state.plans.set(plan.planId, { plan, basis: asked.basis })
  const spare = [...state.plans.keys()].filter((id) => id !== state.run?.planId)
  for (const oldest of spare.slice(0, Math.max(0, spare.length - MOST_PLANS)))
    state.plans.delete(oldest)
}

function timerFired(state: EngineState, { timer }: Of<'TimerFired'>): void {
  state.timers.delete(timer)
  if (timer === 'run.deadline' && state.run !== undefined) state.run.deadlinePassed = true
}
