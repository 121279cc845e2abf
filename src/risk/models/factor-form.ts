/** What every estimator answers with: a covariance F Σ Fᵀ + diag d of the names it was given. */
import { gramOf } from '#numerics/gram.ts'
import { lowerRoot } from '#numerics/lower-root.ts'
import type { RiskData } from '#risk/models/risk-data.ts'
import type { RiskModelSettings } from '#risk/models/risk-model.ts'

export interface FactorForm {
  readonly factors: readonly string[]
  /** F, m × k, row-major. */
  readonly exposures: Float64Array
  /** Σ, k × k. */
  readonly factorCovariance: Float64Array
  /** d, [m]. */
  readonly specificVariance: Float64Array
  /** What each day counts, summing to 1, [T]; absent: all alike. */
  readonly dayWeights?: Float64Array
  /** What the estimate came to, in words. */
  readonly notes: readonly string[]
}

export type Estimator = (data: RiskData, settings: RiskModelSettings) => FactorForm

/** A root of a covariance: Cov = R Rᵀ. */
export interface CovarianceRoot {
  /** R, m × k, row-major. */
  readonly root: Float64Array
  readonly k: number
  /** ‖Cov‖², the sum of its squared entries. */
  readonly squaredNorm: () => number
}

/**
 * The root of Σ xxᵀ over the rows x of a matrix: the rows themselves where they are no more than the names, else a Cholesky
 * root of the sum, so that k ≤ m either way.
 *
 * @param rows - count × m, row-major
 */
export function rootOf(rows: Float64Array, count: number, m: number): CovarianceRoot {
  const columns = transposed(rows, count, m)
  if (count <= m)
    return { root: columns, k: count, squaredNorm: () => squares(gramOf(rows, count, m)) }
  const covariance = gramOf(columns, m, count)
  return { root: lowerRoot(covariance, m), k: m, squaredNorm: () => squares(covariance) }
}

/** The matrix with rows for columns. */
export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(matrix.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j]!
  return turned
}

/** k × k with these entries on its diagonal. */
export function diagonal(entries: Float64Array): Float64Array {
  const k = entries.length
  const matrix = new Float64Array(k * k)
  for (let j = 0; j < k; j++) matrix[j * k + j] = entries[j]!
  return matrix
}

/** `root1`, `root2`, …: columns of a root mean nothing but together. */
export const rootNames = (k: number): readonly string[] =>
  Array.from({ length: k }, (_, j) => `root${j + 1}`)

const squares = (matrix: Float64Array): number => matrix.reduce((sum, x) => sum + x * x, 0)
