/**
 * What the account holds and what it has open, as other programs read it: `positions --json` and
 * `orders --json`. Both are the broker's word, not the book's.
 */
import type {
  BrokerSnapshot,
  CashBalance,
  CompletedOrder,
  OpenOrder,
  Position,
} from '#model/account.ts'
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PermId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { documentSchema, type Schema } from '#contract/json-schema.ts'
import {
  absentable,
  decimalField,
  instantField,
  listField,
  objectField,
  textField,
  wholeField,
  wordField,
  type Shape,
} from '#contract/shape.ts'

export interface PositionsDocument {
  readonly account: AccountId
  /** Our clock when the broker's answer was complete. */
  readonly asOf: EpochMs
  /** Base currency, of the three figures that follow. */
  readonly currency: Currency
  readonly nav: Money<Currency>
  readonly excessLiquidity: Money<Currency>
  readonly buyingPower: Money<Currency>
  readonly cash: readonly CashBalance[]
  readonly positions: readonly Position[]
}

export interface OrdersDocument {
  readonly account: AccountId
  readonly asOf: EpochMs
  /** All clients', ours or not. */
  readonly open: readonly OpenOrder[]
  /** Over, of the broker's current day. */
  readonly completed: readonly CompletedOrder[]
}

/** The part of a snapshot that `positions` shows. */
export function positionsDocumentOf(snapshot: BrokerSnapshot): PositionsDocument {
  const { account, takenAt, baseCurrency, margin, cash, positions } = snapshot
  const { netLiquidation: nav, excessLiquidity, buyingPower } = margin
  return { account, asOf: takenAt, currency: baseCurrency, nav, excessLiquidity, buyingPower, cash, positions } // prettier-ignore
}

/** The part of a snapshot that `orders` shows. */
export function ordersDocumentOf(snapshot: BrokerSnapshot): OrdersDocument {
  const { account, takenAt, openOrders, completedOrders } = snapshot
  return { account, asOf: takenAt, open: openOrders, completed: completedOrders }
}

const ACCOUNT = textField<AccountId>("IBKR's account code")
const AS_OF = instantField("our clock when the broker's answer was complete")
const INSTRUMENT = textField<InstrumentId>('AAPL.STK.USD')
const CURRENCY = textField('ISO 4217')
const CLIENT_ORDER_ID = textField<ClientOrderId>('ours only')
const PERM_ID = textField<PermId>("IBKR's permanent order number")
const BASE = (meaning: string) => decimalField<Money<Currency>>(`${meaning}, base currency`, 2)

const POSITIONS: Shape<PositionsDocument> = objectField({
  account: ACCOUNT,
  asOf: AS_OF,
  currency: CURRENCY,
  nav: BASE('net liquidation value'),
  excessLiquidity: BASE('equity with loan − maintenance margin'),
  buyingPower: BASE('buying power'),
  cash: listField(
    objectField<CashBalance>({
      currency: CURRENCY,
      amount: decimalField<Money<Currency>>('negative is borrowed', 2),
    }),
  ),
  positions: listField(
    objectField<Position>({
      instrument: INSTRUMENT,
      conId: wholeField("IBKR's contract id"),
      quantity: decimalField<Quantity>('shorts negative'),
      averageCost: decimalField<Price>('per unit, multiplier included'),
      currency: CURRENCY,
    }),
  ),
})

const STATUS = wordField(
  'state at the broker',
  'pending',
  'working',
  'held',
  'pending-cancel',
  'canceled',
  'expired',
  'rejected',
  'filled',
)

const ORDERS: Shape<OrdersDocument> = objectField({
  account: ACCOUNT,
  asOf: AS_OF,
  open: listField(
    objectField<OpenOrder>({
      clientOrderId: absentable(CLIENT_ORDER_ID),
      clientId: wholeField('the API client that owns it; 0 also stands for TWS itself'),
      permId: absentable(PERM_ID),
      instrument: INSTRUMENT,
      quantity: decimalField<Quantity>('signed total'),
      leaves: decimalField<Quantity>('signed, what may still fill'),
      orderType: textField('MKT, LMT, …'),
      limitPrice: absentable(decimalField<Price>('where it has one')),
      timeInForce: textField('DAY, GTC, IOC, GTD, …'),
      status: STATUS,
    }),
  ),
  completed: listField(
    objectField<CompletedOrder>({
      clientOrderId: absentable(CLIENT_ORDER_ID),
      permId: absentable(PERM_ID),
      instrument: INSTRUMENT,
      quantity: decimalField<Quantity>('signed total'),
      cumulative: absentable(decimalField<Quantity>('filled, unsigned')),
      status: STATUS,
      reason: textField("the broker's words"),
    }),
  ),
})

export const POSITIONS_DOCUMENT = POSITIONS.codec
export const ORDERS_DOCUMENT = ORDERS.codec

export const POSITIONS_SCHEMA: Schema = documentSchema(
  'Ballast positions',
  'What the account holds by the broker: positions --json.',
  POSITIONS.schema,
)

export const ORDERS_SCHEMA: Schema = documentSchema(
  'Ballast orders',
  'Open and completed orders by the broker: orders --json.',
  ORDERS.schema,
)
