/**
 * A very small world around `step`: a broker that fills, rejects, goes silent or dies as told, a
 * journal of rows, a clock that moves when nothing else does. Facts in, decisions out; no waiting.
 *
 * Everything that crosses the journal goes through the codecs, so what recovery reads is what a
 * real journal would hold.
 */
import type { BrokerSnapshot, CompletedOrder, OpenOrder } from '#model/account.ts'
import { canonicalJson, type Json } from '#model/canonical-json.ts'
import {
  magnitude,
  minus,
  money,
  negate,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId, PlanId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { METRIC_NAMES, type Metrics } from '#model/metrics.ts'
import { isReducing, signedQuantity, type OrderRequest, type Side } from '#model/order.ts'
import type { Plan, PlanLine } from '#model/plan.ts'
import type { BrokerReport, Commission, Execution, OrderStatus } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import { applyDecision, applyFact } from '#engine/apply.ts'
import type { Decision } from '#engine/decision.ts'
import { DECISION } from '#engine/decision-codec.ts'
import type { Command, Fact } from '#engine/fact.ts'
import { FACT } from '#engine/fact-codec.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { EngineSettings } from '#engine/settings.ts'
import { initialState, type EngineState } from '#engine/state.ts'
import { step } from '#engine/step.ts'
import { LIMITS } from '#risk/limits.ts'

export const ACCOUNT = 'DU1234567' as AccountId
export const JOURNAL = '0a1b2c3d'
/** Monday 2018-02-05 15:00 UTC, in New York's morning. */
export const MORNING: EpochMs = 1_517_842_800_000
export const id = (symbol: string): InstrumentId => `${symbol}.STK.USD` as InstrumentId

export const SETTINGS: EngineSettings = {
  configHash: 'c'.repeat(64),
  limits: LIMITS.map((limit) => ({ ...limit, breach: limit.direction === 'min' ? 0.05 : 10 })),
  gate: { collarBps: 500, maximumOrderNotional: 1_000_000, maximumOrdersPerRun: 100 },
  execution: {
    orderType: 'limit',
    collarBps: 20,
    addLifetimeMs: 600_000,
    waveDeadlineMs: 60_000,
    maximumAttempts: 1,
    doubtIntervalMs: 10_000,
    buyingPowerBuffer: 0.02,
  },
  staleness: { quoteMs: 30_000, guardBps: 100, planMs: 900_000 },
}

export const stock = (symbol: string): Stock => ({
  id: id(symbol),
  conId: symbol.charCodeAt(0),
  symbol,
  exchange: 'SMART',
  currency: 'USD',
  multiplier: 1n,
  priceIncrements: [{ from: price('0'), increment: price('0.01') }],
  lot: quantity('1'),
  sector: 'Technology',
  assetClass: 'STK',
  primaryExchange: 'NASDAQ',
  shortable: true,
  borrowRate: 0.003,
})

export const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'] as const
const PRICE = 100

export const quoteOf = (instrument: InstrumentId, at: EpochMs, mid = PRICE): Quote => ({
  instrument,
  bid: mid - 0.01,
  ask: mid + 0.01,
  bidSize: 500,
  askSize: 500,
  last: mid,
  close: mid,
  volume: 1_000_000,
  at,
  kind: 'live',
  halted: false,
})

const METRICS = Object.fromEntries(METRIC_NAMES.map((name) => [name, 0.1])) as unknown as Metrics

export function line(leg: string, side: Side, symbol: string, size: string, wave = 1): PlanLine {
  const reduces = isReducing(side)
  return {
    id: leg,
    instrument: id(symbol),
    conId: symbol.charCodeAt(0),
    symbol,
    assetClass: 'STK',
    side,
    quantity: quantity(size),
    orderType: 'LMT',
    limitPrice: price('100'),
    timeInForce: reduces ? 'DAY' : 'GTD',
    algo: 'marketable-limit',
    guardPrice: price(String(PRICE)),
    expectedAlphaBps: 0,
    estimatedCostBps: 2,
    marginFreed: money(reduces ? '5000' : '-5000', 'USD'),
    wave,
    reason: { rule: 'target', text: 'test', weightBefore: 0, weightTarget: 0, weightAfter: 0 },
  }
}

export function planOf(lines: readonly PlanLine[], change: Partial<Plan> = {}): Plan {
  return {
    planId: 'plan-1' as PlanId,
    asOf: MORNING,
    expires: MORNING + 900_000,
    account: ACCOUNT,
    nav: money('1000000', 'USD'),
    currency: 'USD',
    snapshot: 's'.repeat(64),
    config: SETTINGS.configHash,
    verdict: 'changes',
    checks: [],
    phases: {
      A: lines.filter(({ side }) => isReducing(side)),
      B: lines.filter(({ side }) => !isReducing(side)),
    },
    weights: [],
    risk: { before: METRICS, after: METRICS, worst: METRICS },
    binding: [],
    cost: { spreadBps: 1, impactBps: 0, commission: money('4', 'USD'), totalBps: 2 },
    skipped: [],
    ...change,
  }
}

/** Sell AAA, cover BBB; then buy CCC, short DDD. */
export const FOUR_LINES = [
  line('A1', 'COVER', 'BBB', '50', 1),
  line('A2', 'SELL', 'AAA', '100', 2),
  line('B1', 'BUY', 'CCC', '100'),
  line('B2', 'SHORT', 'DDD', '40'),
]

/** What the broker does with an order that arrives. */
export type Fate =
  | 'fill' // acknowledged, filled in two parts, done
  | 'work' // acknowledged, and then nothing
  | 'half' // acknowledged, half filled, and then nothing
  | 'inactive' // rejected by status
  | 'refuse' // rejected by an error
  | 'silent' // it is there, and nothing is told of it
  | 'lost' // the bytes go out and never arrive
  | 'uncertain-there' // the write fails, and the order is there
  | 'uncertain-lost' // the write fails, and it is not
  | 'not-sent' // the adapter proves that nothing went out

interface Held {
  readonly request: OrderRequest
  readonly permId: PermId
  filled: Quantity
  status: OrderStatus['status']
  reason: string
}

/** The truth: it outlives any number of engines. */
export class FakeBroker {
  readonly positions = new Map<InstrumentId, Quantity>([
    [id('AAA'), quantity('100')],
    [id('BBB'), quantity('-50')],
    [id('EEE'), quantity('500')],
  ])
  cash: Money<Currency> = money('950000', 'USD')
  buyingPower: Money<Currency> = money('2000000', 'USD')
  excessLiquidity: Money<Currency> = money('800000', 'USD')
  readonly orders = new Map<ClientOrderId, Held>()
  readonly executions: Execution[] = []
  readonly commissions: Commission[] = []
  /** Every id that was ever written to the socket, in order. */
  readonly written: ClientOrderId[] = []
  fateOf: (order: OrderRequest) => Fate = () => 'fill'
  /** What a cancel of a working order leads to. */
  cancelFate: 'cancel' | 'refuse' | 'fill' | 'silent' = 'cancel'
  strangers: OpenOrder[] = []
  private executionCount = 0

  place(request: OrderRequest): Held {
    const permId = String(9000 + this.orders.size) as PermId
    const held: Held = { request, permId, filled: quantity('0'), status: 'working', reason: '' }
    this.orders.set(request.id, held)
    return held
  }

  fill(held: Held, size: Quantity, at: EpochMs): BrokerReport[] {
    held.filled = plus(held.filled, size)
    if (held.filled >= held.request.quantity) held.status = 'filled'
    const signed = signedQuantity({ side: held.request.side, quantity: size })
    const execution = this.trade(held.request.instrument, signed, at, held)
    const commission: Commission = {
      execId: execution.execId,
      amount: money('1', 'USD'),
      currency: 'USD',
      realizedPnl: undefined,
    }
    this.commissions.push(commission)
    this.cash = minus(this.cash, commission.amount)
    return [
      { type: 'Execution', execution },
      { type: 'OrderStatus', status: statusOf(held) },
      { type: 'Commission', commission },
    ]
  }

  /** A trade that moves holdings and cash; nobody's when no order is given. */
  trade(instrument: InstrumentId, signed: Quantity, at: EpochMs, of?: Held): Execution {
    const execution: Execution = {
      execId: `0000e0d5.${String(++this.executionCount).padStart(4, '0')}.01.01` as ExecId,
      clientOrderId: of?.request.id,
      permId: of?.permId,
      account: ACCOUNT,
      instrument,
      quantity: signed,
      price: price('100'),
      venue: 'NASDAQ',
      at: Math.floor(at / 1000) * 1000,
      liquidity: 'removed',
    }
    this.executions.push(execution)
    this.move(instrument, signed, execution.price)
    return execution
  }

  move(instrument: InstrumentId, signed: Quantity, at: Price): void {
    const held = plus(this.positions.get(instrument) ?? quantity('0'), signed)
    if (held === 0n) this.positions.delete(instrument)
    else this.positions.set(instrument, held)
    this.cash = plus(this.cash, negate(notional(signed, at, { multiplier: 1n, currency: 'USD' })))
  }

  snapshot(begunAt: EpochMs, takenAt: EpochMs): BrokerSnapshot {
    const held = [...this.orders.values()]
    const nav = money('1000000', 'USD')
    return {
      account: ACCOUNT,
      baseCurrency: 'USD',
      begunAt,
      takenAt,
      positions: [...this.positions.keys()].toSorted().map((instrument) => ({
        instrument,
        conId: instrument.charCodeAt(0),
        quantity: this.positions.get(instrument) ?? quantity('0'),
        averageCost: price('90'),
        currency: 'USD',
      })),
      cash: [{ currency: 'USD', amount: this.cash }],
      margin: {
        netLiquidation: nav,
        equityWithLoan: nav,
        grossPositionValue: money('100000', 'USD'),
        initialMargin: money('50000', 'USD'),
        maintenanceMargin: money('40000', 'USD'),
        availableFunds: money('900000', 'USD'),
        excessLiquidity: this.excessLiquidity,
        buyingPower: this.buyingPower,
      },
      openOrders: [...held.filter(isOpen).map(openOrderOf), ...this.strangers],
      completedOrders: held.filter((order) => !isOpen(order)).map(completedOrderOf),
      executions: [...this.executions],
      commissions: [...this.commissions],
    }
  }
}

const isOpen = ({ status }: Held): boolean => ['working', 'held', 'pending'].includes(status)

export const statusOf = ({ request, permId, status, filled, reason }: Held): OrderStatus => ({
  clientOrderId: request.id,
  permId,
  instrument: request.instrument,
  status,
  cumulative: filled,
  leaves: minus(request.quantity, filled),
  reason,
})

const openOrderOf = ({ request, permId, status, filled }: Held): OpenOrder => {
  const signed = signedQuantity(request)
  const left = signedQuantity({ side: request.side, quantity: minus(request.quantity, filled) })
  return {
    clientOrderId: request.id,
    clientId: 7,
    permId,
    instrument: request.instrument,
    quantity: signed,
    leaves: left,
    orderType: request.orderType,
    limitPrice: request.limitPrice,
    timeInForce: request.timeInForce,
    status,
  }
}

const completedOrderOf = ({ request, permId, status, filled, reason }: Held): CompletedOrder => ({
  clientOrderId: request.id,
  permId,
  instrument: request.instrument,
  quantity: request.quantity,
  cumulative: filled,
  status,
  reason,
})

export interface JournalRow {
  readonly kind: 'fact' | 'decision'
  readonly at: EpochMs
  readonly body: string
}

/** Thrown out of the world when the process is to die. */
export class Crash extends Error {}

export class World {
  state: EngineState = initialState()
  readonly broker: FakeBroker
  now: EpochMs = MORNING
  rows: JournalRow[] = []
  /** Rows that survive whatever happens. */
  synced = 0
  readonly decisions: Decision[] = []
  plan: Plan = planOf(FOUR_LINES)
  settings: EngineSettings = SETTINGS
  quote: (instrument: InstrumentId, at: EpochMs) => Quote | undefined = (instrument, at) =>
    SYMBOLS.some((symbol) => id(symbol) === instrument) ? quoteOf(instrument, at) : undefined
  /** Dies before performing this effect, counted from 0 over all engines of the world. */
  dieBeforeEffect = Number.POSITIVE_INFINITY
  effects = 0
  /** Facts on their way to the engine. */
  private inbox: (() => Fact)[] = []
  private commandCount = 0

  constructor(broker = new FakeBroker()) {
    this.broker = broker
  }

  /** A process: folds what the journal holds, starts, connects, describes, settles. */
  start(): void {
    this.begin()
    this.settle()
  }

  begin(): void {
    this.inbox = []
    this.state = foldOf(this.rows)
    const { settings } = this
    this.take({ type: 'EngineStarted', at: this.tick(), account: ACCOUNT, journalId: JOURNAL, settings }) // prettier-ignore
    this.take({ type: 'InstrumentsDescribed', at: this.tick(), instruments: SYMBOLS.map(stock) })
    this.link('up')
  }

  link(link: 'up' | 'degraded' | 'down'): void {
    this.take({ type: 'LinkChanged', at: this.tick(), link, reason: 'test' })
  }

  command(command: Command, by = 'ann'): string {
    const commandId = `c${++this.commandCount}`
    this.take({ type: 'CommandGiven', at: this.tick(), commandId, by, command })
    return commandId
  }

  /** Has the plan computed and recorded. */
  record(): void {
    this.command({ name: 'plan', request: { kind: 'targets' } })
    this.settle()
  }

  /** Plans and applies, and lets everything happen. */
  planAndApply(): string {
    this.record()
    const commandId = this.command({ name: 'apply', planId: this.plan.planId })
    this.settle()
    return commandId
  }

  report(report: BrokerReport): void {
    this.take({ type: 'BrokerReported', at: this.tick(), report })
  }

  later(fact: () => Fact): void {
    this.inbox.push(fact)
  }

  tick(ms = 5): EpochMs {
    this.now += ms
    return this.now
  }

  take(fact: Fact): void {
    const decisions = step(this.state, fact)
    this.rows.push({ kind: 'fact', at: fact.at, body: canonicalJson(FACT.encode(fact)) })
    for (const decision of decisions)
      this.rows.push({ kind: 'decision', at: fact.at, body: canonicalJson(DECISION.encode(decision)) }) // prettier-ignore
    this.decisions.push(...decisions)
    if (decisions.some(({ type }) => type === 'SubmitOrder')) this.synced = this.rows.length
    for (const decision of decisions) this.perform(decision)
  }

  /** Delivers what is on its way; with nothing on its way, rings the next timer; until neither is left, or enough. */
  settle(enough: () => boolean = () => false): void {
    for (let most = 5_000; most > 0; most--) {
      if (enough()) return
      const next = this.inbox.shift()
      if (next !== undefined) this.take(next())
      else if (!this.ring()) return
    }
    throw new Error('the world does not settle')
  }

  /** Delivers what is on its way and rings no timer. */
  deliver(most = 2_000): void {
    for (let next = this.inbox.shift(); next !== undefined; next = this.inbox.shift()) {
      this.take(next())
      if (--most === 0) throw new Error('the world does not settle')
    }
  }

  ring(): boolean {
    const [next] = [...this.state.timers].toSorted((a, b) => a[1] - b[1])
    if (next === undefined) return false
    this.now = Math.max(this.now, next[1])
    this.take({ type: 'TimerFired', at: this.now, timer: next[0] })
    return true
  }

  get events(): RunEvent[] {
    return this.decisions.flatMap((made) => (made.type === 'Announce' ? [made.event] : []))
  }

  answerTo(commandId: string): Extract<Decision, { type: 'AnswerCommand' }> | undefined {
    return this.decisions.find(
      (made): made is Extract<Decision, { type: 'AnswerCommand' }> =>
        made.type === 'AnswerCommand' && made.commandId === commandId,
    )
  }

  of<T extends Decision['type']>(type: T): Extract<Decision, { type: T }>[] {
    return this.decisions.filter((made): made is Extract<Decision, { type: T }> => made.type === type) // prettier-ignore
  }

  perform(decision: Decision): void {
    if (this.effects++ >= this.dieBeforeEffect) {
      this.dieBeforeEffect = Number.POSITIVE_INFINITY
      throw new Crash()
    }
    if (decision.type === 'RequestSnapshot') this.answerSnapshot(decision.requestId)
    if (decision.type === 'RequestQuotes') this.answerQuotes(decision)
    if (decision.type === 'ComputePlan') this.answerPlan(decision.requestId)
    if (decision.type === 'SubmitOrder') this.submit(decision.order)
    if (decision.type === 'CancelOrder') this.cancel(decision.clientOrderId)
  }

  private answerSnapshot(requestId: number): void {
    const begunAt = this.now
    this.later(() => {
      const at = this.tick(50)
      return { type: 'SnapshotTaken', at, requestId, snapshot: this.broker.snapshot(begunAt, at) }
    })
  }

  private answerQuotes({
    requestId,
    instruments,
  }: Extract<Decision, { type: 'RequestQuotes' }>): void {
    this.later(() => {
      const at = this.tick()
      const quotes = instruments.flatMap((name) => this.quote(name, at) ?? [])
      return { type: 'QuoteBatch', at, requestId, quotes }
    })
  }

  private answerPlan(requestId: number): void {
    this.later(() => ({
      type: 'PlanComputed',
      at: this.tick(),
      requestId,
      inputs: 'i',
      plan: this.plan,
    }))
  }

  private tell(...reports: readonly BrokerReport[]): void {
    for (const report of reports) this.later(() => ({ type: 'BrokerReported', at: this.tick(), report })) // prettier-ignore
  }

  private submit(request: OrderRequest): void {
    const fate = this.broker.fateOf(request)
    const outcome = SUBMIT_OUTCOME[fate] ?? 'submitted'
    const clientOrderId = request.id
    if (fate !== 'not-sent') this.broker.written.push(clientOrderId)
    this.later(() => ({ type: 'SubmitEnded', at: this.tick(), clientOrderId, outcome, reason: fate })) // prettier-ignore
    if (fate === 'lost' || fate === 'uncertain-lost' || fate === 'not-sent') return
    const held = this.broker.place(request)
    if (fate === 'silent' || fate === 'uncertain-there') return
    if (fate === 'inactive' || fate === 'refuse') {
      held.status = 'rejected'
      held.reason = '201: Order rejected - reason: margin'
      if (fate === 'inactive') this.tell({ type: 'OrderStatus', status: statusOf(held) })
      else this.tell({ type: 'OrderRefusal', refusal: { clientOrderId, refused: 'order', code: 201, reason: 'margin' } }) // prettier-ignore
      return
    }
    this.tell({ type: 'OrderStatus', status: statusOf(held) })
    const half = magnitude(((request.quantity / 2n / 1_000_000_000n) * 1_000_000_000n) as Quantity)
    if (fate === 'half' || fate === 'fill') this.tell(...this.broker.fill(held, half, this.now))
    if (fate === 'fill') this.tell(...this.broker.fill(held, minus(request.quantity, half), this.now)) // prettier-ignore
  }

  private cancel(clientOrderId: ClientOrderId): void {
    this.later(() => ({ type: 'CancelEnded', at: this.tick(), clientOrderId, outcome: 'submitted', reason: '' })) // prettier-ignore
    const held = this.broker.orders.get(clientOrderId)
    const fate = this.broker.cancelFate
    if (held === undefined || !isOpen(held) || fate === 'silent') return
    if (fate === 'refuse') {
      this.tell({ type: 'OrderRefusal', refusal: { clientOrderId, refused: 'cancel', code: 10148, reason: 'cannot be cancelled' } }) // prettier-ignore
      return
    }
    if (fate === 'fill') {
      this.tell(...this.broker.fill(held, minus(held.request.quantity, held.filled), this.now))
      return
    }
    held.status = 'canceled'
    held.reason = '202: Order Canceled'
    this.tell({ type: 'OrderStatus', status: statusOf(held) })
  }
}

const SUBMIT_OUTCOME: Partial<Record<Fate, 'uncertain' | 'not-sent'>> = {
  'uncertain-there': 'uncertain',
  'uncertain-lost': 'uncertain',
  'not-sent': 'not-sent',
}

/** As recovery does it: both kinds of rows applied, nothing decided. */
export function foldOf(rows: readonly JournalRow[], from = initialState()): EngineState {
  for (const row of rows) {
    const json = JSON.parse(row.body) as Json
    if (row.kind === 'fact') {
      const fact = FACT.decode(json, 'row')
      if (!fact.ok) throw new Error(fact.error)
      applyFact(from, fact.value)
    } else {
      const decision = DECISION.decode(json, 'row')
      if (!decision.ok) throw new Error(decision.error)
      applyDecision(from, decision.value, row.at)
    }
  }
  return from
}
