/**
 * What goes out: the exact effects that `step` answered a fact with. All are journalled;
 * recovery applies them and decides nothing. `performedBy` says what the shell does with each.
 */
import type { ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import type { PlanRequest } from '#model/plan.ts'
import type { EpochMs } from '#model/time.ts'
import type { Break } from '#reconciliation/reconcile.ts'
import type { RiskApproved } from '#risk/approve.ts'
import type { Latch } from '#risk/latch.ts'
import type { EndVerdict, RunEvent, RunVerdict } from '#engine/run-event.ts'

export type Decision =
  // Asked of the broker, the feed and the workers; the answer comes back as a fact.
  | { readonly type: 'RequestSnapshot'; readonly requestId: number; readonly purpose: string }
  | { readonly type: 'RequestQuotes'; readonly requestId: number; readonly instruments: readonly InstrumentId[] }
  | { readonly type: 'ComputePlan'; readonly requestId: number; readonly commandId: string; readonly request: PlanRequest }
  // Orders. `SubmitOrder` is the write-ahead intent: on disk before the socket write.
  | { readonly type: 'SubmitOrder'; readonly runId: RunId; readonly line: string; readonly attempt: number; readonly order: RiskApproved<OrderRequest>; readonly adds: boolean; readonly arrivalMid: number }
  | { readonly type: 'DenyOrder'; readonly runId: RunId; readonly line: string; readonly order: OrderRequest; readonly reason: string }
  | { readonly type: 'CancelOrder'; readonly clientOrderId: ClientOrderId; readonly reason: string }
  | { readonly type: 'CancelEverything'; readonly reason: string }
  /** An order in doubt is proven never sent, by two absences in whole snapshots. */
  | { readonly type: 'ProveNotSent'; readonly clientOrderId: ClientOrderId; readonly evidence: string }
  // The run.
  | { readonly type: 'AcceptPlan'; readonly runId: RunId; readonly commandId: string; readonly planId: PlanId }
  | { readonly type: 'RefusePlan'; readonly commandId: string; readonly planId: PlanId; readonly verdict: Extract<RunVerdict, 'stale' | 'blocked' | 'halted'>; readonly reason: string }
  /** After a crash: expiry and guard prices were checked again, the run goes on where it was. */
  | { readonly type: 'ResumeRun'; readonly runId: RunId; readonly evidence: string }
  /** Nothing new is sent from here on: what is open is wound down, then `RunCompleted` with this verdict. */
  | { readonly type: 'EndRun'; readonly runId: RunId; readonly verdict: EndVerdict; readonly reason: string }
  | { readonly type: 'Announce'; readonly event: RunEvent }
  // Truth and safety.
  /** The broker's positions and cash of the latest snapshot become our book: at the opening, or by a person's word. */
  | { readonly type: 'AdoptBook'; readonly origin: 'opening' | 'person' | 'settlement'; readonly requestId: number; readonly reason: string }
  | { readonly type: 'OpenBreak'; readonly found: Break }
  | { readonly type: 'CloseBreak'; readonly breakId: string; readonly evidence: string }
  | { readonly type: 'SetLatch'; readonly latch: Latch }
  | { readonly type: 'OfferRelease'; readonly commandId: string; readonly token: string; readonly reason: string }
  | { readonly type: 'ReleaseLatches'; readonly reason: string; readonly by: string }
  // The shell.
  | { readonly type: 'SetTimer'; readonly timer: string; readonly at: EpochMs }
  | { readonly type: 'ClearTimer'; readonly timer: string }
  | { readonly type: 'Alert'; readonly severity: 'info' | 'warning' | 'critical'; readonly text: string }
  /** Ends a command: what its asker is told and exits with. */
  | { readonly type: 'AnswerCommand'; readonly commandId: string; readonly outcome: 'done' | 'changes' | 'blocked' | 'stale' | 'error'; readonly text: string } // prettier-ignore

/** Decisions that can add exposure wait for the disk; cancels and alerts never do. */
export const needsSync = (decision: Decision): boolean => decision.type === 'SubmitOrder'
