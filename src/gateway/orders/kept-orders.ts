/**
 * Orders that clients placed with `transmit` off: TWS keeps them, and sends a family or a group when its last order
 * comes with `transmit` on.
 *
 * What goes together is what hangs on the same parent, however far down, and what shares a one-cancels-all group. Parents go
 * first, else the order in which they came.
 */
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import type { OrderTerms } from '#gateway/orders/order-terms.ts'

/** An order as its client placed it. */
export interface KeptOrder {
  readonly request: PlaceOrder
  readonly terms: OrderTerms
}

export interface KeptOrders {
  /** A later request with the same id takes the place of the earlier one. */
  keep(clientId: number, order: KeptOrder): void
  has(clientId: number, orderId: number): boolean
  /** Takes out an order's family and group, the order itself last but for its children. @param order - not kept itself */
  release(clientId: number, order: KeptOrder): readonly KeptOrder[]
  /** Drops an order and what hangs on it. @returns whether there was one */
  drop(clientId: number, orderId: number): boolean
  dropAll(): void
}

export function keptOrders(): KeptOrders {
  const byClient = new Map<number, Map<number, KeptOrder>>()
  const of = (clientId: number): Map<number, KeptOrder> => {
    const known = byClient.get(clientId) ?? new Map<number, KeptOrder>()
    byClient.set(clientId, known)
    return known
  }

  const drop: KeptOrders['drop'] = (clientId, orderId) => {
    const kept = of(clientId)
    if (!kept.delete(orderId)) return false
    for (const [id, order] of kept) if (parentOf(order) === orderId) drop(clientId, id)
    return true
  }

  return {
    keep: (clientId, order) => void of(clientId).set(order.request.orderId, order),
    has: (clientId, orderId) => byClient.get(clientId)?.has(orderId) ?? false,
    release: (clientId, order) => {
      const kept = of(clientId)
      kept.delete(order.request.orderId)
      const together = connected(order, [...kept.values()])
      for (const { request } of together) kept.delete(request.orderId)
      return parentsFirst([...together, order])
    },
    drop,
    dropAll: () => byClient.clear(),
  }
}

/** The parent's order id; 0: it has none. */
export const parentOf = ({ request }: Pick<KeptOrder, 'request'>): number => Number(request.terms.parentId ?? 0) || 0 // prettier-ignore

/** Everything that hangs together with an order. */
function connected(order: KeptOrder, among: readonly KeptOrder[]): readonly KeptOrder[] {
  const found = new Set<KeptOrder>([order])
  for (const one of found)
    for (const other of among) if (belongTogether(one, other)) found.add(other)
  found.delete(order)
  return among.filter((other) => found.has(other))
}

function belongTogether(a: KeptOrder, b: KeptOrder): boolean {
  const [mine, theirs] = [parentOf(a), parentOf(b)]
  if (mine === b.request.orderId || theirs === a.request.orderId) return true
  if (mine !== 0 && mine === theirs) return true
  const group = a.terms.order.oca?.name
  return group !== undefined && group === b.terms.order.oca?.name
}

/** Each after its parent; whatever a chain of parents that bites its own tail makes of that. */
function parentsFirst(orders: readonly KeptOrder[]): readonly KeptOrder[] {
  const sorted = new Set<KeptOrder>()
  const add = (order: KeptOrder, younger: readonly KeptOrder[]): void => {
    const parent = orders.find(({ request }) => request.orderId === parentOf(order))
    if (parent !== undefined && !younger.includes(parent)) add(parent, [...younger, order])
    sorted.add(order)
  }
  for (const order of orders) add(order, [order])
  return [...sorted]
}
