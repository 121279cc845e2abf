import { describe, expect, test } from 'vitest'
import type { Desk } from '#gateway/desk.ts'
import { smallDesk, startedClient, type WireClient } from '#test/support/wire-client.ts'
import { table } from '#test/support/table.ts'

/** `message status/code` of what a client heard about orders, in order. */
function story(messages: readonly (readonly string[])[]): string[] {
  const told: Readonly<Record<string, (fields: readonly string[]) => string>> = {
    '3': (fields) => `status ${fields[2]}`,
    '4': (fields) => `error ${fields[3]}`,
    '5': (fields) => `open ${fields[93]}`,
    '11': () => 'execution',
    '59': () => 'commission',
  }
  return messages.flatMap((fields) => told[fields[0] ?? '']?.(fields) ?? [])
}

const MARKET = { orderType: 'MKT', lmtPrice: '' }

describe('a market order', () => {
  test('is told as the real gateway tells it', () => {
    const { desk, client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '10', orderRef: 'ref-5' })
    const messages = client.heard()
    expect(story(messages)).toEqual([
      'open PreSubmitted',
      'status PreSubmitted',
      'execution',
      'open Filled',
      'status Filled',
    ])
    const execution = messages.find(([id]) => id === '11')
    expect(execution?.slice(1, 5)).toEqual(['-1', '5', '265598', 'AAPL'])
    expect(execution).toContain('ref-5')
    desk.advance(desk.venue.now + 100)
    expect(story(client.heard())).toEqual(['open Filled', 'commission'])
  })

  test('one larger than the touch walks the book, an execution and a status each', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, action: 'SELL', totalQuantity: '300' })
    const heard = client.heard()
    const executions = heard.filter(([id]) => id === '11')
    const statuses = heard.filter(([id, , status]) => id === '3' && status !== 'PreSubmitted')
    expect(statuses).toHaveLength(executions.length)
    expect(statuses.at(-1)?.slice(2, 5)).toEqual(['Filled', '300', '0'])
    expect(executions.reduce((sum, fields) => sum + Number(fields[19]), 0)).toBe(300)
  })

  test('for a halted name waits, and says why', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', symbol: 'HALTD', ...MARKET })
    expect(story(client.heard())).toEqual(['open PreSubmitted', 'status PreSubmitted', 'error 154'])
  })

  test('before the open is held with 399, and fills when the session begins', () => {
    const { desk, client } = start(Date.UTC(2026, 0, 5, 13, 0))
    client.placeOrder({ orderId: '5', ...MARKET })
    expect(story(client.heard())).toEqual(['open PreSubmitted', 'status PreSubmitted', 'error 399'])
    desk.advance(Date.UTC(2026, 0, 5, 14, 35))
    expect(story(client.heard())).toEqual(expect.arrayContaining(['execution', 'status Filled']))
  })

  test('to short what cannot be borrowed is held with 404, shares being located', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', symbol: 'LOCKED', action: 'SELL', ...MARKET })
    const heard = client.heard()
    expect(story(heard)).toEqual(['open PreSubmitted', 'status PreSubmitted', 'error 404'])
    expect(heard.find(([id]) => id === '3')).toContain('locate')
  })

  test('beyond the margin is rejected with 201 and is inactive', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '1000000' })
    expect(story(client.heard())).toEqual(['open Inactive', 'status Inactive', 'error 201'])
  })
})

describe('a limit order', () => {
  test('rests, is changed, is canceled', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    expect(story(client.heard())).toEqual(['open Submitted', 'status Submitted'])
    client.placeOrder({ orderId: '5', lmtPrice: '1.6', totalQuantity: '120' })
    const changed = client.heard()
    expect(story(changed)).toEqual(['open Submitted', 'status Submitted'])
    expect(changed[0]).toEqual(expect.arrayContaining(['1.6', '120']))
    client.say(4, 1, 5, '')
    expect(story(client.heard())).toEqual(['status PendingCancel', 'open Cancelled', 'status Cancelled', 'error 202']) // prettier-ignore
  })

  test('keeps its terms when a change of it is refused', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    client.heard()
    client.placeOrder({ orderId: '5', lmtPrice: '1.555' })
    client.placeOrder({ orderId: '5', lmtPrice: '1.5', action: 'SELL' })
    client.placeOrder({ orderId: '5', symbol: 'IBM', lmtPrice: '1.5' })
    expect(story(client.heard())).toEqual(['error 110', 'error 105', 'error 105'])
    client.say(5, 1)
    expect(client.heardOf(5)[0]).toEqual(expect.arrayContaining(['AAPL', 'BUY', '1.5']))
  })

  test('immediate or cancel leaves nothing behind', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5', tif: 'IOC' })
    expect(story(client.heard()).slice(-2)).toEqual(['status Cancelled', 'error 202'])
  })

  test('good till a date ends there', () => {
    const { desk, client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5', tif: 'GTD', goodTillDate: '20260105 10:05:00 US/Eastern' }) // prettier-ignore
    expect(client.heard()[0]).toContain('20260105 10:05:00 US/Eastern')
    desk.advance(desk.venue.now + 4 * 60_000)
    expect(story(client.heard())).toEqual([])
    desk.advance(desk.venue.now + 2 * 60_000)
    expect(story(client.heard())).toEqual(['open Cancelled', 'status Cancelled', 'error 202'])
  })

  test('for the day ends at the close; one good till canceled lives on', () => {
    const { desk, client } = start(Date.UTC(2026, 0, 5, 20, 58))
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    client.placeOrder({ orderId: '6', lmtPrice: '1.5', tif: 'GTC' })
    client.heard()
    desk.advance(Date.UTC(2026, 0, 6, 14, 0))
    expect(client.heardOf(3).map((fields) => fields.slice(1, 3))).toContainEqual(['5', 'Cancelled'])
    client.say(5, 1)
    expect(client.heardOf(5).map((fields) => fields[1])).toEqual(['6'])
  })

  test('without a time in force is a day order, with a warning', () => {
    const { client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5', tif: '' })
    const heard = client.heard()
    expect(story(heard)).toEqual(['error 10349', 'open Submitted', 'status Submitted'])
    expect(heard[1]?.[18]).toBe('DAY')
  })

  test('that is not to be transmitted is not', () => {
    const { desk, client } = start()
    client.placeOrder({ orderId: '5', lmtPrice: '1.5', transmit: '' })
    expect(client.heard()).toEqual([])
    expect(desk.venue.openOrders()).toEqual([])
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    expect(story(client.heard())).toEqual(['open Submitted', 'status Submitted'])
  })
})

describe('what is refused', () => {
  test.each(
    table(`
      situation                           | before | order                  | code
      an id that was used                 | 7      | orderId=7;lmtPrice=1.5;canceled=1 | 103
      an id below the last                | 7      | orderId=6              | 103
      a change of what has filled         | 8      | orderId=8              | 104
      an unknown symbol                   |        | orderId=1;symbol=NOPE  | 200
      a size of zero                      |        | orderId=1;totalQuantity=0 | 434
      a stop order without its stop       |        | orderId=1;orderType=STP | 403
      an order type of nobody             |        | orderId=1;orderType=WISH | 387
    `),
  )('$situation: error $code', ({ before, order, code }) => {
    const { client } = start()
    if (before === '7') {
      client.placeOrder({ orderId: '7', lmtPrice: '1.5' })
      client.say(4, 1, 7, '')
    }
    if (before === '8') client.placeOrder({ orderId: '8', ...MARKET, totalQuantity: '1' })
    client.heard()
    const said = Object.fromEntries(order.split(';').map((pair) => pair.split('='))) as Record<string, string> // prettier-ignore
    delete said['canceled']
    client.placeOrder(said)
    expect(client.heardOf(4).map((fields) => [fields[2], fields[3]])).toEqual([[said['orderId'], code]]) // prettier-ignore
  })

  test('cancels of what is not there, of what is over, of what is another’s', () => {
    const { desk, client } = start()
    client.say(4, 1, 99, '')
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '1' })
    client.say(4, 1, 5, '')
    client.placeOrder({ orderId: '6', lmtPrice: '1.5' })
    const other = startedClient(desk, 2)
    other.say(4, 1, 6, '')
    expect(client.heardOf(4).map((fields) => fields[3])).toEqual(['10147', '10148'])
    expect(other.heardOf(4).map((fields) => fields[3])).toEqual(['10147'])
  })

  test('a request that slipped, by the id it still shows', () => {
    const { client } = start()
    client.say(3, 5, 0, 'AAPL')
    expect(client.heardOf(4)).toEqual([['4', '2', '5', '320', expect.stringContaining('too few'), '']]) // prettier-ignore
  })
})

describe('clients', () => {
  test('hear of their own orders only; all open orders can be listed; a global cancel takes all', () => {
    const { desk, client } = start()
    const other = startedClient(desk, 2)
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    expect(other.heard()).toEqual([])
    other.placeOrder({ orderId: '5', symbol: 'IBM', lmtPrice: '1.5' })
    client.heard()
    other.heard()
    client.say(16, 1)
    expect(client.heardOf(5)).toHaveLength(2)
    client.say(58, 1)
    expect(story(client.heard())).toContain('status Cancelled')
    expect(story(other.heard())).toContain('status Cancelled')
    expect(desk.venue.openOrders()).toEqual([])
  })

  test('only client 0 may bind what others place by hand', () => {
    const { desk, client } = start()
    client.say(15, 1, 1)
    expect(client.heardOf(4).map((fields) => fields[3])).toEqual(['327'])
    const first = startedClient(desk, 0)
    first.say(15, 1, 1)
    expect(first.heard()).toEqual([])
  })

  test('what happened to an order while its client was away can be asked for', () => {
    const { desk, client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '3', orderRef: 'mine' })
    client.leave()
    desk.advance(desk.venue.now + 1_000)
    const again = startedClient(desk, 1)
    again.say(7, 3, 50, 0, '', '', '', '', '', '')
    const heard = again.heard()
    expect(heard.map(([id]) => id)).toEqual(['11', '59', '55'])
    expect(heard[0]?.slice(0, 3)).toEqual(['11', '50', '5'])
    again.say(99, 0)
    const [completed, end] = again.heard()
    expect(completed).toEqual(expect.arrayContaining(['101', 'mine', 'Filled', 'Filled Size: 3']))
    expect(end).toEqual(['102'])
  })

  test.each(
    table(`
      filter                      | fields                                  | found
      nothing                     | 0;;;;;;                                 | 1
      this client                 | 1;;;;;;                                 | 1
      another client              | 4;;;;;;                                 | 0
      another account             | 0;DU9;;;;;                              | 0
      since before                | 0;;20260105 09:59:00 US/Eastern;;;;     | 1
      since after, in UTC         | 0;;20260105-15:30:00;;;;                | 0
      the symbol                  | 0;;;AAPL;;;                             | 1
      another symbol              | 0;;;IBM;;;                              | 0
      buys                        | 0;;;;STK;;BUY                           | 1
      sells                       | 0;;;;STK;;SELL                          | 0
    `),
  )('executions by $filter: $found', ({ fields, found }) => {
    const { client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '1' })
    client.heard()
    client.say(7, 3, 50, ...fields.split(';'))
    expect(client.heardOf(11)).toHaveLength(Number(found))
  })

  test('a filter that cannot be read is refused', () => {
    const { client } = start()
    client.say(7, 3, 50, 0, '', 'yesterday', '', '', '', '')
    expect(client.heard().map((fields) => [fields[2], fields[3]])).toEqual([['50', '321']])
  })
})

describe('what-if', () => {
  test('answers with margin and commission, places nothing, uses no id', () => {
    const { desk, client } = start()
    client.placeOrder({ orderId: '5', ...MARKET, totalQuantity: '100', whatIf: '1' })
    const heard = client.heard()
    expect(story(heard)).toEqual(['open PreSubmitted'])
    const [before, change, after] = [94, 97, 100].map((i) => Number(heard[0]?.[i]))
    expect(after).toBeCloseTo((before ?? 0) + (change ?? 0), 2)
    expect(change).toBeGreaterThan(0)
    expect(Number(heard[0]?.[103])).toBeGreaterThan(0)
    expect(desk.venue.openOrders()).toEqual([])
    client.placeOrder({ orderId: '5', lmtPrice: '1.5' })
    expect(story(client.heard())).toEqual(['open Submitted', 'status Submitted'])
  })
})

function start(at?: number): { desk: Desk; client: WireClient } {
  const desk = smallDesk(at)
  return { desk, client: startedClient(desk, 1) }
}
