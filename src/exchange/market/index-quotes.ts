/**
 * What is shown of an index: a level a second while the stock market trades, and the last one until it trades again.
 *
 * Nobody bids for an index, so a quote of it has a last price and no sides.
 */
import { snapPrice } from '#model/border.ts'
import { quantity, type Price } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import { newYorkDate, previousTradingDay } from '#marketdata/calendar.ts'
import type { VenueEvent, VenueQuote } from '#exchange/exchange.ts'
import type { Index } from '#exchange/listing.ts'
import { sessionBefore } from '#exchange/market/followed-market.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

export interface IndexQuotes {
  /** Undefined for what is no index. */
  readonly quote: (id: InstrumentId, at: EpochMs) => VenueQuote | undefined
  /** Counted; what is no index is left out. */
  readonly watch: (id: InstrumentId) => void
  readonly unwatch: (id: InstrumentId) => void
  /** Levels that are new since they were last shown, by id. */
  readonly changes: (now: EpochMs) => readonly VenueEvent[]
  /** When the first of the watched has a new level. */
  readonly nextAt: (now: EpochMs) => EpochMs | undefined
}

const NONE = quantity('0')

export function indexQuotes(market: MarketModel, hours: VenueHours): IndexQuotes {
  const watched = new Map<InstrumentId, { watchers: number; shownAt: EpochMs | undefined }>()
  const indexOf = (id: InstrumentId): Index | undefined => {
    const of = market.directory?.byId(id)
    return of?.assetClass === 'IND' ? of : undefined
  }
  const quote: IndexQuotes['quote'] = (id, at) => {
    const of = indexOf(id)
    return of === undefined ? undefined : quoteOf(of, at, market, hours)
  }
  return {
    quote,
    watch: (id) => {
      if (indexOf(id) === undefined) return
      const known = watched.get(id)
      watched.set(id, { watchers: (known?.watchers ?? 0) + 1, shownAt: known?.shownAt })
    },
    unwatch: (id) => {
      const known = watched.get(id)
      if (known === undefined) return
      known.watchers -= 1
      if (known.watchers === 0) watched.delete(id)
    },
    changes: (now) => {
      const events: VenueEvent[] = []
      for (const [id, each] of [...watched].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        const of = indexOf(id)
        if (of === undefined || publishedAt(of, now, hours) === each.shownAt) continue
        const shown = quoteOf(of, now, market, hours)
        each.shownAt = shown.at
        events.push({ type: 'QuoteChanged', quote: shown })
      }
      return events
    },
    nextAt: (now) => {
      if (watched.size === 0) return undefined
      const { opensAt } = hours.regular(INDEX, now)
      return now < opensAt ? opensAt : (Math.floor(now / SECOND_MS) + 1) * SECOND_MS
    },
  }
}

const INDEX = { assetClass: 'STK' } as const

/** The second of the level that stands, or the last close. */
function publishedAt(of: Index, now: EpochMs, hours: VenueHours): EpochMs {
  const session = hours.regular(INDEX, now)
  if (now >= session.opensAt) return Math.floor(now / SECOND_MS) * SECOND_MS
  return sessionBefore(session.date, of, hours)?.closesAt ?? session.opensAt
}

function quoteOf(of: Index, now: EpochMs, market: MarketModel, hours: VenueHours): VenueQuote {
  const at = publishedAt(of, now, hours)
  const isClosed = now < hours.regular(INDEX, now).opensAt
  const day = isClosed ? newYorkDate(now) : newYorkDate(at)
  const [before] = market.dailyBars(of.id, 1, previousTradingDay(day), 'splits')
  const tape = market.tape(of.id, isClosed ? now : at)
  const snapped = (level: number | undefined): Price | undefined =>
    level === undefined ? undefined : snapPrice(level, of.priceIncrements, 'half-even')
  return {
    instrument: of.id,
    bid: undefined,
    ask: undefined,
    bidSize: NONE,
    askSize: NONE,
    last: snapped(market.fairPrice(of.id, at)),
    lastSize: NONE,
    open: snapped(tape?.open),
    high: snapped(tape?.high),
    low: snapped(tape?.low),
    previousClose: snapped(before?.close),
    volume: NONE,
    at,
    halted: false,
  }
}
