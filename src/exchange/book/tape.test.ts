import { beforeAll, describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { price, quantity } from '#model/fixed.ts'
import { SECOND_MS } from '#model/time.ts'
import type { BarQuery, Exchange, VenueTick } from '#exchange/exchange.ts'
import { AAPL, at, days, executionsIn, option, order, stock, venue } from '#test/support/venue.ts'

type Trade = Extract<VenueTick, { type: 'trade' }>

const open = (startAt: number, volume = 3_000_000) =>
  venue({ startAt, bars: new Map([[AAPL, days(160, 2, volume)]]), instruments: [stock('AAPL')] })

const tradesOf = (ticks: readonly VenueTick[]): Trade[] =>
  ticks.flatMap((tick) => (tick.type === 'trade' ? [tick] : []))

const unitsOf = (trades: readonly Trade[]) =>
  trades.reduce((sum, { size }) => sum + toNumber(size), 0)

const bars = (exchange: Exchange, from: number, to: number, seconds: number, changes: Partial<BarQuery> = {}) =>
  exchange.bars(AAPL, { from, to, seconds, price: 'trades', outsideRegularHours: false, ...changes }) // prettier-ignore

describe('ticks', () => {
  let exchange: Exchange
  let morning: readonly VenueTick[]
  // Asked once: half an hour of a liquid name.
  beforeAll(() => {
    exchange = open(at('11:00'))
    morning = exchange.ticks(AAPL, at('09:30'), at('10:00'))
  })

  test('every print lies within the quote that stands', () => {
    let standing: Extract<VenueTick, { type: 'quote' }> | undefined
    let looked = 0
    for (const tick of morning) {
      if (tick.type === 'quote') standing = tick
      else if (standing?.bid !== undefined && standing.ask !== undefined) {
        looked++
        expect(tick.price).toBeGreaterThanOrEqual(standing.bid)
        expect(tick.price).toBeLessThanOrEqual(standing.ask)
      }
    }
    expect(looked).toBeGreaterThan(1_000)
  })

  test('between two quotes they sum to what level 1 says has traded', () => {
    const early = exchange.quote(AAPL, at('09:40'))
    const late = exchange.quote(AAPL, at('09:50'))
    const between = tradesOf(exchange.ticks(AAPL, (early?.at ?? 0) + 1, (late?.at ?? 0) + 1))
    const volume = toNumber(late?.volume ?? quantity('0')) - toNumber(early?.volume ?? quantity('0')) // prettier-ignore
    expect(volume).toBeGreaterThan(50_000)
    expect(unitsOf(between)).toBe(volume)
  })

  test('they come in the order of time, and asking in pieces gives the same', () => {
    const times = morning.map((tick) => tick.at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const cut = at('09:41') + 137
    expect([...exchange.ticks(AAPL, at('09:30'), cut), ...exchange.ticks(AAPL, cut, at('10:00'))].filter(({ type }) => type === 'trade')).toEqual(tradesOf(morning)) // prettier-ignore
    expect(exchange.ticks(AAPL, at('09:30'), at('10:00'), 50)).toEqual(morning.slice(0, 50))
  })

  test('the open prints an auction, odd lots are marked, nothing later than now is told', () => {
    expect(tradesOf(morning)[0]).toMatchObject({
      conditions: 'O',
      venue: 'NASDAQ',
      at: at('09:30'),
    })
    const odd = tradesOf(morning).filter(({ size }) => size < quantity('100'))
    expect(odd.length).toBeGreaterThan(10)
    expect(odd.every(({ conditions, unreported }) => conditions === 'I' && unreported)).toBe(true)
    const late = exchange.ticks(AAPL, at('10:59'), at('12:00'))
    expect(Math.max(...late.map((tick) => tick.at))).toBeLessThanOrEqual(at('11:00'))
  })

  test('outside regular hours prints are thin and marked T', () => {
    const early = tradesOf(exchange.ticks(AAPL, at('04:00'), at('09:30')))
    expect(unitsOf(early)).toBe(36_000)
    expect(early.every(({ conditions }) => conditions.startsWith('T'))).toBe(true)
  })

  test('our own trades are among them, today and the day after', () => {
    const traded = open(at('11:00'))
    const [mine] = executionsIn(traded.place(order('BUY', '130')))
    const own = { type: 'trade', at: mine?.at, price: mine?.price, size: mine?.quantity }
    traded.advance(at('11:01'))
    expect(traded.ticks(AAPL, at('11:00'), at('11:01'))).toContainEqual(expect.objectContaining(own)) // prettier-ignore
    traded.advance(at('12:00', '2018-02-06'))
    expect(traded.ticks(AAPL, at('11:00'), at('11:01'))).toContainEqual(expect.objectContaining(own)) // prettier-ignore
  })
})

describe('bars', () => {
  const lengths = [1, 5, 60, 300, 1_800]
  test.each(lengths)('of %i s are what their ticks add up to', (seconds) => {
    const exchange = open(at('15:00'))
    exchange.place(order('BUY', '2000'))
    exchange.advance(at('15:30'))
    const from = at('14:30')
    const to = Math.min(at('15:30'), from + 40 * seconds * SECOND_MS)
    const asked = bars(exchange, from, to, seconds)
    expect(asked.length).toBeGreaterThan(0)
    for (const bar of asked) {
      const trades = tradesOf(exchange.ticks(AAPL, bar.at, Math.min(to, bar.at + seconds * SECOND_MS))) // prettier-ignore
      const reported = trades.filter(({ unreported }) => !unreported)
      const prices = reported.map((trade) => toNumber(trade.price))
      expect(bar).toMatchObject({ open: prices[0], high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1), volume: unitsOf(trades) }) // prettier-ignore
      const value = reported.reduce((sum, { price: each, size }) => sum + toNumber(each) * toNumber(size), 0) // prettier-ignore
      expect(bar.trades).toBe(reported.length)
      expect(bar.vwap).toBeCloseTo(value / unitsOf(reported), 6)
      expect(bar.vwap).toBeGreaterThanOrEqual(bar.low)
      expect(bar.vwap).toBeLessThanOrEqual(bar.high)
    }
  })

  test('of a day are the daily bar, with its auctions', () => {
    const exchange = open(at('10:00', '2018-02-07'))
    const [day] = bars(exchange, at('09:30'), at('16:00'), 86_400)
    const [daily] = exchange.dailyBars(AAPL, 1, '2018-02-05', 'splits')
    expect(day).toMatchObject({ open: daily?.open, high: daily?.high, low: daily?.low, close: daily?.close, volume: daily?.volume }) // prettier-ignore
    const minutes = bars(exchange, at('09:30'), at('16:00'), 60)
    expect(minutes).toHaveLength(390)
    expect(minutes.reduce((sum, { volume }) => sum + volume, 0)).toBe(daily?.volume)
    expect([minutes[0]?.open, minutes.at(-1)?.close]).toEqual([daily?.open, daily?.close])
  })

  test('outside regular hours begin at 04:00, and hold the regular ones', () => {
    const exchange = open(at('10:00', '2018-02-07'))
    const hours = bars(exchange, at('00:00'), at('23:00'), 1_800, { outsideRegularHours: true })
    expect(hours[0]?.at).toBeLessThan(at('05:00'))
    expect(hours.at(-1)?.at).toBe(at('19:30'))
    expect(hours.find((bar) => bar.at === at('09:30'))?.open).toBe(160)
  })

  test('of the bid lie under those of the ask, and midpoints between', () => {
    const exchange = open(at('15:00'))
    const of = (which: BarQuery['price']) =>
      bars(exchange, at('10:00'), at('11:00'), 60, { price: which })
    const [bids, asks, middles] = [of('bid'), of('ask'), of('midpoint')]
    expect(bids).toHaveLength(60)
    for (const [i, bid] of bids.entries()) {
      expect(bid.high).toBeLessThan(asks[i]?.high ?? 0)
      expect(bid.low).toBeLessThan(asks[i]?.low ?? 0)
      expect(middles[i]?.open).toBeCloseTo((bid.open + (asks[i]?.open ?? 0)) / 2, 9)
      expect(bid.low).toBeLessThanOrEqual(Math.min(bid.open, bid.close))
    }
  })
})

describe('beside it', () => {
  test('an auction is told before the close, balanced when it comes, and gone after', () => {
    const exchange = open(at('15:45'))
    expect(exchange.auction(AAPL)).toBeUndefined()
    exchange.advance(at('15:52'))
    const early = exchange.auction(AAPL)
    expect(early).toMatchObject({ kind: 'closing' })
    expect(early?.matched).toBeGreaterThanOrEqual(quantity('225000'))
    exchange.advance(at('16:00') - 1)
    expect(exchange.auction(AAPL)).toMatchObject({ price: price('160'), imbalance: quantity('0') })
    exchange.advance(at('16:01'))
    expect(exchange.auction(AAPL)).toBeUndefined()
  })

  test('figures of the year, of the last month and of the last minute', () => {
    const exchange = open(at('11:00'))
    const figures = exchange.figures(AAPL)
    expect(figures).toMatchObject({ averageVolume: 3_000_000, low52: 158, high52: 162, historicalVolatility: 0 }) // prettier-ignore
    const minute = tradesOf(exchange.ticks(AAPL, at('10:59') + 1, at('11:00') + 1))
    expect(figures?.tradeRate).toBe(minute.length)
    expect(figures?.volumeRate).toBe(unitsOf(minute))
    const day = tradesOf(exchange.ticks(AAPL, at('09:30'), at('11:00') + 1))
    expect(figures?.tradeCount).toBe(day.length)
  })

  test('a schedule has the sessions that begin in it, a holiday apart', () => {
    const exchange = open(at('11:00'))
    const sessions = exchange.schedule(AAPL, at('00:00', '2018-02-16'), at('00:00', '2018-02-21'), false) // prettier-ignore
    expect(sessions.map(({ date }) => date)).toEqual(['2018-02-16', '2018-02-20'])
    const wide = exchange.schedule(AAPL, at('00:00'), at('23:00'), true)
    expect(wide).toEqual([{ date: '2018-02-05', opensAt: at('04:00'), closesAt: at('20:00') }])
  })

  test('a thousand ticks of a year ago cost no day of them', () => {
    const exchange = open(at('11:00', '2018-02-09'), 40_000_000)
    const started = performance.now()
    const ticks = exchange.ticks(AAPL, at('13:00', '2018-01-08'), at('16:00', '2018-01-08'), 1_000)
    expect(ticks).toHaveLength(1_000)
    expect(performance.now() - started).toBeLessThan(300)
  })

  test('an instrument without a path of its own has prints and bars from its price and volume', () => {
    const exchange = venue({ startAt: at('11:00'), instruments: [stock('AAPL'), option] })
    expect(exchange.bars(option.id, { from: at('09:30'), to: at('10:00'), seconds: 60, price: 'trades', outsideRegularHours: false })).toEqual([]) // prettier-ignore
    expect(exchange.ticks(option.id, at('09:30'), at('10:00'))).toEqual([])
  })
})
