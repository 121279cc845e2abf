/**
 * Why each name of an optimised plan is what it is, as plain data that a plan stores: the terms of the optimum's
 * condition for a unit more of it, the region in which it is not traded, and where it would go were trading free.
 * Figures have six digits, so that five hundred names take some hundred kilobytes and the sum still comes out.
 */
import type { ForecastPart } from '#alpha/forecast.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { NameReason } from '#model/plan-why.ts'
import { tightestOf, type Box } from '#construction/optimisation/normal-form.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import { multipliersOf } from '#construction/why/binding-limits.ts'
import { optimalityAt, termsOf, type Optimality } from '#construction/why/name-terms.ts'
import { freeWeight, noTradeRegion, scalarNameOf, tradeCost, worthOf, type OrderFees, type ScalarName } from '#construction/why/no-trade-region.ts' // prettier-ignore

/** What one source put into a forecast. */
export type SourcePart = Pick<ForecastPart, 'source' | 'contribution'>

/** What reasons need beside the optimum. */
export interface ReasonFacts {
  /** What made up each name's forecast; names without are absent. */
  readonly parts: ReadonlyMap<InstrumentId, readonly SourcePart[]>
  /** What an order in each name costs at least, [n]; nothing where absent. */
  readonly fees?: readonly OrderFees[]
}

/** One reason a name, in the order of the case. */
export function reasonsAt(
  of: OptimisationCase,
  optimum: Optimum,
  facts: ReasonFacts,
): NameReason[] {
  // prettier-ignore
  const at = optimalityAt(of, optimum.weights, multipliersOf(of, optimum))
  const box = tightestOf(of.bounds, of.names.length)
  return of.names.map((_, i) => reasonOf(at, box, i, facts))
}

/** A slope of less, over the horizon, is what solvers leave. */
const ROUNDING = 1e-7

const NO_FEES: OrderFees = { minimumFee: 0, feeRate: 0 }

function reasonOf(at: Optimality, box: Box, i: number, { parts, fees }: ReasonFacts): NameReason {
  const { of, w } = at
  const instrument = of.names[i]!
  const start = of.start[i]!
  const { forecast, risk, uncertainty, borrow, cost, limits, left } = termsOf(at, i)
  const name = scalarNameOf(at, i, box, fees?.[i] ?? NO_FEES)
  const { lower, upper } = noTradeRegion(name)
  const free = freeWeight(name)
  const move = moveOf(of, name, i, free)
  const sources = sourcesOf(parts.get(instrument) ?? [])
  const felt = limits.filter(({ term }) => Math.abs(term) > ROUNDING).toSorted((a, b) => Math.abs(b.term) - Math.abs(a.term)) // prettier-ignore
  return {
    instrument,
    start: digits(start),
    weight: digits(w[i]!),
    forecast: digits(forecast),
    ...(sources.length > 0 && { sources }),
    risk: digits(risk),
    ...(uncertainty !== 0 && { uncertainty: digits(uncertainty) }),
    ...(borrow !== 0 && { borrow: digits(borrow) }),
    ...(cost !== 0 && { cost: digits(cost) }),
    ...(felt.length > 0 && { limits: felt.map(({ label, term }) => [label, digits(term)] as const) }), // prettier-ignore
    ...(Math.abs(left) > ROUNDING && { left: digits(left) }),
    noTrade: [digits(lower), digits(upper)],
    free: digits(free),
    ...move,
  }
}

type Move = Pick<NameReason, 'gain' | 'tradingCost' | 'roomCost'>

/** What going where it would be free gains and costs; nothing of a name that is there. */
function moveOf(of: OptimisationCase, name: ScalarName, i: number, free: number): Move {
  const start = of.start[i]!
  const size = Math.abs(free - start)
  if (size === 0) return {}
  const gain = digits((worthOf(name, free) - worthOf(name, start)) / size)
  const own = { ...name, trading: of.tradingCost[i]!, impact: of.impact[i]! }
  const tradingCost = tradeCost(own, start, free) / size
  const room = tradeCost(name, start, free) / size - tradingCost
  return {
    gain,
    tradingCost: digits(tradingCost),
    ...(room > ROUNDING && { roomCost: digits(room) }),
  }
}

const sourcesOf = (parts: readonly SourcePart[]): (readonly [string, number])[] =>
  parts
    .filter(({ contribution }) => contribution !== 0)
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map(({ source, contribution }) => [source, digits(contribution)])

/** Six significant digits. */
const digits = (value: number): number => Number(value.toPrecision(6))
