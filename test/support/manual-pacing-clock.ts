/** A monotone clock that moves when told, ringing what has come due in order of time. */
import type { PacingClock } from '#tws/pacing.ts'

export interface ManualPacingClock extends PacingClock {
  advance(ms: number): void
}

export function manualPacingClock(): ManualPacingClock {
  let now = 0
  let alarms: { readonly at: number; readonly ring: () => void }[] = []
  return {
    nowMs: () => now,
    after(delayMs, ring) {
      const alarm = { at: now + delayMs, ring }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((other) => other !== alarm)
      }
    },
    advance(ms) {
      const to = now + ms
      for (;;) {
        const next = alarms.filter(({ at }) => at <= to).toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        alarms = alarms.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.ring()
      }
      now = to
    },
  }
}
