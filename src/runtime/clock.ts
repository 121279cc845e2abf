/**
 * Clocks are adapters: live (the machine's), offset (a demo on history: the venue's date at 1×) and
 * manual (tests). Wall time dates things; durations are measured elsewhere, on a monotone clock.
 */
import type { EpochMs } from '#model/time.ts'

export interface Clock {
  /** Whole milliseconds, UTC. */
  now(): EpochMs
  /** Calls back once when `now()` ≥ `at`; cancel by calling what it returns. Does not keep the process alive. */
  alarm(at: EpochMs, ring: () => void): () => void
}

/** The longest delay that Node's timers hold, 2³¹ − 1 ms. */
const LONGEST_DELAY_MS = 2_147_483_647

/**
 * The machine's clock, moved by a constant.
 *
 * @param offsetMs - venue time minus wall time; 0 is live
 */
export function offsetClock(offsetMs = 0): Clock {
  const now = () => Date.now() + offsetMs
  return {
    now,
    alarm(at, ring) {
      let timer: NodeJS.Timeout
      const arm = () => {
        timer = setTimeout(due, Math.min(Math.max(0, at - now()), LONGEST_DELAY_MS))
        timer.unref()
      }
      const due = () => (now() >= at ? ring() : arm())
      arm()
      return () => clearTimeout(timer)
    },
  }
}

/** A clock that moves when told, ringing what has come due in order of time. */
export interface ManualClock extends Clock {
  advanceTo(to: EpochMs): void
}

/** Stands at `start` until it is told to move. */
export function manualClock(start: EpochMs): ManualClock {
  let now = start
  let alarms: { readonly at: EpochMs; readonly ring: () => void }[] = []
  return {
    now: () => now,
    alarm(at, ring) {
      const alarm = { at, ring }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((other) => other !== alarm)
      }
    },
    advanceTo(to) {
      for (;;) {
        const next = alarms.filter(({ at }) => at <= to).toSorted((a, b) => a.at - b.at)[0]
        if (next === undefined) break
        alarms = alarms.filter((other) => other !== next)
        now = Math.max(now, next.at)
        next.ring()
      }
      now = Math.max(now, to)
    },
  }
}
