/**
 * What the owner of an order hears of it.
 *
 * The order of messages is the real gateway's (LEAN.Brokerages.InteractiveBrokers#189, rust-ibapi PR#811): the execution first, then
 * the order in its new state, then its status; the commission comes a moment later, the order with
 * it once more. Orders belong to the client that placed them; when it is away, nobody is told, and
 * it asks when it is back.
 */
import { executionBlock, orderBlock } from '#gateway/contracts/listing.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import {
  commissionReport,
  executionData,
  type WireExecution,
} from '#gateway/messages/outgoing/executions.ts'
import {
  openOrder,
  orderStatus,
  type OrderStatusWord,
  type WireOrder,
  type WireOrderState,
} from '#gateway/messages/outgoing/orders.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import { refuse, type Session } from '#gateway/session.ts'
import { wireTime } from '#gateway/venue-time.ts'
import type { VenueEvent, VenueExecution, VenueOrder } from '#exchange/exchange.ts'
import { format, minus } from '#model/fixed.ts'

/** Venue time from a fill to its commission report; IBKR's comes a few messages later. */
const COMMISSION_AFTER_MS = 40

export type OrderEvent = Extract<
  VenueEvent,
  { readonly order: VenueOrder } | { readonly type: 'ChangeRefused' }
>

/** Remembers what happened to an order and tells its owner, if it is here. */
export function reportOrder(desk: Desk, event: OrderEvent): void {
  const permId = event.type === 'ChangeRefused' ? event.permId : event.order.permId
  const order = desk.orders.byPermId(permId)
  if (order === undefined) return
  if (event.type !== 'ChangeRefused') order.venue = event.order
  const session = desk.sessions.get(order.venue.owner.clientId)
  if (session !== undefined) tell(desk, session, order, event)
}

function tell(desk: Desk, session: Session, order: DeskOrder, event: OrderEvent): void {
  const { orderId } = order.venue.owner
  switch (event.type) {
    case 'OrderAccepted':
    case 'OrderReplaced':
      tellOpen(desk, session, order)
      return
    case 'OrderHeld':
      tellOpen(desk, session, order, event.refusal.code === LOCATING ? 'locate' : '')
      refuse(session, orderId, { code: event.refusal.code, text: event.refusal.reason })
      return
    case 'OrderRejected':
      tellOpen(desk, session, order)
      refuse(session, orderId, { code: event.refusal.code, text: event.refusal.reason })
      return
    case 'ChangeRefused':
      refuse(session, orderId, { code: event.refusal.code, text: event.refusal.reason })
      return
    case 'OrderCanceled':
    case 'OrderExpired':
      tellOpen(desk, session, order)
      refuse(session, orderId, ERRORS.canceled(event.order.reason))
      return
    case 'Traded':
      tellTrade(desk, session, order, event.execution)
  }
}

/** IBKR's 404: held while shares to short are located. */
const LOCATING = 404

/** OPEN_ORDER and ORDER_STATUS of an order as it stands. */
export function tellOpen(desk: Desk, session: Session, order: DeskOrder, whyHeld = ''): void {
  const status = statusWord(order.venue)
  session.send(openOrder(wireOrderOf(desk, order), { status }, session.version))
  session.send(statusMessage(order.venue, status, whyHeld))
}

function tellTrade(
  desk: Desk,
  session: Session,
  order: DeskOrder,
  execution: VenueExecution,
): void {
  session.send(executionData(LIVE_REPORT, wireExecutionOf(desk, order, execution), session.version))
  tellOpen(desk, session, order)
  const complete = order.venue.status === 'filled'
  desk.later(COMMISSION_AFTER_MS, () => {
    const present = desk.sessions.get(execution.owner.clientId)
    if (present !== undefined) tellCommission(desk, present, order, execution, complete)
  })
}

/** An execution that nobody asked for goes to request id −1. */
const LIVE_REPORT = -1

/** After an order's last fill, the order comes once more with what the whole of it cost. */
function tellCommission(
  desk: Desk,
  session: Session,
  order: DeskOrder,
  execution: VenueExecution,
  complete: boolean,
): void {
  if (complete) {
    const state: WireOrderState = {
      status: 'Filled',
      commission: format(commissionOf(desk, execution.permId)),
      commissionCurrency: execution.currency,
    }
    session.send(openOrder(wireOrderOf(desk, order), state, session.version))
  }
  session.send(commissionMessage(execution))
}

const commissionOf = (desk: Desk, permId: number): bigint =>
  desk.venue
    .executions()
    .filter((of) => of.permId === permId)
    .reduce((sum, of) => sum + of.commission, 0n)

export const commissionMessage = (of: VenueExecution): ReturnType<typeof commissionReport> =>
  commissionReport({
    execId: of.execId,
    commission: format(of.commission),
    currency: of.currency,
    realizedPnl: of.realizedPnl === undefined ? undefined : format(of.realizedPnl),
  })

export const statusMessage = (
  of: VenueOrder,
  status: OrderStatusWord,
  whyHeld: string,
): ReturnType<typeof orderStatus> =>
  orderStatus({
    orderId: of.owner.orderId,
    status,
    filled: format(of.filled),
    remaining: format(minus(of.quantity, of.filled)),
    avgFillPrice: format(of.averagePrice),
    permId: of.permId,
    lastFillPrice: format(of.lastPrice),
    clientId: of.owner.clientId,
    whyHeld,
  })

const STATUS_WORD: Readonly<Record<VenueOrder['status'], OrderStatusWord>> = {
  working: 'Submitted',
  held: 'PreSubmitted',
  filled: 'Filled',
  canceled: 'Cancelled',
  expired: 'Cancelled',
  rejected: 'Inactive',
}

/** A market order that has not traded yet has only been simulated by IBKR's router: PreSubmitted. */
export function statusWord(of: VenueOrder): OrderStatusWord {
  if (of.status === 'working' && of.orderType === 'MKT' && of.filled === 0n) return 'PreSubmitted'
  return STATUS_WORD[of.status]
}

export const wireOrderOf = (
  desk: Desk,
  { instrument, route, request, venue }: DeskOrder,
): WireOrder => ({
  request,
  contract: orderBlock(instrument, route),
  account: desk.venue.account,
  orderId: venue.owner.orderId,
  clientId: venue.owner.clientId,
  permId: venue.permId,
  totalQuantity: format(venue.quantity),
})

export const wireExecutionOf = (
  desk: Desk,
  { instrument }: Pick<DeskOrder, 'instrument'>,
  of: VenueExecution,
): WireExecution => ({
  orderId: of.owner.orderId,
  contract: executionBlock(instrument, of.venue),
  execId: of.execId,
  time: wireTime(of.at),
  account: desk.venue.account,
  venue: of.venue,
  side: of.side,
  shares: format(of.quantity),
  price: format(of.price),
  permId: of.permId,
  clientId: of.owner.clientId,
  cumQty: format(of.cumulative),
  avgPrice: format(of.averagePrice),
  orderRef: of.owner.orderRef,
  lastLiquidity: of.liquidity === 'added' ? 1 : 2,
})
