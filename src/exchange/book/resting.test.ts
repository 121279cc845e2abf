import { expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { queueAhead, reachedBy } from '#exchange/book/resting.ts'
import { liveOrder, type LiveOrder } from '#exchange/orders/venue-order.ts'
import { order, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const BIDS = [
  { price: price('10.00'), size: quantity('300') },
  { price: price('9.99'), size: quantity('500') },
]
const ASKS = [
  { price: price('10.02'), size: quantity('200') },
  { price: price('10.03'), size: quantity('400') },
]

test.each(
  table(`
  action | limit | ahead | why
  BUY    | 10.01 | 0     | it improves the best bid
  BUY    | 10.00 | 300   | it stands behind the best bid
  BUY    | 9.99  | 500   | it stands behind the second level
  BUY    | 9.50  | 300   | deeper than the book shows: as much as at the touch
  SELL   | 10.01 | 0     | it improves the best offer
  SELL   | 10.02 | 200   | it stands behind the best offer
`),
)('$action at $limit has $ahead before it: $why', ({ action, limit, ahead }) => {
  const side = action === 'BUY' ? 'BUY' : 'SELL'
  const levels = side === 'BUY' ? BIDS : ASKS
  expect(queueAhead(levels, price(limit), side)).toBe(Number(ahead))
})

const bid = (permId: number, units: string, limit: string, ahead: number): LiveOrder => {
  const made = liveOrder(permId, stock('AAPL'), order('BUY', units, { limitPrice: price(limit) }), permId) // prettier-ignore
  made.queueAhead = ahead
  return made
}
const reached = (orders: readonly LiveOrder[], flow: number) =>
  reachedBy(orders, BIDS, 'BUY', flow).map((fill) => `${fill.order.permId}:${format(fill.units)}`)

test('the size before an order trades first, and only once', () => {
  const joined = bid(1, '100', '10.00', 300)
  expect(reached([joined], 250)).toEqual([])
  expect(joined.queueAhead).toBe(50)
  expect(reached([joined], 90)).toEqual(['1:40'])
  expect(joined.queueAhead).toBe(0)
})

test('a flow passes from the better price to the worse, from the earlier to the later', () => {
  const orders = [bid(1, '100', '10.01', 0), bid(2, '100', '10.00', 0), bid(3, '100', '10.00', 0)]
  expect(reached(orders, 250.7)).toEqual(['1:100', '2:100', '3:50'])
})

test('an order below the best bid is not reached, and one whose level has shrunk moves up', () => {
  expect(reached([bid(1, '100', '9.99', 0)], 10_000)).toEqual([])
  const before = bid(2, '100', '10.00', 900)
  expect(reached([before], 0)).toEqual([])
  expect(before.queueAhead).toBe(300)
})

test('where the side is empty nobody trades', () => {
  expect(reachedBy([bid(1, '100', '10.00', 0)], [], 'BUY', 500)).toEqual([])
})
