/** The engine with everything it needs around it, as a verb of the command line sees it: the port.
 * `create-engine-host.ts` builds it. */
import type { AccountId, InstrumentId, PlanId } from '#model/ids.ts'
import type { Plan } from '#model/plan.ts'
import type { EpochMs } from '#model/time.ts'
import type { PlanInputs, PolicySettings } from '#construction/plan-inputs.ts'
import type { Command } from '#engine/fact.ts'
import type { EngineSettings } from '#engine/settings.ts'
import type { EngineState } from '#engine/state.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { Broker } from '#brokers/broker.ts'
import type { Feed } from '#feeds/feed.ts'
import type { Alerts } from '#runtime/alerts.ts'
import type { Clock } from '#runtime/clock.ts'
import type { Logger } from '#runtime/logger.ts'

export interface HostOptions {
  /** Holds journal, lock, socket, plans, logs; created 0700 where absent. */
  readonly stateFolder: string
  readonly settings: EngineSettings
  readonly policy: PolicySettings
  readonly benchmark: InstrumentId | undefined
  /** Read anew for every plan, so that an edited file counts. */
  readonly wishes: (asOf: EpochMs) => Promise<PlanWishes>
  /** By the universe file; `unknown` where it says nothing. */
  readonly universe: ReadonlyMap<InstrumentId, UniverseFacts>
  readonly broker: Broker
  readonly feed: Feed
  readonly clock: Clock
  /** The program's version or commit, for the journal's header. */
  readonly program: string
  /** Whether a run that a crash left unfinished may go on: yes for `apply`, `watch` and `demo`. */
  readonly mayContinueRun: boolean
  readonly logger: Logger
  readonly alerts: Alerts
  /**
   * Told once, after a bug: the engine has stopped, and for a second at most it has tried to cancel
   * its own adding orders. Ends the process; the next start recovers.
   */
  readonly onFatal: (error: Error) => void
}

/** What is wanted of a portfolio: targets, or what a policy finds them by. */
export type PlanWishes = Pick<PlanInputs, 'targets' | 'construction'>

/** What only our universe file knows about an instrument. */
export interface UniverseFacts {
  readonly sector: string
  readonly shortable: boolean
  readonly borrowRate: number
}

export interface HostStatus {
  readonly account: AccountId
  readonly paper: boolean
  readonly recoveredRows: number
  /** What was not right at start and was mended or waits for a person. */
  readonly notes: readonly string[]
}

export interface CommandAnswer {
  readonly outcome: 'done' | 'changes' | 'blocked' | 'stale' | 'error'
  /** For a person: what happened, or why not and what to do. */
  readonly text: string
  /** Of `plan` only. */
  readonly plan?: Plan
}

export interface EngineHost {
  /**
   * Locks the state folder, recovers the journal, connects, reconciles.
   *
   * @throws StartError with a message for people
   */
  start(): Promise<HostStatus>
  command(command: Command): Promise<CommandAnswer>
  /** @returns stops telling */
  onRunEvent(listener: (event: RunEvent) => void): () => void
  /**
   * The run that a crash left unfinished, going on by itself since `start`; its promise is the
   * answer that the crashed process owed. Undefined where there is none.
   */
  unfinishedRun(): { readonly planId: PlanId; readonly ended: Promise<CommandAnswer> } | undefined
  /** For reading only: it changes with every event. */
  state(): Readonly<EngineState>
  /** A bug was found outside a turn (an exception that nobody caught): as with one inside, see `onFatal`. */
  fail(error: Error): void
  /** Stops at once; working orders stay at the broker. Never throws. */
  close(): Promise<void>
}

/** Why a start ended, for a person. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly kind:
    'locked' | 'journal' | 'clock' | 'broker' | 'feed' | 'state-folder' | 'unfinished-run'

  constructor(kind: StartError['kind'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
  }
}
