/**
 * Impact coefficients of one order: the measured power law, made linear at the order's own pace.
 *
 * R. Almgren, C. Thum, E. Hauptmann & H. Li, "Direct Estimation of Equity Market Impact", Risk 18 (2005), found for X
 * units of a name that trades V a day, worked over T days,
 *
 *   permanent  I = γ σ (X / V) (Θ / V)^¼,   γ = 0.314
 *   temporary  J − I / 2 = η σ |X / (V T)|^⅗,   η = 0.142
 *
 * as fractions of price. A trajectory in closed form wants temporary impact in proportion to the pace, so the line is
 * drawn that meets the law at the order's mean pace X / T.
 */
import type { LinearImpact } from '#execution/algorithms/parent-order.ts'

/** Section 4.2 of the paper; the turnover is its US large cap's. */
export const POWER_LAW = { permanent: 0.314, temporary: 0.142, exponent: 0.6, daysToTurnOver: 200 }

export interface OrderPace {
  /** Quote currency per unit. */
  readonly price: number
  /** Fraction. */
  readonly dailyVolatility: number
  /** Units a day. */
  readonly dailyVolume: number
  /** X, > 0. */
  readonly units: number
  /** T, > 0. */
  readonly days: number
}

/** η and γ of `ParentOrder.impact`, in quote currency. */
export function linearImpact(of: OrderPace): LinearImpact {
  const { price, dailyVolatility, dailyVolume, units, days } = of
  const turnover = Math.sqrt(Math.sqrt(POWER_LAW.daysToTurnOver))
  const temporary = temporaryFraction(of) * price * (days / units)
  return {
    temporary: Math.max(temporary, Number.MIN_VALUE),
    permanent: (POWER_LAW.permanent * dailyVolatility * price * turnover) / dailyVolume,
  }
}

/** η σ (X / V T)^⅗, fraction of price. */
export function temporaryFraction({
  dailyVolatility,
  dailyVolume,
  units,
  days,
}: OrderPace): number {
  const pace = units / (dailyVolume * days)
  return POWER_LAW.temporary * dailyVolatility * Math.exp(POWER_LAW.exponent * Math.log(pace))
}
