/**
 * Market impact by the square-root law: trading q of a name whose day trades V costs, on average
 * over the trade and beyond the half spread,
 *
 *   impact = Y σ √(q / V)    as a fraction of price
 *
 * σ is the name's daily volatility. The law and "Y of order unity" are from B. Tóth et al.,
 * "Anomalous price impact and the critical nature of liquidity in financial markets", Physical
 * Review X 1, 021006 (2011), and J.-P. Bouchaud et al., "Trades, Quotes and Prices" (2018), ch. 12.
 *
 * Y = 1 is at the dear end on purpose, for we trade at once: the fit of R. Almgren et al., "Direct
 * Estimation of Equity Market Impact" (2005), ½γ(X/V)(Θ/V)^¼ + η(X/VT)^⅗ with γ = 0.314 and
 * η = 0.142, gives for 1 % of a day's volume and Θ/V = 250 a Y of 0.15 over a day, 0.34 over an
 * hour and 1.3 over five minutes.
 */
import type { AssetClass } from '#model/instrument.ts'

interface ImpactCoefficients {
  /** Y, dimensionless. */
  readonly Y: number
  /** The day's volume assumed where none is known, base currency; 0: that of the order itself. */
  readonly assumedDailyValue: number
  readonly source: string
}

// prettier-ignore
export const IMPACT: Readonly<Record<AssetClass, ImpactCoefficients>> = {
  STK:  { Y: 1, assumedDailyValue: 0,    source: 'Tóth et al. 2011; Almgren et al. 2005' },
  OPT:  { Y: 1, assumedDailyValue: 0,    source: 'as the stock, of the option’s own volume and volatility' },
  FUT:  { Y: 1, assumedDailyValue: 0,    source: 'Tóth et al. 2011, whose data are mostly futures' },
  CASH: { Y: 1, assumedDailyValue: 1e10, source: 'BIS Triennial Survey 2022: spot turns over 2.1e12 a day; a minor pair’s share' },
}

export interface TradedName {
  readonly assetClass: AssetClass
  /** σ, standard deviation of daily returns, ≥ 0. */
  readonly dailyVolatility: number
  /** V, base currency a day; undefined where there is no volume history. */
  readonly dailyValue: number | undefined
}

/**
 * Average impact of a trade, bps of its notional, ≥ 0.
 *
 * @param notional - of the trade, base currency ≥ 0
 *
 * @example
 * // 1 % of a day's volume of a name that moves 2 % a day
 * impactBps({ assetClass: 'STK', dailyVolatility: 0.02, dailyValue: 1e8 }, 1e6) // => 20
 */
export function impactBps(
  { assetClass, dailyVolatility, dailyValue }: TradedName,
  notional: number,
): number {
  const { Y, assumedDailyValue } = IMPACT[assetClass]
  const known = dailyValue !== undefined && dailyValue > 0 ? dailyValue : assumedDailyValue
  const participation = known > 0 ? notional / known : 1
  return Y * dailyVolatility * Math.sqrt(participation) * 10_000
}
