/**
 * The long weights of most expected return per unit of risk, r̂ᵀw / √(wᵀCov w), that invest all there is within the
 * limits of names and sectors: the tangency portfolio (W. Sharpe, "Mutual Fund Performance", Journal of Business 39
 * (1966)), Cov⁻¹r̂ up to scale where no limit binds. Forecasts are taken as returns above cash.
 *
 * Every such portfolio also maximises r̂ᵀw − γ·wᵀCov w for one γ, and there the slopes of ratio and difference agree:
 * γ = r̂ᵀw / (2·wᵀCov w). Return less 2γ times variance falls through zero once as γ rises along the efficient frontier,
 * in straight pieces as long as the same limits bind, so that false position ends after a few solves.
 */
import { err, ok, type Result } from '#model/result.ts'
import { varianceOf, type LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import type { Solution } from '#numerics/portfolio/problem.ts'
import {
  boundedPortfolio,
  roomFor,
  type BoundedPortfolio,
} from '#construction/policies/bounded-portfolio.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import type { Candidates } from '#construction/policies/candidates.ts'
import type { Policy } from '#construction/policies/policy.ts'
import { viewsOf } from '#construction/policies/views.ts'

export const maximumSharpe: Policy = (candidates, facts) => {
  const covariance = candidateCovariance(facts, candidates.names)
  if (!covariance.ok) return covariance
  const views = viewsOf(candidates.names, facts)
  if (!views.ok) return views
  const mean = views.value.expectedReturn
  if (mean.every((value) => value <= 0))
    return err('no expected return is above 0: no weights have a positive Sharpe ratio')
  const most = mostReturn(candidates, mean)
  if (!(returnOf(mean, most) > 0))
    return err('no weights that invest all there is within the limits have a positive expected return') // prettier-ignore
  return tangent({ candidates, covariance: covariance.value, mean, mayLeaveCash: false }, most)
}

const returnOf = (mean: Float64Array, w: Float64Array): number =>
  mean.reduce((sum, value, i) => sum + value * w[i]!, 0)

/**
 * Weights of most return: the best names first, each as far as the limits go. Limits of names lie within those of
 * sectors and these within the sum, so that being greedy is optimal (J. Edmonds, 1970).
 */
function mostReturn(candidates: Candidates, mean: Float64Array): Float64Array {
  const { names, caps, rooms } = candidates
  const left = new Map(rooms)
  let sum = roomFor(candidates)
  const w = new Float64Array(names.length)
  for (const i of [...mean.keys()].toSorted((a, b) => mean[b]! - mean[a]! || a - b)) {
    const { sector } = names[i]!
    const most = Math.min(caps[i]!, left.get(sector)!, sum)
    w[i] = most
    left.set(sector, left.get(sector)! - most)
    sum -= most
  }
  return w
}

/** The risk aversion that a portfolio of the best ratio would have. */
function aversionAt(covariance: LowRankCovariance, mean: Float64Array, w: Float64Array): number {
  return returnOf(mean, w) / (2 * varianceOf(covariance, w))
}

interface Trial {
  readonly gamma: number
  /** Return less 2γ times variance. */
  readonly excess: number
  /** Whether nothing but rounding is left of the excess. */
  readonly isBest: boolean
  readonly solution: Solution
}

const MOST_TRIALS = 100
/** What rounding may leave of the excess, relative to the return. */
const SETTLED = 1e-13

function tangent(of: BoundedPortfolio, most: Float64Array): Result<Float64Array> {
  let last = tried(of, aversionAt(of.covariance, of.mean, most))
  // The γ of a portfolio with a lower ratio than the best is below that of the best: from there upwards.
  for (let trials = 0; last.ok && last.value.excess > 0 && !last.value.isBest; trials++) {
    if (trials === MOST_TRIALS)
      return err('the Sharpe ratio has no maximum: the covariance is singular, some names hedge each other without a rest') // prettier-ignore
    const next = tried(of, 2 * last.value.gamma, last.value.solution)
    if (next.ok && next.value.excess <= 0) return between(of, last.value, next.value)
    last = next
  }
  return last.ok ? ok(last.value.solution.weights) : last
}

/** False position, an end that stays twice counted half (M. Dowell & P. Jarratt, the "Illinois" rule, 1971). */
function between(of: BoundedPortfolio, low: Trial, high: Trial): Result<Float64Array> {
  let [a, b] = [low, high]
  let [aExcess, bExcess] = [a.excess, b.excess]
  let moved: 'a' | 'b' | undefined
  for (let trials = 0; trials < MOST_TRIALS && !a.isBest && !b.isBest; trials++) {
    const gamma = a.gamma + ((b.gamma - a.gamma) * aExcess) / (aExcess - bExcess)
    if (gamma <= a.gamma || gamma >= b.gamma) break
    const next = tried(of, gamma, (aExcess < -bExcess ? a : b).solution)
    if (!next.ok) return next
    const side = next.value.excess > 0 ? 'a' : 'b'
    const weight = side === moved ? 0.5 : 1
    if (side === 'a') [a, aExcess, bExcess] = [next.value, next.value.excess, weight * bExcess]
    else [b, bExcess, aExcess] = [next.value, next.value.excess, weight * aExcess]
    moved = side
  }
  return ok((a.excess < -b.excess ? a : b).solution.weights)
}

function tried(of: BoundedPortfolio, gamma: number, warm?: Solution): Result<Trial> {
  const start = warm?.method === 'dual-newton' && warm.multipliers.length > 0 ? warm : undefined
  const found = boundedPortfolio(of, gamma, start)
  if (!found.ok) return found
  const { weights } = found.value
  const gain = returnOf(of.mean, weights)
  const excess = gain - 2 * gamma * varianceOf(of.covariance, weights)
  const isBest = Math.abs(excess) <= SETTLED * Math.abs(gain)
  return ok({ gamma, excess, isBest, solution: found.value })
}
