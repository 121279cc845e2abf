import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import type { Quote } from '#marketdata/quote.ts'
import { createQuoteBatches } from '#runtime/quote-batches.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('of names that matter, the latest of each, sorted, every 250 ms', () => {
  const sent: (readonly (readonly [string, number | undefined])[])[] = []
  const batches = createQuoteBatches((quotes) => {
    sent.push(quotes.map(({ instrument, bid }) => [instrument, bid]))
  })
  batches.follow(new Set([MSFT, AAPL]))
  batches.heard(quoteOf(MSFT, 100))
  batches.heard(quoteOf(AAPL, 50))
  batches.heard(quoteOf(MSFT, 101))
  batches.heard(quoteOf('IBM.STK.USD' as InstrumentId, 7))
  vi.advanceTimersByTime(249)
  expect(sent).toEqual([])
  vi.advanceTimersByTime(1)
  expect(sent).toEqual([
    [
      [AAPL, 50],
      [MSFT, 101],
    ],
  ])
  vi.advanceTimersByTime(1_000)
  expect(sent).toHaveLength(1)
})

const AAPL = 'AAPL.STK.USD' as InstrumentId
const MSFT = 'MSFT.STK.USD' as InstrumentId
const quoteOf = (instrument: InstrumentId, bid: number): Quote => ({
  instrument,
  bid,
  ask: bid + 1,
  bidSize: 1,
  askSize: 1,
  last: bid,
  close: bid,
  volume: 0,
  at: 0,
  kind: 'live',
  halted: false,
})
