import { describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { unusableQuote } from '#marketdata/freshness.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'

const NOW = 1_000_000

const quoteWith = (change: Partial<Quote>): Quote => ({
  instrument: 'AAA.STK.USD' as InstrumentId,
  bid: 99,
  ask: 101,
  bidSize: 1,
  askSize: 1,
  last: 100,
  close: 100,
  volume: 1,
  at: NOW,
  kind: 'live',
  halted: false,
  ...change,
})

test('a live, fresh, two-sided quote is usable, and its mid lies between', () => {
  expect(unusableQuote(quoteWith({}), NOW + 5_000, 5_000)).toBeUndefined()
  expect(midOf({ bid: 99, ask: 101 })).toBe(100)
  expect(midOf({ bid: 100, ask: 100 })).toBe(100)
})

describe('no price to trade at', () => {
  test.each<readonly [string, Partial<Quote>, string]>([
    ['a halt', { halted: true }, 'halted'],
    ['one side', { ask: undefined }, 'one side'],
    ['zero', { bid: 0 }, 'not above zero'],
    ['crossed', { bid: 102 }, 'crossed'],
    ['delayed', { kind: 'delayed' }, 'delayed'],
    ['old', { at: NOW - 5_001 }, '5001 ms old'],
    ['no date', { at: Number.NaN }, 'ms old'],
    ['a bid that is no number', { bid: Number.NaN }, 'not above zero'],
    ['an ask that is no number', { ask: Number.NaN }, 'not above zero'],
    ['an ask without bound', { ask: Number.POSITIVE_INFINITY }, 'not above zero'],
  ])('%s', (_, change, words) => {
    expect(unusableQuote(quoteWith(change), NOW, 5_000)).toContain(words)
  })

  test.each([
    [Number.NaN, 100],
    [100, Number.NaN],
    [100, Number.POSITIVE_INFINITY],
    [0, 100],
    [101, 100],
    [undefined, 100],
  ])('no mid of %s and %s', (bid, ask) => {
    expect(midOf({ bid, ask })).toBeUndefined()
  })
})
