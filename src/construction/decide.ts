/**
 * Decides the change of every name: wishes, limits, turnover, risk, whole lots; each step in its
 * own file. Here they are put in order, and every name gets the reason for its line or for having
 * none.
 */
import { parse, type Quantity } from '#model/fixed.ts'
import { toNumber } from '#model/border.ts'
import type { LineReason, PlanCheck } from '#model/plan.ts'
import type { Metrics } from '#model/metrics.ts'
import { levelOf } from '#risk/limits.ts'
import { costInMoney } from '#costs/trade-cost.ts'
import type { AdditionBans } from '#construction/addition-bans.ts'
import { constraintsOf, type Constraint } from '#construction/constraints.ts'
import type { Clusters } from '#risk/correlation-clusters.ts'
import { fit } from '#construction/fit.ts'
import { percent } from '#construction/lines.ts'
import { FLAT } from '#construction/margin.ts'
import { bandOf } from '#construction/no-trade-band.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { costOfChange, type CostModel } from '#construction/predicted-cost.ts'
import { raiseCash } from '#construction/raise-cash.ts'
import { withinRiskBudget } from '#construction/risk-budget.ts'
import { sizeTrades, type Sizing } from '#construction/trade-sizing.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'
import { wishesOf, type Wishes } from '#construction/wishes.ts'

export interface Decided {
  /** By place in the book's names; signed, whole lots. */
  readonly changes: readonly Quantity[]
  readonly reasons: readonly Pick<LineReason, 'rule' | 'text' | 'weightTarget'>[]
  readonly skipped: Sizing['skipped']
  readonly asked: Float64Array
  readonly constraints: readonly Constraint[]
  /** Labels of constraints and metrics that took something away. */
  readonly shrunkBy: readonly string[]
  /** Names whose addition was held back by a latch or a breached limit. */
  readonly heldBack: readonly string[]
  readonly checks: readonly PlanCheck[]
}

export interface DecisionFacts {
  readonly inputs: PlanInputs
  readonly book: ValuedBook
  readonly clusters: Clusters
  readonly bans: AdditionBans
  readonly cost: CostModel
  /** Figures of the book with these weights. */
  readonly measure: (weights: Float64Array) => Metrics
}

export function decide(facts: DecisionFacts): Decided {
  const { inputs, book, clusters } = facts
  const { limits, policy } = inputs
  const constraints = constraintsOf(book.names, clusters, limits, policy.cashBuffer)
  const wishes = wishesOf(inputs, book, constraints)
  return inputs.request.kind === 'raise-cash'
    ? raising(facts, wishes, constraints, inputs.request.amount)
    : rebalancing(facts, wishes, constraints)
}

function rebalancing(
  { inputs, book, bans, cost, measure }: DecisionFacts,
  wishes: Wishes,
  constraints: readonly Constraint[],
): Decided {
  const { policy, limits, request } = inputs
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const fitted = fit({
    held,
    desired: wishes.desired,
    feasible: wishes.feasible,
    fixed: book.names.map(({ untradable }) => untradable !== undefined),
    reduceOnly: book.names.map(({ id }) => bans.has(id)),
    addsOnly: request.kind === 'cash-only',
    constraints,
    turnoverLeft: turnoverLeft(inputs, book.nav),
  })
  const budgeted = withinRiskBudget(held, fitted.weights, limits, measure)
  const sized = sizeTrades({
    book,
    goals: budgeted.weights,
    policy,
    constraints,
    costOf: (changes) => changes.reduce((total, change, i) => total + (change === 0n ? 0 : costInMoney(costOfChange(cost, book.names[i]!, change))), 0), // prettier-ignore
  })
  const story = { inputs, wishes, goals: budgeted.weights, bans }
  return {
    changes: sized.changes,
    reasons: book.names.map((name, i) => reasonOf(story, name, i)),
    skipped: skippedOf(story, book, sized),
    asked: wishes.asked,
    constraints,
    shrunkBy: [...new Set([...wishes.shrunkBy, ...fitted.shrunkBy, ...budgeted.shrunkBy])],
    heldBack: book.names.flatMap((name, i) => isHeldBack(story, name, i) ? [name.id] : []), // prettier-ignore
    checks: [],
  }
}

function raising(
  { inputs, book, cost }: DecisionFacts,
  wishes: Wishes,
  constraints: readonly Constraint[],
  text: string,
): Decided {
  const nanos = parse(text)
  const amount = nanos === undefined ? Number.NaN : Number(nanos) / 1e9
  const raised = amount > 0 ? raiseCash(book, wishes.feasible, amount, cost) : { changes: book.names.map(() => FLAT), amount: 0 } // prettier-ignore
  const covered = raised.amount >= amount
  const detail = Number.isNaN(amount)
    ? `"${text}" is no amount, expected such as 25000`
    : `${raised.amount.toFixed(2)} after costs of ${amount.toFixed(2)} ${inputs.snapshot.baseCurrency} wanted`
  return {
    changes: raised.changes,
    reasons: book.names.map((name, i) => ({
      rule: 'raise-cash',
      text: `sold to free cash; target ${percent(wishes.feasible[i]!)}, held ${percent(name.weight)}`,
      weightTarget: wishes.asked[i]!,
    })),
    skipped: book.names.flatMap((name, i) =>
      raised.changes[i] === 0n
        ? [{ instrument: name.id, reason: name.untradable ?? 'not needed to free the cash' }]
        : [],
    ),
    asked: wishes.asked,
    constraints,
    shrunkBy: [],
    heldBack: [],
    checks: [
      { name: 'raise cash', status: covered ? 'pass' : 'fail', detail: covered ? detail : `${detail}: ask for less` }, // prettier-ignore
    ],
  }
}

/** Σ|Δw| left today below the warning; ∞ when the day's start is unknown, which the limits catch. */
function turnoverLeft({ limits, day }: PlanInputs, nav: number): number {
  const allowed = levelOf(limits, 'turnoverToday', 'warn') * toNumber(day.startOfDayNav)
  const left = (allowed - toNumber(day.tradedToday)) / nav
  return Number.isNaN(left) ? Number.POSITIVE_INFINITY : Math.max(0, left)
}

interface Story {
  readonly inputs: PlanInputs
  readonly wishes: Wishes
  /** Weights after limits, before rounding. */
  readonly goals: Float64Array
  readonly bans: AdditionBans
}

/** The why of one name, from its target to the weight that was aimed at. */
function reasonOf(
  { inputs, wishes, goals }: Story,
  name: ValuedName,
  i: number,
): Decided['reasons'][number] {
  const [asked, feasible, desired, goal] = [wishes.asked[i]!, wishes.feasible[i]!, wishes.desired[i]!, goals[i]!] // prettier-ignore
  const target =
    name.target === undefined ? 'no target' : feasible === asked ? `target ${percent(asked)}` : `target ${percent(asked)}, ${percent(feasible)} within the limits` // prettier-ignore
  const band = name.target === undefined ? '' : `, band ${bandText(inputs, name, feasible)}`
  const cut = goal === desired ? '' : `, limits and turnover allow ${percent(goal)} now`
  const rule = desired === name.weight && goal !== desired ? 'limit' : (wishes.rules[i] ?? 'target')
  return { rule, text: `${target}${band}, held ${percent(name.weight)}${cut}`, weightTarget: asked }
}

function bandText({ policy }: PlanInputs, { target }: ValuedName, feasible: number): string {
  const { lower, upper } = bandOf(policy.band, feasible, target ?? {})
  return `${percent(lower)} to ${percent(upper)}`
}

/** An addition was wanted, and a ban is why there is none. */
function isHeldBack(
  { wishes, bans }: Story,
  { id, weight, untradable }: ValuedName,
  i: number,
): boolean {
  const desired = wishes.desired[i]!
  const adds = desired * weight < 0 || Math.abs(desired) > Math.abs(weight)
  return untradable === undefined && adds && bans.has(id)
}

function skippedOf(
  story: Story,
  book: ValuedBook,
  { changes, skipped }: Sizing,
): Sizing['skipped'] {
  const told = new Map(skipped.map(({ instrument, reason }) => [instrument, reason]))
  return book.names.flatMap((name, i) =>
    changes[i] === 0n
      ? [{ instrument: name.id, reason: told.get(name.id) ?? whyNot(story, name, i) }]
      : [],
  )
}

function whyNot(story: Story, name: ValuedName, i: number): string {
  const { wishes, goals, bans, inputs } = story
  if (name.untradable !== undefined) return name.untradable
  if (isHeldBack(story, name, i)) return bans.get(name.id) ?? 'additions are held back'
  if (wishes.desired[i] !== name.weight && goals[i] === name.weight) return 'limits and turnover leave no room today' // prettier-ignore
  if (name.target === undefined) return 'no target: kept as it is'
  if (inputs.request.kind === 'cash-only') return 'not below its target, or no idle cash'
  if (wishes.desired[i] === name.weight)
    return `within its band ${bandText(inputs, name, wishes.feasible[i]!)}`
  return 'the trade is less than one lot'
}
