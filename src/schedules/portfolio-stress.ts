/**
 * Portfolio margin's table: how far each kind of underlying is moved, in how many steps, and what a contract needs
 * at least.
 *
 * The requirement of a class is the greatest loss over the points of its range, options priced anew at each,
 * and never less than the least charge of its contracts.
 *
 * Sources: FINRA Rule 4210(g)(1)(K), (g)(7) and its table of valuation points (equity and narrow index
 * ±15 %, other broad-based index ±10 %, high-capitalisation broad-based index −8 % to +6 %; ten equidistant
 * points; 0.375 × multiplier a contract); OCC, "Customer Portfolio Margin" (TIMS).
 */
import { fractionOf, price, type Price } from '#model/fixed.ts'

export type StressClass = 'equity' | 'broad-index' | 'large-index'

export interface StressRange {
  /** Moves of the underlying in basis points. */
  readonly downBps: bigint
  readonly upBps: bigint
}

export const STRESS_RANGES: Readonly<Record<StressClass, StressRange>> = {
  equity: { downBps: -1500n, upBps: 1500n },
  'broad-index': { downBps: -1000n, upBps: 1000n },
  'large-index': { downBps: -800n, upBps: 600n },
}

/** Indices of the largest companies, by symbol; other indices are broad-based. */
export const LARGE_INDICES: ReadonlySet<string> = new Set(['SPX', 'XSP', 'OEX', 'XEO', 'DJX', 'NDX', 'XND']) // prettier-ignore

/** Steps on either side of nothing. */
export const STRESS_STEPS = 5n

/** A contract's least charge for each unit of its multiplier. */
export const LEAST_CHARGE = price('0.375')

/** What opens a portfolio margin position, of what keeps it: 110 % (IBKR, "Portfolio Margin"). */
export const PORTFOLIO_INITIAL = { numerator: 11n, denominator: 10n } as const

/** Equity below which the account may not be portfolio margined: 100,000 (IBKR; FINRA (g)(4)(E)). */
export const PORTFOLIO_LEAST_EQUITY = price('100000')

/** The underlying's prices at the ten points, from the lowest to the highest; the mark itself is not among them. */
export function stressPoints(spot: Price, of: StressClass): readonly Price[] {
  const { downBps, upBps } = STRESS_RANGES[of]
  const points: Price[] = []
  for (let step = -STRESS_STEPS; step <= STRESS_STEPS; step++) {
    const move = step < 0n ? -downBps * step : upBps * step
    if (step !== 0n) points.push(fractionOf(spot, 10_000n * STRESS_STEPS + move, 10_000n * STRESS_STEPS)) // prettier-ignore
  }
  return points
}
