/**
 * Exact numbers for the ledger.
 *
 * Whatever the journal records (shares, prices, cash) is a whole number of nanos, 1e-9 of
 * its unit, in a bigint. Nine decimals hold every tick we trade: equities 1e-4, FX half-pips
 * 5e-5, fractional shares 1e-9. Sums are therefore exact, and a replayed journal reproduces
 * every cent.
 *
 * The optimiser lives in the other world, float64. The only doors between the two are in
 * model/border.ts.
 */
import { invariant } from '#model/invariant.ts'

declare const unit: unique symbol

/** An ISO 4217 code: a literal where the code is known, a string that was checked where it came from outside. */
export type Currency = string

/** Shares, contracts or base-currency units, in nanos. Short positions are negative. */
export type Quantity = bigint & { readonly [unit]: 'quantity' }

/** Quote currency per one unit of the instrument, in nanos. */
export type Price = bigint & { readonly [unit]: 'price' }

/** An amount of one currency, in nanos of its major unit. */
export type Money<C extends Currency> = bigint & { readonly [unit]: `money:${C}` }

export type Exact = Quantity | Price | Money<Currency>

/** How many nanos make one. */
export const NANOS = 1_000_000_000n

/**
 * Reads a decimal from outside (a file, the wire).
 *
 * @returns the value, or undefined when the text is no decimal or has more than nine places;
 *   the caller says which field was wrong
 *
 * @example
 * parse('0.05') // => 50_000_000n
 * parse('1e-7') // => undefined
 */
export function parse(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', fraction = ''] = match
  const nanos = BigInt(whole) * NANOS + BigInt(fraction.padEnd(9, '0'))
  return sign === '-' ? -nanos : nanos
}

/**
 * The shortest decimal text of an exact number; the inverse of `parse`.
 *
 * @param minimumPlaces - decimals shown at least: 2 for money, 0 for shares
 *
 * @example
 * format(1_234_500_000_000n) // => '1234.5'
 * format(-50_000_000n, 2) // => '-0.05'
 */
export function format(nanos: bigint, minimumPlaces = 0): string {
  const absolute = nanos < 0n ? -nanos : nanos
  const places = (absolute % NANOS)
    .toString()
    .padStart(9, '0')
    .replace(/0+$/, '')
    .padEnd(minimumPlaces, '0')
  const whole = (absolute / NANOS).toString()
  return `${nanos < 0n ? '-' : ''}${whole}${places === '' ? '' : `.${places}`}`
}

/** For literals of ours. Text from outside goes through `parse`, which answers instead of stopping. */
export const quantity = (text: string): Quantity => nanosOf(text) as Quantity
export const price = (text: string): Price => nanosOf(text) as Price
export const money = <C extends Currency>(text: string, _currency: C): Money<C> =>
  nanosOf(text) as Money<C>

/** Like is added to like: shares to shares, dollars to dollars. Nothing else compiles. */
export const plus = <T extends Exact>(a: T, b: NoInfer<T>): T => ((a as bigint) + b) as T
export const minus = <T extends Exact>(a: T, b: NoInfer<T>): T => ((a as bigint) - b) as T
export const negate = <T extends Exact>(a: T): T => -(a as bigint) as T
export const lesser = <T extends Exact>(a: T, b: NoInfer<T>): T => (a < b ? a : b)
export const greater = <T extends Exact>(a: T, b: NoInfer<T>): T => (a > b ? a : b)
export const magnitude = <T extends Exact>(a: T): T => (a < 0n ? -(a as bigint) : a) as T

/**
 * Cash value of a holding, quantity × price × multiplier, rounded half-even to a nano.
 *
 * @param of - the instrument: units per contract (1 for stocks, 100 for US equity options,
 *   50 for an E-mini S&P 500 future) and the currency it is quoted in
 * @returns an amount with the sign of the holding: a short is worth less than nothing
 *
 * @example
 * notional(quantity('-150'), price('20.005'), { multiplier: 1n, currency: 'USD' }) // => money('-3000.75', 'USD')
 */
export function notional<C extends Currency>(
  held: Quantity,
  at: Price,
  of: { readonly multiplier: bigint; readonly currency: C },
): Money<C> {
  return divideHalfEven(held * at * of.multiplier, NANOS) as Money<C>
}

/**
 * The part `numerator`/`denominator` of a value, rounded half-even to a nano.
 *
 * @param denominator - > 0
 *
 * @example
 * fractionOf(quantity('10'), 1n, 4n) // => quantity('2.5')
 */
export function fractionOf<T extends Exact>(value: T, numerator: bigint, denominator: bigint): T {
  return divideHalfEven((value as bigint) * numerator, denominator) as T
}

/**
 * Which neighbour a value between two allowed ones goes to. A policy is named where a number is
 * rounded, never implied: a limit price to buy rounds `down`, a quantity rounds `toward-zero`.
 */
export type Rounding = 'half-even' | 'down' | 'up' | 'toward-zero' | 'away-from-zero'

/**
 * The multiple of `increment` that `policy` picks for `value`.
 *
 * @param increment - > 0: a price increment, a lot
 *
 * @example
 * roundTo(price('10.007'), price('0.01'), 'down') // => price('10')
 */
export function roundTo<T extends Exact>(value: T, increment: bigint, policy: Rounding): T {
  invariant(increment > 0n, 'an increment is positive')
  const raw: bigint = value
  const floor = (raw / increment - (raw % increment < 0n ? 1n : 0n)) * increment
  if (floor === raw) return value
  const ceiling = floor + increment
  const rounded: Readonly<Record<Rounding, () => bigint>> = {
    'half-even': () => divideHalfEven(raw, increment) * increment,
    down: () => floor,
    up: () => ceiling,
    'toward-zero': () => (raw < 0n ? ceiling : floor),
    'away-from-zero': () => (raw < 0n ? floor : ceiling),
  }
  return rounded[policy]() as T
}

/**
 * Banker's rounding, so that many small roundings drift neither for us nor against us.
 *
 * @param divisor - > 0
 */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  invariant(divisor > 0n, 'the divisor is positive')
  const floor = dividend / divisor - (dividend % divisor < 0n ? 1n : 0n)
  const twiceRemainder = 2n * (dividend - floor * divisor)
  if (twiceRemainder < divisor) return floor
  if (twiceRemainder > divisor) return floor + 1n
  return floor % 2n === 0n ? floor : floor + 1n
}

function nanosOf(text: string): bigint {
  const nanos = parse(text)
  invariant(nanos !== undefined, `"${text}" is a decimal with at most nine places`)
  return nanos
}
