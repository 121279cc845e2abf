/**
 * Hierarchical risk parity: names are put in an order in which the alike are neighbours, then weight is handed down
 * halves of that order in inverse proportion to their variances. No matrix is inverted, so that a singular one will do.
 *
 * M. López de Prado, "Building Diversified Portfolios that Outperform Out of Sample", Journal of Portfolio Management
 * 42 (2016): distance √(½(1 − r)), then the Euclidean distance of the columns of these distances, single linkage,
 * quasi-diagonalisation, recursive bisection. The paper leaves the order of the two parts of a cluster to the numbering
 * of the names; here the part that merged earlier comes first, of two single names the one of lower variance, so that
 * the order in which names are listed does not matter. O(n³), by the distances of distances.
 */
import {
  covarianceAt,
  standardised,
  varianceOf,
  variancesOf,
  type LowRankCovariance,
} from '#numerics/low-rank-covariance.ts'
import { singleLinkage, type Merge } from '#numerics/single-linkage.ts'

/**
 * @param covariance - every variance > 0
 * @returns weights > 0 that sum to 1, [n]
 */
export function hierarchicalWeights(covariance: LowRankCovariance): Float64Array {
  const { n } = covariance
  const variances = variancesOf(covariance)
  const merges = singleLinkage(distancesOfDistances(correlationDistances(covariance), n), n)
  const weights = new Float64Array(n).fill(1)
  bisect(covariance, variances, leafOrder(merges, variances), weights)
  return weights
}

/** √(½(1 − r)) of each pair, 0 to 1, n × n. */
function correlationDistances(covariance: LowRankCovariance): Float64Array {
  const { n } = covariance
  const series = standardised(covariance)
  const distances = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const r = covarianceAt(series, i, j)
      distances[i * n + j] = distances[j * n + i] = Math.sqrt(Math.max(0, (1 - r) / 2))
    }
  return distances
}

/** How differently two names stand to all others: Euclidean distance of their columns, n × n. */
function distancesOfDistances(distances: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n)
  const sums = new Float64Array(LANES)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j += LANES) {
      squaredGaps(distances, n, i, j, sums)
      for (let c = 0; c < LANES && j + c < i; c++)
        result[i * n + j + c] = result[(j + c) * n + i] = Math.sqrt(sums[c]!)
    }
  return result
}

/** Names that one is held against at a time: four sums that do not wait for each other. */
const LANES = 4

/** Squared distances of column i from columns j, j + 1, j + 2 and j + 3; past the end, from the last. */
function squaredGaps(
  distances: Float64Array,
  n: number,
  i: number,
  j: number,
  sums: Float64Array,
): void {
  const row = i * n
  const starts = [j, j + 1, j + 2, j + 3].map((at) => Math.min(at, n - 1) * n)
  const [one, two, three, four] = [starts[0]!, starts[1]!, starts[2]!, starts[3]!]
  let [first, second, third, fourth] = [0, 0, 0, 0]
  for (let k = 0; k < n; k++) {
    const own = distances[row + k]!
    const toFirst = own - distances[one + k]!
    const toSecond = own - distances[two + k]!
    const toThird = own - distances[three + k]!
    const toFourth = own - distances[four + k]!
    first += toFirst * toFirst
    second += toSecond * toSecond
    third += toThird * toThird
    fourth += toFourth * toFourth
  }
  sums[0] = first
  sums[1] = second
  sums[2] = third
  sums[3] = fourth
}

interface Branch {
  readonly leaves: readonly number[]
  readonly height: number
  readonly leastVariance: number
}

/** Quasi-diagonalisation: the leaves of the tree from left to right. */
function leafOrder(merges: readonly Merge[], variances: Float64Array): readonly number[] {
  const branches = Array.from(variances, (leastVariance, i): Branch => ({
    leaves: [i],
    height: -1,
    leastVariance,
  }))
  for (const { first, second, height } of merges) {
    const parts = [branches[first]!, branches[second]!].toSorted(
      (a, b) =>
        a.height - b.height || a.leastVariance - b.leastVariance || a.leaves[0]! - b.leaves[0]!,
    )
    branches.push({
      leaves: parts.flatMap(({ leaves }) => leaves),
      height,
      leastVariance: Math.min(...parts.map((part) => part.leastVariance)),
    })
  }
  return branches.at(-1)!.leaves
}

/** Shares the weight of the leaves out between their two halves, then within each. */
function bisect(
  covariance: LowRankCovariance,
  variances: Float64Array,
  leaves: readonly number[],
  weights: Float64Array,
): void {
  if (leaves.length < 2) return
  const middle = Math.floor(leaves.length / 2)
  const halves = [leaves.slice(0, middle), leaves.slice(middle)] as const
  const [a, b] = halves.map((half) => inverseVarianceRisk(covariance, variances, half))
  const share = a! + b! > 0 ? b! / (a! + b!) : 0.5
  for (const i of halves[0]) weights[i]! *= share
  for (const i of halves[1]) weights[i]! *= 1 - share
  for (const half of halves) bisect(covariance, variances, half, weights)
}

/** Variance of a part that is weighted by inverse variances. */
function inverseVarianceRisk(
  covariance: LowRankCovariance,
  variances: Float64Array,
  leaves: readonly number[],
): number {
  const { factors, loadings, specific } = covariance
  const total = leaves.reduce((sum, i) => sum + 1 / variances[i]!, 0)
  const part = {
    n: leaves.length,
    factors,
    loadings: Float64Array.from(
      leaves.flatMap((i) => [...loadings.subarray(i * factors, (i + 1) * factors)]),
    ),
    specific: Float64Array.from(leaves, (i) => specific[i]!),
  }
  return varianceOf(
    part,
    Float64Array.from(leaves, (i) => 1 / variances[i]! / total),
  )
}
