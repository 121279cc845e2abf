import { beforeAll, describe, expect, test } from 'vitest'
import type { CodedTexts, IntradaySeries, Quotes, TradeBars, Trades } from '#marketdata/intraday.ts' // prettier-ignore
import { toNumber } from '#model/border.ts'
import { money, price, quantity } from '#model/fixed.ts'
import type { AccountId } from '#model/ids.ts'
import { MINUTE_MS } from '#model/time.ts'
import { createExchange } from '#exchange/create-exchange.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { intradayMarket } from '#exchange/market/intraday-market.ts'
import { AAPL, IBM, at, executionsIn, order, stock } from '#test/support/venue.ts'

const columns = (rows: readonly (readonly number[])[], column: number) =>
  Float64Array.from(rows, (row) => row[column] ?? NaN)

const silent = (length: number): CodedTexts => ({ names: [''], codes: new Uint16Array(length) })

/** Rows of time, bid, bid size, ask, ask size; all of one exchange. */
function quotes(...rows: readonly (readonly number[])[]): Quotes {
  return {
    kind: 'quotes',
    length: rows.length,
    time: columns(rows, 0),
    bid: columns(rows, 1),
    bidSize: columns(rows, 2),
    ask: columns(rows, 3),
    askSize: columns(rows, 4),
    exchange: silent(rows.length),
    condition: silent(rows.length),
  }
}

/** Rows of time, price, size. */
function trades(...rows: readonly (readonly number[])[]): Trades {
  return {
    kind: 'trades',
    length: rows.length,
    time: columns(rows, 0),
    price: columns(rows, 1),
    size: columns(rows, 2),
    exchange: { names: ['', 'Q'], codes: new Uint16Array(rows.length).fill(1) },
    condition: silent(rows.length),
  }
}

/** Rows of time, open, high, low, close, volume; a minute each. */
function minutes(...rows: readonly (readonly number[])[]): TradeBars {
  const [time, open, high, low, close, volume] = [0, 1, 2, 3, 4, 5].map((i) => columns(rows, i))
  if (!time || !open || !high || !low || !close || !volume) throw new Error('six columns')
  return { kind: 'trade-bars', barMs: MINUTE_MS, length: rows.length, time, open, high, low, close, volume } // prettier-ignore
}

const recorded = (series: readonly IntradaySeries[], startAt = at('10:00')): Exchange =>
  createExchange({
    seed: 1,
    account: 'DU1' as AccountId,
    baseCurrency: 'USD',
    startAt,
    market: intradayMarket({ instruments: [stock('AAPL'), stock('IBM')], recordings: new Map([[AAPL, series]]) }), // prettier-ignore
    cash: new Map([['USD', money('1000000', 'USD')]]),
    positions: [],
    halted: [],
  })

describe('recorded quotes and trades', () => {
  let exchange: Exchange
  beforeAll(() => {
    exchange = recorded([
      quotes(
        [at('09:59'), 100, 300, 100.02, 500],
        [at('10:01'), 100.01, 200, NaN, NaN],
        [at('10:02'), 100.05, 100, NaN, NaN],
        [at('10:03'), NaN, NaN, 0, 0],
        [at('10:04'), NaN, NaN, 100.1, NaN],
      ),
      trades([at('09:59'), 100.01, 50], [at('10:00') + 500, 100.02, 700], [at('10:01'), 100, 30]),
    ])
  })

  const shown = (then: number) => {
    const { bid, ask, bidSize, askSize } = exchange.quote(AAPL, then) ?? {}
    return [bid, ask, bidSize, askSize].map((one) => (one === undefined ? '-' : toNumber(one)))
  }

  test('are shown as they were, one-sided and crossed ones too', () => {
    exchange.watch(AAPL)
    expect(shown(at('10:00'))).toEqual([100, 100.02, 300, 500])
    const events = exchange.advance(at('10:05'))
    expect(events.filter(({ type }) => type === 'QuoteChanged')).toHaveLength(1)
    expect(shown(at('10:01'))).toEqual([100.01, 100.02, 200, 500])
    expect(shown(at('10:02'))).toEqual([100.05, 100.02, 100, 500])
    expect(shown(at('10:03') + 1)).toEqual([100.05, '-', 100, 0])
  })

  test('print as they were, and bars add them up', () => {
    exchange.advance(Math.max(exchange.now, at('10:05')))
    const prints = exchange.ticks(AAPL, at('09:30'), at('10:05')).filter(({ type }) => type === 'trade') // prettier-ignore
    expect(prints).toMatchObject([
      { at: at('09:59'), price: price('100.01'), size: quantity('50'), venue: 'Q' },
      { at: at('10:00') + 500, price: price('100.02'), size: quantity('700') },
      { at: at('10:01'), price: price('100'), size: quantity('30') },
    ])
    const [bar] = exchange.bars(AAPL, { from: at('09:30'), to: at('10:05'), seconds: 3_600, price: 'trades', outsideRegularHours: false }) // prettier-ignore
    expect(bar).toMatchObject({ open: 100.01, high: 100.02, low: 100, close: 100, volume: 780 })
    expect(exchange.quote(AAPL, at('10:00') + 600)).toMatchObject({ volume: quantity('750'), high: price('100.02') }) // prettier-ignore
  })

  test('what nobody recorded has no price', () => {
    expect(exchange.quote(IBM)?.bid).toBeUndefined()
    expect(exchange.bars(IBM, { from: at('09:30'), to: at('10:05'), seconds: 60, price: 'trades', outsideRegularHours: false })).toEqual([]) // prettier-ignore
  })
})

test('an order takes the recorded offer, and the market maker’s levels behind it', () => {
  const exchange = recorded([quotes([at('09:59'), 100, 300, 100.02, 500]), trades([at('09:59'), 100.01, 100_000])]) // prettier-ignore
  const fills = executionsIn(exchange.place(order('BUY', '520')))
  expect(fills[0]).toMatchObject({ price: price('100.02'), quantity: quantity('500') })
  expect(fills[1]?.price).toBeGreaterThan(price('100.02'))
})

test('minute bars alone: bars are as recorded, and quotes are made about the price', () => {
  const exchange = recorded([minutes([at('09:30'), 100, 101, 99.5, 100.5, 4_003], [at('09:31'), 100.5, 100.6, 100.1, 100.2, 900])], at('12:00')) // prettier-ignore
  const bars = exchange.bars(AAPL, { from: at('09:30'), to: at('09:32'), seconds: 60, price: 'trades', outsideRegularHours: false }) // prettier-ignore
  expect(bars).toMatchObject([
    { open: 100, high: 101, low: 99.5, close: 100.5, volume: 4_003 },
    { open: 100.5, high: 100.6, low: 100.1, close: 100.2, volume: 900 },
  ])
  const { bid, ask } = exchange.quote(AAPL) ?? {}
  expect(toNumber(bid ?? price('0'))).toBeLessThan(100.2)
  expect(toNumber(ask ?? price('0'))).toBeGreaterThan(100.2)
})

test('daily bars are those of the recorded sessions, after the ones before', () => {
  const earlier = [{ date: '2018-02-02', at: at('09:30', '2018-02-02'), open: 98, high: 99, low: 97, close: 98.5, volume: 10 }] // prettier-ignore
  const market = intradayMarket({
    instruments: [stock('AAPL')],
    recordings: new Map([[AAPL, [trades([at('08:00'), 90, 1], [at('09:30'), 100, 5], [at('15:59'), 102, 7])]]]), // prettier-ignore
    before: new Map([[AAPL, earlier]]),
  })
  expect(market.dailyBars(AAPL, 5, '2018-02-05', 'splits')).toMatchObject([
    { date: '2018-02-02', close: 98.5 },
    { date: '2018-02-05', open: 100, high: 102, low: 100, close: 102, volume: 12 },
  ])
  expect([market.firstDate, market.lastDate]).toEqual(['2018-02-02', '2018-02-05'])
})
