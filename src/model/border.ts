/**
 * The only doors between the two number worlds: the exact ledger (bigint nanos) and the model
 * (float64). Each door names its rounding.
 */
import {
  NANOS,
  format,
  magnitude,
  roundTo,
  type Currency,
  type Exact,
  type Money,
  type Price,
  type Quantity,
  type Rounding,
} from '#model/fixed.ts'
import type { Instrument, PriceIncrements } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'

/**
 * The float64 nearest to an exact number.
 *
 * @example
 * toNumber(price('187.32')) // => 187.32
 */
export function toNumber(value: Exact): number {
  const raw: bigint = value
  // Both operands are then exact, so that the division's rounding is the only one.
  if (raw >= -LARGEST_EXACT && raw <= LARGEST_EXACT) return Number(raw) / 1e9
  return Number(format(raw))
}

const LARGEST_EXACT = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * The exact number nearest to a float, half away from zero, at nine decimals.
 *
 * @throws InvariantError when the float is not finite: callers check what comes from outside
 */
export function nanosFrom(value: number): bigint {
  invariant(Number.isFinite(value), `${value} is a finite number`)
  const size = Math.abs(value)
  const whole = Math.trunc(size)
  const nanos = BigInt(whole) * NANOS + BigInt(Math.round((size - whole) * 1e9))
  return value < 0 ? -nanos : nanos
}

export const priceFrom = (value: number): Price => nanosFrom(value) as Price
export const quantityFrom = (value: number): Quantity => nanosFrom(value) as Quantity
export const moneyFrom = <C extends Currency>(value: number, _currency: C): Money<C> =>
  nanosFrom(value) as Money<C>

/** The price step that holds at `at` under an instrument's market rule. */
export function incrementAt(at: Price, of: PriceIncrements): Price {
  const found = of.findLast((row) => row.from <= magnitude(at)) ?? of[0]
  invariant(found !== undefined && found.increment > 0n, 'an instrument has a price increment')
  return found.increment
}

/** A float price from the wire or the model, snapped to the instrument's increment. */
export function snapPrice(value: number, of: PriceIncrements, policy: Rounding): Price {
  const raw = priceFrom(value)
  return roundTo(raw, incrementAt(raw, of), policy)
}

/**
 * `nanosFrom` that stays a float: a whole number of nanos, exact below 9 million units. Whoever makes
 * prices by the million works in these and crosses once, by `priceFromNanos`.
 */
export function floatNanos(value: number): number {
  const size = Math.abs(value)
  const whole = Math.trunc(size)
  const nanos = whole * 1e9 + Math.round((size - whole) * 1e9)
  return value < 0 ? -nanos : nanos
}

/** @param nanos - a whole number */
export const priceFromNanos = (nanos: number): Price => BigInt(nanos) as Price
/** @param nanos - a whole number */
export const quantityFromNanos = (nanos: number): Quantity => BigInt(nanos) as Quantity

/**
 * The holding that comes nearest to a weight in whole lots.
 *
 * @param weight - fraction of net asset value, signed
 * @param policy - where the remainder of a lot goes; `toward-zero` never overshoots the weight
 * @returns signed, a multiple of the lot
 */
export function quantityFor(
  weight: number,
  at: Price,
  of: Pick<Instrument, 'multiplier' | 'lot'>,
  fx: number,
  nav: Money<Currency>,
  policy: Rounding,
): Quantity {
  invariant(at > 0n && fx > 0, 'a holding is sized at a positive price')
  const units = (weight * toNumber(nav)) / (toNumber(at) * Number(of.multiplier) * fx)
  return roundTo(quantityFrom(units), of.lot, policy)
}
