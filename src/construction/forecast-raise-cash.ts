/**
 * Frees an amount of cash where forecasts decide: of the ways to free it by sales alone, the one that leaves the book worth
 * most after risk and costs. Two limits join the plan's own:
 *
 * - `raise-cash:…` lets each long holding that is paid for shrink, and keeps every other name where it is;
 * - `raise-cash` makes what is sold come to the amount and what selling it costs, no less and no more.
 *
 * What selling costs in whole lots is known only afterwards, so the amount is asked for again with what was missing. The
 * minimum ticket does not apply: the cash is wanted.
 */
import { toNumber } from '#model/border.ts'
import type { Quantity } from '#model/fixed.ts'
import { err, type Result } from '#model/result.ts'
import { listed } from '#construction/checks.ts'
import { cashShare } from '#construction/constraints.ts'
import type { OnePeriod } from '#construction/forecast-planner.ts'
import type { LotSolution } from '#construction/lots/lot-problem.ts'
import type { NameBound, OptimisationCase, WeightLimit } from '#construction/optimisation/optimisation-case.ts' // prettier-ignore
import { optimise } from '#construction/optimisation/optimise.ts'
import type { ValuedBook, ValuedName } from '#construction/valued-book.ts'
import { limitByName } from '#construction/why/limit-words.ts'

/** Label of what the sales come to. */
const RAISED = 'raise-cash'
const MOST_ROUNDS = 8
/** Room between the least and the most that sales may come to, as a share of it. */
const ROOM = 1e-6

/** An optimum and its whole lots. */
export interface SizedOptimum extends OnePeriod {
  readonly sized: LotSolution
}

export interface RaisingFacts {
  readonly book: ValuedBook
  readonly currency: string
  /** Base currency > 0. */
  readonly amount: number
  /** The optimum of a case in whole lots; what sales may come to is widened there, for lots have a size. */
  readonly solve: (of: OptimisationCase, forLots: ForLots) => Result<SizedOptimum>
  /** What changes bring after costs, base currency. */
  readonly proceedsOf: (sized: LotSolution) => number
}

export type ForLots = (of: OptimisationCase) => OptimisationCase

/** @returns else in words what can be had */
export function raisingCash(of: OptimisationCase, facts: RaisingFacts): Result<SizedOptimum> {
  const { amount, book, solve, proceedsOf } = facts
  let asked = amount
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const sized = solve(raisingCase(of, book, asked), widenedBy(book, asked, round))
    if (!sized.ok) break
    const missing = amount - proceedsOf(sized.value.sized)
    if (missing <= 0) return sized
    asked += missing
  }
  return err(mostInWords(of, facts))
}

/** What changes bring after their cost, base currency. */
export function proceedsOfChanges(
  { names }: ValuedBook,
  changes: readonly Quantity[],
  cost: number,
): number {
  return changes.reduce((sum, change, i) => sum - toNumber(change) * names[i]!.unitCash, -cost)
}

function raisingCase(of: OptimisationCase, book: ValuedBook, asked: number): OptimisationCase {
  const rates = Float64Array.from(book.names, (name) => (isSellable(name) ? cashShare(name) : 0))
  const held = rates.reduce((sum, rate, i) => sum + rate * of.start[i]!, 0)
  const share = asked / book.nav
  const sales: WeightLimit = { name: RAISED, measure: 'net', rates, lower: held - share * (1 + ROOM), upper: held - share, kind: 'fact' } // prettier-ignore
  return { ...of, bounds: [...of.bounds, ...boundsOf(book)], limits: [...of.limits, sales] }
}

const boundsOf = ({ names }: ValuedBook): NameBound[] =>
  names.map((name, index) => {
    const { id, weight } = name
    const [lower, upper] = isSellable(name) ? [Math.min(0, weight), Math.max(0, weight)] : [weight, weight] // prettier-ignore
    return { label: `${RAISED}:${id}`, index, lower, upper, kind: 'fact' }
  })

/** Tradable, long, and paid for. */
const isSellable = ({ untradable, held, unitCash }: ValuedName): boolean =>
  untradable === undefined && held > 0n && unitCash > 0

/**
 * In whole lots sales may come to a little more than was asked for, rather than to an order of a lot or two: by the smallest
 * lot that can be sold or so much of the amount, or by the largest lot where that will not do.
 */
function widenedBy({ names, nav }: ValuedBook, asked: number, round: number): ForLots {
  const lots = names.flatMap((name) => isSellable(name) && name.instrument !== undefined ? [toNumber(name.instrument.lot) * name.unitCash] : []) // prettier-ignore
  const lot = round < MOST_ROUNDS / 2 ? Math.min(...lots) : Math.max(...lots)
  const room = lots.length === 0 ? 0 : Math.max(lot, MORE * asked) / nav
  return (of) => ({ ...of, limits: of.limits.map((limit) => limit.name === RAISED ? { ...limit, lower: limit.lower - room } : limit) }) // prettier-ignore
}

const MORE = 0.01

/** What could be freed at most, and what stands in the way of more. */
function mostInWords(
  of: OptimisationCase,
  { book, amount, currency }: Pick<RaisingFacts, 'book' | 'amount' | 'currency'>,
): string {
  const asked = `${amount.toFixed(2)} ${currency} of cash cannot be freed`
  const rates = Float64Array.from(book.names, (name) => (isSellable(name) ? cashShare(name) : 0))
  const all = optimise({ ...of, bounds: [...of.bounds, ...boundsOf(book)], expectedReturn: rates.map((rate) => -rate), riskAversion: SELLING_OUT, uncertaintyAversion: 0 }) // prettier-ignore
  if (all.status !== 'optimal') return `${asked}: the limits leave no way to sell`
  const freed = rates.reduce((sum, rate, i) => {
    const size = Math.abs(all.weights[i]! - of.start[i]!)
    const cost = of.tradingCost[i]! * size + of.impact[i]! * size * Math.sqrt(size)
    return sum + rate * (of.start[i]! - all.weights[i]!) - cost
  }, 0)
  const inTheWay = [...all.shadowPrices.keys()].filter((label) => !label.startsWith(RAISED)).map(limitByName) // prettier-ignore
  const why = inTheWay.length === 0 ? '' : ` (${listed(inTheWay)} in the way)`
  return `${asked}: all that may be sold today brings about ${(Math.max(0, freed) * book.nav).toFixed(2)} ${currency} after costs${why}; ask for less` // prettier-ignore
}

/** Next to no aversion to risk: everything is sold that may be. */
const SELLING_OUT = 1e-6
