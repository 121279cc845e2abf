/**
 * What we write is what the schemas say we write: every document and every type of event is
 * encoded, held against its JSON Schema by an independent validator, and read back.
 */
import { expect, test } from 'vitest'
import { fromJSONSchema } from 'zod'
import { hashOf, type Json } from '#model/canonical-json.ts'
import type { Codec } from '#model/codec.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId, PlanId, RunId } from '#model/ids.ts' // prettier-ignore
import { METRIC_NAMES, type Metrics } from '#model/metrics.ts'
import type { Plan } from '#model/plan.ts'
import { hashedPart, PLAN } from '#model/plan-codec.ts'
import { instantOf } from '#model/time.ts'
import { LIMITS } from '#risk/limits.ts'
import type { RunEvent, RunNews } from '#engine/run-event.ts'
import {
  ORDERS_DOCUMENT,
  ORDERS_SCHEMA,
  POSITIONS_DOCUMENT,
  POSITIONS_SCHEMA,
  type OrdersDocument,
  type PositionsDocument,
} from '#contract/account.ts'
import type { Schema } from '#contract/json-schema.ts'
import { LIMITS_DOCUMENT, LIMITS_SCHEMA } from '#contract/limits.ts'
import { decodePlan, encodePlan, PLAN_SCHEMA } from '#contract/plan.ts'
import { RUN_EVENT, RUN_EVENT_SCHEMA, RUN_EVENT_TYPES } from '#contract/run-event.ts'
import { STATUS_DOCUMENT, STATUS_SCHEMA, type StatusDocument } from '#contract/status.ts'

const AT = instantOf('2018-02-05T14:30:00.250Z') ?? Number.NaN
const AAPL = 'AAPL.STK.USD' as InstrumentId
const ORDER = '0badcafe-r1-A1-1' as ClientOrderId
const ACCOUNT = 'DU1234567' as AccountId

const METRICS = {
  ...(Object.fromEntries(METRIC_NAMES.map((name, i) => [name, i / 100])) as unknown as Metrics),
  var99: Number.NaN,
}

const UNSIGNED: Plan = {
  planId: '' as PlanId,
  asOf: AT,
  expires: AT + 600_000,
  account: ACCOUNT,
  nav: money('1000000', 'USD'),
  currency: 'USD',
  snapshot: 'a'.repeat(64),
  config: 'b'.repeat(64),
  verdict: 'changes',
  checks: [{ name: 'reconciled', status: 'pass', detail: 'no breaks' }],
  phases: {
    A: [
      {
        id: 'A1',
        instrument: AAPL,
        conId: 265598,
        symbol: 'AAPL',
        assetClass: 'STK',
        side: 'SELL',
        quantity: quantity('120'),
        orderType: 'LMT',
        limitPrice: price('156.41'),
        timeInForce: 'DAY',
        algo: 'marketable-limit',
        guardPrice: price('156.49'),
        expectedAlphaBps: 0,
        estimatedCostBps: 1.6,
        marginFreed: money('4694.7', 'USD'),
        wave: 1,
        reason: { rule: 'band', text: '5.1 % is outside 3.2 % ± 0.5 %', weightBefore: 0.051, weightTarget: 0.032, weightAfter: 0.0319 }, // prettier-ignore
      },
    ],
    B: [],
  },
  weights: [{ instrument: AAPL, before: 0.051, target: 0.032, after: 0.0319 }],
  risk: { before: METRICS, after: METRICS, worst: METRICS },
  binding: [{ constraint: 'sector:Technology', value: 0.2, limit: 0.2, shadowPrice: 0.0031 }],
  cost: { spreadBps: 0.9, impactBps: 0.4, commission: money('12.4', 'USD'), totalBps: 1.6 },
  skipped: [{ instrument: AAPL, reason: 'halted' }],
}
const PLANNED: Plan = { ...UNSIGNED, planId: hashOf(hashedPart(PLAN.encode(UNSIGNED))) as PlanId }

const POSITIONS: PositionsDocument = {
  account: ACCOUNT,
  asOf: AT,
  currency: 'USD',
  nav: money('1000000', 'USD'),
  excessLiquidity: money('400000.5', 'USD'),
  buyingPower: money('1600000', 'USD'),
  cash: [{ currency: 'USD', amount: money('-12.34', 'USD') }],
  positions: [
    { instrument: AAPL, conId: 265598, quantity: quantity('-120'), averageCost: price('156.4999'), currency: 'USD' }, // prettier-ignore
  ],
}

const FOREIGN = { clientOrderId: undefined, permId: undefined, limitPrice: undefined }
const ORDERS: OrdersDocument = {
  account: ACCOUNT,
  asOf: AT,
  open: [
    { clientOrderId: ORDER, clientId: 7, permId: '991' as PermId, instrument: AAPL, quantity: quantity('-120'), leaves: quantity('-20'), orderType: 'LMT', limitPrice: price('156.41'), timeInForce: 'GTD', status: 'working' }, // prettier-ignore
    { ...FOREIGN, clientId: 0, instrument: AAPL, quantity: quantity('5'), leaves: quantity('5'), orderType: 'TRAIL', timeInForce: 'OPG', status: 'held' }, // prettier-ignore
  ],
  completed: [
    { clientOrderId: ORDER, permId: undefined, instrument: AAPL, quantity: quantity('10'), cumulative: undefined, status: 'canceled', reason: 'by TWS' }, // prettier-ignore
  ],
}

const STATUS: StatusDocument = {
  account: ACCOUNT,
  mode: 'paper',
  running: true,
  asOf: AT,
  link: 'up',
  latches: [{ kind: 'Halted', scope: 'account', owner: 'ada', reason: 'drill', since: AT }],
  breaks: [
    { id: 'position:AAPL.STK.USD', kind: 'position', cause: 'unexplained', severity: 'severe', instrument: AAPL, ours: '100', theirs: '90', since: AT, detail: 'look' }, // prettier-ignore
  ],
  run: { runId: 'r1' as RunId, planId: PLANNED.planId },
  openOrders: 2,
  journal: { journalId: '0badcafe', rows: 12, hash: 'c'.repeat(64) },
}

const NEWS: { readonly [Type in RunNews['type']]: Extract<RunNews, { type: Type }> } = {
  RunStarted: { type: 'RunStarted', planId: PLANNED.planId, orders: 1 },
  PhaseStarted: { type: 'PhaseStarted', phase: 'A', wave: 1, orders: 1 },
  OrderSubmitted: { type: 'OrderSubmitted', clientOrderId: ORDER, line: 'A1', instrument: AAPL, side: 'SELL', quantity: quantity('120'), orderType: 'LMT', limitPrice: price('156.41') }, // prettier-ignore
  OrderDenied: { type: 'OrderDenied', line: 'A1', instrument: AAPL, reason: 'collar' },
  OrderAccepted: { type: 'OrderAccepted', clientOrderId: ORDER },
  OrderRejected: { type: 'OrderRejected', clientOrderId: ORDER, reason: '201: no' },
  Fill: { type: 'Fill', clientOrderId: ORDER, execId: '0000e0d5.1.01.01' as ExecId, instrument: AAPL, side: 'SELL', quantity: quantity('100'), price: price('156.42'), cumulative: quantity('100') }, // prettier-ignore
  OrderCanceled: { type: 'OrderCanceled', clientOrderId: ORDER, reason: 'deadline' },
  OrderInDoubt: { type: 'OrderInDoubt', clientOrderId: ORDER, reason: 'link lost' },
  PhaseCompleted: { type: 'PhaseCompleted', phase: 'A', filled: 1, unfilled: 0 },
  PhaseScaled: { type: 'PhaseScaled', phase: 'B', scale: 0.8, buyingPower: money('5', 'USD') },
  LimitBreached: { type: 'LimitBreached', metric: 'beta', value: Number.NaN, limit: 1.5, remedy: 'scale-back' }, // prettier-ignore
  Halted: { type: 'Halted', scope: 'account', reason: 'kill file' },
  BreakFound: { type: 'BreakFound', cause: 'unexplained', severity: 'severe', detail: 'look' },
  RunCompleted: {
    type: 'RunCompleted',
    summary: {
      orders: 1,
      filled: 1,
      rejected: 0,
      fillRate: 1,
      slippageBps: -0.3,
      costBps: 0.8,
      latencyMs: { p50: Number.NaN, p99: Number.NaN },
      turnover: 0.019,
      breaks: 0,
      verdict: 'completed',
      unfinished: [],
    },
  },
}

const EVENTS: readonly RunEvent[] = Object.values(NEWS).map((news, i) => ({
  seq: i + 1,
  at: AT,
  runId: 'r1' as RunId,
  ...news,
}))

function roundTrip<T>(codec: Codec<T>, value: T, schema: Schema): Json {
  const json = JSON.parse(JSON.stringify(codec.encode(value))) as Json
  const checked = validatorOf(schema).safeParse(json)
  expect(checked.error?.issues ?? []).toEqual([])
  expect(codec.decode(json, 'document')).toEqual({ ok: true, value: withoutAbsent(value) })
  return json
}

const validatorOf = (schema: Schema) => fromJSONSchema(schema)

/** A field that is undefined is absent after reading. */
const withoutAbsent = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutAbsent)
  if (value === null || typeof value !== 'object') return value
  const present = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(present.map(([name, member]) => [name, withoutAbsent(member)]))
}

test('the plan, as its schema says', () => {
  expect(roundTrip(PLAN, PLANNED, PLAN_SCHEMA)).toMatchObject({
    asOf: '2018-02-05T14:30:00.250Z',
    nav: '1000000.00',
    weights: { 'AAPL.STK.USD': { before: 0.051 } },
    risk: { before: { var99: 'NaN' } },
  })
})

test('the positions, as their schema says', () => {
  const json = roundTrip(POSITIONS_DOCUMENT, POSITIONS, POSITIONS_SCHEMA)
  expect(json).toMatchObject({ cash: [{ currency: 'USD', amount: '-12.34' }] })
})

test('the orders, as their schema says', () => {
  const json = roundTrip(ORDERS_DOCUMENT, ORDERS, ORDERS_SCHEMA)
  expect(json).toMatchObject({ open: [{ leaves: '-20' }, { clientId: 0 }] })
})

test('the status, as its schema says, during a run and between runs', () => {
  roundTrip(STATUS_DOCUMENT, STATUS, STATUS_SCHEMA)
  const idle = roundTrip(STATUS_DOCUMENT, { ...STATUS, run: undefined }, STATUS_SCHEMA)
  expect(idle).not.toHaveProperty('run')
})

test('the limits, as their schema says', () => {
  const json = roundTrip(LIMITS_DOCUMENT, LIMITS, LIMITS_SCHEMA)
  expect(json).toContainEqual({
    metric: 'largestPosition',
    unit: 'fraction of net asset value',
    direction: 'max',
    warn: 0.04,
    breach: 0.05,
    scope: 'symbol',
    remedy: 'scale-back',
    why: 'one name cannot hurt us',
  })
})

test.each(EVENTS)('$type, as the schema of events says', (event) => {
  const json = roundTrip(RUN_EVENT, event, RUN_EVENT_SCHEMA)
  expect(json).toMatchObject({ seq: event.seq, at: '2018-02-05T14:30:00.250Z', type: event.type })
})

test('every type of event is among those tested', () => {
  expect(EVENTS.map(({ type }) => type)).toEqual(RUN_EVENT_TYPES)
})

test('a line of the stream reads in the order seq, at, runId, type', () => {
  const line = JSON.stringify(RUN_EVENT.encode({ seq: 4, at: AT, runId: 'r1' as RunId, ...NEWS.OrderAccepted })) // prettier-ignore
  expect(line).toBe(
    '{"seq":4,"at":"2018-02-05T14:30:00.250Z","runId":"r1","type":"OrderAccepted","clientOrderId":"0badcafe-r1-A1-1"}',
  )
})

test('an event that lacks a field of its type fits no schema', () => {
  const { quantity: _, ...cut } = RUN_EVENT.encode({ seq: 1, at: AT, runId: 'r1' as RunId, ...NEWS.Fill }) as Record<string, Json> // prettier-ignore
  expect(validatorOf(RUN_EVENT_SCHEMA).safeParse(cut).success).toBe(false)
  expect(RUN_EVENT.decode(cut, 'line').ok).toBe(false)
})

const document = () => JSON.parse(JSON.stringify(encodePlan(PLANNED))) as Record<string, Json>

test('a plan file comes back as the plan', () => {
  expect(decodePlan(document(), 'plan.json')).toEqual({ ok: true, value: PLANNED })
})

test('keys in another order are the same plan', () => {
  const turned = Object.fromEntries(Object.entries(document()).toReversed())
  expect(decodePlan(turned, 'plan.json').ok).toBe(true)
})

test.each<[string, (plan: Record<string, Json>) => unknown]>([
  ['another quantity', (plan) => (plan['nav'] = '2000000.00')],
  ['a field more', (plan) => (plan['note'] = 'trust me')],
  ['another expiry', (plan) => (plan['expires'] = '2030-01-01T00:00:00.000Z')],
  ['no id', (plan) => delete plan['planId']],
])('a plan file with %s is refused as edited', (_, edit) => {
  const edited = document()
  edit(edited)
  const read = decodePlan(edited, 'plan.json')
  expect(read.ok ? '' : read.error).toMatch(/^plan\.json: was edited or cut: .*ballast plan$/)
})

test.each([[null], [[1]], ['text'], [7]])('%j is no plan', (json) => {
  const read = decodePlan(json, 'plan.json')
  expect(read.ok ? '' : read.error).toMatch(/^plan\.json: is no plan/)
})
