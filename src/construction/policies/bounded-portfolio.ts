/**
 * The weights that maximise meanᵀw − γ·wᵀCov w among those that are long, within the limits of a name and of a sector,
 * and spend what is to be invested: what minimum variance, maximum Sharpe and Black–Litterman all come to.
 *
 * Where the limits of names and sectors have not the room for all that is to be invested, as much is as they allow.
 */
import { err, ok, type Result } from '#model/result.ts'
import { variancesOf, type LowRankCovariance } from '#numerics/low-rank-covariance.ts'
import type { PortfolioProblem, Row, Solution, WarmStart } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import type { Candidates } from '#construction/policies/candidates.ts'

export interface BoundedPortfolio {
  readonly candidates: Candidates
  readonly covariance: LowRankCovariance
  /** [n] */
  readonly mean: Float64Array
  /** Whether cash may be left: the sum is then a limit and no equation. */
  readonly mayLeaveCash: boolean
}

/** Share of the room that is left free where all of it is used, so that rounding cannot make it too small. */
const ROUNDING = 1e-12

/**
 * @param riskAversion - γ > 0, no ½ before it
 * @param warm - of the same portfolio with another γ
 */
export function boundedPortfolio(
  of: BoundedPortfolio,
  riskAversion: number,
  warm?: WarmStart,
): Result<Solution> {
  const { candidates, covariance } = of
  if (roomFor(candidates) <= 0)
    return err('the limits of names and sectors leave no room: names that are kept take it all')
  const solution = solvePortfolio(problemOf(of, riskAversion), warm)
  if (solution === 'infeasible') return err('the limits of names and sectors cannot hold together')
  if (solution.status !== 'optimal')
    return err(`no weights were found for ${covariance.n} names: the optimiser did not converge`)
  return ok({ ...solution, weights: solution.weights.map((w) => Math.max(0, w)) })
}

/** What can be invested within the limits. */
export function roomFor({ names, caps, rooms, invested }: Candidates): number {
  const bySector = Map.groupBy(caps.keys(), (i) => names[i]!.sector)
  const room = [...rooms].reduce((sum, [sector, most]) => {
    const held = bySector.get(sector)!.reduce((whole, i) => whole + Math.min(caps[i]!, invested), 0)
    return sum + Math.min(most, held)
  }, 0)
  return room * (1 - ROUNDING) < invested ? room * (1 - ROUNDING) : invested
}

/** The objective in units in which a usual name's curvature is 1, whatever γ and the period of the risk model. */
function problemOf(
  { candidates, covariance, mean, mayLeaveCash }: BoundedPortfolio,
  riskAversion: number,
): PortfolioProblem {
  const { n, factors, loadings, specific } = covariance
  const unit = variancesOf(covariance).reduce((sum, variance) => sum + variance, 0) / n
  const scale = 1 / (2 * riskAversion * unit)
  // Where all is invested a return that all have alike changes nothing; the solver measures slopes against it.
  const level = mayLeaveCash ? 0 : 1
  const none = new Float64Array(n)
  return {
    n,
    factors,
    forecast: mean.map((value) => value * scale + level),
    start: Float64Array.from(candidates.names, ({ weight }) => weight),
    curvature: specific.map((d) => d / unit),
    loadings: loadings.map((value) => value / Math.sqrt(unit)),
    holdingCost: none,
    tradingCost: none,
    impact: none,
    lower: none,
    upper: candidates.caps.map((cap) => Math.min(cap, candidates.invested)),
    rows: rowsOf(candidates, mayLeaveCash),
  }
}

function rowsOf(candidates: Candidates, mayLeaveCash: boolean): Row[] {
  const { names, rooms } = candidates
  const sum = roomFor(candidates)
  const over = (name: string, isIn: (i: number) => boolean, lower: number, upper: number): Row => ({
    name,
    measure: 'net',
    rates: Float64Array.from(names, (_, i) => (isIn(i) ? 1 : 0)),
    lower,
    upper,
  })
  return [
    over('invested', () => true, mayLeaveCash ? -Infinity : sum, sum),
    ...[...rooms].flatMap(([sector, room]) => room < sum ? [over(`sector:${sector}`, (i) => names[i]!.sector === sector, -Infinity, room)] : []), // prettier-ignore
  ]
}
