/**
 * When the orders of an instrument can next matter: which quotes need not be looked at.
 *
 * Most resting orders are far from the market most of the time. An order to buy at L sleeps while no bid
 * can be at L or below, a stop to sell at S while nothing can be quoted at S or below, and so on; `price-span.ts`
 * bounds what is quoted in a stretch of time, and halving the stretch finds the first part of it that
 * may wake somebody. A quote that is left out would have changed nothing, so that the result does not depend on how time is
 * stepped.
 */
import { incrementAt, toNumber } from '#model/border.ts'
import { minus, plus, type Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import { spanOf, type PriceSpan, type SpanParts } from '#exchange/orders/price-span.ts'
import { looksAtLast, waitsForRise } from '#exchange/orders/triggers.ts'
import { isPegged, worksOutside } from '#exchange/orders/type-terms.ts'
import { awaitsTrigger, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Prices at which somebody wakes: a quote from `below` downwards, from `above` upwards, and likewise a last price. */
interface Wakes {
  below: number
  above: number
  lastBelow: number
  lastAbove: number
}

/** Not looked at more closely than this. */
const FINEST_MS = 2 * SECOND_MS

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
  if (next < session.opensAt)
    return waking.some(({ terms }) => worksOutside(terms)) ? next : session.opensAt
  const wakes = wakesOf(waking)
  if (wakes === 'always' || session.closesAt <= next) return next
  const mayWake = (from: EpochMs, to: EpochMs): boolean => {
    const span = spanOf(of, from, to, parts)
    return span === undefined || isWokenBy(wakes, span)
  }
  const from = firstStretch(next, session.closesAt, mayWake)
  if (from === undefined) return session.closesAt
  return from <= next ? next : board.nextQuoteAt(of, from - 1)
}

export interface LookParts extends SpanParts {
  readonly hours: VenueHours
}

const isWokenBy = (wakes: Wakes, span: PriceSpan): boolean =>
  span.low <= wakes.below ||
  span.high >= wakes.above ||
  span.fairLow <= wakes.lastBelow ||
  span.fairHigh >= wakes.lastAbove

/** Where the first stretch in [from, to] begins that may wake somebody; undefined where none does. */
function firstStretch(
  from: EpochMs,
  to: EpochMs,
  mayWake: (from: EpochMs, to: EpochMs) => boolean,
): EpochMs | undefined {
  if (!mayWake(from, to)) return undefined
  if (to - from <= FINEST_MS) return from
  const middle = Math.floor((from + to) / 2)
  return firstStretch(from, middle, mayWake) ?? firstStretch(middle, to, mayWake)
}

function wakesOf(orders: readonly LiveOrder[]): Wakes | 'always' {
  const wakes: Wakes = { below: -Infinity, above: Infinity, lastBelow: -Infinity, lastAbove: Infinity } // prettier-ignore
  for (const order of orders) {
    if (awaitsTrigger(order)) {
      if (order.stopPrice === undefined) return 'always'
      wakeAtTrigger(wakes, order, order.stopPrice)
    } else if (workableOf(order) > 0n) {
      if (order.limit === undefined || isPegged(order.terms.orderType)) return 'always'
      wakeAtQuote(wakes, toNumber(order.limit), order.terms.action === 'SELL')
    }
  }
  return wakes
}

function wakeAtQuote(wakes: Wakes, at: number, rise: boolean): void {
  if (rise) wakes.above = Math.min(wakes.above, at)
  else wakes.below = Math.max(wakes.below, at)
}

/** The last price is the efficient one put on the grid, so half an increment may lie between them. */
function wakeAtTrigger(wakes: Wakes, order: LiveOrder, stop: Price): void {
  const rise = waitsForRise(order.terms)
  const trailed = trailedFrom(order, stop)
  if (!looksAtLast(order)) {
    wakeAtQuote(wakes, toNumber(stop), rise)
    if (trailed !== undefined) wakeAtQuote(wakes, trailed, !rise)
    return
  }
  const half = toNumber(incrementAt(stop, order.instrument.priceIncrements)) / 2 + ROUNDING
  const [fall, climb] = rise ? [trailed, toNumber(stop)] : [toNumber(stop), trailed]
  if (fall !== undefined) wakes.lastBelow = Math.max(wakes.lastBelow, fall + half)
  if (climb !== undefined) wakes.lastAbove = Math.min(wakes.lastAbove, climb - half)
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
