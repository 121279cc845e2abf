/**
 * The first exchange of words: which server version the two speak.
 *
 * We speak 176, 177 and 178. Every maintained client covers one of them, none of them is protobuf
 * (that begins at 201), and they differ in two places only: 177 drops faProfile from orders, 178
 * appends pendingPriceRevision to executions (IBKR’s server_versions).
 */
import { err, ok, type Result } from '#model/result.ts'

export const OLDEST_VERSION = 176
export const NEWEST_VERSION = 178

/** From this version on, orders have no faProfile. */
export const FA_PROFILE_DROPPED = 177
/** From this version on, executions end with pendingPriceRevision. */
export const PENDING_PRICE_REVISION = 178

export interface VersionRange {
  readonly min: number
  readonly max: number
}

/**
 * Reads what the client opens with: `v100..193`, optionally followed by a space and options of
 * its own; a single `v176` is a range of one.
 */
export function parseVersionRange(text: string): Result<VersionRange> {
  const match = /^v(\d{1,5})(?:\.\.(\d{1,5}))?(?: .*)?$/s.exec(text)
  if (match === null) return err('the first frame is no version range such as v100..193')
  const min = Number(match[1])
  return ok({ min, max: match[2] === undefined ? min : Number(match[2]) })
}

/**
 * min(178, the client's newest), where both sides can speak it.
 *
 * @returns undefined when the client is too old (below 176) or too new (178 is below its oldest)
 */
export function negotiate({ min, max }: VersionRange): number | undefined {
  const version = Math.min(NEWEST_VERSION, max)
  return version >= OLDEST_VERSION && version >= min ? version : undefined
}
