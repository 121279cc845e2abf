/** The ledger of orders and executions in a state snapshot's JSON. */
import {
  array,
  boolean,
  exact,
  float,
  integer,
  mapOf,
  oneOf,
  optional,
  record,
  text,
  type Codec,
} from '#model/codec.ts'
import type { Quantity } from '#model/fixed.ts'
import type { ClientOrderId, PermId, RunId } from '#model/ids.ts'
import { ORDER_REQUEST } from '#model/order-codec.ts'
import { COMMISSION, EXECUTION } from '#model/report-codec.ts'
import type {
  ExecutionRecord,
  Incarnation,
  OrderLedger,
  OrderRecord,
} from '#execution/order-ledger.ts'
import type { OrderState } from '#execution/order-state.ts'

const STATE: Codec<OrderState> = oneOf(
  'Initialized',
  'Submitted',
  'Working',
  'PendingCancel',
  'InDoubt',
  'Denied',
  'NotSent',
  'Rejected',
  'Canceled',
  'Expired',
  'Filled',
)

const INCARNATION: Codec<Incarnation> = record<Incarnation>({
  permId: optional(text<PermId>()),
  cumulative: optional(exact<Quantity>()),
  closed: boolean,
})

const ORDER: Codec<OrderRecord> = record<OrderRecord>({
  request: ORDER_REQUEST,
  runId: text<RunId>(),
  line: text(),
  attempt: integer,
  adds: boolean,
  arrivalMid: float,
  submittedAt: integer,
  state: STATE,
  reason: text(),
  sentAt: optional(integer),
  acknowledged: boolean,
  incarnations: array(INCARNATION),
  executed: exact<Quantity>(),
  corrected: exact<Quantity>(),
  firstFillAt: optional(integer),
  changedAt: integer,
  commandAt: integer,
  cancels: integer,
  doubtSince: optional(integer),
  absences: array(integer),
  lateFill: boolean,
  told: optional(STATE),
})

const EXECUTION_RECORD: Codec<ExecutionRecord> = record<ExecutionRecord>({
  execution: EXECUTION,
  commission: optional(COMMISSION),
  heardAt: integer,
  adopted: boolean,
  told: boolean,
})

export const ORDER_LEDGER: Codec<OrderLedger> = record<OrderLedger>({
  orders: mapOf(text<ClientOrderId>(), ORDER),
  executions: mapOf(text(), EXECUTION_RECORD),
  foreign: mapOf(text(), EXECUTION_RECORD),
  earlyCommissions: mapOf(text(), COMMISSION),
  permIds: mapOf(text<PermId>(), text<ClientOrderId>()),
})
