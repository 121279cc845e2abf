/**
 * How many messages a client may send: IBKR's 50 a second.
 *
 * TWS either rejects what comes faster (error 100, and the connection is dropped when it goes on) or, as newer
 * builds do unless told otherwise, reads it more slowly; shortly before the limit it warns. Sources: IBKR's guide,
 * "Order Limitations" and "Message Codes"; erdewit/ib_insync#443 for the warning's text and code 0.
 */
import { SECOND_MS, type EpochMs } from '#model/time.ts'

export type PacingMode = 'off' | 'throttle' | 'reject'

export interface PacingSettings {
  readonly mode: PacingMode
  /** Messages a second, ≥ 1. */
  readonly rate: number
  /** How many rejected messages end the connection. */
  readonly patience: number
}

export const IBKR_PACING: PacingSettings = { mode: 'throttle', rate: 50, patience: 3 }
export const NO_PACING: PacingSettings = { ...IBKR_PACING, mode: 'off' }

/** What becomes of one message. */
export type Paced =
  | { readonly type: 'pass'; readonly warning: string | undefined }
  /** Read so much later. */
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'reject'; readonly last: boolean }

/** One client's allowance. */
export interface Pacing {
  /** @param at - when the message came; not before the last one's */
  take(at: EpochMs): Paced
}

/** The warning comes when this share of the limit is reached. */
const WARNING_SHARE = 0.88

export function pacing({ mode, rate, patience }: PacingSettings): Pacing {
  /** When the last `rate` messages were read, a ring. */
  const read: EpochMs[] = []
  let place = 0
  let rejected = 0
  let warnedAt = -Infinity

  const pass = (at: EpochMs): void => {
    read[place] = at
    place = (place + 1) % rate
  }

  const warningAt = (at: EpochMs): string | undefined => {
    const recent = read.filter((then) => at - then < SECOND_MS).length
    if (recent < rate * WARNING_SHARE || at - warnedAt < SECOND_MS) return undefined
    warnedAt = at
    return `Warning: Approaching max rate of ${rate} messages per second (${recent})`
  }

  return {
    take(at) {
      if (mode === 'off') return { type: 'pass', warning: undefined }
      const oldest = read[place]
      const due = oldest === undefined ? at : Math.max(at, oldest + SECOND_MS)
      if (due <= at) {
        pass(at)
        return { type: 'pass', warning: warningAt(at) }
      }
      if (mode === 'reject') {
        rejected += 1
        return { type: 'reject', last: rejected >= patience }
      }
      pass(due)
      return { type: 'wait', ms: due - at }
    },
  }
}
