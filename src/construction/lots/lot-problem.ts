/**
 * From an optimum's weights to whole lots: what is asked, and what is answered. Changes are whole numbers of lots, so
 * the optimum, which lies between them, cannot be had; the best of what can is looked for (`whole-lots.ts`).
 *
 * An order costs at least the broker's minimum commission, however small it is: a 1.00 minimum on 1,000 is 10 bps. The
 * optimiser, which wants convex costs, does not know that; here it counts.
 */
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'

export interface LotProblem {
  readonly of: OptimisationCase
  /** What is to be rounded, [n]. */
  readonly optimum: Pick<Optimum, 'weights' | 'shadowPrices'>
  /** One a name, in the order of the case. */
  readonly lots: readonly LotFacts[]
  /** Cash before the trades, fraction of net asset value; negative is borrowed. */
  readonly cash: number
  /** Cash that must be left after trades and their costs, fraction of net asset value ≥ 0. */
  readonly cashBuffer: number
  /** Net asset value, base currency > 0: for words. */
  readonly nav: number
  /** An order of less is not worth its while, base currency ≥ 0. A holding that is worth less may be closed. */
  readonly minimumTicket: number
}

/** One lot of a name; fractions of net asset value. */
export interface LotFacts {
  /** Weight of a lot, ≠ 0; negative where a long holding is a short exposure (a put). */
  readonly weight: number
  /** Holding in lots, signed; a fraction of a lot stays what it is. */
  readonly held: number
  /** Traded value of a lot, > 0: of an option its premium. */
  readonly value: number
  /** Cash that a lot bought takes, ≥ 0; 0 for futures and forex. */
  readonly cash: number
  /** The least that an order costs in commission, ≥ 0. */
  readonly minimumFee: number
  /** Commission of a unit of |z| that the case's trading cost counts already, ≥ 0. */
  readonly feeRate: number
  /** Why the name cannot be traded, in words; absent where it can. */
  readonly untradable?: string
}

export interface LotSolution {
  /** Signed change in lots, whole numbers, [n]. */
  readonly changes: Float64Array
  /** Weights after them, [n]. */
  readonly weights: Float64Array
  /** Objective with the least commissions, over the horizon, fraction of net asset value. */
  readonly objective: number
  /**
   * What whole lots, tickets and least commissions take off the optimum, bps of net asset value. No whole lots inside
   * the same limits can do better than the optimum, so these are no further than this from the best there are.
   */
  readonly lossBps: number
  /** Predicted cost of all orders, fraction of net asset value. */
  readonly cost: number
  /** Names that the optimum trades and this does not, each with what stands in the way. */
  readonly skipped: readonly SkippedName[]
  /** Steps that the search took. */
  readonly moves: number
}

export interface SkippedName {
  /** Place in the case's names. */
  readonly index: number
  readonly reason: string
}
