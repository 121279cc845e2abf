/**
 * What a run tells the world while it goes: the stream of `apply --json` before its JSON. `seq`
 * counts within the run from 1.
 */
import type { Currency, Money, Price, Quantity } from '#model/fixed.ts'
import type { ClientOrderId, ExecId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { OrderType, Side } from '#model/order.ts'
import type { EpochMs } from '#model/time.ts'

export type RunEvent = {
  readonly seq: number
  readonly at: EpochMs
  readonly runId: RunId
} & RunNews

export type RunNews =
  | { readonly type: 'RunStarted'; readonly planId: PlanId; readonly orders: number }
  | { readonly type: 'PhaseStarted'; readonly phase: Phase; readonly wave: number; readonly orders: number }
  | { readonly type: 'OrderSubmitted'; readonly clientOrderId: ClientOrderId; readonly line: string; readonly instrument: InstrumentId; readonly side: Side; readonly quantity: Quantity; readonly orderType: OrderType; readonly limitPrice: Price | undefined }
  /** By our own gate; it never left the building. */
  | { readonly type: 'OrderDenied'; readonly line: string; readonly instrument: InstrumentId; readonly reason: string }
  | { readonly type: 'OrderAccepted'; readonly clientOrderId: ClientOrderId }
  | { readonly type: 'OrderRejected'; readonly clientOrderId: ClientOrderId; readonly reason: string }
  | { readonly type: 'Fill'; readonly clientOrderId: ClientOrderId; readonly execId: ExecId; readonly instrument: InstrumentId; readonly side: Side; readonly quantity: Quantity; readonly price: Price; readonly cumulative: Quantity }
  | { readonly type: 'OrderCanceled'; readonly clientOrderId: ClientOrderId; readonly reason: string }
  | { readonly type: 'OrderInDoubt'; readonly clientOrderId: ClientOrderId; readonly reason: string }
  | { readonly type: 'PhaseCompleted'; readonly phase: Phase; readonly filled: number; readonly unfilled: number }
  /** Phase B was cut to the buying power that the broker reported then; scale in [0, 1). */
  | { readonly type: 'PhaseScaled'; readonly phase: Phase; readonly scale: number; readonly buyingPower: Money<Currency> }
  | { readonly type: 'LimitBreached'; readonly metric: string; readonly value: number; readonly limit: number; readonly remedy: string }
  | { readonly type: 'Halted'; readonly scope: string; readonly reason: string }
  | { readonly type: 'BreakFound'; readonly cause: string; readonly severity: string; readonly detail: string }
  | { readonly type: 'RunCompleted'; readonly summary: RunSummary } // prettier-ignore

export type Phase = 'A' | 'B'

export interface RunSummary {
  readonly orders: number
  readonly filled: number
  readonly rejected: number
  /** Filled quantity / ordered quantity by notional, 0 to 1. */
  readonly fillRate: number
  /** Against the mid at submission, bps of traded notional, positive = cost. */
  readonly slippageBps: number
  /** Slippage + commission, bps of traded notional. */
  readonly costBps: number
  /** Submission to first fill, our clock. NaN without fills. */
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  /** Σ|traded| / NAV at the start. */
  readonly turnover: number
  /** Open breaks at the end. */
  readonly breaks: number
  readonly verdict: RunVerdict
  /** What was not done and why, a line each. */
  readonly unfinished: readonly string[]
}

export type RunVerdict =
  'completed' | 'completed-adjusted' | 'canceled' | 'halted' | 'blocked' | 'stale'

/** How a run may end before its plan is done. */
export type EndVerdict = Exclude<RunVerdict, 'completed' | 'completed-adjusted'>
