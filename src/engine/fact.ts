/**
 * What comes in: everything that `step` may learn, each with the engine's clock. Facts are
 * journalled before they are applied. See `decision.ts` for what goes out.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { AccountId, ClientOrderId, PlanId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Plan, PlanRequest } from '#model/plan.ts'
import type { BrokerReport } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { EngineSettings } from '#engine/settings.ts'

export type Fact =
  /** First of every start: who we are and by which rules we decide from here on. */
  | { readonly type: 'EngineStarted'; readonly at: EpochMs; readonly account: AccountId; readonly journalId: string; readonly settings: EngineSettings }
  | { readonly type: 'LinkChanged'; readonly at: EpochMs; readonly link: 'up' | 'degraded' | 'down'; readonly reason: string }
  | { readonly type: 'InstrumentsDescribed'; readonly at: EpochMs; readonly instruments: readonly Instrument[] }
  | { readonly type: 'SnapshotTaken'; readonly at: EpochMs; readonly requestId: number; readonly snapshot: BrokerSnapshot }
  | { readonly type: 'SnapshotFailed'; readonly at: EpochMs; readonly requestId: number; readonly reason: string }
  | { readonly type: 'BrokerReported'; readonly at: EpochMs; readonly report: BrokerReport }
  /** `submitted`: the bytes are on the wire. `not-sent`: proven by the adapter. `uncertain`: it may have been sent. */
  | { readonly type: 'SubmitEnded'; readonly at: EpochMs; readonly clientOrderId: ClientOrderId; readonly outcome: 'submitted' | 'not-sent' | 'uncertain'; readonly reason: string }
  | { readonly type: 'CancelEnded'; readonly at: EpochMs; readonly clientOrderId: ClientOrderId; readonly outcome: 'submitted' | 'not-sent' | 'uncertain'; readonly reason: string }
  /** Changed quotes of names with working orders or in the open plan, every 250 ms; or the answer to `RequestQuotes`. */
  | { readonly type: 'QuoteBatch'; readonly at: EpochMs; readonly requestId: number | undefined; readonly quotes: readonly Quote[] }
  | { readonly type: 'PlanComputed'; readonly at: EpochMs; readonly requestId: number; readonly inputs: string; readonly plan: Plan }
  | { readonly type: 'PlanFailed'; readonly at: EpochMs; readonly requestId: number; readonly reason: string }
  | { readonly type: 'TimerFired'; readonly at: EpochMs; readonly timer: string }
  | { readonly type: 'CommandGiven'; readonly at: EpochMs; readonly commandId: string; readonly by: string; readonly command: Command } // prettier-ignore

/** What a person or the scheduler asks for. */
export type Command =
  | { readonly name: 'reconcile' }
  | { readonly name: 'plan'; readonly request: PlanRequest }
  | { readonly name: 'apply'; readonly planId: PlanId }
  /** Ctrl-C during `apply`: cancel what is working, reconcile, say what is left. */
  | { readonly name: 'interrupt' }
  | { readonly name: 'halt'; readonly reason: string; readonly scope: string }
  | { readonly name: 'resume'; readonly reason: string }
  | { readonly name: 'resume-confirm'; readonly token: string }
  /** The difference is the broker's truth: book it, by a person's word. */
  | { readonly name: 'adopt'; readonly reason: string }
