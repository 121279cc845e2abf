import { expect, test } from 'vitest'
import type { CodedTexts, Quotes, TradeBars, Trades } from '#marketdata/intraday.ts'
import { joinedIntraday } from '#marketdata/joined-intraday.ts'

const letters = (...of: readonly string[]): CodedTexts => {
  const names = ['', ...new Set(of)]
  return { names, codes: Uint16Array.from(of, (one) => names.indexOf(one)) }
}

/** A trade a time, at a price like its time, on the exchange of its letter. */
const trades = (times: readonly number[], ...exchanges: readonly string[]): Trades => ({
  kind: 'trades',
  length: times.length,
  time: Float64Array.from(times),
  price: Float64Array.from(times),
  size: Float64Array.from(times, () => 1),
  exchange: letters(...exchanges),
  condition: letters(...times.map(() => '')),
})

const bars = (barMs: number, ...times: readonly number[]): TradeBars => {
  const column = Float64Array.from(times)
  return { kind: 'trade-bars', barMs, length: times.length, time: column, open: column, high: column, low: column, close: column, volume: column } // prettier-ignore
}

test('the later one follows, whichever comes first, and letters keep their meaning', () => {
  const [one, two] = [trades([1, 2], 'N', 'Q'), trades([3, 4], 'P', 'N')]
  for (const both of [joinedIntraday(one, two), joinedIntraday(two, one)]) {
    const { time, price, exchange } = both as Trades
    expect([...time]).toEqual([1, 2, 3, 4])
    expect([...price]).toEqual([1, 2, 3, 4])
    expect([...exchange.codes].map((code) => exchange.names[code])).toEqual(['N', 'Q', 'P', 'N'])
  }
})

test('bars of one length follow each other', () => {
  const both = joinedIntraday(bars(60, 0, 60), bars(60, 120)) as TradeBars
  expect([both.length, ...both.volume]).toEqual([3, 0, 60, 120])
})

const QUOTES: Quotes = { ...trades([7], 'N'), kind: 'quotes', bid: Float64Array.of(1), ask: Float64Array.of(2), bidSize: Float64Array.of(3), askSize: Float64Array.of(4) } // prettier-ignore

test.each([
  ['times that overlap', trades([1, 3], 'N', 'N'), trades([2], 'N')],
  ['one time twice', trades([1], 'N'), trades([1], 'N')],
  ['bars of another length', bars(60, 0), bars(1, 60)],
  ['another kind', trades([1], 'N'), QUOTES],
])('no recording comes of %s', (_what, one, two) => {
  expect(joinedIntraday(one, two)).toBeUndefined()
})
