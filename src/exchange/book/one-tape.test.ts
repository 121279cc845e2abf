/** Level 1, ticks and bars are of one tape: what one of them says of a trade the others say too. */
import { beforeAll, describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange, VenueQuote, VenueTick } from '#exchange/exchange.ts'
import { syntheticClasses } from '#exchange/market/synthetic-classes.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { AAPL, at, days, executionsIn, order, stock, venue } from '#test/support/venue.ts'

type Trade = Extract<VenueTick, { type: 'trade' }>
const tradesOf = (ticks: readonly VenueTick[]): Trade[] =>
  ticks.flatMap((tick) => (tick.type === 'trade' ? [tick] : []))

/** The last price that the ticks have at a quote, looked for back to a second of an earlier session. */
function lastTick(exchange: Exchange, id: InstrumentId, quote: VenueQuote): Trade | undefined {
  for (const back of [2_000, 60_000, 3_600_000, 24 * 3_600_000]) {
    const ticks = exchange.ticks(id, quote.at - back, quote.at + 1)
    const found = tradesOf(ticks).findLast(({ unreported }) => !unreported)
    if (found !== undefined) return found
  }
  return undefined
}

describe('the last print', () => {
  const DATE = '2026-01-07'
  const MARKET = syntheticClasses({
    seed: 4,
    stocks: syntheticUniverse({ seed: 4, count: 3 }),
    firstDate: '2025-09-02',
    lastDate: '2026-02-27',
    entryDate: '2026-01-05',
  })
  const noon = newYorkInstant(DATE, 720)
  let exchange: Exchange
  const listed = (id: string): Instrument => {
    const of = MARKET.directory?.byId(id as InstrumentId)
    if (of === undefined || of.assetClass === 'IND') throw new Error(`${id} is listed`)
    return of
  }
  const nearMoney = (underlying: string): Instrument => {
    const spot = MARKET.fairPrice(underlying as InstrumentId, noon) ?? 0
    const [chain] = MARKET.directory?.chains(underlying as InstrumentId, DATE) ?? []
    const strike = chain?.strikes.toSorted((a, b) => Math.abs(toNumber(a) - spot) - Math.abs(toNumber(b) - spot))[0] // prettier-ignore
    const [option] = MARKET.directory?.optionsOn?.(underlying as InstrumentId, DATE, { strike: strike ?? price('1') }) ?? [] // prettier-ignore
    if (option === undefined) throw new Error('a strike has options')
    return option
  }
  beforeAll(() => {
    exchange = createExchange({
      seed: 4,
      account: 'DU1' as AccountId,
      baseCurrency: 'USD',
      startAt: newYorkInstant('2026-01-08', 480),
      market: MARKET,
      cash: new Map([['USD', money('1000000', 'USD')]]),
      positions: [],
      halted: [],
    })
  })

  test.each([
    ['a stock', () => MARKET.instruments.find(({ assetClass }) => assetClass === 'STK')],
    ['a fund', () => listed('SPY.STK.USD')],
    ['a future', () => listed('ESH6.FUT.USD')],
    ['a pair', () => listed('EUR.CASH.USD')],
    ['an option', () => nearMoney('SPY.STK.USD')],
  ] as const)('of %s is that of level 1, at any instant of a day', (_name, of) => {
    const instrument = of()
    if (instrument === undefined) throw new Error('there is one')
    const { id, assetClass } = instrument
    const chance = randomStream(randomKey(17, 'instants', id))
    let told = 0
    for (let i = 0; i < 12; i++) {
      const minute = assetClass === 'OPT' ? 600 + chance.below(360) : 250 + chance.below(940)
      const then = newYorkInstant(DATE, minute) + chance.below(60_000)
      const quote = exchange.quote(id, then)
      if (quote === undefined) throw new Error('it is quoted')
      const trade = lastTick(exchange, id, quote)
      if (trade === undefined) continue
      told++
      expect([quote.last, quote.lastSize, quote.lastVenue, quote.lastAt]).toEqual([trade.price, trade.size, trade.venue, trade.at]) // prettier-ignore
    }
    expect(told).toBeGreaterThan(8)
  })

  test('open interest is counted of futures and options, and the sums of chains of what they are on', () => {
    const future = exchange.figures('ESH6.FUT.USD' as InstrumentId)
    expect(future?.openInterest).toBeGreaterThan(100_000)
    expect(exchange.figures(nearMoney('SPY.STK.USD').id)?.openInterest).toBeGreaterThan(0)
    const fund = exchange.figures('SPY.STK.USD' as InstrumentId)
    expect(fund?.openInterest).toBeUndefined()
    expect(fund?.optionVolume?.calls).toBe(0)
    expect(fund?.averageOptionVolume).toBeGreaterThan(1_000)
    expect(fund?.optionOpenInterest?.puts).toBeGreaterThan(fund?.averageOptionVolume ?? Infinity)
    expect(exchange.figures('EUR.CASH.USD' as InstrumentId)?.openInterest).toBeUndefined()
  })
})

describe('high, low and volume', () => {
  test.each([40_000, 300_000, 3_000_000])('of %i shares a day are those of the prints so far', (volume) => {
    const exchange = venue({ startAt: at('15:00'), bars: new Map([[AAPL, days(160, 2, volume)]]), instruments: [stock('AAPL')] }) // prettier-ignore
    for (const time of ['09:31', '10:17', '13:02', '09:45']) {
      const quote = exchange.quote(AAPL, at(time))
      const trades = tradesOf(exchange.ticks(AAPL, at('09:30'), (quote?.at ?? 0) + 1))
      const prices = trades.flatMap((trade) => (trade.unreported ? [] : [toNumber(trade.price)]))
      expect(toNumber(quote?.open ?? price('0'))).toBe(prices[0])
      expect(toNumber(quote?.high ?? price('0'))).toBe(Math.max(...prices))
      expect(toNumber(quote?.low ?? price('0'))).toBe(Math.min(...prices))
      expect(toNumber(quote?.volume ?? quantity('0'))).toBe(trades.reduce((sum, { size }) => sum + toNumber(size), 0)) // prettier-ignore
    }
  }) // prettier-ignore

  test('a thin name has a last price and no day of odd lots', () => {
    const exchange = venue({ startAt: at('15:00'), bars: new Map([[AAPL, days(160, 2, 40_000)]]), instruments: [stock('AAPL')] }) // prettier-ignore
    const trades = tradesOf(exchange.ticks(AAPL, at('09:30'), at('15:00')))
    expect(trades.filter(({ unreported }) => !unreported).length).toBeGreaterThan(trades.length / 2)
  })
})

const open = () =>
  venue({ startAt: at('11:00'), bars: new Map([[AAPL, days(160, 2, 3_000_000)]]), instruments: [stock('AAPL')] }) // prettier-ignore

const volumeOf = (of: Exchange) => toNumber(of.quote(AAPL)?.volume ?? quantity('0'))

describe('our own executions', () => {
  test('are in the volume, the ticks and the bars once, and set the last price', () => {
    const [exchange, other] = [open(), open()]
    exchange.place(order('BUY', '4000'))
    for (const one of [exchange, other]) one.advance(at('11:00') + 10_000)
    const all = exchange.executions().reduce((sum, { quantity: units }) => sum + toNumber(units), 0)
    expect(all).toBeGreaterThan(1_000)
    expect(volumeOf(exchange) - volumeOf(other)).toBe(all)
    const highest = Math.max(...exchange.executions().map((fill) => toNumber(fill.price)))
    expect(toNumber(exchange.quote(AAPL)?.high ?? price('0'))).toBeGreaterThanOrEqual(highest)
    const [from, to] = [at('11:00'), exchange.now]
    const ours = exchange.executions().map(({ at: when, price: each, quantity: units }) => [when, each, units]) // prettier-ignore
    const ticks = tradesOf(exchange.ticks(AAPL, from, to)).map((tick) => [tick.at, tick.price, tick.size]) // prettier-ignore
    for (const fill of ours) expect(ticks.filter((tick) => tick.join() === fill.join())).toHaveLength(ours.filter((one) => one.join() === fill.join()).length) // prettier-ignore
    const volumeIn = (one: Exchange) => one.bars(AAPL, { seconds: 5, from, to, price: 'trades', outsideRegularHours: false }).reduce((sum, bar) => sum + bar.volume, 0) // prettier-ignore
    expect(volumeIn(exchange) - volumeIn(other)).toBe(all)
  })

  test('an odd lot of ours counts in the volume and in no price; a bust takes it back', () => {
    const [exchange, other] = [open(), open()]
    const [fill] = executionsIn(exchange.place(order('BUY', '7')))
    for (const one of [exchange, other]) one.advance(at('11:00') + 5_000)
    const [quote, theirs] = [exchange.quote(AAPL), other.quote(AAPL)]
    expect((quote?.volume ?? 0n) - (theirs?.volume ?? 0n)).toBe(quantity('7'))
    expect([quote?.lastSize, quote?.lastAt]).toEqual([theirs?.lastSize, theirs?.lastAt])
    if (fill === undefined) throw new Error('it fills')
    exchange.controls.bustExecution(fill.execId)
    expect(exchange.quote(AAPL)?.volume).toBe(theirs?.volume)
  })

  test('the close of a five-second bar is the last price at its end', () => {
    const exchange = open()
    exchange.place(order('BUY', '2000'))
    exchange.advance(at('11:10'))
    const bars = exchange.bars(AAPL, { seconds: 5, from: at('10:55'), to: at('11:05'), price: 'trades', outsideRegularHours: false }) // prettier-ignore
    expect(bars.length).toBeGreaterThan(100)
    for (const bar of bars) {
      const ticks = tradesOf(exchange.ticks(AAPL, bar.at - 60_000, bar.at + 5_000))
      expect(bar.close).toBe(toNumber(ticks.findLast(({ unreported }) => !unreported)?.price ?? price('0'))) // prettier-ignore
    }
  })
})

test('on the eve of a split prints and the last price are in old units, in the morning in new ones', () => {
  const splits = new Map([[AAPL, [{ date: '2018-02-06', ratio: 4 }]]])
  const bars = days(160, 2).map((bar) => (bar.date < '2018-02-06' ? bar : { ...bar, open: 40, high: 40.5, low: 39.5, close: 40 })) // prettier-ignore
  const exchange = venue({ startAt: at('15:00'), bars: new Map([[AAPL, bars]]), splits, instruments: [stock('AAPL')] }) // prettier-ignore
  const last = () => toNumber(exchange.quote(AAPL)?.last ?? price('0'))
  exchange.advance(at('18:00'))
  expect(last()).toBeGreaterThan(150)
  const printed = tradesOf(exchange.ticks(AAPL, at('16:30'), at('18:00')))
  expect(Math.min(...printed.map((trade) => toNumber(trade.price)))).toBeGreaterThan(150)
  exchange.advance(at('03:00', '2018-02-06'))
  expect(last()).toBeLessThan(42)
  exchange.advance(at('05:00', '2018-02-06'))
  expect(last()).toBeLessThan(42)
})
