/**
 * How a forecast is spread over the days of its horizon, and what of it is left at an age.
 *
 * The expected return falls due at a rate that halves every half-life:
 *
 *     due(t) = (1 − 2^(−t / halfLife)) / (1 − 2^(−horizon / halfLife)) for 0 ≤ t ≤ horizon, 1 beyond
 *     due(t) = t / horizon where the half-life is infinite
 *
 * is the share of it due in the first t days, so that the whole horizon brings the whole return. That what is known is
 * worth half after a half-life is R. Grinold & R. Kahn, "Active Portfolio Management" (2nd ed., 2000), chapter 13; the exponential form is
 * that of N. Gârleanu & L. Pedersen, "Dynamic Trading with Predictable Returns and Transaction Costs", Journal of
 * Finance 68 (2013).
 */
import type { Forecast } from '#alpha/forecast.ts'

type Decaying = Pick<Forecast, 'horizonDays' | 'halfLifeDays'>

/**
 * due(t), the share of the whole return that is due in the first days.
 *
 * @param t - trading days since the forecast was made, ≥ 0, fractions allowed
 * @returns 0 to 1
 *
 * @example
 * shareDue({ horizonDays: 2, halfLifeDays: 1 }, 1) // => 2 / 3
 */
export function shareDue({ horizonDays, halfLifeDays }: Decaying, t: number): number {
  if (t >= horizonDays) return 1
  const rate = Math.LN2 / halfLifeDays
  // So slow a decay is none that float64 could tell from even spreading.
  if (rate * horizonDays < Number.EPSILON) return t / horizonDays
  return Math.expm1(-rate * t) / Math.expm1(-rate * horizonDays)
}

/**
 * How fresh what a forecast says of a day is: 2^(−t / halfLife) within its horizon, 0 beyond.
 *
 * @param t - trading days since the forecast was made, ≥ 0
 */
export function freshness({ horizonDays, halfLifeDays }: Decaying, t: number): number {
  return t < horizonDays ? Math.exp((-Math.LN2 / halfLifeDays) * t) : 0
}

/**
 * What a forecast of an age expects of each of the coming trading days, the first first.
 *
 * @param ageDays - trading days since it was made, ≥ 0
 * @returns fractions, [days]; 0 beyond its horizon
 */
export function dailyReturns(forecast: Forecast, ageDays: number, days: number): Float64Array {
  const daily = new Float64Array(days)
  let due = shareDue(forecast, ageDays)
  for (let day = 0; day < days; day++) {
    const dueAfter = shareDue(forecast, ageDays + day + 1)
    daily[day] = forecast.expectedReturn * (dueAfter - due)
    due = dueAfter
  }
  return daily
}
