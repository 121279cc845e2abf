/**
 * What an algorithm works by: the order, the market, and the slice it is to have in the market until the next look.
 *
 * A strategy is a pure function from a view to a slice. It has no memory: how far it has come is what the order has
 * filled, how far it should be follows from the time.
 */
import { incrementAt, quantityFrom, toNumber } from '#model/border.ts'
import {
  greater,
  lesser,
  minus,
  quantity,
  roundTo,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { PriceIncrements } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'

/** What a strategy sees at a look. */
export interface AlgoView {
  readonly action: 'BUY' | 'SELL'
  /** The whole order, and what of it has filled. */
  readonly quantity: Quantity
  readonly filled: Quantity
  readonly lot: Quantity
  readonly increments: PriceIncrements
  /** Best prices without our own orders; undefined while there are none. */
  readonly bid: Price | undefined
  readonly ask: Price | undefined
  readonly last: Price | undefined
  /** The time it has, `startAt` ≤ `now` < `endAt` but where it may go on past its end. */
  readonly startAt: EpochMs
  readonly endAt: EpochMs
  readonly now: EpochMs
  /** When it is asked again. */
  readonly nextAt: EpochMs
  /** When it last traded; `startAt` before. */
  readonly tradedAt: EpochMs
  /** Units that others have traded since `startAt`. */
  readonly marketVolume: number
  /** Units that others are expected to trade between two instants of the session. */
  expectedVolume(from: EpochMs, to: EpochMs): number
}

/** What it does until the next look: trades some of the order now, and leaves some of it standing. */
export interface Slice {
  /** Units to take at whatever the order's own limit allows, ≥ 0. */
  readonly take: Quantity
  /** Units to stand after that, ≥ 0. */
  readonly rest: Quantity
  /** Where they stand; they trade at once where that crosses the market. */
  readonly price: Price | undefined
}

const NONE = quantity('0')

/** Nothing to do before the next look. */
export const IDLE: Slice = { take: NONE, rest: NONE, price: undefined }

/** Takes now. */
export const taking = (units: Quantity): Slice => ({ ...IDLE, take: units })

/** Stands at a price; idle where there is none. */
export const resting = (units: Quantity, price: Price | undefined): Slice =>
  price === undefined ? IDLE : { take: NONE, rest: units, price }

/** Units still to trade to have come to a share of the order, whole lots. @param share - 0 to 1 */
export function unitsToReach(share: number, view: AlgoView): Quantity {
  if (share >= 1) return minus(view.quantity, view.filled)
  const due = quantityFrom(toNumber(view.quantity) * Math.max(0, share))
  return within(minus(roundTo(due, view.lot, 'half-even'), view.filled), view)
}

/** A number of units as whole lots between nothing and what is left. */
export const unitsOf = (units: number, view: AlgoView): Quantity =>
  within(roundTo(quantityFrom(Math.max(0, units)), view.lot, 'down'), view)

const within = (units: Quantity, { quantity: whole, filled }: AlgoView): Quantity =>
  greater(NONE, lesser(units, minus(whole, filled)))

/** How far the time it has is gone, 0 to 1. */
export function timeShare({ startAt, endAt }: AlgoView, at: EpochMs): number {
  if (endAt <= startAt) return 1
  return Math.min(1, Math.max(0, (at - startAt) / (endAt - startAt)))
}

/**
 * Own units that make up a share of all trading while others trade `volume`: x / (x + V) = share.
 *
 * @param share - in [0, 1)
 */
export const participation = (share: number, volume: number): number =>
  (share / (1 - share)) * volume

/**
 * Units that a cap on the share of volume still leaves; what others are about to trade until the next look counts
 * as traded.
 */
export function unitsUnderCap(maxShare: number, view: AlgoView): Quantity {
  const volume = view.marketVolume + view.expectedVolume(view.now, view.nextAt)
  return unitsOf(participation(maxShare, volume) - toNumber(view.filled), view)
}

/** The best price of the order's own side, and of the other. */
export const ownTouch = ({ action, bid, ask }: AlgoView): Price | undefined =>
  action === 'BUY' ? bid : ask
export const otherTouch = ({ action, bid, ask }: AlgoView): Price | undefined =>
  action === 'BUY' ? ask : bid

/** A price on the grid, no more aggressive than asked. */
export function onPassiveSide(price: Price, { action, increments }: AlgoView): Price {
  return roundTo(price, incrementAt(price, increments), action === 'BUY' ? 'down' : 'up')
}

/**
 * Takes what it is behind by, and before its end what is due, if it may take; stands at the own touch for the rest.
 *
 * @param due - units that should have traded by the next look
 * @param behind - by now
 */
export function keepPace(due: Quantity, behind: Quantity, mayTake: boolean, view: AlgoView): Slice {
  const wanted = view.nextAt >= view.endAt ? due : behind
  const take = mayTake ? wanted : NONE
  return { ...resting(minus(greater(due, take), take), ownTouch(view)), take }
}
