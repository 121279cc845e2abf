/** The account as the broker states it. Whole or an error: a partial answer is never returned. */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PermId } from '#model/ids.ts'
import type { OrderType, TimeInForce } from '#model/order.ts'
import type { Commission, Execution, OrderStatus } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'

export interface Position {
  readonly instrument: InstrumentId
  readonly conId: number
  /** Shorts negative; never zero. */
  readonly quantity: Quantity
  /** Per unit, multiplier included as IBKR does, in the instrument's currency. */
  readonly averageCost: Price
  readonly currency: Currency
}

/** Base-currency figures of the whole account; IBKR's tag in brackets. */
export interface MarginFigures {
  /** [NetLiquidation] cash + positions at market. */
  readonly netLiquidation: Money<Currency>
  /** [EquityWithLoanValue] */
  readonly equityWithLoan: Money<Currency>
  /** [GrossPositionValue] Σ|market value| of securities. */
  readonly grossPositionValue: Money<Currency>
  /** [InitMarginReq] ≥ 0 */
  readonly initialMargin: Money<Currency>
  /** [MaintMarginReq] ≥ 0 */
  readonly maintenanceMargin: Money<Currency>
  /** [AvailableFunds] equity with loan − initial margin. */
  readonly availableFunds: Money<Currency>
  /** [ExcessLiquidity] equity with loan − maintenance margin. */
  readonly excessLiquidity: Money<Currency>
  /** [BuyingPower] */
  readonly buyingPower: Money<Currency>
}

export interface CashBalance {
  readonly currency: Currency
  /** Negative is borrowed. */
  readonly amount: Money<Currency>
}

/** An order the broker has on its books, ours or not. */
export interface OpenOrder {
  readonly clientOrderId: ClientOrderId | undefined
  /** The API client that owns it; only that one can cancel it. 0 also stands for TWS itself. */
  readonly clientId: number
  readonly permId: PermId | undefined
  readonly instrument: InstrumentId
  /** Signed total: buys positive, sells negative. */
  readonly quantity: Quantity
  /** Signed, what may still fill (FIX LeavesQty); the total where the broker did not say. */
  readonly leaves: Quantity
  readonly orderType: OrderType | (string & {})
  readonly limitPrice: Price | undefined
  readonly timeInForce: TimeInForce | (string & {})
  readonly status: OrderStatus['status']
}

/** An order that is over, of the broker's current day. */
export interface CompletedOrder {
  readonly clientOrderId: ClientOrderId | undefined
  readonly permId: PermId | undefined
  readonly instrument: InstrumentId
  readonly quantity: Quantity
  /** Unsigned; undefined where the broker did not say. */
  readonly cumulative: Quantity | undefined
  readonly status: OrderStatus['status']
  readonly reason: string
}

/** Everything the broker holds for one account at about one time. */
export interface BrokerSnapshot {
  readonly account: AccountId
  readonly baseCurrency: Currency
  /** Our clock when the first request went out: anything older is no evidence of later commands. */
  readonly begunAt: EpochMs
  /** Our clock when the last answer was complete. */
  readonly takenAt: EpochMs
  /** Sorted by instrument. */
  readonly positions: readonly Position[]
  /** Sorted by currency; the base currency always has a row. */
  readonly cash: readonly CashBalance[]
  /** Open profit of futures since they were last settled, by currency, where `cash` does not have it; absent: none. */
  readonly futuresProfit?: readonly CashBalance[]
  readonly margin: MarginFigures
  /** All clients', sorted by permId. */
  readonly openOrders: readonly OpenOrder[]
  readonly completedOrders: readonly CompletedOrder[]
  /** Of the broker's current day, in the broker's order. */
  readonly executions: readonly Execution[]
  readonly commissions: readonly Commission[]
}
