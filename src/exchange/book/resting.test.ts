import { expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { byPriority, leastOf, queueAhead, reachedBy } from '#exchange/book/resting.ts'
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

test('of an iceberg only the slice that is shown stands in the queue', () => {
  const iceberg = bid(1, '500', '10.00', 0)
  iceberg.shown = quantity('100')
  expect(reached([iceberg, bid(2, '100', '10.00', 0)], 150)).toEqual(['1:100', '2:50'])
})

test('what is hidden trades after all that is shown at its price, however long it has stood there', () => {
  const hidden = bid(1, '100', '10.00', 0)
  hidden.terms = { ...hidden.terms, hidden: true }
  expect(reached([hidden], 250)).toEqual([])
  expect(reached([hidden], 360)).toEqual(['1:60'])
  const inside = bid(2, '100', '10.01', 0)
  inside.terms = { ...inside.terms, hidden: true }
  expect(reached([inside], 60)).toEqual(['2:60'])
})

test('of two orders at a price the one that is shown trades first, though it came later', () => {
  const hidden = bid(1, '100', '10.00', 0)
  hidden.terms = { ...hidden.terms, hidden: true }
  const shown = bid(2, '100', '10.00', 0)
  expect(byPriority([hidden, shown], 'BUY').map(({ permId }) => permId)).toEqual([2, 1])
})

test('a flow that is too small for an order that wants all passes it by', () => {
  const whole = bid(1, '200', '10.00', 0)
  whole.terms = { ...whole.terms, allOrNone: true }
  expect(reached([whole, bid(2, '100', '10.00', 0)], 150)).toEqual(['2:100'])
  expect(reached([whole], 200)).toEqual(['1:200'])
})

test.each(
  table(`
  units | least | filled | all | takes
  300   | 200   | 0      |     | 200
  300   | 200   | 100    |     | 100
  300   | 200   | 200    |     | 0
  300   |       | 100    | yes | 200
  300   |       | 0      |     | 0
`),
)('of $units with a minimum of $least and $filled filled, at least $takes', (row) => {
  const one = bid(1, row.units, '10.00', 0)
  one.filled = quantity(row.filled)
  one.terms = {
    ...one.terms,
    ...(row.least === '' ? {} : { minQuantity: quantity(row.least) }),
    ...(row.all === 'yes' ? { allOrNone: true } : {}),
  }
  expect(format(leastOf(one))).toBe(row.takes)
})

test('what has not been let work yet is not reached', () => {
  const child = bid(1, '100', '10.00', 0)
  child.allowance = quantity('30')
  expect(reached([child], 500)).toEqual(['1:30'])
})
