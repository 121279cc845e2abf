/**
 * Frees an amount of cash by sales alone: what is above target first, most overweight first, and
 * only when all of that is sold, everything long by the same share.
 *
 * The amount is what the sales bring at the mid less what they are expected to cost, in whole
 * lots, so it is covered exactly or by less than one lot more. A minimum ticket does not apply:
 * the cash is wanted.
 */
import { quantityFrom, toNumber } from '#model/border.ts'
import { fractionOf, lesser, minus, negate, plus, roundTo, type Quantity } from '#model/fixed.ts'
import { costInMoney } from '#costs/trade-cost.ts'
import { FLAT } from '#construction/margin.ts'
import type { CostModel } from '#construction/predicted-cost.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'

export interface Raised {
  /** Signed change of each name's holding, ≤ 0, by place in the book's names. */
  readonly changes: readonly Quantity[]
  /** Base currency, after costs. */
  readonly amount: number
}

/**
 * @param feasible - target weights, [n]
 * @param amount - base currency > 0
 */
export function raiseCash(
  book: ValuedBook,
  feasible: Float64Array,
  amount: number,
  cost: CostModel,
): Raised {
  const sales = book.names.map(() => FLAT)
  let needed = amount
  for (const { index, sellable } of overweights(book, feasible))
    needed -= sellInto(book, sales, index, sellable, needed, cost)
  if (needed > 0) sellAlike(book, sales, needed, cost)
  return {
    changes: sales.map(negate),
    amount: book.names.reduce((total, name, i) => total + proceedsOf(name, sales[i]!, cost), 0),
  }
}

/** Sellable: tradable, long, and cash on sale. */
const canSell = ({ untradable, held, unitCash, instrument }: ValuedName): boolean =>
  untradable === undefined && instrument !== undefined && held > 0n && unitCash > 0

function overweights(
  { names, nav }: ValuedBook,
  feasible: Float64Array,
): { readonly index: number; readonly sellable: Quantity }[] {
  return names
    .map((name, index) => ({ name, index, over: name.weight - Math.max(0, feasible[index]!) }))
    .filter(({ name, over }) => canSell(name) && over > 0)
    .toSorted((a, b) => b.over - a.over || a.index - b.index)
    .map(({ name, index, over }) => ({
      index,
      sellable: lesser(wholeLots(name, (over * nav) / name.unitExposure, 'down'), sellableOf(name)),
    }))
}

/** Everything long by one share, the largest holding first; then lot by lot until it is covered. */
function sellAlike(book: ValuedBook, sales: Quantity[], needed: number, cost: CostModel): void {
  const order = book.names
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => canSell(name))
    .toSorted((a, b) => b.name.weight - a.name.weight || a.index - b.index)
  const rest = order.map(({ name, index }) => minus(sellableOf(name), sales[index]!))
  const worth = order.reduce((total, { name }, k) => total + proceedsOf(name, rest[k]!, cost), 0)
  const share = worth > 0 ? Math.min(1, needed / worth) : 0
  let left = needed
  for (const [k, { name, index }] of order.entries()) {
    const before = sales[index]!
    sales[index] = plus(before, wholeLots(name, toNumber(rest[k]!) * share, 'down'))
    left -= proceedsOf(name, sales[index], cost) - proceedsOf(name, before, cost)
  }
  for (const { name, index } of order)
    left -= sellInto(book, sales, index, minus(sellableOf(name), sales[index]!), left, cost)
}

/** Sells the fewest lots of a name, at most `sellable`, that bring `needed` after costs; answers what they bring. */
function sellInto(
  { names }: ValuedBook,
  sales: Quantity[],
  index: number,
  sellable: Quantity,
  needed: number,
  cost: CostModel,
): number {
  const name = names[index]!
  const lot = name.instrument?.lot ?? FLAT
  if (sellable <= 0n || needed <= 0) return 0
  const before = sales[index]!
  const gain = (lots: bigint): number =>
    proceedsOf(name, plus(before, times(lot, lots)), cost) - proceedsOf(name, before, cost)
  let [low, high] = [0n, sellable / lot]
  // The fewest lots that suffice, by bisection: proceeds after costs grow with every lot sold.
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (gain(middle) >= needed) high = middle
    else low = middle
  }
  const brings = gain(high)
  if (!(brings > 0)) return 0
  sales[index] = plus(before, times(lot, high))
  return brings
}

/** What selling brings after its cost, base currency. */
function proceedsOf(name: ValuedName, sold: Quantity, cost: CostModel): number {
  if (sold === 0n) return 0
  return toNumber(sold) * name.unitCash - costInMoney(cost(name, negate(sold)))
}

const sellableOf = (name: ValuedName): Quantity =>
  roundTo(name.held, name.instrument?.lot ?? name.held, 'down')

const wholeLots = (name: ValuedName, units: number, policy: 'down'): Quantity =>
  roundTo(quantityFrom(Math.max(0, units)), name.instrument?.lot ?? FLAT, policy)

const times = (lot: Quantity, lots: bigint): Quantity => fractionOf(lot, lots, 1n)
