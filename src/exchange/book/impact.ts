/**
 * What trading does to the market: a hole in the book that fills again, and a shift that stays.
 *
 * A trade takes what the market maker shows, so the next one pays more; the missing size comes
 * back exponentially (Obizhaeva & Wang: a block-shaped book with resilience ρ). Besides, it moves the
 * efficient price for the rest of the day by Almgren et al.'s permanent impact,
 *
 *   I = γ σ (X / V) (Θ / V)^¼
 *
 * with X units traded, V units a day, σ daily volatility, Θ units outstanding. On the next day the
 * path of the market model speaks again.
 *
 * Sources: A. Obizhaeva & J. Wang, "Optimal Trading Strategy and Supply/Demand Dynamics", Journal of
 * Financial Markets 16 (2013); R. Almgren, C. Thum, E. Hauptmann, H. Li, "Direct Estimation of Equity
 * Market Impact", Risk 18 (2005), section 4: γ = 0.314 ± 0.041; J. Large, "Measuring the Resiliency of an
 * Electronic Limit Order Book", Journal of Financial Markets 10 (2007): the book recovers with a
 * half-life under 20 s.
 */
import type { EpochMs } from '#model/time.ts'
import type { Liquidity } from '#exchange/market-model.ts'

/** What the law is scaled by; 0 for a permanent part that is not wanted. */
export interface ImpactCoefficients {
  /** γ, ≥ 0. */
  readonly permanent: number
  /** Θ / V, > 0. */
  readonly daysToTurnOver: number
  /** Time in which half of what was taken is there again, ms, > 0. */
  readonly halfLifeMs: number
}

export const IMPACT: ImpactCoefficients = {
  /** Almgren et al. (2005). */
  permanent: 0.314,
  /** A US large cap turns over in about 200 days (ibid., section 4.2). */
  daysToTurnOver: 200,
  /** Large (2007). */
  halfLifeMs: 10_000,
}

/** What our own trading did to one instrument's market. */
export interface Footprint {
  /** Units that buys took from the offers and that have not come back, ≥ 0. */
  readonly fromAsks: number
  /** Units that sales took from the bids, ≥ 0. */
  readonly fromBids: number
  /** Log shift of the efficient price. */
  readonly shift: number
  readonly at: EpochMs
}

export const NO_FOOTPRINT: Footprint = { fromAsks: 0, fromBids: 0, shift: 0, at: 0 }

/** The footprint some time later: holes half filled every half-life, the shift unchanged. */
export function recovered(
  footprint: Footprint,
  at: EpochMs,
  { halfLifeMs }: ImpactCoefficients = IMPACT,
): Footprint {
  if (at <= footprint.at) return footprint
  const left = Math.exp((-Math.LN2 * (at - footprint.at)) / halfLifeMs)
  return {
    fromAsks: footprint.fromAsks * left,
    fromBids: footprint.fromBids * left,
    shift: footprint.shift,
    at,
  }
}

/**
 * The footprint after a trade that took liquidity.
 *
 * @param units - signed: bought positive
 */
export function afterTrade(
  footprint: Footprint,
  units: number,
  liquidity: Liquidity,
  at: EpochMs,
  coefficients: ImpactCoefficients = IMPACT,
): Footprint {
  const now = recovered(footprint, at, coefficients)
  return {
    fromAsks: now.fromAsks + Math.max(0, units),
    fromBids: now.fromBids + Math.max(0, -units),
    shift: now.shift + permanentShift(units, liquidity, coefficients),
    at,
  }
}

/** γ σ (X / V) (Θ / V)^¼, signed like the trade. */
export function permanentShift(
  units: number,
  liquidity: Liquidity,
  { permanent, daysToTurnOver }: ImpactCoefficients = IMPACT,
): number {
  const { dailyVolume, dailyVolatility } = liquidity
  const turnover = Math.sqrt(Math.sqrt(daysToTurnOver))
  return permanent * dailyVolatility * (units / dailyVolume) * turnover
}
