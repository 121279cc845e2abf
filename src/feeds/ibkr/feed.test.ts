/** The feed over the simulated gateway, over TCP. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Stock } from '#model/instrument.ts'
import { previousTradingDay, sessionOn } from '#marketdata/calendar.ts'
import type { Quote } from '#marketdata/quote.ts'
import { FeedError, type Feed } from '#feeds/feed.ts'
import { IBKR_FEED_DEFAULTS, type IbkrFeedConfig } from '#feeds/ibkr/config.ts'
import { createIbkrFeed } from '#feeds/ibkr/feed.ts'
import { serve } from '#gateway/server.ts'
import type { RunningGateway } from '#gateway/options.ts'
import { NO_PACING } from '#tws/pacing.ts'
import { smallVenue, type SmallVenue } from '#test/support/small-venue.ts'
import { MANAGED_ACCOUNTS, nextValidId, notice, scriptedTws, type Script, type ScriptedTws } from '#test/support/scripted-tws.ts' // prettier-ignore
import { tcpRelay, type TcpRelay } from '#test/support/tcp-relay.ts'

let venue: SmallVenue
let gateway: RunningGateway
let relay: TcpRelay
let feed: Feed
let heard: Quote[]
let servers: ScriptedTws[]

beforeEach(async () => {
  venue = smallVenue()
  gateway = await serve(venue.exchange, { host: '127.0.0.1', port: 0, clock: 'stepped' })
  relay = await tcpRelay(gateway.port)
  feed = newFeed()
  heard = []
  servers = []
  feed.onQuote((quote) => heard.push(quote))
})

afterEach(async () => {
  await feed.close()
  await relay.close()
  await gateway.close()
  for (const server of servers) await server.close()
})

function newFeed(more: Partial<IbkrFeedConfig> = {}): Feed {
  const config = { ...IBKR_FEED_DEFAULTS, port: relay.port, clientId: 8, pacing: NO_PACING, reconnectPausesMs: [50], ...more } // prettier-ignore
  return createIbkrFeed(config, { now: () => gateway.venueTime() })
}

describe('quotes', () => {
  test('of any names by snapshots: both sides, sizes and the close, as the venue has them', async () => {
    await feed.connect()
    const { fresh, long } = venue
    const quotes = await feed.quotes([fresh, long], 5_000)
    for (const of of [fresh, long]) expect(quotes.get(of.id)).toEqual(atVenue(of))
  })

  test('of more names than there are lines, in waves', async () => {
    feed = newFeed({ marketDataLines: 2 })
    await feed.connect()
    const names = venue.exchange.instruments.filter(({ id }) => id !== venue.halted.id)
    const quotes = await feed.quotes(names, 5_000)
    expect([...quotes.keys()].toSorted()).toEqual(names.map(({ id }) => id).toSorted())
  })

  test('of an unknown name: none, and the others come', async () => {
    const notices: string[] = []
    feed = newFeed({ onNotice: (text) => notices.push(text) })
    await feed.connect()
    const ghost: Stock = { ...venue.fresh, id: 'GHOST.STK.USD' as InstrumentId, symbol: 'GHOST', conId: 1 } // prettier-ignore
    const quotes = await feed.quotes([ghost, venue.fresh], 5_000)
    expect([...quotes.keys()]).toEqual([venue.fresh.id])
    expect(notices.join()).toContain('200')
  })

  test('of a halted name say so', async () => {
    await feed.connect()
    const quotes = await feed.quotes([venue.halted], 5_000)
    expect(quotes.get(venue.halted.id)).toMatchObject({ halted: true, bid: undefined, ask: undefined }) // prettier-ignore
  })

  test('that nobody answers are missing after the time, not waited for', async () => {
    await feed.connect()
    relay.hold()
    expect(await feed.quotes([venue.fresh], 50)).toEqual(new Map())
  })
})

describe('a stream', () => {
  test('tells changes as the venue has them', async () => {
    await feed.connect()
    await feed.subscribe([venue.fresh])
    expect((await feed.quotes([venue.fresh], 5_000)).get(venue.fresh.id)).toMatchObject(sidesOf(venue.fresh)) // prettier-ignore
    gateway.advanceTo(gateway.venueTime() + 60_000)
    await untilHeard((quote) => quote.at === gateway.venueTime())
    expect(heard.at(-1)).toMatchObject({ instrument: venue.fresh.id, ...sidesOf(venue.fresh) })
  })

  test('of a name no longer subscribed to is silent', async () => {
    await feed.connect()
    await feed.subscribe([venue.fresh, venue.long])
    await feed.subscribe([venue.long])
    gateway.advanceTo(gateway.venueTime() + 60_000)
    await untilHeard(({ instrument, at }) => instrument === venue.long.id && at === gateway.venueTime()) // prettier-ignore
    expect(heard.map(({ instrument }) => instrument)).not.toContain(venue.fresh.id)
  })

  test('beyond the lines of the account is refused, with both numbers', async () => {
    feed = newFeed({ marketDataLines: 7 })
    await feed.connect()
    const refusal = feed.subscribe(venue.exchange.instruments.slice(0, 3))
    await expect(refusal).rejects.toThrow(/no-line: 3 streams .* 7 market data lines, of which 2/)
  })

  test('comes back after the connection was lost', async () => {
    await feed.connect()
    await feed.subscribe([venue.fresh])
    await feed.quotes([venue.fresh], 5_000)
    relay.cut()
    await untilConnected()
    gateway.advanceTo(gateway.venueTime() + 60_000)
    await untilHeard((quote) => quote.at === gateway.venueTime())
    expect(heard.at(-1)).toMatchObject({ instrument: venue.fresh.id, ...sidesOf(venue.fresh) })
  })
})

describe('daily bars', () => {
  test('are the completed sessions up to a day, oldest first', async () => {
    await feed.connect()
    const today = '2026-01-05'
    const last = previousTradingDay(today)
    const bars = await feed.dailyBars(venue.fresh, 30, today, 'splits')
    expect(bars).toHaveLength(30)
    expect(bars.at(-1)?.date).toBe(last)
    expect(bars.at(-1)?.at).toBe(sessionOn(last, 'us-equity')?.opensAt)
    const expected = venue.exchange.dailyBars(venue.fresh.id, 30, today, 'splits')
    expect(bars.map(({ date, close }) => [date, close.toFixed(2)])).toEqual(expected.map(({ date, close }) => [date, close.toFixed(2)])) // prettier-ignore
  })

  test('may end in the past, adjusted or not', async () => {
    await feed.connect()
    for (const adjusted of ['splits', 'total-return'] as const) {
      const bars = await feed.dailyBars(venue.fresh, 5, '2025-12-12', adjusted)
      expect(bars.map(({ date }) => date)).toEqual(['2025-12-08', '2025-12-09', '2025-12-10', '2025-12-11', '2025-12-12']) // prettier-ignore
    }
  })

  test('of all names at once come in one go', async () => {
    feed = newFeed({ historiesInFlight: 3 })
    await feed.connect()
    const all = await Promise.all(venue.exchange.instruments.map((one) => feed.dailyBars(one, 10, '2026-01-05', 'total-return'))) // prettier-ignore
    expect(all.map((bars) => bars.length)).toEqual(venue.exchange.instruments.map(() => 10))
  })

  test('of a name that the broker does not know are not found', async () => {
    await feed.connect()
    const ghost: Stock = { ...venue.fresh, id: 'GHOST.STK.USD' as InstrumentId, symbol: 'GHOST', conId: 1 } // prettier-ignore
    await expect(feed.dailyBars(ghost, 5, '2026-01-05', 'splits')).rejects.toMatchObject({ kind: 'not-found' }) // prettier-ignore
  })
})

/** Replaces the feed by one at a server that says what it is told to. */
async function scripted(
  onRequest: NonNullable<Script['onRequest']>,
  more: Partial<IbkrFeedConfig> = {},
): Promise<ScriptedTws> {
  const server = await scriptedTws({ greets: true, onStart: () => [MANAGED_ACCOUNTS, nextValidId(1)], onRequest }) // prettier-ignore
  servers.push(server)
  await feed.close()
  feed = newFeed({ port: server.port, ...more })
  await feed.connect()
  return server
}

describe('over a server that is scripted', () => {
  test('a stream that is ended frees its line there', async () => {
    const server = await scripted(() => [])
    await feed.subscribe([venue.fresh, venue.long])
    await feed.subscribe([venue.long])
    await expect.poll(() => framesOf(server, '2')).toEqual([['2', '1', '1000000']])
  })

  test('a data farm that was away: what is silent after it came back is asked for again', async () => {
    const server = await scripted(() => [], { silenceAfterFlapMs: 1 })
    await feed.subscribe([venue.fresh])
    await expect.poll(() => framesOf(server, '1')).toHaveLength(1)
    server.say(...notice(-1, 2104, 'Market data farm connection is OK:usfarm')) // was never away
    server.say(...notice(-1, 2103, 'Market data farm connection is broken:usfarm'))
    server.say(...notice(-1, 2104, 'Market data farm connection is OK:usfarm'))
    await expect.poll(() => framesOf(server, '1')).toHaveLength(2)
  })

  test('a message that cannot be read cuts the streams; they are asked for again, in measure', async () => {
    const server = await scripted(() => [])
    await feed.subscribe([venue.fresh])
    await expect.poll(() => framesOf(server, '1')).toHaveLength(1)
    server.say(...notice(-1, 505, 'Underrun error'))
    server.say(...notice(-1, 505, 'Underrun error'))
    await expect.poll(() => framesOf(server, '1')).toHaveLength(2)
    server.say(...notice(-1, 505, 'Underrun error'))
    server.say(...notice(-1, 2104, 'Market data farm connection is OK:usfarm'))
    await expect(feed.quotes([venue.fresh], 20)).resolves.toEqual(new Map())
    expect(framesOf(server, '1')).toHaveLength(2)
  })

  test('a stream that TWS wants asked for again is', async () => {
    const server = await scripted(
      ([id, , reqId = '']) =>
      id === '1' && reqId === '1000000' ? [notice(Number(reqId), 10182, 'Failed to request live updates')] : [], // prettier-ignore
    )
    await feed.subscribe([venue.fresh])
    await expect.poll(() => framesOf(server, '1')).toHaveLength(2)
  })

  test('history asked for too often is asked for once more, later', async () => {
    let asked = 0
    const tooOften = 'Historical Market Data Service error message:Historical data request pacing violation' // prettier-ignore
    await scripted(
      ([id, reqId = '']) => {
        if (id !== '20') return []
        return ++asked === 1
          ? [notice(Number(reqId), 162, tooOften)]
          : [[17, reqId, '20260101', '20260105', 1, '20260102', 9, 11, 8, 10, 100, 10, 5]]
      },
      { historyPauseMs: 1 },
    )
    const bars = await feed.dailyBars(venue.fresh, 5, '2026-01-05', 'splits')
    expect(bars).toMatchObject([{ date: '2026-01-02', close: 10 }])
    expect(asked).toBe(2)
  })

  test('delayed data says that it is', async () => {
    await scripted(
      ([id, , reqId = '']) =>
      id === '1' ? [notice(Number(reqId), 10167, 'Displaying delayed market data'), [58, 1, reqId, 3], [1, 6, reqId, 66, 10, 1, 0], [1, 6, reqId, 67, 11, 1, 0], [57, 1, reqId]] : [], // prettier-ignore
    )
    const quotes = await feed.quotes([venue.fresh], 2_000)
    expect(quotes.get(venue.fresh.id)).toMatchObject({ bid: 10, ask: 11, kind: 'delayed' })
  })

  test('a name without a subscription has no quote, and the log says why', async () => {
    const notices: string[] = []
    await scripted(
      ([id, , reqId = '']) => (id === '1' ? [notice(Number(reqId), 354, 'Requested market data is not subscribed.')] : []), // prettier-ignore
      { onNotice: (text) => notices.push(text) },
    )
    expect(await feed.quotes([venue.fresh], 2_000)).toEqual(new Map())
    await feed.subscribe([venue.fresh])
    expect(await feed.quotes([venue.fresh], 2_000)).toEqual(new Map())
    expect(notices.filter((text) => text.includes('354'))).toHaveLength(2)
  })
})

const framesOf = (server: ScriptedTws, id: string) => server.heard.filter(([first]) => first === id)

test('a feed that is not connected says so, whatever it is asked', async () => {
  const failures = [
    feed.subscribe([venue.fresh]),
    feed.quotes([venue.fresh], 50),
    feed.dailyBars(venue.fresh, 5, '2026-01-05', 'splits'),
  ]
  for (const failure of failures) await expect(failure).rejects.toBeInstanceOf(FeedError)
  for (const failure of failures) await expect(failure).rejects.toMatchObject({ kind: 'not-connected' }) // prettier-ignore
})

const number = (price: Price | undefined) => (price === undefined ? undefined : toNumber(price))

function sidesOf(of: Stock): Pick<Quote, 'bid' | 'ask'> {
  const quote = venue.exchange.quote(of.id)
  return { bid: number(quote?.bid), ask: number(quote?.ask) }
}

function atVenue(of: Stock): Quote {
  const quote = venue.exchange.quote(of.id)
  return {
    instrument: of.id,
    ...sidesOf(of),
    bidSize: toNumber(quote?.bidSize ?? (0n as never)),
    askSize: toNumber(quote?.askSize ?? (0n as never)),
    last: number(quote?.last),
    close: number(quote?.previousClose),
    volume: expect.any(Number) as number,
    at: gateway.venueTime(),
    kind: 'live',
    halted: false,
  }
}

function untilHeard(isIt: (quote: Quote) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (heard.some(isIt)) return resolve()
    feed.onQuote((quote) => {
      heard.push(quote)
      if (isIt(quote)) resolve()
    })
  })
}

/** The next answer comes over the new connection. */
async function untilConnected(): Promise<void> {
  for (;;) {
    const isBack = await feed.dailyBars(venue.long, 1, '2026-01-05', 'splits').then(
      () => true,
      () => false,
    )
    if (isBack) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
