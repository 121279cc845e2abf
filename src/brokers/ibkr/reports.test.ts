/** The classifier of what TWS says of orders; the incidents it must not repeat are named. */
import { OrderAction, OrderStatus as TwsStatus, OrderType, SecType, type Order } from '@stoqey/ib'
import { describe, expect, test } from 'vitest'
import { quantity } from '#model/fixed.ts'
import type { ClientOrderId } from '#model/ids.ts'
import type { BrokerReport } from '#model/report.ts'
import { createOrderHandles, type OrderHandles } from '#brokers/ibkr/order-handles.ts'
import { reportsIn } from '#brokers/ibkr/reports.ts'
import type { TwsMessage } from '#tws/messages.ts'

const ID = '0badcafe-r1-A1-1' as ClientOrderId
const ORDER_ID = 12
const NOW = 1_767_625_200_000

/** A session in which one order of ours is out under ORDER_ID. */
function session({ goodTill }: { readonly goodTill?: number } = {}) {
  const handles = createOrderHandles()
  const handle = handles.of(ID)
  handles.bind(handle, ORDER_ID)
  handle.goodTill = goodTill
  const hear = (message: TwsMessage, brokerNow = NOW): BrokerReport[] =>
    reportsIn(message, { handles, clientId: 7, account: 'DU1234567', zone: 'UTC', brokerNow })
  return { handles, handle, hear }
}

function openOrder(status: TwsStatus, more: Partial<Order> = {}, orderId = ORDER_ID): TwsMessage {
  const order: Order = { action: OrderAction.BUY, totalQuantity: 100, orderType: OrderType.MKT, orderRef: ID, clientId: 7, permId: 99, account: 'DU1234567', ...more } // prettier-ignore
  const contract = { conId: 1, symbol: 'AAPL', secType: SecType.STK, currency: 'USD' }
  return { type: 'openOrder', orderId, contract, order, state: { status } }
}

const status = (word: string, more: object = {}): TwsMessage => ({ type: 'orderStatus', orderId: ORDER_ID, status: word, filled: 0, remaining: 100, permId: 99, clientId: 7, whyHeld: '', ...more }) // prettier-ignore
const notice = (code: number, reqId = ORDER_ID): TwsMessage => ({ type: 'notice', reqId, code, text: 'words' }) // prettier-ignore
const statusIn = (reports: readonly BrokerReport[]) =>
  reports.flatMap((report) => (report.type === 'OrderStatus' ? [report.status.status] : []))

describe('a status', () => {
  test('tells what filled and what is left; an open order tells neither, never zero', () => {
    const { hear } = session()
    expect(hear(openOrder(TwsStatus.Submitted))).toEqual([
      { type: 'OrderStatus', status: { clientOrderId: ID, permId: '99', instrument: 'AAPL.STK.USD', status: 'working', cumulative: undefined, leaves: undefined, reason: '' } }, // prettier-ignore
    ])
    expect(hear(status('Submitted', { filled: 40, remaining: 60 }))).toEqual([
      { type: 'OrderStatus', status: { clientOrderId: ID, permId: '99', instrument: undefined, status: 'working', cumulative: quantity('40'), leaves: quantity('60'), reason: '' } }, // prettier-ignore
    ])
  })

  test('that repeats is told once; one that comes back is told again', () => {
    const { hear } = session()
    const words = ['Submitted', 'Submitted', 'PendingCancel', 'Submitted', 'Submitted']
    const told = words.map((word) => statusIn(hear(status(word))))
    expect(told).toEqual([['working'], [], ['pending-cancel'], ['working'], []])
  })

  test("of another client's order, or a person's, is not reported", () => {
    const { hear } = session()
    expect(hear(openOrder(TwsStatus.Submitted, { orderRef: 'hedge' }, 40))).toEqual([])
    expect(hear(status('Submitted', { clientId: 3, permId: 5 }))).toEqual([])
    expect(hear(status('Submitted', { orderId: 0, permId: 5, clientId: 0 }))).toEqual([])
  })

  test('of a what-if is none', () => {
    expect(session().hear(openOrder(TwsStatus.PreSubmitted, { whatIf: true }))).toEqual([])
  })

  test('of an order number issued twice is believed by its permanent id (LEAN.IB#242)', () => {
    const { hear } = session()
    hear(openOrder(TwsStatus.Submitted)) // permanent id 99 is ours
    expect(hear(status('Filled', { permId: 1234 }))).toEqual([]) // the number's other owner
    expect(statusIn(hear(status('Filled', { permId: 99, orderId: 77 })))).toEqual(['filled'])
  })
})

describe('an order that is said no to', () => {
  test('as Inactive and 201, in either order, is rejected with the words', () => {
    const first = session()
    expect(first.hear(notice(201))).toMatchObject([{ type: 'OrderRefusal', refusal: { clientOrderId: ID, refused: 'order', code: 201, reason: 'words' } }]) // prettier-ignore
    expect(first.hear(status('Inactive'))).toMatchObject([{ status: { status: 'rejected', reason: '201: words' } }]) // prettier-ignore
    const second = session()
    expect(statusIn(second.hear(status('Inactive')))).toEqual(['held'])
    expect(second.hear(notice(201))).toMatchObject([{ refusal: { refused: 'order' } }])
  })

  test('as Cancelled after 201 is rejected, too', () => {
    const { hear } = session()
    hear(notice(201))
    expect(statusIn(hear(status('Cancelled')))).toEqual(['rejected'])
  })

  test.each([103, 200, 460, 10243])('by code %i', (code) => {
    expect(session().hear(notice(code))).toMatchObject([{ refusal: { refused: 'order', code } }])
  })
})

describe('an order lives on', () => {
  test('when a change of it is refused: 110 of a working order (ib_insync#502)', () => {
    const { hear } = session()
    hear(status('Submitted'))
    expect(hear(notice(110))).toEqual([{ type: 'OrderWarning', clientOrderId: ID, code: 110, reason: 'words' }]) // prettier-ignore
    expect(session().hear(notice(110))).toMatchObject([{ refusal: { refused: 'order' } }])
  })

  test('through 10349, which looks like a cancel (pysystemtrade#1580: 15 duplicates)', () => {
    expect(session().hear(notice(10349))).toMatchObject([{ type: 'OrderWarning', code: 10349 }])
  })

  test('through a code that nobody knows', () => {
    expect(session().hear(notice(31_337))).toMatchObject([{ type: 'OrderWarning', code: 31_337 }])
  })

  test('held, when TWS says why: 399, 404, whichever of status and notice is first', () => {
    const first = session()
    first.hear(notice(399))
    expect(first.hear(status('PreSubmitted'))).toMatchObject([{ status: { status: 'held', reason: '399: words' } }]) // prettier-ignore
    const second = session()
    expect(statusIn(second.hear(status('PreSubmitted')))).toEqual(['working'])
    expect(statusIn(second.hear(notice(404)))).toEqual(['held'])
    expect(statusIn(second.hear(status('Submitted')))).toEqual(['working'])
    expect(statusIn(second.hear(status('PreSubmitted', { remaining: 50 })))).toEqual(['working'])
  })
})

describe('an order ends', () => {
  test('canceled, when asked or not', () => {
    expect(session().hear(notice(202))).toMatchObject([{ status: { status: 'canceled', reason: '202: words' } }]) // prettier-ignore
    expect(statusIn(session().hear(status('Cancelled')))).toEqual(['canceled'])
  })

  test('expired, when its time has come and nobody asked', () => {
    const goodTill = NOW + 600_000
    const early = session({ goodTill })
    expect(statusIn(early.hear(status('Cancelled'), NOW))).toEqual(['canceled'])
    const due = session({ goodTill })
    expect(statusIn(due.hear(status('Cancelled'), goodTill))).toEqual(['expired'])
    expect(statusIn(due.hear(notice(202), goodTill))).toEqual(['expired'])
    const asked = session({ goodTill })
    asked.handle.cancelAsked = true
    expect(statusIn(asked.hear(status('Cancelled'), goodTill))).toEqual(['canceled'])
  })
})

test.each([135, 136, 161, 10147, 10148])(
  '%i refuses the cancel, not the order (LEAN.IB#248)',
  (code) => {
    // prettier-ignore
    expect(session().hear(notice(code))).toMatchObject([{ refusal: { refused: 'cancel', code } }])
  },
)

test("a notice about a question, or about a stranger's order, is no report", () => {
  const { hear } = session()
  expect(hear(notice(200, 1_000_001))).toEqual([])
  expect(hear(notice(201, 55))).toEqual([])
  expect(hear(notice(1100, -1))).toEqual([])
})

const fill = (reqId: number, more: object = {}): TwsMessage => ({
  type: 'execution',
  reqId,
  contract: { conId: 1, symbol: 'AAPL', secType: SecType.STK, currency: 'USD' },
  execution: { execId: 'e.1.01', time: '20260105-15:00:00', acctNumber: 'DU1234567', side: 'BOT', shares: 100, price: 10, permId: 99, orderRef: ID, ...more }, // prettier-ignore
})

describe('an execution', () => {
  test('may come before anything else is known of the order, and teaches its permanent id', () => {
    const { hear, handles } = session()
    expect(hear(fill(-1))).toMatchObject([{ type: 'Execution', execution: { clientOrderId: ID } }])
    expect(owner(handles)).toBe(ID)
  })

  test('without our reference is ours by its permanent id', () => {
    const { hear } = session()
    hear(openOrder(TwsStatus.Submitted))
    expect(hear(fill(-1, { orderRef: '' }))).toMatchObject([{ execution: { clientOrderId: ID } }])
  })

  test("of a person, or the broker's own, is told as nobody's of ours", () => {
    const { hear } = session()
    expect(hear(fill(-1, { orderRef: '', permId: 5 }))).toMatchObject([{ execution: { clientOrderId: undefined } }]) // prettier-ignore
  })

  test('of another account is not told, nor one that was asked for', () => {
    const { hear } = session()
    expect(hear(fill(-1, { acctNumber: 'DU7654321' }))).toEqual([])
    expect(hear(fill(1_000_000))).toEqual([])
  })
})

describe('order numbers', () => {
  test('rise, however low TWS begins after a restart (LEAN.IB#242)', () => {
    const handles = createOrderHandles()
    handles.raise(38_103)
    expect(handles.takeOrderId()).toBe(38_103)
    handles.raise(38_099)
    expect(handles.takeOrderId()).toBe(38_104)
  })

  test('are above those of our open orders from earlier sessions', () => {
    const { hear, handles } = session()
    hear(openOrder(TwsStatus.Submitted, {}, 500))
    expect(handles.takeOrderId()).toBe(501)
  })

  test('of one key may be several: the order was duplicated (nautilus_trader#4564)', () => {
    const { hear, handle } = session()
    hear(openOrder(TwsStatus.Submitted))
    hear(openOrder(TwsStatus.Submitted, { permId: 100 }, 13))
    expect([...handle.orderIds]).toEqual([12, 13])
    expect([...handle.permIds]).toEqual(['99', '100'])
  })
})

const owner = (handles: OrderHandles) => handles.owner('99' as never, undefined)?.id
