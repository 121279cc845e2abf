/** Decisions in the journal's JSON: total both ways. */
import {
  boolean,
  float,
  integer,
  list,
  oneOf,
  record,
  text,
  union,
  type Codec,
} from '#model/codec.ts'
import type { ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import type { OrderRequest } from '#model/order.ts'
import { ORDER_REQUEST } from '#model/order-codec.ts'
import { ok } from '#model/result.ts'
import { BREAK } from '#reconciliation/break-codec.ts'
import { approve, type RiskApproved } from '#risk/approve.ts'
import type { Latch } from '#risk/latch.ts'
import type { Decision } from '#engine/decision.ts'
import { PLAN_REQUEST } from '#engine/fact-codec.ts'
import { END_VERDICT, RUN_EVENT } from '#engine/run-event-codec.ts'

type DecisionOf<T extends Decision['type']> = Omit<Extract<Decision, { type: T }>, 'type'>

export const LATCH: Codec<Latch> = record<Latch>({
  kind: oneOf('ReduceOnly', 'Halted', 'Flattening'),
  scope: text(),
  owner: text(),
  reason: text(),
  since: integer,
})

/**
 * An order that the gate approved when it was decided. What is read back is applied, never
 * performed: recovery decides nothing, and the shell performs only what `step` has just returned.
 */
const APPROVED_ORDER: Codec<RiskApproved<OrderRequest>> = {
  encode: (order) => ORDER_REQUEST.encode(order),
  decode: (json, at) => {
    const order = ORDER_REQUEST.decode(json, at)
    if (!order.ok) return order
    const approved = approve(order.value, () => undefined)
    invariant(!('request' in approved), 'a recorded approval stands')
    return ok(approved)
  },
}

const COMMAND_ID = { commandId: text() } as const
const RUN_LINE = { runId: text<RunId>(), line: text() } as const
const ABOUT_ORDER = { clientOrderId: text<ClientOrderId>() } as const
const REASON = { reason: text() } as const

export const DECISION: Codec<Decision> = union<'type', Decision>('type', {
  RequestSnapshot: record<DecisionOf<'RequestSnapshot'>>({ requestId: integer, purpose: text() }),
  RequestQuotes: record<DecisionOf<'RequestQuotes'>>({
    requestId: integer,
    instruments: list(text<InstrumentId>()),
  }),
  ComputePlan: record<DecisionOf<'ComputePlan'>>({
    requestId: integer,
    ...COMMAND_ID,
    request: PLAN_REQUEST,
  }),
  SubmitOrder: record<DecisionOf<'SubmitOrder'>>({
    ...RUN_LINE,
    attempt: integer,
    order: APPROVED_ORDER,
    adds: boolean,
    arrivalMid: float,
  }),
  DenyOrder: record<DecisionOf<'DenyOrder'>>({ ...RUN_LINE, order: ORDER_REQUEST, ...REASON }),
  CancelOrder: record<DecisionOf<'CancelOrder'>>({ ...ABOUT_ORDER, ...REASON }),
  CancelEverything: record<DecisionOf<'CancelEverything'>>(REASON),
  ProveNotSent: record<DecisionOf<'ProveNotSent'>>({ ...ABOUT_ORDER, evidence: text() }),
  AcceptPlan: record<DecisionOf<'AcceptPlan'>>({
    runId: text<RunId>(),
    ...COMMAND_ID,
    planId: text<PlanId>(),
  }),
  RefusePlan: record<DecisionOf<'RefusePlan'>>({
    ...COMMAND_ID,
    planId: text<PlanId>(),
    verdict: oneOf('stale', 'blocked', 'halted'),
    ...REASON,
  }),
  ResumeRun: record<DecisionOf<'ResumeRun'>>({ runId: text<RunId>(), evidence: text() }),
  EndRun: record<DecisionOf<'EndRun'>>({ runId: text<RunId>(), verdict: END_VERDICT, ...REASON }),
  Announce: record<DecisionOf<'Announce'>>({ event: RUN_EVENT }),
  AdoptBook: record<DecisionOf<'AdoptBook'>>({
    origin: oneOf('opening', 'person', 'settlement'),
    requestId: integer,
    ...REASON,
  }),
  OpenBreak: record<DecisionOf<'OpenBreak'>>({ found: BREAK }),
  CloseBreak: record<DecisionOf<'CloseBreak'>>({ breakId: text(), evidence: text() }),
  SetLatch: record<DecisionOf<'SetLatch'>>({ latch: LATCH }),
  OfferRelease: record<DecisionOf<'OfferRelease'>>({ ...COMMAND_ID, token: text(), ...REASON }),
  ReleaseLatches: record<DecisionOf<'ReleaseLatches'>>({ ...REASON, by: text() }),
  SetTimer: record<DecisionOf<'SetTimer'>>({ timer: text(), at: integer }),
  ClearTimer: record<DecisionOf<'ClearTimer'>>({ timer: text() }),
  Alert: record<DecisionOf<'Alert'>>({
    severity: oneOf('info', 'warning', 'critical'),
    text: text(),
  }),
  AnswerCommand: record<DecisionOf<'AnswerCommand'>>({
    ...COMMAND_ID,
    outcome: oneOf('done', 'changes', 'blocked', 'stale', 'error'),
    text: text(),
  }),
})
