/** Run events in the journal's JSON; `contract/run-event.ts` gives the form that other programs read. */
import {
  exact,
  float,
  integer,
  list,
  oneOf,
  optional,
  record,
  text,
  union,
  type Codec,
} from '#model/codec.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { ClientOrderId, ExecId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import { ORDER_TYPE, SIDE } from '#model/order-codec.ts'
import type { EndVerdict, RunEvent, RunSummary, RunVerdict } from '#engine/run-event.ts'

type EventOf<T extends RunEvent['type']> = Omit<Extract<RunEvent, { type: T }>, 'type'>

const HEAD = { seq: integer, at: integer, runId: text<RunId>() } as const
const ID = text<ClientOrderId>()
const INSTRUMENT_ID = text<InstrumentId>()
const PHASE = oneOf('A', 'B')
const QUANTITY = exact<Quantity>()

export const END_VERDICT: Codec<EndVerdict> = oneOf('canceled', 'halted', 'blocked', 'stale')

const VERDICT: Codec<RunVerdict> = oneOf(
  'completed',
  'completed-adjusted',
  'canceled',
  'halted',
  'blocked',
  'stale',
)

export const RUN_SUMMARY: Codec<RunSummary> = record<RunSummary>({
  orders: integer,
  filled: integer,
  rejected: integer,
  fillRate: float,
  slippageBps: float,
  costBps: float,
  latencyMs: record<RunSummary['latencyMs']>({ p50: float, p99: float }),
  turnover: float,
  breaks: integer,
  verdict: VERDICT,
  unfinished: list(text()),
})

const ABOUT_ORDER = { ...HEAD, clientOrderId: ID, reason: text() } as const

export const RUN_EVENT: Codec<RunEvent> = union<'type', RunEvent>('type', {
  RunStarted: record<EventOf<'RunStarted'>>({ ...HEAD, planId: text<PlanId>(), orders: integer }),
  PhaseStarted: record<EventOf<'PhaseStarted'>>({
    ...HEAD,
    phase: PHASE,
    wave: integer,
    orders: integer,
  }),
  OrderSubmitted: record<EventOf<'OrderSubmitted'>>({
    ...HEAD,
    clientOrderId: ID,
    line: text(),
    instrument: INSTRUMENT_ID,
    side: SIDE,
    quantity: QUANTITY,
    orderType: ORDER_TYPE,
    limitPrice: optional(exact<Price>()),
  }),
  OrderDenied: record<EventOf<'OrderDenied'>>({
    ...HEAD,
    line: text(),
    instrument: INSTRUMENT_ID,
    reason: text(),
  }),
  OrderAccepted: record<EventOf<'OrderAccepted'>>({ ...HEAD, clientOrderId: ID }),
  OrderRejected: record<EventOf<'OrderRejected'>>(ABOUT_ORDER),
  Fill: record<EventOf<'Fill'>>({
    ...HEAD,
    clientOrderId: ID,
    execId: text<ExecId>(),
    instrument: INSTRUMENT_ID,
    side: SIDE,
    quantity: QUANTITY,
    price: exact<Price>(),
    cumulative: QUANTITY,
  }),
  OrderCanceled: record<EventOf<'OrderCanceled'>>(ABOUT_ORDER),
  OrderInDoubt: record<EventOf<'OrderInDoubt'>>(ABOUT_ORDER),
  PhaseCompleted: record<EventOf<'PhaseCompleted'>>({
    ...HEAD,
    phase: PHASE,
    filled: integer,
    unfilled: integer,
  }),
  PhaseScaled: record<EventOf<'PhaseScaled'>>({
    ...HEAD,
    phase: PHASE,
    scale: float,
    buyingPower: exact<Money<Currency>>(2),
  }),
  LimitBreached: record<EventOf<'LimitBreached'>>({
    ...HEAD,
    metric: text(),
    value: float,
    limit: float,
    remedy: text(),
  }),
  Halted: record<EventOf<'Halted'>>({ ...HEAD, scope: text(), reason: text() }),
  BreakFound: record<EventOf<'BreakFound'>>({
    ...HEAD,
    cause: text(),
    severity: text(),
    detail: text(),
  }),
  RunCompleted: record<EventOf<'RunCompleted'>>({ ...HEAD, summary: RUN_SUMMARY }),
})
