import { expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import type { Rounding } from '#model/fixed.ts'
import type { Constraint } from '#construction/constraints.ts'
import { sizeTrades, type SizingProblem } from '#construction/trade-sizing.ts'
import { legsOf } from '#construction/trade.ts'
import { valueBook } from '#construction/valued-book.ts'
import { quantity } from '#model/fixed.ts'
import { planInputs, type NameCase } from '#test/support/plan-inputs.ts'
import { table } from '#test/support/table.ts'

function size(
  cash: number,
  names: readonly NameCase[],
  goals: readonly number[],
  changes: Partial<SizingProblem> & {
    readonly rounding?: Rounding
    readonly minimumTicket?: number
  } = {},
): number[] {
  const { rounding = 'half-even', minimumTicket = 0, ...others } = changes
  return sizeTrades({
    book: valueBook(
      planInputs(
        cash,
        names.map((name) => ({ target: 0, ...name })),
      ),
    ),
    goals: Float64Array.from(goals),
    policy: { rounding, minimumTicket, cashBuffer: 0 },
    constraints: [],
    turnoverLeft: Number.POSITIVE_INFINITY,
    costOf: () => 0,
    ...others,
  }).changes.map(toNumber)
}

const gross = (limit: number): Constraint => ({
  label: 'gross',
  limit,
  measure: (weights) => weights.reduce((total, weight) => total + Math.abs(weight), 0),
  members: (weights) => Array.from(weights, (_, index) => ({ index, coefficient: 1 })),
})

test.each(
  table(`
    held | change | reduction | addition
    100  | -40    | -40       | 0
    100  | -150   | -100      | -50
    100  | 50     | 0         | 50
    -100 | 40     | 40        | 0
    -100 | 150    | 100       | 50
    -100 | -50    | 0         | -50
    0    | 50     | 0         | 50
    0    | -50    | 0         | -50
  `),
)(
  'from $held by $change: reduce $reduction, add $addition',
  ({ held, change, reduction, addition }) => {
    expect(legsOf(quantity(held), quantity(change))).toEqual({
      reduction: quantity(reduction),
      addition: quantity(addition),
    })
  },
)

test('rounding up beyond the gross limit is taken back', () => {
  // 3.3 shares of 10,000 each of one million: rounded away from zero 4 + 4, 0.08 of 0.07 allowed.
  const names: NameCase[] = [
    { symbol: 'AAA', price: 10_000 },
    { symbol: 'BBB', price: 10_000 },
  ]
  const options = { rounding: 'away-from-zero', constraints: [gross(0.07)] } as const
  expect(size(1_000_000, names, [0.033, 0.033], options)).toEqual([3, 4])
})

test('purchases never overdraw the cash, costs included', () => {
  const names: NameCase[] = [{ symbol: 'AAA' }, { symbol: 'BBB' }]
  expect(size(10_000, names, [0.5, 0.5])).toEqual([50, 50])
  expect(size(10_000, names, [0.5, 0.5], { costOf: () => 1 })).toEqual([49, 50])
  expect(size(10_000, names, [0.5, 0.5], { costOf: () => 250 })).toEqual([47, 50])
})

test('a short does not pay for a purchase beyond its proceeds', () => {
  const names: NameCase[] = [{ symbol: 'AAA' }, { symbol: 'SHORT' }]
  expect(size(10_000, names, [1.5, -0.5])).toEqual([150, -50])
  expect(size(10_000, names, [1.6, -0.5])).toEqual([150, -50])
})

test('reductions rounded up beyond the day’s turnover lose lots, and take the additions with them', () => {
  const names: NameCase[] = [{ symbol: 'AAA', held: 100 }, { symbol: 'BBB' }]
  // 40 shares to sell of one hundred at 100, cash 90,000: 4,000 of the 3,950 that the day has left.
  expect(size(90_000, names, [0.06, 0], { turnoverLeft: 0.0395 })).toEqual([-39, 0])
  expect(size(90_000, names, [0.06, 0.05], { turnoverLeft: 0.0395 })).toEqual([-39, 0])
  expect(size(90_000, names, [0.06, 0.05], { turnoverLeft: 0.0605 })).toEqual([-40, 20])
})

test('a flip cut in its first half has no second', () => {
  const names: NameCase[] = [{ symbol: 'AAA', held: 100 }]
  expect(size(90_000, names, [-0.05], { turnoverLeft: 0.06 })).toEqual([-60])
})

test('a leg below the minimum ticket is left out; the half of a flip that is not, stays', () => {
  const names: NameCase[] = [{ symbol: 'AAA', held: 100 }]
  const options = { minimumTicket: 2_000 }
  expect(size(90_000, names, [0.09], options)).toEqual([0])
  expect(size(90_000, names, [-0.01], options)).toEqual([-100])
  expect(size(90_000, [{ symbol: 'AAA', held: 10 }], [-0.04], options)).toEqual([-46])
})

test('what is not to move does not, however odd its lot', () => {
  const names: NameCase[] = [
    { symbol: 'AAA', held: 10.5 },
    { symbol: 'BBB', held: 3.25 },
  ]
  const book = valueBook(planInputs(10_000, names))
  expect(size(10_000, names, [book.names[0]!.weight, 0])).toEqual([0, -3])
})
