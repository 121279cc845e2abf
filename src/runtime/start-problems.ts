/** What may be wrong when an engine starts, in words for a person, and what follows from it. */
import { isoInstantOf, MINUTE_MS, type EpochMs } from '#model/time.ts'
import type { Command } from '#engine/fact.ts'
import type { EngineState } from '#engine/state.ts'
import type { BrokerSession } from '#brokers/broker.ts'
import { StartError } from '#runtime/engine-host.ts'
import type { Recovered } from '#runtime/recovery.ts'

type Quarantined = NonNullable<Recovered['quarantined']>

/** Good-till dates and the age of quotes are by our clock: beyond this it must be mended. */
const MOST_SKEW_MS = 5_000

/** What a person is told of a broker whose clock is another. */
export function clockNotes({ clockOffsetMs }: BrokerSession): readonly string[] {
  if (Math.abs(clockOffsetMs) <= MOST_SKEW_MS) return []
  const ahead = clockOffsetMs > 0 ? 'ahead of' : 'behind'
  return [
    `the broker's clock is ${Math.abs(Math.round(clockOffsetMs / 1000))} s ${ahead} ours: set this machine's clock by NTP or, for a simulated gateway on another day, set broker.clockOffsetMs to what it printed`, // prettier-ignore
  ]
}

/**
 * The record's time never goes back, so until the clock is there again no timer would ring: the
 * engine would stand still without a word. Small steps (NTP, a second's leap) are waited out.
 */
export const MOST_CLOCK_BACK_MS = MINUTE_MS

/** The start is refused: see `MOST_CLOCK_BACK_MS`. */
export const clockBackError = (recorded: EpochMs, clock: EpochMs): StartError =>
  new StartError(
    'clock',
    `the journal was last written at ${isoInstantOf(recorded)}, but our clock says ${isoInstantOf(clock)}: set this machine's clock; where broker.clockOffsetMs was changed, or a simulated gateway began another day, name a new stateFolder`,
  )

/**
 * What an engine may still be told whose record has a row that cannot be applied. The rows after it
 * may have used ids that we would use again, so this journal never trades any more.
 */
export const STILL_SAFE: ReadonlySet<Command['name']> = new Set(['reconcile', 'interrupt', 'halt'])

/** What a person is told of a record whose row N is not to be applied. */
export const quarantineNote = ({ seq, reason }: Quarantined): string =>
  `journal row ${seq} cannot be applied (${reason}): the account is halted, and what came after the row is not known; look at it with ballast journal verify, then move the journal away to begin a new journal` // prettier-ignore

/** The halt that goes with it. */
export const quarantineHalt = (found: Quarantined): Command => ({
  name: 'halt',
  scope: 'account',
  reason: quarantineNote(found),
})

/** A verb that may not continue a run says how it is continued. */
export function unfinishedRunError({ run }: EngineState): StartError {
  const what = `run ${run?.runId ?? ''} of plan ${run?.planId.slice(0, 12) ?? ''} is unfinished`
  return new StartError(
    'unfinished-run',
    `${what}; continue it with ballast apply ${run?.planId.slice(0, 12) ?? ''}, or stop it with ballast halt`,
  )
}
