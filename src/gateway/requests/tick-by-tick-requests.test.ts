import { describe, expect, test } from 'vitest'
import { IBKR_DATA_PACING } from '#gateway/market-data/terms.ts'
import { TEN_O_CLOCK, type WireClient } from '#test/support/wire-client.ts'
import { askTicks, contractOf, dataClient, errorsIn, hoursOn, subscribed } from '#test/support/data-client.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

const AAPL = (desk: ReturnType<typeof dataClient>['desk']) => {
  const found = desk.venue.instruments.find(({ symbol }) => symbol === 'AAPL')
  if (found === undefined) throw new Error('AAPL is listed')
  return found.id
}

describe('a stream of single ticks', () => {
  test.each(
    table(`
      type     | number | fields
      Last     | 1      | 9
      AllLast  | 2      | 9
      BidAsk   | 3      | 9
      MidPoint | 4      | 5
    `),
  )('$type has $fields fields', ({ type, number, fields }) => {
    const { client, desk } = dataClient()
    askTicks(client, 1, 'AAPL', type)
    expect(client.heard()).toEqual([])
    desk.advance(desk.venue.now + 60_000)
    const heard = client.heard()
    expect(heard.length).toBeGreaterThan(3)
    expect(heard.every((tick) => tick[0] === '99' && tick[2] === number && tick.length === Number(fields))).toBe(true) // prettier-ignore
  })

  test('is the venue’s tape, no tick left out and none twice', () => {
    const { client, desk } = dataClient()
    const from = desk.venue.now
    askTicks(client, 1, 'AAPL', 'AllLast')
    for (let i = 1; i <= 150; i += 1) desk.advance(from + i * 777)
    const told = client.heard().map((tick) => `${tick[3]} ${tick[4]} ${tick[5]}`)
    const tape = desk.venue
      .ticks(AAPL(desk), from, desk.venue.now)
      .flatMap((tick) => (tick.type === 'trade' ? [`${Math.floor(tick.at / 1000)} ${Number(tick.price) / 1e9} ${Number(tick.size) / 1e9}`] : [])) // prettier-ignore
    expect(told.length).toBeGreaterThan(10)
    expect(told).toEqual(tape)
  })

  test('ignoring sizes tells a quote only when a price is another', () => {
    const { client, desk } = dataClient()
    askTicks(client, 1, 'AAPL', 'BidAsk')
    askTicks(client, 2, 'AAPL', 'BidAsk', 0, 1)
    desk.advance(desk.venue.now + 120_000)
    const heard = client.heard()
    const of = (id: string) => heard.filter((tick) => tick[1] === id)
    expect(of('2').length).toBeLessThan(of('1').length)
    const prices = of('2').map((tick) => `${tick[4]} ${tick[5]}`)
    expect(prices.every((pair, i) => pair !== prices[i - 1])).toBe(true)
  })

  test('may begin with ticks of the past', () => {
    const { client } = dataClient()
    askTicks(client, 1, 'AAPL', 'AllLast', 10)
    const [past] = client.heard()
    expect([past?.[0], past?.[1], Number(past?.[2]) >= 10, past?.at(-1)]).toEqual(['98', '1', true, '1']) // prettier-ignore
  })

  test('of a slow client goes on where it was', () => {
    const { client, desk } = dataClient()
    const from = desk.venue.now
    askTicks(client, 1, 'AAPL', 'AllLast')
    client.fallBehind(300_000)
    desk.advance(from + 20_000)
    expect(client.heard()).toEqual([])
    client.fallBehind(0)
    desk.advance(from + 40_000)
    const trades = desk.venue.ticks(AAPL(desk), from, desk.venue.now).filter(({ type }) => type === 'trade') // prettier-ignore
    expect(client.heard()).toHaveLength(trades.length)
  })

  test('ends', () => {
    const { client, desk } = dataClient()
    askTicks(client, 1, 'AAPL', 'AllLast')
    client.say(98, 1)
    client.say(98, 1)
    expect(errorsIn(client.heard())).toBe('1:300')
    desk.advance(desk.venue.now + 30_000)
    expect(client.heard()).toEqual([])
  })

  test.each(
    table(`
      situation                | terms | asked                             | errors
      no such type             | all   | 1:Trades                          | 1:321
      an id twice              | all   | 1:Last 1:BidAsk                   | 1:322
      a sixth stream           | all   | 1:Last 2:Last 3:Last 4:Last 5:Last 6:Last | 6:10190
      without a subscription   | none  | 1:Last                            | 1:10189
    `),
  )('$situation: $errors', ({ terms, asked, errors }) => {
    const { client } = dataClient(subscribed(terms))
    for (const one of asked.split(' ')) {
      const [id, type = ''] = one.split(':')
      askTicks(client, Number(id), 'AAPL', type)
    }
    expect(errorsIn(client.heard())).toBe(errors)
  })

  test('again within fifteen seconds is a pacing violation, where that counts', () => {
    const { client, desk } = dataClient({ pacing: IBKR_DATA_PACING })
    askTicks(client, 1, 'AAPL', 'Last')
    client.say(98, 1)
    askTicks(client, 2, 'AAPL', 'Last')
    expect(errorsIn(client.heard())).toBe('2:420')
    desk.advance(desk.venue.now + 15_000)
    askTicks(client, 3, 'AAPL', 'Last')
    expect(errorsIn(client.heard())).toBe('')
  })
})

interface Asked {
  readonly start?: string
  readonly end?: string
  readonly count?: number
  readonly show?: string
  readonly regular?: 0 | 1
  readonly ignoreSize?: 0 | 1
}

const askPast = (client: WireClient, reqId: number, asked: Asked) =>
  client.say(96, reqId, ...contractOf('AAPL'), 0, asked.start ?? '', asked.end ?? '', asked.count ?? 10, asked.show ?? 'TRADES', asked.regular ?? 1, asked.ignoreSize ?? 0, '') // prettier-ignore

/** The ticks of one answer. */
function ticksIn(message: readonly string[] | undefined, width: number): string[][] {
  const ticks: string[][] = []
  for (let at = 3; at < (message?.length ?? 0) - 1; at += width) ticks.push(message?.slice(at, at + width) ?? []) // prettier-ignore
  return ticks
}

describe('ticks of the past', () => {
  test.each(
    table(`
      show     | message | width
      TRADES   | 98      | 6
      BID_ASK  | 97      | 6
      MIDPOINT | 96      | 4
    `),
  )('$show come in message $message, as many as were asked for', ({ show, message, width }) => {
    const { client } = dataClient()
    askPast(client, 3, { end: '20260105 10:00:00 US/Eastern', count: 20, show })
    const [heard] = client.heard()
    expect([heard?.[0], heard?.[1], heard?.at(-1)]).toEqual([message, '3', '1'])
    const ticks = ticksIn(heard, Number(width))
    expect(ticks).toHaveLength(Number(heard?.[2]))
    expect(ticks.length).toBeGreaterThanOrEqual(20)
    const second = ticks[0]?.[0]
    expect(ticks.slice(ticks.length - 20).length + ticks.filter(([at]) => at === second).length).toBeGreaterThanOrEqual(ticks.length) // prettier-ignore
    expect(Number(ticks.at(-1)?.[0])).toBeLessThan(TEN_O_CLOCK / 1000)
  })

  test('from a start on are the first ones, in order', () => {
    const { client, desk } = dataClient()
    askPast(client, 3, { start: '20260105 09:30:00 US/Eastern', count: 50, show: 'TRADES' })
    const [heard] = client.heard()
    const ticks = ticksIn(heard, 6)
    const { opensAt } = hoursOn('2026-01-05')
    const tape = desk.venue.ticks(AAPL(desk), opensAt, desk.venue.now).filter(({ type }) => type === 'trade') // prettier-ignore
    expect(ticks.length).toBeGreaterThanOrEqual(50)
    expect(ticks.map(([at]) => Number(at))).toEqual(tape.slice(0, ticks.length).map(({ at }) => Math.floor(at / 1000))) // prettier-ignore
  })

  test('reach back over a night', () => {
    const { client } = dataClient({}, hoursOn('2026-01-05').opensAt + 1_000)
    askPast(client, 3, { end: '20260105 09:00:00 US/Eastern', count: 5, regular: 1 })
    const ticks = ticksIn(client.heard()[0], 6)
    expect(ticks.length).toBeGreaterThanOrEqual(5)
    expect(Number(ticks.at(-1)?.[0]) * 1000).toBeLessThan(hoursOn('2026-01-02').closesAt)
  })

  test('ignoring sizes leaves out quotes of the same prices', () => {
    const { client } = dataClient()
    askPast(client, 3, { end: '20260105 10:00:00 US/Eastern', count: 40, show: 'BID_ASK', ignoreSize: 1 }) // prettier-ignore
    const prices = ticksIn(client.heard()[0], 6).map((tick) => `${tick[2]} ${tick[3]}`)
    expect(prices.every((pair, i) => pair !== prices[i - 1])).toBe(true)
  })

  test.each(
    table(`
      situation                 | terms | asked                            | errors
      neither start nor end     | all   | {}                               | 3:321
      both                      | all   | {"start":"20260105 09:30:00","end":"20260105 10:00:00"} | 3:321
      too many                  | all   | {"end":"20260105 10:00:00","count":1001} | 3:321
      none                      | all   | {"end":"20260105 10:00:00","count":0} | 3:321
      of no kind                | all   | {"end":"20260105 10:00:00","show":"DREAMS"} | 3:321
      a time that is none       | all   | {"end":"soon"}                   | 3:10314
      without a subscription    | none  | {"end":"20260105 10:00:00"}      | 3:10187
    `),
  )('$situation: $errors', ({ terms, asked, errors }) => {
    const { client } = dataClient(subscribed(terms))
    askPast(client, 3, JSON.parse(asked) as Asked)
    expect(errorsIn(client.heard())).toBe(errors)
  })
})
