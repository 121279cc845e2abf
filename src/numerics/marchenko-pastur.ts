/**
 * Which eigenvalues of a sample correlation matrix are more than luck, and how large they really are.
 *
 * The eigenvalues of n uncorrelated series over T days spread from (1 − √q)² to (1 + √q)², q = n / T: V. Marchenko &
 * L. Pastur, "Distribution of Eigenvalues for Some Sets of Random Matrices", Mathematics of the USSR-Sbornik 1 (1967).
 * What lies above the edge is kept, the rest is noise: L. Laloux, P. Cizeau, J.-P. Bouchaud & M. Potters, "Noise Dressing of
 * Financial Correlation Matrices", Physical Review Letters 83 (1999), where each eigenvalue found leaves less variance to
 * noise, and the edge lower.
 * What is kept is too large in the sample, and points partly into noise: J. Baik & J. Silverstein, "Eigenvalues of Large
 * Sample Covariance Matrices of Spiked Population Models", Journal of Multivariate Analysis 97 (2006). D. Donoho, M. Gavish &
 * I. Johnstone, "Optimal Shrinkage of Eigenvalues in the Spiked Covariance Model", Annals of Statistics 46 (2018), give
 * what to put in its place.
 */

export interface CleanedSpectrum {
  /** Variance that each kept eigenvector explains beyond noise, largest first, > 0. */
  readonly signal: Float64Array
  /** Mean eigenvalue of the noise. */
  readonly noise: number
}

/** (1 + √q)² s²: above it no eigenvalue of noise lies, n and T large; s² is the noise's variance. */
export function marchenkoPasturEdge(q: number, variance: number): number {
  const root = 1 + Math.sqrt(q)
  return root * root * variance
}

/**
 * @param leading - the largest sample eigenvalues, largest first; no more than these are kept
 * @param trace - the sum of all eigenvalues
 * @param n - how many series
 * @param q - series a day of history, n / T
 */
export function cleanedSpectrum(
  leading: Float64Array,
  trace: number,
  n: number,
  q: number,
): CleanedSpectrum {
  let [kept, left] = [0, trace]
  while (kept < leading.length && kept + 1 < n) {
    if (!(leading[kept]! > marchenkoPasturEdge(q, left / (n - kept)))) break
    left -= leading[kept]!
    kept += 1
  }
  const noise = kept < n ? Math.max(0, left / (n - kept)) : 0
  const signal = leading.slice(0, kept).map((value) => value > 0 ? signalOf(value, noise, q) : 0) // prettier-ignore
  return { signal, noise }
}

/**
 * What an eigenvalue above the edge adds to noise: (ℓ − 1)(1 − q/(ℓ−1)²) / (1 + q/(ℓ−1)) in units of noise, where ℓ is the
 * true eigenvalue behind it; under the Frobenius norm no other value is closer to the truth.
 */
function signalOf(value: number, noise: number, q: number): number {
  if (noise === 0) return value
  const spike = trueSpike(value / noise, q)
  const above = spike - 1
  const cosine = (1 - q / (above * above)) / (1 + q / above)
  return noise * above * Math.max(0, cosine)
}

/**
 * The population eigenvalue ℓ whose sample eigenvalue is y = ℓ (1 + q / (ℓ − 1)): the larger root.
 *
 * @param y - above the edge, in units of the noise's variance
 *
 * @example
 * trueSpike(4.5, 1) // => 3
 */
export function trueSpike(y: number, q: number): number {
  const b = y + 1 - q
  return (b + Math.sqrt(Math.max(0, b * b - 4 * y))) / 2
}
