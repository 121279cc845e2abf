/**
 * Who hears of an order as it happens: the client that placed it, and the master client of everybody's.
 *
 * What a person types into TWS has no order id for the API. Client 0 gives it one, below zero, when it binds such orders:
 * those to come with reqAutoOpenOrders, those there are with reqOpenOrders. It alone may then change and cancel them.
 */
import type { Desk } from '#gateway/desk.ts'
import { orderBound } from '#gateway/messages/outgoing/orders.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import type { Session } from '#gateway/session.ts'
import type { VenueOrder } from '#exchange/exchange.ts'

/** The client that binds what people type. */
export const BINDING_CLIENT = 0

/** Whether a person typed it: client 0, and an order id that is none. */
export const isTyped = ({ owner }: Pick<VenueOrder, 'owner'>): boolean =>
  owner.clientId === BINDING_CLIENT && owner.orderId === 0

/** Present clients that are told of an order; the owner first. */
export function listenersOf(desk: Desk, order: DeskOrder): readonly Session[] {
  const owns = !isTyped(order.venue) || order.boundId !== undefined
  const owner = owns ? desk.sessions.get(order.venue.owner.clientId) : undefined
  const { masterClientId } = desk.settings
  const master = masterClientId === undefined ? undefined : desk.sessions.get(masterClientId)
  return [...new Set([owner, master])].filter((session) => session !== undefined)
}

/** Whether a client is the one to be told what is wrong with an order. */
export const isOwner = ({ clientId }: Session, { venue }: DeskOrder): boolean =>
  clientId === venue.owner.clientId

/** The order id that a client knows an order by; 0 for what was typed and is not the client's. */
export const orderIdFor = (
  { clientId }: Pick<Session, 'clientId'>,
  { venue, boundId }: Pick<DeskOrder, 'venue' | 'boundId'>,
): number =>
  // prettier-ignore
  clientId === BINDING_CLIENT && boundId !== undefined ? boundId : venue.owner.orderId

/** Gives a typed order an id of client 0's; nothing for other orders, and for one that has its id. */
export function bind(desk: Desk, session: Session, order: DeskOrder): void {
  if (!isTyped(order.venue) || order.boundId !== undefined) return
  const orderId = desk.orders.bind(order.venue.permId, session.clientId)
  session.send(orderBound(order.venue.permId, session.clientId, orderId))
}
