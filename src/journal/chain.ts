/**
 * The hash chain: every row seals all rows before it, and the header seals the first.
 *
 *     hash(0) = sha256(canonical JSON of the header)
 *     hash(n) = sha256(["hash(n−1)",n,"kind","type",at,"sha256(body)"])   as canonical JSON, UTF-8
 *
 * A JSON list cannot be read in two ways, so no two different rows frame to the same bytes. The
 * chain covers the body by its hash, so that a body may expire and the chain still verify. It has
 * no key: it shows accident and carelessness, not somebody who rewrites everything, head included.
 */
import { hash } from 'node:crypto'
import { hashOf } from '#model/canonical-json.ts'
import { invariant } from '#model/invariant.ts'
import type { EpochMs } from '#model/time.ts'
import type { Entry, Head, Header, Row } from '#journal/journal.ts'

/** The head of a journal without rows: its hash is the header's, 64 hexadecimal digits. */
export function genesis({ journalId, schema, account, program, node, createdAt }: Header): Head {
  return { seq: 0, hash: hashOf({ journalId, schema, account, program, node, createdAt }) }
}

/** Numbers and chains entries after `head`, in order. */
export function chained(head: Head, entries: readonly Entry[]): Row[] {
  let { seq, hash: previous } = head
  return entries.map((entry) => {
    const { kind, type, at, body } = entry
    invariant(Number.isSafeInteger(at), 'an instant is a whole number of milliseconds')
    seq += 1
    previous = linkHash(previous, { seq, kind, type, at, bodyHash: bodyHashOf(body) })
    return { seq, kind, type, at, body, hash: previous }
  })
}

/** What the chain covers of a row. */
export interface Link {
  readonly seq: number
  readonly kind: string
  readonly type: string
  readonly at: EpochMs
  /** sha256 of the body, 64 hexadecimal digits. */
  readonly bodyHash: string
}

/** @param previous - hash of the row before, 64 hexadecimal digits */
export function linkHash(previous: string, { seq, kind, type, at, bodyHash }: Link): string {
  return hash('sha256', `["${previous}",${seq},"${kind}",${JSON.stringify(type)},${at},"${bodyHash}"]`) // prettier-ignore
}

/** sha256 of a body's UTF-8, 64 hexadecimal digits. */
export const bodyHashOf = (body: string): string => hash('sha256', body)

/**
 * The seal of a state snapshot: it binds the body to the place in the chain that it was taken at.
 *
 * @param at - the row that the snapshot holds everything up to
 */
export function snapshotSeal(at: Head, body: string): string {
  return hash('sha256', `["snapshot",${at.seq},"${at.hash}","${bodyHashOf(body)}"]`)
}
