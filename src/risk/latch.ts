/** A latch: a persisted state that forbids trades until a person releases it, in two steps. */
import type { EpochMs } from '#model/time.ts'

export interface Latch {
  readonly kind: 'ReduceOnly' | 'Halted' | 'Flattening'
  /** `account`, `sector:Energy`, `symbol:AAPL.STK.USD` */
  readonly scope: string
  /** Who or what set it: a person's login, `risk`, `engine`, `kill-file`. */
  readonly owner: string
  readonly reason: string
  readonly since: EpochMs
}
