/** What a decision is, and what it is made from. All lists are by place in the book's names. */
import type { Quantity } from '#model/fixed.ts'
import type { Metrics } from '#model/metrics.ts'
import type { BindingConstraint, PlanCheck, PlanConstruction } from '#model/plan.ts'
import type { AdditionBans } from '#construction/addition-bans.ts'
import { FLAT } from '#construction/margin.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { CostModel } from '#construction/predicted-cost.ts'
import type { Reason, Skipped } from '#construction/reasons.ts'
import type { RiskMeter } from '#construction/risk-meter.ts'
import type { ValuedBook } from '#construction/valued-book.ts'

export interface Decided {
  /** Signed, whole lots. */
  readonly changes: readonly Quantity[]
  readonly reasons: readonly Reason[]
  readonly skipped: readonly Skipped[]
  /** Weights wanted, before whole lots and, of targets, before any limit. */
  readonly targets: Float64Array
  /** What held the decision back, of the weights and figures that it leads to. */
  readonly binding: (reached: Float64Array, after: Metrics) => BindingConstraint[]
  /** Names that a latch or a breached limit keeps from what was wanted. */
  readonly heldBack: readonly string[]
  readonly checks: readonly PlanCheck[]
  /** Return that a unit of exposure is expected to make over the horizon, [n]; absent: nothing is forecast. */
  readonly expectedReturn?: Float64Array
  /** How a policy came to it; absent where targets were read. */
  readonly construction?: PlanConstruction
}

export interface DecisionFacts {
  readonly inputs: PlanInputs
  readonly book: ValuedBook
  readonly meter: RiskMeter
  readonly bans: AdditionBans
  readonly cost: CostModel
}

/** Everything stays as it is. */
export function undecided(book: ValuedBook, targets: Float64Array, reason: string): Decided {
  return {
    changes: book.names.map(() => FLAT),
    reasons: [],
    skipped: book.names.map(({ id }) => ({ instrument: id, reason })),
    targets,
    binding: () => [],
    heldBack: [],
    checks: [],
  }
}
