/** (Cov w)ᵢ of single names in O(k), with the factor covariance multiplied in once and for all. */
import type { RiskModel } from '#risk/models/risk-model.ts'

export interface ExposureMatrices {
  readonly k: number
  /** Covᵢᵢ a day, [n]. */
  readonly variance: Float64Array
  /** (Cov w)ᵢ a day. */
  slopeAt(pull: Float64Array, w: Float64Array, i: number): number
  /** pull += ΣFᵀw. */
  addPull(pull: Float64Array, w: Float64Array): void
  /** pull += ΣFᵢᵀ·change. */
  movePull(pull: Float64Array, i: number, change: number): void
}

/** The risk of a case, ready to be asked name by name. */
export function exposureMatrices({
  factors,
  exposures,
  factorCovariance,
  specificVariance,
}: RiskModel): ExposureMatrices {
  const [n, k] = [specificVariance.length, factors.length]
  const product = new Float64Array(n * k)
  const variance = specificVariance.slice()
  for (let i = 0; i < n; i++)
    for (let a = 0; a < k; a++) {
      let sum = 0
      for (let b = 0; b < k; b++) sum += factorCovariance[a * k + b]! * exposures[i * k + b]!
      product[i * k + a] = sum
      variance[i]! += sum * exposures[i * k + a]!
    }
  const movePull = (pull: Float64Array, i: number, change: number): void => {
    for (let a = 0; a < k; a++) pull[a]! += product[i * k + a]! * change
  }
  return {
    k,
    variance,
    slopeAt(pull, w, i) {
      let sum = specificVariance[i]! * w[i]!
      for (let a = 0; a < k; a++) sum += exposures[i * k + a]! * pull[a]!
      return sum
    },
    addPull(pull, w) {
      for (let i = 0; i < n; i++) if (w[i] !== 0) movePull(pull, i, w[i]!)
    },
    movePull,
  }
}
