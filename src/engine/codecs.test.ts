/** Every fact and every decision comes back from the journal as it went in. */
import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  type Arbitrary,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, type Json } from '#model/canonical-json.ts'
import type { Codec } from '#model/codec.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import { approve, type RiskApproved } from '#risk/approve.ts'
import type { OrderRequest } from '#model/order.ts'
import type { Decision } from '#engine/decision.ts'
import { needsSync } from '#engine/decision.ts'
import { DECISION } from '#engine/decision-codec.ts'
import type { Command, Fact } from '#engine/fact.ts'
import { COMMAND, FACT } from '#engine/fact-codec.ts'
import type { RunEvent } from '#engine/run-event.ts'
import { RUN_EVENT } from '#engine/run-event-codec.ts'
import { initialState } from '#engine/state.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import {
  anyFloat,
  anyId,
  anyInstant,
  anyInstrument,
  anyMoney,
  anyOrderRequest,
  anyPrice,
  anyQuantity,
  anyQuote,
  anyReport,
  anySettings,
  anySnapshot,
  anyText,
} from '#test/support/arbitraries.ts'
import { FOUR_LINES, planOf } from '#test/support/engine-world.ts'

type Of<U, Tag extends string, Name> = Extract<U, { readonly [K in Tag]: Name }>
/** One arbitrary a variant: a variant that is added and forgotten here does not compile. */
type Every<U extends { readonly [K in Tag]: string }, Tag extends string> = {
  readonly [Name in U[Tag]]: Arbitrary<Omit<Of<U, Tag, Name>, Tag>>
}

const at = anyInstant
const reason = anyText
const commandId = anyId<string>()
const clientOrderId = anyId<ClientOrderId>()
const outcome = constantFrom('submitted' as const, 'not-sent' as const, 'uncertain' as const)

const COMMANDS: Every<Command, 'name'> = {
  reconcile: record({}),
  plan: record({
    request: oneof(
      record({ kind: constantFrom('targets' as const, 'cash-only' as const) }),
      record({ kind: constant('raise-cash' as const), amount: anyText }),
    ),
  }),
  apply: record({ planId: anyId<PlanId>() }),
  interrupt: record({}),
  halt: record({ reason, scope: anyText }),
  resume: record({ reason }),
  'resume-confirm': record({ token: anyText }),
  adopt: record({ reason }),
}

const anyCommand = oneof(...variants<Command, 'name'>('name', COMMANDS).map(([, each]) => each))

const FACTS: Every<Fact, 'type'> = {
  EngineStarted: record({
    at,
    account: anyId<AccountId>(),
    journalId: anyText,
    settings: anySettings,
  }),
  LinkChanged: record({ at, link: constantFrom('up', 'degraded', 'down'), reason }),
  InstrumentsDescribed: record({
    at,
    instruments: array(oneof(...Object.values(anyInstrument)), { maxLength: 3 }),
  }),
  SnapshotTaken: record({ at, requestId: integer(), snapshot: anySnapshot }),
  SnapshotFailed: record({ at, requestId: integer(), reason }),
  BrokerReported: record({ at, report: oneof(...Object.values(anyReport)) }),
  SubmitEnded: record({ at, clientOrderId, outcome, reason }),
  CancelEnded: record({ at, clientOrderId, outcome, reason }),
  QuoteBatch: record({
    at,
    requestId: constantFrom(undefined, 7),
    quotes: array(anyQuote, { maxLength: 3 }),
  }),
  PlanComputed: record({
    at,
    requestId: integer(),
    inputs: anyText,
    plan: constant(planOf(FOUR_LINES)),
  }),
  PlanFailed: record({ at, requestId: integer(), reason }),
  TimerFired: record({ at, timer: anyText }),
  CommandGiven: record({ at, commandId, by: anyText, command: anyCommand }),
}

const phase = constantFrom('A' as const, 'B' as const)
const side = constantFrom('COVER' as const, 'SELL' as const, 'BUY' as const, 'SHORT' as const)
const instrument = anyId<InstrumentId>()
const count = integer({ min: 0 })
const head = { seq: count, at, runId: anyId<RunId>() }
const endVerdict = constantFrom('canceled' as const, 'halted' as const, 'blocked' as const, 'stale' as const) // prettier-ignore

const EVENTS: Every<RunEvent, 'type'> = {
  RunStarted: record({ ...head, planId: anyId<PlanId>(), orders: count }),
  PhaseStarted: record({ ...head, phase, wave: count, orders: count }),
  OrderSubmitted: record({
    ...head,
    clientOrderId,
    line: anyText,
    instrument,
    side,
    quantity: anyQuantity,
    orderType: constantFrom('MKT', 'LMT'),
    limitPrice: oneof(constant(undefined), anyPrice),
  }),
  OrderDenied: record({ ...head, line: anyText, instrument, reason }),
  OrderAccepted: record({ ...head, clientOrderId }),
  OrderRejected: record({ ...head, clientOrderId, reason }),
  Fill: record({
    ...head,
    clientOrderId,
    execId: anyId<ExecId>(),
    instrument,
    side,
    quantity: anyQuantity,
    price: anyPrice,
    cumulative: anyQuantity,
  }),
  OrderCanceled: record({ ...head, clientOrderId, reason }),
  OrderInDoubt: record({ ...head, clientOrderId, reason }),
  PhaseCompleted: record({ ...head, phase, filled: count, unfilled: count }),
  PhaseScaled: record({ ...head, phase, scale: anyFloat, buyingPower: anyMoney }),
  LimitBreached: record({
    ...head,
    metric: anyText,
    value: anyFloat,
    limit: anyFloat,
    remedy: anyText,
  }),
  Halted: record({ ...head, scope: anyText, reason }),
  BreakFound: record({ ...head, cause: anyText, severity: anyText, detail: anyText }),
  RunCompleted: record({
    ...head,
    summary: record({
      orders: count,
      filled: count,
      rejected: count,
      fillRate: anyFloat,
      slippageBps: anyFloat,
      costBps: anyFloat,
      latencyMs: record({ p50: anyFloat, p99: anyFloat }),
      turnover: anyFloat,
      breaks: count,
      verdict: oneof(endVerdict, constantFrom('completed' as const, 'completed-adjusted' as const)),
      unfinished: array(anyText, { maxLength: 3 }),
    }),
  }),
}

const anyEvent = oneof(...variants<RunEvent, 'type'>('type', EVENTS).map(([, each]) => each))

const approved = anyOrderRequest.map((order) => approve(order, () => undefined) as RiskApproved<OrderRequest>) // prettier-ignore
const runId = anyId<RunId>()
const line = anyText

const DECISIONS: Every<Decision, 'type'> = {
  RequestSnapshot: record({ requestId: count, purpose: anyText }),
  RequestQuotes: record({ requestId: count, instruments: array(instrument, { maxLength: 3 }) }),
  ComputePlan: record({ requestId: count, commandId, request: constant({ kind: 'targets' }) }),
  SubmitOrder: record({
    runId,
    line,
    attempt: count,
    order: approved,
    adds: boolean(),
    arrivalMid: anyFloat,
  }),
  DenyOrder: record({ runId, line, order: anyOrderRequest, reason }),
  CancelOrder: record({ clientOrderId, reason }),
  CancelEverything: record({ reason }),
  ProveNotSent: record({ clientOrderId, evidence: anyText }),
  AcceptPlan: record({ runId, commandId, planId: anyId<PlanId>() }),
  RefusePlan: record({
    commandId,
    planId: anyId<PlanId>(),
    verdict: constantFrom('stale', 'blocked', 'halted'),
    reason,
  }),
  ResumeRun: record({ runId, evidence: anyText }),
  EndRun: record({ runId, verdict: endVerdict, reason }),
  Announce: record({ event: anyEvent }),
  AdoptBook: record({
    origin: constantFrom('opening', 'person', 'settlement'),
    requestId: count,
    reason,
  }),
  OpenBreak: record({
    found: record({
      id: anyText,
      kind: constantFrom('position', 'cash', 'order', 'execution'),
      cause: constantFrom(
        'fill-in-flight',
        'missed-fill',
        'external-trade',
        'unknown-order',
        'lost-order',
        'cash-difference',
        'late-fill',
        'unexplained',
      ),
      severity: constantFrom('info', 'minor', 'severe'),
      instrument: oneof(constant(undefined), instrument),
      ours: anyText,
      theirs: anyText,
      since: at,
      detail: anyText,
    }),
  }),
  CloseBreak: record({ breakId: anyText, evidence: anyText }),
  SetLatch: record({
    latch: record({
      kind: constantFrom('ReduceOnly', 'Halted', 'Flattening'),
      scope: anyText,
      owner: anyText,
      reason,
      since: at,
    }),
  }),
  OfferRelease: record({ commandId, token: anyText, reason }),
  ReleaseLatches: record({ reason, by: anyText }),
  SetTimer: record({ timer: anyText, at }),
  ClearTimer: record({ timer: anyText }),
  Alert: record({ severity: constantFrom('info', 'warning', 'critical'), text: anyText }),
  AnswerCommand: record({
    commandId,
    outcome: constantFrom('done', 'changes', 'blocked', 'stale', 'error'),
    text: anyText,
  }),
}

describe('through the journal and back', () => {
  test.each(variants<Fact, 'type'>('type', FACTS))('fact %s', (_, each) => comesBack(FACT, each))
  test.each(variants<Decision, 'type'>('type', DECISIONS))('decision %s', (_, each) =>
    comesBack(DECISION, each),
  )
  test.each(variants<Command, 'name'>('name', COMMANDS))('command %s', (_, each) =>
    comesBack(COMMAND, each),
  )
  test.each(variants<RunEvent, 'type'>('type', EVENTS))('run event %s', (_, each) =>
    comesBack(RUN_EVENT, each),
  )
})

test('only an order waits for the disk', () => {
  for (const [type, each] of variants<Decision, 'type'>('type', DECISIONS))
    assert(property(each, (made) => needsSync(made) === (type === 'SubmitOrder')))
})

test.each([
  [FACT, { type: 'Weather', at: 1 }, 'row 7.type: was "Weather", expected one of EngineStarted'],
  [FACT, { type: 'TimerFired', at: '1' }, 'row 7.at: was "1", expected a whole number'],
  [DECISION, { type: 'CancelOrder', reason: '' }, 'row 7.clientOrderId: was absent, expected text'],
] as const)('a row that is none is an answer with its place', (codec, json, said) => {
  const read = (codec as Codec<unknown>).decode(json, 'row 7')
  expect(read.ok ? 'read' : read.error).toContain(said)
})

test('a state of another version is refolded, not misread', () => {
  const written = encodeState(initialState()) as Record<string, Json>
  expect(decodeState(written)).toMatchObject({ ok: true })
  expect(decodeState({ ...written, version: 0 })).toMatchObject({ ok: false })
  expect(decodeState(null)).toMatchObject({ ok: false })
})

function variants<U extends { readonly [K in Tag]: string }, Tag extends string>(
  tag: Tag,
  every: Every<U, Tag>,
): [name: string, each: Arbitrary<U>][] {
  return Object.entries<Arbitrary<object>>(every as Record<string, Arbitrary<object>>).map(
    ([name, fields]) => [name, fields.map((value) => ({ [tag]: name, ...value }) as unknown as U)],
  )
}

/** Through the text that is hashed and stored, so that what JSON cannot spell would show. */
function comesBack<T>(codec: Codec<T>, each: Arbitrary<T>): void {
  assert(
    property(each, (value) => {
      const text = canonicalJson(codec.encode(value))
      const read = codec.decode(JSON.parse(text) as Json, 'row')
      expect(read).toEqual({ ok: true, value })
      if (read.ok) expect(canonicalJson(codec.encode(read.value))).toBe(text)
    }),
    { numRuns: 30 },
  )
}
