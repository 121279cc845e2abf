/**
 * A plan: what would be traded, why, and what it would do. Nothing is traded that was not first
 * in one; `docs/contract.md` and `contract/plan.ts` give its JSON.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { AccountId, InstrumentId, PlanId } from '#model/ids.ts'
import type { AssetClass } from '#model/instrument.ts'
import type { Metrics } from '#model/metrics.ts'
import type { OrderType, Side, TimeInForce } from '#model/order.ts'
import type { PlanWhy } from '#model/plan-why.ts'
import type { EpochMs } from '#model/time.ts'

/** What a person asks a plan to do. */
export type PlanRequest =
  | { readonly kind: 'targets' }
  /** Invest idle cash: buy towards the targets, sell nothing. */
  | { readonly kind: 'cash-only' }
  /** Free this much cash, base currency, decimal text: sell towards the targets, buy nothing. */
  | { readonly kind: 'raise-cash'; readonly amount: string }

export interface Plan {
  readonly planId: PlanId
  /** Engine's clock (venue time on history). */
  readonly asOf: EpochMs
  readonly expires: EpochMs
  readonly account: AccountId
  /** Net asset value the weights are fractions of. */
  readonly nav: Money<Currency>
  readonly currency: Currency
  /** sha256 over positions, cash and working orders: what the plan stands on; no prices. */
  readonly snapshot: string
  /** sha256 over the configuration and inputs (targets, universe). */
  readonly config: string
  readonly verdict: 'changes' | 'no-change' | 'blocked'
  readonly checks: readonly PlanCheck[]
  readonly phases: { readonly A: readonly PlanLine[]; readonly B: readonly PlanLine[] }
  /** Every name held or wanted, sorted by instrument. */
  readonly weights: readonly PlanWeight[]
  readonly risk: { readonly before: Metrics; readonly after: Metrics; readonly worst: Metrics }
  readonly binding: readonly BindingConstraint[]
  readonly cost: PlanCost
  /** Names that were wanted or held and got no line, each with its reason, sorted by instrument. */
  readonly skipped: readonly { readonly instrument: InstrumentId; readonly reason: string }[]
  /** How a policy came to it; absent where targets were read. */
  readonly construction?: PlanConstruction
}

/** How a policy came to the weights of a plan. */
export interface PlanConstruction {
  /** Which policy decided: `forecast`, `risk-parity`, `hold`. */
  readonly policy: string
  /** Those asked before it, and why they could not decide. */
  readonly tried: readonly { readonly policy: string; readonly reason: string }[]
  /** What whole lots make of the objective, over the horizon, fraction of net asset value; where forecasts decided. */
  readonly objective?: number
  /** What whole lots take off the best objective, bps of net asset value; where forecasts decided. */
  readonly lossBps?: number
  /** What was assumed or mended in the data. */
  readonly notes: readonly string[]
  /** Limits that the book starts outside of and today's trading cannot mend. */
  readonly unmended: readonly { readonly constraint: string; readonly limit: number; readonly start: number; readonly reached: number }[] // prettier-ignore
  /** What each weight is made of; where forecasts decided. */
  readonly why?: PlanWhy
}

export interface PlanCheck {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail'
  /** What was found, what was expected, what to do. */
  readonly detail: string
}

export interface PlanLine {
  /** The leg: `A1`, `B12`; unique in the plan and part of the order's id. */
  readonly id: string
  readonly instrument: InstrumentId
  readonly conId: number
  readonly symbol: string
  readonly assetClass: AssetClass
  readonly side: Side
  /** > 0 */
  readonly quantity: Quantity
  readonly orderType: OrderType
  readonly limitPrice?: Price
  readonly timeInForce: TimeInForce
  /** How it is worked; `marketable-limit` or `market` so far. */
  readonly algo: string
  /** The mid the plan was made at: a guard against stale prices, and TCA's decision price. */
  readonly guardPrice: Price
  /** Expected return of the trade over its horizon, bps of notional; 0 for target policies. */
  readonly expectedAlphaBps: number
  /** Spread + commission + impact, bps of notional, ≥ 0. */
  readonly estimatedCostBps: number
  /** Initial margin the fill frees (positive) or takes (negative), base currency. */
  readonly marginFreed: Money<Currency>
  /** 1, 2, …: all orders of a wave may be open together. */
  readonly wave: number
  readonly reason: LineReason
}

/** The why-chain of one line: each step from target to quantity, so that a person can follow it. */
export interface LineReason {
  /** Which rule made the trade: `target`, `band`, `flip`, `untargeted`, `cash-only`, `raise-cash`. */
  readonly rule: string
  readonly text: string
  readonly weightBefore: number
  readonly weightTarget: number
  readonly weightAfter: number
}

export interface PlanWeight {
  readonly instrument: InstrumentId
  readonly before: number
  readonly target: number
  readonly after: number
}

export interface BindingConstraint {
  /** `sector:Technology`, `turnover`. */
  readonly constraint: string
  readonly value: number
  readonly limit: number
  /** Objective gained per unit of limit, ≥ 0. */
  readonly shadowPrice: number
}

export interface PlanCost {
  readonly spreadBps: number
  readonly impactBps: number
  readonly commission: Money<Currency>
  /** Of the traded notional, commission included. */
  readonly totalBps: number
}
