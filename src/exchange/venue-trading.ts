/** What is done at the venue: orders, and what happens to it from outside. */
import { invariant } from '#model/invariant.ts'
import { marketControls, type MarketControlParts } from '#exchange/book/market-controls.ts'
import { orderControls, type OrderControlParts } from '#exchange/orders/order-controls.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Part, Venue } from '#exchange/venue.ts'
import { scheduleClearing, scheduleLook, watchedForHalts } from '#exchange/occasions.ts'

/** Orders: placed, changed, canceled, tried out. */
export function trading(
  venue: Venue,
): Part<'place' | 'replace' | 'cancel' | 'cancelAll' | 'preview'> {
  const { desk, board, account } = venue
  const preview: Exchange['preview'] = (terms) => {
    const refusal = desk.refusalOf(terms, venue.now)
    if (refusal !== undefined) return refusal
    const instrument = board.instrument(terms.instrument)
    invariant(instrument !== undefined, 'terms that are not refused name a listed instrument')
    const order = { instrument, terms, quantity: terms.quantity }
    return {
      before: account.figures(venue.now),
      after: account.figuresAfter(order, venue.now),
      commission: account.commissionOf(order, venue.now),
      currency: account.charging.currencyOf(instrument),
    }
  }
  return {
    place: (order) => watchedForHalts(venue, desk.place(order, venue.now)),
    replace: (permId, change) => watchedForHalts(venue, desk.replace(permId, change, venue.now)),
    cancel: (permId) => desk.cancel(permId, venue.now),
    cancelAll: () => desk.cancelAll(venue.now),
    preview,
  }
}

/** What happens to the venue from outside. */
export function controlling(venue: Venue): Part<'controls'> {
  const now = () => venue.now
  return {
    controls: {
      ...marketControls(marketParts(venue)),
      ...orderControls(orderParts(venue)),
      ...venue.house.controls(now, () => scheduleClearing(venue)),
    },
  }
}

function marketParts(venue: Venue): MarketControlParts {
  const { board, halts, watched } = venue
  return {
    board,
    now: () => venue.now,
    turned: (of) => halts.look(of, venue.now),
    disturbed: (of) => {
      watched.disturbed(of.id)
      scheduleLook(venue, of)
      halts.follow(of, venue.now)
    },
  }
}

/** What a person, a correction or the link acts on. */
const orderParts = (venue: Venue): OrderControlParts => ({
  desk: venue.desk,
  blotter: venue.record,
  account: venue.account,
  now: () => venue.now,
})
