/**
 * Optimal execution after R. Almgren & N. Chriss, "Optimal Execution of Portfolio Transactions", Journal of Risk 3
 * (2001): how much of an order is still to be traded at each time, and what that costs.
 *
 * The paper weighs expected cost against its variance, E + λ V. With linear temporary impact η, permanent impact γ and
 * volatility σ, the units still to be traded at time t of T are (its equation 17)
 *
 *   x(t) = X sinh(κ (T − t)) / sinh(κ T),   κ² = λ σ² / η
 *
 * in continuous time; in N steps of τ = T / N, 2 (cosh(κ τ) − 1) / τ² = λ σ² / η̃ with η̃ = η − γ τ / 2. Times are in
 * days, prices in quote currency. A multiplier m makes money of prices: λ m stands for λ throughout.
 */
import { invariant } from '#model/invariant.ts'
import type { LinearImpact } from '#execution/algorithms/parent-order.ts'

export interface ExecutionProblem {
  /** X, units, > 0. */
  readonly units: number
  /** T, days, > 0. */
  readonly days: number
  /** σ, quote currency per unit and √day, ≥ 0. */
  readonly volatility: number
  /** λ, times the multiplier, ≥ 0. */
  readonly riskAversion: number
  readonly impact: LinearImpact
}

/**
 * κ of continuous time, per day: 1 / κ is the time in which an unhurried order falls by e.
 *
 * @example
 * // λ σ² / η = 1e-6 · 0.95² / 2.5e-6
 * urgencyRate({ volatility: 0.95, riskAversion: 1e-6, impact: { temporary: 2.5e-6, permanent: 0 } }).toFixed(3) // => '0.601'
 */
export function urgencyRate(
  problem: Pick<ExecutionProblem, 'volatility' | 'riskAversion' | 'impact'>,
): number {
  const { volatility, riskAversion, impact } = problem
  return Math.sqrt((riskAversion * volatility * volatility) / impact.temporary)
}

/** κ of steps of `step` days. @throws InvariantError when the steps are so long that η̃ ≤ 0 */
export function steppedUrgencyRate(problem: ExecutionProblem, step: number): number {
  const { volatility, riskAversion } = problem
  const squared = (riskAversion * volatility * volatility) / effectiveTemporary(problem, step)
  const cosine = 1 + (squared * step * step) / 2
  return Math.log(cosine + Math.sqrt(cosine * cosine - 1)) / step
}

function effectiveTemporary({ impact }: ExecutionProblem, step: number): number {
  const effective = impact.temporary - (impact.permanent * step) / 2
  invariant(effective > 0, 'steps are short enough for temporary impact to outweigh permanent')
  return effective
}

/**
 * The units still to be traded at t₀ = 0, t₁, … of N steps (the paper's equations 17 to 19).
 *
 * @param steps - N ≥ 1
 * @returns N + 1 values, from X to 0
 */
export function holdingsOf(problem: ExecutionProblem, steps: number): Float64Array {
  const { units, days } = problem
  const rate = steppedUrgencyRate(problem, days / steps)
  return Float64Array.from(
    { length: steps + 1 },
    (_, j) => units * sinhRatio(rate, days * (1 - j / steps), days),
  )
}

/** What a path of holdings is expected to cost, quote currency times units. */
export interface ExecutionCost {
  /** Half the spread, on every unit: ε Σ|n|. */
  readonly spread: number
  /** (η − γ τ / 2) Σ n² / τ. */
  readonly temporary: number
  /** γ X² / 2. */
  readonly permanent: number
  /** V = σ² Σ τ x². */
  readonly variance: number
}

/**
 * The cost of any path of holdings (the paper's equations 4, 5 and 8).
 *
 * @param holdings - units still to be traded at evenly spaced times, at least two
 * @param halfSpread - ε, quote currency
 */
export function costOfHoldings(
  holdings: ArrayLike<number>,
  problem: ExecutionProblem,
  halfSpread: number,
): ExecutionCost {
  const steps = holdings.length - 1
  const step = problem.days / steps
  let [traded, squares, held] = [0, 0, 0]
  for (let j = 1; j <= steps; j++) {
    const units = (holdings[j - 1] ?? 0) - (holdings[j] ?? 0)
    traded += Math.abs(units)
    squares += units * units
    held += (holdings[j] ?? 0) * (holdings[j] ?? 0)
  }
  const { impact, volatility, units } = problem
  return {
    spread: halfSpread * traded,
    temporary: (effectiveTemporary(problem, step) * squares) / step,
    permanent: (impact.permanent * units * units) / 2,
    variance: volatility * volatility * step * held,
  }
}

/**
 * sinh(κ a) / sinh(κ b) without overflow, for a and b of one sign and |a| ≤ |b|; a / b where κ is 0.
 *
 * @param b - not 0
 *
 * @example
 * sinhRatio(0, 1, 4) // => 0.25
 */
export function sinhRatio(rate: number, a: number, b: number): number {
  if (rate * Math.abs(b) < 1e-6) return a / b
  const [short, long] = [rate * Math.abs(a), rate * Math.abs(b)]
  return (Math.exp(short - long) * -expm1(-2 * short)) / -expm1(-2 * long)
}

/** eˣ − 1, right also near 0: Math.expm1, whose bits are those of the fdlibm everywhere Node runs. */
const expm1 = (x: number): number => Math.expm1(x)
