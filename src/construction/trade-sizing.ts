/**
 * From weights to whole lots: rounding by the named policy, the minimum ticket, and then a second
 * look, for rounding must neither break a limit nor overdraw the cash.
 *
 * The second look only ever makes trades smaller, largest first, lot by lot; it ends because they
 * run out. Additions give way to limits and cash, reductions only to the day's turnover.
 */
import { quantityFrom, toNumber } from '#model/border.ts'
import {
  greater,
  magnitude,
  minus,
  negate,
  plus,
  quantity,
  roundTo,
  type Quantity,
  type Rounding,
} from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Constraint } from '#construction/constraints.ts'
import { FLAT } from '#construction/margin.ts'
import type { PolicySettings } from '#construction/plan-inputs.ts'
import { SLACK } from '#construction/shrink.ts'
import { after, legsOf, notionalOf, weightOfHolding } from '#construction/trade.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

export interface Sizing {
  /** Signed change of each name's holding, whole lots, by place in the book's names. */
  readonly changes: readonly Quantity[]
  readonly skipped: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
}

export interface SizingProblem {
  readonly book: ValuedBook
  /** Weights to reach, [n]; equal to the weight held where nothing is to be done. */
  readonly goals: Float64Array
  readonly policy: Pick<PolicySettings, 'rounding' | 'minimumTicket' | 'cashBuffer'>
  readonly constraints: readonly Constraint[]
  /** Σ|Δw| that may still be traded today, ≥ 0; ∞ where there is no bound. */
  readonly turnoverLeft: number
  /** Predicted cost of changes, base currency ≥ 0. */
  readonly costOf: (changes: readonly Quantity[]) => number
}

export function sizeTrades(problem: SizingProblem): Sizing {
  const { book, goals, policy } = problem
  const wanted = book.names.map((name, i) => wholeLots(name, goals[i]!, book.nav, policy.rounding))
  const changes = wanted.map((change, i) => withoutSmallLegs(book.names[i]!, change, policy))
  trimReductions(problem, changes)
  repair(problem, changes)
  return { changes, skipped: skippedOf(problem, wanted, changes) }
}

/** Of a lot: less is what float sums are off by. */
const HAIR = 1e-3

function wholeLots(name: ValuedName, goal: number, nav: number, rounding: Rounding): Quantity {
  const { instrument, weight, held, unitExposure } = name
  if (instrument === undefined || goal === weight) return FLAT
  // Rounded towards zero a hair less than what is held would be a whole lot less.
  const lots = ((goal - weight) * nav) / (unitExposure * toNumber(instrument.lot))
  if (Math.abs(lots) < HAIR) return FLAT
  const units = quantityFrom((goal * nav) / unitExposure)
  const target = goal === 0 ? FLAT : roundTo(units, instrument.lot, rounding)
  return roundTo(minus(target, held), instrument.lot, 'toward-zero')
}

/** Drops a leg below the minimum ticket; a reduction that an addition waits for stays with it. */
function withoutSmallLegs(
  name: ValuedName,
  change: Quantity,
  { minimumTicket }: Pick<PolicySettings, 'minimumTicket'>,
): Quantity {
  const { reduction, addition } = legsOf(name.held, change)
  const keepsAddition = addition !== 0n && notionalOf(name, addition) >= minimumTicket
  if (keepsAddition) return change
  return reduction !== 0n && notionalOf(name, reduction) >= minimumTicket ? reduction : FLAT
}

/** Reductions rounded up beyond the day's turnover lose lots, the largest first. */
function trimReductions({ book, turnoverLeft, policy }: SizingProblem, changes: Quantity[]): void {
  const reductions = book.names.map((name, i) => legsOf(name.held, changes[i]!).reduction)
  const order = book.names
    .map((name, i) => ({ name, i, value: notionalOf(name, reductions[i]!) }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value || a.i - b.i)
  let excess = order.reduce((total, { value }) => total + value, 0) - turnoverLeft * book.nav
  for (const { name, i, value } of order) {
    if (!(excess > SLACK * book.nav)) return
    const perUnit = notionalOf(name, ONE)
    changes[i] = smaller(name, reductions[i]!, quantityFrom(Math.min(excess, value) / perUnit), policy) // prettier-ignore
    excess -= value - notionalOf(name, changes[i])
  }
}

/** Takes lots off additions until nothing is short that they can mend. */
function repair(problem: SizingProblem, changes: Quantity[]): void {
  const shortages = shortagesOf(problem)
  for (let round = 0; round < ROUNDS; round++) {
    const reached = weightsAfter(problem.book, changes)
    const mended = shortages.some((shortage) => {
      const excess = shortage.excess(reached, changes)
      return excess > SLACK && takeOff(problem, changes, shortage.givers(reached), excess)
    })
    if (!mended) return
  }
}

/** Each round takes at least a lot off; a few rounds suffice, the bound only stops a bug. */
const ROUNDS = 1_000

/** Something there is too much of. */
interface Shortage {
  /** By how much, fraction of net asset value; ≤ 0 is enough. */
  excess(reached: Float64Array, changes: readonly Quantity[]): number
  /** Whose additions could be made smaller, and what a unit less frees, base currency > 0. */
  givers(reached: Float64Array): readonly Giver[]
}

interface Giver {
  readonly index: number
  readonly perUnit: number
  /** Only additions in this direction help. */
  readonly direction: 1 | -1
}

function shortagesOf(problem: SizingProblem): Shortage[] {
  const { book, constraints, turnoverLeft } = problem
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const ofLimits = constraints.map((constraint): Shortage => {
    const bound = Math.max(constraint.limit, constraint.measure(held))
    return {
      excess: (reached) => constraint.measure(reached) - bound,
      givers: (reached) =>
        constraint.members(reached).map(({ index, coefficient }) => ({
          index,
          perUnit: coefficient * Math.abs(book.names[index]!.unitExposure),
          direction: reached[index]! * book.names[index]!.unitExposure < 0 ? -1 : 1,
        })),
    }
  })
  const ofCash: Shortage = {
    excess: (_, changes) => cashShortfall(problem, changes),
    givers: () =>
      book.names.flatMap(({ unitCash }, index) =>
        unitCash > 0 ? [{ index, perUnit: unitCash, direction: 1 }] : [],
      ),
  }
  const ofTurnover: Shortage = {
    excess: (_, changes) => turnoverOf(book, changes) - turnoverLeft,
    givers: () =>
      book.names.flatMap((name, index) => {
        const perUnit = notionalOf(name, ONE)
        return perUnit > 0 ? [{ index, perUnit, direction: 1 }, { index, perUnit, direction: -1 }] : [] // prettier-ignore
      }),
  }
  return [...ofLimits, ofTurnover, ofCash]
}

/**
 * Makes the largest addition among the givers smaller by the lots that free `excess`.
 *
 * @param excess - fraction of net asset value
 * @returns false when none of them adds anything
 */
function takeOff(
  { book, policy }: SizingProblem,
  changes: Quantity[],
  givers: readonly Giver[],
  excess: number,
): boolean {
  let largest: { giver: Giver; value: number } | undefined
  for (const giver of givers) {
    const name = book.names[giver.index]!
    const { addition } = legsOf(name.held, changes[giver.index]!)
    if (addition === 0n || addition > 0n !== giver.direction > 0) continue
    const value = notionalOf(name, addition)
    if (largest === undefined || value > largest.value) largest = { giver, value }
  }
  if (largest === undefined) return false
  const { index, perUnit } = largest.giver
  const units = quantityFrom((excess * book.nav) / perUnit)
  changes[index] = withSmallerAddition(book.names[index]!, changes[index]!, units, policy)
  return true
}

function withSmallerAddition(
  name: ValuedName,
  change: Quantity,
  units: Quantity,
  policy: Pick<PolicySettings, 'minimumTicket'>,
): Quantity {
  const { reduction, addition } = legsOf(name.held, change)
  return plus(reduction, smaller(name, addition, units, policy))
}

/** A leg less at least so many units, in whole lots and at least one; nothing below the minimum ticket. */
function smaller(
  name: ValuedName,
  leg: Quantity,
  units: Quantity,
  { minimumTicket }: Pick<PolicySettings, 'minimumTicket'>,
): Quantity {
  const lot = name.instrument?.lot ?? magnitude(leg)
  const less = greater(lot, roundTo(greater(units, FLAT), lot, 'up'))
  const left = minus(magnitude(leg), less)
  if (left <= 0n || notionalOf(name, left) < minimumTicket) return FLAT
  return leg < 0n ? negate(left) : left
}

const ONE = quantity('1')

/** Σ|traded| / net asset value. */
const turnoverOf = ({ names, nav }: ValuedBook, changes: readonly Quantity[]): number =>
  changes.reduce((total, change, i) => total + notionalOf(names[i]!, change), 0) / nav

/** Cash missing to the buffer after all changes and their cost, fraction of net asset value; ≤ 0 is enough. */
function cashShortfall(
  { book, policy, costOf }: SizingProblem,
  changes: readonly Quantity[],
): number {
  const spent = changes.reduce(
    (total, change, i) =>
      change === 0n ? total : total + toNumber(change) * book.names[i]!.unitCash,
    0,
  )
  return policy.cashBuffer - (book.cash - spent - costOf(changes)) / book.nav
}

/** Weights once the changes are made, in the order of the book; fractions of net asset value. */
export function weightsAfter(book: ValuedBook, changes: readonly Quantity[]): Float64Array {
  return Float64Array.from(book.names, (name, i) =>
    changes[i] === 0n
      ? name.weight
      : weightOfHolding(name, after(name, changes[i] ?? FLAT), book.nav),
  )
}

function skippedOf(
  { book, policy }: SizingProblem,
  wanted: readonly Quantity[],
  changes: readonly Quantity[],
): Sizing['skipped'] {
  return book.names.flatMap((name, i) => {
    const change = wanted[i]!
    if (change === 0n || changes[i] !== 0n) return []
    const value = notionalOf(name, change).toFixed(2)
    const reason =
      Number(value) < policy.minimumTicket
        ? `the trade is worth ${value}, the minimum ticket is ${policy.minimumTicket}`
        : `the trade of ${value} was given up: rounding it to whole lots left no room or cash`
    return [{ instrument: name.id, reason }]
  })
}
