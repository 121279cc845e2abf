/**
 * Book against broker. (The types the engine and the contract speak; the procedure follows.)
 */
import type { InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/** One difference between what we believe and what the broker says: typed, aged, never overwritten in silence. */
export interface Break {
  /** Deterministic: what and where, so that the same difference found twice is one break. */
  readonly id: string
  readonly kind: 'position' | 'cash' | 'order' | 'execution'
  readonly cause: 'fill-in-flight' | 'missed-fill' | 'external-trade' | 'unknown-order' | 'lost-order' | 'cash-difference' | 'late-fill' | 'unexplained' // prettier-ignore
  /** `severe` stops the run. */
  readonly severity: 'info' | 'minor' | 'severe'
  /** Undefined for cash. */
  readonly instrument: InstrumentId | undefined
  /** Decimal text of the two sides. */
  readonly ours: string
  readonly theirs: string
  readonly since: EpochMs
  readonly detail: string
}
