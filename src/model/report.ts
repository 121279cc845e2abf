/**
 * What a broker tells us: about one order (FIX's ExecutionReport), or about everything it holds.
 *
 * Reports are hints delivered at least once, in any order, and carry the broker's own names. An
 * order of somebody else's has no `clientOrderId`; it is seen and counted, never acted upon.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, InstrumentId, PermId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/** A trade of ours at the venue. A correction has the same root of `execId` and replaces it. */
export interface Execution {
  readonly execId: ExecId
  /** Undefined for a trade by hand, by another client, or by the broker itself. */
  readonly clientOrderId: ClientOrderId | undefined
  readonly permId: PermId | undefined
  readonly account: AccountId
  readonly instrument: InstrumentId
  /** Signed: bought positive, sold negative. Zero: the execution was busted. */
  readonly quantity: Quantity
  readonly price: Price
  /** The venue that printed it: `NASDAQ`, `ISLAND`, `DARK`. */
  readonly venue: string
  /** Broker's clock, whole seconds on IBKR's wire. */
  readonly at: EpochMs
  /** Removed liquidity, added it, or unknown. */
  readonly liquidity: 'removed' | 'added' | 'unknown'
}

/** The fee of one execution; late, unordered, matched by `execId`. */
export interface Commission {
  readonly execId: ExecId
  /** ≥ 0 is a cost; a rebate is negative. */
  readonly amount: Money<Currency>
  readonly currency: Currency
  /** Undefined when the trade opened a position, or the broker has not said yet. */
  readonly realizedPnl: Money<Currency> | undefined
}

/**
 * A status of one order. `cumulative` and `leaves` are unsigned (FIX CumQty, LeavesQty).
 * `held`: the broker keeps it off the market (outside hours, locating shares: see `reason`).
 */
export interface OrderStatus {
  readonly clientOrderId: ClientOrderId | undefined
  readonly permId: PermId | undefined
  readonly instrument: InstrumentId | undefined
  readonly status: 'pending' | 'working' | 'held' | 'pending-cancel' | 'canceled' | 'expired' | 'rejected' | 'filled' // prettier-ignore
  /** Undefined where the broker did not say (IBKR's openOrder); never zero by default. */
  readonly cumulative: Quantity | undefined
  readonly leaves: Quantity | undefined
  /** The broker's code and text, when it gave any: `201: Order rejected - reason: …`. */
  readonly reason: string
}

/** The answer to a request of ours about an order, when it is not a status. */
export interface OrderRefusal {
  readonly clientOrderId: ClientOrderId
  /** What was refused: the order itself, or our cancel of it. */
  readonly refused: 'order' | 'cancel'
  /** IBKR's code, or 0. */
  readonly code: number
  readonly reason: string
}

export type BrokerReport =
  | { readonly type: 'OrderStatus'; readonly status: OrderStatus }
  | { readonly type: 'OrderRefusal'; readonly refusal: OrderRefusal }
  | { readonly type: 'Execution'; readonly execution: Execution }
  | { readonly type: 'Commission'; readonly commission: Commission }
  /** A warning that leaves the order alive: 399 held until the open, 10349 time in force preset. */
  | { readonly type: 'OrderWarning'; readonly clientOrderId: ClientOrderId; readonly code: number; readonly reason: string } // prettier-ignore
