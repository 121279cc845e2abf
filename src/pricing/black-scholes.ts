/**
 * European options by F. Black & M. Scholes, "The Pricing of Options and Corporate Liabilities",
 * Journal of Political Economy 81 (1973), equation 13, without dividends.
 *
 * Listed US equity options are American: the early-exercise premium is left out, which moves the
 * delta of a deep put by a few hundredths. Good enough to say how much of the underlying an
 * option stands for; not a price to trade at.
 */
import { normalCdf } from '#numerics/normal.ts'

export interface EuropeanOption {
  readonly right: 'C' | 'P'
  /** Price of the underlying, > 0. */
  readonly spot: number
  /** > 0, in the unit of the spot. */
  readonly strike: number
  /** Time to expiry in years of 365 days, ≥ 0. */
  readonly years: number
  /** Continuously compounded, a fraction a year. */
  readonly rate: number
}

/**
 * The option's value per unit of the underlying.
 *
 * @param volatility - annualised, a fraction ≥ 0
 *
 * @example
 * // Hull, "Options, Futures, and Other Derivatives", example 15.6
 * blackScholesPrice({ right: 'C', spot: 42, strike: 40, years: 0.5, rate: 0.1 }, 0.2) // => 4.76 ± 0.005
 */
export function blackScholesPrice(option: EuropeanOption, volatility: number): number {
  const { right, spot, strike, years, rate } = option
  const sign = right === 'C' ? 1 : -1
  const discounted = strike * Math.exp(-rate * years)
  const spread = volatility * Math.sqrt(years)
  if (spread === 0) return Math.max(0, sign * (spot - discounted))
  const d1 = Math.log(spot / discounted) / spread + spread / 2
  return sign * (spot * normalCdf(sign * d1) - discounted * normalCdf(sign * (d1 - spread)))
}

/**
 * Change of the option's value per unit change of the underlying: N(d₁) of a call, N(d₁) − 1 of a
 * put.
 *
 * @returns call 0 to 1, put −1 to 0
 */
export function blackScholesDelta(option: EuropeanOption, volatility: number): number {
  const { right, spot, strike, years, rate } = option
  const sign = right === 'C' ? 1 : -1
  const discounted = strike * Math.exp(-rate * years)
  const spread = volatility * Math.sqrt(years)
  if (spread === 0) return sign * (spot - discounted) > 0 ? sign : 0
  return sign * normalCdf(sign * (Math.log(spot / discounted) / spread + spread / 2))
}

/** No listed option was ever quoted at 1,000 % a year for long; above it the price is wrong. */
const HIGHEST_VOLATILITY = 10

/** What float64 may take off a price deep in the money, fraction of the spot. */
const ROUNDING = 1e-12

/**
 * The volatility at which the model gives a price, by bisection to 1e-10: the value grows with
 * volatility, so there is one answer or none.
 *
 * @returns undefined where the price is below the option's intrinsic value or above any volatility
 */
export function impliedVolatility(option: EuropeanOption, price: number): number | undefined {
  if (!(price >= blackScholesPrice(option, 0) - ROUNDING * option.spot)) return undefined
  if (price > blackScholesPrice(option, HIGHEST_VOLATILITY)) return undefined
  let [low, high] = [0, HIGHEST_VOLATILITY]
  while (high - low > 1e-10) {
    const middle = (low + high) / 2
    if (blackScholesPrice(option, middle) < price) low = middle
    else high = middle
  }
  return (low + high) / 2
}
