/**
 * What clients hear of orders that depend on each other, on events or on an algorithm: `5:oPre` is openOrder of order
 * 5 with its status, the other letters as in `order-semantics.test.ts`. ` / ` parts what is heard when the last order has
 * been placed from what is heard in each step of the market.
 */
import { describe, expect, test } from 'vitest'
import type { Desk } from '#gateway/desk.ts'
import { DESK_DEFAULTS, openDesk } from '#gateway/desk.ts'
import { scriptedDesk } from '#test/support/scripted-desk.ts'
import { table } from '#test/support/table.ts'
import { at, order } from '#test/support/venue.ts'
import { price } from '#model/fixed.ts'
import { smallDesk, startedClient, type WireClient } from '#test/support/wire-client.ts'

describe('a bracket', () => {
  const entry = 'BUY 100 LMT lmtPrice=99.5 transmit=0'
  const target = 'SELL 100 LMT lmtPrice=101 parentId=5 transmit=0'
  const loss = 'SELL 100 STP auxPrice=98 triggerMethod=4 parentId=5'
  const both = `${entry}; ${target}; ${loss}`
  test.each([
    [both, '99.4, 101.1', '5:oSub 5:sSub 6:oPre 6:sPre?child 7:oPre 7:sPre?child,trigger / 5:x100@99.5 5:oFil 5:sFil 6:oSub 6:sSub 7:oPre 7:sPre?trigger 5:oFil 5:c / 6:x100@101 6:oFil 6:sFil 7:oCan 7:sCan 7:e202 6:oFil 6:c'], // prettier-ignore
    [both, '99.4, 97.9', '5:oSub 5:sSub 6:oPre 6:sPre?child 7:oPre 7:sPre?child,trigger / 5:x100@99.5 5:oFil 5:sFil 6:oSub 6:sSub 7:oPre 7:sPre?trigger 5:oFil 5:c / 7:oSub 7:sSub 7:x100@97.89 7:oFil 7:sFil 6:oCan 6:sCan 6:e202 7:oFil 7:c'], // prettier-ignore
    [both, 'cancel 5', '5:oSub 5:sSub 6:oPre 6:sPre?child 7:oPre 7:sPre?child,trigger / 5:sPen 5:oCan 5:sCan 5:e202 6:oCan 6:sCan 6:e202 7:oCan 7:sCan 7:e202'], // prettier-ignore
    [both, '16:01', '5:oSub 5:sSub 6:oPre 6:sPre?child 7:oPre 7:sPre?child,trigger / 5:oCan 5:sCan 5:e202 6:oCan 6:sCan 6:e202 7:oCan 7:sCan 7:e202'], // prettier-ignore
    [both.replace('LMT lmtPrice=99.5', 'MKT'), 'wait', '5:oPre 5:sPre 5:x100@100.01 5:oFil 5:sFil 6:oSub 6:sSub 7:oPre 7:sPre?trigger / 5:oFil 5:c'], // prettier-ignore
    [`${entry}; ${target}`, 'wait', '- / -'],
    ['SELL 100 LMT lmtPrice=101 parentId=4', 'wait', '5:e10006 / -'],
    [`BUY 200 LMT lmtPrice=100.01 transmit=0; SELL 200 LMT lmtPrice=101 parentId=5`, 'wait', '5:oSub 5:sSub 5:x100@100.01 5:oSub 5:sSub:100 6:oSub 6:sSub / 5:c 5:x100@100.01 5:oFil 5:sFil 5:oFil 5:c'], // prettier-ignore
  ])('%s; then %s', (orders, market, story) => {
    expect(storyOf(orders, market)).toBe(story)
  })

  test('names its parent and its group in every message', () => {
    const { desk, client } = quietDesk()
    place(client, both)
    const heard = client.heard()
    const permId = heard.find(([id]) => id === '5')?.[25]
    const children = heard.filter(([id, orderId]) => id === '5' && orderId !== '5')
    expect(children.map((fields) => [fields[19], fields[53], fields[57]])).toEqual([[permId, '3', '5'], [permId, '3', '5']]) // prettier-ignore
    const statuses = heard.filter(([id, orderId]) => id === '3' && orderId !== '5')
    expect(statuses.map((fields) => fields[7])).toEqual(['5', '5'])
    client.say(4, 1, 5, '')
    client.heard()
    client.say(99, 0)
    const completed = client.heardOf(101)
    expect(completed.slice(1).every((fields) => fields.includes(permId ?? ''))).toBe(true)
    expect(desk.venue.openOrders()).toEqual([])
  })

  test('that is not transmitted can be given up, and leaves with its children', () => {
    const { client } = quietDesk()
    place(client, `${entry}; ${target}`)
    client.say(4, 1, 5, '')
    expect(chapterOf(client)).toBe('5:e202')
    place(client, loss, 7)
    expect(chapterOf(client)).toBe('7:e10006')
  })
})

describe('a one-cancels-all group', () => {
  test.each([
    ['BUY 200 LMT lmtPrice=99 ocaGroup=g ocaType=1 transmit=0; BUY 300 LMT lmtPrice=100.01 ocaGroup=g ocaType=1', 'wait', '5:oSub 5:sSub 6:oSub 6:sSub 6:x100@100.01 6:oSub 6:sSub:100 5:oCan 5:sCan 5:e202 / 6:c 6:x100@100.01 6:oSub 6:sSub:200 6:c 6:x100@100.01 6:oFil 6:sFil 6:oFil 6:c'], // prettier-ignore
    ['BUY 200 LMT lmtPrice=99 ocaGroup=g ocaType=2; BUY 200 LMT lmtPrice=100.01 ocaGroup=g ocaType=2', 'cancel 6', '5:oSub 5:sSub 6:oSub 6:sSub 6:x100@100.01 6:oSub 6:sSub:100 5:oSub 5:sSub / 6:sPen:100 6:oCan 6:sCan:100 6:e202 6:c'], // prettier-ignore
    ['BUY 200 LMT lmtPrice=99 ocaGroup=g; BUY 100 LMT lmtPrice=100.01 ocaGroup=g', 'wait', '5:oSub 5:sSub 6:oSub 6:sSub 6:x100@100.01 6:oFil 6:sFil 5:oCan 5:sCan 5:e202 / 6:oFil 6:c'], // prettier-ignore
    ['BUY 100 LMT lmtPrice=99 ocaGroup=g ocaType=1; BUY 100 LMT lmtPrice=98 ocaGroup=g ocaType=2', 'wait', '5:oSub 5:sSub 6:e10327 / -'], // prettier-ignore
    ['BUY 100 LMT lmtPrice=99 ocaGroup=g; SELL 100 MOC ocaGroup=g', 'wait', '5:oSub 5:sSub 6:oIna 6:sIna 6:e201 / -'], // prettier-ignore
  ])('%s; then %s', (orders, market, story) => {
    expect(storyOf(orders, market)).toBe(story)
  })

  test.each(
    table(`
      modification          | code
      ocaGroup=other        | 10326
      ocaGroup=g;ocaType=1  | 10327
      lmtPrice=98           | none
    `),
  )('stays as it is under a change of $modification: $code', ({ modification, code }) => {
    const { client } = quietDesk()
    place(client, 'BUY 100 LMT lmtPrice=99 ocaGroup=g ocaType=3')
    client.heard()
    place(client, `BUY 100 LMT lmtPrice=98.5 ${modification.replace(';', ' ')}`)
    expect(client.heardOf(4).map((fields) => fields[3])[0] ?? 'none').toBe(code)
  })

  test('cancels another client’s order too, and tells that client', () => {
    const { desk, client } = quietDesk()
    const other = startedClient(desk, 2)
    place(other, 'BUY 100 LMT lmtPrice=99 ocaGroup=g ocaType=1')
    other.heard()
    place(client, 'BUY 100 MKT ocaGroup=g ocaType=1')
    expect(chapterOf(other)).toBe('5:oCan 5:sCan 5:e202')
  })
})

describe('a conditional order', () => {
  const waits = 'BUY 100 MKT conditionsCount=1 CONDITIONS='
  test.each([
    [`${waits}1|a|1|101|265598|SMART|2|0|0`, '100.5, 101', '5:oPre 5:sPre / - / 5:oPre 5:sPre 5:x100@101.01 5:oFil 5:sFil 5:oFil 5:c'], // prettier-ignore
    [`${waits}3|a|1|20180205-15:00:07|0|0`, 'wait, wait', '5:oPre 5:sPre / - / 5:oPre 5:sPre 5:x100@100.01 5:oFil 5:sFil 5:oFil 5:c'], // prettier-ignore
    [`${waits}4|a|0|99|0|0`, 'wait', '5:oPre 5:sPre 5:x100@100.01 5:oFil 5:sFil / 5:oFil 5:c'],
    [`${waits}4|a|0|5|0|0`, 'wait', '5:oPre 5:sPre / -'],
    [`${waits}5|a|STK|SMART|AAPL|0|0; SELL 100 MKT`, 'wait', '5:oPre 5:sPre 6:oPre 6:sPre 6:x100@99.99 6:oFil 6:sFil 5:oPre 5:sPre 5:x100@100.01 5:oFil 5:sFil / 6:oFil 6:c 5:oFil 5:c'], // prettier-ignore
    [`${waits}6|a|1|1000|265598|SMART|0|0`, 'wait, flow', '5:oPre 5:sPre / - / 5:oPre 5:sPre 5:x100@100.01 5:oFil 5:sFil 5:oFil 5:c'], // prettier-ignore
    [`${waits}7|a|1|2|265598|SMART|0|0`, '101, 103', '5:oPre 5:sPre / - / 5:oPre 5:sPre 5:x100@103.01 5:oFil 5:sFil 5:oFil 5:c'], // prettier-ignore
    ['BUY 100 LMT lmtPrice=99 conditionsCount=1 CONDITIONS=1|a|1|101|265598|SMART|2|0|1', '100.5, 101', '5:oSub 5:sSub / - / 5:oCan 5:sCan 5:e202'], // prettier-ignore
    [`${waits}1|a|1|101|7|SMART|2|0|0`, 'wait', '5:e200 / -'],
  ])('%s; then %s', (orders, market, story) => {
    expect(storyOf(orders, market)).toBe(story)
  })

  test('is shown with its conditions as they were sent', () => {
    const { client } = quietDesk()
    place(client, `${waits}1|a|1|101|265598|SMART|2|0|0`)
    const open = client.heardOf(5)[0]?.join('|') ?? ''
    expect(open).toContain('|1|1|a|1|101|265598|SMART|2|0|0|')
  })
})

describe('an order with an algorithm', () => {
  test.each([
    ['BUY 100 MKT algoStrategy=Adaptive ALGO=1|adaptivePriority|Urgent', 'wait', /^5:oPre 5:sPre 5:oSub 5:sSub \/ 5:x100@100\.\d+ 5:oFil 5:sFil 5:oFil 5:c$/], // prettier-ignore
    ['BUY 600 MKT algoStrategy=Twap ALGO=1|endTime|20180205-15:01:00', '10:02', /^5:oPre 5:sPre 5:oSub 5:sSub \/ (5:x100@100\.01 5:oSub 5:sSub:\d00 5:c ){5}5:x100@100\.01 5:oFil 5:sFil 5:oFil 5:c$/], // prettier-ignore
    ['BUY 600 LMT lmtPrice=99 algoStrategy=Twap ALGO=1|endTime|20180205-15:01:00', '10:02', /^5:oSub 5:sSub \/ 5:oCan 5:sCan 5:e202$/], // prettier-ignore
    ['BUY 600 LMT lmtPrice=99 algoStrategy=Twap ALGO=2|endTime|20180205-15:01:00|allowPastEndTime|1', '10:02, 16:01', /^5:oSub 5:sSub \/ - \/ 5:oCan 5:sCan 5:e202$/], // prettier-ignore
    ['BUY 100 MKT algoStrategy=Twap ALGO=1|startTime|20180205-15:01:00', '10:00:50, 10:59', /^5:oPre 5:sPre 5:oSub 5:sSub \/ - \/ -$|x100/], // prettier-ignore
    ['BUY 100 MKT algoStrategy=Nope ALGO=0', 'wait', /^5:e439 \/ -$/],
    ['BUY 100 MKT algoStrategy=Twap ALGO=1|bogus|1', 'wait', /^5:e443 \/ -$/],
    ['BUY 100 MKT tif=IOC algoStrategy=Twap ALGO=0', 'wait', /^5:e442 \/ -$/],
    ['BUY 100 MKT algoStrategy=Vwap ALGO=1|maxPctVol|99', 'wait', /^5:e441 \/ -$/],
  ])('%s; then %s', (orders, market, story) => {
    expect(storyOf(orders, market)).toMatch(story)
  })

  test('is shown with its parameters as they were sent, and keeps them', () => {
    const { client } = quietDesk()
    const sent = 'BUY 600 LMT lmtPrice=99 algoStrategy=Twap ALGO=1|endTime|20180205-15:01:00'
    place(client, sent)
    expect(client.heardOf(5)[0]?.join('|')).toContain('|Twap|1|endTime|20180205-15:01:00|')
    place(client, sent.replace('15:01', '15:02'))
    expect(chapterOf(client)).toBe('5:e440')
    place(client, sent.replace('lmtPrice=99', 'lmtPrice=98'))
    expect(chapterOf(client)).toBe('5:oSub 5:sSub')
  })
})

describe('several clients', () => {
  test('the master client hears of everybody’s orders, executions and commissions, not of their errors', () => {
    const { client, desk } = smallDeskWith({ masterClientId: 9 })
    const [owner, master] = [client(1), client(9)]
    owner.placeOrder({ orderId: '5', orderType: 'MKT', lmtPrice: '', totalQuantity: '10' })
    desk.advance(desk.venue.now + 1_000)
    expect(chapterOf(master)).toBe('5:oPre 5:sPre 5:x10 5:oFil 5:sFil 5:oFil 5:c')
    expect(chapterOf(owner)).toBe('5:oPre 5:sPre 5:x10 5:oFil 5:sFil 5:oFil 5:c')
    owner.placeOrder({ orderId: '6', lmtPrice: '1.5' })
    owner.say(4, 1, 6, '')
    expect(chapterOf(master)).toBe('6:oSub 6:sSub 6:oCan 6:sCan')
    owner.placeOrder({ orderId: '7', lmtPrice: '1.5' })
    master.heard()
    master.say(5, 1)
    expect(chapterOf(master)).toBe('7:oSub 7:sSub')
    master.say(4, 1, 7, '')
    expect(chapterOf(master)).toBe('7:e10147')
  })

  test('client 0 binds what people type, and may then change and cancel it', () => {
    const { client, desk } = smallDeskWith({})
    const [first, other] = [client(0), client(2)]
    const typed = () => desk.publish(desk.venue.controls.placeByHand(handOrder()))
    typed()
    expect([chapterOf(first), chapterOf(other)]).toEqual(['-', '-'])
    first.say(15, 1, 1)
    typed()
    const [bound] = first.heard()
    expect(bound?.slice(0, 1)).toEqual(['100'])
    expect(bound?.slice(2)).toEqual(['0', '-1'])
    first.say(5, 1)
    const ids = first.heard().filter(([id]) => id === '5').map((fields) => fields[1]) // prettier-ignore
    expect(new Set(ids)).toEqual(new Set(['-1', '-2']))
    other.say(16, 1)
    expect(other.heardOf(5).map((fields) => fields[1])).toEqual(['0', '0'])
    other.say(4, 1, -1, '')
    expect(chapterOf(other)).toBe('-1:e10147')
    first.say(4, 1, -1, '')
    expect(chapterOf(first)).toBe('-1:sPen -1:oCan -1:sCan -1:e202')
    first.say(4, 1, -2, '')
    expect(desk.venue.openOrders()).toEqual([])
  })

  test('a global cancel takes what others and people placed, and what is kept', () => {
    const { client, desk } = smallDeskWith({})
    const [one, two] = [client(1), client(2)]
    one.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    one.placeOrder({ orderId: '6', lmtPrice: '1.5', transmit: '0' })
    desk.publish(desk.venue.controls.placeByHand(handOrder()))
    two.say(58, 1)
    expect(desk.venue.openOrders()).toEqual([])
    one.heard()
    one.say(4, 1, 6, '')
    expect(chapterOf(one)).toBe('6:e10147')
  })

  test('an order outlives its client’s connection and stays its own', () => {
    const { client, desk } = smallDeskWith({})
    const one = client(1)
    one.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    one.placeOrder({ orderId: '6', lmtPrice: '1.5', transmit: '0' })
    one.leave()
    const two = client(2)
    two.say(4, 1, 5, '')
    expect(chapterOf(two)).toBe('5:e10147')
    const again = startedClient(desk, 1)
    again.placeOrder({ orderId: '7', lmtPrice: '1.4', parentId: '6' })
    expect(chapterOf(again)).toBe('6:oSub 6:sSub 7:oPre 7:sPre?child')
    again.say(4, 1, 5, '')
    expect(chapterOf(again)).toBe('5:sPen 5:oCan 5:sCan 5:e202')
  })

  test('advisors’ requests and groups are refused', () => {
    const { client } = smallDeskWith({})
    const one = client(1)
    one.say(18, 1, 1)
    one.say(19, 1, 1, '<ListOfGroups/>', 44)
    one.placeOrder({ orderId: '5', lmtPrice: '1.5', faGroup: 'All' })
    const words = expect.stringContaining('FA data operations ignored for non FA customers')
    expect(one.heardOf(4).map((fields) => fields.slice(2, 5))).toEqual([['2147483647', '321', words], ['44', '321', words], ['5', '321', words]]) // prettier-ignore
  })
})

const handOrder = () => {
  const { owner: _owner, ...terms } = order('BUY', '10', { limitPrice: price('2.00') }) // prettier-ignore
  return terms
}

function smallDeskWith(settings: { readonly masterClientId?: number }): {
  readonly desk: Desk
  readonly client: (id: number) => WireClient
} {
  const desk = openDesk(smallDesk().venue, { ...DESK_DEFAULTS, ...settings })
  return { desk, client: (id) => startedClient(desk, id) }
}

const quietDesk = () => scriptedDesk(at('10:00'), { prices: [{ at: at('09:00') - 86_400_000, price: 100 }], trades: [] }) // prettier-ignore

/** `BUY 100 LMT lmtPrice=99; SELL …`: orders 5, 6, …; in a block `|` parts the fields. */
function place(client: WireClient, text: string, firstId = 5): void {
  text.split(';').forEach((one, i) => {
    const [action = '', totalQuantity = '', orderType = '', ...rest] = one.trim().split(/\s+/)
    const said = rest.map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, value.join('=').replaceAll('|', ' ')] as const
    })
    client.placeOrder({ orderId: String(firstId + i), action, totalQuantity, orderType, lmtPrice: '', ...Object.fromEntries(said) }) // prettier-ignore
  })
}

const STEP_MS = 5_000

/** Steps as in `scripted-desk.ts`: a price, `flow`, `wait`, a time, `cancel ID`. */
function storyOf(orders: string, stepsText: string): string {
  const startAt = at('10:00')
  let now = startAt
  const steps = stepsText.split(', ').map((word) => {
    const from = now
    if (/^\d\d:\d\d/.test(word)) now = at(word.slice(0, 5)) + Number(word.slice(6, 8) || 0) * 1_000
    else if (!word.startsWith('cancel')) now += STEP_MS
    return { word, from, to: now }
  })
  const prices = steps.flatMap(({ word, from }) => (/^\d+(\.\d+)?$/.test(word) ? [{ at: from + 1, price: Number(word) }] : [])) // prettier-ignore
  const trades = steps.flatMap(({ word, from }) => (word === 'flow' ? [{ at: from + 2_000, units: 1_000_000 }] : [])) // prettier-ignore
  const { desk, client } = scriptedDesk(startAt, { prices: [{ at: startAt - 86_400_000, price: 100 }, ...prices], trades }) // prettier-ignore
  place(client, orders)
  const chapters = [chapterOf(client)]
  for (const { word, to } of steps) {
    const [verb, id] = word.split(' ')
    if (verb === 'cancel') client.say(4, 1, id ?? '', '')
    desk.advance(verb === 'cancel' ? to + 1_000 : to)
    chapters.push(chapterOf(client))
  }
  return chapters.join(' / ')
}

const SHORT: Readonly<Record<string, string>> = { PreSubmitted: 'Pre', Submitted: 'Sub', Filled: 'Fil', Cancelled: 'Can', Inactive: 'Ina', PendingCancel: 'Pen' } // prettier-ignore

/** Everything heard since, a commission by the order of its execution. */
function chapterOf(client: WireClient): string {
  const words = client.heard().flatMap((fields) => {
    const [id, first = '', second = '', filled = '', remaining = ''] = fields
    const why = fields[10] === '' || fields[10] === undefined ? '' : `?${fields[10]}`
    const part = Number(filled) > 0 && Number(remaining) > 0 ? `:${filled}` : ''
    if (id === '3') return [`${first}:s${SHORT[second] ?? second}${part}${why}`]
    if (id === '4') return [`${second}:e${filled}`]
    if (id === '5')
      return [`${first}:o${SHORT[fields.find((field) => field in SHORT) ?? ''] ?? ''}`]
    if (id === '11') {
      orderOf.set(fields[14] ?? '', second)
      return [`${second}:x${fields[19]}${Number(fields[19]) % 100 === 0 ? `@${fields[20]}` : ''}`]
    }
    return id === '59' ? [`${orderOf.get(second) ?? ''}:c`] : []
  })
  return words.length === 0 ? '-' : words.join(' ')
}

/** Order ids by execId. */
const orderOf = new Map<string, string>()
