/**
 * Market depth: each client's copy of a book is brought up to what stands, whenever a quote says that it moved.
 *
 * A halt ends a subscription (316), a new day empties the book (317). A client that reads slowly misses states,
 * not changes: what it gets next leads from what it holds to what stands then.
 */
import { marketAt, shareOf, showsMakers } from '#gateway/market-data/exchanges.ts'
import { changesBetween, type DepthRow } from '#gateway/market-data/order-book.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { marketDepth, marketDepthL2, type DepthChange } from '#gateway/messages/outgoing/depth.ts' // prettier-ignore
import type { Message } from '#gateway/wire/field.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { DepthLevel, Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { format } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'

export interface DepthStream {
  readonly session: Session
  readonly reqId: number
  readonly instrument: Listed
  /** As asked: one market's rows, or all markets' with `isSmart`. */
  readonly exchange: string
  readonly rows: number
  readonly isSmart: boolean
  readonly held: Readonly<Record<DepthChange['side'], { rows: readonly DepthRow[] }>>
}

export interface DepthStreams {
  readonly open: number
  begin(stream: Omit<DepthStream, 'held'>): void
  /** @returns false when there is none of that id */
  end(session: Session, reqId: number): boolean
  has(session: Session, reqId: number): boolean
  moved(id: InstrumentId): void
  halted(id: InstrumentId): void
  /** Books are emptied and begin anew. */
  reset(): void
  refresh(): void
  drop(session: Session): void
}

/** Of each stream the book is looked at so many levels deep, for the rows of one market among them. */
const LEVELS_SEEN = 60

export function depthStreams(venue: Exchange): DepthStreams {
  const streams = new Set<DepthStream>()
  const due = new Set<DepthStream>()
  const find = (session: Session, reqId: number) =>
    [...streams].find((of) => of.session === session && of.reqId === reqId)

  const remove = (stream: DepthStream) => {
    streams.delete(stream)
    due.delete(stream)
    venue.unwatch(stream.instrument.id)
  }

  const tell = (stream: DepthStream) => {
    const { bids, asks } = venue.depth(stream.instrument.id, LEVELS_SEEN) ?? { bids: [], asks: [] }
    for (const [side, levels] of [
      ['bid', bids],
      ['ask', asks],
    ] as const) {
      // prettier-ignore
      const rows = rowsOf(stream, side, levels)
      const changes = changesBetween(side, stream.held[side].rows, rows)
      stream.held[side].rows = rows
      for (const change of changes) stream.session.send(changeMessage(stream, change))
    }
  }

  return {
    get open() {
      return streams.size
    },
    begin: (asked) => {
      const stream: DepthStream = { ...asked, held: { bid: { rows: [] }, ask: { rows: [] } } }
      streams.add(stream)
      venue.watch(stream.instrument.id)
      tell(stream)
    },
    end: (session, reqId) => {
      const stream = find(session, reqId)
      if (stream !== undefined) remove(stream)
      return stream !== undefined
    },
    has: (session, reqId) => find(session, reqId) !== undefined,
    moved: (id) => {
      for (const stream of streams) if (stream.instrument.id === id) due.add(stream)
    },
    halted: (id) => {
      for (const stream of streams) {
        if (stream.instrument.id !== id) continue
        refuse(stream.session, stream.reqId, ERRORS.depthHalted())
        remove(stream)
      }
    },
    reset: () => {
      for (const stream of streams) {
        refuse(stream.session, stream.reqId, ERRORS.depthReset())
        stream.held.bid.rows = []
        stream.held.ask.rows = []
        due.add(stream)
      }
    },
    refresh: () => {
      for (const stream of due) {
        if (stream.session.isSlow()) continue
        due.delete(stream)
        tell(stream)
      }
    },
    drop: (session) => {
      for (const stream of streams) if (stream.session === session) remove(stream)
    },
  }
}

/** All markets' rows where the route is a smart one; else what one of them shows of each price. */
function rowsOf(
  { instrument, exchange, rows, isSmart }: DepthStream,
  side: DepthChange['side'],
  levels: readonly DepthLevel[],
): readonly DepthRow[] {
  return levels
    .slice(0, rows)
    .map(({ price, size, maker = marketAt(instrument, price, side) }) => ({
      price: format(price),
      size: format(isSmart ? size : shareOf(instrument, exchange, maker, size)),
      maker,
    }))
}

function changeMessage({ reqId, isSmart, exchange }: DepthStream, change: DepthChange): Message {
  if (isSmart) return marketDepthL2(reqId, change, true)
  return showsMakers(exchange) ? marketDepthL2(reqId, { ...change, maker: 'NSDQ' }, false) : marketDepth(reqId, change) // prettier-ignore
}
