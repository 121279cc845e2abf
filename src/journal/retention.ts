/**
 * What may be forgotten. Batches of quotes are bulky and, once a state snapshot covers them, of use
 * to nobody but research; every order, fill, plan and decision stays for good.
 *
 * A body that is gone is replaced by its hash. The types are named here and in the table's own
 * trigger, so that a body missing from any other row counts as tampering.
 */
import { DAY_MS } from '#model/time.ts'

/** Row types whose bodies may expire. */
export const EXPIRABLE_TYPES: readonly string[] = ['QuoteBatch']

/** How long they are kept, on the engine's clock. */
export const RETENTION_MS: number = 30 * DAY_MS

/** Bodies let go by one call of `expire`: a pause of some tens of milliseconds. */
export const EXPIRED_PER_CALL = 5_000

/** What an expired row reads as. */
export const expiredBody = (bodyHash: string): string => `{"expired":"${bodyHash}"}`
