import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  accountDownloadEnd,
  accountSummary,
  accountSummaryEnd,
  accountUpdateMulti,
  accountUpdateMultiEnd,
  accountUpdateTime,
  accountValue,
  pnl,
  pnlSingle,
  portfolioValue,
  position,
  positionEnd,
  positionMulti,
  positionMultiEnd,
} from '#gateway/messages/outgoing/account.ts'
import {
  contractData,
  contractDataEnd,
  marketRule,
  optionParameters,
  optionParametersEnd,
  symbolSamples,
  type ContractBlock,
} from '#gateway/messages/outgoing/contracts.ts'
import {
  commissionReport,
  executionData,
  executionDataEnd,
} from '#gateway/messages/outgoing/executions.ts'
import {
  marketDepth,
  marketDepthExchanges,
  marketDepthL2,
  smartComponents,
  type DepthChange,
} from '#gateway/messages/outgoing/depth.ts'
import {
  headTimestamp,
  histogramData,
  historicalData,
  historicalDataUpdate,
  historicalSchedule,
  realTimeBar,
} from '#gateway/messages/outgoing/history.ts'
import {
  marketDataType,
  tickGeneric,
  tickOptionComputation,
  tickPrice,
  tickReqParams,
  tickSize,
  tickSnapshotEnd,
  tickString,
} from '#gateway/messages/outgoing/market-data.ts'
import {
  displayGroupList,
  displayGroupUpdated,
  familyCodes,
  fundamentalData,
  historicalNewsEnd,
  noNewsProviders,
  noSoftDollarTiers,
  scannerData,
  scannerParameters,
} from '#gateway/messages/outgoing/reference-data.ts'
import {
  historicalTicks,
  historicalTicksBidAsk,
  historicalTicksLast,
  tickByTickMidpoint,
  tickByTickQuote,
  tickByTickTrade,
} from '#gateway/messages/outgoing/ticks.ts'
import {
  completedOrder,
  completedOrdersEnd,
  openOrder,
  openOrderEnd,
  orderBound,
  orderStatus,
  type MarginChange,
  type WireOrder,
} from '#gateway/messages/outgoing/orders.ts'
import {
  currentTime,
  errorMessage,
  managedAccounts,
  nextValidId,
  userInfo,
} from '#gateway/messages/outgoing/session.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import { namesOf, textsOf, type Message } from '#gateway/wire/field.ts'
import { WIRE_LAYOUTS } from '#test/support/wire-layouts.ts'

const contract: ContractBlock = {
  conId: 265598,
  symbol: 'AAPL',
  secType: 'STK',
  lastTradeDateOrContractMonth: '',
  strike: '0',
  right: '?',
  multiplier: '',
  exchange: 'SMART',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
}

const query = { ...contract, conId: '265598', lastTradeDate: '', primaryExchange: '' }

function request(terms: PlaceOrder['terms'], more: Partial<PlaceOrder> = {}): PlaceOrder {
  return {
    orderId: 1,
    contract: query,
    terms,
    legs: [],
    legPrices: [],
    routingParams: [],
    algoParams: [],
    conditions: [],
    ...more,
  }
}

const order = (of: PlaceOrder): WireOrder => ({
  request: of,
  contract,
  account: 'DU1234567',
  orderId: 1,
  clientId: 1,
  permId: 123,
  totalQuantity: '100.5',
})

const plain = request({ action: 'BUY', orderType: 'LMT', lmtPrice: '190.0', tif: 'DAY' })
const withAlgo = request(
  { algoStrategy: 'Adaptive' },
  { algoParams: [{ tag: 'adaptivePriority', value: 'Normal' }] },
)
const withConditions = request(
  {},
  {
    conditions: [
      { condType: '1', conjunction: 'a', isMore: '1', price: '200.5', conId: '265598', exchange: 'SMART', triggerMethod: '0' }, // prettier-ignore
      { condType: '3', conjunction: 'o', isMore: '1', time: '20260105 10:00:00 US/Eastern' },
    ],
  },
)
const value = { key: 'NetLiquidation', value: '100000.0', currency: 'USD' }
const row = { contract, position: '100.5', averageCost: '180.1' }
const profit = { daily: '12.5', unrealized: '1020.08', realized: '0.0' }
const bar = { date: '20260102', open: 189, high: 192, low: 188.5, close: 190.25, volume: 5, wap: 190.1, barCount: 4 } // prettier-ignore
const trade = { time: 1705500000, price: '190.25', size: '100', mask: 0, exchange: 'NASDAQ', conditions: '' } // prettier-ignore
const quote = { time: 1705500000, bidPrice: '190.24', askPrice: '190.26', bidSize: '300', askSize: '200', mask: 0 } // prettier-ignore
const midpoint = { time: 1705500000, price: '190.25' }
const inserted: DepthChange = { position: 0, operation: 'insert', side: 'bid', price: '190.24', size: '300', maker: 'NSDQ' } // prettier-ignore
const computation = { impliedVol: '0.25', delta: '0.5', optPrice: '12.75', pvDividend: '0.1', gamma: '0.05', vega: '0.02', theta: '-0.01', undPrice: '190.0' } // prettier-ignore
const depthOffer = { exchange: 'NYSE', secType: 'STK', listingExchange: '', serviceDataType: 'Deep', aggGroup: '2147483647' } as const // prettier-ignore
const scanned = { ...contract, right: '', marketName: 'NMS' }
const execution = {
  orderId: 1,
  contract,
  execId: '0000e0d5.65a7b1c2.01.01',
  time: '20260105 10:00:01 US/Eastern',
  account: 'DU1234567',
  venue: 'NASDAQ',
  side: 'BOT',
  shares: '100',
  price: '190.0',
  permId: 123,
  clientId: 1,
  cumQty: '100',
  avgPrice: '190.0',
  orderRef: 'ref-1',
  isLiquidation: false,
  lastLiquidity: 2,
} as const
const completion = {
  status: 'Cancelled',
  filledQuantity: '0',
  completedTime: '20260105 09:07:39 US/Eastern',
  completedStatus: 'Cancelled by Trader',
} as const

const AT_178: Readonly<Record<keyof typeof WIRE_LAYOUTS, Message>> = {
  NEXT_VALID_ID: nextValidId(1),
  MANAGED_ACCTS: managedAccounts('DU1234567'),
  ERR_MSG: errorMessage(-1, 2104, 'Market data farm connection is OK:usfarm'),
  CURRENT_TIME: currentTime(1705500000),
  CONTRACT_DATA: contractData(1, {
    contract: { ...contract, right: '' },
    lastTradeDate: '',
    marketName: 'NMS',
    minTick: '0.01',
    orderTypes: 'ACTIVETIM,ADJUST,LMT,MKT,STP,STPLMT,TRAIL,WHATIF',
    validExchanges: 'SMART,NASDAQ,NYSE',
    underConId: 0,
    longName: 'APPLE INC',
    primaryExchange: 'NASDAQ',
    contractMonth: '',
    industry: 'Technology',
    category: 'Computers',
    subcategory: 'Computers',
    timeZoneId: 'US/Eastern',
    tradingHours: '20260105:0400-20260105:2000;20260106:0400-20260106:2000',
    liquidHours: '20260105:0930-20260105:1600;20260106:0930-20260106:1600',
    secIds: [{ tag: 'ISIN', value: 'US0378331005' }],
    aggGroup: 1,
    underSymbol: '',
    underSecType: '',
    marketRuleIds: '26,26,26',
    realExpirationDate: '',
    stockType: 'COMMON',
    minSize: '0.0001',
    sizeIncrement: '0.0001',
    suggestedSizeIncrement: '100',
  }),
  CONTRACT_DATA_END: contractDataEnd(1),
  ACCT_VALUE: accountValue(value, 'DU1234567'),
  PORTFOLIO_VALUE: portfolioValue(
    {
      contract: { ...contract, right: '' },
      primaryExchange: 'NASDAQ',
      position: '100.5',
      marketPrice: '190.25',
      marketValue: '19120.13',
      averageCost: '180.1',
      unrealizedPNL: '1020.08',
      realizedPNL: '0.0',
    },
    'DU1234567',
  ),
  ACCT_UPDATE_TIME: accountUpdateTime('15:30'),
  ACCT_DOWNLOAD_END: accountDownloadEnd('DU1234567'),
  ACCOUNT_SUMMARY: accountSummary(1, value, 'DU1234567'),
  ACCOUNT_SUMMARY_END: accountSummaryEnd(1),
  POSITION: position(row, 'DU1234567'),
  POSITION_END: positionEnd(),
  POSITION_MULTI: positionMulti(1, row, 'DU1234567', ''),
  POSITION_MULTI_END: positionMultiEnd(1),
  ACCOUNT_UPDATE_MULTI: accountUpdateMulti(1, value, 'DU1234567', ''),
  ACCOUNT_UPDATE_MULTI_END: accountUpdateMultiEnd(1),
  PNL: pnl(1, profit),
  PNL_SINGLE: pnlSingle(1, { ...profit, position: '100.5', value: '19120.13' }),
  TICK_PRICE: tickPrice(1, 1, '190.24', '300'),
  TICK_SIZE: tickSize(1, 0, '300'),
  TICK_GENERIC: tickGeneric(1, 49, '0'),
  TICK_STRING: tickString(1, 45, '1705500000'),
  TICK_REQ_PARAMS: tickReqParams(1, '0.01'),
  MARKET_DATA_TYPE: marketDataType(1, 1),
  TICK_SNAPSHOT_END: tickSnapshotEnd(1),
  TICK_OPTION_COMPUTATION: tickOptionComputation(1, 13, computation),
  'TICK_BY_TICK last': tickByTickTrade(1, 'Last', trade),
  'TICK_BY_TICK bidask': tickByTickQuote(1, quote),
  'TICK_BY_TICK mid': tickByTickMidpoint(1, midpoint),
  MARKET_DEPTH: marketDepth(1, inserted),
  MARKET_DEPTH_L2: marketDepthL2(1, inserted, true),
  MKT_DEPTH_EXCHANGES: marketDepthExchanges([depthOffer, depthOffer]),
  SMART_COMPONENTS: smartComponents(1, [{ bit: 0, exchange: 'NYSE', letter: 'N' }]),
  HISTORICAL_DATA_UPDATE: historicalDataUpdate(1, bar),
  HISTORICAL_SCHEDULE: historicalSchedule(1, 'US/Eastern', [
    { start: '20260105-09:30:00', end: '20260105-16:00:00', refDate: '20260105' },
  ]),
  REAL_TIME_BARS: realTimeBar(1, 1705500000, bar),
  HISTOGRAM_DATA: histogramData(1, [
    { price: '190.24', size: '300' },
    { price: '190.25', size: '100' },
  ]),
  HISTORICAL_TICKS: historicalTicks(1, [midpoint, midpoint], true),
  HISTORICAL_TICKS_BID_ASK: historicalTicksBidAsk(1, [quote], true),
  HISTORICAL_TICKS_LAST: historicalTicksLast(1, [trade], true),
  FUNDAMENTAL_DATA: fundamentalData(1, '<ReportSnapshot/>'),
  NEWS_PROVIDERS: noNewsProviders(),
  HISTORICAL_NEWS_END: historicalNewsEnd(1),
  SCANNER_PARAMETERS: scannerParameters('<ScanParameterResponse/>'),
  SCANNER_DATA: scannerData(1, [scanned]),
  SOFT_DOLLAR_TIERS: noSoftDollarTiers(1),
  FAMILY_CODES: familyCodes('DU1234567'),
  DISPLAY_GROUP_LIST: displayGroupList(1, '1|2|3'),
  DISPLAY_GROUP_UPDATED: displayGroupUpdated(1, 'none'),
  HISTORICAL_DATA: historicalData(1, 'from', 'to', [bar, bar]),
  ORDER_STATUS: orderStatus({
    orderId: 1,
    status: 'Submitted',
    filled: '0',
    remaining: '100',
    avgFillPrice: '0',
    permId: 123,
    parentId: 0,
    lastFillPrice: '0',
    clientId: 1,
    whyHeld: '',
  }),
  OPEN_ORDER: openOrder(order(plain), { status: 'Submitted' }, 178),
  'OPEN_ORDER algo': openOrder(order(withAlgo), { status: 'Submitted' }, 178),
  'OPEN_ORDER conditions': openOrder(order(withConditions), { status: 'Submitted' }, 178),
  'OPEN_ORDER what-if': openOrder(order(plain), { status: 'PreSubmitted' }, 178),
  OPEN_ORDER_END: openOrderEnd(),
  EXECUTION_DATA: executionData(-1, execution, 178),
  EXECUTION_DATA_END: executionDataEnd(1),
  COMMISSION_REPORT: commissionReport({
    execId: execution.execId,
    commission: '1.0',
    currency: 'USD',
    realizedPnl: undefined,
  }),
  COMPLETED_ORDER: completedOrder(order(plain), completion, 178),
  ORDER_BOUND: orderBound(123, 0, -1),
  COMPLETED_ORDERS_END: completedOrdersEnd(),
  SECDEF_OPT_PARAMS: optionParameters(1, {
    exchange: 'SMART',
    underlyingConId: 265598,
    tradingClass: 'AAPL',
    multiplier: '100',
    expirations: ['20260116', '20260220'],
    strikes: ['180.0', '190.0', '200.0'],
  }),
  SECDEF_OPT_PARAMS_END: optionParametersEnd(1),
  SYMBOL_SAMPLES: symbolSamples(1, [
    {
      conId: 265598,
      symbol: 'AAPL',
      secType: 'STK',
      primaryExchange: 'NASDAQ.NMS',
      currency: 'USD',
      derivatives: ['OPT', 'WAR'],
      description: 'APPLE INC',
    },
  ]),
  MARKET_RULE: marketRule(26, [
    { lowEdge: '0', increment: '0.0001' },
    { lowEdge: '1', increment: '0.01' },
  ]),
  HEAD_TIMESTAMP: headTimestamp(1, '19801212-14:30:00'),
  USER_INFO: userInfo(1),
}

/** Names that our records cannot repeat, or that the reference comments on. */
const AS_IN_REFERENCE: Readonly<Record<string, string>> = {
  venue: 'exchange',
  sharesAllocation: 'sharesAllocation(deprecated)',
  trailStopPriceAgain: 'trailStopPrice(again)',
}

test.each(Object.entries(WIRE_LAYOUTS))('%s has these fields, in this order', (name, layout) => {
  const message = AT_178[name]
  if (message === undefined) throw new Error(`no example of ${name}`)
  const names = namesOf(message).map((field) => AS_IN_REFERENCE[field] ?? field)
  expect(names.join(' ')).toBe(layout)
  expect(textsOf(message)).toHaveLength(names.length)
})

test('every message that is sent has a layout', () => {
  const covered = new Set(Object.values(AT_178).map(({ msgId }) => msgId))
  expect(Object.values(OUTGOING).filter((id) => !covered.has(id))).toEqual([])
})

describe('older versions', () => {
  test('176 has faProfile behind faPercentage, in both orders', () => {
    for (const message of [
      openOrder(order(plain), { status: 'Submitted' }, 176),
      completedOrder(order(plain), completion, 176),
    ]) {
      const names = namesOf(message)
      expect(names[names.indexOf('faPercentage') + 1]).toBe('faProfile')
    }
    expect(textsOf(openOrder(order(plain), { status: 'Submitted' }, 176))).toHaveLength(136)
    expect(textsOf(completedOrder(order(plain), completion, 176))).toHaveLength(101)
  })

  test.each([
    [176, 136],
    [177, 135],
    [178, 135],
  ])('an open order at %i has %i fields', (version, count) => {
    expect(textsOf(openOrder(order(plain), { status: 'Submitted' }, version))).toHaveLength(count)
  })

  test.each([
    [176, 31],
    [177, 31],
    [178, 32],
  ])('an execution at %i has %i fields', (version, count) => {
    expect(textsOf(executionData(-1, execution, version))).toHaveLength(count)
  })
})

const REFERENCE = '../shared/reference/wire-178.json'

test
  .skipIf(!existsSync(REFERENCE))
  .each([
    'OPEN_ORDER',
    'OPEN_ORDER algo',
    'OPEN_ORDER conditions',
    'OPEN_ORDER what-if',
    'COMPLETED_ORDER',
  ])(`%s, given the reference's values, is the reference's bytes (${REFERENCE})`, (name) => {
  const { fields } = reference().find(({ message }) => message === name) ?? { fields: [] }
  const terms = Object.fromEntries(fields.filter(([field]) => !SERVER_ONLY.has(field)))
  const texts = fields.map(([, text]) => text)
  expect(textsOf(rebuilt(name, request({ ...terms, trailStopPrice: '' }), terms))).toEqual(
    // The example repeats trailStopPrice with a value that its first mention lacks.
    texts.map((text, i) => (fields[i]?.[0] === 'trailStopPrice(again)' ? UNSET : text)),
  )
})

const UNSET = '1.7976931348623157E308'
const SERVER_ONLY = new Set(['trailStopPrice(again)', 'conditionsCount', 'algoParamsCount'])

function rebuilt(name: string, asked: PlaceOrder, terms: Record<string, string>): Message {
  const { algoParams, conditions } = name.endsWith('algo') ? withAlgo : withConditions
  const of = {
    ...order({
      ...asked,
      algoParams,
      conditions: name.endsWith('conditions') ? conditions : [],
    }),
    totalQuantity: terms['totalQuantity'] ?? '',
    permId: Number(terms['permId']),
  }
  if (name === 'COMPLETED_ORDER') return completedOrder(of, completion, 178)
  const { commission = '', commissionCurrency = '' } = terms
  const state = {
    status: terms['status'] === 'PreSubmitted' ? ('PreSubmitted' as const) : ('Submitted' as const),
    margin: marginOf(terms),
    commission,
    commissionCurrency,
  }
  return openOrder(of, state, 178)
}

const marginOf = (terms: Record<string, string>): MarginChange =>
  Object.fromEntries(
    ['Before', 'Change', 'After'].flatMap((when) =>
      ['initMargin', 'maintMargin', 'equityWithLoan'].map((what) => [
        what + when,
        terms[what + when] ?? '',
      ]),
    ),
  ) as MarginChange

interface Example {
  readonly message: string
  readonly fields: readonly (readonly [string, string])[]
}

const reference = () => JSON.parse(readFileSync(REFERENCE, 'utf8')) as readonly Example[]
