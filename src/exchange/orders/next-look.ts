/**
 * When the orders of an instrument can next matter: which quotes need not be looked at.
 *
 * Most resting orders are far from the market most of the time. An order to buy at L sleeps while no bid
 * can be at L or below, a stop to sell at S while nothing can be quoted at S or below, and so on; `price-span.ts`
 * bounds what is quoted in a stretch of time, and halving the stretch finds the first part of it that
 * may wake somebody. A quote that is left out would have changed nothing, so that the result does not depend on how time is
 * stepped.
 */
import { toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import type { MarketModel } from '#exchange/market-model.ts'
import { spanOf } from '#exchange/orders/price-span.ts'
import { waitsForRise } from '#exchange/orders/triggers.ts'
import { isPegged, worksOutside } from '#exchange/orders/type-terms.ts'
import { awaitsTrigger, workableOf, type LiveOrder } from '#exchange/orders/venue-order.ts'
import type { VenueHours } from '#exchange/venue-hours.ts'

/** Prices at which somebody wakes: from `below` downwards, from `above` upwards. */
interface Wakes {
  readonly below: number
  readonly above: number
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
  const { board, hours, market } = parts
  const waking = orders.filter((order) => order.status === 'working' || awaitsTrigger(order))
  if (waking.length === 0 || board.haltAt(of.id, now) !== undefined) return undefined
  const next = board.nextQuoteAt(of, now)
  const session = hours.regular(of, next)
  if (next < session.opensAt)
    return waking.some(({ terms }) => worksOutside(terms)) ? next : session.opensAt
  const wakes = wakesOf(waking)
  if (wakes === 'always' || session.closesAt <= next) return next
  const mayWake = (from: EpochMs, to: EpochMs): boolean => {
    const span = spanOf(of, from, to, { board, market })
    return span === undefined || span.low <= wakes.below || span.high >= wakes.above
  }
  const from = firstStretch(next, session.closesAt, mayWake)
  if (from === undefined) return session.closesAt
  return from <= next ? next : board.nextQuoteAt(of, from - 1)
}

export interface LookParts {
  readonly board: QuoteBoard
  readonly hours: VenueHours
  readonly market: MarketModel
}

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
  let [below, above] = [-Infinity, Infinity]
  const falls = (at: number) => (below = Math.max(below, at))
  const rises = (at: number) => (above = Math.min(above, at))
  for (const order of orders) {
    if (awaitsTrigger(order)) {
      if (order.stopPrice === undefined) return 'always'
      const rise = waitsForRise(order.terms)
      ;(rise ? rises : falls)(toNumber(order.stopPrice))
      const best = trailedFrom(order)
      if (best !== undefined) (rise ? falls : rises)(best)
      continue
    }
    if (workableOf(order) === 0n) continue
    if (order.limit === undefined || isPegged(order.terms.orderType)) return 'always'
    ;(order.terms.action === 'BUY' ? falls : rises)(toNumber(order.limit))
  }
  return { below, above }
}

/** The price that a trailing stop stands behind: beyond it the stop moves. */
function trailedFrom({ terms: { trail, action }, stopPrice }: LiveOrder): number | undefined {
  if (trail === undefined || stopPrice === undefined) return undefined
  const stop = toNumber(stopPrice)
  if ('amount' in trail) return action === 'SELL' ? stop + toNumber(trail.amount) : stop - toNumber(trail.amount) // prettier-ignore
  return action === 'SELL' ? stop / (1 - trail.fraction) : stop / (1 + trail.fraction)
}
