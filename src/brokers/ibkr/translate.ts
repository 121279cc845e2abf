/**
 * Orders, executions and fees: TWS's words ↔ ours. Pure; the tables are tested both ways.
 *
 * Floats from the wire become exact here, at the nano; what TWS leaves unset stays undefined and is
 * never a zero.
 */
import {
  OrderAction,
  OrderStatus as TwsStatus,
  OrderType,
  TimeInForce,
  type CommissionReport,
  type Contract,
  type Execution as TwsExecution,
  type Order,
} from '@stoqey/ib'
import { moneyFrom, priceFrom, quantityFrom, toNumber } from '#model/border.ts'
import { magnitude, negate, type Price, type Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, ExecId, PermId } from '#model/ids.ts'
import { isBuying, type OrderRequest, type OrderType as OurOrderType, type TimeInForce as OurTimeInForce } from '#model/order.ts' // prettier-ignore
import type { CompletedOrder, OpenOrder } from '#model/account.ts'
import type { Commission, Execution, OrderStatus } from '#model/report.ts'
import { readClientOrderId } from '#execution/client-order-id.ts'
import { instrumentIdFrom } from '#tws/contract.ts'
import type { CompletedOrderMessage } from '#tws/messages.ts'
import type { OpenOrderRow } from '#tws/order-queries.ts'
import { readWireTime, wireTimeOf } from '#tws/wire-time.ts'

const ORDER_TYPES: Readonly<Record<OurOrderType, OrderType>> = {
  MKT: OrderType.MKT,
  LMT: OrderType.LMT,
}

const TIMES_IN_FORCE: Readonly<Record<OurTimeInForce, TimeInForce>> = {
  DAY: TimeInForce.DAY,
  GTC: TimeInForce.GTC,
  IOC: TimeInForce.IOC,
  GTD: TimeInForce.GTD,
}

/**
 * An order as TWS takes it. Always with transmit (else it stays in TWS), time in force (else a
 * preset sets it, 10349), account and our reference. No array is ever set: an empty one would shift
 * the fields of the message.
 */
export function twsOrderOf(request: OrderRequest, account: AccountId): Order {
  const { orderType, timeInForce, limitPrice, goodTill } = request
  return {
    action: isBuying(request.side) ? OrderAction.BUY : OrderAction.SELL,
    totalQuantity: toNumber(request.quantity),
    orderType: ORDER_TYPES[orderType],
    ...(limitPrice === undefined ? {} : { lmtPrice: toNumber(limitPrice) }),
    tif: TIMES_IN_FORCE[timeInForce],
    ...(goodTill === undefined ? {} : { goodTillDate: wireTimeOf(goodTill) }),
    account,
    orderRef: request.id,
    transmit: true,
    outsideRth: false,
  }
}

type Status = OrderStatus['status']

/** What decides between two readings of a status word. */
export interface StatusHints {
  /** TWS's word for why it keeps the order off the market; empty: it does not say. */
  readonly whyHeld: string
  /** A notice said that TWS holds it (399, 404). */
  readonly isHeld: boolean
  /** A notice said no (201, 203, 321, …). */
  readonly isRefused: boolean
  /** Its time has come: good till a date that has passed, and nobody asked for a cancel. */
  readonly isExpired: boolean
}

export const NO_HINTS: StatusHints = { whyHeld: '', isHeld: false, isRefused: false, isExpired: false } // prettier-ignore

/**
 * What a status word means.
 *
 * `Inactive` is a refusal where TWS has said no, else a hold: an order taken for dead while it is
 * alive would be sent again. `PreSubmitted` is a hold where TWS says that it holds.
 *
 * @returns undefined for a word that is not IBKR's
 */
export function statusFrom(word: string, hints: StatusHints): Status | undefined {
  return STATUSES[word]?.(hints)
}

const STATUSES: Readonly<Record<string, (hints: StatusHints) => Status>> = {
  ApiPending: () => 'pending',
  PendingSubmit: () => 'pending',
  PreSubmitted: ({ whyHeld, isHeld }) => (whyHeld !== '' || isHeld ? 'held' : 'working'),
  Submitted: () => 'working',
  PendingCancel: () => 'pending-cancel',
  ApiCancelled: () => 'canceled',
  Cancelled: ({ isExpired, isRefused }) => {
    if (isRefused) return 'rejected'
    return isExpired ? 'expired' : 'canceled'
  },
  Filled: () => 'filled',
  Inactive: ({ isRefused }) => (isRefused ? 'rejected' : 'held'),
}

/** Of these, nothing more can come. */
export const isOver = (status: Status): boolean => OVER.has(status)
const OVER = new Set<Status>(['canceled', 'expired', 'rejected', 'filled'])

/** IBKR numbers orders from 1; 0 and less stand for none. */
export const permIdFrom = (permId: number | undefined): PermId | undefined =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- brand of a number checked here
  permId === undefined || permId <= 0 ? undefined : (String(permId) as PermId)

/** Our key in an orderRef; undefined for other people's words. */
export const clientOrderIdFrom = (orderRef: string | undefined): ClientOrderId | undefined =>
  readClientOrderId(orderRef ?? '')

const SELLING = new Set(['SELL', 'SLD', 'SSHORT'])

const signed = (size: number, action: string | undefined): Quantity =>
  SELLING.has(action ?? '') ? negate(quantityFrom(size)) : quantityFrom(size)

/** TWS writes a limit into every order; only limit types mean it. */
function limitPriceOf({ orderType, lmtPrice }: Order): Price | undefined {
  return lmtPrice !== undefined && orderType.includes('LMT') ? priceFrom(lmtPrice) : undefined
}

/**
 * An order on the broker's books.
 *
 * @returns undefined when it is over by now: it is among the completed ones
 */
export function openOrderFrom({ open, status }: OpenOrderRow): OpenOrder | undefined {
  const { contract, order, state } = open
  const hints = { ...NO_HINTS, whyHeld: status?.whyHeld ?? '' }
  const meaning = statusFrom(status?.status ?? state.status, hints) ?? 'working'
  if (isOver(meaning)) return undefined
  const total = order.totalQuantity ?? 0
  return {
    clientOrderId: clientOrderIdFrom(order.orderRef),
    clientId: order.clientId ?? 0,
    permId: permIdFrom(order.permId),
    instrument: instrumentIdFrom(contract),
    quantity: signed(total, order.action),
    leaves: signed(status?.remaining ?? total, order.action),
    orderType: order.orderType,
    limitPrice: limitPriceOf(order),
    timeInForce: order.tif ?? '',
    status: meaning,
  }
}

/** An order that is over. `Inactive` among these is a refusal: a hold would be open. */
export function completedOrderFrom(message: CompletedOrderMessage): CompletedOrder {
  const { contract, order, state } = message
  const isRefused = state.status === TwsStatus.Inactive
  const status = statusFrom(state.status, { ...NO_HINTS, isRefused }) ?? 'canceled'
  const filled = order.filledQuantity
  const total = order.totalQuantity ?? 0
  return {
    clientOrderId: clientOrderIdFrom(order.orderRef),
    permId: permIdFrom(order.permId),
    instrument: instrumentIdFrom(contract),
    // A completed order may come without its total (it is then what filled).
    quantity: signed(total > 0 ? total : (filled ?? 0), order.action),
    cumulative: filled === undefined ? undefined : quantityFrom(filled),
    status,
    reason: state.completedStatus ?? '',
  }
}

/**
 * A trade.
 *
 * @param zone - of TWS's login, for a time that names none
 * @returns undefined when it has no name, account or readable time: it cannot be booked
 */
export function executionFrom(
  contract: Contract,
  execution: TwsExecution,
  zone: string,
): Execution | undefined {
  const { execId, acctNumber, time, shares, price: at } = execution
  if (execId === undefined || execId === '' || acctNumber === undefined) return undefined
  const instant = readWireTime(time ?? '', zone)
  if (instant === undefined || shares === undefined || at === undefined) return undefined
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the broker's own name, checked above
    execId: execId as ExecId,
    clientOrderId: clientOrderIdFrom(execution.orderRef),
    permId: permIdFrom(execution.permId),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the broker's own name
    account: acctNumber as AccountId,
    instrument: instrumentIdFrom(contract),
    quantity: signed(shares, execution.side),
    price: priceFrom(at),
    venue: execution.exchange ?? '',
    at: instant,
    liquidity: LIQUIDITIES[execution.lastLiquidity ?? 0] ?? 'unknown',
  }
}

const LIQUIDITIES: Readonly<Record<number, Execution['liquidity']>> = { 1: 'added', 2: 'removed' }

/**
 * The fee of a trade.
 *
 * @returns undefined while the broker has not said how much: unset, or −1 for "pending"
 *   (nautilus_trader PR#4281)
 */
export function commissionFrom(report: CommissionReport): Commission | undefined {
  const { execId, commission, currency, realizedPNL } = report
  if (execId === undefined || execId === '' || currency === undefined) return undefined
  if (commission === undefined || commission === PENDING) return undefined
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the broker's own name, checked above
    execId: execId as ExecId,
    amount: moneyFrom(commission, currency),
    currency,
    realizedPnl: realizedPNL === undefined ? undefined : moneyFrom(realizedPNL, currency),
  }
}

const PENDING = -1

/** What of an order has filled and what is left, where TWS says. Unsigned. */
export const countFrom = (count: number | undefined): Quantity | undefined =>
  count === undefined || !Number.isFinite(count) ? undefined : magnitude(quantityFrom(count))
