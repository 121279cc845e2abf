/** What brokers report, in the journal's JSON. */
import { exact, integer, oneOf, optional, record, text, union, type Codec } from '#model/codec.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId } from '#model/ids.ts'
import type {
  BrokerReport,
  Commission,
  Execution,
  OrderRefusal,
  OrderStatus,
} from '#model/report.ts'

type Report<T extends BrokerReport['type']> = Omit<Extract<BrokerReport, { type: T }>, 'type'>

export const EXECUTION: Codec<Execution> = record<Execution>({
  execId: text<ExecId>(),
  clientOrderId: optional(text<ClientOrderId>()),
  permId: optional(text<PermId>()),
  account: text<AccountId>(),
  instrument: text<InstrumentId>(),
  quantity: exact<Quantity>(),
  price: exact<Price>(),
  venue: text(),
  at: integer,
  liquidity: oneOf('removed', 'added', 'unknown'),
})

export const COMMISSION: Codec<Commission> = record<Commission>({
  execId: text<ExecId>(),
  amount: exact<Money<Currency>>(2),
  currency: text(),
  realizedPnl: optional(exact<Money<Currency>>(2)),
})

export const STATUS_WORD: Codec<OrderStatus['status']> = oneOf(
  'pending',
  'working',
  'held',
  'pending-cancel',
  'canceled',
  'expired',
  'rejected',
  'filled',
)

const ORDER_STATUS: Codec<OrderStatus> = record<OrderStatus>({
  clientOrderId: optional(text<ClientOrderId>()),
  permId: optional(text<PermId>()),
  instrument: optional(text<InstrumentId>()),
  status: STATUS_WORD,
  cumulative: optional(exact<Quantity>()),
  leaves: optional(exact<Quantity>()),
  reason: text(),
})

const ORDER_REFUSAL: Codec<OrderRefusal> = record<OrderRefusal>({
  clientOrderId: text<ClientOrderId>(),
  refused: oneOf('order', 'cancel'),
  code: integer,
  reason: text(),
})

export const BROKER_REPORT: Codec<BrokerReport> = union<'type', BrokerReport>('type', {
  OrderStatus: record<Report<'OrderStatus'>>({ status: ORDER_STATUS }),
  OrderRefusal: record<Report<'OrderRefusal'>>({ refusal: ORDER_REFUSAL }),
  Execution: record<Report<'Execution'>>({ execution: EXECUTION }),
  Commission: record<Report<'Commission'>>({ commission: COMMISSION }),
  OrderWarning: record<Report<'OrderWarning'>>({
    clientOrderId: text<ClientOrderId>(),
    code: integer,
    reason: text(),
  }),
})
