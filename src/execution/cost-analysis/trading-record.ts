/**
 * What a journal tells of trading, gathered for the analysis of its cost: plans that were applied,
 * orders with the quote that each was priced by, fills and fees as they stand, quotes over time.
 *
 * Orders and fills go through the same ledger as the engine's, so that corrections, busts, late
 * fees and reports in any order are counted as they were traded on; nothing is forgotten here.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { Currency } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { isReducing, type OrderRequest } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { BrokerReport } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import {
  addDenied,
  addSubmitted,
  emptyLedger,
  type OrderIntent,
  type OrderLedger,
} from '#execution/order-ledger.ts'
import { applyReport } from '#execution/ledger-reports.ts'
import { applySnapshot } from '#execution/ledger-snapshot.ts'
import { exchangeRate } from '#execution/cost-analysis/recorded-quotes.ts'

export interface TradingRecord {
  readonly ledger: OrderLedger
  readonly instruments: Map<InstrumentId, Instrument>
  /** Of each name, in the order in which they were heard. */
  readonly quotes: Map<InstrumentId, Quote[]>
  /** The latest of each name so far. */
  readonly latest: Map<InstrumentId, Quote>
  readonly plans: Map<PlanId, RecordedPlan>
  readonly runs: Map<RunId, RecordedRun>
  readonly arrivals: Map<ClientOrderId, Arrival>
  /** Our clock when the broker first showed that it knows the order. */
  readonly acknowledged: Map<ClientOrderId, EpochMs>
  /** Orders that the broker has not shown to know. */
  readonly unacknowledged: Set<ClientOrderId>
  /** How far a marketable limit reached beyond the touch, by the rules in force; bps. */
  collarBps: number
  /** Batches of quotes that the journal has let go of. */
  expiredQuotes: number
}

/** What of a plan the analysis needs. */
export interface RecordedPlan {
  readonly planId: PlanId
  readonly currency: Currency
  readonly asOf: EpochMs
  readonly lines: readonly PlanLine[]
  readonly collarBps: number
}

export interface RecordedRun {
  readonly runId: RunId
  readonly plan: RecordedPlan
  /** Engine's clock. */
  readonly startedAt: EpochMs
  /** Undefined while it goes, or where the record ends before it. */
  endedAt: EpochMs | undefined
}

/** The market as an order was priced by it. */
export interface Arrival {
  /** Undefined where the quote is no longer in the journal. */
  readonly quote: Quote | undefined
  /** Base currency per unit of the instrument's; undefined where no pair was quoted. */
  readonly rate: number | undefined
}

export const emptyTradingRecord = (): TradingRecord => ({
  ledger: emptyLedger(),
  instruments: new Map(),
  quotes: new Map(),
  latest: new Map(),
  plans: new Map(),
  runs: new Map(),
  arrivals: new Map(),
  acknowledged: new Map(),
  unacknowledged: new Set(),
  collarBps: Number.NaN,
  expiredQuotes: 0,
})

/** Plans that wait to be applied; an engine keeps fewer. */
const MOST_PLANS = 64

/** A plan that was computed; it counts once it is applied. */
export function recordPlan(record: TradingRecord, plan: Plan): void {
  const { planId, currency, asOf, phases } = plan
  const lines = [...phases.A, ...phases.B]
  record.plans.delete(planId)
  record.plans.set(planId, { planId, currency, asOf, lines, collarBps: record.collarBps })
  const [oldest] = record.plans.keys()
  if (record.plans.size > MOST_PLANS && oldest !== undefined) record.plans.delete(oldest)
}

/** A plan is applied. Of a plan that the record does not hold, nothing. */
export function recordRun(record: TradingRecord, runId: RunId, planId: PlanId, at: EpochMs): void {
  const plan = record.plans.get(planId)
  if (plan !== undefined) record.runs.set(runId, { runId, plan, startedAt: at, endedAt: undefined })
}

/** An order goes out, at the quotes that were heard last. */
export function recordOrder(record: TradingRecord, intent: OrderIntent, at: EpochMs): void {
  addSubmitted(record.ledger, intent, at)
  const { instrument, id } = intent.request
  const base = record.runs.get(intent.runId)?.plan.currency
  const currency = record.instruments.get(instrument)?.currency
  const isKnown = base !== undefined && currency !== undefined
  const rate = isKnown ? exchangeRate(currency, base, record.latest) : undefined
  record.unacknowledged.add(id)
  record.arrivals.set(id, { quote: record.latest.get(instrument), rate })
}

/** Our own gate refused an order. */
export function recordDenial(
  record: TradingRecord,
  denied: { readonly runId: RunId; readonly line: string; readonly order: OrderRequest; readonly reason: string }, // prettier-ignore
  at: EpochMs,
): void {
  const { runId, line, order: request, reason } = denied
  const before = [...record.ledger.orders.values()].filter((of) => of.runId === runId && of.line === line) // prettier-ignore
  const adds = !isReducing(request.side)
  const attempt = before.length + 1
  addDenied(record.ledger, { request, runId, line, attempt, adds, arrivalMid: Number.NaN }, reason, at) // prettier-ignore
}

/** One report of the broker's. */
export function recordReport(record: TradingRecord, report: BrokerReport, at: EpochMs): void {
  applyReport(record.ledger, report, at)
  noteAcknowledgements(record, at)
}

/** All that the broker holds. Its silence about an order says nothing here. */
export function recordSnapshot(record: TradingRecord, snapshot: BrokerSnapshot, at: EpochMs): void {
  const rules = { sessionSince: Number.POSITIVE_INFINITY, doubtIntervalMs: 0 }
  applySnapshot(record.ledger, snapshot, rules, at)
  noteAcknowledgements(record, at)
}

function noteAcknowledgements(record: TradingRecord, at: EpochMs): void {
  const { ledger, acknowledged, unacknowledged } = record
  for (const id of unacknowledged) {
    if (ledger.orders.get(id)?.acknowledged !== true) continue
    unacknowledged.delete(id)
    acknowledged.set(id, at)
  }
}

/** Quotes as they were heard. */
export function recordQuotes(record: TradingRecord, quotes: readonly Quote[]): void {
  for (const quote of quotes) {
    record.latest.set(quote.instrument, quote)
    const heard = record.quotes.get(quote.instrument)
    if (heard === undefined) record.quotes.set(quote.instrument, [quote])
    else if (!isSame(heard.at(-1), quote)) heard.push(quote)
  }
}

/** A quote that is asked for again and has not changed is one quote. */
const isSame = (a: Quote | undefined, b: Quote): boolean =>
  a?.at === b.at && a.bid === b.bid && a.ask === b.ask && a.volume === b.volume && a.last === b.last
