/**
 * ArrivalPx: against the price at its start, sooner the more risk is disliked.
 *
 * The trajectory that is optimal for mean and variance of the shortfall under linear impact leaves, at t of T,
 *
 *   x(t) / X = sinh(κ (T − t)) / sinh(κ T), κ² ≈ λ σ² / η
 *
 * with λ the risk aversion, σ² the variance and η the temporary impact. IBKR's four aversions stand for κT: the straight line
 * of Twap is κT → 0, and at κT = 8 half is done after a twelfth of the time.
 *
 * Sources: R. Almgren & N. Chriss, "Optimal Execution of Portfolio Transactions", Journal of Risk 3 (2001), equations
 * (17) to (20); IBKR, "Arrival Price" algorithm: maxPctVol, riskAversion, forceCompletion. The κT are ours.
 */
import { lesser, minus } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import type { OrderAlgo } from '#exchange/terms.ts'
import { keepPace, taking, timeShare, unitsToReach, unitsUnderCap, type AlgoView, type Slice } from '#exchange/orders/algos/slice.ts' // prettier-ignore

type ArrivalPrice = Extract<OrderAlgo, { readonly strategy: 'ArrivalPx' }>

/** κT by risk aversion. */
export const URGENCY: Readonly<Record<ArrivalPrice['riskAversion'], number>> = {
  'Get Done': 8,
  Aggressive: 4,
  Neutral: 2,
  Passive: 0.5,
}

/** A forced completion drops its share of volume for this last part of the time. */
const FORCED_FROM = 0.95

export function arrivalPrice(algo: ArrivalPrice, view: AlgoView): Slice {
  const forced = algo.forceCompletion && timeShare(view, view.nextAt) >= FORCED_FROM
  if (forced) return taking(minus(view.quantity, view.filled))
  const cap = unitsUnderCap(algo.maxShareOfVolume, view)
  const doneBy = (at: EpochMs) => unitsToReach(shareDone(URGENCY[algo.riskAversion], timeShare(view, at)), view) // prettier-ignore
  return keepPace(lesser(doneBy(view.nextAt), cap), lesser(doneBy(view.now), cap), true, view)
}

/**
 * The share of the order that has traded after a share of the time.
 *
 * @param urgency - κT > 0
 * @example
 * shareDone(2, 1) // => 1
 */
export const shareDone = (urgency: number, elapsed: number): number =>
  1 - sinh(urgency * (1 - elapsed)) / sinh(urgency)

const sinh = (x: number): number => (Math.exp(x) - Math.exp(-x)) / 2
