import { expect, test } from 'vitest'
import { freshnessOf } from '#marketdata/freshness.ts'
import type { Quote } from '#marketdata/quote.ts'
import { createSyntheticFeed } from '#feeds/synthetic/feed.ts'
import { AAPL, IBM, at, stock, venue } from '#test/support/venue.ts'

/** A ticker that ticks when told. */
function byHand() {
  let tick: (() => void) | undefined
  const start = (wanted: () => void) => {
    tick = wanted
    return () => (tick = undefined)
  }
  return { start, tick: () => tick?.(), isRunning: () => tick !== undefined }
}

const APPLE = stock('AAPL')

test('subscribed names tell each new quote once, others nothing', async () => {
  const [exchange, ticker, heard] = [venue(), byHand(), [] as Quote[]]
  const feed = createSyntheticFeed(exchange, ticker)
  await feed.connect()
  feed.onQuote((quote) => heard.push(quote))
  await feed.subscribe([APPLE])
  ticker.tick()
  ticker.tick()
  expect(heard).toHaveLength(1)
  exchange.advance(at('10:31'))
  ticker.tick()
  expect(heard.map(({ instrument }) => instrument)).toEqual([AAPL, AAPL])
  expect(heard[1]?.at).toBeGreaterThan(heard[0]?.at ?? 0)
  expect(heard.map((quote) => freshnessOf(quote, exchange.now, 61_000))).toEqual(['fresh', 'fresh'])
})

test('quotes on request are the venue’s; a halted name’s says so, an unknown name has none', async () => {
  const feed = createSyntheticFeed(venue({ halted: [IBM] }), byHand())
  await feed.connect()
  const found = await feed.quotes([APPLE, stock('IBM'), stock('NONE')], 1_000)
  expect([...found.keys()]).toEqual([AAPL, IBM])
  expect(found.get(IBM)).toMatchObject({ halted: true, bid: undefined, bidSize: undefined })
  expect(found.get(AAPL)?.close).toBe(160)
})

test('daily bars are the venue’s; a name that is not listed is refused', async () => {
  const feed = createSyntheticFeed(venue(), byHand())
  await feed.connect()
  const bars = await feed.dailyBars(APPLE, 2, '2018-02-05', 'splits')
  expect(bars.map(({ date }) => date)).toEqual(['2018-02-01', '2018-02-02'])
  await expect(feed.dailyBars(stock('NONE'), 2, '2018-02-05', 'splits')).rejects.toThrow('not-found: NONE.STK.USD is not listed') // prettier-ignore
})

test('before connecting there is nothing, after closing it ticks no more', async () => {
  const ticker = byHand()
  const feed = createSyntheticFeed(venue(), ticker)
  await expect(feed.subscribe([APPLE])).rejects.toThrow('not-connected')
  await expect(feed.quotes([APPLE], 1_000)).rejects.toThrow('not-connected')
  await feed.connect()
  expect(ticker.isRunning()).toBe(true)
  await feed.close()
  expect(ticker.isRunning()).toBe(false)
})
