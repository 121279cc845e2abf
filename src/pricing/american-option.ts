/**
 * American options by P. Bjerksund & G. Stensland, "Closed Form Valuation of American Options" (NHH discussion paper,
 * 2002): exercise at the first touch of a boundary that has one height until t₁ = ½(√5 − 1) T and another after it.
 * A lower bound: a few hundredths of a per cent of the underlying below a fine tree for common terms, half a per cent
 * at worst while σ√T stays below 0.8.
 *
 *   call: α(I₂) S^β − α(I₂) φ(S,t₁|β,I₂,I₂) + φ(S,t₁|1,I₂,I₂) − φ(S,t₁|1,I₁,I₂) − K φ(S,t₁|0,I₂,I₂) + K φ(S,t₁|0,I₁,I₂)
 *         + α(I₁) φ(S,t₁|β,I₁,I₂) − α(I₁) ψ(S,T|β,I₁) + ψ(S,T|1,I₁) − ψ(S,T|1,K) − K ψ(S,T|0,I₁) + K ψ(S,T|0,K)
 *   put:  P(S, K, T, r, b, σ) = C(K, S, T, r − b, −b, σ)
 *
 * Cash dividends are taken off the underlying at their present value (the escrowed model); a call may also be
 * exercised just before one of them goes, by F. Black, "Fact and Fantasy in the Use of Options", Financial Analysts
 * Journal 31 (1975).
 */
import { normalCdf } from '#numerics/normal.ts'
import { bivariateNormalCdf } from '#pricing/bivariate-normal.ts'
import { blackScholesPrice, type EuropeanOption } from '#pricing/black-scholes.ts'

/** An American option; `carry` as of a European one, dividends in cash beside it. */
export interface AmericanOption extends EuropeanOption {
  /** Cash a unit of the underlying pays before expiry, soonest first. */
  readonly dividends?: readonly CashDividend[]
}

export interface CashDividend {
  /** Years from now to the ex-date, ≥ 0. */
  readonly years: number
  /** > 0, in the unit of the spot. */
  readonly amount: number
}

/**
 * The value per unit of the underlying, never below what exercise now would give.
 *
 * @param volatility - annualised, a fraction ≥ 0
 */
export function americanPrice(option: AmericanOption, volatility: number): number {
  const { right, spot, strike } = option
  const exercised = Math.max(0, right === 'C' ? spot - strike : strike - spot)
  const dividends = dividendsBefore(option, option.years)
  if (dividends.length === 0) return Math.max(exercised, withoutDividends(option, volatility))
  const escrowed = { ...option, spot: lessDividends(option, dividends) }
  const kept = withoutDividends(escrowed, volatility)
  if (right === 'P') return Math.max(exercised, kept)
  return Math.max(
    exercised,
    kept,
    ...dividends.map((at) => exercisedBefore(at, option, volatility)),
  )
}

/** Present value of the dividends until expiry. */
export function presentDividends(option: AmericanOption): number {
  return dividendsBefore(option, option.years).reduce(
    (sum, { years, amount }) => sum + amount * Math.exp(-option.rate * years),
    0,
  )
}

const dividendsBefore = ({ dividends = [] }: AmericanOption, years: number) =>
  dividends.filter((at) => at.years < years)

/** A share that pays more than it is worth is worth a cent. */
const LEAST_SPOT = 0.01

function lessDividends(option: AmericanOption, dividends: readonly CashDividend[]): number {
  const present = presentDividends({ ...option, dividends })
  return Math.max(LEAST_SPOT, option.spot - present)
}

/** A call that is exercised in the last moment before an ex-date: European until then. */
function exercisedBefore(at: CashDividend, option: AmericanOption, volatility: number): number {
  const earlier = dividendsBefore(option, at.years)
  const spot = lessDividends({ ...option, years: at.years }, earlier)
  return blackScholesPrice({ ...option, spot, years: at.years }, volatility)
}

function withoutDividends(option: EuropeanOption, volatility: number): number {
  const { right, spot, strike, years, rate, carry = rate } = option
  if (years <= 0 || volatility <= 0) return Math.max(blackScholesPrice(option, volatility), intrinsic(option)) // prettier-ignore
  const european = blackScholesPrice(option, volatility)
  if (right === 'C') return Math.max(european, americanCall(spot, strike, years, rate, carry, volatility)) // prettier-ignore
  return Math.max(european, americanCall(strike, spot, years, rate - carry, -carry, volatility))
}

const intrinsic = ({ right, spot, strike }: EuropeanOption): number =>
  Math.max(0, right === 'C' ? spot - strike : strike - spot)

/** Where the boundary changes its height: the golden section of the option's life. */
const CHANGE = (Math.sqrt(5) - 1) / 2

/** √(t₁ / T) */
const BOUNDARY_CORRELATION = Math.sqrt(CHANGE)

/** Below this σ√T the boundary's powers overflow while the value is the European one's or exercise's. */
const LEAST_SPREAD = 1e-4

function americanCall(
  spot: number,
  strike: number,
  years: number,
  rate: number,
  carry: number,
  volatility: number,
): number {
  const spread = volatility * Math.sqrt(years)
  // Never worth exercising early, or nothing left to wait for.
  if (carry >= rate || spread < LEAST_SPREAD) return Math.max(0, spot - strike)
  const model: Model = { spot, rate, carry, variance: volatility * volatility, volatility }
  const half = 0.5 - carry / model.variance
  const beta = half + Math.sqrt(half * half + (2 * rate) / model.variance)
  const first = CHANGE * years
  const [lower, upper] = boundaries(model, strike, first, years, beta)
  if (spot >= upper) return spot - strike
  // Where powers of the boundary overflow, waiting is worth nothing that float64 could show.
  const value = valueBelow(model, { strike, first, years, beta, lower, upper })
  return Number.isFinite(value) ? value : Math.max(0, spot - strike)
}

interface Model {
  readonly spot: number
  readonly rate: number
  readonly carry: number
  readonly volatility: number
  /** σ² */
  readonly variance: number
}

/** I₁ and I₂: the boundary after and before t₁. */
function boundaries(
  { rate, carry, volatility }: Model,
  strike: number,
  first: number,
  years: number,
  beta: number,
): readonly [number, number] {
  const highest = (beta / (beta - 1)) * strike
  const lowest = Math.max(strike, (rate / (rate - carry)) * strike)
  const at = (time: number): number => {
    const h =
      (-(carry * time + 2 * volatility * Math.sqrt(time)) * strike * strike) /
      ((highest - lowest) * lowest)
    return lowest + (highest - lowest) * (1 - Math.exp(h))
  }
  return [at(years - first), at(years)]
}

interface Boundary {
  readonly strike: number
  /** t₁ */
  readonly first: number
  readonly years: number
  readonly beta: number
  /** I₁ */
  readonly lower: number
  /** I₂ */
  readonly upper: number
}

function valueBelow(model: Model, boundary: Boundary): number {
  const { strike, first, beta, lower, upper } = boundary
  const { spot } = model
  const phi = (gamma: number, at: number) => touched(model, first, gamma, at, upper)
  const psi = (gamma: number, at: number) => touchedTwice(model, boundary, gamma, at)
  // α(I) S^β, with S^β / I^β as one power.
  const before = (upper - strike) * power(spot / upper, beta)
  const [alphaUpper, alphaLower] = [(upper - strike) * power(1 / upper, beta), (lower - strike) * power(1 / lower, beta)] // prettier-ignore
  return (
    before -
    alphaUpper * phi(beta, upper) +
    phi(1, upper) -
    phi(1, lower) -
    strike * phi(0, upper) +
    strike * phi(0, lower) +
    alphaLower * phi(beta, lower) -
    alphaLower * psi(beta, lower) +
    psi(1, lower) -
    psi(1, strike) -
    strike * psi(0, lower) +
    strike * psi(0, strike)
  )
}

const power = (base: number, exponent: number): number => Math.exp(exponent * Math.log(base))

/** φ(S, t | γ, H, I): S^γ at t, where the path stays below I and ends below H. */
function touched(model: Model, time: number, gamma: number, h: number, i: number): number {
  const { spot, carry, variance, volatility } = model
  const spread = volatility * Math.sqrt(time)
  const drift = (carry + (gamma - 0.5) * variance) * time
  const d = -(Math.log(spot / h) + drift) / spread
  const reflected = d - (2 * Math.log(i / spot)) / spread
  const weight = Math.exp(growth(model, gamma) * time) * power(spot, gamma)
  return weight * (normalCdf(d) - power(i / spot, kappaOf(model, gamma)) * normalCdf(reflected))
}

/** ψ(S, T | γ, H, I₂, I₁, t₁): the same over both stretches of the boundary. */
function touchedTwice(model: Model, boundary: Boundary, gamma: number, h: number): number {
  const { spot, carry, variance, volatility } = model
  const { first, years, lower, upper } = boundary
  const rate = carry + (gamma - 0.5) * variance
  const [early, late] = [volatility * Math.sqrt(first), volatility * Math.sqrt(years)]
  const e = (ratio: number, sign: 1 | -1) => (Math.log(ratio) + sign * rate * first) / early
  const f = (ratio: number) => (Math.log(ratio) + rate * years) / late
  const mirror = (upper * upper) / spot
  const rho = BOUNDARY_CORRELATION
  const kappa = kappaOf(model, gamma)
  return (
    Math.exp(growth(model, gamma) * years) *
    power(spot, gamma) *
    (m(e(spot / lower, 1), f(spot / h), rho) -
      power(upper / spot, kappa) * m(e(mirror / lower, 1), f(mirror / h), rho) -
      power(lower / spot, kappa) * m(e(spot / lower, -1), f((lower * lower) / (spot * h)), -rho) +
      power(lower / upper, kappa) *
        m(e(mirror / lower, -1), f((spot * lower * lower) / (h * upper * upper)), -rho))
  )
}

/** M(−x, −y, ρ) */
const m = (x: number, y: number, rho: number): number => bivariateNormalCdf(-x, -y, rho)

/** λ = −r + γ b + ½ γ (γ − 1) σ² */
const growth = ({ rate, carry, variance }: Model, gamma: number): number =>
  -rate + gamma * carry + 0.5 * gamma * (gamma - 1) * variance

/** κ = 2b/σ² + 2γ − 1 */
const kappaOf = ({ carry, variance }: Model, gamma: number): number =>
  (2 * carry) / variance + 2 * gamma - 1
