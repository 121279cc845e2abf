/**
 * The sample covariance shrunk towards constant correlation, λ·C + (1 − λ)·S with Cᵢⱼ = r̄ σᵢ σⱼ: O. Ledoit & M. Wolf, "Honey, I
 * Shrunk the Sample Covariance Matrix", Journal of Portfolio Management 30 (2004); the formulas are those of its appendix B, and λ
 * is what minimises the expected squared distance to the truth.
 *
 * Every sum over pairs of names there is a sum over days of products of two sums over names, so that λ costs O(nT) beside ‖S‖². The
 * target is one factor and a diagonal, which keeps the model in factor form and d > 0.
 */
import { diagonal, rootNames, transposed, type FactorForm } from '#risk/models/factor-form.ts'
import type { RiskData } from '#risk/models/risk-data.ts'
import { sampleRoot } from '#risk/models/sample.ts'

/** The factor `constant-correlation` first, then the columns of the sample's root. */
export function ledoitWolfModel(data: RiskData): FactorForm {
  const [m, T] = [data.names.length, data.dates.length]
  const { root, k, squaredNorm } = sampleRoot(data)
  const biased = (T - 1) / T
  const { intensity, correlation, variances } = constantCorrelation(data, squaredNorm() * biased * biased) // prettier-ignore
  const scale = variances.map((variance) => Math.sqrt(variance / biased))
  const exposures = new Float64Array(m * (k + 1))
  for (let i = 0; i < m; i++) {
    exposures[i * (k + 1)] = scale[i]!
    exposures.set(root.subarray(i * k, (i + 1) * k), i * (k + 1) + 1)
  }
  const factorVariances = new Float64Array(k + 1).fill(1 - intensity)
  factorVariances[0] = intensity * correlation
  return {
    factors: ['constant-correlation', ...rootNames(k)],
    exposures,
    factorCovariance: diagonal(factorVariances),
    specificVariance: scale.map((s) => intensity * (1 - correlation) * s * s),
    notes: [`Ledoit–Wolf shrinkage ${intensity.toFixed(3)} towards a correlation of ${correlation.toFixed(3)}`], // prettier-ignore
  }
}

export interface ConstantCorrelation {
  /** λ, 0 to 1. */
  readonly intensity: number
  /** r̄: the mean sample correlation, and not below 0, where the target would not be a factor. */
  readonly correlation: number
  /** Sample variances with divisor T, [n]. */
  readonly variances: Float64Array
}

/**
 * λ = (π − ρ) / (γ T), clamped: π is how uncertain S is, ρ how its error goes with that of the target, γ how far the two are
 * apart.
 *
 * @param squaredNorm - ‖S‖², with divisor T
 */
export function constantCorrelation(
  { names, dates, returns }: Pick<RiskData, 'names' | 'dates' | 'returns'>,
  squaredNorm: number,
): ConstantCorrelation {
  const [n, T] = [names.length, dates.length]
  const days = transposed(centred(returns, n, T), n, T)
  const variances = variancesOf(days, n, T)
  const scale = variances.map(Math.sqrt)
  const sums = sumsOver(days, scale, n, T)
  const correlation = n < 2 ? 0 : Math.max(0, (sums.standardised - n) / (n * (n - 1)))
  const [total, squares] = [sumOf(variances), sumOf(variances.map((x) => x * x))]
  const diagonalError = sums.fourth - squares
  const uncertainty = sums.lengths - squaredNorm
  const together = diagonalError + correlation * (sums.crossed - sums.scaled - diagonalError)
  const apart =
    correlation * correlation * (total * total - squares) -
    2 * correlation * (sums.scaled - squares) +
    (squaredNorm - squares)
  const ratio = apart > 0 ? (uncertainty - together) / (apart * T) : 1
  return { intensity: Math.max(0, Math.min(1, ratio)), correlation, variances }
}

interface DaySums {
  /** Σᵢⱼ rᵢⱼ. */
  readonly standardised: number
  /** Σᵢⱼ σᵢσⱼ sᵢⱼ. */
  readonly scaled: number
  /** Mean over days of (Σᵢ yᵢ²)². */
  readonly lengths: number
  /** Mean over days of Σᵢ yᵢ⁴. */
  readonly fourth: number
  /** Mean over days of Σᵢⱼ (σⱼ / σᵢ) yᵢ³ yⱼ. */
  readonly crossed: number
}

function sumsOver(days: Float64Array, scale: Float64Array, n: number, T: number): DaySums {
  let [standardised, scaled, lengths, fourth, crossed] = [0, 0, 0, 0, 0]
  for (let t = 0; t < T; t++) {
    let sumZ = 0
    let sumScaled = 0
    let sumSquares = 0
    let sumFourth = 0
    let sumCubes = 0
    for (let i = 0; i < n; i++) {
      const y = days[t * n + i]!
      const s = scale[i]!
      const square = y * y
      const z = s > 0 ? y / s : 0
      sumZ += z
      sumScaled += s * y
      sumSquares += square
      sumFourth += square * square
      sumCubes += z * square
    }
    standardised += (sumZ * sumZ) / T
    scaled += (sumScaled * sumScaled) / T
    lengths += (sumSquares * sumSquares) / T
    fourth += sumFourth / T
    crossed += (sumCubes * sumScaled) / T
  }
  return { standardised, scaled, lengths, fourth, crossed }
}

/** Each row less its mean. */
function centred(rows: Float64Array, n: number, T: number): Float64Array {
  const found = rows.slice()
  for (let i = 0; i < n; i++) {
    const row = found.subarray(i * T, (i + 1) * T)
    const mean = sumOf(row) / T
    for (let t = 0; t < T; t++) row[t]! -= mean
  }
  return found
}

function variancesOf(days: Float64Array, n: number, T: number): Float64Array {
  const variances = new Float64Array(n)
  for (let t = 0; t < T; t++)
    for (let i = 0; i < n; i++) variances[i]! += (days[t * n + i]! * days[t * n + i]!) / T
  return variances
}

const sumOf = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0)
