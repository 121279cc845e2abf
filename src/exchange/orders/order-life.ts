/**
 * What becomes of an order that was taken: it passes the gates, waits for its trigger, works in the book, ends.
 *
 * The stages are always gone through in this order, and an order that was elected never waits again. What one
 * order's fill or end means for others (`relations.ts`) is done at once, before the next order is looked at.
 */
import type { Price, Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { matching, type Matching } from '#exchange/book/matching.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { Settlement } from '#exchange/clearing/settlement.ts'
import type { VenueEvent, VenueExecution } from '#exchange/exchange.ts'
import type { Blotter } from '#exchange/orders/blotter.ts'
import { holdOf, type GateParts, type Hold } from '#exchange/orders/gates.ts'
import type { Consequence } from '#exchange/orders/relations.ts'
import { follow, isElected, limitOnceElected, type Seen } from '#exchange/orders/triggers.ts'
import { hasTrigger } from '#exchange/orders/type-terms.ts'
import { awaitsTrigger, isOpen, shownAs, type LiveOrder } from '#exchange/orders/venue-order.ts'

type Ending = 'canceled' | 'expired'
type Events = readonly VenueEvent[]

export interface OrderLife {
  readonly book: Matching
  /** An order that was just taken: the first event says where it stands. */
  begin(order: LiveOrder, now: EpochMs): Events
  /** Something that its gates depend on may have changed; nothing where it has not. */
  reconsider(order: LiveOrder, now: EpochMs): Events
  /** Its terms have changed. @param isAnew - it goes to the back of the queue, and may trade at once */
  resume(order: LiveOrder, isAnew: boolean, now: EpochMs): Events
  /** The market maker has quoted anew. */
  quoted(of: Instrument, now: EpochMs): Events
  /** Books a fill, and what follows from it. */
  execute(order: LiveOrder, units: Quantity, at: Price, liquidity: VenueExecution['liquidity'], now: EpochMs): Events // prettier-ignore
  /** Ends an order, and does what follows from that. */
  end(order: LiveOrder, status: Ending, reason: string, now: EpochMs): Events
  /** Does to others what follows from one. */
  follow(consequences: readonly Consequence[], now: EpochMs): Events
}

export interface OrderLifeSettings extends GateParts {
  readonly blotter: Blotter
  readonly settlement: Settlement
  readonly board: QuoteBoard
  readonly nextPriority: () => number
  /** Called when what an order waits for may have changed. */
  readonly scheduled: (order: LiveOrder) => void
}

export function orderLife(settings: OrderLifeSettings): OrderLife {
  const { board, blotter, relations, settlement, scheduled } = settings

  const execute: OrderLife['execute'] = (order, units, at, liquidity, now) => {
    const events = settlement.execute(order, units, at, liquidity, now)
    const following = relations.afterFill(order, now)
    const ending = isOpen(order) ? [] : relations.afterEnd(order)
    return [...events, ...followed([...following, ...ending], now)]
  }

  const end: OrderLife['end'] = (order, status, reason, now) => {
    const ended = blotter.end(order, status, reason, now)
    const type = status === 'expired' ? 'OrderExpired' : 'OrderCanceled'
    return [{ type, order: ended }, ...followed(relations.afterEnd(order), now)]
  }

  const followed: OrderLife['follow'] = (consequences, now) =>
    consequences.flatMap((one) => {
      if (!isOpen(one.order)) return []
      if (one.type === 'cancel') return end(one.order, 'canceled', one.reason, now)
      return one.type === 'reduce' ? reduce(one, now) : activate(one.order, now)
    })

  const reduce = (
    { order, quantity, reason }: Extract<Consequence, { type: 'reduce' }>,
    now: EpochMs,
  ): Events => {
    if (quantity <= order.filled) return end(order, 'canceled', reason, now)
    order.terms = { ...order.terms, quantity }
    blotter.amended(order)
    order.allowance = relations.allowed(order)
    return [{ type: 'OrderAdjusted', order: shownAs(order) }]
  }

  const activate = (order: LiveOrder, now: EpochMs): Events => {
    order.allowance = relations.allowed(order)
    if (order.status === 'held') return reconsider(order, now)
    return order.limit === undefined ? entered(order, now) : []
  }

  const book = matching({
    board,
    blotter,
    hours: settings.hours,
    execute,
    mayRest: (order) => relations.mayRest(order),
    nextPriority: settings.nextPriority,
    end: (order, now) => end(order, 'canceled', '', now),
  })

  const begin: OrderLife['begin'] = (order, now) => goOn(order, now, undefined)

  const reconsider: OrderLife['reconsider'] = (order, now) =>
    awaitsTrigger(order) || order.status === 'working' ? [] : goOn(order, now, order.hold)

  /** @param held - for what it was held so far, which is not told again */
  const goOn = (order: LiveOrder, now: EpochMs, held: LiveOrder['hold']): Events => {
    const hold = holdOf(order, now, settings)
    if (hold !== undefined) return holdBack(order, hold, held)
    return mustWait(order) ? waitForTrigger(order, now) : letGo(order, now)
  }

  const holdBack = (order: LiveOrder, hold: Hold, told: LiveOrder['hold']): Events => {
    const { cause, refusal, until } = hold
    order.status = 'held'
    order.hold = cause
    order.reason = refusal?.reason ?? ''
    order.releaseAt = until
    scheduled(order)
    if (cause === told) return []
    if (refusal === undefined) return [{ type: 'OrderAccepted', order: shownAs(order) }]
    return [{ type: 'OrderHeld', order: shownAs(order), refusal }]
  }

  const letGo = (order: LiveOrder, now: EpochMs): Events => {
    works(order)
    const accepted: VenueEvent = { type: 'OrderAccepted', order: shownAs(order) }
    return [accepted, ...entered(order, now)]
  }

  const entered = (order: LiveOrder, now: EpochMs): Events => {
    const events = book.enter(order, now)
    scheduled(order)
    return events
  }

  const waitForTrigger = (order: LiveOrder, now: EpochMs): Events => {
    order.status = 'held'
    order.hold = 'trigger'
    order.reason = ''
    order.releaseAt = undefined
    const seen = seenAt(order.instrument, now)
    follow(order, seen)
    const accepted: VenueEvent = { type: 'OrderAccepted', order: shownAs(order) }
    const events = isElected(order, seen) ? elect(order, now) : []
    scheduled(order)
    return [accepted, ...events]
  }

  const elect = (order: LiveOrder, now: EpochMs): Events => {
    works(order)
    order.triggered = true
    order.limit = limitOnceElected(order)
    const triggered: VenueEvent = { type: 'OrderTriggered', order: shownAs(order) }
    return [triggered, ...entered(order, now)]
  }

  const resume: OrderLife['resume'] = (order, isAnew, now) => {
    if (awaitsTrigger(order)) return watch(order, seenAt(order.instrument, now), now)
    if (order.status === 'held') return reconsider(order, now)
    return isAnew ? entered(order, now) : []
  }

  const seenAt = (of: Instrument, now: EpochMs): Seen => {
    const { bid, ask, last } = board.prices(of, now)
    const { at } = board.quoteTime(of, now)
    return { bid, ask, last, at, previousAt: board.quoteTime(of, at - 1).at }
  }

  const watch = (order: LiveOrder, seen: Seen, now: EpochMs): Events => {
    const moved = follow(order, seen)
    const events: VenueEvent[] = moved ? [{ type: 'OrderAdjusted', order: shownAs(order) }] : []
    return isElected(order, seen) ? [...events, ...elect(order, now)] : events
  }

  const quoted: OrderLife['quoted'] = (of, now) => {
    if (board.haltAt(of.id, now) !== undefined) return []
    const waiting = blotter
      .openOf(of.id)
      .filter((order) => awaitsTrigger(order) && book.mayTrade(order, now))
    const events: VenueEvent[] = []
    if (waiting.length > 0) {
      const seen = seenAt(of, now)
      for (const order of waiting) if (awaitsTrigger(order)) events.push(...watch(order, seen, now))
    }
    return [...events, ...book.quoted(of, now)]
  }

  return { book, begin, reconsider, resume, quoted, execute, end, follow: followed }
}

const mustWait = ({ terms, triggered }: LiveOrder): boolean =>
  hasTrigger(terms.orderType) && !triggered

function works(order: LiveOrder): void {
  order.status = 'working'
  order.hold = undefined
  order.reason = ''
  order.releaseAt = undefined
}
