/**
 * Vwap: along the volume curve of the day.
 *
 *   x(t) / X = (W(t) − W(start)) / (W(end) − W(start))
 *
 * with W the volume that usually trades by then, never more than a share of the market's volume. It rests at its own touch
 * and takes what it is behind by, unless it must never take. Where a limit price has held it up, *speed up* brings it
 * back to the curve at once; without it, it makes up no more than one look's pace at a look.
 *
 * Source: IBKR, "VWAP" algorithm: maxPctVol, noTakeLiq, speedUp. The curve is `market/volume-curve.ts`, by way of the view.
 */
import { lesser, minus, plus } from '#model/fixed.ts'
import { toNumber } from '#model/border.ts'
import type { EpochMs } from '#model/time.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { keepPace, unitsOf, unitsToReach, unitsUnderCap, type AlgoView, type Slice } from '#exchange/orders/algos/slice.ts' // prettier-ignore

type Vwap = Extract<OrderAlgo, { readonly strategy: 'Vwap' }>

export function vwap({ maxShareOfVolume, noTakeLiquidity, speedUp }: Vwap, view: AlgoView): Slice {
  const [byNow, byNext] = [curveShare(view, view.now), curveShare(view, view.nextAt)]
  const pace = plus(unitsOf(toNumber(view.quantity) * (byNext - byNow), view), view.lot)
  const most = speedUp || view.now >= view.endAt ? minus(view.quantity, view.filled) : pace
  const cap = unitsUnderCap(maxShareOfVolume, view)
  const behind = lesser(lesser(unitsToReach(byNow, view), most), cap)
  const due = lesser(lesser(unitsToReach(byNext, view), plus(most, pace)), cap)
  return keepPace(due, behind, !noTakeLiquidity, view)
}

/** The share of the curve from the start to then. */
function curveShare(view: AlgoView, at: EpochMs): number {
  const whole = view.expectedVolume(view.startAt, view.endAt)
  return at >= view.endAt || whole <= 0 ? 1 : view.expectedVolume(view.startAt, at) / whole
}
