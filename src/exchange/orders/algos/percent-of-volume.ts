/**
 * PctVol: a share of what trades, whenever it trades.
 *
 *   x(t) = V(t) p / (1 − p)
 *
 * with V what others have traded since its start, so that p is the share of all. It rests at its own touch for what the
 * market is about to trade, and takes what it is behind by, unless it must never take.
 *
 * Source: IBKR, "Percentage of Volume" algorithm: pctVol, noTakeLiq.
 */
import { toNumber } from '#model/border.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { keepPace, participation, unitsOf, unitsUnderCap, type AlgoView, type Slice } from '#exchange/orders/algos/slice.ts' // prettier-ignore

type PercentOfVolume = Extract<OrderAlgo, { readonly strategy: 'PctVol' }>

export function percentOfVolume(algo: PercentOfVolume, view: AlgoView): Slice {
  const { shareOfVolume, noTakeLiquidity } = algo
  const sofar = participation(shareOfVolume, view.marketVolume) - toNumber(view.filled)
  return keepPace(unitsUnderCap(shareOfVolume, view), unitsOf(sofar, view), !noTakeLiquidity, view)
}
