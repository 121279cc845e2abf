import { describe, expect, test } from 'vitest'
import { quoteBoard } from '#exchange/book/quote-board.ts'
import { venueHours } from '#exchange/venue-hours.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, ExchangeSettings, VenueEvent } from '#exchange/exchange.ts'
import { replayMarket } from '#exchange/market/replay-market.ts'
import { toNumber } from '#model/border.ts'
import { money, price } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { AAPL, IBM, at, days, executionsIn, order, stock, types, venue } from '#test/support/venue.ts' // prettier-ignore

/** A day that falls from 160 to 60 and ends there: five minutes move it by 5 % or so. */
const crash = days(160, 1, 20_000_000).map((bar) =>
  bar.date === '2018-02-05' ? { ...bar, low: 60, close: 62 } : bar,
)

const crashMarket = () =>
  replayMarket({
    seed: 3,
    instruments: [stock('AAPL'), stock('IBM')],
    bars: new Map([[AAPL, crash], [IBM, days(150)]]), // prettier-ignore
  })

function crashing(changes: Partial<ExchangeSettings> = {}): Exchange {
  return createExchange({
    seed: 3,
    account: 'DU1' as AccountId,
    baseCurrency: 'USD',
    startAt: at('09:29'),
    market: crashMarket(),
    cash: new Map([['USD', money('9000000', 'USD')]]),
    positions: [],
    halted: [],
    ...changes,
  })
}

const turns = (events: readonly VenueEvent[]) =>
  events.filter(({ type }) => type === 'TradingHalted' || type === 'TradingResumed')

describe('price bands', () => {
  test('a crash pauses the name it hits, tells it once, and lets its orders go afterwards', () => {
    const exchange = crashing({ volatilityHalts: true })
    exchange.watch(AAPL)
    exchange.watch(IBM)
    exchange.place(order('BUY', '100', { limitPrice: price('40'), timeInForce: 'GTC' }))
    const told = turns(exchange.advance(at('16:00')))
    expect(told.length).toBeGreaterThan(1)
    for (const [i, event] of told.entries())
      expect(event).toMatchObject({ type: i % 2 === 0 ? 'TradingHalted' : 'TradingResumed', instrument: AAPL }) // prettier-ignore
    expect(told[0]).toMatchObject({ cause: 'volatility' })
  })

  test('without being asked for it, a replay of bars halts nothing', () => {
    const exchange = crashing()
    exchange.watch(AAPL)
    expect(turns(exchange.advance(at('16:00')))).toEqual([])
  })

  test('in a pause nothing is quoted, market orders wait, and trade when it ends', () => {
    const exchange = crashing({ volatilityHalts: true })
    exchange.watch(AAPL)
    let events: readonly VenueEvent[] = []
    while (turns(events).length === 0 && exchange.now < at('16:00'))
      events = exchange.advance(exchange.now + 1_000)
    expect(exchange.quote(AAPL)).toMatchObject({ bid: undefined, ask: undefined, halted: true })
    expect(exchange.depth(AAPL, 5)).toEqual({ bids: [], asks: [] })
    expect(types(exchange.place(order('BUY', '100')))).toEqual(['OrderHeld'])
    expect(exchange.ticks(AAPL, exchange.now, exchange.now + 60_000)).toEqual([])
    const later = exchange.advance(exchange.now + 300_000)
    expect(turns(later).map(({ type }) => type)).toEqual(['TradingResumed'])
    expect(executionsIn(later)).toHaveLength(1)
  })

  test('quotes and prints stay within the bands all day, however time is stepped', () => {
    const exchange = crashing({ volatilityHalts: true })
    const again = crashing({ volatilityHalts: true })
    for (const one of [exchange, again]) one.watch(AAPL)
    const told = turns(again.advance(at('12:00')))
    const stepped: VenueEvent[] = []
    while (exchange.now < at('12:00')) stepped.push(...exchange.advance(exchange.now + 20_000))
    expect(turns(stepped)).toEqual(told)
    const board = quoteBoard({ market: crashMarket(), seed: 3, halted: [], volatilityHalts: true }, venueHours()) // prettier-ignore
    let banded = 0
    for (const tick of exchange.ticks(AAPL, at('09:31'), at('10:30'))) {
      const bands = board.bandsAt(stock('AAPL'), tick.at)
      const prices = tick.type === 'trade' ? [tick.price] : [tick.bid, tick.ask]
      for (const shown of prices.flatMap((one) => (one === undefined ? [] : [toNumber(one)]))) {
        banded++
        expect(shown).toBeGreaterThanOrEqual(bands?.low ?? Infinity)
        expect(shown).toBeLessThanOrEqual(bands?.high ?? 0)
      }
    }
    expect(banded).toBeGreaterThan(1_000)
  })

  test('what would have traded in a pause trades when it ends, and the day still sums', () => {
    const exchange = crashing({ volatilityHalts: true })
    exchange.advance(at('10:00', '2018-02-06'))
    const trades = exchange.ticks(AAPL, at('09:30'), at('16:00')).filter((tick) => tick.type === 'trade') // prettier-ignore
    expect(trades.filter(({ conditions }) => conditions === '5').length).toBeGreaterThan(0)
    expect(trades.reduce((sum, { size }) => sum + toNumber(size), 0)).toBe(20_000_000)
    const [day] = exchange.bars(AAPL, { from: at('09:30'), to: at('16:00'), seconds: 86_400, price: 'trades', outsideRegularHours: false }) // prettier-ignore
    expect(day?.volume).toBe(20_000_000)
  })

  test('our own trading can drive a name to its band', () => {
    const exchange = crashing({ volatilityHalts: true, impact: { permanent: 3_000, daysToTurnOver: 200, halfLifeMs: 10_000 } }) // prettier-ignore
    exchange.advance(at('09:31'))
    exchange.watch(IBM)
    exchange.place(order('BUY', '40000', { instrument: IBM, timeInForce: 'IOC' }))
    expect(turns(exchange.advance(at('09:40')))).toMatchObject([
      { type: 'TradingHalted', instrument: IBM, cause: 'volatility' },
      { type: 'TradingResumed', instrument: IBM },
    ])
  })

  test('an index that falls far enough halts every stock', () => {
    const exchange = crashing({ circuitBreakerIndex: AAPL })
    exchange.watch(IBM)
    const told = turns(exchange.advance(at('16:00')))
    expect(told[0]).toMatchObject({ type: 'TradingHalted', instrument: IBM })
    expect(told[1]).toMatchObject({ type: 'TradingResumed', instrument: IBM })
  })
})

const shown = (exchange: Exchange) => {
  const { bid, ask } = exchange.quote(AAPL) ?? {}
  return { bid, ask, width: toNumber(ask ?? price('0')) - toNumber(bid ?? price('0')) }
}

describe('controls', () => {
  test('a halt by control ends when it is told to, or by itself', () => {
    const exchange = venue()
    expect(exchange.controls.halt(AAPL)).toEqual([{ type: 'TradingHalted', instrument: AAPL, cause: 'regulatory' }]) // prettier-ignore
    expect(exchange.controls.halt(AAPL)).toEqual([])
    const last = exchange.quote(AAPL)?.last
    exchange.advance(at('10:40'))
    expect(exchange.quote(AAPL)).toMatchObject({ last, halted: true })
    expect(types(exchange.place(order('BUY', '10')))).toEqual(['OrderHeld'])
    const resumed = exchange.controls.resume(AAPL)
    expect(resumed[0]).toEqual({ type: 'TradingResumed', instrument: AAPL })
    expect(executionsIn(resumed)).toHaveLength(1)
    expect(exchange.controls.resume(AAPL)).toEqual([])
    exchange.watch(AAPL)
    exchange.controls.halt(AAPL, at('10:50'))
    expect(turns(exchange.advance(at('10:49')))).toEqual([])
    expect(turns(exchange.advance(at('10:50')))).toEqual([{ type: 'TradingResumed', instrument: AAPL }]) // prettier-ignore
  })

  test('quotes are made wide, crossed, one-sided, zero, and whole again', () => {
    const exchange = venue()
    const usual = shown(exchange).width
    const disturb = exchange.controls.disturb.bind(exchange.controls)
    disturb(AAPL, { kind: 'wide', factor: 40 }, at('11:00'))
    expect(shown(exchange).width).toBeGreaterThan(10 * usual)
    disturb(AAPL, { kind: 'crossed', increments: 3 }, at('11:00'))
    expect(shown(exchange).width).toBeCloseTo(-0.03, 9)
    disturb(AAPL, { kind: 'one-sided', side: 'bid' }, at('11:00'))
    expect(shown(exchange).bid).toBeUndefined()
    expect(shown(exchange).ask).toBeDefined()
    disturb(AAPL, { kind: 'zero' }, at('11:00'))
    expect(shown(exchange)).toMatchObject({ bid: price('0'), ask: price('0') })
    exchange.advance(at('11:00'))
    expect(shown(exchange).width).toBeGreaterThan(0)
    expect(shown(exchange).width).toBeLessThan(10 * usual)
  })

  test('a stale quote stands while the market moves; a jump stays for the day', () => {
    const [exchange, other] = [venue(), venue()]
    const before = shown(exchange)
    exchange.controls.disturb(AAPL, { kind: 'stale' }, at('11:00'))
    for (const one of [exchange, other]) one.advance(at('10:55'))
    expect(shown(exchange)).toEqual(before)
    expect(shown(other)).not.toEqual(before)
    for (const one of [exchange, other]) one.advance(at('11:00'))
    expect(shown(exchange)).toEqual(shown(other))
    exchange.controls.disturb(AAPL, { kind: 'jump', fraction: -0.1 }, at('11:01'))
    const gap = (of: 'bid' | 'last') => toNumber(exchange.quote(AAPL)?.[of] ?? price('0')) / toNumber(other.quote(AAPL)?.[of] ?? price('1')) // prettier-ignore
    expect(gap('bid')).toBeCloseTo(0.9, 3)
    expect(gap('last')).toBe(1)
    for (const one of [exchange, other]) one.advance(at('15:00'))
    expect(gap('last')).toBeCloseTo(0.9, 3)
    for (const one of [exchange, other]) one.advance(at('10:00', '2018-02-06'))
    expect(gap('last')).toBe(1)
  })

  test('a thin book fills a part, and no more comes', () => {
    const exchange = venue()
    exchange.controls.disturb(AAPL, { kind: 'thin', units: 300n * 1_000_000_000n as never }, at('12:00')) // prettier-ignore
    exchange.place(order('BUY', '1000'))
    exchange.advance(at('11:59'))
    const [left] = exchange.openOrders()
    expect(left?.filled).toBe(300n * 1_000_000_000n)
    const filled = executionsIn(exchange.advance(at('12:10'))).length
    expect(filled).toBeGreaterThan(0)
  })
})

test('levels behind the touch keep their price and mostly their size while the touch stands', () => {
  const exchange = venue({ startAt: at('11:00'), bars: new Map([[AAPL, days(160)]]), instruments: [stock('AAPL')] }) // prettier-ignore
  let [kept, looked] = [0, 0]
  let before = exchange.depth(AAPL, 10)?.asks ?? []
  for (let i = 0; i < 200; i++) {
    exchange.advance(exchange.now + 625)
    const now = exchange.depth(AAPL, 10)?.asks ?? []
    expect(now).toHaveLength(10)
    expect(now.map((level) => level.price)).toEqual(now.map((level) => level.price).toSorted((a, b) => Number(a - b))) // prettier-ignore
    expect(now.every(({ maker }) => maker !== undefined && maker !== '')).toBe(true)
    for (const level of now.slice(1)) {
      looked++
      if (before.some((other) => other.price === level.price && other.size === level.size)) kept++
    }
    before = now
  }
  expect(kept / looked).toBeGreaterThan(0.85)
  expect(kept).toBeLessThan(looked)
})
