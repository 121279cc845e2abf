/**
 * Which client's order is which of the venue's, and what exactly the client asked for.
 *
 * An order id belongs to a client: (client id, order id) names it on the wire, permId names it at
 * the venue. The last id a client used is remembered for as long as the gateway runs, as TWS does,
 * so that a reconnecting client is not offered it again.
 */
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import type { VenueOrder } from '#exchange/exchange.ts'
import type { Instrument } from '#model/instrument.ts'

/** One order as the gateway remembers it. */
export interface DeskOrder {
  readonly instrument: Instrument
  /** The exchange the client sent it to, `SMART`. */
  readonly route: string
  /** What the client asked for, by its latest accepted request. */
  request: PlaceOrder
  /** As the venue last stated it. */
  venue: VenueOrder
  /** The id that client 0 knows it by, < 0, where a person typed it and client 0 has bound it. */
  boundId?: number
}

export interface OrderRegistry {
  /** The order an id stands for; undefined when the client has none of that id today. */
  find(clientId: number, orderId: number): DeskOrder | undefined
  byPermId(permId: number): DeskOrder | undefined
  add(order: DeskOrder): void
  /** Gives a typed order an id of a client's. @returns it, < 0 */
  bind(permId: number, clientId: number): number
  /** Drops what is over: called when the venue's day turns. */
  forgetCompleted(): void
  /** The least id a client may use for a new order. */
  nextOrderId(clientId: number): number
  /** Forgets the last `count` ids of every client, as a restart has been seen to. */
  rollBack(count: number): void
  /** A new order used this id. */
  useId(clientId: number, orderId: number): void
}

export function orderRegistry(): OrderRegistry {
  const byPermId = new Map<number, DeskOrder>()
  const permIds = new Map<string, number>()
  const lastIds = new Map<number, number>()
  let lastBound = 0

  return {
    find(clientId, orderId) {
      const permId = permIds.get(key(clientId, orderId))
      return permId === undefined ? undefined : byPermId.get(permId)
    },
    byPermId: (permId) => byPermId.get(permId),
    add(order) {
      const { owner, permId } = order.venue
      byPermId.set(permId, order)
      permIds.set(key(owner.clientId, owner.orderId), permId)
    },
    bind(permId, clientId) {
      lastBound -= 1
      permIds.set(key(clientId, lastBound), permId)
      const order = byPermId.get(permId)
      if (order !== undefined) order.boundId = lastBound
      return lastBound
    },
    forgetCompleted() {
      for (const [permId, { venue, boundId }] of byPermId) {
        if (isOpen(venue)) continue
        byPermId.delete(permId)
        permIds.delete(key(venue.owner.clientId, boundId ?? venue.owner.orderId))
      }
    },
    nextOrderId: (clientId) => (lastIds.get(clientId) ?? 0) + 1,
    rollBack(count) {
      for (const [clientId, last] of lastIds) lastIds.set(clientId, Math.max(0, last - count))
    },
    useId(clientId, orderId) {
      lastIds.set(clientId, Math.max(orderId, lastIds.get(clientId) ?? 0))
    },
  }
}

const key = (clientId: number, orderId: number): string => `${clientId}/${orderId}`

export const isOpen = ({ status }: VenueOrder): boolean => status === 'working' || status === 'held'
