/**
 * Statistical factors: the market first, then principal components of what it leaves, cleaned of luck.
 *
 * Residuals on the market are scaled to unit variance, so that no loud name makes a factor of its own; their correlation
 * matrix keeps the eigenvectors above the Marchenko–Pastur edge, at most `settings.factors`, with eigenvalues shrunk to what
 * they explain of days to come (numerics/marchenko-pastur.ts). What they do not explain is specific, so that each
 * name's own variance is the sample's. J.-P. Bouchaud & M. Potters, "Financial Applications of Random Matrix Theory: a Short
 * Review", in The Oxford Handbook of Random Matrix Theory (2011); G. Connor & R. Korajczyk, "Risk and Return in an
 * Equilibrium APT", Journal of Financial Economics 21 (1988), for factors from returns alone.
 */
import { leadingEigenpairs, type SymmetricOperator } from '#numerics/lanczos.ts'
import { gramOf } from '#numerics/gram.ts'
import { cleanedSpectrum } from '#numerics/marchenko-pastur.ts'
import type { Eigenpairs } from '#numerics/symmetric-eigen.ts'
import { diagonal, type FactorForm } from '#risk/models/factor-form.ts'
import { marketResiduals } from '#risk/models/market-residuals.ts'
import type { RiskData } from '#risk/models/risk-data.ts'
import type { RiskModelSettings } from '#risk/models/risk-model.ts'

/** Up to so many names the matrix of correlations is cheaper than the products with the days that it saves. */
const GRAM_NAMES = 256
/** Of an eigenvector, far below what the sample knows of it. */
const TOLERANCE = 1e-6

/** Factors `market`, `pc1`, `pc2`, …, uncorrelated. */
export function statisticalModel(data: RiskData, settings: RiskModelSettings): FactorForm {
  const [m, T] = [data.names.length, data.dates.length]
  const { betas, residuals, variances, marketVariance } = marketResiduals(data)
  const z = standardised(residuals, variances, T)
  const live = variances.reduce((count, variance) => count + (variance > 0 ? 1 : 0), 0)
  const asked = Math.min(settings.factors, Math.max(0, live - 1), T - 2)
  const { values, vectors } = leadingComponents(z, m, T, asked)
  const { signal } = cleanedSpectrum(values, live, live, live / T)
  const k = signal.length + 1
  const exposures = new Float64Array(m * k)
  const specificVariance = variances.slice()
  for (let i = 0; i < m; i++) {
    exposures[i * k] = betas[i]!
    const scale = Math.sqrt(variances[i]!)
    for (let j = 1; j < k; j++) {
      const exposure = scale * vectors[(j - 1) * m + i]!
      exposures[i * k + j] = exposure
      specificVariance[i]! -= exposure * exposure * signal[j - 1]!
    }
  }
  return {
    factors: ['market', ...Array.from(signal, (_, j) => `pc${j + 1}`)],
    exposures,
    factorCovariance: diagonal(Float64Array.of(marketVariance, ...signal)),
    specificVariance: specificVariance.map((value) => Math.max(0, value)),
    notes: signal.length < settings.factors ? [`${signal.length} of ${settings.factors} statistical factors are more than luck by the Marchenko–Pastur edge`] : [], // prettier-ignore
  }
}

/** Rows of unit mean square; a row that is nothing stays nothing. */
function standardised(residuals: Float64Array, variances: Float64Array, T: number): Float64Array {
  return residuals.map((value, at) => {
    const variance = variances[Math.floor(at / T)]!
    return variance > 0 ? value / Math.sqrt((variance * (T - 2)) / T) : 0
  })
}

/** The largest eigenpairs of ZZᵀ / T, vectors over names, from whichever side is cheaper. */
function leadingComponents(
  z: Float64Array,
  m: number,
  T: number,
  count: number,
): Pick<Eigenpairs, 'values' | 'vectors'> {
  if (m <= GRAM_NAMES) {
    const gram = gramOf(z, m, T).map((value) => value / T)
    return leadingEigenpairs(matrixOperator(gram, m), count, TOLERANCE)
  }
  const { values, vectors } = leadingEigenpairs(daysOperator(z, m, T), count, TOLERANCE)
  return { values, vectors: overNames(z, values, vectors, m, T) }
}

function matrixOperator(matrix: Float64Array, size: number): SymmetricOperator {
  return {
    size,
    multiply: (x, out) => {
      for (let i = 0; i < size; i++) out[i] = dotAt(matrix, i * size, x)
    },
  }
}

/** ZᵀZ / T, two rows at a time: each is read once, for its product and for what that puts on the days. */
function daysOperator(z: Float64Array, m: number, T: number): SymmetricOperator {
  return {
    size: T,
    multiply: (x, out) => {
      out.fill(0)
      for (let i = 0; i + 1 < m; i += 2) addTwoRows(z, i * T, T, x, out)
      if (m % 2 === 1) addRow(z, (m - 1) * T, T, x, out)
    },
  }
}

function addTwoRows(z: Float64Array, a: number, T: number, x: Float64Array, out: Float64Array) {
  const b = a + T
  let even = 0
  let odd = 0
  let evenNext = 0
  let oddNext = 0
  let t = 0
  for (; t + 1 < T; t += 2) {
    const first = x[t]!
    const second = x[t + 1]!
    even += z[a + t]! * first
    odd += z[a + t + 1]! * second
    evenNext += z[b + t]! * first
    oddNext += z[b + t + 1]! * second
  }
  if (t < T) {
    even += z[a + t]! * x[t]!
    evenNext += z[b + t]! * x[t]!
  }
  const share = (even + odd) / T
  const shareNext = (evenNext + oddNext) / T
  for (t = 0; t < T; t++) out[t]! += share * z[a + t]! + shareNext * z[b + t]!
}

function addRow(z: Float64Array, from: number, T: number, x: Float64Array, out: Float64Array) {
  const share = dotAt(z, from, x) / T
  for (let t = 0; t < T; t++) out[t]! += share * z[from + t]!
}

/** From eigenvectors y over days to those over names, v = Zy / √(λT). */
function overNames(
  z: Float64Array,
  values: Float64Array,
  days: Float64Array,
  m: number,
  T: number,
): Float64Array {
  const vectors = new Float64Array(values.length * m)
  for (const [j, value] of values.entries()) {
    const y = days.subarray(j * T, (j + 1) * T)
    const scale = value > 0 ? 1 / Math.sqrt(value * T) : 0
    for (let i = 0; i < m; i++) vectors[j * m + i] = scale * dotAt(z, i * T, y)
  }
  return vectors
}

/** Four sums side by side: the additions do not wait for each other. */
function dotAt(matrix: Float64Array, from: number, x: Float64Array): number {
  const even = x.length - (x.length % 4)
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  for (let t = 0; t < even; t += 4) {
    s0 += matrix[from + t]! * x[t]!
    s1 += matrix[from + t + 1]! * x[t + 1]!
    s2 += matrix[from + t + 2]! * x[t + 2]!
    s3 += matrix[from + t + 3]! * x[t + 3]!
  }
  for (let t = even; t < x.length; t++) s0 += matrix[from + t]! * x[t]!
  return s0 + s1 + (s2 + s3)
}
