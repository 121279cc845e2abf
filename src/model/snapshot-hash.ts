/**
 * The name of what a plan stands on: holdings, cash and working orders of a broker snapshot.
 *
 * No prices and no margin figures are in it, for they move every second; a plan whose hash still
 * agrees stands on the same book. When the hashes differ the stale check compares the parts, for
 * cash may move a little (a dividend, interest) without the plan being wrong.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import { byCodeUnit, hashOf, type Json } from '#model/canonical-json.ts'
import { format } from '#model/fixed.ts'

/** The parts of a snapshot that make it the same book. */
export type BookOfSnapshot = Pick<BrokerSnapshot, 'positions' | 'cash' | 'openOrders'>

/**
 * sha256 over the sorted (conId, quantity), cash by currency and working orders.
 *
 * The order in which the broker listed things does not matter.
 *
 * @returns 64 hexadecimal digits
 */
export function snapshotHash({ positions, cash, openOrders }: BookOfSnapshot): string {
  return hashOf({
    positions: sorted(positions.map(({ conId, quantity }) => [String(conId), format(quantity)])),
    cash: sorted(cash.map(({ currency, amount }) => [currency, format(amount)])),
    orders: sorted(
      openOrders.map((order) => [
        order.permId ?? '',
        order.clientOrderId ?? '',
        order.instrument,
        format(order.leaves),
      ]),
    ),
  })
}

function sorted(rows: readonly (readonly string[])[]): Json {
  return rows.toSorted((a, b) => byCodeUnit(a.join('\u0000'), b.join('\u0000')))
}
