/**
 * How this session's order numbers, IBKR's permanent ids and our own keys belong together.
 *
 * An order id is a handle of one client's session: TWS re-issues numbers after a restart
 * (QuantConnect/Lean.Brokerages.InteractiveBrokers#242), so it is believed only as far as the
 * permanent id that came with our reference does not gainsay it. One key may have several
 * permanent ids (nautilus_trader#4564): it is one order to us, and a cancel goes to all of them.
 */
import type { Quantity } from '#model/fixed.ts'
import type { ClientOrderId, PermId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/** What we know, this session, of an order that bears our key. */
export interface OrderHandle {
  readonly id: ClientOrderId
  /** By which this client can cancel it; more than one where it was duplicated. */
  readonly orderIds: Set<number>
  readonly permIds: Set<PermId>
  /** Broker's clock; after it, an unasked cancel is its expiry. */
  goodTill: EpochMs | undefined
  cancelAsked: boolean
  /** TWS has shown it as alive: what is refused from now on is a change of it, not the order. */
  accepted: boolean
  /** TWS has said no to it, in these words. */
  refusal: string | undefined
  /** TWS has said that it keeps it off the market, in these words. */
  hold: string | undefined
  /** TWS's last word on it, to be read anew when a notice says what it means. */
  latest: LatestWord | undefined
  /** The last status told, by message and permanent id, so that repeats of the same are not. */
  readonly told: Map<string, string>
}

/** A status word as it came. */
export interface LatestWord {
  readonly word: string
  readonly permId: PermId | undefined
  readonly cumulative: Quantity | undefined
  readonly leaves: Quantity | undefined
  readonly whyHeld: string
}

export interface OrderHandles {
  /** The handle of our key, made when new. */
  of(id: ClientOrderId): OrderHandle
  find(id: ClientOrderId): OrderHandle | undefined
  /** Binds an order number of this client to our key. */
  bind(handle: OrderHandle, orderId: number): void
  learnPermId(handle: OrderHandle, permId: PermId | undefined): void
  /** Whose a message is: by the permanent id, else by this client's order number. */
  owner(permId: PermId | undefined, orderId: number | undefined): OrderHandle | undefined
  /** The next order number: above what TWS offers, and above every number seen. */
  takeOrderId(): number
  /** Raises the mark: TWS offers this number, or has shown the one before it. */
  raise(nextOrderId: number): void
}

export function createOrderHandles(): OrderHandles {
  const byId = new Map<ClientOrderId, OrderHandle>()
  const byOrderId = new Map<number, OrderHandle>()
  const byPermId = new Map<PermId, OrderHandle>()
  let next = 1

  const raise = (nextOrderId: number): void => {
    next = Math.max(next, nextOrderId)
  }

  return {
    find: (id) => byId.get(id),
    of(id) {
      const known = byId.get(id)
      if (known !== undefined) return known
      const handle = newHandle(id)
      byId.set(id, handle)
      return handle
    },
    bind(handle, orderId) {
      if (orderId <= 0) return
      handle.orderIds.add(orderId)
      byOrderId.set(orderId, handle)
      raise(orderId + 1)
    },
    learnPermId(handle, permId) {
      if (permId === undefined) return
      handle.permIds.add(permId)
      byPermId.set(permId, handle)
    },
    owner(permId, orderId) {
      const known = permId === undefined ? undefined : byPermId.get(permId)
      if (known !== undefined) return known
      const numbered = orderId === undefined ? undefined : byOrderId.get(orderId)
      // A number that TWS issued twice: its permanent id is not the one we know.
      const isOther = permId !== undefined && numbered !== undefined && numbered.permIds.size > 0
      return isOther ? undefined : numbered
    },
    takeOrderId: () => next++,
    raise,
  }
}

const newHandle = (id: ClientOrderId): OrderHandle => ({
  id,
  orderIds: new Set(),
  permIds: new Set(),
  goodTill: undefined,
  cancelAsked: false,
  accepted: false,
  refusal: undefined,
  hold: undefined,
  latest: undefined,
  told: new Map(),
})
