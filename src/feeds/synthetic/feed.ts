/**
 * Market data from a simulated venue in this process, beside the paper broker over the same venue.
 *
 * It only looks: the venue's time is moved by whoever drives it (the paper broker), because what
 * `advance` tells, it tells once. Level 1 is sampled at the ticker's pace, as IBKR samples at 250 ms.
 */
import { toNumber } from '#model/border.ts'
import type { Exact } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import type { Exchange, VenueQuote } from '#exchange/exchange.ts'
import type { Quote } from '#marketdata/quote.ts'
import { FeedError, type Feed } from '#feeds/feed.ts'

/** What a feed may see of a venue. */
export type VenueView = Pick<Exchange, 'quote' | 'dailyBars' | 'instruments'>

/** Says when to look again. */
export interface FeedTicker {
  /** @returns what stops it */
  start(tick: () => void): () => void
}

/** Every 250 ms by a timer that does not keep the process alive. */
export const quarterSecondTicker: FeedTicker = {
  start(tick) {
    const timer = setInterval(tick, 250).unref()
    return () => clearInterval(timer)
  },
}

/** A feed over a venue; without quotes of its own it never times out. */
export function createSyntheticFeed(
  venue: VenueView,
  ticker: FeedTicker = quarterSecondTicker,
): Feed {
  const told = new Map<InstrumentId, EpochMs>()
  let subscribed: readonly InstrumentId[] = []
  let listener: (quote: Quote) => void = unheard
  let stop: (() => void) | undefined

  const look = () => {
    for (const id of subscribed) {
      const quote = venue.quote(id)
      if (quote === undefined || told.get(id) === quote.at) continue
      told.set(id, quote.at)
      listener(quoteFrom(quote))
    }
  }
  const connected = () => {
    if (stop === undefined) throw new FeedError('not-connected', 'the synthetic feed is not connected; call connect first') // prettier-ignore
  }

  return {
    connect: async () => {
      stop ??= ticker.start(look)
      return Promise.resolve()
    },
    subscribe: async (instruments) => {
      connected()
      subscribed = instruments.map(({ id }) => id)
      told.clear()
      return Promise.resolve()
    },
    quotes: async (instruments) => {
      connected()
      const found = instruments.map(({ id }) => venue.quote(id)).filter((q) => q !== undefined)
      return Promise.resolve(new Map(found.map((quote) => [quote.instrument, quoteFrom(quote)])))
    },
    dailyBars: async ({ id }, count, until, adjusted) => {
      connected()
      if (!venue.instruments.some((of) => of.id === id))
        throw new FeedError('not-found', `${id} is not listed at the simulated venue`)
      return Promise.resolve(venue.dailyBars(id, count, until, adjusted))
    },
    onQuote: (hear) => {
      listener = hear
    },
    close: async () => {
      stop?.()
      stop = undefined
      return Promise.resolve()
    },
  }
}

/** The venue's exact quote in model numbers. */
function quoteFrom(quote: VenueQuote): Quote {
  return {
    instrument: quote.instrument,
    bid: numberOf(quote.bid),
    ask: numberOf(quote.ask),
    bidSize: quote.bid === undefined ? undefined : toNumber(quote.bidSize),
    askSize: quote.ask === undefined ? undefined : toNumber(quote.askSize),
    last: numberOf(quote.last),
    close: numberOf(quote.previousClose),
    volume: toNumber(quote.volume),
    at: quote.at,
    kind: 'live',
    halted: quote.halted,
  }
}

const numberOf = (value: Exact | undefined): number | undefined =>
  value === undefined ? undefined : toNumber(value)

const unheard = (): void => undefined
