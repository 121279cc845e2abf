/**
 * Adaptive: between a passive peg and the other side of the market.
 *
 * The whole order stands at its own touch and moves towards the other side the longer it goes without a trade, at
 *
 *   price = own touch + p × (other touch − own touch), p = min(1, p₀ + (now − last trade) / patience)
 *
 * until it takes what the other touch shows, and starts over. The priority sets p₀ and the patience.
 *
 * Source: IBKR, "Adaptive Algo": it "attempts to achieve fast and cost-effective executions" between bid and ask, sooner
 * the more urgent. The figures are ours; IBKR does not publish its own.
 */
import { priceFrom, toNumber } from '#model/border.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { IDLE, onPassiveSide, otherTouch, ownTouch, resting, unitsToReach, type AlgoView, type Slice } from '#exchange/orders/algos/slice.ts' // prettier-ignore

type Adaptive = Extract<OrderAlgo, { readonly strategy: 'Adaptive' }>

export const ADAPTIVE: Readonly<
  Record<Adaptive['priority'], { readonly from: number; readonly patienceMs: number }>
> = {
  // prettier-ignore
  Urgent: { from: 0.5, patienceMs: 4_000 },
  Normal: { from: 0, patienceMs: 20_000 },
  Patient: { from: 0, patienceMs: 90_000 },
}

export function adaptive({ priority }: Adaptive, view: AlgoView): Slice {
  const [own, other] = [ownTouch(view), otherTouch(view)]
  if (own === undefined || other === undefined) return IDLE
  const { from, patienceMs } = ADAPTIVE[priority]
  const progress = Math.min(1, from + (view.now - view.tradedAt) / patienceMs)
  const units = unitsToReach(1, view)
  if (progress >= 1) return resting(units, other)
  const [near, far] = [toNumber(own), toNumber(other)]
  return resting(units, onPassiveSide(priceFrom(near + progress * (far - near)), view))
}
