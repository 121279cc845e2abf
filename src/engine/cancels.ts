/**
 * Asking for cancels. An answer may be late, lost or a refusal: it is asked again after a while,
 * a few times, with a snapshot in between; what is still open then is a person's.
 */
import { SECOND_MS, type EpochMs } from '#model/time.ts'
import type { OrderRecord } from '#execution/order-ledger.ts'
import { isOpen } from '#execution/order-state.ts'
import type { Turn } from '#engine/turn.ts'

/** A cancel without an answer is asked again, and its order looked for in a snapshot, after this, ms. */
const CANCEL_PATIENCE_MS = 5 * SECOND_MS
const MOST_CANCELS = 3

/** Asks, unless an answer may still come or it was asked too often. An order in doubt is looked for instead. */
export function requestCancel({ state, decide }: Turn, record: OrderRecord, reason: string): void {
  if (!isOpen(record.state) || record.state === 'InDoubt' || record.cancels >= MOST_CANCELS) return
  if (record.cancels > 0 && state.now < cancelAgainAt(record)) return
  decide({ type: 'CancelOrder', clientOrderId: record.request.id, reason })
}

/** When the next word about a cancel is due. */
export const cancelAgainAt = ({ commandAt }: OrderRecord): EpochMs => commandAt + CANCEL_PATIENCE_MS

/** Asked as often as we may, and still open. */
export const isUncancelable = (record: OrderRecord, now: EpochMs): boolean =>
  isOpen(record.state) &&
  record.state !== 'InDoubt' &&
  record.cancels >= MOST_CANCELS &&
  now >= cancelAgainAt(record)
