import { expect, test } from 'vitest'
import { nextQuoteAfter, quotePace, quoteTimeAt } from '#exchange/market/quote-times.ts'
import { venueHours } from '#exchange/venue-hours.ts'
import { newYorkInstant } from '#marketdata/calendar.ts'
import { randomKey } from '#numerics/random.ts'
import { MINUTE_MS } from '#model/time.ts'

const STOCK = { assetClass: 'STK' } as const
const MINUTES = 5
const TEN = newYorkInstant('2018-02-05', 600)

test.each([
  ['usually', 250, 1_000, undefined, 96],
  ['twice as often', 125, 500, 312.5, 192],
  ['five times as often', 50, 200, 125, 480],
])('%s a name is quoted after %d to %d ms', (_how, least, most, everyMs, aMinute) => {
  const [key, hours, pace] = [randomKey(1, 'quotes', 'A'), venueHours(), quotePace(everyMs)]
  const until = TEN + MINUTES * MINUTE_MS
  let quotes = 0
  let at = quoteTimeAt(STOCK, key, hours, TEN, pace).at
  while (at < until) {
    const next = nextQuoteAfter(STOCK, key, hours, at, pace)
    expect(next - at).toBeGreaterThanOrEqual(least - 2)
    expect(next - at).toBeLessThanOrEqual(most + 2)
    const [before, after] = [quoteTimeAt(STOCK, key, hours, next - 1, pace), quoteTimeAt(STOCK, key, hours, next, pace)] // prettier-ignore
    expect([before.at, after.at, after.tick > before.tick]).toEqual([at, next, true])
    at = next
    quotes += 1
  }
  expect(quotes / MINUTES).toBeCloseTo(aMinute, -1)
})
