import { describe, expect, test } from 'vitest'
import { format, fractionOf, minus, plus, price, quantity } from '#model/fixed.ts'
import type { ExecId } from '#model/ids.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { REG_T_ACCOUNT } from '#exchange/clearing/clearing-settings.ts'
import { AAPL, at, days, euro, executionsIn, order, orderIn, refusalIn, stock, types, venue } from '#test/support/venue.ts' // prettier-ignore

const flat = (units = '0'): Exchange =>
  venue({
    bars: new Map([[AAPL, days(160)]]),
    instruments: [stock('AAPL')],
    positions: units === '0' ? [] : [{ instrument: AAPL, quantity: quantity(units) }],
  })

const cashOf = (exchange: Exchange) => exchange.cash().get('USD') ?? 0n

describe('an execution that is corrected', () => {
  test('comes again under the next suffix, and the ledger is as if it had always been so', () => {
    const exchange = flat()
    const [bought] = executionsIn(exchange.place(order('BUY', '10')))
    if (bought === undefined) throw new Error('it trades')
    const paid = cashOf(exchange)
    const events = exchange.controls.correctExecution(bought.execId, minus(bought.price, price('0.5'))) // prettier-ignore
    expect(types(events)).toEqual(['ExecutionCorrected', 'PositionChanged'])
    expect(events[0]).toMatchObject({
      replaces: bought.execId,
      execution: { execId: bought.execId.replace(/01$/, '02'), quantity: quantity('10'), cumulative: quantity('10') },
      order: { status: 'filled', averagePrice: minus(bought.price, price('0.5')) },
    }) // prettier-ignore
    expect(format(cashOf(exchange) - paid)).toBe('5')
    expect(exchange.executions().map(({ execId }) => execId.slice(-2))).toEqual(['02'])
    expect(exchange.completedOrders()[0]?.lastPrice).toBe(minus(bought.price, price('0.5')))
  })

  test('again, goes on counting; its old id is no more', () => {
    const exchange = flat()
    const [bought] = executionsIn(exchange.place(order('BUY', '10')))
    const first = bought?.execId ?? ('' as ExecId)
    exchange.controls.correctExecution(first, price('150'))
    expect(exchange.controls.correctExecution(first, price('140'))).toEqual([])
    exchange.controls.correctExecution(first.replace(/01$/, '02') as ExecId, price('140'))
    expect(exchange.executions()[0]?.execId).toMatch(/\.03$/)
  })

  test('by size changes what is held; beyond the order it is not done', () => {
    const exchange = flat()
    const [bought] = executionsIn(exchange.place(order('BUY', '10')))
    const execId = bought?.execId ?? ('' as ExecId)
    expect(exchange.controls.correctExecution(execId, price('160'), quantity('11'))).toEqual([])
    expect(exchange.controls.correctExecution(execId, price('160'), quantity('0'))).toEqual([])
    exchange.controls.correctExecution(execId, price('160'), quantity('4'))
    expect(exchange.positions()[0]?.quantity).toBe(quantity('4'))
  })

  test('makes a later sale of the day realise another profit', () => {
    const exchange = flat()
    const [bought] = executionsIn(exchange.place(order('BUY', '10')))
    exchange.place(order('SELL', '10'))
    const before = exchange.pnl().realized
    exchange.controls.correctExecution(bought?.execId ?? ('' as ExecId), minus(bought?.price ?? price('1'), price('1'))) // prettier-ignore
    expect(format(minus(exchange.pnl().realized, before))).toBe('10')
  })
})

describe('an execution that is taken back', () => {
  test('leaves neither shares nor fee; its order stays ended', () => {
    const exchange = flat()
    const before = cashOf(exchange)
    const [bought] = executionsIn(exchange.place(order('BUY', '10')))
    const events = exchange.controls.bustExecution(bought?.execId ?? ('' as ExecId))
    expect(types(events)).toEqual(['ExecutionBusted', 'PositionChanged'])
    expect(events[0]).toMatchObject({ execution: { quantity: 0n, commission: 0n }, order: { status: 'filled', filled: 0n } }) // prettier-ignore
    expect(cashOf(exchange)).toBe(before)
    expect(exchange.positions()).toEqual([])
    expect(exchange.executions()).toEqual([])
  })

  test('of a working order lets it fill again', () => {
    const exchange = flat()
    const ask = exchange.quote(AAPL)?.ask ?? price('1')
    const size = exchange.quote(AAPL)?.askSize ?? quantity('1')
    const events = exchange.place(order('BUY', format(size + quantity('100')), { limitPrice: ask }))
    const [bought] = executionsIn(events)
    exchange.controls.bustExecution(bought?.execId ?? ('' as ExecId))
    expect(exchange.openOrders()).toMatchObject([{ status: 'working', filled: 0n }])
  })

  test('takes back what was to be paid for it on the day of settlement', () => {
    const exchange = flat('100')
    const before = exchange.standing().settledCash
    const [sold] = executionsIn(exchange.place(order('SELL', '10')))
    exchange.controls.correctExecution(sold?.execId ?? ('' as ExecId), price('150'))
    expect(exchange.standing().settledCash).toEqual(before)
    exchange.controls.bustExecution(sold?.execId.replace(/01$/, '02') as ExecId)
    expect(exchange.standing().settledCash).toEqual(before)
    exchange.advance(at('10:30', '2018-02-08'))
    expect(exchange.standing().settledCash).toEqual(exchange.cash())
  })

  test('was no day trade', () => {
    const exchange = venue({
      bars: new Map([[AAPL, days(160)]]),
      instruments: [stock('AAPL')],
      cash: '20000',
      clearing: { ...REG_T_ACCOUNT, dayTrading: true },
    })
    exchange.place(order('BUY', '100'))
    const sold = executionsIn(exchange.place(order('SELL', '100')))
    expect(exchange.standing().dayTradesRemaining).toBe(2)
    for (const { execId } of sold) exchange.controls.bustExecution(execId)
    expect(exchange.standing().dayTradesRemaining).toBe(3)
  })

  test('that nobody knows changes nothing', () => {
    expect(flat().controls.bustExecution('0000e0d5.00000000.01.01' as ExecId)).toEqual([])
  })
})

/** EUR for USD in as many executions as it takes, and what the account had before. */
function exchanged(action: 'BUY' | 'SELL') {
  const exchange = venue({ instruments: [euro], bars: new Map([[euro.id, days(1.25)]]), euros: '50000' }) // prettier-ignore
  const before = { cash: new Map(exchange.cash()), settled: exchange.standing().settledCash }
  const executions = executionsIn(exchange.place(order(action, '20000', { instrument: euro.id })))
  return { exchange, before, executions }
}

describe('an exchange of currencies', () => {
  test.each(['BUY', 'SELL'] as const)('to %s is taken back in both of them', (action) => {
    const { exchange, before, executions } = exchanged(action)
    for (const { execId } of executions)
      expect(types(exchange.controls.bustExecution(execId))).toEqual(['ExecutionBusted', 'PositionChanged']) // prettier-ignore
    const { cash, settled } = before
    expect({ EUR: 0n, ...Object.fromEntries(exchange.cash()) }).toEqual({ EUR: 0n, ...Object.fromEntries(cash) }) // prettier-ignore
    expect(exchange.standing().settledCash.get('USD')).toBe(settled.get('USD'))
    expect(exchange.positions()).toEqual([])
    expect(exchange.audit()).toEqual([])
  })

  test('is corrected at another rate: only the quote currency moves', () => {
    const { exchange, executions } = exchanged('BUY')
    const [dollars, euros] = [cashOf(exchange), exchange.cash().get('EUR')]
    for (const { execId, price: paid } of executions)
      exchange.controls.correctExecution(execId, minus(paid, price('0.01')))
    const traded = executions.reduce((sum, { quantity: units }) => plus(sum, units), quantity('0'))
    expect(format(cashOf(exchange) - dollars)).toBe(format(fractionOf(traded, 1n, 100n)))
    expect(exchange.cash().get('EUR')).toBe(euros)
    expect(exchange.audit()).toEqual([])
  })
})

test('what a person types is client 0’s, without an order id', () => {
  const { owner: _owner, ...typed } = order('BUY', '10')
  expect(orderIn(flat().controls.placeByHand(typed)).owner).toEqual({ clientId: 0, orderId: 0, orderRef: '' }) // prettier-ignore
})

describe('while the link to the exchanges is down', () => {
  test('orders are held without a word, and go on when it is up', () => {
    const exchange = flat()
    exchange.controls.setLink(false)
    expect(orderIn(exchange.place(order('BUY', '10')))).toMatchObject({ status: 'held', hold: 'link' }) // prettier-ignore
    exchange.advance(at('10:40'))
    expect(types(exchange.controls.setLink(true)).slice(0, 2)).toEqual(['OrderAccepted', 'Traded'])
  })

  test('what must trade at once is refused', () => {
    const exchange = flat()
    exchange.controls.setLink(false)
    expect(refusalIn(exchange.place(order('BUY', '10', { timeInForce: 'IOC' })))).toContain('Exchange is closed.') // prettier-ignore
  })

  test('a cancel and a change wait in the order they came in', () => {
    const exchange = flat()
    const { permId } = orderIn(exchange.place(order('BUY', '10', { limitPrice: price('150') })))
    exchange.controls.setLink(false)
    const change = { quantity: quantity('20'), limitPrice: price('151'), timeInForce: 'DAY' as const } // prettier-ignore
    expect(exchange.replace(permId, change)).toEqual([])
    expect(exchange.cancelAll()).toEqual([])
    expect(exchange.openOrders()).toMatchObject([{ quantity: quantity('10') }])
    expect(types(exchange.controls.setLink(true))).toEqual(['OrderReplaced', 'OrderCanceled'])
  })

  test('what waited is done at the time when the link is back', () => {
    const exchange = flat()
    const { permId } = orderIn(exchange.place(order('BUY', '10', { limitPrice: price('150') })))
    exchange.controls.setLink(false)
    exchange.cancel(permId)
    exchange.advance(at('10:40'))
    expect(orderIn(exchange.controls.setLink(true)).completedAt).toBe(at('10:40'))
  })

  test('a cancel of what is over is answered at once', () => {
    const exchange = flat()
    const { permId } = orderIn(exchange.place(order('BUY', '10')))
    exchange.controls.setLink(false)
    expect(refusalIn(exchange.cancel(permId))).toContain('10148')
  })
})
