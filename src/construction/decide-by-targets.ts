/**
 * Decides the change of every name by targets. Each step stands in its own file; here they are put in order:
 * wishes and bands, limits and turnover, risk as it is in whole lots. Raising cash has its own short way.
 */
import { parse, type Quantity } from '#model/fixed.ts'
import type { PlanCheck } from '#model/plan.ts'
import { costInMoney } from '#costs/trade-cost.ts'
import { bindingConstraints } from '#construction/binding.ts'
import { constraintsOf, type Constraint } from '#construction/constraints.ts'
import { fit } from '#construction/fit.ts'
import { undecided, type Decided, type DecisionFacts } from '#construction/decided.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { costOfChange, type CostModel } from '#construction/predicted-cost.ts'
import { raiseCash } from '#construction/raise-cash.ts'
import { heldBack, percent, reasonsOf, skippedOf, targetOf } from '#construction/reasons.ts'
import { withinRiskBudget } from '#construction/risk-budget.ts'
import { sizeTrades, weightsAfter, type Sizing } from '#construction/trade-sizing.ts'
import { legsOf } from '#construction/trade.ts'
import { turnoverLeft } from '#construction/turnover-left.ts'
import type { ValuedBook } from '#construction/valued-book.ts'
import { wishesOf, type Wishes } from '#construction/wishes.ts'

/** Towards the targets of the book's names, or as far towards them as frees the cash that is asked for. */
export function decideByTargets(facts: DecisionFacts): Decided {
  const { inputs, book, meter } = facts
  const { limits, policy, request } = inputs
  const constraints = constraintsOf(book.names, meter.clusters, limits, policy.cashBuffer)
  const wishes = wishesOf(inputs, book, constraints)
  return request.kind === 'raise-cash'
    ? raising(facts, wishes, request.amount)
    : rebalancing(facts, wishes, constraints)
}

/** Weights asked for, one a name; a name without a target is asked for as the policy says. */
export const targetsOf = (
  { policy }: Pick<PlanInputs, 'policy'>,
  { names }: ValuedBook,
): Float64Array => Float64Array.from(names, (name) => targetOf(name, policy.untargeted))

function rebalancing(
  { inputs, book, meter, bans, cost }: DecisionFacts,
  wishes: Wishes,
  constraints: readonly Constraint[],
): Decided {
  const { policy, limits, request } = inputs
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const turnover = turnoverLeft(inputs, book.nav)
  const fitted = fit({
    held,
    desired: wishes.desired,
    feasible: wishes.feasible,
    fixed: book.names.map(({ untradable }) => untradable !== undefined),
    reduceOnly: book.names.map(({ id }) => bans.has(id)),
    addsOnly: request.kind === 'cash-only',
    constraints,
    turnoverLeft: turnover,
  })
  const sizedAt = (goals: Float64Array): Sizing =>
    sizeTrades({
      book,
      goals,
      policy,
      constraints,
      turnoverLeft: turnover,
      costOf: (changes) => moneyCost(book, changes, cost),
    })
  // Figures are held to their limits as they would be in whole lots, not as they were wished.
  const budgeted = withinRiskBudget(held, fitted.weights, limits, (goals) => {
    const { changes } = sizedAt(goals)
    return meter.measure(weightsAfter(book, changes), {
      changes,
      traded: 0,
      cost: moneyCost(book, changes, cost),
    })
  })
  const sized = sizedAt(budgeted.weights)
  const story = { inputs, book, wishes, goals: budgeted.weights, bans }
  return {
    changes: sized.changes,
    reasons: reasonsOf(story),
    skipped: skippedOf(story, sized.changes, sized.skipped),
    targets: targetsOf(inputs, book),
    binding: (reached, after) => bindingConstraints([...new Set([...wishes.shrunkBy, ...fitted.shrunkBy, ...budgeted.shrunkBy])], constraints, reached, after, limits), // prettier-ignore
    heldBack: heldBack(story),
    checks: turnoverCheck(book, sized.changes, fitted.shrunkBy.includes('turnover')),
  }
}

/** Where today's turnover goes into reductions alone, that is said: the other half of the rebalance is for later days. */
function turnoverCheck(
  { names }: ValuedBook,
  changes: readonly Quantity[],
  isCut: boolean,
): PlanCheck[] {
  const adds = names.some(({ held }, i) => legsOf(held, changes[i]!).addition !== 0n)
  if (!isCut || adds) return []
  return [{ name: 'turnover', status: 'warn', detail: "today's turnover goes into reductions, which come first; what is to be added follows on later days" }] // prettier-ignore
}

function raising({ inputs, book, cost }: DecisionFacts, wishes: Wishes, text: string): Decided {
  const amount = toAmount(text)
  const { changes, amount: raised } = raiseCash(book, wishes.feasible, amount ?? 0, cost)
  const found = `${raised.toFixed(2)} ${inputs.snapshot.baseCurrency} after costs`
  return {
    ...undecided(book, targetsOf(inputs, book), ''),
    changes,
    reasons: book.names.map((name, i) => ({
      rule: 'raise-cash',
      text: `sold to free cash, target ${percent(wishes.feasible[i]!)}, held ${percent(name.weight)}`,
      weightTarget: targetOf(name, inputs.policy.untargeted),
    })),
    skipped: book.names.flatMap(({ id, untradable }, i) =>
      changes[i] === 0n
        ? [{ instrument: id, reason: untradable ?? 'not needed to free the cash' }]
        : [],
    ),
    checks: [
      amount === undefined
        ? { name: 'raise cash', status: 'fail', detail: `"${text}" was asked for, expected an amount above 0 such as 25000` } // prettier-ignore
        : raised >= amount
          ? { name: 'raise cash', status: 'pass', detail: `${found}, ${text} was asked for` }
          : { name: 'raise cash', status: 'fail', detail: `all that can be sold brings ${found}, ${text} was asked for: ask for less` }, // prettier-ignore
    ],
  }
}

/** Reads an amount > 0; undefined when the text is none. */
export function toAmount(text: string): number | undefined {
  const nanos = parse(text)
  return nanos === undefined || nanos <= 0n ? undefined : Number(nanos) / 1e9
}

/** Predicted cost of changes, base currency ≥ 0. */
export function moneyCost(book: ValuedBook, changes: readonly Quantity[], cost: CostModel): number {
  return changes.reduce(
    (total, change, i) =>
      change === 0n ? total : total + costInMoney(costOfChange(cost, book.names[i]!, change)),
    0,
  )
}
