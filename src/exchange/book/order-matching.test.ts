import { describe, expect, test } from 'vitest'
import { format, minus, price, quantity, type Price } from '#model/fixed.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { table } from '#test/support/table.ts'
import {
  AAPL,
  IBM,
  at,
  days,
  executionsIn,
  order,
  orderIn,
  refusalIn,
  stock,
  types,
  venue,
} from '#test/support/venue.ts'

const touch = (exchange: Exchange, of = AAPL) => {
  const quote = exchange.quote(of)
  if (quote?.bid === undefined || quote.ask === undefined) throw new Error('quoted on two sides')
  return { bid: quote.bid, ask: quote.ask, quote }
}
const cents = (of: Price, by: string): Price => minus(of, price(by))

/** A thin name at one price all day: the spread is some cents wide. */
const quiet = () =>
  venue({ bars: new Map([[AAPL, days(160, 0, 100_000)]]), instruments: [stock('AAPL')] })

/** When a bid placed now has filled whole: others trade some fifty units at a time. */
function wholeFill(exchange: Exchange, limitPrice: Price): number {
  exchange.place(order('BUY', '400', { limitPrice }))
  return executionsIn(exchange.advance(at('15:59'))).at(-1)?.at ?? Infinity
}

describe('orders', () => {
  test('a market order fills at once, at the prices and sizes that the book showed', () => {
    const exchange = venue()
    const { asks } = exchange.depth(AAPL, 3) ?? { asks: [] }
    const wanted = asks.slice(0, 2).reduce((sum, { size }) => sum + size, 0n) + quantity('5')
    const events = exchange.place(order('BUY', format(wanted)))
    expect(types(events).slice(0, 2)).toEqual(['OrderAccepted', 'Traded'])
    const fills = executionsIn(events)
    expect(fills.map((fill) => fill.price)).toEqual(asks.map((level) => level.price))
    expect(fills.slice(0, 2).map((fill) => fill.quantity)).toEqual(asks.slice(0, 2).map(({ size }) => size)) // prettier-ignore
    expect(fills.at(-1)?.cumulative).toBe(wanted)
    expect(fills.every(({ liquidity, side }) => liquidity === 'removed' && side === 'BOT')).toBe(true) // prettier-ignore
    expect(exchange.completedOrders()).toMatchObject([{ status: 'filled', filled: wanted }])
    expect(exchange.openOrders()).toEqual([])
  })

  test('an order larger than the book fills as the book comes back, at no better prices', () => {
    const exchange = venue({ cash: '1000000000' })
    const events = exchange.place(order('BUY', '60000'))
    const first = executionsIn(events)
    const open = exchange.openOrders()[0]
    expect(open?.status).toBe('working')
    expect(open?.filled).toBe(first.at(-1)?.cumulative)
    const later = executionsIn(exchange.advance(at('12:30')))
    expect(later.length).toBeGreaterThan(3)
    expect(later.at(-1)?.cumulative).toBe(quantity('60000'))
  })

  test('what was taken is gone from the book, comes back, and the price keeps a part of the push', () => {
    const exchange = venue({
      cash: '3000000',
      bars: new Map([[AAPL, days(160)]]),
      instruments: [stock('AAPL')],
    })
    const before = touch(exchange)
    const size = exchange.depth(AAPL, 10)?.asks.reduce((sum, level) => sum + level.size, 0n) ?? 0n
    exchange.place(order('BUY', format(size / 2n - ((size / 2n) % quantity('1')))))
    expect(touch(exchange).ask).toBeGreaterThan(before.ask)
    expect(touch(exchange).bid).toBeGreaterThanOrEqual(before.bid)
    exchange.advance(at('12:00'))
    const after = touch(exchange)
    expect(after.bid).toBeGreaterThanOrEqual(before.bid)
    expect(after.ask).toBeLessThan(cents(before.ask, '-0.3'))
    exchange.advance(at('10:30', '2018-02-06'))
    expect(exchange.quote(AAPL)?.last).toBe(price('160'))
  })

  test('a limit at the offer takes only what is offered there, the rest stands first in line', () => {
    const exchange = venue({ bars: new Map([[AAPL, days(160)]]), instruments: [stock('AAPL')] })
    const { ask, quote } = touch(exchange)
    const units = format(quote.askSize + quantity('300'))
    const events = exchange.place(order('BUY', units, { limitPrice: ask }))
    expect(executionsIn(events)).toMatchObject([{ price: ask, quantity: quote.askSize }])
    expect(touch(exchange).bid).toBe(ask)
    const later = executionsIn(exchange.advance(at('11:30')))
    expect(later.every((fill) => fill.price === ask)).toBe(true)
    expect(later.at(-1)?.cumulative).toBe(quantity(units))
  })

  test('a resting bid waits for the price, then fills at its own price as a maker', () => {
    const exchange = venue({ bars: new Map([[AAPL, days(160, 2)]]), instruments: [stock('AAPL')] })
    const limit = price('158.2')
    expect(types(exchange.place(order('BUY', '200', { limitPrice: limit })))).toEqual(['OrderAccepted']) // prettier-ignore
    const fills = executionsIn(exchange.advance(at('15:59')))
    const reached = (exchange.quote(AAPL)?.low ?? limit) < limit
    expect(fills.length > 0).toBe(reached)
    expect(fills.every((fill) => fill.price === limit && fill.liquidity === 'added')).toBe(true)
  })

  test('at the same price the size that was there first trades first', () => {
    const [joined, improved] = [quiet(), quiet()]
    const { bid, ask } = touch(joined)
    expect(ask - bid).toBeGreaterThan(price('0.02'))
    expect(wholeFill(improved, cents(bid, '-0.01'))).toBeLessThan(wholeFill(joined, bid))
  })

  test('of two of our bids the higher fills first, of two equal ones the earlier', () => {
    const exchange = quiet()
    const { bid } = touch(exchange)
    const place = (limitPrice: Price) => orderIn(exchange.place(order('BUY', '400', { limitPrice }))).permId // prettier-ignore
    const [low, early, late] = [place(bid), place(cents(bid, '-0.01')), place(cents(bid, '-0.01'))]
    const filled = executionsIn(exchange.advance(at('15:59'))).map(({ permId }) => permId)
    expect([...new Set(filled)]).toEqual([early, late, low])
  })

  test('what an immediate-or-cancel order cannot take at once ends', () => {
    const exchange = venue({ cash: '100000000' })
    const { ask } = touch(exchange)
    const events = exchange.place(order('BUY', '50000', { limitPrice: ask, timeInForce: 'IOC' }))
    expect(types(events)).toEqual(['OrderAccepted', 'Traded', 'PositionChanged', 'OrderCanceled'])
    expect(exchange.openOrders()).toEqual([])
  })

  test('a good-till-date order ends at its second, a day order at the close, a GTC order stays', () => {
    const exchange = venue()
    const limitPrice = price('100')
    const till = at('10:40') + 7_000
    const gtd = orderIn(exchange.place(order('BUY', '1', { limitPrice, timeInForce: 'GTD', goodTill: till }))) // prettier-ignore
    const day = orderIn(exchange.place(order('BUY', '1', { limitPrice })))
    const gtc = orderIn(exchange.place(order('BUY', '1', { limitPrice, timeInForce: 'GTC' })))
    expect(exchange.nextEventAt()).toBeLessThanOrEqual(till)
    expect(exchange.advance(till - 1)).toEqual([])
    expect(orderIn(exchange.advance(till))).toMatchObject({ permId: gtd.permId, status: 'expired', completedAt: till }) // prettier-ignore
    expect(orderIn(exchange.advance(at('16:00')))).toMatchObject({ permId: day.permId, status: 'expired' }) // prettier-ignore
    exchange.advance(at('12:00', '2018-02-06'))
    expect(exchange.openOrders().map(({ permId }) => permId)).toEqual([gtc.permId])
  })
})

describe('hours', () => {
  test('before the open an order is held with IBKR’s words, and filled at the open', () => {
    const exchange = venue({ startAt: at('08:00') })
    const held = exchange.place(order('BUY', '100'))
    expect(types(held)).toEqual(['OrderHeld'])
    expect(refusalIn(held)).toBe('399 Order Message:\nBUY 100 AAPL NASDAQ\nWarning: your order will not be placed at the exchange until 2018-02-05 09:30:00 US/Eastern') // prettier-ignore
    expect(exchange.openOrders()).toMatchObject([{ status: 'held', filled: 0n }])
    expect(exchange.advance(at('09:30') - 1)).toEqual([])
    const opened = exchange.advance(at('09:30'))
    expect(types(opened).slice(0, 2)).toEqual(['OrderAccepted', 'Traded'])
    expect(executionsIn(opened)[0]?.at).toBe(at('09:30'))
  })

  test.each(
    table(`
    when                        | date       | until
    after the close             | 2018-02-05 | 2018-02-06
    on a Friday evening         | 2018-02-02 | 2018-02-05
    before a holiday weekend    | 2018-01-12 | 2018-01-16
  `),
  )('$when an order waits for $until', ({ date, until }) => {
    const exchange = venue({ startAt: at('17:00', date) })
    expect(refusalIn(exchange.place(order('BUY', '1')))).toContain(`until ${until} 09:30:00`)
    expect(refusalIn(exchange.place(order('BUY', '1', { timeInForce: 'IOC' })))).toBe('201 Order rejected - reason:Exchange is closed.') // prettier-ignore
    exchange.advance(at('16:00', until))
    expect(exchange.openOrders()).toEqual([])
  })

  test('an order for outside regular hours trades at 08:00, on a wider and thinner book', () => {
    const bars = new Map([[AAPL, days(160, 2, 100_000)]])
    const exchange = venue({ startAt: at('08:00'), bars, instruments: [stock('AAPL')] })
    const early = touch(exchange)
    const fills = executionsIn(exchange.place(order('BUY', '10', { limitPrice: early.ask, outsideRegularHours: true }))) // prettier-ignore
    expect(fills).toHaveLength(1)
    exchange.advance(at('12:00'))
    const noon = touch(exchange)
    expect(early.ask - early.bid).toBeGreaterThan(noon.ask - noon.bid)
    expect(early.quote.askSize).toBeLessThan(noon.quote.askSize)
  })

  test('a halted name has no quote and holds its orders', () => {
    const exchange = venue({ halted: [IBM] })
    expect(exchange.quote(IBM)).toMatchObject({ bid: undefined, ask: undefined, halted: true, last: price('150') }) // prettier-ignore
    expect(exchange.depth(IBM, 5)).toEqual({ bids: [], asks: [] })
    const held = exchange.place(order('SELL', '1', { instrument: IBM }))
    expect([types(held), refusalIn(held)]).toEqual([['OrderHeld'], '154 Orders cannot be transmitted for a halted security.']) // prettier-ignore
    exchange.advance(at('15:00'))
    expect(exchange.openOrders()).toMatchObject([{ status: 'held' }])
  })

  test('a short sale of what cannot be borrowed is held while shares are located; a sale of a long is not', () => {
    const positions = [{ instrument: AAPL, quantity: quantity('50') }]
    const exchange = venue({ instruments: [stock('AAPL', { shortable: false })], positions, bars: new Map([[AAPL, days(160)]]) }) // prettier-ignore
    expect(refusalIn(exchange.place(order('SELL', '51')))).toContain('404 Shares for this order are not immediately available') // prettier-ignore
    expect(types(exchange.place(order('SELL', '50')))[0]).toBe('OrderAccepted')
  })

  test('of a name without a stated number as much can be borrowed as trades on an average day', () => {
    const exchange = venue({ bars: new Map([[AAPL, days(160, 0, 7_050)]]), instruments: [stock('AAPL')] }) // prettier-ignore
    const shortable = () => format(exchange.figures(AAPL)?.shortableUnits ?? quantity('0'))
    expect(shortable()).toBe('7000')
    expect(refusalIn(exchange.place(order('SELL', '7001', { limitPrice: price('170') })))).toContain('404') // prettier-ignore
    exchange.place(order('SELL', '20', { limitPrice: price('159') }))
    expect([format(exchange.positions()[0]?.quantity ?? quantity('0')), shortable()]).toEqual(['-20', '6980']) // prettier-ignore
  })
})
