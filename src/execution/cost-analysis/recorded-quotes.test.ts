import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { instantOf } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import { closingPrice, exchangeRate, halfSpreadOf, lastMid, openingMid, timeWeightedMid, volumeHeard, volumeWeightedPrice } from '#execution/cost-analysis/recorded-quotes.ts' // prettier-ignore

const at = (text: string): number => instantOf(`2018-02-05T${text}Z`) ?? Number.NaN
const NOON = at('17:00:00')
const NONE: Pick<Quote, 'bidSize' | 'askSize' | 'kind' | 'halted'> = { bidSize: 1, askSize: 1, kind: 'live', halted: false } // prettier-ignore

const quote = (when: number, mid: number, more: Partial<Quote> = {}): Quote => ({
  ...NONE,
  instrument: 'AAA.STK.USD' as InstrumentId,
  bid: mid - 0.5,
  ask: mid + 0.5,
  last: mid,
  close: undefined,
  volume: undefined,
  at: when,
  ...more,
})

/** 100 from before noon, 102 after 10 s, 98 after 40 s; 300 trade at 102, 100 at 98. */
const QUOTES = [
  quote(NOON - 5_000, 100, { volume: 1_000 }),
  quote(NOON + 10_000, 102, { volume: 1_300 }),
  quote(NOON + 40_000, 98, { volume: 1_400 }),
]

test('the last mid is that between two instants, neither included', () => {
  expect(lastMid(QUOTES, NOON, NOON + 40_000)).toBe(102)
  expect(lastMid(QUOTES, NOON, NOON + 40_001)).toBe(98)
  expect(lastMid(QUOTES, NOON + 10_000, NOON + 40_000)).toBeUndefined()
  expect(lastMid([...QUOTES, quote(NOON + 50_000, 90, { bid: undefined })], NOON, Infinity)).toBe(98) // prettier-ignore
})

test('a mid counts as long as it stood', () => {
  // 10 s at 100, 30 s at 102, 20 s at 98
  expect(timeWeightedMid(QUOTES, 100, NOON, NOON + 60_000)).toBeCloseTo((10 * 100 + 30 * 102 + 20 * 98) / 60, 12) // prettier-ignore
  expect(timeWeightedMid(QUOTES.toReversed(), 100, NOON, NOON + 60_000)).toBeCloseTo(100.333333333, 8) // prettier-ignore
  expect(timeWeightedMid([], 100, NOON, NOON + 60_000)).toBe(100)
  expect(timeWeightedMid(QUOTES, 100, NOON, NOON)).toBe(100)
})

test('a last price counts as much as traded up to it', () => {
  expect(volumeWeightedPrice(QUOTES, NOON, NOON + 60_000)).toBe((300 * 102 + 100 * 98) / 400)
  expect(volumeWeightedPrice(QUOTES, NOON, NOON + 30_000)).toBe(102)
  expect(volumeWeightedPrice(QUOTES, NOON, NOON + 5_000)).toBeUndefined()
  expect(volumeWeightedPrice([], NOON, NOON + 5_000)).toBeUndefined()
})

test('volume is of the day in New York', () => {
  expect(volumeHeard(QUOTES, NOON)).toBe(1_400)
  expect(volumeHeard(QUOTES, NOON + 86_400_000)).toBeUndefined()
})

test('the opening is heard within a minute, the close in the session after', () => {
  const opened = [quote(at('14:30:40'), 77), ...QUOTES]
  expect(openingMid(opened, 'STK', NOON)).toBe(77)
  expect(openingMid(QUOTES, 'STK', NOON)).toBeUndefined()
  const tomorrow = quote(NOON + 86_400_000, 105, { close: 99.5 })
  expect(closingPrice([...QUOTES, tomorrow], 'STK', NOON)).toBe(99.5)
  expect(
    closingPrice(
      QUOTES.map((of) => ({ ...of, close: 97 })),
      'STK',
      NOON,
    ),
  ).toBeUndefined()
  const dayAfter = quote(NOON + 2 * 86_400_000, 105, { close: 101 })
  expect(closingPrice([dayAfter], 'STK', NOON)).toBeUndefined()
})

test('half a spread needs both sides', () => {
  expect(halfSpreadOf(QUOTES[0])).toBe(0.5)
  expect(halfSpreadOf(quote(NOON, 5, { ask: undefined }))).toBeUndefined()
  expect(halfSpreadOf(quote(NOON, 5, { bid: 6, ask: 5 }))).toBeUndefined()
  expect(halfSpreadOf(undefined)).toBeUndefined()
})

test('rates are read either way round', () => {
  expect(exchangeRate('USD', 'USD', new Map())).toBe(1)
  expect(exchangeRate('EUR', 'USD', pair('EUR.CASH.USD', 4))).toBe(4)
  expect(exchangeRate('JPY', 'USD', pair('USD.CASH.JPY', 4))).toBe(0.25)
  expect(exchangeRate('EUR', 'USD', new Map())).toBeUndefined()
})

const pair = (name: string, mid: number) => new Map([[name as InstrumentId, quote(NOON, mid)]])
