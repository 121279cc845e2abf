/**
 * European options in the form that holds for every class of underlying:
 *
 *   c = S e^((b−r)T) N(d₁) − K e^(−rT) N(d₂),  d₁ = (ln(S/K) + (b + σ²/2) T) / (σ √T),  d₂ = d₁ − σ √T
 *
 * with b the cost of carry: r for a stock without dividends (Black & Scholes 1973), r − q for an index that pays
 * at the rate q (Merton 1973), r − r_f for a currency (Garman & Kohlhagen 1983), 0 for a future (Black 1976).
 *
 * Sources: F. Black & M. Scholes, "The Pricing of Options and Corporate Liabilities", Journal of Political Economy 81
 * (1973), equation 13; E. Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed., section 1.1.6.
 */
import { normalCdf, normalPdf } from '#numerics/normal.ts'
import { solveVolatility } from '#pricing/implied-volatility.ts'

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
  /** Cost of carry b, continuously compounded, a fraction a year; the rate where absent. */
  readonly carry?: number
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
  const { sign, held, discounted, spread, d1 } = terms(option, volatility)
  if (spread === 0) return Math.max(0, sign * (held - discounted))
  return sign * (held * normalCdf(sign * d1) - discounted * normalCdf(sign * (d1 - spread)))
}

/**
 * Change of the option's value per unit change of the underlying: e^((b−r)T) N(d₁) of a call, that less
 * e^((b−r)T) of a put.
 *
 * @returns call 0 to 1, put −1 to 0, where b ≤ r
 */
export function blackScholesDelta(option: EuropeanOption, volatility: number): number {
  const { sign, held, discounted, spread, d1 } = terms(option, volatility)
  const weight = held / option.spot
  if (spread === 0) return sign * (held - discounted) > 0 ? sign * weight : 0
  return sign * weight * normalCdf(sign * d1)
}

/** What a price does when one input moves; each is a plain derivative, times in years, σ as a fraction. */
export interface Greeks {
  readonly price: number
  readonly delta: number
  readonly gamma: number
  /** ∂V/∂σ: for a change of volatility of 1. */
  readonly vega: number
  /** −∂V/∂T: a year nearer to expiry. */
  readonly theta: number
}

/**
 * Price and greeks in closed form.
 *
 * Γ = e^((b−r)T) φ(d₁) / (S σ √T),  ν = S e^((b−r)T) φ(d₁) √T,
 * Θ = −S e^((b−r)T) φ(d₁) σ / (2√T) ∓ (b−r) S e^((b−r)T) N(±d₁) ∓ r K e^(−rT) N(±d₂)
 *
 * @param volatility - annualised, a fraction > 0; at zero, or at expiry, gamma, vega and theta are 0
 */
export function blackScholesGreeks(option: EuropeanOption, volatility: number): Greeks {
  const { sign, held, discounted, spread, d1 } = terms(option, volatility)
  const { spot, years, rate, carry = rate } = option
  const price = blackScholesPrice(option, volatility)
  const delta = blackScholesDelta(option, volatility)
  if (spread === 0) return { price, delta, gamma: 0, vega: 0, theta: 0 }
  const density = (held / spot) * normalPdf(d1)
  const decay = (spot * density * volatility) / (2 * Math.sqrt(years))
  const carried = sign * (carry - rate) * held * normalCdf(sign * d1)
  const owed = sign * rate * discounted * normalCdf(sign * (d1 - spread))
  return {
    price,
    delta,
    gamma: density / (spot * spread),
    vega: spot * density * Math.sqrt(years),
    theta: -decay - carried - owed,
  }
}

interface Terms {
  readonly sign: 1 | -1
  /** S e^((b−r)T), what holding the underlying until expiry costs today. */
  readonly held: number
  /** K e^(−rT) */
  readonly discounted: number
  /** σ √T */
  readonly spread: number
  readonly d1: number
}

function terms(option: EuropeanOption, volatility: number): Terms {
  const { right, spot, strike, years, rate, carry = rate } = option
  const held = carry === rate ? spot : spot * Math.exp((carry - rate) * years)
  const discounted = strike * Math.exp(-rate * years)
  const spread = volatility * Math.sqrt(years)
  const d1 = Math.log(held / discounted) / spread + spread / 2
  return { sign: right === 'C' ? 1 : -1, held, discounted, spread, d1 }
}

/**
 * The volatility at which the European model gives a price; see `implied-volatility.ts`.
 *
 * @returns undefined where the price is below the option's least value or above any volatility
 */
export function impliedVolatility(option: EuropeanOption, price: number): number | undefined {
  return solveVolatility(price, option.spot, (volatility) => blackScholesPrice(option, volatility))
}
