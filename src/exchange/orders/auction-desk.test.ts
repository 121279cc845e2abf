import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { AAPL, at, days, executionsIn, order, orderIn, refusalIn, stock, types, venue } from '#test/support/venue.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

const open = (startAt: number, primaryExchange = 'NASDAQ'): Exchange =>
  venue({
    startAt,
    cash: '100000000',
    bars: new Map([[AAPL, days(160, 2)]]),
    instruments: [stock('AAPL', { primaryExchange })],
  })

const AT_CLOSE: Partial<NewVenueOrder> = { orderType: 'MOC' }
const AT_OPEN: Partial<NewVenueOrder> = { timeInForce: 'OPG' }

describe('the closing auction', () => {
  test('trades all who wait at one price, by priority, and ends the rest', () => {
    const exchange = open(at('15:00'))
    const place = (action: 'BUY' | 'SELL', units: string, changes: Partial<NewVenueOrder>) =>
      orderIn(exchange.place(order(action, units, changes))).permId
    const any = place('BUY', '500', AT_CLOSE)
    const good = place('BUY', '300', { orderType: 'LOC', limitPrice: price('165') })
    const bad = place('BUY', '300', { orderType: 'LOC', limitPrice: price('140') })
    const sold = place('SELL', '200', AT_CLOSE)
    const events = exchange.advance(at('16:00'))
    const fills = executionsIn(events)
    expect(new Set(fills.map((fill) => fill.price)).size).toBe(1)
    expect(fills.map(({ permId, quantity: units }) => [permId, format(units)])).toEqual([[any, '500'], [good, '300'], [sold, '200']]) // prettier-ignore
    expect(fills.every((fill) => fill.at === at('16:00'))).toBe(true)
    expect(exchange.completedOrders().find(({ permId }) => permId === bad)).toMatchObject({ status: 'canceled', reason: 'The order was not executed in the auction.' }) // prettier-ignore
    expect(exchange.openOrders()).toEqual([])
  })

  test('clears near the day’s close, and a large order of ours moves it', () => {
    const [small, large] = [open(at('15:00')), open(at('15:00'))]
    small.place(order('BUY', '100', AT_CLOSE))
    large.place(order('BUY', '400000', AT_CLOSE))
    const [one] = executionsIn(small.advance(at('16:00')))
    const [other] = executionsIn(large.advance(at('16:00')))
    expect(one?.price).toBe(price('160'))
    expect(other?.price ?? 0n).toBeGreaterThan(price('160'))
  })

  test('is not held for a name that is halted: its orders end', () => {
    const exchange = venue({ halted: [], instruments: [stock('AAPL')], bars: new Map([[AAPL, days(160)]]), startAt: at('15:00') }) // prettier-ignore
    exchange.place(order('BUY', '100', AT_CLOSE))
    exchange.controls.halt(AAPL)
    expect(types(exchange.advance(at('16:00')))).toContain('OrderCanceled')
  })
})

describe('the opening auction', () => {
  test('trades at the day’s open; what its limit keeps out ends', () => {
    const exchange = open(at('08:00'))
    exchange.place(order('BUY', '100', AT_OPEN))
    exchange.place(order('BUY', '100', { ...AT_OPEN, limitPrice: price('150') }))
    const events = exchange.advance(at('09:30'))
    expect(executionsIn(events)).toMatchObject([{ price: price('160'), quantity: quantity('100'), at: at('09:30') }]) // prettier-ignore
    expect(exchange.completedOrders().map(({ status }) => status)).toEqual(['filled', 'canceled'])
  })

  test('of tomorrow takes what comes during the day', () => {
    const exchange = open(at('10:00'))
    expect(orderIn(exchange.place(order('BUY', '100', AT_OPEN)))).toMatchObject({ status: 'held', hold: 'auction' }) // prettier-ignore
    expect(executionsIn(exchange.advance(at('09:30', '2018-02-06')))).toHaveLength(1)
  })
})

test.each(
  table(`
    exchange | type | tif | now      | taken
    NASDAQ   | MOC  | DAY | 15:54    | yes
    NASDAQ   | MOC  | DAY | 15:56    | no
    NASDAQ   | LOC  | DAY | 15:57    | yes
    NASDAQ   | LOC  | DAY | 15:59    | no
    NYSE     | MOC  | DAY | 15:49    | yes
    NYSE     | MOC  | DAY | 15:51    | no
    NYSE     | LOC  | DAY | 15:51    | no
    NASDAQ   | MKT  | OPG | 09:27    | yes
    NASDAQ   | MKT  | OPG | 09:29    | no
    NASDAQ   | LMT  | OPG | 09:29    | yes
    NYSE     | MKT  | OPG | 09:29    | yes
  `),
)(
  'at $exchange a $type $tif order at $now: taken $taken',
  ({ exchange, type, tif, now, taken }) => {
    const limit = type === 'LOC' || type === 'LMT' ? { limitPrice: price('160') } : {}
    const terms = { orderType: type as 'MOC', timeInForce: tif as 'DAY', ...limit }
    const answer = refusalIn(open(at(now), exchange).place(order('BUY', '100', terms)))
    expect(answer === 'none').toBe(taken === 'yes')
    if (taken === 'no') expect(answer).toContain('201 Order rejected')
  },
)

test.each([
  ['15:49', 'OrderCanceled', 'none'],
  ['15:51', 'ChangeRefused', '161'],
])('an order for the close is taken back at %s: %s', (now, answer, code) => {
  const exchange = open(at('15:00'))
  const { permId } = orderIn(exchange.place(order('BUY', '100', AT_CLOSE)))
  exchange.advance(at(now))
  const events = exchange.cancel(permId)
  expect(types(events)).toEqual([answer])
  expect(refusalIn(events)).toContain(code)
})
