import { describe, expect, test } from 'vitest'
import { IBKR_DATA_PACING } from '#gateway/market-data/terms.ts'
import { TEN_O_CLOCK, type WireClient } from '#test/support/wire-client.ts'
import { askBars, contractOf, dataClient, errorsIn, hoursOn, subscribed } from '#test/support/data-client.ts' // prettier-ignore
import { table } from '#test/support/table.ts'

/** From the regular close to the end of trading, and from there to midnight. */
const FOUR_HOURS = 14_400_000

interface Asked {
  readonly end?: string
  readonly size?: string
  readonly duration?: string
  readonly show?: string
  readonly regular?: 0 | 1
  readonly format?: 1 | 2
  readonly keep?: 0 | 1
}

const ask = (client: WireClient, reqId: number, asked: Asked = {}) =>
  client.say(20, reqId, ...contractOf('AAPL'), 0, asked.end ?? '', asked.size ?? '1 min', asked.duration ?? '600 S', asked.regular ?? 1, asked.show ?? 'TRADES', asked.format ?? 1, asked.keep ?? 0, '') // prettier-ignore

/** date, open, high, low, close, volume, average, count of each bar. */
function barsIn(message: readonly string[] | undefined): string[][] {
  const bars: string[][] = []
  for (let i = 5; i < (message?.length ?? 0); i += 8) bars.push(message?.slice(i, i + 8) ?? [])
  return bars
}

const bars = (client: WireClient) => barsIn(client.heardOf(17)[0])
const numbers = (bar: readonly string[] = []) => bar.slice(1, 5).map(Number)

describe('what bars are made of', () => {
  test('BID_ASK has the average bid, the highest ask, the lowest bid, the average ask', () => {
    const { client } = dataClient()
    const of = (show: string) => {
      ask(client, 1, { show })
      return bars(client)
    }
    const [bids, asks, both] = [of('BID'), of('ASK'), of('BID_ASK')]
    expect(both.length).toBe(10)
    both.forEach((bar, i) => {
      const [open = 0, high, low, close = 0] = numbers(bar)
      const [bid, offer] = [numbers(bids[i]), numbers(asks[i])]
      expect([high, low]).toEqual([offer[1], bid[2]])
      expect(open).toBeCloseTo(bid.reduce((sum, price) => sum + price, 0) / 4, 5)
      expect(close).toBeCloseTo(offer.reduce((sum, price) => sum + price, 0) / 4, 5)
    })
  })

  test('trades lie within their high and low, have volume and an average between', () => {
    const { client } = dataClient()
    ask(client, 1)
    for (const bar of bars(client)) {
      const [open = 0, high = 0, low = 0, close = 0] = numbers(bar)
      expect(Math.max(open, close)).toBeLessThanOrEqual(high)
      expect(Math.min(open, close)).toBeGreaterThanOrEqual(low)
      expect(Number(bar[5])).toBeGreaterThan(0)
      expect(Number(bar[6])).toBeGreaterThanOrEqual(low)
      expect(Number(bar[6])).toBeLessThanOrEqual(high)
    }
  })

  test('historical volatility is the deviation of thirty returns, a year of 252', () => {
    const { client } = dataClient()
    ask(client, 1, { size: '1 day', duration: '5 D', show: 'HISTORICAL_VOLATILITY', end: '20260103 00:00:00' }) // prettier-ignore
    const volatilities = bars(client)
    ask(client, 2, { size: '1 day', duration: '60 D', end: '20260103 00:00:00' })
    const closes = bars(client).slice(-31).map((bar) => Number(bar[4])) // prettier-ignore
    const returns = closes.slice(1).map((close, i) => Math.log(close / (closes[i] ?? 1)))
    const mean = returns.reduce((sum, value) => sum + value, 0) / 30
    const variance = returns.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / 29
    expect(volatilities).toHaveLength(5)
    expect(Number(volatilities.at(-1)?.[4])).toBeCloseTo(Math.sqrt(variance * 252), 2)
    volatilities.slice(1).forEach((bar, i) => expect(bar[1]).toBe(volatilities[i]?.[4]))
  })

  test('a borrow fee is what the universe says', () => {
    const { client } = dataClient()
    ask(client, 1, { size: '1 day', duration: '3 D', show: 'FEE_RATE' })
    expect(bars(client).map((bar) => bar[4])).toEqual(['0', '0', '0'])
  })
})

const clockOf = (bar: readonly string[] | undefined): string | undefined => bar?.[0]?.split(' ')[1]

describe('hours', () => {
  test.each(
    table(`
      size    | regular | count | first    | last
      1 hour  | 1       | 7     | 09:30:00 | 15:00:00
      1 hour  | 0       | 16    | 04:00:00 | 19:00:00
      4 hours | 1       | 2     | 09:30:00 | 12:00:00
      30 mins | 0       | 32    | 04:00:00 | 19:30:00
    `),
  )('$size with useRTH $regular: $count from $first', ({ size, regular, count, first, last }) => {
    const { client } = dataClient()
    ask(client, 1, { size, duration: '1 D', regular: regular === '1' ? 1 : 0, end: '20260102 23:00:00' }) // prettier-ignore
    const made = bars(client)
    expect([String(made.length), clockOf(made[0]), clockOf(made.at(-1))]).toEqual([
      count,
      first,
      last,
    ])
  })

  test('an hour is the sum of its halves', () => {
    const { client } = dataClient()
    ask(client, 1, { size: '30 mins', duration: '1 D', end: '20260102 16:00:00' })
    const halves = bars(client)
    ask(client, 2, { size: '1 hour', duration: '1 D', end: '20260102 16:00:00' })
    const second = bars(client)[1]
    expect(Number(second?.[5])).toBe(Number(halves[1]?.[5]) + Number(halves[2]?.[5]))
    expect(second?.[1]).toBe(halves[1]?.[1])
    expect(second?.[4]).toBe(halves[2]?.[4])
  })

  test('times of the end: in a zone, in UTC with a dash, none', () => {
    const { client } = dataClient()
    const last = (end: string) => {
      ask(client, 1, { end, duration: '60 S' })
      return bars(client)[0]?.[0]
    }
    const nine = '20260105 09:44:00 US/Eastern'
    expect(['20260105 09:45:00 US/Eastern', '20260105 15:45:00 Europe/Berlin', '20260105-14:45:00', '20260105 09:45:00'].map(last)).toEqual([nine, nine, nine, nine]) // prettier-ignore
    expect(last('')).toBe('20260105 09:59:00 US/Eastern')
  })
})

describe('a schedule', () => {
  test('lists sessions with their dates, short days and holidays as they are', () => {
    const { client } = dataClient()
    ask(client, 4, { size: '1 day', duration: '7 D', show: 'SCHEDULE', end: '20251231 23:00:00' })
    const [heard] = client.heard()
    expect(heard?.slice(0, 6)).toEqual(['106', '4', '20251222-09:30:00', '20251231-16:00:00', 'US/Eastern', '7']) // prettier-ignore
    expect(heard?.slice(6, 9)).toEqual(['20251222-09:30:00', '20251222-16:00:00', '20251222'])
    expect(heard).toContain('20251224-13:00:00')
    expect(heard).not.toContain('20251225')
  })

  test('outside regular hours is longer', () => {
    const { client } = dataClient()
    ask(client, 4, { size: '1 day', duration: '1 D', show: 'SCHEDULE', regular: 0, end: '20260102 23:00:00' }) // prettier-ignore
    expect(client.heard()[0]?.slice(6)).toEqual(['20260102-04:00:00', '20260102-20:00:00', '20260102']) // prettier-ignore
  })
})

describe('bars that are kept up to date', () => {
  test('go on every five seconds: the bar that grows, then the next', () => {
    const { client, desk } = dataClient()
    ask(client, 1, { keep: 1, duration: '120 S' })
    const first = bars(client).at(-1)
    desk.advance(desk.venue.now + 65_000)
    const updates = client.heardOf(90)
    expect(updates.length).toBeGreaterThan(8)
    const minutes = [...new Set(updates.map((fields) => fields[3]))]
    expect(first?.[0]).toBe('20260105 09:59:00 US/Eastern')
    expect(minutes).toEqual(['20260105 10:00:00 US/Eastern', '20260105 10:01:00 US/Eastern'])
    ask(client, 2, { duration: '120 S', end: '20260105 10:01:00' })
    const closed = bars(client).at(-1)
    const lastOfMinute = updates.findLast((fields) => fields[3] === minutes[0])
    expect(lastOfMinute?.slice(4, 8)).toEqual([closed?.[1], closed?.[4], closed?.[2], closed?.[3]])
    expect(lastOfMinute?.[9]).toBe(closed?.[5])
  })

  test('of a day follow the quote', () => {
    const { client, desk } = dataClient()
    ask(client, 1, { keep: 1, size: '1 day', duration: '2 D' })
    client.heard()
    desk.advance(desk.venue.now + 60_000)
    const updates = client.heardOf(90)
    expect(new Set(updates.map((fields) => fields[3]))).toEqual(new Set(['20260105']))
    expect(updates.length).toBeGreaterThan(2)
  })

  test('end when they are cancelled, with 162, and only once', () => {
    const { client, desk } = dataClient()
    ask(client, 1, { keep: 1 })
    client.heard()
    client.say(25, 1, 1)
    client.say(25, 1, 1)
    const heard = client.heard()
    expect(errorsIn(heard)).toBe('1:162 1:366')
    expect(heard[0]?.[4]).toBe('Historical Market Data Service error message:API historical data query cancelled: 1') // prettier-ignore
    desk.advance(desk.venue.now + 60_000)
    expect(client.heard()).toEqual([])
  })

  test('end without a word when the day turns', () => {
    const { client, desk } = dataClient({}, hoursOn('2026-01-05').closesAt + FOUR_HOURS - 900_000)
    ask(client, 1, { keep: 1, regular: 0, show: 'MIDPOINT' })
    desk.advance(desk.venue.now + FOUR_HOURS + 930_000)
    const updates = client.heard().filter(([id]) => id === '90')
    expect(updates.length).toBeGreaterThan(2)
    expect(updates.every((fields) => fields[3]?.slice(0, 8) === '20260105')).toBe(true)
    client.say(25, 1, 1)
    expect(errorsIn(client.heard())).toBe('1:366')
  })

  test('have an id of their own while they last', () => {
    const { client } = dataClient()
    ask(client, 1, { keep: 1 })
    client.heard()
    ask(client, 1)
    expect(errorsIn(client.heard())).toBe('1:322')
  })
})

describe('what takes time', () => {
  test('is answered when it is over, or not if it was cancelled', () => {
    const { client, desk } = dataClient({ historyMs: 500 })
    ask(client, 1)
    ask(client, 2)
    expect(client.heard()).toEqual([])
    client.say(25, 1, 2)
    expect(errorsIn(client.heard())).toBe('2:162')
    desk.advance(desk.venue.now + 500)
    expect(client.heard().map((fields) => [fields[0], fields[1]])).toEqual([['17', '1']])
  })

  test('and pacing: the same small bars again, and a seventh of a kind', () => {
    const { client, desk } = dataClient({ pacing: IBKR_DATA_PACING })
    ask(client, 1, { size: '5 secs', duration: '60 S' })
    ask(client, 2, { size: '5 secs', duration: '60 S' })
    const heard = client.heard()
    expect(errorsIn(heard)).toBe('2:162')
    expect(heard.at(-1)?.[4]).toBe('Historical Market Data Service error message:Historical data request pacing violation') // prettier-ignore
    desk.advance(desk.venue.now + 15_000)
    for (let id = 3; id < 10; id += 1) ask(client, id, { size: '5 secs', duration: `${id * 10} S` })
    expect(errorsIn(client.heard())).toBe('8:162 9:162')
    for (let id = 10; id < 30; id += 1) ask(client, id)
    expect(errorsIn(client.heard())).toBe('')
  })

  test('without a subscription there is no history', () => {
    const { client } = dataClient(subscribed('none'))
    ask(client, 1)
    const [heard] = client.heard()
    expect(heard?.[4]).toBe('Historical Market Data Service error message:No market data permissions for NASDAQ STK') // prettier-ignore
  })
})

describe('real-time bars', () => {
  test.each(
    table(`
      show     | volume
      TRADES   | yes
      MIDPOINT | no
      BID      | no
      ASK      | no
    `),
  )('of $show come every five seconds, on the boundary', ({ show, volume }) => {
    const { client, desk } = dataClient()
    askBars(client, 1, 'AAPL', show)
    desk.advance(desk.venue.now + 60_000)
    const heard = client.heard()
    const from = TEN_O_CLOCK / 1000
    expect(heard.map((fields) => Number(fields[3]))).toEqual(Array.from({ length: 12 }, (_, i) => from + i * 5)) // prettier-ignore
    expect(heard.every((fields) => fields[0] === '50' && fields.length === 11)).toBe(true)
    expect(heard.some((fields) => Number(fields[8]) > 0)).toBe(volume === 'yes')
  })

  test('are the historical ones', () => {
    const { client, desk } = dataClient()
    askBars(client, 1, 'AAPL')
    desk.advance(desk.venue.now + 60_000)
    const live = client.heard().flatMap((fields) => (fields[8] === '0' ? [] : [fields.slice(4, 9)])) // prettier-ignore
    ask(client, 2, { size: '5 secs', duration: '60 S' })
    expect(bars(client).map((bar) => bar.slice(1, 6))).toEqual(live)
  })

  test('outside regular hours only where they were asked for', () => {
    const { client, desk } = dataClient({}, hoursOn('2026-01-05').closesAt + 60_000)
    askBars(client, 1, 'AAPL', 'TRADES', 1)
    askBars(client, 2, 'AAPL', 'TRADES', 0)
    desk.advance(desk.venue.now + 600_000)
    expect(new Set(client.heard().map((fields) => fields[2]))).toEqual(new Set(['2']))
  })

  test.each(
    table(`
      situation              | terms | show   | size | errors
      of another length      | all   | TRADES | 10   | 1:321
      of no kind             | all   | DREAMS | 5    | 1:321
      without a subscription | none  | TRADES | 5    | 1:420
    `),
  )('$situation: $errors', ({ terms, show, size, errors }) => {
    const { client } = dataClient(subscribed(terms))
    askBars(client, 1, 'AAPL', show, 1, Number(size))
    expect(errorsIn(client.heard())).toBe(errors)
  })

  test('end, and take a line until then', () => {
    const { client, desk } = dataClient({ lines: 1 })
    askBars(client, 1, 'AAPL')
    askBars(client, 2, 'AAPL')
    expect(errorsIn(client.heard())).toBe('2:101')
    client.say(51, 1, 1)
    client.say(51, 1, 1)
    expect(errorsIn(client.heard())).toBe('1:300')
    desk.advance(desk.venue.now + 30_000)
    expect(client.heard()).toEqual([])
  })
})

describe('how far back', () => {
  test.each(
    table(`
      show                  | regular | format | head
      TRADES                | 1       | 1      | 20240102-14:30:00
      TRADES                | 0       | 1      | 20240102-09:00:00
      BID                   | 1       | 2      | 1704205800
      HISTORICAL_VOLATILITY | 1       | 1      | 20240214-14:30:00
    `),
  )('$show with useRTH $regular: $head', ({ show, regular, format, head }) => {
    const { client } = dataClient()
    client.say(87, 3, ...contractOf('AAPL'), 0, regular, show, format)
    expect(client.heard()).toEqual([['88', '3', head]])
  })

  test('a kind that is none is refused', () => {
    const { client } = dataClient()
    client.say(87, 3, ...contractOf('AAPL'), 0, 1, 'DREAMS', 1)
    expect(errorsIn(client.heard())).toBe('3:321')
  })
})

describe('a histogram', () => {
  test('adds up to what was traded', () => {
    const { client } = dataClient()
    client.say(88, 3, ...contractOf('AAPL'), 0, 1, '1 day')
    const [heard] = client.heard()
    const sizes = (heard ?? [])
      .slice(3)
      .filter((_, i) => i % 2 === 1)
      .map(Number)
    const prices = (heard ?? [])
      .slice(3)
      .filter((_, i) => i % 2 === 0)
      .map(Number)
    expect([heard?.[0], heard?.[1], Number(heard?.[2])]).toEqual(['89', '3', prices.length])
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
    ask(client, 4, { duration: '1 D' })
    const traded = bars(client).reduce((sum, bar) => sum + Number(bar[5]), 0)
    expect(Math.abs(sizes.reduce((sum, size) => sum + size, 0) - traded)).toBeLessThanOrEqual(prices.length) // prettier-ignore
  })

  test('of a period that is none is refused', () => {
    const { client } = dataClient()
    client.say(88, 3, ...contractOf('AAPL'), 0, 1, 'soon')
    expect(errorsIn(client.heard())).toBe('3:321')
  })
})
