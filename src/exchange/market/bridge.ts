/**
 * How high a Brownian path gets on its way between two known ends.
 *
 * Source: I. Karatzas & S. Shreve, "Brownian Motion and Stochastic Calculus", section 4.3.
 */

/**
 * Maximum of a bridge from 0 to `end`: P(max ≤ m) = 1 − exp(−2 m (m − end) / σ²), inverted at u.
 *
 * @param deviation - σ of the whole stretch, ≥ 0
 * @param u - uniform in [0, 1)
 */
export function bridgeMaximum(end: number, deviation: number, u: number): number {
  const spread = -2 * deviation * deviation * Math.log(1 - u)
  return (end + Math.sqrt(end * end + spread)) / 2
}
