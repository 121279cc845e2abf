/**
 * What an algorithm is expected to cost, in parts, before it begins: bps of the order's notional, positive is a cost.
 *
 *   spread   half the spread, less what resting earns of it: (1 − 2 · share that rests) · spread / 2
 *   impact   η σ (X / V T)^⅗ + ½ γ σ (X / V) (Θ / V)^¼   (`linear-impact.ts`)
 *   delay    the alpha that comes true before the units are traded, times how far it is believed
 *   risk     one standard deviation of what the price does meanwhile, σ √(∫ (x / X)² dt); in no total
 */
import { costOfHoldings, holdingsOf, type ExecutionProblem } from '#execution/algorithms/almgren-chriss.ts' // prettier-ignore
import type { AlgorithmName } from '#execution/algorithms/algorithm.ts'
import type { MarketNow, OrderToWork } from '#execution/algorithms/choose-algorithm.ts'
import { bestTrajectory, remainingAt } from '#execution/algorithms/decaying-alpha.ts'
import { POWER_LAW, linearImpact, temporaryFraction } from '#execution/algorithms/linear-impact.ts'

export interface PredictedCost {
  readonly spreadBps: number
  readonly impactBps: number
  readonly delayBps: number
  /** The three above. */
  readonly totalBps: number
  readonly riskBps: number
}

/**
 * The share of an order that is expected to fill at rest. A prior, on the careful side of what the simulated venue
 * gives: own fills are to replace it.
 */
export const RESTING_SHARE: Readonly<Record<AlgorithmName, number>> = {
  'passive-then-cross': 0.6,
  twap: 0.5,
  vwap: 0.5,
  participation: 0.5,
  'implementation-shortfall': 0.4,
  iceberg: 0.7,
}

const STEPS = 40

/** The parts of a cost; `choose-algorithm.ts` says what its inputs mean. */
export function predictedCost(
  algorithm: AlgorithmName,
  order: OrderToWork,
  market: MarketNow,
): PredictedCost {
  const { mid, spread, usual } = market
  const days = order.timeMs / order.sessionMs
  const of = { price: mid, dailyVolatility: usual.dailyVolatility, dailyVolume: usual.dailyVolume, units: order.units, days } // prettier-ignore
  const problem: ExecutionProblem = {
    units: order.units,
    days,
    volatility: usual.dailyVolatility * mid,
    riskAversion: order.riskAversion,
    impact: linearImpact(of),
  }
  const holdings = algorithm === 'implementation-shortfall' ? bestPath(order, problem, mid) : evenPath(problem) // prettier-ignore
  const { temporary, variance } = costOfHoldings(holdings, problem, 0)
  const even = costOfHoldings(evenPath(problem), problem, 0)
  const turnover = Math.sqrt(Math.sqrt(POWER_LAW.daysToTurnOver))
  const permanent = POWER_LAW.permanent * usual.dailyVolatility * (order.units / usual.dailyVolume) * turnover // prettier-ignore
  const uneven = temporary / even.temporary
  const spreadBps = (1 - 2 * RESTING_SHARE[algorithm]) * (spread / 2) * 10_000
  const impactBps = (temporaryFraction(of) * uneven + permanent / 2) * 10_000
  const delayBps = forgone(holdings, order, days)
  return {
    spreadBps,
    impactBps,
    delayBps,
    totalBps: spreadBps + impactBps + delayBps,
    riskBps: (Math.sqrt(variance) / (order.units * mid)) * 10_000,
  }
}

const evenPath = ({ units }: ExecutionProblem): Float64Array =>
  Float64Array.from({ length: STEPS + 1 }, (_, j) => units * (1 - j / STEPS))

function bestPath(
  { alpha, confidence, sessionMs }: OrderToWork,
  problem: ExecutionProblem,
  mid: number,
): Float64Array {
  if (alpha === undefined || confidence === 0) return holdingsOf(problem, STEPS)
  const fading = (Math.LN2 * sessionMs) / alpha.halfLifeMs
  const initial = confidence * (alpha.totalBps / 10_000) * mid * fading
  const path = bestTrajectory(problem, { initial, fading })
  return Float64Array.from({ length: STEPS + 1 }, (_, j) => remainingAt(path, (problem.days * j) / STEPS)) // prettier-ignore
}

/** Alpha that has come true, on average over the units, when they trade: of a step in its middle. */
function forgone(
  holdings: Float64Array,
  { alpha, confidence, units, sessionMs }: OrderToWork,
  days: number,
): number {
  if (alpha === undefined) return 0
  let lost = 0
  for (let j = 1; j < holdings.length; j++) {
    const traded = ((holdings[j - 1] ?? 0) - (holdings[j] ?? 0)) / units
    const at = ((j - 0.5) / (holdings.length - 1)) * days * sessionMs
    lost += traded * (1 - Math.exp((-Math.LN2 * at) / alpha.halfLifeMs))
  }
  return lost * alpha.totalBps * confidence
}
