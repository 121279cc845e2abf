/** Any value of the nouns that are journalled: what a codec must carry both ways. */
import {
  array,
  bigInt,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  option,
  record,
  string,
  type Arbitrary,
} from 'fast-check'
import type { BrokerSnapshot } from '#model/account.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { METRIC_NAMES } from '#model/metrics.ts'
import type { OrderRequest } from '#model/order.ts'
import type { BrokerReport, Commission, Execution, OrderStatus } from '#model/report.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { EngineSettings } from '#engine/settings.ts'

const NANOS_OF_A_TRILLION = 10n ** 21n
const nanos = bigInt({ min: -NANOS_OF_A_TRILLION, max: NANOS_OF_A_TRILLION })

export const anyPrice = nanos as unknown as Arbitrary<Price>
export const anyQuantity = nanos as unknown as Arbitrary<Quantity>
export const anyMoney = nanos as unknown as Arbitrary<Money<Currency>>
export const anyInstant = integer({ min: 0, max: 4_102_444_800_000 })
/** Every float that JSON text tells apart: −0 is written 0. */
export const anyFloat = double().map((value) => (value === 0 ? 0 : value))
export const anyId = <T extends string>(): Arbitrary<T> =>
  string({ minLength: 1, maxLength: 12 }) as unknown as Arbitrary<T>
export const anyText = string({ maxLength: 20 })

/** Absent or there; a codec drops a field that is undefined. */
const maybe = <T>(of: Arbitrary<T>): Arbitrary<T | undefined> => option(of, { nil: undefined })

const BASE = {
  id: anyId<InstrumentId>(),
  conId: integer({ min: 1 }),
  symbol: anyText,
  exchange: anyText,
  currency: anyText,
  multiplier: bigInt({ min: 1n, max: 1_000_000n }),
  priceIncrements: array(record({ from: anyPrice, increment: anyPrice }), { maxLength: 3 }),
  lot: anyQuantity,
  sector: anyText,
}

export const anyInstrument: Readonly<Record<Instrument['assetClass'], Arbitrary<Instrument>>> = {
  STK: record({
    ...BASE,
    assetClass: constant('STK' as const),
    primaryExchange: anyText,
    shortable: boolean(),
    borrowRate: anyFloat,
  }),
  OPT: record({
    ...BASE,
    assetClass: constant('OPT' as const),
    underlying: anyId<InstrumentId>(),
    expiry: anyText,
    strike: anyPrice,
    right: constantFrom('C' as const, 'P' as const),
  }),
  FUT: record({
    ...BASE,
    assetClass: constant('FUT' as const),
    localSymbol: anyText,
    expiry: anyText,
  }),
  CASH: record({ ...BASE, assetClass: constant('CASH' as const) }),
}

export const anyExecution: Arbitrary<Execution> = record({
  execId: anyId<ExecId>(),
  clientOrderId: maybe(anyId<ClientOrderId>()),
  permId: maybe(anyId<PermId>()),
  account: anyId<AccountId>(),
  instrument: anyId<InstrumentId>(),
  quantity: anyQuantity,
  price: anyPrice,
  venue: anyText,
  at: anyInstant,
  liquidity: constantFrom('removed', 'added', 'unknown'),
})

export const anyCommission: Arbitrary<Commission> = record({
  execId: anyId<ExecId>(),
  amount: anyMoney,
  currency: anyText,
  realizedPnl: maybe(anyMoney),
})

const anyStatusWord = constantFrom<OrderStatus['status']>(
  'pending',
  'working',
  'held',
  'pending-cancel',
  'canceled',
  'expired',
  'rejected',
  'filled',
)

export const anyReport: Readonly<Record<BrokerReport['type'], Arbitrary<BrokerReport>>> = {
  OrderStatus: record({
    type: constant('OrderStatus' as const),
    status: record({
      clientOrderId: maybe(anyId<ClientOrderId>()),
      permId: maybe(anyId<PermId>()),
      instrument: maybe(anyId<InstrumentId>()),
      status: anyStatusWord,
      cumulative: maybe(anyQuantity),
      leaves: maybe(anyQuantity),
      reason: anyText,
    }),
  }),
  OrderRefusal: record({
    type: constant('OrderRefusal' as const),
    refusal: record({
      clientOrderId: anyId<ClientOrderId>(),
      refused: constantFrom('order' as const, 'cancel' as const),
      code: integer(),
      reason: anyText,
    }),
  }),
  Execution: record({ type: constant('Execution' as const), execution: anyExecution }),
  Commission: record({ type: constant('Commission' as const), commission: anyCommission }),
  OrderWarning: record({
    type: constant('OrderWarning' as const),
    clientOrderId: anyId<ClientOrderId>(),
    code: integer(),
    reason: anyText,
  }),
}

const anyMargin = record({
  netLiquidation: anyMoney,
  equityWithLoan: anyMoney,
  grossPositionValue: anyMoney,
  initialMargin: anyMoney,
  maintenanceMargin: anyMoney,
  availableFunds: anyMoney,
  excessLiquidity: anyMoney,
  buyingPower: anyMoney,
})

const few = { maxLength: 3 }

export const anySnapshot: Arbitrary<BrokerSnapshot> = record({
  account: anyId<AccountId>(),
  baseCurrency: anyText,
  begunAt: anyInstant,
  takenAt: anyInstant,
  positions: array(
    record({
      instrument: anyId<InstrumentId>(),
      conId: integer(),
      quantity: anyQuantity,
      averageCost: anyPrice,
      currency: anyText,
    }),
    few,
  ),
  cash: array(record({ currency: anyText, amount: anyMoney }), few),
  margin: anyMargin,
  openOrders: array(
    record({
      clientOrderId: maybe(anyId<ClientOrderId>()),
      clientId: integer(),
      permId: maybe(anyId<PermId>()),
      instrument: anyId<InstrumentId>(),
      quantity: anyQuantity,
      leaves: anyQuantity,
      orderType: anyText,
      limitPrice: maybe(anyPrice),
      timeInForce: anyText,
      status: anyStatusWord,
    }),
    few,
  ),
  completedOrders: array(
    record({
      clientOrderId: maybe(anyId<ClientOrderId>()),
      permId: maybe(anyId<PermId>()),
      instrument: anyId<InstrumentId>(),
      quantity: anyQuantity,
      cumulative: maybe(anyQuantity),
      status: anyStatusWord,
      reason: anyText,
    }),
    few,
  ),
  executions: array(anyExecution, few),
  commissions: array(anyCommission, few),
})

export const anyOrderRequest: Arbitrary<OrderRequest> = record(
  {
    id: anyId<ClientOrderId>(),
    instrument: anyId<InstrumentId>(),
    side: constantFrom('COVER', 'SELL', 'BUY', 'SHORT'),
    quantity: anyQuantity,
    orderType: constantFrom('MKT', 'LMT'),
    limitPrice: anyPrice,
    timeInForce: constantFrom('DAY', 'GTC', 'IOC', 'GTD'),
    goodTill: anyInstant,
  },
  { requiredKeys: ['id', 'instrument', 'side', 'quantity', 'orderType', 'timeInForce'] },
)

export const anyQuote: Arbitrary<Quote> = record({
  instrument: anyId<InstrumentId>(),
  bid: maybe(anyFloat),
  ask: maybe(anyFloat),
  bidSize: maybe(anyFloat),
  askSize: maybe(anyFloat),
  last: maybe(anyFloat),
  close: maybe(anyFloat),
  volume: maybe(anyFloat),
  at: anyInstant,
  kind: constantFrom('live', 'frozen', 'delayed', 'delayed-frozen'),
  halted: boolean(),
})

export const anySettings: Arbitrary<EngineSettings> = record({
  configHash: anyText,
  limits: array(
    record({
      metric: constantFrom(...METRIC_NAMES),
      unit: constantFrom('fraction of net asset value' as const, 'ratio' as const),
      direction: constantFrom('max' as const, 'min' as const, 'maxAbs' as const),
      warn: anyFloat,
      breach: anyFloat,
      scope: constantFrom('symbol' as const, 'sector' as const, 'cluster' as const, 'account' as const), // prettier-ignore
      remedy: constantFrom('reduce-only' as const, 'scale-back' as const, 'halt' as const),
      why: anyText,
    }),
    few,
  ),
  gate: record({
    collarBps: anyFloat,
    maximumOrderNotional: anyFloat,
    maximumOrdersPerRun: integer(),
  }),
  execution: record({
    orderType: constantFrom('limit' as const, 'market' as const),
    collarBps: anyFloat,
    addLifetimeMs: integer(),
    waveDeadlineMs: integer(),
    maximumAttempts: integer(),
    doubtIntervalMs: integer(),
    buyingPowerBuffer: anyFloat,
  }),
  staleness: record({ quoteMs: integer(), guardBps: anyFloat, planMs: integer() }),
})
