/**
 * Twap: evenly over the time it has.
 *
 *   x(t) / X = (t − start) / (end − start)
 *
 * Its style says where a slice stands: across the market, half-way, on its own side, or at the last price. What a
 * passive slice does not trade goes into the next one.
 *
 * Source: IBKR, "TWAP" algorithm, strategyType.
 */
import { fractionOf, plus, type Price } from '#model/fixed.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { IDLE, onPassiveSide, ownTouch, resting, taking, timeShare, unitsToReach, type AlgoView, type Slice } from '#exchange/orders/algos/slice.ts' // prettier-ignore

type Twap = Extract<OrderAlgo, { readonly strategy: 'Twap' }>

const PRICES: Readonly<
  Record<Exclude<Twap['style'], 'Marketable'>, (view: AlgoView) => Price | undefined>
> = {
  // prettier-ignore
  'Matching Midpoint': ({ bid, ask }) =>
    bid === undefined || ask === undefined ? undefined : fractionOf(plus(bid, ask), 1n, 2n),
  'Matching Same Side': ownTouch,
  'Matching Last': ({ last }) => last,
}

export function twap({ style }: Twap, view: AlgoView): Slice {
  const units = unitsToReach(timeShare(view, view.nextAt), view)
  if (units <= 0n) return IDLE
  if (style === 'Marketable') return taking(units)
  const price = PRICES[style](view)
  return price === undefined ? IDLE : resting(units, onPassiveSide(price, view))
}
