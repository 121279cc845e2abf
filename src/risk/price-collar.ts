/**
 * How far a limit price may lie from the mid. A share of the price suits stocks, futures and pairs; an option at five cents
 * moves by a fifth with every increment, and even a liquid one is quoted several per cent wide. So an option may also be
 * off by what its exchanges do not yet call an obvious error, and anything by one increment.
 *
 * Source: Cboe Rules, 6.5(c)(1), obvious errors: the table of minimum amounts by theoretical price.
 */
import { incrementAt, priceFrom, toNumber } from '#model/border.ts'
import type { Instrument } from '#model/instrument.ts'

interface ErrorWidth {
  /** Theoretical price from which it holds. */
  readonly from: number
  /** Off by less is no obvious error. */
  readonly amount: number
}

// prettier-ignore
export const OBVIOUS_ERROR: readonly ErrorWidth[] = [
  { from: 0,   amount: 0.25 },
  { from: 2,   amount: 0.4 },
  { from: 5,   amount: 0.5 },
  { from: 10,  amount: 0.8 },
  { from: 20,  amount: 1 },
  { from: 50,  amount: 1.5 },
  { from: 100, amount: 2 },
]

/**
 * @param mid - > 0
 * @param collarBps - of the mid, ≥ 0
 * @returns furthest distance allowed, in price, > 0
 */
export function furthestFromMid(
  { assetClass, priceIncrements }: Pick<Instrument, 'assetClass' | 'priceIncrements'>,
  mid: number,
  collarBps: number,
): number {
  const share = (mid * collarBps) / 10_000
  const error = assetClass === 'OPT' ? (OBVIOUS_ERROR.findLast(({ from }) => mid >= from)?.amount ?? 0) : 0 // prettier-ignore
  return Math.max(share, error, toNumber(incrementAt(priceFrom(mid), priceIncrements)))
}
