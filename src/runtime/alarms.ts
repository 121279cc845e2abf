/** The engine's named timers on a clock: setting a name again moves it. */
import type { EpochMs } from '#model/time.ts'
import type { Clock } from '#runtime/clock.ts'

export interface Alarms {
  set(timer: string, at: EpochMs): void
  clear(timer: string): void
  clearAll(): void
}

export function createAlarms(clock: Clock, ring: (timer: string) => void): Alarms {
  const armed = new Map<string, () => void>()
  const clear = (timer: string): void => {
    armed.get(timer)?.()
    armed.delete(timer)
  }
  return {
    set(timer, at) {
      clear(timer)
      const disarm = clock.alarm(at, () => {
        armed.delete(timer)
        ring(timer)
      })
      armed.set(timer, disarm)
    },
    clear,
    clearAll: () => {
      for (const timer of armed.keys()) clear(timer)
    },
  }
}
