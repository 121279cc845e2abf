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
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import {
  commissionReport,
  executionData,
  type WireExecution,
} from '#gateway/messages/outgoing/executions.ts'
import {
  orderStatus,
  writtenOpenOrder,
  type OrderStatusWord,
  type WireOrder,
  type WireOrderState,
} from '#gateway/messages/outgoing/orders.ts'
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import { asDeskOrder } from '#gateway/orders/adopted-orders.ts'
import { parentOf } from '#gateway/orders/kept-orders.ts'
import {
  BINDING_CLIENT,
  bind,
  isOwner,
  listenersOf,
  orderIdFor,
} from '#gateway/orders/order-listeners.ts'
import { trailedLimit } from '#gateway/orders/order-prices.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import { refuse, type Session } from '#gateway/session.ts'
import { wireTime } from '#gateway/venue-time.ts'
import { written, type Written } from '#gateway/wire/written.ts'
import type { VenueEvent, VenueExecution, VenueOrder } from '#exchange/exchange.ts'
import { hasTrigger } from '#exchange/orders/type-terms.ts'
import type { HoldCause } from '#exchange/terms.ts'
import { format, minus, type Price } from '#model/fixed.ts'

/** Venue time from a fill to its commission report; IBKR's comes a few messages later. */
const COMMISSION_AFTER_MS = 40

export type OrderEvent = Extract<
  VenueEvent,
  { readonly order: VenueOrder } | { readonly type: 'ChangeRefused' }
>

export const concernsOrder = (event: VenueEvent): event is OrderEvent =>
  'order' in event || event.type === 'ChangeRefused'

/** Remembers what happened to an order and tells its owner, if it is here. */
export function reportOrder(desk: Desk, event: OrderEvent): void {
  const permId = event.type === 'ChangeRefused' ? event.permId : event.order.permId
  const order = desk.orders.byPermId(permId) ?? adopted(desk, event)
  if (order === undefined) return
  if (event.type !== 'ChangeRefused') order.venue = event.order
  const binding = desk.sessions.get(BINDING_CLIENT)
  if (binding?.bindsOrders === true) bind(desk, binding, order)
  for (const session of listenersOf(desk, order)) tell(desk, session, order, event)
}

/** An order that no client of ours placed is known from its first report on. */
function adopted(desk: Desk, event: OrderEvent): DeskOrder | undefined {
  if (event.type === 'ChangeRefused' || event.type === 'OrderRejected') return undefined
  const order = asDeskOrder(desk.venue, event.order)
  if (order !== undefined) desk.orders.add(order)
  return order
}

function tell(desk: Desk, session: Session, order: DeskOrder, event: OrderEvent): void {
  switch (event.type) {
    case 'OrderAccepted':
    case 'OrderReplaced':
    case 'OrderTriggered':
    case 'OrderAdjusted':
      tellOpen(desk, session, order)
      return
    case 'OrderHeld':
    case 'OrderRejected':
      tellOpen(desk, session, order)
      refuseOwner(session, order, { code: event.refusal.code, text: event.refusal.reason })
      return
    case 'ChangeRefused':
      refuseOwner(session, order, { code: event.refusal.code, text: event.refusal.reason })
      if (event.refusal.code === STILL_STANDS)
        session.send(statusMessage(order, statusWord(order.venue), session))
      return
    case 'OrderCanceled':
    case 'OrderExpired':
      tellOpen(desk, session, order)
      refuseOwner(session, order, ERRORS.canceled(event.order.reason))
      return
    case 'Traded':
    case 'ExecutionCorrected':
    case 'ExecutionBusted':
      tellTrade(desk, session, order, event)
  }
}

/** IBKR's 161: a cancel that came too late; who was told `PendingCancel` is told that it is not. */
const STILL_STANDS = 161

/** What is wrong with an order is its owner's affair. */
function refuseOwner(session: Session, order: DeskOrder, answer: ErrorAnswer): void {
  if (isOwner(session, order)) refuse(session, orderIdFor(session, order), answer)
}

/** OPEN_ORDER and ORDER_STATUS of an order as it stands. */
export function tellOpen(desk: Desk, session: Session, order: DeskOrder): void {
  session.sendWritten(openAndStatus(desk, session, order, statusWord(order.venue)))
}

/** OPEN_ORDER and ORDER_STATUS that say so. */
export const openAndStatus = (
  desk: Desk,
  session: Session,
  order: DeskOrder,
  status: OrderStatusWord,
): readonly Written[] => [
  writtenOpenOrder(wireOrderOf(desk, order, session), { status }, session.version),
  written(statusMessage(order, status, session)),
]

type TradeEvent = Extract<OrderEvent, { readonly execution: VenueExecution }>

/** A correction is one more execution, whose id has the higher suffix; of a bust no fee is left. */
function tellTrade(desk: Desk, session: Session, order: DeskOrder, event: TradeEvent): void {
  const { execution, type } = event
  const wire = wireExecutionOf(desk, order, execution, orderIdFor(session, order))
  session.sendWritten([
    written(executionData(LIVE_REPORT, wire, session.version)),
    ...openAndStatus(desk, session, order, statusWord(order.venue)),
  ])
  if (type === 'ExecutionBusted') return
  const complete = type === 'Traded' && order.venue.status === 'filled'
  desk.later(COMMISSION_AFTER_MS, () => {
    // Whoever is here then by the same id, or nobody.
    const present = desk.sessions.get(session.clientId)
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
  const commission = written(commissionMessage(execution))
  if (!complete) {
    session.sendWritten([commission])
    return
  }
  const state: WireOrderState = {
    status: 'Filled',
    commission: format(order.venue.commission),
    commissionCurrency: execution.currency,
  }
  const whole = writtenOpenOrder(wireOrderOf(desk, order, session), state, session.version)
  session.sendWritten([whole, commission])
}

export const commissionMessage = (of: VenueExecution): ReturnType<typeof commissionReport> =>
  commissionReport({
    execId: of.execId,
    commission: format(of.commission),
    currency: of.currency,
    realizedPnl: of.realizedPnl === undefined ? undefined : format(of.realizedPnl),
  })

export const statusMessage = (
  order: DeskOrder,
  status: OrderStatusWord,
  to: Pick<Session, 'clientId'>,
): ReturnType<typeof orderStatus> => {
  const { venue: of, request } = order
  return orderStatus({
    orderId: orderIdFor(to, order),
    status,
    filled: format(of.filled),
    remaining: format(minus(of.quantity, of.filled)),
    avgFillPrice: format(of.averagePrice),
    permId: of.permId,
    parentId: of.parent === undefined ? 0 : parentOf({ request }),
    lastFillPrice: format(of.lastPrice),
    clientId: of.owner.clientId,
    whyHeld: whyHeld(of),
  })
}

/** IBKR's words for what a held order waits for; of other causes it says nothing. */
const WHY_HELD: Readonly<Partial<Record<HoldCause, string>>> = {
  locate: 'locate',
  trigger: 'trigger',
  parent: 'child',
}

/** A child that will wait for its own trigger too says both (seen: `child,trigger`). */
function whyHeld({ hold, orderType, triggered }: VenueOrder): string {
  const word = hold === undefined ? '' : (WHY_HELD[hold] ?? '')
  const waitsTwice = hold === 'parent' && hasTrigger(orderType) && triggered !== true
  return waitsTwice ? `${word},trigger` : word
}

const STATUS_WORD: Readonly<Record<VenueOrder['status'], OrderStatusWord>> = {
  working: 'Submitted',
  held: 'PreSubmitted',
  filled: 'Filled',
  canceled: 'Cancelled',
  expired: 'Cancelled',
  rejected: 'Inactive',
}

/**
 * A market order that has not traded yet has only been simulated by IBKR's router: PreSubmitted. What the broker
 * rejects for its margin is `Inactive` or `Cancelled`, as it is set to.
 */
export function statusWord(of: VenueOrder): OrderStatusWord {
  if (of.status === 'working' && of.orderType === 'MKT' && of.filled === 0n) return 'PreSubmitted'
  return of.rejectedAs ?? STATUS_WORD[of.status]
}

/** @param to - the client that is told: it may know the order by another id than others */
export const wireOrderOf = (
  desk: Desk,
  order: DeskOrder,
  to: Pick<Session, 'clientId'>,
): WireOrder => {
  const { instrument, route, request, venue } = order
  return {
    request: asItStands(request, venue),
    contract: orderBlock(instrument, route),
    account: desk.venue.account,
    orderId: orderIdFor(to, order),
    clientId: venue.owner.clientId,
    permId: venue.permId,
    parentPermId: venue.parent,
    totalQuantity: format(venue.quantity),
  }
}

/**
 * A trailing order is shown with the stop, and the limit behind it, that it has come to; a child with the group that its
 * family makes.
 */
function asItStands(request: PlaceOrder, venue: VenueOrder): PlaceOrder {
  const { stopPrice, trail, oca } = venue
  if (trail === undefined && oca === undefined) return request
  const group = oca === undefined ? {} : { ocaGroup: oca.name, ocaType: String(oca.type) }
  const moved = trail === undefined || stopPrice === undefined ? {} : trailedTerms(venue, stopPrice)
  return { ...request, terms: { ...request.terms, ...group, ...moved } }
}

function trailedTerms(venue: VenueOrder, stop: Price): PlaceOrder['terms'] {
  const limit = trailedLimit(venue, stop)
  return { trailStopPrice: format(stop), ...(limit === undefined ? {} : { lmtPrice: format(limit) }) } // prettier-ignore
}

export const wireExecutionOf = (
  desk: Desk,
  { instrument }: Pick<DeskOrder, 'instrument'>,
  of: VenueExecution,
  orderId: number = of.owner.orderId,
): WireExecution => ({
  orderId,
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
  isLiquidation: of.isLiquidation === true,
  lastLiquidity: of.liquidity === 'added' ? 1 : 2,
})
