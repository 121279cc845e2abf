/** The engine with everything it needs around it, as a verb of the command line sees it. */
import type { AccountId, InstrumentId } from '#model/ids.ts'
import type { Plan } from '#model/plan.ts'
import type { PolicySettings, Target } from '#construction/plan-inputs.ts'
import type { Command } from '#engine/fact.ts'
import type { EngineSettings } from '#engine/settings.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { Broker } from '#brokers/broker.ts'
import type { Feed } from '#feeds/feed.ts'
import type { Clock } from '#runtime/clock.ts'

export interface HostOptions {
  /** Holds journal, lock, socket, plans, logs; created 0700 where absent. */
  readonly stateFolder: string
  readonly settings: EngineSettings
  readonly policy: PolicySettings
  readonly benchmark: InstrumentId | undefined
  /** Read anew for every plan, so that an edited file counts. */
  readonly targets: () => Promise<readonly Target[]>
  /** By the universe file; `unknown` where it says nothing. */
  readonly universe: ReadonlyMap<InstrumentId, UniverseFacts>
  readonly broker: Broker
  readonly feed: Feed
  readonly clock: Clock
  /** The program's version or commit, for the journal's header. */
  readonly program: string
  /** Reconciles every so often while running; 0 never. */
  readonly reconcileEveryMs: number
}

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
  onRunEvent(listener: (event: RunEvent) => void): void
  /** Waits for the orders' ends? No: stops at once; working orders stay at the broker. Never throws. */
  close(): Promise<void>
}

/** Why a start ended, for a person. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly kind: 'locked' | 'journal' | 'broker' | 'feed' | 'state-folder'

  constructor(kind: StartError['kind'], detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
  }
}
