/**
 * Implied volatility by strike and expiry, from a few figures of the underlying: a surface SVI.
 *
 *   w(k, T) = ½ θ (1 + ρ φ k + √((φ k + ρ)² + 1 − ρ²)),  φ = η / √(θ (1 + θ)),  σ = √(w / T)
 *   θ(T) = L² T + (S² − L²) (1 − e^(−κT)) / κ
 *
 * with k = ln(K/F), w total variance, θ that of the money: volatility S now reverts to L in the long run at the pace κ,
 * as a mean-reverting variance does on average. Without static arbitrage as long as η (1 + |ρ|) ≤ 2 and θ rises in
 * T, which it does.
 *
 * Sources: J. Gatheral & A. Jacquier, "Arbitrage-free SVI Volatility Surfaces", Quantitative Finance 14 (2014), sections 4
 * and 5 (the power law with γ = ½); S. Heston, "A Closed-Form Solution for Options with Stochastic Volatility", Review of
 * Financial Studies 6 (1993), for the term structure.
 */

export interface SurfaceShape {
  /** Annual volatility at the money now, a fraction > 0. */
  readonly short: number
  /** Where it reverts to. */
  readonly long: number
  /** κ, per year, > 0. */
  readonly reversion: number
  /** ρ, −1 to 1: negative where low strikes are dearer. */
  readonly skew: number
  /** η, > 0: how strongly the surface bends. */
  readonly curvature: number
}

/**
 * @param logMoneyness - k = ln(K/F)
 * @param years - to expiry; under a day counts as a day's fraction of five minutes at least
 * @returns annual, a fraction > 0
 */
export function surfaceVolatility(
  shape: SurfaceShape,
  logMoneyness: number,
  years: number,
): number {
  const time = Math.max(LEAST_YEARS, years)
  const theta = moneyVariance(shape, time)
  const phi = shape.curvature / Math.sqrt(theta * (1 + theta))
  const tilted = phi * logMoneyness + shape.skew
  const bend = Math.sqrt(tilted * tilted + 1 - shape.skew * shape.skew)
  const total = (theta / 2) * (1 + shape.skew * phi * logMoneyness + bend)
  return Math.min(HIGHEST, Math.sqrt(total / time))
}

/** Five minutes: nearer to expiry the surface is taken as it was then. */
const LEAST_YEARS = 5 / (365 * 24 * 60)

/** Far wings of the last day would be quoted at any volatility; above this nobody does. */
const HIGHEST = 5

/** θ(T) */
function moneyVariance({ short, long, reversion }: SurfaceShape, years: number): number {
  const excess = short * short - long * long
  return long * long * years + (excess * (1 - Math.exp(-reversion * years))) / reversion
}
