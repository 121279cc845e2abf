/**
 * The queue at a price: how much stands before a resting order, and what reaches it.
 *
 * An order that improves the best price stands first; one that joins a level stands behind the
 * size it found there, and moves up as others trade or as the level shrinks. What is hidden stands behind
 * all that is shown at its price, of an iceberg only a slice stands in the queue. Pure.
 */
import { quantityFrom, toNumber } from '#model/border.ts'
import { lesser, minus, quantity, roundTo, type Price, type Quantity } from '#model/fixed.ts'
import type { DepthLevel } from '#exchange/exchange.ts'
import { leavesOf, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'

/** Units that stand before an order that joins `levels` (its own side, best first) at `limit`. */
export function queueAhead(
  levels: readonly DepthLevel[],
  limit: Price,
  action: 'BUY' | 'SELL',
): number {
  const [best] = levels
  if (best === undefined || isBetter(limit, best.price, action)) return 0
  const joined = levels.find(({ price }) => price === limit) ?? best
  return toNumber(joined.size)
}

/** One resting order's part of a flow. */
export interface RestingFill {
  readonly order: LiveOrder
  readonly units: Quantity
}

/**
 * Hands the units that others traded at the touch to the resting orders they reach, best price
 * first, then what is shown, then the earliest. Where we have emptied the side, nobody sells into it: nothing
 * fills. What an order will not take (all or none, a minimum) passes it by.
 *
 * @param orders - resting, of one side, by priority; their `queueAhead` moves up; those without a limit
 *   are passed over
 * @param levels - the market maker's of the same side
 * @param flow - units, ≥ 0
 */
export function reachedBy(
  orders: readonly LiveOrder[],
  levels: readonly DepthLevel[],
  action: 'BUY' | 'SELL',
  flow: number,
): readonly RestingFill[] {
  const fills: RestingFill[] = []
  const [best] = levels
  if (best === undefined) return []
  let left = flow
  for (const order of orders) {
    const { limit } = order
    if (limit === undefined) continue
    if (isBetter(best.price, limit, action)) break
    left -= passing(order, queueAhead(levels, limit, action), left)
    const standing = order.shown ?? workableOf(order)
    const units = lesser(standing, wholeLots(left, order.instrument.lot))
    if (units > 0n && units >= leastOf(order)) {
      fills.push({ order, units })
      left -= toNumber(units)
    }
    if (left <= 0) break
  }
  return fills
}

/** What of a flow goes to those before an order, which moves up. @param ahead - at most so much stands there */
function passing(order: LiveOrder, ahead: number, flow: number): number {
  const isHidden = order.terms.hidden === true
  const before = isHidden ? ahead : Math.min(order.queueAhead, ahead)
  const passed = Math.min(flow, before)
  order.queueAhead = before - passed
  return passed
}

/** The least that an order takes at once: all of it, or its minimum until that has filled. */
export function leastOf(order: LiveOrder): Quantity {
  const { allOrNone, minQuantity, timeInForce } = order.terms
  if (allOrNone === true || timeInForce === 'FOK') return leavesOf(order)
  if (minQuantity === undefined || order.filled >= minQuantity) return quantity('0')
  return minus(minQuantity, order.filled)
}

/** Best price first, then what is shown, then the earliest; orders without a price before all. */
export function byPriority(
  orders: readonly LiveOrder[],
  action: 'BUY' | 'SELL',
): readonly LiveOrder[] {
  if (orders.length < 2) return orders
  return orders.toSorted((a, b) => {
    const [left, right] = [a.limit, b.limit]
    if (left === right) return Number(isUnseen(a)) - Number(isUnseen(b)) || a.priority - b.priority
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1
    return isBetter(left, right, action) ? -1 : 1
  })
}

/** Whether no depth shows it. */
export const isUnseen = ({ terms }: LiveOrder): boolean =>
  terms.hidden === true || terms.allOrNone === true || terms.orderType === 'MIDPRICE'

const isBetter = (a: Price, b: Price, action: 'BUY' | 'SELL'): boolean =>
  action === 'BUY' ? a > b : a < b

const wholeLots = (units: number, lot: Quantity): Quantity =>
  units <= 0 ? quantity('0') : roundTo(quantityFrom(units), lot, 'down')
