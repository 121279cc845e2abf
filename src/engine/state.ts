/**
 * Everything `step` knows. It owns the state and changes it in place; readers get projections
 * between events. All of it goes through `state-codec.ts`: what is not here does not survive.
 *
 * Only `applyFact` and `applyDecision` write to it, so that the state is always the fold of the
 * journal's rows. Maps may be in any order of insertion: whoever decides from one sorts its keys.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import type { Currency, Money, Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, InstrumentId, PlanId, RunId } from '#model/ids.ts'
import type { Instrument } from '#model/instrument.ts'
import type { Plan } from '#model/plan.ts'
import type { EpochMs, IsoDate } from '#model/time.ts'
import type { Quote } from '#marketdata/quote.ts'
import type { Break } from '#reconciliation/reconcile.ts'
import type { Latch } from '#risk/latch.ts'
import { emptyLedger, type OrderLedger } from '#execution/order-ledger.ts'
import type { Command } from '#engine/fact.ts'
import type { EndVerdict, Phase, RunSummary } from '#engine/run-event.ts'
import type { EngineSettings } from '#engine/settings.ts'

export interface EngineState {
  /** The latest fact's clock; never goes back. */
  now: EpochMs
  /** How often an engine has started on this journal. */
  starts: number
  account: AccountId | undefined
  journalId: string
  settings: EngineSettings | undefined
  session: Session
  readonly instruments: Map<InstrumentId, Instrument>
  /** The latest of each name we were told. */
  readonly quotes: Map<InstrumentId, Quote>
  /** The latest whole one. */
  taken: TakenSnapshot | undefined
  /** What we believe we hold; undefined until the opening snapshot was adopted. */
  book: EngineBook | undefined
  readonly ledger: OrderLedger
  /** Open ones, by id. */
  readonly breaks: Map<string, Break>
  /** By `kind scope`. */
  readonly latches: Map<string, Latch>
  release: ReleaseOffer | undefined
  /** The latest `MOST_PLANS` that were computed here, by id. */
  readonly plans: Map<PlanId, RecordedPlan>
  /** Commands that wait for something, by id. */
  readonly jobs: Map<string, Job>
  run: Run | undefined
  /** Runs so far; the next is `r<runs + 1>`. */
  runs: number
  lastSummary: { readonly runId: RunId; readonly summary: RunSummary } | undefined
  readonly requests: Requests
  /** Armed timers and when they ring, for the shell to arm again after a recovery. */
  readonly timers: Map<string, EpochMs>
  day: TradingDay | undefined
}

/** The link to the broker, as it is now. */
export interface Session {
  link: 'up' | 'degraded' | 'down'
  /** Our clock at the last change. */
  since: EpochMs
}

export interface TakenSnapshot {
  readonly requestId: number
  readonly snapshot: BrokerSnapshot
}

export interface EngineBook {
  readonly account: AccountId
  /** Never zero. */
  readonly positions: Map<InstrumentId, Quantity>
  readonly cash: Map<Currency, Money<Currency>>
  readonly adoptedAt: EpochMs
  readonly origin: 'opening' | 'person' | 'settlement'
}

/** The first half of a release; confirming it with the token is the second. */
export interface ReleaseOffer {
  readonly token: string
  readonly reason: string
  readonly at: EpochMs
}

export interface RecordedPlan {
  readonly plan: Plan
  readonly basis: PlanBasis
}

/** What the account held when the plan was computed. */
export interface PlanBasis {
  readonly positions: ReadonlyMap<InstrumentId, Quantity>
  readonly cash: ReadonlyMap<Currency, Money<Currency>>
  /** Our orders that were open. */
  readonly ownOrders: readonly ClientOrderId[]
}

/**
 * A command that waits. Answers to requests numbered above `mark` are younger than the command.
 */
export interface Job {
  readonly commandId: string
  readonly by: string
  readonly command: Command
  readonly mark: number
}

export interface Requests {
  /** The last number given. */
  last: number
  /** Asked and not answered, at most one of a kind but plans. */
  snapshot: number | undefined
  quotes: number | undefined
  readonly plans: Map<number, { readonly commandId: string; readonly basis: PlanBasis }>
  /** The last request for quotes that was answered. */
  quotesAnswered: number
  /** Snapshots that failed in a row, and when the next may be asked for. */
  failures: number
  retryAt: EpochMs
}

/** One application of a plan. */
export interface Run {
  readonly runId: RunId
  readonly planId: PlanId
  /** Commands that are answered when it completes. */
  readonly askers: string[]
  readonly startedAt: EpochMs
  /** When it started; turnover is measured by it. */
  readonly nav: Money<Currency>
  /** Events announced so far. */
  seq: number
  /** The wave that goes; undefined before the first. */
  wave: { readonly phase: Phase; readonly number: number } | undefined
  /** The wave's time is up. */
  deadlinePassed: boolean
  readonly completedPhases: Phase[]
  /** Phase B is worked at this, parts per million of its quantities; undefined until it was decided. */
  scalePpm: number | undefined
  /** Snapshots of requests above it show all that the run's orders have done. */
  mark: number
  /** Quotes were asked for in this wave with this request. */
  quotesAsked: number | undefined
  /** Our orders of each line, oldest first. */
  readonly orders: Map<string, ClientOrderId[]>
  /** Lines that our own gate refused. */
  readonly denied: Map<string, string>
  /** A crash or an outage came between: expiry and guard prices are checked before anything new is sent. */
  recheck: boolean
  ending: { readonly verdict: EndVerdict; readonly reason: string } | undefined
}

/** Figures that only the record knows, in base currency; see `risk/day.ts`. */
export interface TradingDay {
  /** Of the broker: New York's. */
  readonly date: IsoDate
  readonly startNav: Money<Currency>
  readonly previousCloseNav: Money<Currency>
  lastNav: Money<Currency>
  peakNav: Money<Currency>
  traded: Money<Currency>
}

/** Plans kept; older ones can no longer be applied. */
export const MOST_PLANS = 20
/** Commands that may wait at once. */
export const MOST_JOBS = 32

/** Before the first row of a journal. */
export const initialState = (): EngineState => ({
  now: 0,
  starts: 0,
  account: undefined,
  journalId: '',
  settings: undefined,
  session: { link: 'down', since: 0 },
  instruments: new Map(),
  quotes: new Map(),
  taken: undefined,
  book: undefined,
  ledger: emptyLedger(),
  breaks: new Map(),
  latches: new Map(),
  release: undefined,
  plans: new Map(),
  jobs: new Map(),
  run: undefined,
  runs: 0,
  lastSummary: undefined,
  requests: {
    last: 0,
    snapshot: undefined,
    quotes: undefined,
    plans: new Map(),
    quotesAnswered: 0,
    failures: 0,
    retryAt: 0,
  },
  timers: new Map(),
  day: undefined,
})
