/**
 * What may be forgotten. Batches of quotes are bulky and, once a state snapshot covers them, of use
 * to nobody but research; every order, fill, plan and decision stays for good.
 *
 * A body that is gone is replaced by its hash. The types are named here and in the table's own
 * trigger, so that a body missing from any other row counts as tampering.
 */
import { setImmediate } from 'node:timers/promises'
import { DAY_MS, type EpochMs } from '#model/time.ts'
import type { Journal } from '#journal/journal.ts'

/** Row types whose bodies may expire. */
export const EXPIRABLE_TYPES: readonly string[] = ['QuoteBatch']

/** How long they are kept, on the engine's clock. */
export const RETENTION_MS: number = 30 * DAY_MS

/** Bodies let go by one call of `expire`: a pause of some 20 ms at 2 kB each. */
export const EXPIRED_PER_CALL = 500

/** What an expired row reads as. */
export const expiredBody = (bodyHash: string): string => `{"expired":"${bodyHash}"}`

/**
 * Lets go of everything that is due, a little at a time, so that orders and reports get their turn
 * in between.
 *
 * @param now - engine's clock
 * @returns how many bodies went
 * @throws JournalError `full`, `read-only`
 */
export async function expireDue(journal: Journal, now: EpochMs): Promise<number> {
  let gone = 0
  for (const type of EXPIRABLE_TYPES) {
    for (;;) {
      const some = journal.expire(type, now - RETENTION_MS)
      if (some === 0) break
      gone += some
      await setImmediate()
    }
  }
  return gone
}
