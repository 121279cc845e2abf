/**
 * A trade of one name in whole lots, and its legs: what reduces goes first, what adds goes after.
 * A flip from long to short, or back, is one leg of each.
 */
import { toNumber } from '#model/border.ts'
import { lesser, magnitude, minus, negate, plus, type Quantity } from '#model/fixed.ts'
import type { Side } from '#model/order.ts'
import { FLAT } from '#construction/margin.ts'
import type { ValuedName } from '#construction/valued-book.ts'

export interface Legs {
  /** Signed change that closes some or all of the holding. */
  readonly reduction: Quantity
  /** Signed change that opens or enlarges one. */
  readonly addition: Quantity
}

/**
 * Splits a change of holding at zero.
 *
 * @example
 * legsOf(quantity('100'), quantity('-150')) // => { reduction: quantity('-100'), addition: quantity('-50') }
 */
export function legsOf(held: Quantity, change: Quantity): Legs {
  const opposed = (held > 0n && change < 0n) || (held < 0n && change > 0n)
  if (!opposed) return { reduction: FLAT, addition: change }
  const size = lesser(magnitude(held), magnitude(change))
  const reduction = change < 0n ? negate(size) : size
  return { reduction, addition: minus(change, reduction) }
}

/** What a leg is called. */
export function sideOf(change: Quantity, reduces: boolean): Side {
  if (change > 0n) return reduces ? 'COVER' : 'BUY'
  return reduces ? 'SELL' : 'SHORT'
}

/** Traded value of a change, base currency ≥ 0: units × price × multiplier × fx. */
export function notionalOf(name: ValuedName, change: Quantity): number {
  if (change === 0n) return 0
  const unit = name.price * Number(name.instrument?.multiplier ?? 1n) * name.fx
  return Math.abs(toNumber(change) * unit)
}

/** Exposure of a holding as a fraction of net asset value; what is not held is nothing, whatever its price. */
export function weightOfHolding(name: ValuedName, held: Quantity, nav: number): number {
  return held === 0n ? 0 : (toNumber(held) * name.unitExposure) / nav
}

export const after = (name: ValuedName, change: Quantity): Quantity => plus(name.held, change)
