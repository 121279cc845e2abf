/**
 * What happens to a gateway every day although nothing is wrong: IBKR's nightly reset, and the restart that IB
 * Gateway does by itself.
 *
 * The reset loses the servers for some seconds, and the account's figures cannot be relied on until it is over; the
 * restart drops every client. Sources: IBKR, "System Status: Scheduled Maintenance" (North America, daily
 * 23:45–00:45 ET); IbcAlpha/IBC#243, #269 for the daily auto-restart.
 */
import { newYorkDate, newYorkInstant } from '#marketdata/calendar.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type EpochMs } from '#model/time.ts'
import { invariant } from '#model/invariant.ts'
import type { Desk } from '#gateway/desk.ts'
import type { FaultSpec } from '#gateway/faults/spec.ts'

export interface DailyOperations {
  /** Minutes after midnight in New York; undefined: never. */
  readonly nightlyReset?: number | undefined
  readonly dailyRestart?: number | undefined
}

/** How long the servers are gone in the reset, and figures are not ready. */
const RESET = { linkLostMs: 15 * SECOND_MS, notReadyMs: 3 * MINUTE_MS } as const
/** How long IB Gateway takes to come back. */
const RESTART_MS = 60 * SECOND_MS

/** Puts today's and every later day's operations on the desk's queue. */
export function scheduleOperations(desk: Desk, operations: DailyOperations): void {
  const { nightlyReset, dailyRestart } = operations
  if (nightlyReset !== undefined) daily(desk, nightlyReset, () => reset(desk))
  if (dailyRestart !== undefined) daily(desk, dailyRestart, () => desk.network.restart(RESTART_MS))
}

function reset(desk: Desk): void {
  for (const spec of NIGHTLY) {
    const armed = desk.faults.arm(spec)
    invariant(armed.ok, 'the nightly reset is made of faults that there are')
  }
}

const NIGHTLY: readonly FaultSpec[] = [
  { fault: 'connectivity-lost', for: RESET.linkLostMs, with: { dataLost: false } },
  { fault: 'account-not-ready', times: 'always', for: RESET.notReadyMs },
]

function daily(desk: Desk, minutes: number, run: () => void): void {
  desk.later(nextAt(minutes, desk.venue.now) - desk.venue.now, () => {
    run()
    daily(desk, minutes, run)
  })
}

/** The next time New York's clocks show it, after `now`. */
function nextAt(minutes: number, now: EpochMs): EpochMs {
  const today = newYorkInstant(newYorkDate(now), minutes)
  if (today > now) return today
  const tomorrow = newYorkDate(newYorkInstant(newYorkDate(now), 0) + DAY_MS + 6 * HOUR_MS)
  return newYorkInstant(tomorrow, minutes)
}
