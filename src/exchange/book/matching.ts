/**
 * Price–time matching of our orders against the market maker and the flow of others.
 *
 * A marketable order walks the market maker's book and leaves a hole in it. What rests fills in two
 * ways: the market maker's price comes to it, or the day's volume reaches it. Our own orders never
 * meet each other: IBKR keeps an account from trading with itself.
 *
 * Everything that happens here happens at an order's arrival or at one of the market maker's quotes, and a
 * quote that comes near no order changes nothing: so quotes may be left out (`orders/next-look.ts`).
 */
import { lesser, plus, quantity, type Price, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import type { DepthLevel, VenueDepth, VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import { accepts, walk } from '#exchange/book/market-maker.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import { byPriority, isUnseen, leastOf, queueAhead, reachedBy } from '#exchange/book/resting.ts'
import { peggedAt } from '#exchange/orders/pegs.ts'
import { isPegged, worksOutside } from '#exchange/orders/type-terms.ts'
import {
  isOpen,
  leavesOf,
  showNextSlice,
  signed,
  workableOf,
  type LiveOrder,
} from '#exchange/orders/venue-order.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

type Events = readonly VenueEvent[]
type Liquidity = VenueExecution['liquidity']

export interface Matching {
  /** An order reaches the book: takes what it may; what is left of an IOC or FOK ends, other rests. */
  enter(order: LiveOrder, now: EpochMs): Events
  /** The market maker has quoted anew: resting orders may fill. */
  quoted(of: Instrument, now: EpochMs): Events
  /** Whether an order may trade at this hour. */
  mayTrade(order: LiveOrder, now: EpochMs): boolean
  /** Our resting orders as levels of the book: what is shown of them. */
  ownDepth(of: Instrument): VenueDepth
}

export interface MatchingSettings {
  readonly board: QuoteBoard
  readonly blotter: Blotter
  readonly hours: VenueHours
  readonly execute: (order: LiveOrder, units: Quantity, at: Price, liquidity: Liquidity, now: EpochMs) => Events // prettier-ignore
  /** Whether an order may stand in the exchange's book, or is kept back by its group. */
  mayRest(order: LiveOrder): boolean
  /** The end of the queue. */
  readonly nextPriority: () => number
  /** Takes back what must not rest. */
  readonly end: (order: LiveOrder, now: EpochMs) => Events
}

const NONE = quantity('0')
const ACTIONS = ['BUY', 'SELL'] as const

const ofSide = (orders: readonly LiveOrder[], action: 'BUY' | 'SELL'): readonly LiveOrder[] =>
  byPriority(
    orders.filter(({ terms }) => terms.action === action),
    action,
  )

const sideOf = (book: VenueDepth | undefined, action: 'BUY' | 'SELL'): readonly DepthLevel[] =>
  (action === 'BUY' ? book?.bids : book?.asks) ?? []

export function matching(settings: MatchingSettings): Matching {
  const { board, blotter, hours, execute, end } = settings

  const mayTrade: Matching['mayTrade'] = ({ instrument, terms }, now) => {
    const phase = hours.phase(instrument, now)
    return phase === 'regular' || (phase === 'extended' && worksOutside(terms))
  }

  /** Trades against a book up to the limit. `added`: the market maker came to us, so at our price. */
  const meetMaker = (
    order: LiveOrder,
    book: VenueDepth | undefined,
    liquidity: Liquidity,
    now: EpochMs,
  ): Events => {
    if (book === undefined || !mayTrade(order, now)) return []
    const { limit } = order
    const { action } = order.terms
    const takes = walk(sideOf(book, opposite(action)), workableOf(order), limit, action)
    const taken = takes.reduce<Quantity>((sum, take) => plus(sum, take.quantity), NONE)
    if (taken === 0n || taken < leastOf(order)) return []
    board.leave(order.instrument, signed(order.terms, taken), now)
    if (liquidity === 'added' && limit !== undefined)
      return execute(order, taken, limit, liquidity, now)
    return takes.flatMap(({ quantity: units, price }) => {
      // What follows from one fill may leave less to the next.
      const still = isOpen(order) ? lesser(units, workableOf(order)) : NONE
      return still > 0n ? execute(order, still, price, liquidity, now) : []
    })
  }

  const enter: Matching['enter'] = (order, now) => {
    const { timeInForce } = order.terms
    const shown = board.book(order.instrument, now)
    peg(order, shown)
    const events = meetMaker(order, shown, 'removed', now)
    if (!isOpen(order)) return events
    if (timeInForce === 'IOC' || timeInForce === 'FOK') return [...events, ...end(order, now)]
    rest(order, events.length === 0 ? shown : board.book(order.instrument, now), now)
    return events
  }

  const rest = (order: LiveOrder, book: VenueDepth | undefined, now: EpochMs): void => {
    order.joinedAt = now
    queueUp(order, book)
    if (order.shown === 0n) refresh(order)
  }

  /** Shows the next slice, behind everybody who came before. */
  const refresh = (order: LiveOrder): void => {
    showNextSlice(order)
    order.priority = settings.nextPriority()
  }

  const quoted: Matching['quoted'] = (of, now) => {
    const resting = blotter
      .openOf(of.id)
      .filter((order) => order.status === 'working' && mayTrade(order, now))
    if (resting.length === 0) return []
    const touch = touchAt(of, now)
    for (const order of resting) if (peg(order, touch)) queueUp(order, touch)
    const met = resting.some((order) => isCrossed(order, touch))
      ? ACTIONS.flatMap((action) => metBy(ofSide(resting, action), board.book(of, now), now))
      : []
    const since = board.quoteTime(of, board.quoteTime(of, now).at - 1).at
    const after = met.length === 0 ? touch : board.book(of, now)
    const left = resting.filter(
      (order) =>
        isOpen(order) &&
        order.joinedAt <= since &&
        isReached(order, after) &&
        settings.mayRest(order),
    )
    if (after === undefined || left.length === 0) return met
    const flow = board.flowBetween(of, since, now)
    return [
      ...met,
      ...flowTo(ofSide(left, 'BUY'), 'BUY', after.bids, flow.intoBids, now),
      ...flowTo(ofSide(left, 'SELL'), 'SELL', after.asks, flow.fromAsks, now),
    ]
  }

  /**
   * The best levels of the market maker: at most quotes they are all that is needed, at half the cost of the book. What
   * is shown under a disturbance is not what can be traded.
   */
  const touchAt = (of: Instrument, now: EpochMs): VenueDepth | undefined => {
    if (board.line(of).disturbance !== undefined) return board.book(of, now)
    const touch = board.touch(of, now)
    return {
      bids: touch?.bid === undefined ? [] : [touch.bid],
      asks: touch?.ask === undefined ? [] : [touch.ask],
    }
  }

  /** Orders of one side that the new book crosses; each trade leaves less of it to the next. */
  const metBy = (
    orders: readonly LiveOrder[],
    book: VenueDepth | undefined,
    now: EpochMs,
  ): Events => {
    const events: VenueEvent[] = []
    for (const order of orders) {
      if (!isOpen(order)) continue
      const shown = events.length === 0 ? book : board.book(order.instrument, now)
      const liquidity = order.limit === undefined ? 'removed' : 'added'
      events.push(...meetMaker(order, shown, liquidity, now))
      if (isOpen(order) && order.shown === 0n) refresh(order)
    }
    return events
  }

  const flowTo = (
    orders: readonly LiveOrder[],
    action: 'BUY' | 'SELL',
    levels: readonly DepthLevel[],
    flow: number,
    now: EpochMs,
  ): Events => {
    // A quote without trades moves nobody up, so that it may be left out.
    if (flow <= 0) return []
    return reachedBy(orders, levels, action, flow).flatMap(({ order, units }) => {
      const { limit } = order
      if (limit === undefined || !isOpen(order) || units > workableOf(order)) return []
      const events = execute(order, units, limit, 'added', now)
      if (isOpen(order) && order.shown === 0n) {
        refresh(order)
        order.queueAhead = queueAhead(levels, limit, action)
      }
      return events
    })
  }

  const ownDepth: Matching['ownDepth'] = (of) => {
    const open = blotter.openOf(of.id)
    if (open.length === 0) return NO_DEPTH
    const resting = open.filter(
      (order) => order.status === 'working' && !isUnseen(order) && settings.mayRest(order),
    )
    return { bids: levelsOf(resting, 'BUY'), asks: levelsOf(resting, 'SELL') }
  }

  return { enter, quoted, mayTrade, ownDepth }
}

const NO_DEPTH: VenueDepth = { bids: [], asks: [] }

/** Whether the other side's best price is within an order's limit. */
function isCrossed({ limit, terms }: LiveOrder, touch: VenueDepth | undefined): boolean {
  const best = sideOf(touch, opposite(terms.action))[0]?.price
  return best !== undefined && accepts(limit, best, terms.action)
}

/** Whether an order stands at its own side's best price or before it. */
function isReached({ limit, terms }: LiveOrder, touch: VenueDepth | undefined): boolean {
  const best = sideOf(touch, terms.action)[0]?.price
  if (best === undefined || limit === undefined) return false
  return terms.action === 'BUY' ? limit >= best : limit <= best
}

const opposite = (action: 'BUY' | 'SELL'): 'BUY' | 'SELL' => (action === 'BUY' ? 'SELL' : 'BUY')

/** Moves a pegged order to where it belongs now. @returns whether it has moved */
function peg(order: LiveOrder, book: VenueDepth | undefined): boolean {
  if (!isPegged(order.terms.orderType)) return false
  const at = peggedAt(order, book)
  if (at === undefined || at === order.limit) return false
  order.limit = at
  return true
}

/** Puts an order at the end of the queue at its price. */
function queueUp(order: LiveOrder, book: VenueDepth | undefined): void {
  const { limit, terms } = order
  const levels = sideOf(book, terms.action)
  order.queueAhead = limit === undefined ? 0 : queueAhead(levels, limit, terms.action)
}

function levelsOf(resting: readonly LiveOrder[], action: 'BUY' | 'SELL'): readonly DepthLevel[] {
  return ofSide(resting, action).flatMap((order) => {
    const { limit, shown } = order
    return limit === undefined ? [] : [{ price: limit, size: shown ?? leavesOf(order) }]
  })
}
