/**
 * When the orders of an instrument can next matter: which quotes need not be looked at.
 *
 * Most resting orders are far from the market most of the time. An order to buy at L sleeps while no offer
 * can be at L or below, and nobody trades at L or above it; a stop to sell at S while nothing can be quoted at S or
 * below, and so on. `price-span.ts` bounds what is quoted in a stretch of time; stretches grow while nothing in
 * them can wake anybody, and shrink to find where somebody may. A quote that is left out would have changed nothing, so
 * that the result does not depend on how time is stepped.
 */
import { incrementAt, toNumber } from '#model/border.ts'
import { minus, plus, type Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import { spanOf, type PriceSpan, type SpanParts } from '#exchange/orders/price-span.ts'
import { methodOf, waitsForRise, type PriceSource } from '#exchange/orders/triggers.ts'
import { isPegged, worksOutside } from '#exchange/orders/type-terms.ts'
import { awaitsTrigger, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Prices at which somebody wakes: a price from `below` downwards, from `above` upwards. */
interface Level {
  below: number
  above: number
}

/** By what is looked at; `flow`: the own side's touch, where others trade. */
type Wakes = Readonly<Record<'bid' | 'ask' | 'last' | 'middle' | 'flow', Level>>

/** Not looked at more closely than this, and by how much stretches grow and shrink. */
const FINEST_MS = 2 * SECOND_MS
const GROWTH = 6

/**
 * The quote at which an instrument's orders should next be looked at; undefined while none of them waits for
 * a quote, and in a halt: whoever ends it asks again.
 *
 * @param orders - its open orders
 */
export function nextLookAt(
  of: Instrument,
  orders: readonly LiveOrder[],
  parts: LookParts,
  now: EpochMs,
): EpochMs | undefined {
  const { board, hours } = parts
  const waking = orders.filter((order) => order.status === 'working' || awaitsTrigger(order))
  if (waking.length === 0) return undefined
  const halt = board.haltAt(of.id, now)
  if (halt !== undefined) return halt.until
  const next = board.nextQuoteAt(of, now)
  const session = hours.regular(of, next)
  if (next >= session.opensAt) return firstLook(of, waking, parts, next, session.closesAt)
  const outside = waking.filter(({ terms }) => worksOutside(terms))
  if (outside.length === 0) return session.opensAt
  return firstLook(of, outside, parts, next, Math.min(session.opensAt, hours.tradable(of, next, true).closesAt)) // prettier-ignore
}

export interface LookParts extends SpanParts {
  readonly hours: VenueHours
}

/** The first quote from `next` on that may wake one of the orders; the end where none does. */
function firstLook(
  of: Instrument,
  orders: readonly LiveOrder[],
  parts: LookParts,
  next: EpochMs,
  end: EpochMs,
): EpochMs {
  const wakes = wakesOf(orders)
  if (wakes === 'always' || end <= next) return next
  const mayWake = (from: EpochMs, to: EpochMs): boolean => {
    const span = spanOf(of, from, to, parts)
    if (span === undefined || isWokenBy(wakes, span)) return true
    return isWithinReach(wakes, span) && tradesBetween(of, from, to, parts)
  }
  const from = firstStretch(next, end, mayWake)
  if (from === undefined) return end
  return from <= next ? next : parts.board.nextQuoteAt(of, from - 1)
}

/** Where the first stretch in [from, to] begins that may wake somebody; undefined where none does. */
function firstStretch(
  from: EpochMs,
  to: EpochMs,
  mayWake: (from: EpochMs, to: EpochMs) => boolean,
): EpochMs | undefined {
  let length = FINEST_MS
  for (let at = from; at < to;) {
    const end = Math.min(to, at + length)
    if (!mayWake(at, end)) {
      at = end
      length *= GROWTH
    } else if (length <= FINEST_MS) return at
    else length = Math.max(FINEST_MS, length / GROWTH)
  }
  return undefined
}

const isWokenBy = ({ bid, ask, last, middle }: Wakes, span: PriceSpan): boolean =>
  span.low <= bid.below ||
  span.bidHigh >= bid.above ||
  span.askLow <= ask.below ||
  span.high >= ask.above ||
  span.lastLow <= last.below ||
  span.lastHigh >= last.above ||
  span.low <= middle.below ||
  span.high >= middle.above

/** Whether an order may come to stand at the touch of its side. */
const isWithinReach = ({ flow }: Wakes, span: PriceSpan): boolean =>
  span.low <= flow.below || span.high >= flow.above

/** Whether others trade at one of the quotes of a stretch: each has what was traded since the one before. */
function tradesBetween(
  of: Instrument,
  from: EpochMs,
  to: EpochMs,
  { board, market }: LookParts,
): boolean {
  if (market.volumeUntil === undefined) return true
  const since = board.quoteTime(of, from - 1).at
  return market.volumeUntil(of.id, since) !== market.volumeUntil(of.id, to)
}

const nowhere = (): Level => ({ below: -Infinity, above: Infinity })

function wakesOf(orders: readonly LiveOrder[]): Wakes | 'always' {
  const wakes: Wakes = { bid: nowhere(), ask: nowhere(), last: nowhere(), middle: nowhere(), flow: nowhere() } // prettier-ignore
  for (const order of orders) {
    if (awaitsTrigger(order)) {
      if (order.stopPrice === undefined) return 'always'
      wakeAtTrigger(wakes, order, order.stopPrice)
    } else if (workableOf(order) > 0n) {
      if (order.limit === undefined || mayMove(order)) return 'always'
      wakeAtLimit(wakes, toNumber(order.limit), order)
    }
  }
  return wakes
}

/** Whether a pegged order follows the market: once at its cap it stands. */
const mayMove = ({ limit, terms }: LiveOrder): boolean =>
  isPegged(terms.orderType) && limit !== terms.limitPrice

/** It trades where the other side comes to it, and where its own side falls back to it and others trade. */
function wakeAtLimit(wakes: Wakes, at: number, { terms }: LiveOrder): void {
  const isSale = terms.action === 'SELL'
  wakeAt(wakes[isSale ? 'bid' : 'ask'], at, isSale)
  wakeAt(wakes.flow, at, isSale)
  if (terms.orderType === 'MIDPRICE') wakeAt(wakes.middle, at, isSale)
}

function wakeAt(level: Level, at: number, rise: boolean): void {
  if (rise) level.above = Math.min(level.above, at)
  else level.below = Math.max(level.below, at)
}

/** What a method looks at for a rise and for a fall. */
const LOOKS_AT = {
  last: { rise: ['last'], fall: ['last'] },
  'bid-ask': { rise: ['bid'], fall: ['ask'] },
  either: { rise: ['last', 'bid'], fall: ['last', 'ask'] },
  middle: { rise: ['middle'], fall: ['middle'] },
} as const satisfies Readonly<Record<PriceSource, unknown>>

/** A trailing stop looks at the same price for the market's coming to it and for its running away. */
function wakeAtTrigger(wakes: Wakes, order: LiveOrder, stop: Price): void {
  const { source } = methodOf(order)
  const rise = waitsForRise(order.terms)
  const trailed = trailedFrom(order, stop)
  for (const at of LOOKS_AT[source][rise ? 'rise' : 'fall']) {
    wakeAt(wakes[at], toNumber(stop), rise)
    if (trailed !== undefined) wakeAt(wakes[at], trailed + (rise ? ROUNDING : -ROUNDING), !rise)
  }
}

/** More than floats err by. */
const ROUNDING = 1e-9

/** The nearest price that moves a trailing stop by an increment. */
function trailedFrom({ terms, instrument }: LiveOrder, stop: Price): number | undefined {
  const { trail, action } = terms
  if (trail === undefined) return undefined
  const step = incrementAt(stop, instrument.priceIncrements)
  const next = toNumber(action === 'SELL' ? plus(stop, step) : minus(stop, step))
  if ('amount' in trail) return action === 'SELL' ? next + toNumber(trail.amount) : next - toNumber(trail.amount) // prettier-ignore
  return action === 'SELL' ? next / (1 - trail.fraction) : next / (1 + trail.fraction)
}
