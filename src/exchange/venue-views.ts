/** What the venue shows: quotes and depth, bars and ticks, the account and the orders of the day. */
import { minus, plus } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'
import { imbalances } from '#exchange/clearing/conservation.ts'
import { completedDailyBars, intradayBars } from '#exchange/market/history.ts'
import { shownAs } from '#exchange/orders/venue-order.ts'
import type { VenueQuote } from '#exchange/exchange.ts'
import type { Part, Venue } from '#exchange/venue.ts'

/** Level 1 at an instant that has been. */
export function shownQuote(
  { board, book, indices, now }: Venue,
  id: InstrumentId,
  at: EpochMs = now,
): VenueQuote | undefined {
  const of = board.instrument(id)
  const then = Math.min(at, now)
  return of === undefined ? indices.quote(id, then) : board.quote(of, then, book.ownDepth(of))
}

/** Quotes, depth, bars and sessions of a name. */
export function showing(
  venue: Venue,
): Part<'watch' | 'unwatch' | 'quote' | 'depth' | 'dailyBars' | 'intradayBars' | 'sessionAt'> {
  const { board, book, watched, indices, hours, settings } = venue
  const { market } = settings
  const listed = (id: InstrumentId) => board.instrument(id) ?? market.directory?.byId(id)
  return {
    watch: (id) => {
      watched.watch(id)
      indices.watch(id)
      const of = board.instrument(id)
      if (of !== undefined) venue.halts.follow(of, venue.now)
    },
    unwatch: (id) => {
      watched.unwatch(id)
      indices.unwatch(id)
    },
    quote: (id, at = venue.now) => shownQuote(venue, id, at),
    depth: (id, levels) => {
      const of = board.instrument(id)
      if (of === undefined) return undefined
      const { bids, asks } = board.depth(of, venue.now, book.ownDepth(of))
      return { bids: bids.slice(0, levels), asks: asks.slice(0, levels) }
    },
    dailyBars: (id, count, until, adjusted) => {
      const of = listed(id)
      if (of === undefined) return []
      return completedDailyBars(market, of, hours, venue.now, { count, until, adjusted })
    },
    intradayBars: (id, seconds, from, to) => {
      const of = listed(id)
      if (of === undefined) return []
      return intradayBars(market, of, hours, venue.now, { seconds, from, to })
    },
    sessionAt: (id, at) => hours.regular(board.instrument(id) ?? { assetClass: 'STK' }, at),
  }
}

/** What the tape has. */
export function recording({
  tape: of,
}: Venue): Part<'bars' | 'ticks' | 'figures' | 'auction' | 'schedule'> {
  return {
    bars: (id, query) => of.bars(id, query),
    ticks: (id, from, to, most) => of.ticks(id, from, to, most),
    figures: (id) => of.figures(id),
    auction: (id) => of.auction(id),
    schedule: (id, from, to, outside) => of.schedule(id, from, to, outside),
  }
}

/** What the account holds and owes, and the orders and executions of the day. */
export function ledger(
  venue: Venue,
): Part<
  | 'cash'
  | 'positions'
  | 'margin'
  | 'standing'
  | 'audit'
  | 'exercise'
  | 'pnl'
  | 'openOrders'
  | 'hasOpenOrders'
  | 'completedOrders'
  | 'executions'
> {
  const { account, house, record } = venue
  return {
    cash: () => new Map(account.clearing.cash()),
    positions: () => account.positions(venue.now),
    margin: () => account.figures(venue.now),
    standing: () => account.standing(venue.now),
    audit: () => imbalances(account, venue.openingBooks, venue.now),
    exercise: (request) => house.exercise(request, venue.now),
    pnl: () => ({
      daily: minus(account.figures(venue.now).netLiquidation, plus(venue.worthAtDayStart, house.transferredToday())), // prettier-ignore
      unrealized: account.unrealized(venue.now),
      realized: account.realized(venue.now),
    }),
    openOrders: () => record.allOpen().map(shownAs),
    hasOpenOrders: () => record.hasOpen(),
    completedOrders: () => record.completed(),
    executions: () => record.executions(),
  }
}
