/**
 * The simulated gateway heard through @stoqey/ib, over TCP: an independent reading of the wire. A
 * message that it cannot decode is its error 505 and fails whatever test it comes in.
 */
import {
  BarSizeSetting,
  EventName,
  IBApi,
  OrderAction,
  OrderType,
  SecType,
  TimeInForce,
  WhatToShow,
  type Contract,
  type Order,
} from '@stoqey/ib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningGateway } from '#gateway/options.ts'
import { startGateway } from '#gateway/start-gateway.ts'
import { gatewayInputs, type GatewayInputs } from '#test/support/gateway-inputs.ts'
import { listeningClient, type Listening } from '#test/support/stoqey-client.ts'

let inputs: GatewayInputs
let gateway: RunningGateway
let api: Listening

beforeAll(async () => {
  inputs = gatewayInputs()
  gateway = await startGateway({ ...inputs.options, clock: 'offset' })
  api = await listeningClient(gateway.port, 1)
})

afterAll(async () => {
  api.client.disconnect()
  await gateway.close()
  inputs.remove()
})

beforeEach(() => api.clear())

afterEach(() => {
  expect(api.undecoded()).toEqual([])
})

const AAPL: Contract = stock('AAPL')

describe('the account', () => {
  test('its code, its figures by currency, its holdings', async () => {
    api.client.reqAccountUpdates(true, 'DU1234567')
    await api.heard(EventName.accountDownloadEnd)
    const values = api.all(EventName.updateAccountValue)
    expect(values).toContainEqual(['AccountReady', 'true', '', 'DU1234567'])
    expect(values.find(([key]) => key === 'NetLiquidation')?.[2]).toBe('USD')
    expect(values.filter(([key]) => key === 'CashBalance').map((row) => row[2])).toEqual(['BASE', 'USD']) // prettier-ignore
    const held = api.all(EventName.updatePortfolio).map(([of, size]) => [(of as Contract).symbol, size]) // prettier-ignore
    expect(held).toEqual([
      ['AAPL', 300],
      ['KO', -200],
    ])
    api.client.reqAccountUpdates(false, 'DU1234567')
  })

  test('its summary, the ledger included', async () => {
    api.client.reqAccountSummary(9001, 'All', 'NetLiquidation,BuyingPower,$LEDGER:USD')
    await api.heard(EventName.accountSummaryEnd)
    const tags = api.all(EventName.accountSummary).map((row) => row[2])
    expect(tags).toEqual(expect.arrayContaining(['NetLiquidation', 'BuyingPower', 'CashBalance']))
    expect(api.all(EventName.accountSummary).filter((row) => row[4] === 'BASE')).toEqual([])
    api.client.cancelAccountSummary(9001)
  })

  test('positions with their cost', async () => {
    api.client.reqPositions()
    await api.heard(EventName.positionEnd)
    const rows = api.all(EventName.position).map(([account, of, size, cost]) => [account, (of as Contract).conId, size, cost]) // prettier-ignore
    expect(rows).toEqual([
      ['DU1234567', 265598, 300, 101.25],
      ['DU1234567', 8894, -200, 55.5],
    ])
  })

  test('positions and values by model', async () => {
    api.client.reqPositionsMulti(9002, 'DU1234567', '')
    api.client.reqAccountUpdatesMulti(9003, 'DU1234567', '', true)
    await api.heard(EventName.positionMultiEnd)
    await api.heard(EventName.accountUpdateMultiEnd)
    expect(api.all(EventName.positionMulti)).toHaveLength(2)
    expect(api.all(EventName.accountUpdateMulti).some((row) => row[3] === 'CashBalance')).toBe(true)
    api.client.cancelPositionsMulti(9002)
    api.client.cancelAccountUpdatesMulti(9003)
  })

  test('profit and loss, of all and of one', async () => {
    api.client.reqPnL(9004, 'DU1234567', '')
    api.client.reqPnLSingle(9005, 'DU1234567', '', 265598)
    const [, daily] = await api.heard(EventName.pnl)
    expect(daily).toEqual(expect.any(Number))
    const [reqId, size] = await api.heard(EventName.pnlSingle)
    expect([reqId, size]).toEqual([9005, 300])
    api.client.cancelPnL(9004)
    api.client.cancelPnLSingle(9005)
  })

  test('the venue has its own time', async () => {
    api.client.reqCurrentTime()
    const [seconds] = await api.heard(EventName.currentTime)
    expect(Math.abs(Number(seconds) * 1000 - gateway.venueTime())).toBeLessThan(5_000)
  })
})

describe('contracts', () => {
  test('details, hours and market rule', async () => {
    api.client.reqContractDetails(9101, AAPL)
    const [, details] = await api.heard(EventName.contractDetails)
    expect(details).toMatchObject({
      contract: { conId: 265598, symbol: 'AAPL', exchange: 'SMART', currency: 'USD', tradingClass: 'NMS' }, // prettier-ignore
      minTick: 0.01,
      timeZoneId: 'US/Eastern',
      marketRuleIds: expect.stringMatching(/^26(,26){21}$/),
      liquidHours: expect.stringContaining('20260105:0930-20260105:1600;20260106'),
      tradingHours: expect.stringContaining('20260110:CLOSED'),
    })
    await api.heard(EventName.contractDetailsEnd)
    api.client.reqMarketRule(26)
    const [rule, ladder] = await api.heard(EventName.marketRule)
    expect([rule, ladder]).toEqual([26, [{ lowEdge: 0, increment: 0.01 }]])
  })

  test('an unknown one is error 200', async () => {
    api.client.reqContractDetails(9102, stock('NOSUCH'))
    expect(await api.error(9102)).toMatchObject({ code: 200 })
  })

  test('a search by letters', async () => {
    api.client.reqMatchingSymbols(9103, 'AA')
    const [, found] = await api.heard(EventName.symbolSamples)
    expect(found).toMatchObject([{ contract: { symbol: 'AAPL', conId: 265598 } }])
  })
})

describe('market data', () => {
  test('a stream gives bid, ask, their sizes, and goes on', async () => {
    api.client.reqMktData(9201, AAPL, '', false, false)
    await api.heard(EventName.tickPrice, ([id, type]) => id === 9201 && type === 1)
    await api.heard(EventName.tickPrice, ([id, type]) => id === 9201 && type === 2)
    await api.heard(EventName.tickSize, ([id, type]) => id === 9201 && type === 0)
    await api.heard(EventName.tickGeneric, ([id, type, value]) => id === 9201 && type === 49 && value === 0) // prettier-ignore
    const first = api.all(EventName.tickPrice).length
    await api.heard(EventName.tickPrice, () => api.all(EventName.tickPrice).length > first)
    api.client.cancelMktData(9201)
  })

  test('a halted name says so and has no bid', async () => {
    api.client.reqMktData(9202, stock('HALTD'), '', false, false)
    await api.heard(EventName.tickGeneric, ([id, type, value]) => id === 9202 && type === 49 && value === 1) // prettier-ignore
    expect(api.all(EventName.tickPrice).find(([id, type]) => id === 9202 && type === 1)?.[2]).toBe(-1) // prettier-ignore
    api.client.cancelMktData(9202)
  })

  test('a snapshot ends', async () => {
    api.client.reqMktData(9203, stock('IBM'), '', true, false)
    await api.heard(EventName.tickSnapshotEnd, ([id]) => id === 9203)
    const types = api.all(EventName.tickPrice).filter(([id]) => id === 9203).map((row) => row[1]) // prettier-ignore
    expect(types).toEqual(expect.arrayContaining([1, 2, 9]))
  })

  test('daily bars, unadjusted and adjusted', async () => {
    for (const [id, show] of [
      [9301, WhatToShow.TRADES],
      [9302, WhatToShow.ADJUSTED_LAST],
    ] as const) {
      // prettier-ignore
      api.client.reqHistoricalData(id, AAPL, '', '30 D', BarSizeSetting.DAYS_ONE, show, 1, 1, false)
      await api.heard(EventName.historicalData, ([reqId, date]) => reqId === id && String(date).startsWith('finished')) // prettier-ignore
      const bars = api.all(EventName.historicalData).filter(([reqId]) => reqId === id).slice(0, -1) // prettier-ignore
      expect(bars).toHaveLength(30)
      expect(bars.at(-1)?.[1]).toBe('20260105')
      expect(bars.every((bar) => Number(bar[4]) <= Number(bar[3]))).toBe(true)
    }
  })

  test('intraday bars, dated by epoch', async () => {
    api.client.reqHistoricalData(9303, AAPL, '20260102 16:00:00 US/Eastern', '1 D', BarSizeSetting.MINUTES_FIVE, WhatToShow.MIDPOINT, 1, 2, false) // prettier-ignore
    await api.heard(EventName.historicalData, ([id, date]) => id === 9303 && String(date).startsWith('finished')) // prettier-ignore
    const bars = api
      .all(EventName.historicalData)
      .filter(([id]) => id === 9303)
      .slice(0, -1)
    expect(bars).toHaveLength(78)
    expect(bars[0]?.[1]).toBe(String(Date.UTC(2026, 0, 2, 14, 30) / 1000))
  })

  test('the head time stamp', async () => {
    api.client.reqHeadTimestamp(9304, AAPL, WhatToShow.TRADES, true, 1)
    const [, text] = await api.heard(EventName.headTimestamp)
    expect(text).toMatch(/^\d{8}-\d\d:\d\d:\d\d$/)
  })
})

describe('orders', () => {
  test('a market order fills: execution, open order, status, later the commission', async () => {
    const id = await api.nextId()
    api.clear()
    api.client.placeOrder(id, AAPL, order({ orderRef: 'first', totalQuantity: 20 }))
    const [, , execution] = await api.heard(EventName.execDetails)
    expect(execution).toMatchObject({ orderId: id, clientId: 1, side: 'BOT', orderRef: 'first' })
    const [commission] = await api.heard(EventName.commissionReport)
    expect(commission).toMatchObject({ currency: 'USD', commission: expect.any(Number) })
    const about = api.sequence([EventName.execDetails, EventName.openOrder, EventName.orderStatus, EventName.commissionReport]) // prettier-ignore
    const filled = about.findIndex(([name]) => name === 'execDetails')
    expect(about.slice(filled, filled + 3).map(([name]) => name)).toEqual([EventName.execDetails, EventName.openOrder, EventName.orderStatus]) // prettier-ignore
    expect(about[filled + 2]?.[1].slice(0, 4)).toEqual([id, 'Filled', 20, 0])
  })

  test('a resting limit order is modified, then canceled', async () => {
    const id = await api.nextId()
    api.client.placeOrder(id, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 1.5 }))
    await api.heard(EventName.orderStatus, ([of, status]) => of === id && status === 'Submitted')
    api.client.placeOrder(id, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 1.6 }))
    await api.heard(EventName.openOrder, ([of, , sent]) => of === id && (sent as Order).lmtPrice === 1.6) // prettier-ignore
    api.client.reqOpenOrders()
    await api.heard(EventName.openOrderEnd)
    api.client.cancelOrder(id)
    await api.heard(EventName.orderStatus, ([of, status]) => of === id && status === 'Cancelled')
    expect(await api.error(id)).toMatchObject({ code: 202 })
  })

  test('what-if: margin before and after, commission, no status', async () => {
    const id = await api.nextId()
    api.clear()
    api.client.placeOrder(id, AAPL, order({ whatIf: true, totalQuantity: 100 }))
    const [, , , state] = await api.heard(EventName.openOrder)
    expect(state).toMatchObject({
      status: 'PreSubmitted',
      initMarginBefore: expect.any(Number),
      initMarginAfter: expect.any(Number),
      commission: expect.any(Number),
      commissionCurrency: 'USD',
    })
    api.client.reqOpenOrders()
    await api.heard(EventName.openOrderEnd)
    expect(api.all(EventName.orderStatus)).toEqual([])
  })

  test('executions and completed orders can be asked for', async () => {
    api.clear()
    api.client.reqExecutions(9401, { symbol: 'AAPL' })
    await api.heard(EventName.execDetailsEnd)
    expect(api.all(EventName.execDetails).every(([reqId]) => reqId === 9401)).toBe(true)
    expect(api.all(EventName.commissionReport)).toHaveLength(api.all(EventName.execDetails).length)
    api.client.reqCompletedOrders(true)
    await api.heard(EventName.completedOrdersEnd)
    const ends = api.all(EventName.completedOrder).map((row) => (row[2] as { completedStatus?: string }).completedStatus) // prettier-ignore
    expect(ends).toEqual(expect.arrayContaining(['Filled Size: 20', 'Cancelled by Trader']))
  })

  test('a price off the increment, a size of zero, a spent id', async () => {
    const id = await api.nextId()
    api.client.placeOrder(id, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 1.555 }))
    expect(await api.error(id)).toMatchObject({ code: 110 })
    api.client.placeOrder(id + 1, AAPL, order({ totalQuantity: 0 }))
    expect(await api.error(id + 1)).toMatchObject({ code: 434 })
    api.clear()
    api.client.placeOrder(id - 1, AAPL, order({}))
    expect((await api.error(id - 1)).code).toBeOneOf([103, 104])
    api.client.cancelOrder(id + 77)
    expect(await api.error(id + 77)).toMatchObject({ code: 10147 })
  })
})

describe('clients', () => {
  test('another client has its own ids, sees all open orders, cannot cancel them, can cancel all', async () => {
    const id = await api.nextId()
    api.client.placeOrder(id, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 2 }))
    await api.heard(EventName.orderStatus, ([of, status]) => of === id && status === 'Submitted')
    const other = await listeningClient(gateway.port, 2)
    expect(await other.nextId()).toBe(1)
    other.client.reqAllOpenOrders()
    await other.heard(EventName.openOrderEnd)
    expect(other.all(EventName.openOrder).map(([of]) => of)).toEqual([id])
    other.client.cancelOrder(id)
    expect(await other.error(id)).toMatchObject({ code: 10147 })
    other.client.reqGlobalCancel()
    await api.heard(EventName.orderStatus, ([of, status]) => of === id && status === 'Cancelled')
    other.client.disconnect()
  })

  test('a client id in use is error 326, and its connection ends', async () => {
    const second = new IBApi({ host: '127.0.0.1', port: gateway.port, clientId: 1, maxReqPerSec: 40 }) // prettier-ignore
    const codes: number[] = []
    second.on(EventName.info, (_text, code) => codes.push(code))
    second.on(EventName.error, (_error, code) => codes.push(code))
    const ended = new Promise<void>((resolve) => second.once(EventName.disconnected, resolve))
    second.connect(1)
    await ended
    expect(codes).toContain(326)
  })
})

/** The names as text, which is what the library passes. */
/** A client with all it has heard. */
function stock(symbol: string): Contract {
  return { symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' }
}

function order(more: Partial<Order>): Order {
  return {
    action: OrderAction.BUY,
    orderType: OrderType.MKT,
    totalQuantity: 10,
    tif: TimeInForce.DAY,
    account: 'DU1234567',
    transmit: true,
    ...more,
  }
}
