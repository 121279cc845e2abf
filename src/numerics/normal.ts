/** The standard normal distribution. */

/**
 * Φ(x), the probability of at most x.
 *
 * For |x| < 3 the series Φ(x) = ½ + φ(x) Σ x^(2k+1) / (1·3·5…(2k+1)) (Abramowitz & Stegun
 * 26.2.11), beyond it the continued fraction of Mills' ratio (26.2.14), evaluated from the inside
 * out; both to about 1e-15.
 *
 * @example
 * normalCdf(0) // => 0.5
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x
  const upper = Math.abs(x) < 3 ? 0.5 - seriesPart(Math.abs(x)) : tail(Math.abs(x))
  return x < 0 ? upper : 1 - upper
}

/** φ(x), the density. */
export function normalPdf(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

function seriesPart(x: number): number {
  let [term, total] = [x, x]
  for (let k = 3; term > total * 1e-17; k += 2) {
    term *= (x * x) / k
    total += term
  }
  return normalPdf(x) * total
}

function tail(x: number): number {
  if (x > 40) return 0
  let denominator = x
  for (let k = 60; k >= 1; k--) denominator = x + k / denominator
  return normalPdf(x) / denominator
}
