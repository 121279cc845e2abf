/**
 * Is the record what was written? Pure: it walks rows in stored order and says what is wrong with
 * which row. After a bad row it goes on from that row's stored hash, so that one altered row is
 * one finding and not thousands.
 */
import { bodyHashOf, linkHash } from '#journal/chain.ts'
import type { Head, Header } from '#journal/journal.ts'
import { EXPIRABLE_TYPES } from '#journal/retention.ts'

/** One thing that is wrong. */
export interface Finding {
  /** The row it was found at; undefined when it concerns the file or the header. */
  readonly row: number | undefined
  readonly detail: string
}

/** What `journal verify` says. Sound when there are no findings. */
export interface JournalReport {
  readonly header: Header | undefined
  /** Rows read. */
  readonly rows: number
  /** Rows whose bodies expired. */
  readonly expired: number
  /** The last row read. */
  readonly head: Head | undefined
  /** In the order of the rows, at most `MAXIMUM_FINDINGS`. */
  readonly findings: readonly Finding[]
}

/** More would not tell a person more. */
export const MAXIMUM_FINDINGS = 100

/** A row as it lies in the store, which nobody has vouched for. */
export interface StoredRow {
  readonly seq: number
  readonly kind: string
  readonly type: string
  readonly at: number
  /** null once expired. */
  readonly body: string | null
  /** null until expired. */
  readonly bodyHash: string | null
  readonly hash: string
}

/**
 * What is wrong with the rows after `start`.
 *
 * @param start - the row before the first, or the genesis; vouched for by the caller
 * @param rows - in ascending order of seq
 * @param synced - the head kept beside the journal: the journal reaches at least so far
 */
export function* chainFindings(
  start: Head,
  rows: Iterable<StoredRow>,
  synced: Head,
): Generator<Finding> {
  let previous = start
  if (synced.seq === start.seq) yield* headFindings(start, synced)
  for (const row of rows) {
    yield* rowFindings(previous, row)
    if (synced.seq > previous.seq && synced.seq <= row.seq) yield* headFindings(row, synced)
    previous = row
  }
  if (synced.seq > previous.seq)
    yield finding(
      previous.seq + 1,
      `the tail was cut: ${span(previous.seq + 1, synced.seq)} missing`,
    )
}

function* rowFindings(previous: Head, row: StoredRow): Generator<Finding> {
  if (row.seq !== previous.seq + 1) {
    yield finding(row.seq, `${span(previous.seq + 1, row.seq - 1)} missing before this row`)
    return
  }
  if (row.body === null && !EXPIRABLE_TYPES.includes(row.type))
    yield finding(row.seq, `the body is gone, and a ${row.type} never expires`)
  const bodyHash = row.body === null ? (row.bodyHash ?? '') : bodyHashOf(row.body)
  if (linkHash(previous.hash, { ...row, bodyHash }) !== row.hash)
    yield finding(row.seq, 'altered or out of order: it does not fit its hash and the row before')
}

function* headFindings(row: Head, synced: Head): Generator<Finding> {
  if (row.seq === synced.seq && row.hash !== synced.hash)
    yield finding(row.seq, 'not the row that was synced to disk as the last: its hash differs')
}

const finding = (row: number, detail: string): Finding => ({ row, detail })

const span = (from: number, to: number): string =>
  from === to ? `row ${from} is` : `rows ${from} to ${to} are`

/** One finding as a line for people: `row 17: altered or …`. */
export function describeFinding({ row, detail }: Finding): string {
  return row === undefined ? detail : `row ${row}: ${detail}`
}
