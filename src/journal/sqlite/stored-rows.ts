/**
 * Reads rows in pages, so that no read transaction stays open while the reader thinks: an open one
 * would keep the write-ahead log from ever being reused.
 */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type Head, JournalError, type Row } from '#journal/journal.ts'
import { expiredBody } from '#journal/retention.ts'
import type { StoredRow } from '#journal/verification.ts'

const PAGE_ROWS = 256

/** Rows with seq ≥ `from` in order, as they lie there. */
export function* storedRows(database: DatabaseSync, from: number): Generator<StoredRow> {
  const page = database.prepare(
    'SELECT seq, kind, type, at, body, body_hash, hash FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?',
  )
  page.setReadBigInts(true) // a number that was altered beyond 2⁵³ reads as wrong, not as an error
  let next = from
  for (;;) {
    const found = page.all(next, PAGE_ROWS)
    for (const columns of found) {
      const row = stored(columns)
      yield row
      next = row.seq + 1
    }
    if (found.length < PAGE_ROWS) return
  }
}

function stored(columns: Record<string, SQLOutputValue>): StoredRow {
  return {
    seq: Number(columns['seq']),
    kind: String(columns['kind']),
    type: String(columns['type']),
    at: Number(columns['at']),
    body: textOrNull(columns['body']),
    bodyHash: textOrNull(columns['body_hash']),
    hash: String(columns['hash']),
  }
}

const textOrNull = (value: SQLOutputValue | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

/** @throws JournalError `corrupt` when it is neither fact nor decision */
export function rowOf({ seq, kind, type, at, body, bodyHash, hash }: StoredRow): Row {
  if (kind !== 'fact' && kind !== 'decision')
    throw new JournalError(
      'corrupt',
      `row ${seq}: its kind is "${kind}", expected fact or decision`,
    )
  if (body === null)
    return { seq, kind, type, at, body: expiredBody(bodyHash ?? ''), hash, expired: true }
  return { seq, kind, type, at, body, hash }
}

/** The row numbered `seq`; undefined when there is none. */
export function headAt(database: DatabaseSync, seq: number): Head | undefined {
  const row = database.prepare('SELECT seq, hash FROM entries WHERE seq = ?').get(seq)
  return row === undefined ? undefined : { seq: Number(row['seq']), hash: String(row['hash']) }
}

/** The last row; undefined when there is none. */
export function lastRow(database: DatabaseSync): Head | undefined {
  const row = database.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1').get()
  return row === undefined ? undefined : { seq: Number(row['seq']), hash: String(row['hash']) }
}
