/** Requests that place, change and cancel orders, and that list them. */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { cents } from '#gateway/account/account-values.ts'
import { orderBlock } from '#gateway/contracts/listing.ts'
import {
  completedOrder,
  completedOrdersEnd,
  openOrder,
  openOrderEnd,
  type Completion,
  type MarginChange,
} from '#gateway/messages/outgoing/orders.ts'
import { readPlaceOrder, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { refusedRevision } from '#gateway/orders/dependent-terms.ts'
import { parentOf, type KeptOrder } from '#gateway/orders/kept-orders.ts'
import { BINDING_CLIENT, bind } from '#gateway/orders/order-listeners.ts'
import { isOpen, type DeskOrder } from '#gateway/orders/order-registry.ts'
import {
  openAndStatus,
  statusMessage,
  statusWord,
  tellOpen,
  wireOrderOf,
} from '#gateway/orders/order-reports.ts'
import { orderTerms, type OrderTerms } from '#gateway/orders/order-terms.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import { wireTime } from '#gateway/venue-time.ts'
import type { MarginPreview, VenueEvent, VenueOrder } from '#exchange/exchange.ts'
import type { VenueOrderChange } from '#exchange/terms.ts'
import { format, minus } from '#model/fixed.ts'

/** PLACE_ORDER: a new order, a change of one that is open, or a question (what-if). */
export const placeOrder: Handler = (desk, session, fields) => {
  const read = readPlaceOrder(fields, session.version)
  if (!read.ok) {
    refuse(session, read.error.orderId, ERRORS.unreadable(read.error.cause))
    return
  }
  const request = read.value
  const known = desk.orders.find(session.clientId, request.orderId)
  const terms = orderTerms(desk.venue, session.clientId, request)
  if (!terms.ok) {
    refuse(session, request.orderId, terms.error)
    return
  }
  if (terms.value.whatIf) preview(desk, session, request, terms.value)
  else if (known !== undefined) modify(desk, session, known, request, terms.value)
  else placeNew(desk, session, request, terms.value)
}

/**
 * An id below the client's last one is spent, whatever became of its order; one that is kept is not. With `transmit` off an
 * order is kept, and the API says nothing of it.
 */
function placeNew(desk: Desk, session: Session, request: PlaceOrder, terms: OrderTerms): void {
  const { orderId } = request
  const { clientId } = session
  const order = { request, terms }
  if (!desk.kept.has(clientId, orderId) && orderId < desk.orders.nextOrderId(clientId))
    refuse(session, orderId, ERRORS.duplicateOrderId())
  else if (isOrphan(desk, clientId, order)) refuse(session, orderId, ERRORS.missingParent())
  else if (terms.transmit)
    for (const one of desk.kept.release(clientId, order)) transmit(desk, session, one)
  else {
    desk.orders.useId(clientId, orderId)
    desk.kept.keep(clientId, order)
  }
}

/** Whether its parent is neither kept nor known. */
function isOrphan(desk: Desk, clientId: number, order: KeptOrder): boolean {
  const parentId = parentOf(order)
  if (parentId === 0) return false
  return !desk.kept.has(clientId, parentId) && desk.orders.find(clientId, parentId) === undefined
}

function transmit(desk: Desk, session: Session, { request, terms }: KeptOrder): void {
  const { orderId } = request
  const parent = desk.orders.find(session.clientId, parentOf({ request }))?.venue.permId
  const isChild = parentOf({ request }) !== 0
  if (isChild && parent === undefined) {
    refuse(session, orderId, ERRORS.missingParent())
    return
  }
  const asked = isChild && parent !== undefined ? { ...terms.order, parent } : terms.order
  const events = desk.venue.place(asked)
  const [first] = events
  if (first?.type === 'OrderRejected' && first.refusal.code !== REJECTED_BY_THE_BROKER) {
    refuse(session, orderId, { code: first.refusal.code, text: first.refusal.reason })
    return
  }
  desk.orders.useId(session.clientId, orderId)
  const placed = events.map(orderOf).find((order) => order !== undefined)
  if (placed === undefined) return
  const { instrument, exchange: route } = terms.found
  const accepted = withTimeInForce(request, terms)
  desk.orders.add({ instrument, route, request: accepted, venue: placed })
  for (const warning of terms.warnings) refuse(session, orderId, warning)
  desk.publish(events)
  tellWorkingMarketOrder(desk, session, placed.permId)
}

/** An order that the broker took and rejected is shown, `Inactive`; what does not make sense is not even taken. */
const REJECTED_BY_THE_BROKER = 201

/** What the preset filled in is the order's from then on. */
const withTimeInForce = (request: PlaceOrder, { order }: OrderTerms): PlaceOrder => ({
  ...request,
  terms: { ...request.terms, tif: order.timeInForce },
})

/** A market order that found nobody to trade with is at the venue now: Submitted. */
function tellWorkingMarketOrder(desk: Desk, session: Session, permId: number): void {
  const order = desk.orders.byPermId(permId)
  if (order === undefined || order.venue.status !== 'working') return
  if (order.venue.orderType !== 'MKT' || order.venue.filled > 0n) return
  session.sendWritten(openAndStatus(desk, session, order, 'Submitted'))
}

const orderOf = (event: VenueEvent): VenueOrder | undefined =>
  'order' in event ? event.order : undefined

function modify(
  desk: Desk,
  session: Session,
  known: DeskOrder,
  request: PlaceOrder,
  terms: OrderTerms,
): void {
  const { orderId } = request
  const { venue } = known
  if (venue.status === 'filled') refuse(session, orderId, ERRORS.modifyFilled())
  else if (!isOpen(venue)) refuse(session, orderId, ERRORS.duplicateOrderId())
  else if (!isSameOrder(venue, terms)) refuse(session, orderId, ERRORS.modifyMismatch())
  else {
    const revision = refusedRevision(venue, terms.order)
    if (revision !== undefined) {
      refuse(session, orderId, revision)
      return
    }
    const before = known.request
    known.request = withTimeInForce(request, terms)
    const events = desk.venue.replace(venue.permId, changeOf(terms))
    if (events.some(({ type }) => type === 'ChangeRefused')) known.request = before
    else for (const warning of terms.warnings) refuse(session, orderId, warning)
    desk.publish(events)
  }
}

/** What a change may change: the venue keeps the rest. */
function changeOf({ order }: OrderTerms): VenueOrderChange {
  const { instrument: _i, action: _a, orderType: _t, parent: _p, oca: _o, algo: _g, owner: _w, ...change } = order // prettier-ignore
  return change
}

const isSameOrder = (venue: VenueOrder, { order }: OrderTerms): boolean =>
  venue.instrument === order.instrument &&
  venue.action === order.action &&
  venue.orderType === order.orderType

/** What-if: the order as it would be, with margin before and after and its commission. No status follows. */
function preview(desk: Desk, session: Session, request: PlaceOrder, terms: OrderTerms): void {
  const answer = desk.venue.preview(terms.order)
  if ('code' in answer) {
    refuse(session, request.orderId, { code: answer.code, text: answer.reason })
    return
  }
  const order = {
    request: withTimeInForce(request, terms),
    contract: orderBlock(terms.found.instrument, terms.found.exchange),
    account: desk.venue.account,
    orderId: request.orderId,
    clientId: session.clientId,
    permId: 0,
    totalQuantity: format(terms.order.quantity),
  }
  const state = {
    status: 'PreSubmitted' as const,
    margin: marginChange(answer),
    commission: format(answer.commission),
    commissionCurrency: answer.currency,
  }
  session.send(openOrder(order, state, session.version))
}

const marginChange = ({ before, after }: MarginPreview): MarginChange => ({
  initMarginBefore: cents(before.initialMargin),
  maintMarginBefore: cents(before.maintenanceMargin),
  equityWithLoanBefore: cents(before.equityWithLoan),
  initMarginChange: cents(minus(after.initialMargin, before.initialMargin)),
  maintMarginChange: cents(minus(after.maintenanceMargin, before.maintenanceMargin)),
  equityWithLoanChange: cents(minus(after.equityWithLoan, before.equityWithLoan)),
  initMarginAfter: cents(after.initialMargin),
  maintMarginAfter: cents(after.maintenanceMargin),
  equityWithLoanAfter: cents(after.equityWithLoan),
})

/** CANCEL_ORDER: version, orderId, manualCancelTime. Only the client's own: others' ids are not found. */
export const cancelOrder: Handler = (desk, session, fields) => {
  fields.skip()
  const orderId = fields.id('orderId')
  if (refusedUnreadable(session, orderId, fields)) return
  const order = desk.orders.find(session.clientId, orderId)
  if (order === undefined) {
    const wasKept = desk.kept.drop(session.clientId, orderId)
    refuse(session, orderId, wasKept ? ERRORS.canceled('') : ERRORS.cancelNotFound(orderId))
    return
  }
  if (!isOpen(order.venue)) {
    refuse(session, orderId, ERRORS.cancelTooLate(orderId, statusWord(order.venue)))
    return
  }
  tellPendingCancel(session, order)
  desk.publish(desk.venue.cancel(order.venue.permId))
}

/** REQ_GLOBAL_CANCEL: every order of the account, whoever placed it. */
export const reqGlobalCancel: Handler = (desk) => {
  desk.kept.dropAll()
  for (const { owner, permId } of desk.venue.openOrders()) {
    const session = desk.sessions.get(owner.clientId)
    const order = desk.orders.byPermId(permId)
    if (session !== undefined && order !== undefined) tellPendingCancel(session, order)
  }
  desk.publish(desk.venue.cancelAll())
}

function tellPendingCancel(session: Session, order: DeskOrder): void {
  session.send(statusMessage(order, 'PendingCancel', session))
}

/**
 * REQ_OPEN_ORDERS: the client's own; for the master client everybody's. Client 0 binds what people have typed so far.
 */
export const reqOpenOrders: Handler = (desk, session) => {
  if (session.clientId === BINDING_CLIENT)
    for (const { permId } of desk.venue.openOrders()) {
      const order = desk.orders.byPermId(permId)
      if (order !== undefined) bind(desk, session, order)
    }
  const isMaster = session.clientId === desk.settings.masterClientId
  listOpen(desk, session, ({ owner }) => isMaster || owner.clientId === session.clientId)
  session.send(openOrderEnd())
}

/** REQ_ALL_OPEN_ORDERS: everybody's, as they stand; no reports of others' orders follow. */
export const reqAllOpenOrders: Handler = (desk, session) => {
  listOpen(desk, session, () => true)
  session.send(openOrderEnd())
}

/** REQ_AUTO_OPEN_ORDERS: version, autoBind. Client 0 hears of what people type from now on, each with an id of its own. */
export const reqAutoOpenOrders: Handler = (_desk, session, fields) => {
  fields.skip()
  const binds = fields.flag()
  if (session.clientId === BINDING_CLIENT) session.bindsOrders = binds
  else if (binds) refuse(session, -1, ERRORS.onlyDefaultClientBinds())
}

function listOpen(desk: Desk, session: Session, wanted: (order: VenueOrder) => boolean): void {
  for (const { permId } of desk.venue.openOrders().filter(wanted)) {
    const order = desk.orders.byPermId(permId)
    if (order !== undefined) tellOpen(desk, session, order)
  }
}

/** REQ_COMPLETED_ORDERS: apiOnly leaves out what people typed and what the broker did by itself. */
export const reqCompletedOrders: Handler = (desk, session, fields) => {
  const apiOnly = fields.flag()
  for (const venue of desk.venue.completedOrders()) {
    const order = desk.orders.byPermId(venue.permId)
    if (order === undefined || (apiOnly && venue.owner.orderId <= 0)) continue
    const wire = wireOrderOf(desk, order, session)
    session.send(completedOrder(wire, completionOf(desk, venue), session.version))
  }
  session.send(completedOrdersEnd())
}

const completionOf = (desk: Desk, venue: VenueOrder): Completion => ({
  status: statusWord(venue),
  filledQuantity: format(venue.filled),
  completedTime: wireTime(venue.completedAt ?? desk.venue.now),
  completedStatus: COMPLETED_STATUS[venue.status]?.(venue) ?? venue.reason,
})

/** How IBKR words an order's end. */
const COMPLETED_STATUS: Readonly<
  Partial<Record<VenueOrder['status'], (order: VenueOrder) => string>>
> = {
  filled: ({ filled }) => `Filled Size: ${format(filled)}`,
  canceled: ({ reason }) => (reason === '' ? 'Cancelled by Trader' : reason),
  expired: ({ reason }) => (reason === '' ? 'Expired' : reason),
}
