import { OrderAction, OrderStatus, OrderType, SecType, TimeInForce, type Execution as TwsExecution, type Order } from '@stoqey/ib' // prettier-ignore
import { describe, expect, test } from 'vitest'
import { format, money, price, quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import { instantOf } from '#model/time.ts'
import {
  commissionFrom,
  completedOrderFrom,
  executionFrom,
  NO_HINTS,
  openOrderFrom,
  permIdFrom,
  statusFrom,
  twsOrderOf,
} from '#brokers/ibkr/translate.ts'
import type { OpenOrderRow } from '#tws/order-queries.ts'
import { table } from '#test/support/table.ts'

const ID = '0badcafe-r1-A1-1' as ClientOrderId
const ACCOUNT = 'DU1234567' as AccountId
const AAPL = { conId: 265598, symbol: 'AAPL', secType: SecType.STK, currency: 'USD' }

describe('an order goes out', () => {
  const rows = table(`
  side  | size | type | limit  | tif | goodTill                 | action | lmtPrice | wireTif | goodTillDate
  BUY   | 100  | MKT  |        | DAY |                          | BUY    |          | DAY     |
  COVER | 50   | LMT  | 187.32 | IOC |                          | BUY    | 187.32   | IOC     |
  SELL  | 1    | LMT  | 0.0001 | GTC |                          | SELL   | 0.0001   | GTC     |
  SHORT | 2500 | LMT  | 1234.5 | GTD | 2026-01-05T15:10:00.000Z | SELL   | 1234.5   | GTD     | 20260105-15:10:00
  `)

  test.each(rows)('$side $size $type $limit $tif', (row) => {
    const limitPrice = row.limit === '' ? {} : { limitPrice: price(row.limit) }
    const goodTill = row.goodTill === '' ? {} : { goodTill: instantOf(row.goodTill) ?? 0 }
    const request: OrderRequest = {
      id: ID,
      instrument: 'AAPL.STK.USD' as InstrumentId,
      side: row.side as OrderRequest['side'],
      quantity: quantity(row.size),
      orderType: row.type as OrderRequest['orderType'],
      timeInForce: row.tif as OrderRequest['timeInForce'],
      ...limitPrice,
      ...goodTill,
    }
    expect(twsOrderOf(request, ACCOUNT)).toEqual({
      action: row.action,
      totalQuantity: Number(row.size),
      orderType: row.type,
      tif: row.wireTif,
      account: ACCOUNT,
      orderRef: ID,
      transmit: true,
      outsideRth: false,
      ...(row.lmtPrice === '' ? {} : { lmtPrice: Number(row.lmtPrice) }),
      ...(row.goodTillDate === '' ? {} : { goodTillDate: row.goodTillDate }),
    })
  })

  test('with no array in it: an empty one would shift every field after it', () => {
    const request: OrderRequest = { id: ID, instrument: 'AAPL.STK.USD' as InstrumentId, side: 'BUY', quantity: quantity('1'), orderType: 'MKT', timeInForce: 'DAY' } // prettier-ignore
    expect(Object.values(twsOrderOf(request, ACCOUNT)).filter(Array.isArray)).toEqual([])
  })
})

test.each(
  table(`
  word          | whyHeld | held | refused | expired | status         | why
  ApiPending    |         |      |         |         | pending        |
  PendingSubmit |         |      |         |         | pending        |
  PreSubmitted  |         |      |         |         | working        |
  PreSubmitted  | locate  |      |         |         | held           | shares are being located
  PreSubmitted  |         | yes  |         |         | held           | 399: until the open
  Submitted     |         |      |         |         | working        |
  Submitted     |         | yes  |         |         | working        | the hold is over
  PendingCancel |         |      |         |         | pending-cancel |
  Cancelled     |         |      |         |         | canceled       |
  ApiCancelled  |         |      |         |         | canceled       |
  Cancelled     |         |      | yes     |         | rejected       | a refusal's other shape
  Cancelled     |         |      |         | yes     | expired        |
  Filled        |         |      |         |         | filled         |
  Inactive      |         |      |         |         | held           | dead only where TWS said no
  Inactive      | locate  |      |         |         | held           |
  Inactive      |         |      | yes     |         | rejected       |
  Unknown       |         |      |         |         |                | not IBKR's word
`),
)('$word $whyHeld (held $held, refused $refused, expired $expired) is $status', (row) => {
  const hints = {
    whyHeld: row.whyHeld,
    isHeld: row.held === 'yes',
    isRefused: row.refused === 'yes',
    isExpired: row.expired === 'yes',
  }
  expect(statusFrom(row.word, hints) ?? '').toBe(row.status)
})

test('no permanent id is none', () => {
  expect([permIdFrom(undefined), permIdFrom(0), permIdFrom(-1)]).toEqual([undefined, undefined, undefined]) // prettier-ignore
  expect(permIdFrom(1351823368)).toBe('1351823368')
})

describe('an open order', () => {
  const order: Order = {
    action: OrderAction.SELL,
    totalQuantity: 300,
    orderType: OrderType.LMT,
    lmtPrice: 187.32,
    tif: TimeInForce.GTD,
    orderRef: ID,
    clientId: 7,
    permId: 99,
    account: ACCOUNT,
  }
  const row = (more: Partial<Order> = {}, word?: string, remaining?: number): OpenOrderRow => ({
    open: { type: 'openOrder', orderId: 3, contract: AAPL, order: { ...order, ...more }, state: { status: OrderStatus.Submitted } }, // prettier-ignore
    status: word === undefined ? undefined : { type: 'orderStatus', orderId: 3, status: word, filled: undefined, remaining, permId: 99, clientId: 7, whyHeld: '' }, // prettier-ignore
  })

  test('is signed, with what is left by its status', () => {
    expect(openOrderFrom(row({}, 'Submitted', 120))).toEqual({
      clientOrderId: ID,
      clientId: 7,
      permId: '99',
      instrument: 'AAPL.STK.USD',
      quantity: quantity('-300'),
      leaves: quantity('-120'),
      orderType: 'LMT',
      limitPrice: price('187.32'),
      timeInForce: 'GTD',
      status: 'working',
    })
  })

  test('without a status has all of it left', () => {
    expect(openOrderFrom(row())).toMatchObject({ leaves: quantity('-300'), status: 'working' })
  })

  test('that is over by now is none', () => {
    expect(openOrderFrom(row({}, 'Filled', 0))).toBeUndefined()
    expect(openOrderFrom(row({}, 'Cancelled', 300))).toBeUndefined()
  })

  test("of a person bears no key of ours, and a market order's limit is none", () => {
    const theirs = row({ orderRef: 'hedge', orderType: OrderType.MKT, lmtPrice: 0 })
    expect(openOrderFrom(theirs)).toMatchObject({ clientOrderId: undefined, limitPrice: undefined })
  })
})

test.each([
  ['filled', OrderStatus.Filled, { filledQuantity: 300, totalQuantity: 300 }, 'filled', '300', '300'],
  ['filled, its total left out', OrderStatus.Filled, { filledQuantity: 300, totalQuantity: 0 }, 'filled', '300', '300'],
  ['cancelled in part', OrderStatus.Cancelled, { filledQuantity: 100, totalQuantity: 300 }, 'canceled', '300', '100'],
  ['refused', OrderStatus.Inactive, { totalQuantity: 300 }, 'rejected', '300', undefined],
] as const)('an order that is over: %s', (_, status, counts, meaning, total, cumulative) => {
  const order: Order = { action: OrderAction.BUY, orderType: OrderType.MKT, orderRef: ID, permId: 99, ...counts } // prettier-ignore
  const completed = completedOrderFrom({ type: 'completedOrder', contract: AAPL, order, state: { status, completedStatus: 'words' } }) // prettier-ignore
  expect(completed).toMatchObject({ clientOrderId: ID, permId: '99', status: meaning, reason: 'words' }) // prettier-ignore
  expect(format(completed.quantity)).toBe(total)
  expect(completed.cumulative === undefined ? undefined : format(completed.cumulative)).toBe(cumulative) // prettier-ignore
}) // prettier-ignore

describe('an execution', () => {
  const trade: TwsExecution = {
    execId: '0000e215.656d0000.01.01',
    time: '20231203 20:15:20 US/Eastern',
    acctNumber: ACCOUNT,
    exchange: 'ISLAND',
    side: 'SLD',
    shares: 100,
    price: 196.52,
    permId: 1376327563,
    orderRef: ID,
    lastLiquidity: 2,
  }

  test('is signed, exact and in UTC', () => {
    expect(executionFrom(AAPL, trade, 'UTC')).toEqual({
      execId: '0000e215.656d0000.01.01',
      clientOrderId: ID,
      permId: '1376327563',
      account: ACCOUNT,
      instrument: 'AAPL.STK.USD',
      quantity: quantity('-100'),
      price: price('196.52'),
      venue: 'ISLAND',
      at: instantOf('2023-12-04T01:15:20.000Z'),
      liquidity: 'removed',
    })
  })

  test("without a zone is in that of TWS's login", () => {
    const zoneless = { ...trade, time: '20230224  12:04:56' }
    expect(executionFrom(AAPL, zoneless, 'US/Eastern')?.at).toBe(instantOf('2023-02-24T17:04:56.000Z')) // prettier-ignore
  })

  test('of somebody else has no key of ours; its price may lie between the increments', () => {
    const theirs = executionFrom(AAPL, { ...trade, orderRef: '', side: 'BOT', price: 196.5225 }, 'UTC') // prettier-ignore
    expect(theirs).toMatchObject({ clientOrderId: undefined, quantity: quantity('100'), price: price('196.5225') }) // prettier-ignore
  })

  test.each([
    ['no name', { execId: '' }],
    ['no readable time', { time: 'yesterday' }],
  ])('with %s cannot be booked', (_, broken) => {
    expect(executionFrom(AAPL, { ...trade, ...broken }, 'UTC')).toBeUndefined()
  })
})

describe('a fee', () => {
  const fee = { execId: '0000e215.656d0000.01.01', commission: 2.5, currency: 'USD' }

  test('of an opening trade has no profit', () => {
    expect(commissionFrom(fee)).toEqual({
      execId: fee.execId,
      amount: money('2.5', 'USD'),
      currency: 'USD',
      realizedPnl: undefined,
    })
  })

  test('of a closing one has', () => {
    expect(commissionFrom({ ...fee, realizedPNL: -12.345678 })?.realizedPnl).toBe(money('-12.345678', 'USD')) // prettier-ignore
  })

  test('that the broker has not named yet is none: unset, or −1', () => {
    expect(commissionFrom({ execId: fee.execId, currency: 'USD' })).toBeUndefined()
    expect(commissionFrom({ ...fee, commission: -1 })).toBeUndefined()
  })

  test('may be a rebate', () => {
    expect(commissionFrom({ ...fee, commission: -0.21 })?.amount).toBe(money('-0.21', 'USD'))
  })
})

test('nothing hints at anything by itself', () => {
  expect(statusFrom('Inactive', NO_HINTS)).toBe('held')
})
