/**
 * What happens when: orders, halts, the clearing broker and the day put what they wait for on the venue's timeline, and
 * `happen` does it at its time.
 */
import type { Instrument } from '#model/instrument.ts'
import { DAY_MS, HOUR_MS } from '#model/time.ts'
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import type { VenueEvent } from '#exchange/exchange.ts'
import { nextLookAt } from '#exchange/orders/next-look.ts'
import { isOpen, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { Occasion, Venue } from '#exchange/venue.ts'

/** An order was taken, changed, filled or ended: the account and the timeline follow it. */
export function orderChanged(
  { account, due }: Pick<Venue, 'account' | 'due'>,
  order: LiveOrder,
): void {
  account.orderChanged(order)
  if (isOpen(order)) return
  for (const key of Object.values(keysOf(order))) due.drop(key)
}

/** Under which keys the timeline has what an order waits for. */
const keysOf = ({ permId }: LiveOrder) => ({
  end: `end/${permId}`,
  release: `release/${permId}`,
  look: `look/${permId}`,
})

/** Puts on the timeline what an order waits for. */
export function schedule(venue: Venue, order: LiveOrder): void {
  if (!isOpen(order)) return
  const { permId, expiresAt, releaseAt } = order
  scheduleOwnLook(venue, order)
  const { due, now } = venue
  const keys = keysOf(order)
  venue.halts.follow(order.instrument, now)
  if (expiresAt === undefined) due.drop(keys.end)
  else due.push({ at: Math.max(now, expiresAt), rank: 1, what: { type: 'OrderEnds', permId } }, keys.end) // prettier-ignore
  if (releaseAt !== undefined)
    due.push({ at: releaseAt, rank: 2, what: { type: 'OrderIsReleased', permId } }, keys.release)
  else {
    due.drop(keys.release)
    scheduleLook(venue, order.instrument)
  }
}

/** Algorithms and canceling conditions look at the market in their own time. */
function scheduleOwnLook({ due, desk, now }: Venue, order: LiveOrder): void {
  const at = desk.lookAt(order, now)
  if (at === undefined) return
  due.push({ at, rank: 2, what: { type: 'OrderIsLookedAt', permId: order.permId } }, keysOf(order).look) // prettier-ignore
}

/** Puts the next quote that may matter to an instrument's orders on the timeline. */
export function scheduleLook(venue: Venue, of: Instrument): void {
  const { due, board, hours, record, settings, now } = venue
  const { market } = settings
  const at = nextLookAt(
    of,
    record.openOf(of.id),
    { board, hours, market, impact: settings.impact },
    now,
  )
  const key = `quotes/${of.id}`
  if (at === undefined) due.drop(key)
  else due.push({ at, rank: 3, what: { type: 'Quotes', instrument: of } }, key)
}

/** The venue's day turns at midnight in New York. */
export function scheduleDay({ due, now }: Venue): void {
  const tomorrow = newYorkDate(newYorkInstant(newYorkDate(now), 0) + DAY_MS + 6 * HOUR_MS)
  due.push({ at: newYorkInstant(tomorrow, 0), rank: 0, what: { type: 'DayTurns' } })
}

/** Puts the broker's next moment on the timeline. */
export function scheduleClearing(venue: Venue): void {
  venue.due.push({ at: venue.house.nextAt(venue.now), rank: 0, what: { type: 'Clears' } }, 'clears')
}

/** Does what is due now. */
export function happen(venue: Venue, what: Occasion): readonly VenueEvent[] {
  if (what.type === 'DayTurns') return turnDay(venue)
  if (what.type === 'Clears') return clear(venue)
  if (what.type === 'HaltTurns') return haltTurns(venue, what.instrument)
  if (what.type === 'OrderEnds') return venue.desk.expire(what.permId, venue.now)
  if (what.type === 'OrderIsReleased') return venue.desk.release(what.permId, venue.now)
  if (what.type === 'OrderIsLookedAt') return ownLook(venue, what.permId)
  const { instrument } = what
  const events = venue.desk.quoted(instrument, venue.now)
  scheduleLook(venue, instrument)
  return events
}

function ownLook(venue: Venue, permId: number): readonly VenueEvent[] {
  const { desk, record, now } = venue
  const events = desk.look(permId, now)
  const order = record.open(permId)
  if (order !== undefined) scheduleOwnLook(venue, order)
  return events
}

function haltTurns({ halts, now }: Venue, of: Instrument): readonly VenueEvent[] {
  return halts.isDue(of.id, now) ? halts.look(of, now) : []
}

/** A trade of ours may have moved a name towards its price bands. */
export function watchedForHalts(
  { halts, board, now }: Venue,
  events: readonly VenueEvent[],
): readonly VenueEvent[] {
  for (const event of events) {
    const of = event.type === 'Traded' ? board.instrument(event.order.instrument) : undefined
    if (of !== undefined) halts.follow(of, now)
  }
  return events
}

function clear(venue: Venue): readonly VenueEvent[] {
  const events = venue.house.happens(venue.now)
  scheduleClearing(venue)
  return events
}

function turnDay(venue: Venue): readonly VenueEvent[] {
  const date = newYorkDate(venue.now)
  venue.board.forget(venue.now)
  const cleared = venue.house.dayTurns(date, venue.now)
  venue.record.turnDay()
  venue.desk.turnDay()
  venue.worthAtDayStart = venue.account.figures(venue.now).netLiquidation
  scheduleDay(venue)
  return [...cleared, { type: 'DayTurned', date }]
}
