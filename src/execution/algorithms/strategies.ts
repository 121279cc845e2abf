/**
 * The strategies: what each algorithm would have in the market, as a function of what it sees.
 *
 * None has a memory of its own: how far it has come is what has filled, how far it should be follows from the time and
 * from the tape.
 */
import { priceFrom, toNumber } from '#model/border.ts'
import type { Price } from '#model/fixed.ts'
import { isBuying } from '#model/order.ts'
import { randomKey, uniformAt } from '#numerics/random.ts'
import type { AlgorithmName, ShownLevel } from '#execution/algorithms/algorithm.ts'
import { remainingAt } from '#execution/algorithms/decaying-alpha.ts'
import { follow } from '#execution/algorithms/schedule.ts'
import { allowed, improved, isKeener, isMarketable, isWide, restAtTouch, takeAtTouch, waiting, type View, type Wish } from '#execution/algorithms/view.ts' // prettier-ignore
import { tradedShare } from '#execution/algorithms/volume-curve.ts'

/** What an algorithm wishes for, before its closing stretch. */
export type Strategy = (view: View) => Wish

/** The share of its time in which an unhurried order waits; at urgency 1 it waits not at all. */
const PATIENCE = 0.9
/** The share of its waiting after which it may stand before the others. */
const IMPROVES_AFTER = 0.6

/** The share of its time that has gone, and that it waits. */
function patienceOf({ now, state, parent }: View): {
  readonly gone: number
  readonly waits: number
} {
  const { startAt, closingAt } = state.pace
  return {
    gone: Math.min(1, (now - startAt) / (closingAt - startAt)),
    waits: PATIENCE * (1 - parent.urgency),
  }
}

/** Joins the near touch, then stands one increment before it, then crosses: the later the nearer. */
function passiveThenCross(view: View): Wish {
  const { gone, waits } = patienceOf(view)
  if (gone >= waits) return takeAtTouch(view, view.left, 'its time to wait is over')
  if (isWide(view)) return waiting('the spread is wide')
  const joined = restAtTouch(view, view.left, 'waits at the touch')
  if (gone < waits * IMPROVES_AFTER || joined.kind !== 'rest') return joined
  // One's own order may be the touch: nobody stands before himself.
  const { live, parent } = view
  if (live !== undefined && !isKeener(parent, joined.price, live.limitPrice)) return joined
  const before = allowed(view, toNumber(improved(view, joined.price)))
  const why = 'stands before the touch'
  return isMarketable(view, before) ? joined : { ...joined, price: before, why }
}

const twap: Strategy = (view) => {
  const { startAt, closingAt } = view.state.pace
  return follow(view, (at) => view.whole * Math.min(1, (at - startAt) / (closingAt - startAt)), 'even in time') // prettier-ignore
}

const vwap: Strategy = (view) => {
  const { startAt, closingAt } = view.state.pace
  const { usual, session } = view.parent
  const share = (at: number): number => tradedShare(usual.volumeCurve, session, at)
  const [first, last] = [share(startAt), share(closingAt)]
  // A stretch in which the name never trades is gone through evenly.
  if (last <= first) return twap(view)
  return follow(view, (at) => (view.whole * (share(Math.min(at, closingAt)) - first)) / (last - first), 'by the volume curve') // prettier-ignore
}

/** Units that others have traded since the start: the tape, or the day's volume where that knows of more, less our own. */
export function othersTraded({ state, filled }: Pick<View, 'state' | 'filled'>): number {
  const { printed, quote, volumeAtStart } = state
  const counted = volumeAtStart === undefined ? 0 : (quote?.volume ?? 0) - volumeAtStart
  return Math.max(0, Math.max(printed, counted) - filled)
}

const participation: Strategy = (view) => {
  const { now, parent, whole } = view
  const { usual, session, participationRate } = parent
  const traded = othersTraded(view)
  const share = (at: number): number => tradedShare(usual.volumeCurve, session, at)
  const expected = (at: number): number => usual.dailyVolume * (share(at) - share(now))
  return follow(view, (at) => Math.min(whole, participationRate * (traded + expected(at))), 'a share of what others trade') // prettier-ignore
}

const DAY_OF = ({ parent }: View): number => parent.session.closesAt - parent.session.opensAt

const implementationShortfall: Strategy = (view) => {
  const { state, whole } = view
  const { trajectory, pace } = state
  if (trajectory === undefined) return twap(view)
  const day = DAY_OF(view)
  return follow(view, (at) => whole - remainingAt(trajectory, (at - pace.startAt) / day), 'by the best trajectory') // prettier-ignore
}

/** The greatest share of what others show at its price that an iceberg shows, and how far its sizes vary. */
const SHOWN = { share: 0.25, least: 0.5 }
/** How many of the shown sizes one child holds, at least and at most. */
const HELD = { least: 4, most: 9 }

/** Rests at the touch and shows little of itself, in sizes that look like chance; crosses as the others do. */
function iceberg(view: View): Wish {
  const { gone, waits } = patienceOf(view)
  const { left, roundLot, parent, state } = view
  if (gone >= waits) return takeAtTouch(view, left, 'its time to wait is over')
  if (isWide(view)) return waiting('the spread is wide')
  const price = allowed(view, view.touch.near)
  const key = randomKey(parent.seed, 'iceberg')
  const size = uniformAt(key, 2 * state.nextChild)
  const held = HELD.least + (HELD.most - HELD.least) * uniformAt(key, 2 * state.nextChild + 1)
  const most = SHOWN.share * shownByOthers(view, price)
  const shown = Math.max(roundLot, most * (SHOWN.least + (1 - SHOWN.least) * size))
  const units = Math.min(left, shown * held)
  return { kind: 'rest', units, price, shown, why: 'shows a part of itself' }
}

/** Units shown at a price of our side, ours left out; the touch's where the depth does not reach or say. */
function shownByOthers({ state, parent, touch, live, roundLot }: View, price: Price): number {
  const levels: readonly ShownLevel[] = (isBuying(parent.side) ? state.depth?.bids : state.depth?.asks) ?? [] // prettier-ignore
  const shown =
    levels.find((level) => priceFrom(level.price) === price)?.size ?? touch.nearSize ?? roundLot
  if (live?.limitPrice !== price) return shown
  return Math.max(0, shown - toNumber(live.displaySize > 0n ? live.displaySize : live.quantity))
}

export const STRATEGIES: Readonly<Record<AlgorithmName, Strategy>> = {
  'passive-then-cross': passiveThenCross,
  twap,
  vwap,
  participation,
  'implementation-shortfall': implementationShortfall,
  iceberg,
}
