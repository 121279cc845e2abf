/** The algorithms by name: how each one works, how often it looks, and what it needs. */
import type { OrderAlgo } from '#exchange/terms.ts'
import { adaptive } from '#exchange/orders/algos/adaptive.ts'
import { arrivalPrice } from '#exchange/orders/algos/arrival-price.ts'
import { percentOfVolume } from '#exchange/orders/algos/percent-of-volume.ts'
import type { AlgoView, Slice } from '#exchange/orders/algos/slice.ts'
import { twap } from '#exchange/orders/algos/twap.ts'
import { vwap } from '#exchange/orders/algos/vwap.ts'
import { MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'

type Strategy = OrderAlgo['strategy']
type Of<Name extends Strategy> = Extract<OrderAlgo, { readonly strategy: Name }>

const STRATEGIES: { readonly [Name in Strategy]: (algo: Of<Name>, view: AlgoView) => Slice } = {
  Adaptive: adaptive,
  Twap: twap,
  Vwap: vwap,
  ArrivalPx: arrivalPrice,
  PctVol: percentOfVolume,
}

/** What an algorithm wants in the market until its next look. */
export function nextSlice<Name extends Strategy>(algo: Of<Name>, view: AlgoView): Slice {
  const strategy: (algo: Of<Name>, view: AlgoView) => Slice = STRATEGIES[algo.strategy]
  return strategy(algo, view)
}

/** Looks in the time an algorithm has. */
const LOOKS = 60
const SHORTEST_MS = 5 * SECOND_MS
const LONGEST_MS = MINUTE_MS
/** Adaptive moves its price, so it looks oftener. */
const ADAPTIVE_MS = 2 * SECOND_MS

/** Time between two looks. */
export function stepMs({ strategy }: OrderAlgo, startAt: EpochMs, endAt: EpochMs): number {
  if (strategy === 'Adaptive') return ADAPTIVE_MS
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.floor((endAt - startAt) / LOOKS)))
}

/** When an algorithm may work on a day: from its start, or from now, to its end, or to the close. */
export interface AlgoWindow {
  readonly startAt: EpochMs
  /** What it paces itself by. */
  readonly endAt: EpochMs
  /** When what is left ends; later than `endAt` where it may go on past its end. */
  readonly stopsAt: EpochMs
}

/** @param since - when the order became active */
export function windowOf(algo: OrderAlgo, since: EpochMs, closesAt: EpochMs): AlgoWindow {
  if (algo.strategy === 'Adaptive') return { startAt: since, endAt: closesAt, stopsAt: closesAt }
  const startAt = Math.max(since, algo.startAt ?? since)
  const endAt = Math.min(closesAt, algo.endAt ?? closesAt)
  const goesOn = algo.strategy !== 'PctVol' && algo.allowPastEnd
  return { startAt, endAt, stopsAt: goesOn ? closesAt : endAt }
}
