/**
 * How easily a name trades that is known by its daily bars: the spread and the size at the touch.
 *
 * The spread falls with traded value and rises with volatility, half as wide again in the first
 * minutes; the touch holds a fixed share of the day's volume. Coefficients are rounded from the
 * literature named at the table, so that a 5 bn USD a day name quotes about 1 bp and a 5 m one about 13.
 */
import { MINUTE_MS, type EpochMs } from '#model/time.ts'
import type { TradingSession } from '#marketdata/calendar.ts'
import type { Activity } from '#exchange/market/daily-series.ts'
import type { Liquidity } from '#exchange/market-model.ts'

/** Where a market maker's quotes come from. */
export const LIQUIDITY = {
  /** Spread of a name that trades `referenceValue` a day at `referenceVolatility`: 5 bp. */
  referenceSpread: 0.0005,
  referenceValue: 50_000_000,
  referenceVolatility: 0.015,
  /**
   * Elasticity of spread to traded value, and to volatility. H. Stoll, "Friction", Journal of Finance 55
   * (2000), table I: falls with log value, rises with the variance of return.
   */
  valueElasticity: -0.43,
  volatilityElasticity: 0.7,
  /**
   * Opening premium and the minutes in which it fades by e: T. McInish & R. Wood, "An Analysis of
   * Intraday Patterns in Bid/Ask Spreads for NYSE Stocks", Journal of Finance 47 (1992).
   */
  openingPremium: 0.5,
  openingMinutes: 15,
  /** Outside regular hours: M. Barclay & T. Hendershott, Journal of Finance 59 (2004): three to four times. */
  outsideHours: 4,
  /** Touch as a share of a day's volume: 10 m shares a day show 1,000. */
  touchShare: 0.0001,
} as const

/** The spread of an average minute, a fraction. */
export function usualSpread({ dailyValue, dailyVolatility }: Activity): number {
  const relativeValue = Math.log(dailyValue / LIQUIDITY.referenceValue)
  const relativeVolatility = Math.log(dailyVolatility / LIQUIDITY.referenceVolatility)
  return (
    LIQUIDITY.referenceSpread *
    Math.exp(
      LIQUIDITY.valueElasticity * relativeValue +
        LIQUIDITY.volatilityElasticity * relativeVolatility,
    )
  )
}

/** @param usual - `usualSpread` of the activity */
export function liquidityAt(
  { dailyVolume, dailyVolatility }: Activity,
  usual: number,
  session: TradingSession,
  at: EpochMs,
): Liquidity {
  return {
    spread: Math.min(WIDEST_SPREAD, usual * widening(session, at)),
    touchSize: Math.max(1, dailyVolume * LIQUIDITY.touchShare),
    dailyVolume,
    dailyVolatility,
  }
}

/** A market maker that quotes wider than this quotes nothing. */
const WIDEST_SPREAD = 0.05

function widening({ opensAt }: TradingSession, at: EpochMs): number {
  if (at < opensAt) return LIQUIDITY.outsideHours
  const minutes = (at - opensAt) / MINUTE_MS
  return 1 + LIQUIDITY.openingPremium * Math.exp(-minutes / LIQUIDITY.openingMinutes)
}
