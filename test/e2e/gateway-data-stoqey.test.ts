/**
 * Market data and history of every class heard through @stoqey/ib, over TCP: an independent decoder of every
 * layout. A message that it cannot decode is its error 505 and fails whatever test it comes in.
 */
import {
  EventName,
  OptionType,
  ScanCode,
  SecType,
  type Contract,
  type ContractDetails,
} from '@stoqey/ib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { GATEWAY_DEFAULTS, type RunningGateway } from '#gateway/options.ts'
import { startGateway } from '#gateway/start-gateway.ts'
import { listeningClient, type Listening } from '#test/support/stoqey-client.ts'

let gateway: RunningGateway
let api: Listening
let contracts: Readonly<Record<'stock' | 'option' | 'future' | 'pair' | 'index', Contract>>

beforeAll(async () => {
  gateway = await startGateway({ ...GATEWAY_DEFAULTS, seed: 3 })
  api = await listeningClient(gateway.port, 1)
  const future = await oneOf({ symbol: 'ES', secType: SecType.FUT, exchange: 'CME', currency: 'USD' }) // prettier-ignore
  const stock = await optionable()
  contracts = {
    stock,
    option: await optionOn(stock),
    future,
    pair: { symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' },
    index: { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE', currency: 'USD' },
  }
})

afterAll(async () => {
  api.client.disconnect()
  await gateway.close()
})

beforeEach(() => api.clear())

afterEach(() => {
  expect(api.undecoded()).toEqual([])
})

/** The first contract that a description fits. */
async function oneOf(query: Contract): Promise<Contract> {
  api.clear()
  api.client.reqContractDetails(1, query)
  const [, details] = await api.heard(EventName.contractDetails)
  const { conId, exchange } = (details as ContractDetails).contract
  if (conId === undefined || exchange === undefined) throw new Error('a contract has an id')
  return { conId, exchange }
}

/** A stock of the synthetic market that has options. */
async function optionable(): Promise<Contract> {
  api.client.reqMatchingSymbols(2, 'A')
  const [, found] = await api.heard(EventName.symbolSamples)
  const samples = found as { contract: Contract; derivativeSecTypes?: string[] }[]
  const contract = samples.find(({ derivativeSecTypes }) => derivativeSecTypes?.includes('OPT') === true)?.contract // prettier-ignore
  return { conId: contract?.conId ?? 0, symbol: contract?.symbol ?? '', exchange: 'SMART' }
}

async function optionOn({ conId, symbol = '' }: Contract): Promise<Contract> {
  api.client.reqSecDefOptParams(3, symbol, '', SecType.STK, conId ?? 0)
  const chain = await api.heard(EventName.securityDefinitionOptionParameter)
  const [expiries, strikes] = [chain[5] as string[], chain[6] as number[]]
  return {
    symbol,
    secType: SecType.OPT,
    exchange: 'SMART',
    currency: 'USD',
    lastTradeDateOrContractMonth: expiries[3] ?? '',
    strike: strikes[Math.floor(strikes.length / 2)] ?? 0,
    right: OptionType.Call,
  }
}

const CLASSES = ['stock', 'option', 'future', 'pair', 'index'] as const

describe('level 1', () => {
  test.each(CLASSES)('of a %s', async (name) => {
    const reqId = 100 + CLASSES.indexOf(name)
    api.client.reqMktData(reqId, contracts[name], '', false, false)
    const [, type, price] = await api.heard(EventName.tickPrice, ([id, tick]) => id === reqId && tick === (name === 'index' ? 4 : 1)) // prettier-ignore
    expect([type, Number(price) > 0]).toEqual([name === 'index' ? 4 : 1, true])
    api.client.cancelMktData(reqId)
  })

  test('of an option has computations at the bid, the ask and the model', async () => {
    api.client.reqMktData(110, contracts.option, '100,101,106', false, false)
    for (const tick of [10, 11, 13]) {
      const heard = await api.heard(EventName.tickOptionComputation, ([, type]) => type === tick)
      const [volatility, delta] = [heard[3], heard[4]]
      expect([Number(volatility) > 0, Number(delta) > 0 && Number(delta) < 1]).toEqual([true, true])
    }
    api.client.cancelMktData(110)
  })

  test('an option is calculated both ways, and back', async () => {
    const atTheMoney = contracts.option.strike ?? 0
    api.client.calculateOptionPrice(111, contracts.option, 0.4, atTheMoney)
    const priced = await api.heard(EventName.tickOptionComputation, ([id]) => id === 111)
    const price = Number(priced[5])
    api.client.calculateImpliedVolatility(112, contracts.option, price, atTheMoney)
    const implied = await api.heard(EventName.tickOptionComputation, ([id]) => id === 112)
    expect([priced[1], implied[1]]).toEqual([53, 53])
    expect(Number(implied[3])).toBeCloseTo(0.4, 3)
  })

  test('every generic tick of a stock can be read', async () => {
    api.client.reqMktData(113, contracts.stock, '100,101,104,105,106,165,221,225,232,233,236,258,292,293,294,295,318,375,411,456,588,595', false, false) // prettier-ignore
    await api.heard(EventName.tickString, ([, type]) => type === 48)
    await api.heard(EventName.tickGeneric, ([, type]) => type === 46)
    await api.heard(EventName.tickSize, ([, type]) => type === 89)
    await api.heard(EventName.tickReqParams)
    api.client.cancelMktData(113)
  })
})

describe('depth and single ticks', () => {
  test('a smart book', async () => {
    api.client.reqMktDepth(120, contracts.stock, 3, true)
    const row = await api.heard(EventName.updateMktDepthL2)
    expect([row[0], row[1], row[3], row[7]]).toEqual([120, 0, 0, true])
    expect(await api.error(120)).toMatchObject({ code: 2152 })
    api.client.cancelMktDepth(120, true)
  })

  // Each its own id: the last rows of a book that was canceled are still on their way.
  test.each([
    ['future', 121],
    ['pair', 118],
  ] as const)('the book of a %s', async (name, reqId) => {
    api.client.reqMktDepth(reqId, contracts[name], 3, false)
    let row = await api.heard(EventName.updateMktDepth)
    while (row[0] !== reqId) row = await api.heard(EventName.updateMktDepth)
    expect(row.slice(0, 3)).toEqual([reqId, 0, 0])
    api.client.cancelMktDepth(reqId, false)
  })

  test('who offers depth, and the letters of exchanges', async () => {
    api.client.reqMktDepthExchanges()
    api.client.reqSmartComponents(122, '9c0001')
    const [offers] = await api.heard(EventName.mktDepthExchanges)
    expect(offers).toContainEqual({ exchange: 'ARCA', secType: 'STK', listingExch: '', serviceDataType: 'Deep', aggGroup: 1 }) // prettier-ignore
    const [, letters] = await api.heard(EventName.smartComponents)
    expect([...(letters as Map<number, [string, string]>).values()]).toContainEqual(['NYSE', 'N'])
  })

  test.each([
    ['AllLast', 'stock', EventName.tickByTickAllLast],
    ['BidAsk', 'pair', EventName.tickByTickBidAsk],
    ['MidPoint', 'pair', EventName.tickByTickMidPoint],
  ] as const)('%s of a %s', async (type, name, event) => {
    const reqId = { AllLast: 123, BidAsk: 124, MidPoint: 125 }[type]
    api.client.reqTickByTickData(reqId, contracts[name], type as never, 0, false)
    const tick = await api.heard(event)
    expect(tick[0]).toBe(reqId)
    api.client.cancelTickByTickData(reqId)
  })

  test.each([
    ['TRADES', EventName.historicalTicksLast],
    ['BID_ASK', EventName.historicalTicksBidAsk],
    ['MIDPOINT', EventName.historicalTicks],
  ] as const)('%s of the past', async (show, event) => {
    api.client.reqHistoricalTicks(126, contracts.stock, '', '20260105 10:00:00 US/Eastern', 20, show, 1, false) // prettier-ignore
    const [, ticks, done] = await api.heard(event)
    expect([(ticks as unknown[]).length >= 20, done]).toEqual([true, true])
  })

  test('five-second bars', async () => {
    api.client.reqRealTimeBars(127, contracts.pair, 5, 'MIDPOINT', false)
    const bar = await api.heard(EventName.realtimeBar)
    expect([bar[0], Number(bar[1]) % 5]).toEqual([127, 0])
    api.client.cancelRealTimeBars(127)
  })
})

describe('history', () => {
  test.each([
    ['stock', 'TRADES', '5 mins'],
    ['option', 'MIDPOINT', '1 hour'],
    ['future', 'TRADES', '30 mins'],
    ['pair', 'BID_ASK', '1 hour'],
    ['index', 'TRADES', '1 day'],
    ['stock', 'HISTORICAL_VOLATILITY', '1 day'],
    ['stock', 'OPTION_IMPLIED_VOLATILITY', '1 day'],
  ] as const)('of a %s: %s by %s', async (name, show, size) => {
    api.client.reqHistoricalData(130, contracts[name], '', '2 D', size as never, show, 0, 1, false) // prettier-ignore
    const bar = await api.heard(EventName.historicalData)
    expect(bar[0]).toBe(130)
    expect(Number(bar[2])).toBeGreaterThan(0)
  })

  test('that is kept up to date, and cancelled', async () => {
    api.client.reqHistoricalData(131, contracts.pair, '', '120 S', '5 secs' as never, 'MIDPOINT', 0, 2, true) // prettier-ignore
    await api.heard(EventName.historicalDataUpdate)
    api.client.cancelHistoricalData(131)
    expect(await api.error(131)).toMatchObject({ code: 162 })
  })

  test('schedules, head time stamps, histograms', async () => {
    api.client.reqHistoricalData(132, contracts.future, '', '3 D', '1 day' as never, 'SCHEDULE', 0, 1, false) // prettier-ignore
    api.client.reqHeadTimestamp(133, contracts.stock, 'TRADES', true, 1)
    api.client.reqHistogramData(134, contracts.stock, true, 3, 'DAY' as never)
    const schedule = await api.heard(EventName.historicalSchedule)
    expect([schedule[3], (schedule[4] as unknown[]).length]).toEqual(['US/Eastern', 3])
    expect(String((await api.heard(EventName.headTimestamp))[1])).toMatch(/^\d{8}-\d\d:\d\d:\d\d$/)
    const [, levels] = await api.heard(EventName.histogramData)
    expect((levels as { size: number }[]).every(({ size }) => size >= 0)).toBe(true)
  })
})

test('what nobody sells here is answered all the same', async () => {
  api.client.reqNewsProviders()
  api.client.reqHistoricalNews(140, 1, 'BRFG', '', '', 10)
  api.client.reqNewsArticle(141, 'BRFG', 'x')
  api.client.reqFundamentalData(142, contracts.stock, 'ReportSnapshot')
  api.client.reqScannerParameters()
  api.client.reqScannerSubscription(143, { instrument: 'STK' as never, locationCode: 'STK.US.MAJOR' as never, scanCode: ScanCode.TOP_PERC_GAIN, numberOfRows: 5 }) // prettier-ignore
  api.client.reqSoftDollarTiers(144)
  api.client.reqFamilyCodes()
  expect((await api.heard(EventName.newsProviders))[0]).toEqual([])
  expect(await api.heard(EventName.historicalNewsEnd)).toEqual([140, false])
  expect(await api.error(141)).toMatchObject({ code: 10172 })
  expect(await api.error(142)).toMatchObject({ code: 430 })
  expect(String((await api.heard(EventName.scannerParameters))[0])).toContain('TOP_PERC_GAIN')
  expect(await api.heard(EventName.scannerDataEnd)).toEqual([143])
  expect(api.all(EventName.scannerData)).toHaveLength(5)
  expect(await api.heard(EventName.softDollarTiers)).toEqual([144, []])
  expect((await api.heard(EventName.familyCodes))[0]).toEqual([{ accountID: 'DU1234567', familyCode: '' }]) // prettier-ignore
})
