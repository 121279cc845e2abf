/**
 * Tick-by-tick data: every trade, best quote or midpoint as it happens, unsampled.
 *
 * A client that reads slowly is not given up at once: its stream pauses and goes on with the ticks it missed, up to
 * what the venue tells in one answer.
 */
import { quoteTickOf, tradeTickOf } from '#gateway/market-data/wire-ticks.ts'
import {
  tickByTickMidpoint,
  tickByTickQuote,
  tickByTickTrade,
  type TickByTickType,
} from '#gateway/messages/outgoing/ticks.ts'
import type { Message } from '#gateway/wire/field.ts'
import type { Session } from '#gateway/session.ts'
import type { Exchange, VenueTick } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { format } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'

export interface TickStream {
  readonly session: Session
  readonly reqId: number
  readonly instrument: Listed
  readonly type: TickByTickType
  /** Quotes of which only a size is another are passed over. */
  readonly ignoresSize: boolean
  /** Ticks before it were told. */
  since: EpochMs
  /** What the last tick said, for what must differ. */
  last: string
}

export interface TickStreams {
  readonly open: number
  begin(stream: Omit<TickStream, 'since' | 'last'>): void
  /** @returns false when there is none of that id */
  end(session: Session, reqId: number): boolean
  has(session: Session, reqId: number): boolean
  refresh(): void
  drop(session: Session): void
}

/** More ticks than this a client that fell behind does not get. */
const MOST_BEHIND = 1_000

export function tickStreams(venue: Exchange): TickStreams {
  const streams = new Set<TickStream>()
  const find = (session: Session, reqId: number) =>
    [...streams].find((of) => of.session === session && of.reqId === reqId)
  const remove = (stream: TickStream) => {
    streams.delete(stream)
    venue.unwatch(stream.instrument.id)
  }

  const refresh = (stream: TickStream) => {
    const { session, instrument, since } = stream
    if (session.isSlow() || since >= venue.now) return
    stream.since = venue.now
    for (const tick of venue.ticks(instrument.id, since, venue.now, MOST_BEHIND)) {
      const message = messageOf(stream, tick)
      if (message !== undefined) session.send(message)
    }
  }

  return {
    get open() {
      return streams.size
    },
    begin: (asked) => {
      streams.add({ ...asked, since: venue.now, last: '' })
      venue.watch(asked.instrument.id)
    },
    end: (session, reqId) => {
      const stream = find(session, reqId)
      if (stream !== undefined) remove(stream)
      return stream !== undefined
    },
    has: (session, reqId) => find(session, reqId) !== undefined,
    refresh: () => streams.forEach(refresh),
    drop: (session) => {
      for (const stream of streams) if (stream.session === session) remove(stream)
    },
  }
}

function messageOf(stream: TickStream, tick: VenueTick): Message | undefined {
  const { reqId, type } = stream
  if (tick.type === 'trade') {
    if (type === 'BidAsk' || type === 'MidPoint' || (type === 'Last' && tick.unreported)) return undefined // prettier-ignore
    return tickByTickTrade(reqId, type, tradeTickOf(tick))
  }
  if (type === 'BidAsk') {
    const { bid, ask, bidSize, askSize } = tick
    if (!isAnother(stream, stream.ignoresSize ? [bid, ask] : [bid, ask, bidSize, askSize])) return undefined // prettier-ignore
    return tickByTickQuote(reqId, quoteTickOf(tick))
  }
  if (type !== 'MidPoint' || tick.bid === undefined || tick.ask === undefined) return undefined
  const middle = (tick.bid + tick.ask) / 2n
  if (!isAnother(stream, [middle])) return undefined
  return tickByTickMidpoint(reqId, { time: Math.floor(tick.at / 1000), price: format(middle) })
}

/** Whether a tick says something else than the one before; remembers it. */
function isAnother(stream: TickStream, values: readonly (bigint | undefined)[]): boolean {
  const said = values.join(' ')
  if (said === stream.last) return false
  stream.last = said
  return true
}
