/**
 * Why an optimised plan is what it is, as plain data that the plan stores: what each name's weight is made of, which limits
 * bind and what more of them would do. Everything is over the planning horizon unless it says a day.
 */
import type { InstrumentId } from '#model/ids.ts'

export interface PlanWhy {
  /** Trading days that returns and costs in it are over. */
  readonly horizonDays: number
  /** γ: what a unit of variance is priced at. */
  readonly riskAversion: number
  /** One a name, in the order of the plan's weights. */
  readonly names: readonly NameReason[]
  /** The dearest first. */
  readonly binding: readonly BindingLimit[]
  /** Of the dearest limits, each given its usual step more room. */
  readonly counterfactuals: readonly Counterfactual[]
}

/** For a unit more of weight where not said otherwise. Terms that are nothing are left out. */
export interface NameReason {
  readonly instrument: InstrumentId
  /** Weights before and at the optimum. */
  readonly start: number
  readonly weight: number
  /** r̂. */
  readonly forecast: number
  /** What each source put into it, the largest first. */
  readonly sources?: readonly (readonly [source: string, contribution: number])[]
  /** Marginal terms: with the forecast and the limits they sum to nothing. */
  readonly risk: number
  readonly uncertainty?: number
  readonly borrow?: number
  readonly cost?: number
  /** By label: what the limit adds, mostly below 0; the largest first. */
  readonly limits?: readonly (readonly [label: string, term: number])[]
  /** What no term explains, where it is more than rounding. */
  readonly left?: number
  /** Between what weights it would not be traded, others as they are. */
  readonly noTrade: readonly [lower: number, upper: number]
  /** Where it would go were trading free, and what going there gains and costs, for a unit traded. */
  readonly free: number
  readonly gain?: number
  readonly tradingCost?: number
  /** What the room that the trade takes under limits is worth to others, for a unit traded. */
  readonly roomCost?: number
}

/** One binding limit. */
export interface BindingLimit {
  readonly label: string
  /** `above`: it keeps its sum from growing; `below`: from falling. */
  readonly side: 'above' | 'below'
  /** What the sum comes to, and the level that the limit says. */
  readonly value: number
  readonly limit: number
  /** Objective gained by a unit more of room, ≥ 0. */
  readonly shadowPrice: number
  /** The usual step, and what it is worth a day to first order, bps of net asset value. */
  readonly step: number
  readonly worthBps: number
}

/** What moving a limit would do. */
export interface Counterfactual {
  readonly label: string
  /** Levels of the limit as it is and as it was tried. */
  readonly limit: number
  readonly tried: number
  /** Objective gained, fraction of net asset value; bps of it a trading day. */
  readonly objectiveGain: number
  readonly worthBps: number
  /** By how much weights differ, the largest first; those that hardly do are left out. */
  readonly differences: readonly (readonly [instrument: InstrumentId, weight: number])[]
}
