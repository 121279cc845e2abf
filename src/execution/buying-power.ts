/**
 * Phase B is scaled to what the broker grants when phase A is done, not to what the plan hoped for.
 *
 * Two yardsticks, the tighter one counts: the value of the additions against BuyingPower (stocks),
 * and the initial margin they take against AvailableFunds (every class).
 */
import { toNumber } from '#model/border.ts'
import type { MarginFigures } from '#model/account.ts'

export interface Addition {
  /** Value at the current mid, base currency ≥ 0; of stocks, 0 of other classes. */
  readonly stockValue: number
  /** Initial margin it takes, and of a bought option its premium; base currency ≥ 0. */
  readonly initialMargin: number
}

const WHOLE_PPM = 1_000_000

/**
 * The common fraction of all additions that fits.
 *
 * @param margin - from a snapshot begun after phase A had ended
 * @param buffer - fraction of each figure that is left unused, 0 to 1
 * @returns parts per million, rounded down; 1,000,000 when all fits
 *
 * @example
 * const additions = [{ stockValue: 200_000, initialMargin: 100_000 }]
 * const margin = { buyingPower: money('100000', 'USD'), availableFunds: money('50000', 'USD') }
 * scaleToBuyingPower(additions, margin, 0) // => 500_000
 */
export function scaleToBuyingPower(
  additions: readonly Addition[],
  margin: Pick<MarginFigures, 'buyingPower' | 'availableFunds'>,
  buffer: number,
): number {
  const usable = 1 - buffer
  const value = additions.reduce((sum, { stockValue }) => sum + stockValue, 0)
  const taken = additions.reduce((sum, { initialMargin }) => sum + initialMargin, 0)
  const byValue = fractionThatFits(value, toNumber(margin.buyingPower) * usable)
  const byMargin = fractionThatFits(taken, toNumber(margin.availableFunds) * usable)
  return Math.floor(Math.min(byValue, byMargin) * WHOLE_PPM)
}

function fractionThatFits(needed: number, granted: number): number {
  if (Number.isNaN(needed) || Number.isNaN(granted)) return 0 // what cannot be measured is not granted
  if (needed <= 0) return 1
  return Math.min(1, Math.max(0, granted / needed))
}
