/**
 * Price–time matching of our orders against the market maker and the flow of others.
 *
 * A marketable order walks the market maker's book and leaves a hole in it. What rests fills in two
 * ways: the market maker's price comes to it, or the day's volume reaches it. Our own orders never
 * meet each other: IBKR keeps an account from trading with itself.
 */
import { plus, quantity, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { DepthLevel, VenueDepth, VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import { walk } from '#exchange/book/market-maker.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import { byPriority, queueAhead, reachedBy } from '#exchange/book/resting.ts'
import type { Settlement } from '#exchange/clearing/settlement.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'
import { isOpen, leavesOf, signed, type LiveOrder } from '#exchange/orders/venue-order.ts'

export interface Matching {
  /** An order reaches the book: takes what it may; what is left of an IOC ends, other rests. */
  enter(order: LiveOrder, now: EpochMs): readonly VenueEvent[]
  /** The market maker has quoted anew: resting orders may fill. @param since - the quote before */
  quoted(of: Instrument, since: EpochMs, now: EpochMs): readonly VenueEvent[]
  /** Whether an order may trade at this hour. */
  mayTrade(order: LiveOrder, now: EpochMs): boolean
  /** Our resting orders as levels of the book. */
  ownDepth(of: Instrument): VenueDepth
}

const NONE = quantity('0')
const ACTIONS = ['BUY', 'SELL'] as const

const ofSide = (orders: readonly LiveOrder[], action: 'BUY' | 'SELL'): readonly LiveOrder[] =>
  byPriority(
    orders.filter(({ terms }) => terms.action === action),
    action,
  )

export function matching(
  board: QuoteBoard,
  blotter: Blotter,
  settlement: Settlement,
  hours: VenueHours,
): Matching {
  const mayTrade: Matching['mayTrade'] = ({ instrument, terms }, now) => {
    const phase = hours.phase(instrument, now)
    return phase === 'regular' || (phase === 'extended' && terms.outsideRegularHours)
  }

  /** Trades against a book up to the limit. `added`: the market maker came to us, so at our price. */
  const meetMaker = (
    order: LiveOrder,
    book: VenueDepth | undefined,
    liquidity: VenueExecution['liquidity'],
    now: EpochMs,
  ): readonly VenueEvent[] => {
    if (book === undefined || !mayTrade(order, now)) return []
    const { action, limitPrice } = order.terms
    const levels = action === 'BUY' ? book.asks : book.bids
    const takes = walk(levels, leavesOf(order), limitPrice, action)
    if (takes.length === 0) return []
    const taken = takes.reduce<Quantity>((sum, take) => plus(sum, take.quantity), NONE)
    board.leave(order.instrument, signed(order.terms, taken), now)
    const own = liquidity === 'added' ? limitPrice : undefined
    if (own !== undefined) return settlement.execute(order, taken, own, liquidity, now)
    return takes.flatMap((take) =>
      settlement.execute(order, take.quantity, take.price, liquidity, now),
    )
  }

  const enter: Matching['enter'] = (order, now) => {
    const events = meetMaker(order, board.book(order.instrument, now), 'removed', now)
    if (!isOpen(order)) return events
    if (order.terms.timeInForce === 'IOC') {
      const ended = blotter.end(order, 'canceled', '', now)
      return [...events, { type: 'OrderCanceled', order: ended }]
    }
    const book = board.book(order.instrument, now)
    const { action, limitPrice } = order.terms
    const levels = (action === 'BUY' ? book?.bids : book?.asks) ?? []
    order.queueAhead = limitPrice === undefined ? 0 : queueAhead(levels, limitPrice, action)
    return events
  }

  const isNear = ({ status, terms, instrument }: LiveOrder, now: EpochMs): boolean =>
    status === 'working' &&
    (terms.limitPrice === undefined || !board.isFar(instrument, now, terms.limitPrice))

  const quoted: Matching['quoted'] = (of, since, now) => {
    const near = blotter.openOf(of.id).filter((order) => isNear(order, now))
    if (near.length === 0) return []
    const before = board.book(of, now)
    const met = ACTIONS.flatMap((action) => metBy(ofSide(near, action), before, now))
    const left = near.filter((order) => isOpen(order) && mayTrade(order, now))
    const after = met.length === 0 ? before : board.book(of, now)
    if (after === undefined || left.length === 0) return met
    const flow = board.flowBetween(of, since, now)
    const reached = [
      ...reachedBy(ofSide(left, 'BUY'), after.bids, 'BUY', flow.intoBids),
      ...reachedBy(ofSide(left, 'SELL'), after.asks, 'SELL', flow.fromAsks),
    ]
    return [...met, ...reached.flatMap(({ order, units }) => passive(order, units, now))]
  }

  /** Orders of one side that the new book crosses; each trade leaves less of it to the next. */
  const metBy = (
    orders: readonly LiveOrder[],
    book: VenueDepth | undefined,
    now: EpochMs,
  ): readonly VenueEvent[] => {
    const events: VenueEvent[] = []
    for (const order of orders) {
      const shown = events.length === 0 ? book : board.book(order.instrument, now)
      const liquidity = order.terms.orderType === 'LMT' ? 'added' : 'removed'
      events.push(...meetMaker(order, shown, liquidity, now))
    }
    return events
  }

  const passive = (order: LiveOrder, units: Quantity, now: EpochMs): readonly VenueEvent[] => {
    const at = order.terms.limitPrice
    return at === undefined ? [] : settlement.execute(order, units, at, 'added', now)
  }

  const ownDepth: Matching['ownDepth'] = (of) => {
    const resting = blotter.openOf(of.id).filter((order) => order.status === 'working')
    return { bids: levelsOf(resting, 'BUY'), asks: levelsOf(resting, 'SELL') }
  }

  return { enter, quoted, mayTrade, ownDepth }
}

function levelsOf(resting: readonly LiveOrder[], action: 'BUY' | 'SELL'): readonly DepthLevel[] {
  return ofSide(resting, action).flatMap((order) => {
    const price = order.terms.limitPrice
    return price === undefined ? [] : [{ price, size: leavesOf(order) }]
  })
}
