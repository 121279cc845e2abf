/** Covariances for tests: by seed, from dense matrices and back, and plain dense algebra to hold results against. */
import { randomKey, randomStream } from '#numerics/random.ts'
import type { LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import { semidefiniteRoot } from '#numerics/portfolio/cholesky.ts'

export type Dense = readonly (readonly number[])[]

/** One common factor that all go along with, others at random, and specific risk; daily, of volatilities about 1 to 3 %. */
export function randomCovariance(seed: number, n: number, factors: number): LowRankCovariance {
  const random = randomStream(randomKey(seed, 'covariance'))
  const loadings = Float64Array.from({ length: n * factors }, (_, at) =>
    at % factors === 0 ? 0.01 * (0.5 + random.uniform()) : 0.004 * random.normal(),
  )
  const specific = Float64Array.from({ length: n }, () => (0.005 + 0.02 * random.uniform()) ** 2)
  return { n, factors, loadings, specific }
}

/** A matrix in factor form, without specific variance. */
export function fromDense(matrix: Dense): LowRankCovariance {
  const n = matrix.length
  const factor = semidefiniteRoot(Float64Array.from(matrix.flat()), n)
  if (factor === undefined) throw new Error('not positive semidefinite')
  return { n, factors: factor.rank, loadings: factor.root, specific: new Float64Array(n) }
}

export function toDense({ n, factors, loadings, specific }: LowRankCovariance): number[][] {
  const at = (i: number, k: number) => loadings[i * factors + k]!
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => {
      let sum = i === j ? specific[i]! : 0
      for (let k = 0; k < factors; k++) sum += at(i, k) * at(j, k)
      return sum
    }),
  )
}

/** Names in another order: name `order[i]` comes to place i. */
export function permuted(of: LowRankCovariance, order: readonly number[]): LowRankCovariance {
  const { factors, loadings, specific } = of
  return {
    ...of,
    loadings: Float64Array.from(order.flatMap((i) => [...loadings.subarray(i * factors, (i + 1) * factors)])), // prettier-ignore
    specific: Float64Array.from(order, (i) => specific[i]!),
  }
}

export const times = (matrix: Dense, x: ArrayLike<number>): number[] =>
  matrix.map((row) => row.reduce((sum, value, j) => sum + value * x[j]!, 0))

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0)

/** By Gauss–Jordan elimination with pivoting. */
export function inverseOf(matrix: Dense): number[][] {
  const n = matrix.length
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => Number(i === j))]) // prettier-ignore
  for (let j = 0; j < n; j++) {
    const below = rows.slice(j).map((row) => Math.abs(row[j]!))
    const pivot = j + below.indexOf(Math.max(...below))
    ;[rows[j], rows[pivot]] = [rows[pivot]!, rows[j]!]
    const top = rows[j]!.map((value) => value / rows[j]![j]!)
    rows[j] = top
    for (let i = 0; i < n; i++)
      if (i !== j) rows[i] = rows[i]!.map((value, k) => value - rows[i]![j]! * top[k]!)
  }
  return rows.map((row) => row.slice(n))
}
