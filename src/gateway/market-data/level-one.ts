/**
 * Streams level 1 to the lines that want it.
 *
 * Quotes arrive as the venue reports them. The first after a silence is told at once; what follows is sampled on a
 * grid of its class's interval, which begins for each name at a moment of its own: so work follows what changed and
 * is spread over time, however many names began to stream together. Late, frozen and slow figures are looked at once
 * a second.
 */
import { DATA_TYPE } from '#gateway/market-data/access.ts'
import { newFeed, newsFor, updateFeed, type Feed, type FeedTime } from '#gateway/market-data/feed.ts' // prettier-ignore
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import { quoteOf } from '#gateway/market-data/past-quotes.ts'
import { marketClosedAt } from '#gateway/market-data/trading-day.ts'
import { tickFacts, type FactSources } from '#gateway/market-data/venue-facts.ts'
import type { Outbox } from '#gateway/market-data/outbox.ts'
import { marketDataType, tickSnapshotEnd } from '#gateway/messages/outgoing/market-data.ts'
import type { VenueQuote } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { InstrumentId } from '#model/ids.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'

/** How often IBKR tells a name again (its guide, "Market Data: Product, Frequency"). */
export const SAMPLE_MS_BY_CLASS: Readonly<Record<AssetClass | 'IND', number>> = {
  STK: 250,
  FUT: 250,
  IND: 250,
  OPT: 100,
  CASH: 5,
}

export interface LevelOne {
  /** Begins a line and tells it everything there is. */
  open(line: Omit<MarketDataLine, 'feed' | 'seen' | 'type'>): MarketDataLine
  /** Ends a line, without a word. */
  close(line: MarketDataLine): void
  /** The venue says that a quote is another. */
  quoted(quote: VenueQuote): void
  /** Something about a name changed that no quote tells: a halt. */
  touched(id: InstrumentId): void
  /** Tells what is due. */
  refresh(): void
  /** Whether there are lines. */
  readonly isOpen: boolean
  /** When something is due that no new quote sets off; Infinity while nothing is. */
  nextAt(): EpochMs
}

/** @param sources - what ticks are made from @param outbox - where they go */
export function levelOne(sources: FactSources, outbox: Outbox): LevelOne {
  const { venue } = sources
  const feeds = new Map<string, Feed>()
  const changed = new Map<InstrumentId, VenueQuote | undefined>()
  /** When a name may be told again. */
  const dueAt = new Map<InstrumentId, EpochMs>()
  /** The live ones among the feeds. */
  const live = new Map<InstrumentId, Feed>()
  const behind = new Set<MarketDataLine>()
  let slowAt = 0

  /** Whether anything must be looked at that does not come with a quote. */
  let hasSlow = false
  const sortOut = () => {
    hasSlow = [...feeds.values()].some((feed) => feed.time !== 'live' || feed.asked.size > 0 || [...feed.lines].some(({ freezes }) => freezes)) // prettier-ignore
  }

  const feedOf = (of: Listed, time: FeedTime): Feed => {
    const key = `${time} ${of.id}`
    const known = feeds.get(key)
    if (known !== undefined) return known
    const feed = newFeed(of, time)
    feeds.set(key, feed)
    if (time === 'live') live.set(of.id, feed)
    return feed
  }

  const update = (feed: Feed, slow: boolean, fresh?: VenueQuote): boolean => {
    const quote = fresh ?? quoteOf(sources, feed)
    return quote !== undefined && updateFeed(feed, tickFacts(sources, feed, quote), slow)
  }

  const tell = (line: MarketDataLine) => {
    if (line.session.isSlow()) {
      behind.add(line)
      return
    }
    outbox.add(line.session, newsFor(line))
  }

  const open: LevelOne['open'] = (asked) => {
    const feed = feedOf(asked.instrument, timeOf(asked))
    const line: MarketDataLine = { ...asked, feed, seen: 0, type: 0 }
    join(line, feed)
    venue.watch(asked.instrument.id)
    return line
  }

  /** A line hears first what kind of data it gets, then all there is. */
  const join = (line: MarketDataLine, feed: Feed) => {
    line.feed = feed
    line.seen = 0
    feed.lines.add(line)
    for (const tick of line.generic) feed.asked.add(tick)
    const type = typeOf(feed)
    if (line.type !== type) line.session.send(marketDataType(line.reqId, type))
    line.type = type
    sortOut()
    update(feed, true)
    for (const other of feed.lines) tell(other)
    outbox.flush()
  }

  const leave = (line: MarketDataLine) => {
    line.feed.lines.delete(line)
    if (line.feed.lines.size === 0) {
      feeds.delete(`${line.feed.time} ${line.instrument.id}`)
      if (line.feed.time === 'live') live.delete(line.instrument.id)
    }
    sortOut()
  }

  const close = (line: MarketDataLine) => {
    leave(line)
    behind.delete(line)
    venue.unwatch(line.instrument.id)
  }

  const timeOf = ({
    instrument,
    shown,
    freezes,
  }: Pick<MarketDataLine, 'instrument' | 'shown' | 'freezes'>): FeedTime => {
    // prettier-ignore
    const frozen = freezes && marketClosedAt(venue, instrument, venue.now) !== undefined
    if (shown === 'delayed') return frozen ? 'delayed-frozen' : 'delayed'
    return frozen ? 'frozen' : 'live'
  }

  const refreshLive = () => {
    const { now } = venue
    for (const [id, quote] of changed) {
      if (now < (dueAt.get(id) ?? 0)) continue
      changed.delete(id)
      const feed = live.get(id)
      if (feed === undefined) continue
      dueAt.set(id, nextSampleAt(feed.listed, now))
      if (update(feed, false, quote)) for (const line of feed.lines) tell(line)
    }
  }

  /** What does not come with a quote. */
  const refreshSlow = () => {
    for (const feed of feeds.values()) {
      for (const line of feed.lines) {
        const time = line.freezes ? timeOf(line) : feed.time
        if (time !== feed.time) {
          leave(line)
          join(line, feedOf(line.instrument, time))
        }
      }
      const slow = feed.asked.size > 0
      if ((slow || feed.time !== 'live') && update(feed, slow)) for (const line of feed.lines) tell(line) // prettier-ignore
    }
  }

  const catchUp = () => {
    for (const line of behind) {
      if (line.session.isSlow()) continue
      behind.delete(line)
      outbox.add(line.session, newsFor(line))
    }
  }

  return {
    open,
    close,
    quoted: (quote) => {
      changed.set(quote.instrument, quote)
    },
    touched: (id) => {
      changed.set(id, undefined)
      dueAt.delete(id)
    },
    refresh: () => {
      if (behind.size > 0) catchUp()
      refreshLive()
      if (hasSlow && venue.now >= slowAt + SECOND_MS) {
        slowAt = venue.now
        refreshSlow()
      }
      outbox.flush()
    },
    get isOpen() {
      return feeds.size > 0
    },
    nextAt: () => {
      if (changed.size > 0) return venue.now + RETRY_MS
      return hasSlow ? slowAt + SECOND_MS : Infinity
    },
  }
}

/** The next point of a name's grid. */
function nextSampleAt({ conId, assetClass }: Listed, now: EpochMs): EpochMs {
  const interval = SAMPLE_MS_BY_CLASS[assetClass]
  // Neighbours in the listing lie far apart: the golden ratio spreads whole numbers evenly.
  const begins = Math.floor(((conId * GOLDEN_RATIO) % 1) * interval)
  return now + interval - ((now - begins) % interval)
}

const GOLDEN_RATIO = 0.6180339887498949

/** A quote that came too soon after the last is looked at again after so long. */
const RETRY_MS = 25

const TYPES = {
  live: DATA_TYPE.live,
  frozen: DATA_TYPE.frozen,
  delayed: DATA_TYPE.delayed,
  'delayed-frozen': DATA_TYPE.delayedFrozen,
} as const

const typeOf = ({ time }: Feed): number => TYPES[time]

/** A snapshot is whole when its prices are there; else it ends when its time is up. */
export const SNAPSHOT_MS = 11_000

/** Whether nothing more is to be waited for. */
export function isWhole({ listed }: Feed, quote: VenueQuote | undefined): boolean {
  if (quote === undefined) return false
  const { bid, ask, last } = quote
  if (listed.assetClass === 'IND') return last !== undefined
  return bid !== undefined && ask !== undefined && (last !== undefined || listed.assetClass === 'CASH') // prettier-ignore
}

/** The last word of a snapshot. */
export function endSnapshot(line: MarketDataLine): void {
  line.session.send(tickSnapshotEnd(line.reqId))
}
