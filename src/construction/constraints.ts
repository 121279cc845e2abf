/**
 * The limits as constraints on weights: each a bound on Σ cᵢ|wᵢ| over some members, which can be
 * met by shrinking members towards zero. A constraint is a noun: it says what it measures, how
 * much is allowed and who may give way; `shrink.ts` makes room.
 *
 * Bounds are the warn levels. All of them are convex in the weights, so a book between two that
 * meet a bound meets it too.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Clusters } from '#risk/correlation-clusters.ts'
import { levelOf, type Limit } from '#risk/limits.ts'
import type { ValuedName } from '#construction/valued-book.ts'

export interface Constraint {
  /** As printed: `position:AAPL.STK.USD`, `sector:Energy`, `cluster:…`, `gross`, `net`, `cash`. */
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
 * All constraints of a plan, from the narrow to the wide.
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
  const sectors = Map.groupBy(all, (index) => names[index]?.sector ?? '')
  const groups = Map.groupBy(all, (index): InstrumentId | undefined =>
    clusters.get(names[index]!.id),
  )
  const net = levelOf(limits, 'netLeverage', 'warn')
  return [
    ...all.map((index) => sumOf(`position:${names[index]!.id}`, [index], levelOf(limits, 'largestPosition', 'warn'))), // prettier-ignore
    ...[...sectors].map(([sector, of]) => sumOf(`sector:${sector}`, of, levelOf(limits, 'largestSector', 'warn'))), // prettier-ignore
    ...[...groups].flatMap(([first, of]) => first === undefined || of.length < 2 ? [] : [sumOf(`cluster:${first}`, of, levelOf(limits, 'correlatedWeight', 'warn'))]), // prettier-ignore
    sumOf('gross', all, levelOf(limits, 'grossLeverage', 'warn')),
    balanceOf('net', all, (_, weight) => weight, net),
    balanceOf('net-short', all, (_, weight) => -weight, net),
    balanceOf('cash', all, (index, weight) => weight * cashShare(names[index]!), 1 - cashBuffer),
  ]
}

/** Σ|w| of some names, any of which may shrink. */
function sumOf(label: string, indices: readonly number[], limit: number): Constraint {
  const members = indices.map((index) => ({ index, coefficient: 1 }))
  return {
    label,
    limit,
    measure: (weights) => indices.reduce((total, i) => total + Math.abs(weights[i]!), 0),
    members: () => members,
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
