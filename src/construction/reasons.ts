/** The why of every name, in words: for its line, or for having none. */
import type { Quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { LineReason } from '#model/plan.ts'
import { latchesForbid } from '#risk/latch.ts'
import type { AdditionBans } from '#construction/addition-bans.ts'
import { bandOf } from '#construction/no-trade-band.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'
import type { Wishes } from '#construction/wishes.ts'

/** What led to the changes of a rebalance. */
export interface Story {
  readonly inputs: Pick<PlanInputs, 'request' | 'policy' | 'latches'>
  readonly book: ValuedBook
  readonly wishes: Wishes
  /** Weights after limits, before rounding, [n]. */
  readonly goals: Float64Array
  readonly bans: AdditionBans
}

export type Reason = Pick<LineReason, 'rule' | 'text' | 'weightTarget'>

/** A name that was wanted or held and got no line. */
export interface Skipped {
  readonly instrument: InstrumentId
  readonly reason: string
}

/** From the target to the weight that was aimed at, one reason a name. */
export function reasonsOf(story: Story): Reason[] {
  const { inputs, book, wishes, goals } = story
  return book.names.map((name, i) => {
    const [feasible, desired, goal] = [wishes.feasible[i]!, wishes.desired[i]!, goals[i]!]
    const asked = targetOf(name, inputs.policy.untargeted)
    const steps = [
      name.target === undefined ? 'no target' : `target ${percent(asked)}`,
      ...(name.target === undefined || feasible === asked ? [] : [`${percent(feasible)} within the limits`]), // prettier-ignore
      ...(name.target === undefined ? [] : [`band ${bandText(story, name, feasible)}`]),
      `held ${percent(name.weight)}`,
      ...(goal === desired ? [] : [`limits and turnover allow ${percent(goal)} now`]),
    ]
    const rule = desired === name.weight && goal !== desired ? 'limit' : wishes.rules[i]
    return { rule: rule ?? 'target', text: steps.join(', '), weightTarget: asked }
  })
}

/** The names without a change, each with the first thing that stood in the way. */
export function skippedOf(
  story: Story,
  changes: readonly Quantity[],
  told: readonly Skipped[],
): Skipped[] {
  const known = new Map(told.map(({ instrument, reason }) => [instrument, reason]))
  return story.book.names.flatMap((name, i) =>
    changes[i] === 0n
      ? [{ instrument: name.id, reason: known.get(name.id) ?? whyNot(story, name, i) }]
      : [],
  )
}

/** Names that a latch or a breached limit keeps from what was wanted. */
export function heldBack({ inputs, book, wishes, bans }: Story): InstrumentId[] {
  return book.names.flatMap((name, i) => {
    const { id, sector, weight, untradable } = name
    const halted = latchesForbid(inputs.latches, { instrument: id, sector, adds: false })
    const wantsChange = targetOf(name, inputs.policy.untargeted) !== weight
    if (untradable !== undefined) return halted !== undefined && wantsChange ? [id] : []
    return bans.has(id) && isAddition(weight, wishes.desired[i]!) ? [id] : []
  })
}

/** The weight the targets ask for, whatever stands in its way; an untargeted name's own where it is kept. */
export function targetOf({ target, weight }: ValuedName, untargeted: 'sell' | 'keep'): number {
  return target?.weight ?? (untargeted === 'sell' ? 0 : weight)
}

/** A weight as people read it: `3.20 %`. */
export const percent = (weight: number): string => `${(weight * 100).toFixed(2)} %`

const isAddition = (from: number, to: number): boolean =>
  from * to < 0 || Math.abs(to) > Math.abs(from)

function whyNot(story: Story, name: ValuedName, i: number): string {
  const { wishes, goals, bans, inputs } = story
  const { id, weight, untradable, target } = name
  const desired = wishes.desired[i]!
  if (untradable !== undefined) return untradable
  if (isAddition(weight, desired) && bans.has(id)) return bans.get(id) ?? 'additions are held back'
  if (desired !== weight && goals[i] === weight) return 'limits and turnover leave no room today'
  if (desired !== weight) return 'the trade is less than one lot'
  if (inputs.request.kind === 'cash-only') return 'not below its target, or no idle cash'
  if (target === undefined) return 'no target: kept as it is'
  return `within its band ${bandText(story, name, wishes.feasible[i]!)}`
}

function bandText(
  { inputs }: Pick<Story, 'inputs'>,
  { target }: ValuedName,
  feasible: number,
): string {
  const { lower, upper } = bandOf(inputs.policy.band, feasible, target ?? {})
  return `${percent(lower)} to ${percent(upper)}`
}
