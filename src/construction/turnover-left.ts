/** What may still be traded today. */
import { toNumber } from '#model/border.ts'
import { levelOf } from '#risk/limits.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'

/**
 * Σ|Δw| left today below the warning, of traded notional.
 *
 * @param nav - base currency
 * @returns ≥ 0; ∞ when the day's start is unknown, which the limits catch
 */
export function turnoverLeft(
  { limits, day }: Pick<PlanInputs, 'limits' | 'day'>,
  nav: number,
): number {
  const allowed = levelOf(limits, 'turnoverToday', 'warn') * toNumber(day.startOfDayNav)
  const left = (allowed - toNumber(day.tradedToday)) / nav
  return Number.isNaN(left) ? Number.POSITIVE_INFINITY : Math.max(0, left)
}
