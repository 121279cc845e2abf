import { describe, expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { MarginFigures } from '#model/account.ts'
import { REG_T_ACCOUNT } from '#exchange/clearing/clearing-settings.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { table } from '#test/support/table.ts'
import {
  AAPL,
  at,
  days,
  euro,
  executionsIn,
  future,
  id,
  option,
  order,
  orderIn,
  refusalIn,
  stock,
  types,
  venue,
} from '#test/support/venue.ts'

const ES = future.id
const FLAT = new Map([
  [AAPL, days(160)],
  [id('IBM.STK.USD'), days(150)],
  [ES, days(2700)],
  [option.id, days(4)],
  [euro.id, days(1.25)],
])
const EVERYTHING = [stock('AAPL'), stock('IBM'), future, option, euro]
const flat = (changes: Parameters<typeof venue>[0] = {}) =>
  venue({ instruments: EVERYTHING, bars: FLAT, ...changes })

const figures = (of: MarginFigures) => Object.values(of).map((figure) => Number(format(figure)))

describe('margin', () => {
  // 100,000 cash; AAPL marks at 160, ES at 2700, the 160 call at 4.
  test.each(
    table(`
    holding               | cost  | nlv     | loan    | gross | initial | maintenance | available | excess  | power
    nothing               | 0     | 100000  | 100000  | 0     | 0       | 0           | 100000    | 100000  | 200000
    100 AAPL.STK.USD      | 150   | 116000  | 116000  | 16000 | 8000    | 4000        | 108000    | 112000  | 216000
    -100 AAPL.STK.USD     | 150   | 84000   | 84000   | 16000 | 8000    | 4800        | 76000     | 79200   | 152000
    2 ESH8.FUT.USD        | 134000| 102000  | 102000  | 0     | 23760   | 21600       | 78240     | 80400   | 156480
    5 AAPL.OPT.20180316.C.160.USD  | 300 | 102000 | 100000 | 2000 | 0 | 0          | 100000    | 100000  | 200000
    -1 AAPL.OPT.20180316.C.160.USD | 300 | 99600  | 100000 | 400  | 3600 | 3600    | 96400     | 96400   | 192800
    1250 AAPL.STK.USD     | 160   | 300000  | 300000  | 200000| 100000  | 50000       | 200000    | 250000  | 400000
  `),
  )('$holding', (row) => {
    const [units = '', name = ''] = row.holding.split(' ')
    const positions = name === '' ? [] : [{ instrument: id(name), quantity: quantity(units), averageCost: price(row.cost) }] // prettier-ignore
    const exchange = flat({ cash: '100000', positions })
    const expected = [row.nlv, row.loan, row.gross, row.initial, row.maintenance, row.available, row.excess, row.power] // prettier-ignore
    expect(figures(exchange.margin())).toEqual(expected.map(Number))
  })

  test('cash in another currency counts at the pair’s price', () => {
    const exchange = flat({ cash: '1000', euros: '400' })
    expect(format(exchange.margin().netLiquidation)).toBe('1500')
  })

  test('a purchase beyond the initial margin is refused in IBKR’s words, a sale of what is held never is', () => {
    const positions = [{ instrument: AAPL, quantity: quantity('1300') }]
    const exchange = flat({ cash: '-120000', positions })
    const refused = exchange.place(order('BUY', '1'))
    expect(refusalIn(refused)).toMatch(/^201 Order rejected - reason:YOUR ORDER IS NOT ACCEPTED\. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE \[\d+\.\d\d USD\] MUST EXCEED THE INITIAL MARGIN \[104080\.00 USD\]$/) // prettier-ignore
    expect(types(exchange.place(order('SELL', '1300')))[0]).toBe('OrderAccepted')
  })

  test('a short sale needs margin too, and covering it does not', () => {
    const exchange = flat({ cash: '10000' })
    expect(refusalIn(exchange.place(order('SELL', '200')))).toContain('201 ')
    const short = flat({ cash: '20000', positions: [{ instrument: AAPL, quantity: quantity('-100') }] }) // prettier-ignore
    expect(types(short.place(order('BUY', '100')))[0]).toBe('OrderAccepted')
  })

  test('a sale that only works frees no margin yet, once it has filled it does', () => {
    const positions = [{ instrument: AAPL, quantity: quantity('1300') }]
    const exchange = flat({ cash: '-104000', positions })
    const more = order('BUY', '100', { instrument: id('IBM.STK.USD') })
    exchange.place(order('SELL', '650', { limitPrice: price('165') }))
    expect(refusalIn(exchange.place(more))).toContain('201 ')
    exchange.cancelAll()
    exchange.place(order('SELL', '650'))
    expect(refusalIn(exchange.place(more))).toBe('none')
  })

  test('adding orders that already work count against the next one', () => {
    const exchange = flat({ cash: '100000' })
    const bid = order('BUY', '700', { limitPrice: price('159') })
    expect(types(exchange.place(bid))).toEqual(['OrderAccepted'])
    expect(refusalIn(exchange.place(order('BUY', '700', { limitPrice: price('159') })))).toContain('201 ') // prettier-ignore
    exchange.cancelAll()
    expect(refusalIn(exchange.place(bid))).toBe('none')
  })

  test('a preview states margin and commission before and after, and places nothing', () => {
    const exchange = flat({ cash: '100000' })
    const preview = exchange.preview(order('BUY', '400', { limitPrice: price('160') }))
    if ('code' in preview) throw new Error(preview.reason)
    expect(figures(preview.before)).toEqual(figures(exchange.margin()))
    expect(format(preview.commission)).toBe('2')
    expect(format(preview.after.initialMargin)).toBe('32000')
    expect(format(preview.after.equityWithLoan)).toBe('99998')
    expect(exchange.openOrders()).toEqual([])
    expect(exchange.preview(order('BUY', '0'))).toMatchObject({ code: 434 })
  })
})

describe('trading every class', () => {
  test.each(
    table(`
    class  | instrument                  | units | spent             | commission
    stock  | AAPL.STK.USD                | 10    | 10 × price        | 1
    option | AAPL.OPT.20180316.C.160.USD | 3     | 300 × price       | 1.95
    future | ESH8.FUT.USD                | 2     | nothing           | 1.7
    forex  | EUR.CASH.USD                | 20000 | 20000 × price     | 2
  `),
  )('a $class costs $spent and $commission', ({ instrument, units, spent, commission }) => {
    const exchange = flat({ cash: '1000000' })
    const fills = buy(exchange, { instrument: id(instrument), quantity: quantity(units) })
    const factor = spent === 'nothing' ? 0n : BigInt(spent.split(' ')[0] ?? '0') / BigInt(units)
    const paid = fills.reduce((sum, fill) => sum + (fill.quantity * fill.price * factor) / 1_000_000_000n, 0n) // prettier-ignore
    const fees = fills.reduce((sum, fill) => sum + fill.commission, 0n)
    expect(format(fees)).toBe(commission)
    expect(exchange.cash().get('USD')).toBe(money('1000000', 'USD') - paid - fees)
  })

  test('a future’s profit reaches cash when it is closed', () => {
    const exchange = flat({ positions: [{ instrument: ES, quantity: quantity('1'), averageCost: price('134000') }] }) // prettier-ignore
    const [sold] = executionsIn(exchange.place(order('SELL', '1', { instrument: ES })))
    const gain = (Number(format(sold?.price ?? 0n)) - 2680) * 50
    expect(Number(format(exchange.cash().get('USD') ?? 0n))).toBeCloseTo(1_000_000 + gain - 0.85, 6)
    expect(Number(format(sold?.realizedPnl ?? 0n))).toBeCloseTo(gain - 0.85, 6)
  })

  test('one minimum commission an order, however many fills it takes', () => {
    const exchange = flat()
    const fills = buy(exchange, { quantity: quantity('150') })
    const total = fills.reduce((sum, fill) => sum + fill.commission, 0n)
    expect(format(total)).toBe('1')
  })

  test('a currency without a pair is refused before the venue opens', () => {
    expect(() => venue({ euros: '5' })).toThrow('EUR.CASH.USD is listed: a currency needs a pair')
    expect(() => venue({ positions: [{ instrument: id('NO.STK.USD'), quantity: quantity('1') }] })).toThrow('the position in NO.STK.USD is in a listed instrument') // prettier-ignore
  })
})

describe('profit', () => {
  const rising = new Map([[AAPL, [...days(160)].map((bar) => (bar.date < '2018-02-05' ? bar : { ...bar, open: 164, high: 164, low: 164, close: 164 }))]]) // prettier-ignore

  test('the day’s profit counts from the close before, also of what was held before the start', () => {
    const positions = [{ instrument: AAPL, quantity: quantity('100'), averageCost: price('150') }]
    const exchange = venue({ instruments: [stock('AAPL')], bars: rising, positions })
    const { daily, unrealized, realized } = exchange.pnl()
    expect([format(daily), format(unrealized), format(realized)]).toEqual(['400', '1400', '0'])
    const [sold] = executionsIn(exchange.place(order('SELL', '40')))
    const gain = Number(format(sold?.price ?? 0n)) * 40 - 6000 - 1
    expect(Number(format(exchange.pnl().realized))).toBeCloseTo(gain, 6)
    expect(exchange.positions()).toMatchObject([{ quantity: quantity('60'), averageCost: price('150'), realizedPnl: exchange.pnl().realized }]) // prettier-ignore
    exchange.advance(at('08:00', '2018-02-06'))
    expect(format(exchange.pnl().realized)).toBe('0')
    expect(format(exchange.pnl().daily)).toBe('0')
  })

  test('a split multiplies the holding, ends its orders, and makes nobody richer', () => {
    const bars = [...days(160)].map((bar) => (bar.date < '2018-02-07' ? bar : { ...bar, open: 40, high: 40, low: 40, close: 40 })) // prettier-ignore
    const exchange = venue({
      instruments: [stock('AAPL')],
      bars: new Map([[AAPL, bars]]),
      splits: new Map([[AAPL, [{ date: '2018-02-07', ratio: 4 }]]]),
      positions: [{ instrument: AAPL, quantity: quantity('-25') }],
      clearing: { ...REG_T_ACCOUNT, interest: undefined, borrowFees: false },
    })
    const worth = exchange.margin().netLiquidation
    const resting = orderIn(exchange.place(order('BUY', '1', { limitPrice: price('150'), timeInForce: 'GTC' }))) // prettier-ignore
    const turned = exchange.advance(at('08:00', '2018-02-07'))
    expect(types(turned)).toEqual(['DayTurned', 'CorporateActionTaken', 'OrderCanceled', 'PositionChanged', 'UnitsBooked', 'DayTurned']) // prettier-ignore
    expect(exchange.positions()).toMatchObject([{ quantity: quantity('-100'), averageCost: price('40') }]) // prettier-ignore
    expect(exchange.margin().netLiquidation).toBe(worth)
    expect(exchange.openOrders().map(({ permId }) => permId)).not.toContain(resting.permId)
    expect(exchange.quote(AAPL)?.previousClose).toBe(price('40'))
  })
})

function buy(exchange: Exchange, terms: Partial<NewVenueOrder>) {
  const events = exchange.place(order('BUY', '1', terms))
  return executionsIn([...events, ...exchange.advance(at('15:00'))])
}
