/**
 * What a risk model says of a portfolio: variance, risk, and who adds how much to it, in O(n·k) and without the n × n
 * matrix Cov = F Σ Fᵀ + diag d. All figures are per trading day; weights `w` are in the order of `model.instruments`.
 */
import { invariant } from '#model/invariant.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'

/**
 * Fᵀw: the portfolio's exposure to each factor.
 *
 * @param w - weights, [n]
 * @returns [k], in the order of `model.factors`
 */
export function factorExposures(model: RiskModel, w: Float64Array): Float64Array {
  const [n, k] = sizesOf(model)
  invariant(w.length === n, 'there is one weight a name of the risk model')
  const { exposures } = model
  const y = new Float64Array(k)
  for (let i = 0; i < n; i++) {
    const weight = w[i]!
    if (weight === 0) continue
    for (let j = 0; j < k; j++) y[j]! += weight * exposures[i * k + j]!
  }
  return y
}

/**
 * Cov·w.
 *
 * @param w - weights, [n]
 * @param out - overwritten, [n]; not `w` itself
 * @returns `out`
 */
export function covarianceTimes(
  model: RiskModel,
  w: Float64Array,
  out: Float64Array = new Float64Array(w.length),
): Float64Array {
  const [n, k] = sizesOf(model)
  const { exposures, specificVariance } = model
  const y = factorCovarianceTimes(model, factorExposures(model, w))
  for (let i = 0; i < n; i++) {
    let sum = specificVariance[i]! * w[i]!
    for (let j = 0; j < k; j++) sum += exposures[i * k + j]! * y[j]!
    out[i] = sum
  }
  return out
}

/** wᵀCov w ≥ 0, fraction² a day. */
export function portfolioVariance(model: RiskModel, w: Float64Array): number {
  const y = factorExposures(model, w)
  let total = dot(y, factorCovarianceTimes(model, y))
  for (let i = 0; i < w.length; i++) total += model.specificVariance[i]! * w[i]! * w[i]!
  return Math.max(0, total)
}

/** σ = √(wᵀCov w): standard deviation of the portfolio's return of one day, a fraction. */
export const riskOf = (model: RiskModel, w: Float64Array): number =>
  Math.sqrt(portfolioVariance(model, w))

/**
 * ∂σ/∂w = Cov·w / σ. By Euler's theorem Σ wᵢ ∂σ/∂wᵢ = σ, so `w` times it is what each name adds to risk.
 *
 * @returns [n]; all zero for a portfolio without risk
 */
export function marginalRisk(model: RiskModel, w: Float64Array): Float64Array {
  const risk = riskOf(model, w)
  const slopes = covarianceTimes(model, w)
  return slopes.map((slope) => (risk > 0 ? slope / risk : 0))
}

/** The diagonal of Cov: each name's variance, [n], fraction² a day. */
export function variancesOf(model: RiskModel): Float64Array {
  const k = model.factors.length
  return model.specificVariance.map((specific, i) => {
    const row = model.exposures.subarray(i * k, i * k + k)
    return specific + Math.max(0, dot(row, factorCovarianceTimes(model, row)))
  })
}

/**
 * Correlations of the names, n × n, row-major, ones on the diagonal. For few names only: it is the one place that
 * writes the whole matrix.
 *
 * @returns a name without variance correlates 0 with all others
 */
export function correlationsOf(model: RiskModel): Float64Array {
  const [n, k] = sizesOf(model)
  const scale = variancesOf(model).map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 0))
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const y = factorCovarianceTimes(model, model.exposures.subarray(i * k, i * k + k))
    data[i * n + i] = 1
    for (let j = 0; j < i; j++) {
      const common = dot(y, model.exposures.subarray(j * k, j * k + k))
      const r = Math.max(-1, Math.min(1, common * scale[i]! * scale[j]!))
      data[i * n + j] = data[j * n + i] = r
    }
  }
  return data
}

/**
 * The model of some of its names, in the order asked for. Factors stay, so that exposures mean the same.
 *
 * @param indices - positions in `model.instruments`, each at most once
 */
export function subModel(model: RiskModel, indices: readonly number[]): RiskModel {
  const [n, k] = sizesOf(model)
  invariant(
    indices.every((i) => Number.isInteger(i) && i >= 0 && i < n),
    'a part of a risk model is named by positions within it',
  )
  const instruments = indices.map((i) => model.instruments[i]!)
  const kept = new Set(instruments)
  const exposures = new Float64Array(indices.length * k)
  indices.forEach((i, at) => exposures.set(model.exposures.subarray(i * k, i * k + k), at * k))
  return {
    ...model,
    instruments,
    exposures,
    specificVariance: Float64Array.from(indices, (i) => model.specificVariance[i]!),
    proxied: model.proxied.filter(({ instrument }) => kept.has(instrument)),
  }
}

/** Σy. */
function factorCovarianceTimes({ factors, factorCovariance }: RiskModel, y: Float64Array) {
  const k = factors.length
  const product = new Float64Array(k)
  for (let i = 0; i < k; i++) {
    let sum = 0
    for (let j = 0; j < k; j++) sum += factorCovariance[i * k + j]! * y[j]!
    product[i] = sum
  }
  return product
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

const sizesOf = ({ instruments, factors }: RiskModel): readonly [number, number] => [
  instruments.length,
  factors.length,
]
