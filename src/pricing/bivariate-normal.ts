/**
 * The bivariate standard normal distribution.
 *
 *   M(h, k, ρ) = Φ(h) Φ(k) + 1/(2π) ∫₀^(asin ρ) exp(−(h² + k² − 2 h k sin θ) / (2 cos² θ)) dθ
 *
 * by Gauss and Legendre's rule of 12 points: about 1e-10 for |ρ| ≤ 0.8, 1e-5 at 0.95.
 *
 * Source: Z. Drezner & G. Wesolowsky, "On the Computation of the Bivariate Normal Integral", Journal of Statistical
 * Computation and Simulation 35 (1990), in the form of A. Genz, "Numerical Computation of Rectangular Bivariate and
 * Trivariate Normal and t Probabilities", Statistics and Computing 14 (2004), equation 3.
 */
import { normalCdf } from '#numerics/normal.ts'

/** Abscissas and weights of the rule's positive half. Abramowitz & Stegun, table 25.4. */
const RULE: readonly (readonly [number, number])[] = [
  [0.1252334085114689, 0.2491470458134028],
  [0.3678314989981802, 0.2334925365383548],
  [0.5873179542866175, 0.2031674267230659],
  [0.7699026741943047, 0.1600783285433462],
  [0.9041172563704749, 0.1069393259953184],
  [0.981560634246719, 0.0471753363865118],
]

/**
 * The probability that X ≤ h and Y ≤ k.
 *
 * @param rho - correlation, −0.95 to 0.95 for the accuracy above
 *
 * @example
 * bivariateNormalCdf(0, 0, 0.5) // => 1 / 3
 */
export function bivariateNormalCdf(h: number, k: number, rho: number): number {
  if (h < -CERTAIN || k < -CERTAIN) return 0
  if (h > CERTAIN) return normalCdf(k)
  if (k > CERTAIN) return normalCdf(h)
  const { half, sines, weights, scales } = nodesFor(rho)
  const squares = (h * h + k * k) / 2
  const product = h * k
  let sum = 0
  for (let i = 0; i < sines.length; i++)
    sum += (weights[i] ?? 0) * Math.exp((product * (sines[i] ?? 0) - squares) * (scales[i] ?? 0))
  return normalCdf(h) * normalCdf(k) + (half * sum) / (2 * Math.PI)
}

/** Φ(−9) is 1e-19: what lies beyond is certain, or never. */
const CERTAIN = 9

/** What the rule needs of a correlation, whatever h and k are. */
interface Nodes {
  readonly rho: number
  /** Half of asin ρ. */
  readonly half: number
  readonly weights: Float64Array
  /** sin θ at each abscissa. */
  readonly sines: Float64Array
  /** 1 / cos² θ */
  readonly scales: Float64Array
}

/** An option is priced with one correlation and its opposite; each is worked out once. */
const kept: Nodes[] = []
const MOST_KEPT = 4

function nodesFor(rho: number): Nodes {
  const known = kept.find((nodes) => nodes.rho === rho)
  if (known !== undefined) return known
  const half = Math.asin(rho) / 2
  const sides = RULE.flatMap(([abscissa, weight]) => [[-abscissa, weight], [abscissa, weight]] as const) // prettier-ignore
  const sines = Float64Array.from(sides, ([abscissa]) => Math.sin(half * (1 + abscissa)))
  const weights = Float64Array.from(sides, ([, weight]) => weight)
  const nodes = { rho, half, weights, sines, scales: sines.map((sine) => 1 / (1 - sine * sine)) }
  if (kept.length >= MOST_KEPT) kept.shift()
  kept.push(nodes)
  return nodes
}
