/**
 * The limits as constraints on weights: each a bound on a sum over some members, which can be
 * met by shrinking members towards zero. A constraint is a noun: it says what it measures, how
 * much is allowed and who may give way; `shrink.ts` makes room.
 *
 * Bounds are the warn levels. But for net where it leaves hedges apart, all of them are convex in the weights, so that a book
 * between two that meet a bound meets it too.
 */
import { byCodeUnit } from '#model/canonical-json.ts'
import type { InstrumentId } from '#model/ids.ts'
import { CLASS_LIMITS, classOf, MARGIN_AVAILABLE } from '#risk/class-limits.ts'
import type { Clusters } from '#risk/correlation-clusters.ts'
import { netLeverage, netRates } from '#risk/currency-hedges.ts'
import type { Exposures } from '#risk/exposures.ts'
import { countsByName } from '#risk/issuer-weights.ts'
import { levelOf, type Limit, type Metric } from '#risk/limits.ts'
import type { ValuedName } from '#construction/valued-book.ts'

export interface Constraint {
  /** As printed: `position:AAPL.STK.USD`, `sector:Energy`, `cluster:…`, `class:FUT`, `margin`, `gross`, `net`, `cash`. */
  readonly label: string
  /** What is bounded, of weights in the order of the names. */
  measure(weights: Float64Array): number
  /** Most that `measure` may be. */
  readonly limit: number
  /** Who may shrink to meet it, and by how much each unit of weight helps (cᵢ ≥ 0). */
  members(weights: Float64Array): readonly Member[]
}

export interface Member {
  /** Place in the list of names. */
  readonly index: number
  readonly coefficient: number
}

/**
 * All constraints of a plan, from the narrow to the wide. Names, sectors and clusters count by issuer (`risk/issuer-weights.ts`),
 * classes by the table of `risk/class-limits.ts`, net without hedges (`risk/currency-hedges.ts`).
 *
 * @param cashBuffer - kept in cash, fraction of net asset value
 */
export function constraintsOf(
  names: readonly ValuedName[],
  clusters: Clusters,
  limits: readonly Limit[],
  cashBuffer: number,
): Constraint[] {
  const all = names.map((_, index) => index)
  const named = all.filter((index) => countsByName(names[index]!.facts))
  const issuers = Map.groupBy(named, (index) => names[index]!.facts.issuer)
  const sectors = Map.groupBy(named, (index) => names[index]!.sector)
  const groups = Map.groupBy(named, (index): InstrumentId | undefined =>
    clusters.get(names[index]!.id),
  )
  const most = (metric: Metric): number => levelOf(limits, metric, 'warn')
  return [
    ...[...issuers].map(([issuer, of]) => issuersOf(`position:${issuer}`, names, of, most('largestPosition'))), // prettier-ignore
    ...[...sectors].map(([sector, of]) => issuersOf(`sector:${sector}`, names, of, most('largestSector'))), // prettier-ignore
    ...[...groups].flatMap(([first, of]) => first === undefined || of.length < 2 ? [] : [issuersOf(`cluster:${first}`, names, of, most('correlatedWeight'))]), // prettier-ignore
    ...classesOf(names, all, most('grossLeverage')),
    sumOf('gross', all, () => 1, most('grossLeverage')),
    netOf('net', names, 1, most('netLeverage')),
    netOf('net-short', names, -1, most('netLeverage')),
    balanceOf('cash', all, (index, weight) => weight * cashShare(names[index]!), 1 - cashBuffer),
  ]
}

/**
 * Each class inside its own leverage, where that is less than the portfolio's, which holds anyway; the margin of all inside the
 * net asset value.
 */
function classesOf(
  names: readonly ValuedName[],
  all: readonly number[],
  gross: number,
): Constraint[] {
  const classes = Map.groupBy(all, (index) => classOf(names[index]!.facts))
  const rows = [...classes]
    .filter(([name]) => CLASS_LIMITS[name].leverage < gross)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
  const rateOf = (index: number): number => CLASS_LIMITS[classOf(names[index]!.facts)].marginRate
  return [
    ...rows.map(([name, of]) => sumOf(`class:${name}`, of, () => 1, CLASS_LIMITS[name].leverage)),
    sumOf('margin', all, rateOf, MARGIN_AVAILABLE),
  ]
}

/** Σ cᵢ|wᵢ| of some names, any of which may shrink. */
function sumOf(
  label: string,
  indices: readonly number[],
  coefficientOf: (index: number) => number,
  limit: number,
): Constraint {
  const members = indices.map((index) => ({ index, coefficient: coefficientOf(index) }))
  return {
    label,
    limit,
    measure: (weights) =>
      members.reduce((total, { index, coefficient }) => total + coefficient * Math.abs(weights[index]!), 0), // prettier-ignore
    members: () => members,
  }
}

/** Σ over issuers of |Σw|, which those lower that are on their issuer's side; what is against it is a hedge. */
function issuersOf(
  label: string,
  names: readonly ValuedName[],
  indices: readonly number[],
  limit: number,
): Constraint {
  const issuers = [...Map.groupBy(indices, (index) => names[index]!.facts.issuer).values()]
  const sumsOf = (weights: Float64Array): readonly number[] =>
    issuers.map((of) => of.reduce((total, index) => total + weights[index]!, 0))
  return {
    label,
    limit,
    measure: (weights) => sumsOf(weights).reduce((total, sum) => total + Math.abs(sum), 0),
    members: (weights) =>
      sumsOf(weights).flatMap(
        (sum, k) =>
        issuers[k]!.flatMap((index) => weights[index]! * sum > 0 ? [{ index, coefficient: 1 }] : []), // prettier-ignore
      ),
  }
}

/** Net leverage one way, lowered by what counts on that side. */
function netOf(
  label: string,
  names: readonly ValuedName[],
  way: 1 | -1,
  limit: number,
): Constraint {
  const bookOf = (weights: Float64Array): Exposures =>
    names.map(({ id, facts }, i) => ({ ...facts, instrument: id, weight: weights[i]! }))
  return {
    label,
    limit,
    measure: (weights) => way * netLeverage(bookOf(weights)),
    members: (weights) =>
      [...netRates(bookOf(weights))].flatMap((coefficient, index) =>
        way * weights[index]! > 0 && coefficient > 0 ? [{ index, coefficient }] : [],
      ),
  }
}

/** A signed sum, which only those on its positive side can lower. */
function balanceOf(
  label: string,
  indices: readonly number[],
  term: (index: number, weight: number) => number,
  limit: number,
): Constraint {
  return {
    label,
    limit,
    measure: (weights) => indices.reduce((total, i) => total + term(i, weights[i]!), 0),
    members: (weights) =>
      indices.flatMap((index) => {
        const weight = weights[index]!
        const value = term(index, weight)
        return value > 0 ? [{ index, coefficient: value / Math.abs(weight) }] : []
      }),
  }
}

/** Cash that a unit of exposure takes: 1 for stocks, 0 for futures and forex, less for options. */
export function cashShare({ unitCash, unitExposure }: ValuedName): number {
  return unitCash === 0 || !Number.isFinite(unitExposure) || unitExposure === 0
    ? 0
    : unitCash / unitExposure
}
