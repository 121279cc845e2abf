import { describe, expect, test } from 'vitest'
import { format, price, quantity } from '#model/fixed.ts'
import { WIRE_LAYOUTS } from '#test/support/wire-layouts.ts'
import { scriptedDesk } from '#test/support/scripted-desk.ts'
import { AAPL, at, order } from '#test/support/venue.ts'
import { startedClient, type WireClient } from '#test/support/wire-client.ts'
import { table } from '#test/support/table.ts'

const NOTHING_HAPPENS = { prices: [{ at: 0, price: 100 }], trades: [] }
const start = (time = '10:00') => scriptedDesk(at(time), NOTHING_HAPPENS)

const NAMES = { OPEN_ORDER: '5', COMPLETED_ORDER: '101', EXECUTION_DATA: '11' } as const

/** The fields of the first message of a kind, by IBKR's names. */
function read(
  heard: readonly (readonly string[])[],
  kind: keyof typeof NAMES,
): Record<string, string> {
  const fields = heard.find(([id]) => id === NAMES[kind])
  const names = WIRE_LAYOUTS[kind]?.split(' ') ?? []
  if (fields === undefined) throw new Error(`no ${kind} was heard`)
  expect(fields).toHaveLength(names.length)
  return Object.fromEntries(names.map((name, i) => [name, fields[i] ?? '']))
}

function said(text: string): Record<string, string> {
  const pairs = text.split(' ').map((pair) => pair.replaceAll('_', ' ').split('='))
  return { orderId: '5', lmtPrice: '', ...Object.fromEntries(pairs) }
}

const TYPES = table(`
  order                                                          | status       | shown
  orderType=MKT tif=OPG                                          | PreSubmitted | orderType=MKT lmtPrice=0.0 auxPrice=0.0 tif=OPG
  orderType=LMT lmtPrice=99 tif=GTC outsideRth=1                 | Submitted    | lmtPrice=99 tif=GTC outsideRth=1
  orderType=LMT lmtPrice=99 displaySize=100 totalQuantity=300    | Submitted    | displaySize=100 totalQuantity=300
  orderType=LMT lmtPrice=99 hidden=1                             | Submitted    | hidden=1
  orderType=LMT lmtPrice=99 allOrNone=1                          | Submitted    | allOrNone=1
  orderType=LMT lmtPrice=99 minQty=100 totalQuantity=200         | Submitted    | minQty=100
  orderType=LMT lmtPrice=99 goodAfterTime=20180205_10:30:00_US/Eastern | PreSubmitted | goodAfterTime=20180205_10:30:00_US/Eastern
  orderType=LMT lmtPrice=99 tif=GTD goodTillDate=20180205_10:30:00_US/Eastern | Submitted | goodTillDate=20180205_10:30:00_US/Eastern
  orderType=STP auxPrice=101 triggerMethod=4                     | PreSubmitted | auxPrice=101 triggerMethod=4
  orderType=STP_LMT auxPrice=101 lmtPrice=102                    | PreSubmitted | auxPrice=101 lmtPrice=102
  orderType=TRAIL auxPrice=1                                     | PreSubmitted | auxPrice=1 trailStopPrice=101 trailStopPrice(again)=101
  orderType=TRAIL trailingPercent=2                              | PreSubmitted | trailingPercent=2 trailStopPrice=102
  orderType=TRAIL_LIMIT auxPrice=1 lmtPriceOffset=0.5            | PreSubmitted | trailStopPrice=101 lmtPriceOffset=0.5 lmtPrice=101.5
  orderType=MIT auxPrice=99                                      | PreSubmitted | auxPrice=99
  orderType=LIT auxPrice=99 lmtPrice=98                          | PreSubmitted | auxPrice=99 lmtPrice=98
  orderType=MOC                                                  | PreSubmitted | orderType=MOC
  orderType=LOC lmtPrice=99                                      | PreSubmitted | orderType=LOC lmtPrice=99
  orderType=MIDPRICE lmtPrice=100.5                              | Submitted    | orderType=MIDPRICE lmtPrice=100.5
  orderType=REL auxPrice=0 lmtPrice=100                          | Submitted    | orderType=REL lmtPrice=100
`)

/** What of a message differs from what was expected of it. */
function differing(shown: Record<string, string>, expected: string): string[] {
  const pairs = expected.split(' ').map((pair) => pair.replaceAll('_', ' ').split('='))
  return pairs.filter(([name = '', value]) => shown[name] !== value).map(([name = '']) => `${name} is ${shown[name]}`) // prettier-ignore
}

describe.each(TYPES)('$order', ({ order: text, status, shown }) => {
  test(`is shown ${status}, with every term, while it is open and when it is over`, () => {
    const { client } = start()
    client.placeOrder(said(text))
    client.heard()
    client.say(5, 1)
    const open = read(client.heard(), 'OPEN_ORDER')
    expect(open['status']).toBe(status)
    expect(differing(open, shown)).toEqual([])
    client.say(4, 1, 5, '')
    client.heard()
    client.say(99, 1)
    const completed = read(client.heard(), 'COMPLETED_ORDER')
    expect([completed['status'], completed['completedStatus'], completed['filledQuantity']]).toEqual(['Cancelled', 'Cancelled by Trader', '0']) // prettier-ignore
    expect(differing(completed, shown)).toEqual([])
  })

  test('can be asked about without being placed', () => {
    const { desk, client } = start()
    client.placeOrder({ ...said(text), whatIf: '1' })
    const heard = client.heard()
    expect(heard.map(([id]) => id)).toEqual([NAMES.OPEN_ORDER])
    const answer = read(heard, 'OPEN_ORDER')
    expect(answer['status']).toBe('PreSubmitted')
    expect(Number(answer['initMarginChange'])).toBeGreaterThan(0)
    expect(Number(answer['commission'])).toBeGreaterThan(0)
    expect(desk.venue.openOrders()).toEqual([])
  })
})

test('the answer to a what-if warns of nothing, not even that the session is over', () => {
  const { client } = start('18:00')
  client.placeOrder({ ...said('orderType=MKT'), whatIf: '1' })
  expect(read(client.heard(), 'OPEN_ORDER')['warningText']).toBe('')
})

test('a global cancel takes what works, what is held and what waits for its trigger', () => {
  const { desk, client } = start()
  for (const [i, { order: text }] of TYPES.entries())
    client.placeOrder({ ...said(text), orderId: String(5 + i) })
  expect(desk.venue.openOrders()).toHaveLength(TYPES.length)
  client.say(58, 1)
  expect(desk.venue.openOrders()).toEqual([])
})

describe('what a person typed into TWS', () => {
  const { owner: _owner, ...typed } = order('BUY', '100', { limitPrice: price('99') })

  test('is among all open orders under order id 0', () => {
    const { desk, client } = start()
    desk.publish(desk.venue.controls.placeByHand(typed))
    expect(client.heard()).toEqual([])
    client.say(16, 1)
    const open = read(client.heard(), 'OPEN_ORDER')
    expect(differing(open, 'orderId=0 clientId=0 lmtPrice=99 action=BUY totalQuantity=100')).toEqual([]) // prettier-ignore
  })

  test('is left out of completed orders when only the API’s are asked for', () => {
    const { desk, client } = start()
    desk.publish(desk.venue.controls.placeByHand({ ...typed, limitPrice: price('100.01') }))
    desk.advance(desk.venue.now + 1_000)
    expect(completedHeard(client, 0)).toBe(1)
    expect(completedHeard(client, 1)).toBe(0)
  })
})

const completedHeard = (client: WireClient, apiOnly: 0 | 1): number => {
  client.say(99, apiOnly)
  return client.heardOf(101).length
}

describe('executions that are asked for', () => {
  test('are those that stand: the correction and not what it replaced, nothing of a bust', () => {
    const { desk, client } = start()
    client.placeOrder(said('orderType=MKT totalQuantity=200'))
    const [first, second] = desk.venue.executions()
    if (first === undefined || second === undefined) throw new Error('two levels are taken')
    desk.publish(desk.venue.controls.correctExecution(first.execId, price('99.9')))
    desk.publish(desk.venue.controls.bustExecution(second.execId))
    client.heard()
    client.say(7, 3, 50, 0, '', '', '', '', '', '')
    const heard = client.heard()
    expect(heard.map(([id]) => id)).toEqual(['11', '59', '55'])
    expect(differing(read(heard, 'EXECUTION_DATA'), `price=99.9 execId=${first.execId.replace(/01$/, '02')}`)).toEqual([]) // prettier-ignore
  })

  test('a bust takes its commission out of what the order has cost', () => {
    const { desk, client } = start()
    client.placeOrder(said('orderType=MKT totalQuantity=200'))
    const [first, second] = desk.venue.executions()
    if (first === undefined || second === undefined) throw new Error('two levels are taken')
    desk.publish(desk.venue.controls.bustExecution(first.execId))
    client.heard()
    desk.advance(desk.venue.now + 1_000)
    const last = read(client.heard(), 'OPEN_ORDER')
    expect(second.commission).not.toBe(first.commission)
    expect(differing(last, `status=Filled commission=${format(second.commission)}`)).toEqual([])
  })

  test.each(
    table(`
      filter              | fields            | found
      by the smart router | 0;;;;;SMART;      | 1
      at another venue    | 0;;;;;LSE;        | 0
      in lower case       | 0;;;aapl;stk;;buy | 1
      of options          | 0;;;;OPT;;        | 0
    `),
  )('$filter: $found', ({ fields, found }) => {
    const { client } = start()
    client.placeOrder(said('orderType=MKT'))
    client.heard()
    client.say(7, 3, 50, ...fields.split(';'))
    expect(client.heardOf(11)).toHaveLength(Number(found))
  })
})

test('a second client hears nothing of the first one’s order, and cannot change it', () => {
  const { desk, client } = start()
  const other = startedClient(desk, 2)
  client.placeOrder(said('orderType=STP auxPrice=101'))
  expect(other.heard()).toEqual([])
  other.say(4, 1, 5, '')
  expect(other.heardOf(4).map((fields) => fields[3])).toEqual(['10147'])
  expect(desk.venue.openOrders()).toMatchObject([{ instrument: AAPL, quantity: quantity('100') }])
})

describe.each(['Inactive', 'Cancelled'] as const)('what the broker rejects as %s', (word) => {
  const reject = () => {
    const { client, desk } = scriptedDesk(at('10:00'), NOTHING_HAPPENS, { marginRejectsAs: word })
    client.placeOrder(said('orderType=MKT totalQuantity=1000000'))
    return { client, desk }
  }

  test('is told, and listed as completed, by that word', () => {
    const { client } = reject()
    const heard = client.heard()
    expect(heard.map(([id]) => id)).toEqual(['5', '3', '4'])
    expect(read(heard, 'OPEN_ORDER')['status']).toBe(word)
    expect(heard[1]?.[2]).toBe(word)
    expect(heard[2]?.[3]).toBe('201')
    client.say(99, 0)
    expect(read(client.heard(), 'COMPLETED_ORDER')['status']).toBe(word)
  })

  test('is over: a cancel of it says what became of it', () => {
    const { client } = reject()
    client.heard()
    client.say(4, 1, 5, '')
    expect(client.heard().map(([, , , code, text]) => [code, text])).toEqual([['10148', `OrderId 5 that needs to be cancelled can not be cancelled, state: ${word}.`]]) // prettier-ignore
  })
})
