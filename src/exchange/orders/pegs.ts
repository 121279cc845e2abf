/**
 * Prices that the venue sets: MIDPRICE and REL, from quote to quote.
 *
 * MIDPRICE stands half-way between bid and offer, where Rule 612 of Regulation NMS lets trades print
 * between increments, and is not displayed. REL stands on its own side's best price, made more aggressive by its
 * offset; it follows a market that moves away from it and stays where it is when the market comes towards it.
 * Neither goes beyond its cap.
 *
 * Source: IBKR, order type pages "Midprice" and "Relative/Pegged-to-Primary".
 */
import { incrementAt } from '#model/border.ts'
import { greater, lesser, minus, plus, price, roundTo, type Price } from '#model/fixed.ts'
import type { VenueDepth } from '#exchange/exchange.ts'
import { middleOf } from '#exchange/orders/triggers.ts'
import type { LiveOrder } from '#exchange/orders/venue-order.ts'

const NO_OFFSET = price('0')

/** Where a pegged order stands under a quote; undefined while the book it is pegged to is empty. */
export function peggedAt(order: LiveOrder, book: VenueDepth | undefined): Price | undefined {
  const [bid, ask] = [book?.bids[0]?.price, book?.asks[0]?.price]
  const { action, orderType, limitPrice: cap, pegOffset = NO_OFFSET } = order.terms
  const better = action === 'BUY' ? greater<Price> : lesser<Price>
  const worse = action === 'BUY' ? lesser<Price> : greater<Price>
  const capped = (at: Price) => (cap === undefined ? at : worse(at, cap))
  if (orderType === 'MIDPRICE')
    return bid === undefined || ask === undefined ? undefined : capped(middleOf(bid, ask))
  const own = action === 'BUY' ? bid : ask
  if (own === undefined) return undefined
  const raw = action === 'BUY' ? plus(own, pegOffset) : minus(own, pegOffset)
  const increment = incrementAt(raw, order.instrument.priceIncrements)
  const onGrid = roundTo(raw, increment, action === 'BUY' ? 'down' : 'up')
  const stood = order.joinedAt === 0 ? undefined : order.limit
  return capped(stood === undefined ? onGrid : better(onGrid, stood))
}
