/**
 * The queue at a price: how much stands before a resting order, and what reaches it.
 *
 * An order that improves the best price stands first; one that joins a level stands behind the
 * size it found there, and moves up as others trade or as the level shrinks. Pure.
 */
import { quantityFrom, toNumber } from '#model/border.ts'
import { lesser, quantity, roundTo, type Price, type Quantity } from '#model/fixed.ts'
import type { DepthLevel } from '#exchange/exchange.ts'
import { leavesOf, type LiveOrder } from '#exchange/orders/venue-order.ts'

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
 * first, then the earliest. Where we have emptied the side, nobody sells into it: nothing fills.
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
    const limit = order.terms.limitPrice
    if (limit === undefined) continue
    if (isBetter(best.price, limit, action)) break
    order.queueAhead = Math.min(order.queueAhead, queueAhead(levels, limit, action))
    const passed = Math.min(left, order.queueAhead)
    order.queueAhead -= passed
    left -= passed
    const units = lesser(leavesOf(order), wholeLots(left, order.instrument.lot))
    if (units > 0n) fills.push({ order, units })
    left -= toNumber(units)
    if (left <= 0) break
  }
  return fills
}

/** Best price first, then the earliest; orders without a price before all. */
export function byPriority(
  orders: readonly LiveOrder[],
  action: 'BUY' | 'SELL',
): readonly LiveOrder[] {
  return orders.toSorted((a, b) => {
    const [left, right] = [a.terms.limitPrice, b.terms.limitPrice]
    if (left === right) return a.priority - b.priority
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1
    return isBetter(left, right, action) ? -1 : 1
  })
}

const isBetter = (a: Price, b: Price, action: 'BUY' | 'SELL'): boolean =>
  action === 'BUY' ? a > b : a < b

const wholeLots = (units: number, lot: Quantity): Quantity =>
  units <= 0 ? quantity('0') : roundTo(quantityFrom(units), lot, 'down')
