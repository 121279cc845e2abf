/**
 * Bars that go on: five-second real-time bars, and history that is kept up to date.
 *
 * Both are looked at when a five-second boundary has passed, in venue time; history ends without a word when the
 * day turns, as IBKR's does at its nightly reset (erdewit/ib_insync#533).
 */
import { isRegularAt, marketClosedAt } from '#gateway/market-data/trading-day.ts'
import { realTimeBar, type WireBar } from '#gateway/messages/outgoing/history.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { Session } from '#gateway/session.ts'
import type { BarPrice, Exchange, VenueBar } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { toNumber } from '#model/border.ts'
import type { EpochMs } from '#model/time.ts'

/** The only length of a real-time bar. */
export const REAL_TIME_BAR_MS = 5_000

export interface RealTimeBars {
  readonly kind: 'real-time'
  readonly session: Session
  readonly reqId: number
  readonly instrument: Listed
  readonly price: BarPrice
  readonly outsideRegularHours: boolean
}

/** History that is kept up to date. */
export interface KeptHistory {
  readonly kind: 'history'
  readonly session: Session
  readonly reqId: number
  readonly instrument: Listed
  /** What has changed since it was last asked. */
  news(): readonly Message[]
}

export type BarStream = RealTimeBars | KeptHistory

export interface BarStreams {
  /** Real-time bars that are open; each takes a market data line. */
  readonly lines: number
  begin(stream: BarStream): void
  /** @returns false when there is none of that kind and id */
  end(kind: BarStream['kind'], session: Session, reqId: number): boolean
  has(session: Session, reqId: number): boolean
  dayTurned(): void
  refresh(): void
  /** The next boundary; Infinity while there are no streams. */
  nextAt(): EpochMs
  drop(session: Session): void
}

export function barStreams(venue: Exchange): BarStreams {
  const streams = new Set<BarStream>()
  let doneAt = boundaryBefore(venue.now)

  const remove = (stream: BarStream) => {
    streams.delete(stream)
    venue.unwatch(stream.instrument.id)
  }

  return {
    get lines() {
      return [...streams].filter(({ kind }) => kind === 'real-time').length
    },
    begin: (stream) => {
      if (streams.size === 0) doneAt = boundaryBefore(venue.now)
      streams.add(stream)
      venue.watch(stream.instrument.id)
    },
    end: (kind, session, reqId) => {
      const found = [...streams].find(
        (of) => of.kind === kind && of.session === session && of.reqId === reqId,
      )
      if (found !== undefined) remove(found)
      return found !== undefined
    },
    has: (session, reqId) =>
      [...streams].some((of) => of.session === session && of.reqId === reqId),
    dayTurned: () => {
      for (const stream of streams) if (stream.kind === 'history') remove(stream)
    },
    refresh: () => {
      const until = boundaryBefore(venue.now)
      if (streams.size === 0 || until <= doneAt) return
      for (const stream of streams) {
        // What closed before the last look has nothing new.
        if (marketClosedAt(venue, stream.instrument, doneAt - 1) !== undefined) continue
        const messages = stream.kind === 'history' ? stream.news() : barsSince(venue, stream, doneAt, until) // prettier-ignore
        for (const message of messages) stream.session.send(message)
      }
      doneAt = until
    },
    nextAt: () => (streams.size === 0 ? Infinity : doneAt + REAL_TIME_BAR_MS),
    drop: (session) => {
      for (const stream of streams) if (stream.session === session) remove(stream)
    },
  }
}

const boundaryBefore = (at: EpochMs): EpochMs => Math.floor(at / REAL_TIME_BAR_MS) * REAL_TIME_BAR_MS // prettier-ignore

/** The bars of whole five seconds; one in which nothing traded repeats the last price, without volume. */
function barsSince(
  venue: Exchange,
  { reqId, instrument, price, outsideRegularHours }: RealTimeBars,
  from: EpochMs,
  to: EpochMs,
): readonly Message[] {
  const messages: Message[] = []
  const query = { seconds: 5, from, to, price, outsideRegularHours }
  const made = new Map(venue.bars(instrument.id, query).map((bar) => [bar.at, bar]))
  for (let at = from; at < to; at += REAL_TIME_BAR_MS) {
    const bar = made.get(at)
    const trades = outsideRegularHours ? marketClosedAt(venue, instrument, at) === undefined : isRegularAt(venue, instrument, at) // prettier-ignore
    const figures = bar === undefined && trades ? quietBar(venue, instrument, price, at) : bar && wireFigures(bar, price) // prettier-ignore
    if (figures !== undefined) messages.push(realTimeBar(reqId, at / 1000, figures))
  }
  return messages
}

function quietBar(
  venue: Exchange,
  of: Listed,
  price: BarPrice,
  at: EpochMs,
): Omit<WireBar, 'date'> | undefined {
  // prettier-ignore
  const last = price === 'trades' ? venue.quote(of.id, at)?.last : undefined
  if (last === undefined) return undefined
  const value = toNumber(last)
  return { open: value, high: value, low: value, close: value, volume: 0, wap: value, barCount: 0 }
}

/** What a bar of trades has beyond its prices; −1 where quotes are shown. */
export function wireFigures(bar: VenueBar, price: BarPrice): Omit<WireBar, 'date'> {
  const { open, high, low, close, volume } = bar
  if (price !== 'trades') return { open, high, low, close, volume: -1, wap: -1, barCount: -1 }
  const typical = Math.round(((high + low + close) / 3) * 1e6) / 1e6
  return { open, high, low, close, volume, wap: bar.vwap ?? typical, barCount: bar.trades ?? -1 }
}
