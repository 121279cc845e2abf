import { expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { peggedAt } from '#exchange/orders/pegs.ts'
import { liveOrder } from '#exchange/orders/venue-order.ts'
import { order, stock } from '#test/support/venue.ts'
import { table } from '#test/support/table.ts'

const level = (at: string) => (at === '-' ? [] : [{ price: price(at), size: quantity('100') }])

test.each(
  table(`
    type     | side | offset | cap   | stood | bid   | ask   | stands
    MIDPRICE | BUY  |        |       |       | 99.99 | 100.02 | 100.005
    MIDPRICE | SELL |        |       | 99    | 99.98 | 100.02 | 100
    MIDPRICE | BUY  |        | 99.5  |       | 99.98 | 100.02 | 99.5
    MIDPRICE | SELL |        | 100.5 |       | 99.98 | 100.02 | 100.5
    MIDPRICE | BUY  |        |       |       | -     | 100.02 | nowhere
    REL      | BUY  |        |       |       | 99.98 | 100.02 | 99.98
    REL      | BUY  | 0.01   |       |       | 99.98 | 100.02 | 99.99
    REL      | SELL | 0.01   |       |       | 99.98 | 100.02 | 100.01
    REL      | BUY  | 0.01   | 99.98 |       | 99.98 | 100.02 | 99.98
    REL      | SELL | 0.01   | 100.1 |       | 99.98 | 100.02 | 100.1
    REL      | BUY  | 0.01   |       | 99.95 | 99.98 | 100.02 | 99.99
    REL      | BUY  | 0.01   |       | 100   | 99.90 | 99.95  | 100
    REL      | SELL | 0.01   |       | 100   | 100.1 | 100.2  | 100
    REL      | SELL |        |       |       | 99.98 | -      | nowhere
`),
)('$type to $side, offset $offset, cap $cap, from $stood under $bid–$ask: $stands', (row) => {
  const terms = {
    ...order(row.side === 'BUY' ? 'BUY' : 'SELL', '100'),
    orderType: row.type === 'REL' ? ('REL' as const) : ('MIDPRICE' as const),
    ...(row.offset === '' ? {} : { pegOffset: price(row.offset) }),
    ...(row.cap === '' ? {} : { limitPrice: price(row.cap) }),
  }
  const pegged = liveOrder(1, stock('AAPL'), terms, 0)
  if (row.stood !== '') {
    pegged.limit = price(row.stood)
    pegged.joinedAt = 1
  }
  const at = peggedAt(pegged, { bids: level(row.bid), asks: level(row.ask) })
  expect(at === undefined ? 'nowhere' : format(at)).toBe(row.stands)
})

test('without a book it stands nowhere', () => {
  const pegged = liveOrder(1, stock('AAPL'), { ...order('BUY', '100'), orderType: 'MIDPRICE' }, 0)
  expect(peggedAt(pegged, undefined)).toBeUndefined()
})
