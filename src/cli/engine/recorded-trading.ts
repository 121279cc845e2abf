/** Reads a journal for what it tells of trading; decides nothing and writes nothing. */
import type { Decision } from '#engine/decision.ts'
import { DECISION } from '#engine/decision-codec.ts'
import type { Fact } from '#engine/fact.ts'
import { FACT } from '#engine/fact-codec.ts'
import { askCancel, endCancel, endSubmit, loseContact, move } from '#execution/order-ledger.ts'
import {
  emptyTradingRecord,
  recordDenial,
  recordOrder,
  recordPlan,
  recordQuotes,
  recordReport,
  recordRun,
  recordSnapshot,
  type TradingRecord,
} from '#execution/cost-analysis/trading-record.ts'
import type { Journal, Row } from '#journal/journal.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'
import { read } from '#runtime/recovery.ts'

/** @returns what was recorded, or which row cannot be read */
export function recordedTrading(journal: Pick<Journal, 'rows'>): Result<TradingRecord> {
  const record = emptyTradingRecord()
  for (const row of journal.rows()) {
    const heard = hear(record, row)
    if (!heard.ok) return err(`${heard.error}; \`ballast journal verify\` says whether the journal is whole`) // prettier-ignore
  }
  return ok(record)
}

/** Rows that tell nothing of trading are not even decoded. */
const TELLING: ReadonlySet<string> = new Set<Fact['type'] | Decision['type']>([
  'EngineStarted',
  'LinkChanged',
  'InstrumentsDescribed',
  'SnapshotTaken',
  'BrokerReported',
  'SubmitEnded',
  'CancelEnded',
  'QuoteBatch',
  'PlanComputed',
  'AcceptPlan',
  'SubmitOrder',
  'DenyOrder',
  'CancelOrder',
  'ProveNotSent',
  'Announce',
])

function hear(record: TradingRecord, row: Row): Result<void> {
  if (!TELLING.has(row.type)) return ok(undefined)
  if (row.expired === true) {
    record.expiredQuotes += 1
    return ok(undefined)
  }
  if (row.kind === 'fact') {
    const fact = read(FACT, row)
    return fact.ok ? ok(hearFact(record, fact.value)) : fact
  }
  const decision = read(DECISION, row)
  return decision.ok ? ok(hearDecision(record, decision.value, row.at)) : decision
}

function hearFact(record: TradingRecord, fact: Fact): void {
  const { at } = fact
  switch (fact.type) {
    case 'EngineStarted':
      record.collarBps = fact.settings.execution.collarBps
      return loseContact(record.ledger, 'the engine was restarted', at)
    case 'LinkChanged':
      return fact.link === 'down' ? loseContact(record.ledger, fact.reason, at) : undefined
    case 'InstrumentsDescribed':
      for (const instrument of fact.instruments) record.instruments.set(instrument.id, instrument)
      return
    case 'SnapshotTaken':
      return recordSnapshot(record, fact.snapshot, at)
    case 'BrokerReported':
      return recordReport(record, fact.report, at)
    case 'QuoteBatch':
      return recordQuotes(record, fact.quotes)
    case 'PlanComputed':
      return recordPlan(record, fact.plan)
    case 'SubmitEnded':
    case 'CancelEnded': {
      const order = record.ledger.orders.get(fact.clientOrderId)
      const end = fact.type === 'SubmitEnded' ? endSubmit : endCancel
      return order === undefined ? undefined : end(order, fact.outcome, fact.reason, at)
    }
    case 'SnapshotFailed':
    case 'PlanFailed':
    case 'TimerFired':
    case 'CommandGiven':
  }
}

function hearDecision(record: TradingRecord, decision: Decision, at: EpochMs): void {
  switch (decision.type) {
    case 'AcceptPlan':
      return recordRun(record, decision.runId, decision.planId, at)
    case 'SubmitOrder': {
      const { order: request, runId, line, attempt, adds, arrivalMid } = decision
      return recordOrder(record, { request, runId, line, attempt, adds, arrivalMid }, at)
    }
    case 'DenyOrder':
      return recordDenial(record, decision, at)
    case 'CancelOrder': {
      const order = record.ledger.orders.get(decision.clientOrderId)
      return order === undefined ? undefined : askCancel(order, decision.reason, at)
    }
    case 'ProveNotSent': {
      const order = record.ledger.orders.get(decision.clientOrderId)
      if (order !== undefined) move(order, 'provenNotSent', decision.evidence, at)
      return
    }
    case 'Announce': {
      const run = record.runs.get(decision.event.runId)
      if (decision.event.type === 'RunCompleted' && run !== undefined) run.endedAt = at
      return
    }
    case 'RequestSnapshot':
    case 'RequestQuotes':
    case 'ComputePlan':
    case 'CancelEverything':
    case 'RefusePlan':
    case 'ResumeRun':
    case 'EndRun':
    case 'AdoptBook':
    case 'OpenBreak':
    case 'CloseBreak':
    case 'SetLatch':
    case 'OfferRelease':
    case 'ReleaseLatches':
    case 'SetTimer':
    case 'ClearTimer':
    case 'Alert':
    case 'AnswerCommand':
  }
}
