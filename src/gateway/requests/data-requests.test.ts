import { describe, expect, test } from 'vitest'
import { sessionOn } from '#marketdata/calendar.ts'
import {
  TEN_O_CLOCK,
  smallDesk,
  startedClient,
  type WireClient,
} from '#test/support/wire-client.ts'
import { table } from '#test/support/table.ts'

/** The twelve fields of a contract. */
const contract = (symbol: string, more: Readonly<Record<number, string>> = {}): string[] =>
  ['0', symbol, 'STK', '', '0.0', '', '', 'SMART', '', 'USD', '', ''].map((text, i) => more[i] ?? text) // prettier-ignore

const askHistory = (client: WireClient, reqId: number, said: Partial<HistoryAsked> = {}) => {
  const { of = contract('AAPL'), end = '', size = '1 day', duration = '5 D', show = 'TRADES', format = '1', keep = '0' } = said // prettier-ignore
  client.say(20, reqId, ...of, 0, end, size, duration, 1, show, format, keep, '')
}

interface HistoryAsked {
  readonly of: readonly string[]
  readonly end: string
  readonly size: string
  readonly duration: string
  readonly show: string
  readonly format: string
  readonly keep: string
}

/** date, open, high, low, close, volume, wap, count of each bar. */
function barsIn(message: readonly string[] | undefined): string[][] {
  const bars: string[][] = []
  for (let i = 5; i < (message?.length ?? 0); i += 8) bars.push(message?.slice(i, i + 8) ?? [])
  return bars
}

const high = (bars: string[][]) => Math.max(...bars.map((bar) => Number(bar[2])))

const askQuotes = (client: WireClient, reqId: number, symbol: string, ticks = '', snapshot = 0) =>
  client.say(1, 11, reqId, ...contract(symbol), 0, ticks, snapshot, 0, '')

const askDetails = (client: WireClient, of: readonly string[]) =>
  client.say(9, 8, 1, ...of, 0, '', '', '')

describe('history', () => {
  test('daily bars end with today so far; completed ones only, up to a past end', () => {
    const client = startedClient(smallDesk())
    askHistory(client, 1)
    const [heard] = client.heardOf(17)
    expect(heard?.[4]).toBe('5')
    expect(barsIn(heard).map(([date]) => date)).toEqual(['20251229', '20251230', '20251231', '20260102', '20260105']) // prettier-ignore
    askHistory(client, 2, { end: '20260103 00:00:00 US/Eastern', duration: '2 D' })
    expect(barsIn(client.heardOf(17)[0]).map(([date]) => date)).toEqual(['20251231', '20260102'])
  })

  test('a year is a year', () => {
    const client = startedClient(smallDesk())
    askHistory(client, 1, { duration: '1 Y' })
    const dates = barsIn(client.heardOf(17)[0]).map(([date]) => date)
    expect([dates[0], dates.at(-1), dates.length]).toEqual(['20250106', '20260105', 250])
  })

  test('weeks and months are made of days', () => {
    const client = startedClient(smallDesk())
    askHistory(client, 1, { end: '20260103 00:00:00', duration: '1 M' })
    const days = barsIn(client.heardOf(17)[0])
    askHistory(client, 2, { end: '20260103 00:00:00', duration: '1 M', size: '1 week' })
    const weeks = barsIn(client.heardOf(17)[0])
    expect(weeks.map(([date]) => date)).toEqual(['20251205', '20251212', '20251219', '20251226', '20260102']) // prettier-ignore
    expect(high(weeks)).toBe(high(days))
  })

  test.each(
    table(`
      size    | duration | end                          | count | first                       | last
      5 mins  | 1 D      | 20260102 16:00:00 US/Eastern | 78    | 20260102 09:30:00 US/Eastern | 20260102 15:55:00 US/Eastern
      1 hour  | 2 D      | 20260102 16:00:00 US/Eastern | 14    | 20251231 09:30:00 US/Eastern | 20260102 15:00:00 US/Eastern
      1 min   | 600 S    | 20260102 16:00:00 US/Eastern | 10    | 20260102 15:50:00 US/Eastern | 20260102 15:59:00 US/Eastern
      1 min   | 3600 S   | 20260105 10:00:00 US/Eastern | 60    | 20260102 15:30:00 US/Eastern | 20260105 09:59:00 US/Eastern
      5 mins  | 1 D      |                              | 6     | 20260105 09:30:00 US/Eastern | 20260105 09:55:00 US/Eastern
    `),
  )('$size bars over $duration: $count', ({ size, duration, end, count, first, last }) => {
    const client = startedClient(smallDesk())
    askHistory(client, 1, { size, duration, end })
    const bars = barsIn(client.heardOf(17)[0])
    expect([String(bars.length), bars[0]?.[0], bars.at(-1)?.[0]]).toEqual([count, first, last])
  })

  test('the midpoint lies between bid and ask and has no volume', () => {
    const client = startedClient(smallDesk())
    const ask = (show: string) => {
      askHistory(client, 1, { show, size: '1 min', duration: '60 S', end: '20260105 10:00:00' })
      return barsIn(client.heardOf(17)[0])[0] ?? []
    }
    const [bid, mid, offer] = [ask('BID'), ask('MIDPOINT'), ask('ASK')]
    expect(Number(bid[4])).toBeLessThan(Number(mid[4]))
    expect(Number(mid[4])).toBeLessThan(Number(offer[4]))
    expect(mid.slice(5)).toEqual(['-1', '-1', '-1'])
  })

  test('formatDate 2 dates intraday bars by epoch, and leaves days as they are', () => {
    const client = startedClient(smallDesk())
    askHistory(client, 1, { size: '1 min', duration: '60 S', format: '2' })
    expect(barsIn(client.heardOf(17)[0])[0]?.[0]).toBe(String(TEN_O_CLOCK / 1000 - 60))
    askHistory(client, 2, { format: '2', duration: '1 D' })
    expect(barsIn(client.heardOf(17)[0])[0]?.[0]).toBe('20260105')
  })

  test.each(
    table(`
      situation                       | said                                   | code
      an unknown contract             | symbol=NOPE                            | 200
      a duration that is none         | duration=soon                          | 321
      more than a year in days        | duration=400 D                         | 321
      a bar size that is none         | size=7 mins                            | 321
      a kind that is none             | show=DREAMS                            | 321
      a kind there is no data for     | show=YIELD_BID                         | 162
      a volatility within the day     | show=HISTORICAL_VOLATILITY;size=1 hour | 162
      a schedule by the hour          | show=SCHEDULE;size=1 hour              | 321
      adjusted bars to a past end     | show=ADJUSTED_LAST;end=20260102 16:00:00 | 321
      an end that is no time          | end=soon                               | 10314
      an end in no zone               | end=20260102 16:00:00 Mars/Base        | 10314
      an end before all history       | end=20100101 16:00:00                  | 162
      bars too short for so long      | size=1 secs;duration=60 D              | 162
      too many bars                   | size=1 min;duration=1 Y                | 162
      to be kept from a past end      | keep=1;end=20260102 16:00:00           | 321
      to be kept by the second        | keep=1;size=1 secs;duration=60 S       | 321
      a schedule to be kept           | keep=1;show=SCHEDULE                   | 321
    `),
  )('$situation is error $code', ({ said, code }) => {
    const client = startedClient(smallDesk())
    const pairs = Object.fromEntries(said.split(';').map((pair) => pair.split('='))) as Record<string, string> // prettier-ignore
    askHistory(client, 9, { ...pairs, ...(pairs['symbol'] === undefined ? {} : { of: contract(pairs['symbol']) }) }) // prettier-ignore
    expect(client.heard().map((fields) => [fields[0], fields[2], fields[3]])).toEqual([['4', '9', code]]) // prettier-ignore
  })

  test('there is never a query left to cancel', () => {
    const client = startedClient(smallDesk())
    client.say(25, 1, 9)
    expect(client.heardOf(4).map((fields) => fields[3])).toEqual(['366'])
  })

  test('the head time stamp is the first session', () => {
    const client = startedClient(smallDesk())
    client.say(87, 3, ...contract('AAPL'), 0, 1, 'TRADES', 1)
    expect(client.heard()).toEqual([['88', '3', '20240102-14:30:00']])
    client.say(87, 3, ...contract('AAPL'), 0, 1, 'TRADES', 2)
    expect(client.heard()).toEqual([['88', '3', String((sessionOn('2024-01-02', 'us-equity')?.opensAt ?? 0) / 1000)]]) // prettier-ignore
  })
})

describe('level 1', () => {
  test('begins with increments, kind and everything known, sizes on their own', () => {
    const client = startedClient(smallDesk())
    askQuotes(client, 1, 'AAPL')
    const heard = client.heard()
    expect(heard[0]).toEqual(['81', '1', '0.01', '9c0001', '3'])
    expect(heard[1]).toEqual(['58', '1', '1', '1'])
    const ticks = heard.slice(2).map(([id, , , type]) => `${id}:${type}`)
    expect(ticks).toEqual(['1:1', '2:0', '1:2', '2:3', '46:32', '46:33', '1:4', '2:5', '46:45', '46:84', '2:8', '1:6', '1:7', '1:9', '1:14', '45:49']) // prettier-ignore
  })

  test('goes on with what has changed, at most four times a second', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    askQuotes(client, 1, 'AAPL')
    client.heard()
    desk.advance(desk.venue.now + 100)
    expect(client.heard()).toEqual([])
    desk.advance(desk.venue.now + 30_000)
    const bids = client.heard().filter(([id, , , type]) => id === '1' && type === '1')
    expect(bids.length).toBeGreaterThan(2)
    expect(bids.length).toBeLessThanOrEqual(121)
  })

  test('a halted name has −1 and says that it is halted', () => {
    const client = startedClient(smallDesk())
    askQuotes(client, 1, 'HALTD')
    const heard = client.heard()
    expect(heard).toContainEqual(['1', '6', '1', '1', '-1', '0', '0'])
    expect(heard).toContainEqual(['45', '6', '1', '49', '1'])
  })

  test('a snapshot ends, and leaves no line open', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    askQuotes(client, 1, 'AAPL', '', 1)
    expect(client.heard().at(-1)).toEqual(['57', '1', '1'])
    client.say(2, 1, 1)
    expect(client.heardOf(4).map((fields) => fields[3])).toEqual(['300'])
  })

  test('generic ticks: whether it can be shorted, the mark', () => {
    const client = startedClient(smallDesk())
    askQuotes(client, 1, 'LOCKED', '236,232,mdoff')
    const heard = client.heard()
    expect(heard).toContainEqual(['45', '6', '1', '46', '1.0'])
    expect(heard.some(([id, , , type]) => id === '1' && type === '37')).toBe(true)
  })

  test.each(
    table(`
      situation                     | symbol | ticks | snapshot | code
      an unknown contract           | NOPE   |       | 0        | 200
      a generic tick that is none   | AAPL   | 9999  | 0        | 321
      a snapshot of generic ticks   | AAPL   | 236   | 1        | 321
    `),
  )('$situation is error $code', ({ symbol, ticks, snapshot, code }) => {
    const client = startedClient(smallDesk())
    askQuotes(client, 4, symbol, ticks, Number(snapshot))
    expect(client.heard().map((fields) => [fields[2], fields[3]])).toEqual([['4', code]])
  })

  test('an id twice is error 102, a hundred and first line error 101', () => {
    const client = startedClient(smallDesk())
    for (let id = 1; id <= 101; id += 1) askQuotes(client, id, 'AAPL')
    askQuotes(client, 1, 'IBM')
    expect(client.heardOf(4).map((fields) => [fields[2], fields[3]])).toEqual([['101', '101'], ['1', '102']]) // prettier-ignore
  })

  test('the kind of data: frozen after hours where it was asked for, live otherwise', () => {
    const night = startedClient(smallDesk(Date.UTC(2026, 0, 6, 3, 0)))
    night.say(59, 1, 2)
    askQuotes(night, 1, 'AAPL')
    expect(night.heardOf(58)).toEqual([['58', '1', '1', '2']])
    night.say(59, 1, 3)
    askQuotes(night, 2, 'AAPL')
    expect(night.heardOf(58)).toEqual([['58', '1', '2', '1']])
    night.say(59, 1, 9)
    expect(night.heardOf(4).map((fields) => fields[3])).toEqual(['321'])
  })
})

describe('contracts', () => {
  test.each(
    table(`
      situation              | fields                | found
      by symbol              | 1=AAPL                | 1
      by number              | 0=8314;1=;2=          | 1
      by its listing         | 7=NYSE;1=IBM          | 1
      by the wrong listing   | 8=NYSE;1=AAPL         | 200
      on another exchange    | 7=NYSE;1=AAPL         | 1
      where it never trades  | 7=LSE;1=AAPL          | 200
      by its class           | 11=NMS                | 1
      in another currency    | 9=CAD                 | 200
      in no currency         | 9=                    | 1
      an option on it        | 2=OPT                 | 200
      of no type             | 2=                    | 321
      of a type that is none | 2=FOO                 | 321
      nothing but a type     | 1=                    | 321
      a number of nobody     | 0=1;1=;2=             | 200
    `),
  )('$situation: $found', ({ fields, found }) => {
    const client = startedClient(smallDesk())
    const more = Object.fromEntries(fields.split(';').map((pair) => pair.split('=')))
    askDetails(client, contract('AAPL', more))
    const heard = client.heard()
    const answer = heard[0]?.[0] === '4' ? heard[0][3] : String(heard.length - 1)
    expect(answer).toBe(found)
  })

  test('say when the venue trades', () => {
    const client = startedClient(smallDesk(Date.UTC(2025, 11, 23, 15, 0)))
    askDetails(client, contract('AAPL'))
    const [heard] = client.heardOf(10)
    expect(heard).toContain('20251223:0930-20251223:1600;20251224:0930-20251224:1300;20251225:CLOSED;20251226:0930-20251226:1600;20251227:CLOSED;20251228:CLOSED') // prettier-ignore
    expect(heard).toContainEqual(expect.stringMatching(/^20251223:0400-20251223:2000;/))
  })

  test('market rules are ladders; an unknown one is refused', () => {
    const client = startedClient(smallDesk())
    client.say(91, 26)
    client.say(91, 7777)
    const [rule, refused] = client.heard()
    expect(rule).toEqual(['93', '26', '1', '0', '0.01'])
    expect(refused?.slice(2, 4)).toEqual(['-1', '321'])
  })
})

describe('the account', () => {
  test('streams what changes, and only that', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    client.say(6, 2, 1, 'DU1234567')
    const first = client.heard()
    expect(first.filter(([id]) => id === '6').length).toBeGreaterThan(90)
    expect(first.at(-1)?.[0]).toBe('54')
    expect(first.at(-2)).toEqual(['8', '1', '10:00'])
    desk.advance(desk.venue.now + 2_000)
    expect(client.heard()).toEqual([])
    client.placeOrder({ orderId: '1', orderType: 'MKT', lmtPrice: '', totalQuantity: '300', action: 'SELL' }) // prettier-ignore
    desk.advance(desk.venue.now + 2_000)
    const changed = client.heard()
    const keys = changed.filter(([id]) => id === '6').map((fields) => fields[2])
    expect(keys).toEqual(expect.arrayContaining(['CashBalance', 'TotalCashValue']))
    expect(keys).not.toContain('AccountCode')
    const rows = changed.filter(([id]) => id === '7').map((fields) => [fields[3], fields[13]])
    expect(rows).toContainEqual(['AAPL', '0'])
  })

  test('figures add up: net liquidation is cash and holdings', () => {
    const client = startedClient(smallDesk())
    client.say(62, 1, 7, 'All', 'NetLiquidation,TotalCashValue,Nonsense,$LEDGER:USD')
    const heard = client.heard()
    expect(heard.at(-1)).toEqual(['64', '1', '7'])
    const value = (tag: string) => Number(heard.find((fields) => fields[4] === tag)?.[5])
    expect(value('NetLiquidation')).toBeCloseTo(value('TotalCashValue') + value('StockMarketValue'), 1) // prettier-ignore
    expect(value('CashBalance')).toBe(100_000)
    expect(heard.some((fields) => fields[4] === 'Nonsense')).toBe(false)
  })

  test('positions follow trades, to zero', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    client.say(61, 1)
    expect(client.heard().map((fields) => [fields[0], fields[4], fields[14]])).toEqual([
      ['61', 'AAPL', '300'],
      ['61', 'KO', '-200'],
      ['62', undefined, undefined],
    ])
    client.placeOrder({ orderId: '1', orderType: 'MKT', lmtPrice: '', totalQuantity: '300', action: 'SELL' }) // prettier-ignore
    expect(client.heardOf(61).at(-1)?.[14]).toBe('0')
    client.say(64, 1)
    client.placeOrder({ orderId: '2', orderType: 'MKT', lmtPrice: '', totalQuantity: '1' })
    expect(client.heardOf(61)).toEqual([])
  })

  test('profit and loss come once a second while they move', () => {
    const desk = smallDesk()
    const client = startedClient(desk)
    client.say(92, 3, 'DU1234567', '')
    client.say(94, 4, '', '', 265598)
    expect(client.heard().map(([id]) => id)).toEqual(['94', '95'])
    desk.advance(desk.venue.now + 10_000)
    const heard = client.heard()
    expect(heard.filter(([id]) => id === '94').length).toBeGreaterThan(0)
    expect(heard.filter(([id]) => id === '94').length).toBeLessThanOrEqual(10)
    client.say(93, 3)
    client.say(95, 4)
    desk.advance(desk.venue.now + 10_000)
    expect(client.heard()).toEqual([])
  })

  test.each([
    ['account updates', [6, 2, 1, 'DU9'], '-1'],
    ['updates by model', [76, 1, 5, 'DU9', '', 0], '5'],
    ['a summary of a group', [62, 1, 5, 'Friends', 'NetLiquidation'], '5'],
    ['positions by model', [74, 1, 5, 'DU9', ''], '5'],
    ['profit and loss', [92, 5, 'DU9', ''], '5'],
    ['profit of one', [94, 5, 'DU9', '', 265598], '5'],
  ])('%s of an account that is not there: error 321', (_what, fields, reqId) => {
    const client = startedClient(smallDesk())
    client.say(...fields)
    expect(client.heard().map((error) => error.slice(2, 4))).toEqual([[reqId, '321']])
  })

  test('a summary tells what has settled, what is borrowed and how many day trades are left', () => {
    const client = startedClient(smallDesk())
    client.say(62, 1, 1, 'All', 'SettledCash,Leverage,DayTradesRemaining')
    const told = client.heardOf(63).map((fields) => [fields[4], Number(fields[5]) > 0])
    expect(Object.fromEntries(told)).toEqual({ SettledCash: true, Leverage: true, DayTradesRemaining: false }) // prettier-ignore
  })

  test('a third summary at once is refused', () => {
    const client = startedClient(smallDesk())
    for (const id of [1, 2, 3]) client.say(62, 1, id, 'All', 'NetLiquidation')
    expect(client.heardOf(4).map((fields) => [fields[2], fields[3]])).toEqual([['3', '322']])
  })
})
