/** Whole broker snapshots in the journal's JSON. */
import {
  absentable,
  exact,
  integer,
  list,
  optional,
  record,
  text,
  type Codec,
} from '#model/codec.ts'
import type {
  BrokerSnapshot,
  CashBalance,
  CompletedOrder,
  MarginFigures,
  OpenOrder,
  Position,
} from '#model/account.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PermId } from '#model/ids.ts'
import { COMMISSION, EXECUTION, STATUS_WORD } from '#model/report-codec.ts'

const money = exact<Money<Currency>>(2)

const POSITION: Codec<Position> = record<Position>({
  instrument: text<InstrumentId>(),
  conId: integer,
  quantity: exact<Quantity>(),
  averageCost: exact<Price>(),
  currency: text(),
})

const MARGIN: Codec<MarginFigures> = record<MarginFigures>({
  netLiquidation: money,
  equityWithLoan: money,
  grossPositionValue: money,
  initialMargin: money,
  maintenanceMargin: money,
  availableFunds: money,
  excessLiquidity: money,
  buyingPower: money,
})

const OPEN_ORDER: Codec<OpenOrder> = record<OpenOrder>({
  clientOrderId: optional(text<ClientOrderId>()),
  clientId: integer,
  permId: optional(text<PermId>()),
  instrument: text<InstrumentId>(),
  quantity: exact<Quantity>(),
  leaves: exact<Quantity>(),
  orderType: text(),
  limitPrice: optional(exact<Price>()),
  timeInForce: text(),
  status: STATUS_WORD,
})

const COMPLETED_ORDER: Codec<CompletedOrder> = record<CompletedOrder>({
  clientOrderId: optional(text<ClientOrderId>()),
  permId: optional(text<PermId>()),
  instrument: text<InstrumentId>(),
  quantity: exact<Quantity>(),
  cumulative: optional(exact<Quantity>()),
  status: STATUS_WORD,
  reason: text(),
})

const CASH_BALANCE = record<CashBalance>({ currency: text(), amount: money })

export const BROKER_SNAPSHOT: Codec<BrokerSnapshot> = record<BrokerSnapshot>({
  account: text<AccountId>(),
  baseCurrency: text(),
  begunAt: integer,
  takenAt: integer,
  positions: list(POSITION),
  cash: list(CASH_BALANCE),
  futuresProfit: absentable(list(CASH_BALANCE)),
  margin: MARGIN,
  openOrders: list(OPEN_ORDER),
  completedOrders: list(COMPLETED_ORDER),
  executions: list(EXECUTION),
  commissions: list(COMMISSION),
})
