/** Everything that streams from the market to clients: level 1, depth, single ticks, bars that go on. */
import { barStreams, type BarStreams } from '#gateway/market-data/bar-streams.ts'
import { depthStreams, type DepthStreams } from '#gateway/market-data/depth-streams.ts'
import { levelOne, type LevelOne } from '#gateway/market-data/level-one.ts'
import { outbox } from '#gateway/market-data/outbox.ts'
import { MARKET_DATA_DEFAULTS, type MarketDataTerms } from '#gateway/market-data/terms.ts'
import { tickStreams, type TickStreams } from '#gateway/market-data/tick-streams.ts'
import { factSources } from '#gateway/market-data/venue-facts.ts'
import { historyDesk, type HistoryDesk } from '#gateway/history/history-desk.ts'
import type { Session } from '#gateway/session.ts'
import type { Exchange, VenueEvent } from '#exchange/exchange.ts'
import type { InstrumentId } from '#model/ids.ts'
import { MINUTE_MS, type EpochMs } from '#model/time.ts'

export interface DataDesk {
  readonly terms: MarketDataTerms
  readonly levelOne: LevelOne
  readonly depth: DepthStreams
  readonly ticks: TickStreams
  readonly bars: BarStreams
  readonly history: HistoryDesk
  /** Scanner subscriptions of each client, by request id. */
  readonly scans: WeakMap<Session, Map<number, symbol>>
  /** Clients whose next request for level 1 is shown late, whatever they have subscribed to. */
  readonly late: WeakSet<Session>
  /** Takes note of what the venue reports. */
  take(event: VenueEvent): void
  /** Tells clients what is due; to be called whenever venue time has moved. */
  refresh(): void
  /** Where a leap of venue time to `to` must stop on its way; Infinity while nobody listens. */
  stopAt(to: EpochMs): EpochMs
  /** When a clock that runs by itself should look again. */
  nextAt(): EpochMs
  /** Ends every stream of a client. */
  drop(session: Session): void
}

/** A name that was halted before anybody looked is halted by regulation. */
const HALT = { regulatory: 1, volatility: 2 } as const

export function dataDesk(venue: Exchange, changes: Partial<MarketDataTerms> = {}): DataDesk {
  const terms: MarketDataTerms = { ...MARKET_DATA_DEFAULTS, ...changes }
  const halts = new Map<InstrumentId, 1 | 2>()
  const level = levelOne(factSources(venue, terms, halts), outbox())
  const [depth, ticks, bars] = [depthStreams(venue), tickStreams(venue), barStreams(venue)]
  const streaming = () => level.isOpen || depth.open + ticks.open > 0

  /** Quotes are met where they change; prints, which come in between, while there is trading. */
  const nextStop = (to: EpochMs): EpochMs => {
    const soonest = venue.now + STEP_MS
    if (to <= soonest) return to
    const quoted = venue.nextEventAt() ?? Infinity
    const isQuiet = ticks.open === 0 || quoted > venue.now + MINUTE_MS
    return isQuiet ? Math.max(soonest, quoted) : soonest
  }

  const take: DataDesk['take'] = (event) => {
    if (event.type === 'QuoteChanged') {
      level.quoted(event.quote)
      depth.moved(event.quote.instrument)
    } else if (event.type === 'TradingHalted') {
      halts.set(event.instrument, HALT[event.cause])
      level.touched(event.instrument)
      depth.halted(event.instrument)
    } else if (event.type === 'TradingResumed') {
      halts.delete(event.instrument)
      level.touched(event.instrument)
    } else if (event.type === 'DayTurned') {
      depth.reset()
      bars.dayTurned()
    }
  }

  return {
    terms,
    levelOne: level,
    depth,
    ticks,
    bars,
    history: historyDesk(terms),
    scans: new WeakMap(),
    late: new WeakSet(),
    take,
    refresh: () => {
      level.refresh()
      depth.refresh()
      ticks.refresh()
      bars.refresh()
    },
    stopAt: (to) => Math.min(streaming() ? nextStop(to) : Infinity, level.nextAt(), bars.nextAt()),
    nextAt: () => Math.min(streaming() ? venue.now + LOOK_MS : Infinity, bars.nextAt()),
    drop: (session) => {
      for (const line of session.lines.values()) level.close(line)
      session.lines.clear()
      depth.drop(session)
      ticks.drop(session)
      bars.drop(session)
    },
  }
}

/** While anybody listens, a leap is made in such steps. */
const STEP_MS = 50
/** And a running clock looks so often. */
const LOOK_MS = 5
