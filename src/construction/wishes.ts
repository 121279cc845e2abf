/**
 * Where each name should go, before limits have their say on the whole: target weights, scaled to
 * what the limits allow, and the no-trade band around them.
 *
 * Targets are made feasible *before* the bands are laid around them. A targets file that asks for
 * more than a limit allows is thus scaled alike for all its names, and the same file asks for
 * nothing more the next time.
 */
import type { Constraint } from '#construction/constraints.ts'
import { bandOf, destinationOf } from '#construction/no-trade-band.ts'
import type { PlanInputs } from '#construction/plan-inputs.ts'
import { shrink } from '#construction/shrink.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'
import { cashShare } from '#construction/constraints.ts'

export interface Wishes {
  /** Target weights as asked for, [n]. */
  readonly asked: Float64Array
  /** As the limits allow, [n]; |feasible| ≤ |asked|. */
  readonly feasible: Float64Array
  /** Where to go, bands considered, [n]. */
  readonly desired: Float64Array
  /** Which rule says so, one a name. */
  readonly rules: readonly Rule[]
  readonly shrunkBy: readonly string[]
}

/** Which rule made a trade, or kept a name from one. */
export type Rule = 'target' | 'band' | 'untargeted' | 'cash-only' | 'kept'

type Asked = Pick<PlanInputs, 'request' | 'policy'>

export function wishesOf(
  { request, policy }: Asked,
  book: ValuedBook,
  constraints: readonly Constraint[],
): Wishes {
  const asked = Float64Array.from(book.names, (name) => askedWeight(name, policy.untargeted))
  const floors = Float64Array.from(book.names, ({ untradable, target, weight }) =>
    untradable !== undefined || target === undefined ? Math.abs(weight) : 0,
  )
  const { weights: feasible, shrunkBy } = shrink(asked, floors, constraints)
  const going =
    request.kind === 'cash-only'
      ? idleCashInvested(book, feasible, policy.cashBuffer)
      : book.names.map((name, i) => towardsTarget(name, feasible[i]!, policy))
  return {
    asked,
    feasible,
    desired: Float64Array.from(going, ({ weight }) => weight),
    rules: going.map(({ rule }) => rule),
    shrunkBy,
  }
}

interface Wish {
  readonly weight: number
  readonly rule: Rule
}

function askedWeight(
  { untradable, target, weight }: ValuedName,
  untargeted: 'sell' | 'keep',
): number {
  if (untradable !== undefined) return weight
  return target?.weight ?? (untargeted === 'sell' ? 0 : weight)
}

function towardsTarget(
  { untradable, target, weight }: ValuedName,
  feasible: number,
  { band, destination }: PlanInputs['policy'],
): Wish {
  if (untradable !== undefined) return { weight, rule: 'kept' }
  if (target === undefined)
    return feasible === weight ? { weight, rule: 'kept' } : { weight: feasible, rule: 'untargeted' }
  const goal = destinationOf(weight, feasible, bandOf(band, feasible, target), destination)
  return { weight: goal, rule: destination === 'target' || goal === feasible ? 'target' : 'band' }
}

/** Buys only, each name's gap to its target cut by the same share so that the idle cash pays for all. */
function idleCashInvested(
  { names, nav, cash }: ValuedBook,
  feasible: Float64Array,
  cashBuffer: number,
): Wish[] {
  const gaps = names.map(({ untradable, target, weight }, i) =>
    untradable === undefined && target !== undefined && weight >= 0
      ? Math.max(0, feasible[i]! - weight)
      : 0,
  )
  const needed = gaps.reduce((total, gap, i) => total + gap * cashShare(names[i]!), 0)
  const idle = Math.max(0, cash / nav - cashBuffer)
  const share = needed > idle ? idle / needed : 1
  return names.map(({ weight }, i) => ({
    weight: weight + share * gaps[i]!,
    rule: gaps[i]! > 0 ? 'cash-only' : 'kept',
  }))
}
