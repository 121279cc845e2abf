/** How the day, and the record so far, have gone. All adjusted for deposits and withdrawals. */
import { toNumber } from '#model/border.ts'
import type { Currency, Money } from '#model/fixed.ts'

/** What only the record knows. Base currency. */
export interface DayRecord {
  /** At the previous close, plus deposits and less withdrawals since. */
  readonly previousCloseNav: Money<Currency>
  readonly peakNav: Money<Currency>
  readonly startOfDayNav: Money<Currency>
  /** Σ|traded| today, both sides. */
  readonly tradedToday: Money<Currency>
}

/**
 * Loss since the previous close as a fraction of it; a gain is negative.
 *
 * @param nav - now, base currency
 */
export function lossToday(nav: number, { previousCloseNav }: DayRecord): number {
  return fractionBelow(nav, previousCloseNav)
}

/** Loss since the highest net asset value on record as a fraction of it, ≥ 0. */
export function drawdown(nav: number, { peakNav }: DayRecord): number {
  const fall = fractionBelow(nav, peakNav)
  return Number.isNaN(fall) ? fall : Math.max(0, fall)
}

/** Σ|traded today| / net asset value at the start of the day, both sides. */
export function turnoverToday({ tradedToday, startOfDayNav }: DayRecord): number {
  return startOfDayNav > 0n ? toNumber(tradedToday) / toNumber(startOfDayNav) : Number.NaN
}

function fractionBelow(nav: number, reference: Money<Currency>): number {
  return reference > 0n ? 1 - nav / toNumber(reference) : Number.NaN
}
