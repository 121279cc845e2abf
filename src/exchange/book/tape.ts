/** What the venue shows of its trading beside level 1: bars, ticks, auctions, slow figures, schedules. */
import { toNumber } from '#model/border.ts'
import type { Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { AuctionOrder } from '#exchange/book/auction.ts'
import { auctionCollecting, auctionState, type AuctionKind } from '#exchange/book/auction-state.ts'
import { shiftAt } from '#exchange/book/lines.ts'
import { figuresDesk, tapeFigures } from '#exchange/book/listing-figures.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import { barsOf } from '#exchange/book/tape-bars.ts'
import { ticksOf, tradesIn, type TradeParts } from '#exchange/book/tape-ticks.ts'
import type { Traded } from '#exchange/book/trade-bars.ts'
import type { Exchange, VenueExecution, VenueSession, VenueTick } from '#exchange/exchange.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** The parts of the venue that the tape reads. */
export interface TapeParts {
  readonly market: MarketModel
  readonly board: QuoteBoard
  readonly hours: VenueHours
  readonly now: () => EpochMs
  /** Our own trades of an instrument, oldest first. */
  readonly own: (of: InstrumentId) => readonly VenueExecution[]
  /** Our orders that wait for an auction. */
  readonly collected: (of: Instrument, kind: AuctionKind) => readonly AuctionOrder[]
  /** Units that can be borrowed beside what already is. */
  readonly borrowable: (of: Instrument) => Quantity
}

export type Tape = Pick<Exchange, 'bars' | 'ticks' | 'figures' | 'auction' | 'schedule'>

/** @param parts - what it reads; nothing is changed */
export function tape(parts: TapeParts): Tape {
  const { market, board, hours, now } = parts
  const runs = board.prints
  const figures = figuresDesk(market)
  const tradeParts = (of: Instrument): TradeParts => ({
    runs,
    line: board.line(of),
    bandsAt: (at) => board.bandsAt(of, at),
    own: parts.own(of.id),
    haltsIn: (from, to) => board.haltsIn(of, from, to),
    recorded: (from, to) => market.recordedPrints?.(of.id, from, to, Infinity),
  })
  return {
    bars: (id, query) => {
      const of = board.instrument(id)
      if (of === undefined) return []
      const made = tradeParts(of)
      return barsOf(of, query, {
        of,
        ...made,
        touch: (at) => board.touch(of, at),
        lastBefore: (at) => board.printedBefore(of, at),
        trades: (from, to) => tradesIn(of, from, to, made).map(tradedOf),
        isRecorded: market.recordedPrints?.(id, query.from, query.to, 1) !== undefined,
        now: now(),
      })
    },
    ticks: (id, from, to, most = Infinity) => {
      const of = board.instrument(id)
      if (of === undefined) return []
      return ticksOf(of, from, to, most, {
        ...tradeParts(of),
        touch: (at) => board.touch(of, at),
        nextQuoteAt: (at) => board.nextQuoteAt(of, at),
        now: now(),
      })
    },
    figures: (id, at = now()) => {
      const of = board.instrument(id)
      if (of === undefined) return undefined
      return {
        ...figures.figures(of, newYorkDate(at), at),
        ...tapeFigures(runs.regular(of, at), at),
        shortableUnits: parts.borrowable(of),
      }
    },
    auction: (id) => {
      const of = board.instrument(id)
      if (of?.assetClass !== 'STK') return undefined
      const at = now()
      const liquidity = market.liquidity(id, at)
      const [run] = runs.window(of, at, false).runs
      const kind = run === undefined ? undefined : auctionCollecting(run, at)
      if (run === undefined || kind === undefined || liquidity === undefined) return undefined
      const shift = Math.exp(shiftAt(board.line(of), at))
      return auctionState(of, run, kind, at, shift, liquidity, parts.collected(of, kind))
    },
    schedule: (id, from, to, outside) => {
      const of = board.instrument(id)
      return scheduleOf(of ?? { assetClass: 'STK' }, from, to, outside, hours)
    },
  }
}

const tradedOf = ({
  at,
  price,
  size,
  unreported,
}: Extract<VenueTick, { type: 'trade' }>): Traded => ({
  at,
  price: toNumber(price),
  units: toNumber(size),
  isOdd: unreported,
})

function scheduleOf(
  of: Pick<Instrument, 'assetClass'>,
  from: EpochMs,
  to: EpochMs,
  outside: boolean,
  hours: VenueHours,
): readonly VenueSession[] {
  const sessions: VenueSession[] = []
  for (let at = from; at < to;) {
    const session = hours.tradable(of, at, outside)
    if (session.opensAt >= to) break
    if (session.opensAt >= from) sessions.push(session)
    at = session.closesAt
  }
  return sessions
}
