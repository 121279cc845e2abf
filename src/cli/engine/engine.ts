/**
 * An engine as a verb uses it, in this process or in the one that holds the state folder's lock:
 * the verb does not tell them apart.
 */
import type { OrdersDocument, PositionsDocument } from '#contract/account.ts'
import type { StatusDocument } from '#contract/status.ts'
import type { Command } from '#engine/fact.ts'
import type { RunEvent } from '#engine/run-event.ts'
import type { PlanId } from '#model/ids.ts'
import type { CommandAnswer } from '#runtime/engine-host.ts'

export interface Engine {
  /** Of the start, for a person: what was mended, what waits. */
  readonly notes: readonly string[]
  /** @param onEvent - events of any run while the command is under way */
  command(command: Command, onEvent?: (event: RunEvent) => void): Promise<CommandAnswer>
  /** The run that a crash left unfinished and that goes on since the start, where there is one. */
  readonly continued: ContinuedRun | undefined
  close(): Promise<void>
}

export interface ContinuedRun {
  readonly planId: PlanId
  /** Resolves with the answer that the crashed process owed. */
  readonly follow: (onEvent: (event: RunEvent) => void) => Promise<CommandAnswer>
}

/** What can be looked at; positions and orders are undefined before the first snapshot. */
export interface EngineView {
  readonly status: StatusDocument
  readonly positions: PositionsDocument | undefined
  readonly orders: OrdersDocument | undefined
}
