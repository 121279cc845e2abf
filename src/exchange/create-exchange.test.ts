import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { table } from '#test/support/table.ts'
import {
  AAPL,
  IBM,
  at,
  executionsIn,
  id,
  order,
  orderIn,
  refusalIn,
  types,
  venue,
} from '#test/support/venue.ts'

const touch = (exchange: Exchange, of = AAPL) => {
  const quote = exchange.quote(of)
  if (quote?.bid === undefined || quote.ask === undefined) throw new Error('quoted on two sides')
  return { bid: quote.bid, ask: quote.ask, quote }
}

describe('refusals', () => {
  const terms: Readonly<Record<string, Partial<NewVenueOrder>>> = {
    unknown: { instrument: id('NONE.STK.USD') },
    zero: { quantity: quantity('0') },
    negative: { quantity: quantity('-5') },
    fraction: { quantity: quantity('1.5') },
    'no limit': { orderType: 'LMT' },
    'zero limit': { limitPrice: price('0') },
    'off grid': { limitPrice: price('160.005') },
    'no date': { timeInForce: 'GTD' },
    'past date': { timeInForce: 'GTD', goodTill: at('10:30') },
    'too much': { quantity: quantity('20000') },
  }
  test.each(
    table(`
    order      | code  | words
    unknown    | 200   | No security definition has been found for the request
    zero       | 434   | The order size cannot be zero.
    negative   | 434   | The order size cannot be zero.
    fraction   | 10243 | Fractional-sized order cannot be placed via API.
    no limit   | 321   | a limit order needs a limit price
    zero limit | 321   | a limit order needs a limit price
    off grid   | 110   | The price does not conform to the minimum price variation for this contract.
    no date    | 391   | GTD needs a good-till date
    past date  | 201   | Order rejected - reason:The good-till date of the order has already passed.
    too much   | 201   | EQUITY WITH LOAN VALUE
  `),
  )('$order: $code', ({ order: name, code, words }) => {
    const exchange = venue()
    const events = exchange.place(order('BUY', '1', terms[name] ?? {}))
    expect(types(events)).toEqual(['OrderRejected'])
    expect(refusalIn(events)).toContain(`${code} `)
    expect(refusalIn(events)).toContain(words)
    expect(orderIn(events)).toMatchObject({ status: 'rejected', filled: 0n })
    expect(exchange.openOrders()).toEqual([])
    expect(exchange.completedOrders()).toHaveLength(1)
  })

  test('the twenty-first working order of a side is refused, the other side is not', () => {
    const exchange = venue({ positions: [{ instrument: AAPL, quantity: quantity('100') }] })
    const place = () => refusalIn(exchange.place(order('BUY', '1', { limitPrice: price('100') })))
    const answers = Array.from({ length: 21 }, place)
    expect(answers.slice(0, 20)).toEqual(Array(20).fill('none'))
    expect(answers[20]).toContain('201 Order rejected - reason:There are already 20')
    expect(refusalIn(exchange.place(order('SELL', '1', { limitPrice: price('200') })))).toBe('none')
  })

  test('a change keeps the order’s name; a higher price may trade, a lower size keeps its place', () => {
    const exchange = venue()
    const { ask } = touch(exchange)
    const { permId } = orderIn(exchange.place(order('BUY', '100', { limitPrice: price('100') })))
    const shrunk = exchange.replace(permId, { quantity: quantity('60'), timeInForce: 'GTC' })
    expect(orderIn(shrunk)).toMatchObject({ permId, quantity: quantity('60'), limitPrice: price('100'), timeInForce: 'GTC' }) // prettier-ignore
    const moved = exchange.replace(permId, { quantity: quantity('60'), limitPrice: ask, timeInForce: 'DAY' }) // prettier-ignore
    expect(types(moved).slice(0, 2)).toEqual(['OrderReplaced', 'Traded'])
    expect(executionsIn(moved)[0]).toMatchObject({ permId, price: ask })
  })

  test.each(
    table(`
    order    | change   | code  | words
    filled   | size     | 104   | Cannot modify a filled order.
    filled   | cancel   | 10148 | OrderId 42 that needs to be cancelled can not be cancelled, state: Filled.
    canceled | size     | 10148 | state: Cancelled.
    canceled | cancel   | 10148 | state: Cancelled.
    rejected | cancel   | 161   | Cancel attempted when order is not in a cancellable state.
    none     | cancel   | 10147 | that needs to be cancelled is not found.
    none     | size     | 10147 | that needs to be cancelled is not found.
    resting  | off grid | 110   | does not conform to the minimum price variation
    resting  | zero     | 434   | The order size cannot be zero.
    resting  | too much | 201   | EQUITY WITH LOAN VALUE
  `),
  )('of an order that is $order a change of $change is refused: $code', (row) => {
    const exchange = venue()
    const permId = orderThatIs(row.order, exchange)
    const changes = {
      size: { quantity: quantity('5') },
      'off grid': { quantity: quantity('10'), limitPrice: price('100.001') },
      zero: { quantity: quantity('0') },
      'too much': { quantity: quantity('90000') },
    } as const
    const change = changes[row.change as keyof typeof changes]
    const events = row.change === 'cancel' ? exchange.cancel(permId) : exchange.replace(permId, { ...change, timeInForce: 'DAY' }) // prettier-ignore
    expect(types(events)).toEqual(['ChangeRefused'])
    expect(refusalIn(events)).toContain(`${row.code} `)
    expect(refusalIn(events)).toContain(row.words)
    if (row.order === 'resting') expect(exchange.openOrders()).toMatchObject([{ permId, quantity: quantity('10') }]) // prettier-ignore
  })

  test('cancel all ends every open order, held ones too', () => {
    const exchange = venue({ halted: [IBM] })
    exchange.place(order('BUY', '1', { limitPrice: price('100') }))
    exchange.place(order('BUY', '1', { instrument: IBM }))
    expect(types(exchange.cancelAll())).toEqual(['OrderCanceled', 'OrderCanceled'])
    expect(exchange.completedOrders().map(({ status }) => status)).toEqual(['canceled', 'canceled'])
  })
})

function orderThatIs(state: string, exchange: Exchange): number {
  const resting = order('BUY', '10', { limitPrice: price('100') })
  if (state === 'none') return 12345
  if (state === 'filled') return orderIn(exchange.place(order('BUY', '1'))).permId
  if (state === 'rejected') return orderIn(exchange.place(order('BUY', '0'))).permId
  const { permId } = orderIn(exchange.place(resting))
  if (state === 'canceled') exchange.cancel(permId)
  return permId
}

describe('time', () => {
  test('quotes of a watched name come every 250 to 1000 ms, and say what they are', () => {
    const exchange = venue()
    exchange.watch(AAPL)
    const times: number[] = []
    for (let now = at('10:30'); now <= at('10:32'); now += 10)
      for (const event of exchange.advance(now))
        if (event.type === 'QuoteChanged') times.push(event.quote.at)
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    expect(gaps.length).toBeGreaterThan(120)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000)
    exchange.unwatch(AAPL)
    expect(exchange.advance(at('10:33'))).toEqual([])
  })

  test('the day’s quotes honour open, high, low, close and volume of the bar', () => {
    const exchange = venue({ startAt: at('09:30') })
    expect(exchange.quote(AAPL)).toMatchObject({ open: price('160'), last: price('160'), previousClose: price('160') }) // prettier-ignore
    exchange.advance(at('16:00'))
    expect(exchange.quote(AAPL)).toMatchObject({
      high: price('162'),
      low: price('158'),
      last: price('160'),
      volume: quantity('10000000'),
    })
  })

  test('daily bars end with the last completed day, intraday bars with now', () => {
    const exchange = venue()
    expect(exchange.dailyBars(AAPL, 2, '2018-02-09', 'splits').map(({ date }) => date)).toEqual(['2018-02-01', '2018-02-02']) // prettier-ignore
    const minutes = exchange.intradayBars(AAPL, 60, at('09:30'), at('16:00'))
    expect(minutes).toHaveLength(60)
    expect(minutes[0]).toMatchObject({ at: at('09:30'), open: 160 })
    exchange.advance(at('16:00'))
    expect(exchange.dailyBars(AAPL, 1, '2018-02-09', 'splits').map(({ date }) => date)).toEqual(['2018-02-05']) // prettier-ignore
    expect(exchange.intradayBars(AAPL, 300, at('15:00', '2018-02-02'), at('16:00'))).toHaveLength(12 + 78) // prettier-ignore
  })

  test('the day turns at midnight in New York: executions and completed orders are of yesterday', () => {
    const exchange = venue()
    exchange.place(order('BUY', '10'))
    exchange.cancel(orderIn(exchange.place(order('BUY', '1', { limitPrice: price('90') }))).permId)
    expect([exchange.executions().length, exchange.completedOrders().length]).toEqual([1, 2])
    expect(exchange.advance(at('23:59'))).toEqual([])
    const turned = exchange.advance(newYorkInstant('2018-02-06', 0))
    expect(turned).toEqual([{ type: 'DayTurned', date: '2018-02-06' }])
    expect([exchange.executions(), exchange.completedOrders()]).toEqual([[], []])
    expect(format(exchange.pnl().daily)).toBe('0')
    expect(types(exchange.advance(at('10:00', '2018-02-10')))).toEqual(Array(4).fill('DayTurned'))
  })

  test('time does not run backwards', () => {
    const exchange = venue()
    expect(() => exchange.advance(at('10:29'))).toThrow('venue time does not run backwards')
  })
})
