/** `journal verify`: everything that can be wrong with the files, said row by row. */
import { DatabaseSync } from 'node:sqlite'
import { type Head, JournalError } from '#journal/journal.ts'
import {
  chainFindings,
  type Finding,
  type JournalReport,
  MAXIMUM_FINDINGS,
} from '#journal/verification.ts'
import { connect, type HeaderRow, readHeader } from '#journal/sqlite/connection.ts'
import { journalFailure } from '#journal/sqlite/failure.ts'
import { headPathOf, readHead } from '#journal/sqlite/head-file.ts'
import { createTables, tablesOf } from '#journal/sqlite/schema.ts'
import { snapshots } from '#journal/sqlite/snapshots.ts'
import { storedRows } from '#journal/sqlite/stored-rows.ts'

export interface VerifyOptions {
  /** The account it should belong to; any when absent. */
  readonly account?: string
}

/**
 * Reads the whole journal at `path` beside a running engine, changing nothing.
 *
 * @returns sound when there are no findings; a file that cannot be read is a finding too
 */
export function verifyJournal(path: string, options: VerifyOptions = {}): JournalReport {
  const audit: Audit = { header: undefined, rows: 0, expired: 0, head: undefined }
  const findings: Finding[] = []
  try {
    for (const finding of everyFinding(path, options, audit)) {
      findings.push(finding)
      if (findings.length >= MAXIMUM_FINDINGS) break
    }
  } catch (error) {
    findings.push(unreadable(path, error, audit))
  }
  return { ...audit, findings }
}

/** What was read so far. */
type Audit = { -readonly [K in Exclude<keyof JournalReport, 'findings'>]: JournalReport[K] }

function* everyFinding(path: string, options: VerifyOptions, audit: Audit): Generator<Finding> {
  // Before the rows: the head is never ahead of them, and an engine may be writing.
  const synced = yield* syncedHead(path)
  const database = connect(path, 'read')
  try {
    database.exec('BEGIN')
    yield* structureFindings(database)
    const found = readHeader(database)
    if (found === undefined) {
      yield { row: undefined, detail: 'header: missing' }
      return
    }
    audit.header = found.header
    yield* headerFindings(found, options)
    const start = { seq: 0, hash: found.hash }
    yield* chainFindings(
      start,
      counted(storedRows(database, Number.MIN_SAFE_INTEGER), audit),
      synced ?? start,
    )
    yield* snapshotFindings(database, start)
  } finally {
    database.close()
  }
}

function* syncedHead(path: string): Generator<Finding, Head | undefined> {
  const place = headPathOf(path)
  try {
    const { head, sound } = readHead(path)
    if (head === undefined)
      yield whole(`${place}: damaged; whether the tail was cut cannot be said`)
    else if (sound < 2)
      yield whole(
        `${place}: one of its two copies is damaged; a cut of the last sync would not show`,
      )
    return head
  } catch (error) {
    yield whole(`${place}: cannot be read; whether the tail was cut cannot be said`)
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

function* structureFindings(database: DatabaseSync): Generator<Finding> {
  for (const row of database.prepare('PRAGMA quick_check(10)').all())
    if (row['quick_check'] !== 'ok') yield whole(`file: ${String(row['quick_check'])}`)
  const [expected, found] = [ourTables(), tablesOf(database)]
  for (const name of new Set([...expected.keys(), ...found.keys()]))
    if (expected.get(name) !== found.get(name))
      yield whole(`file: ${name} is not as this program defines it`)
}

function ourTables(): ReadonlyMap<string, string> {
  const database = new DatabaseSync(':memory:')
  createTables(database)
  const tables = tablesOf(database)
  database.close()
  return tables
}

function* headerFindings(
  { header, sound }: HeaderRow,
  { account }: VerifyOptions,
): Generator<Finding> {
  if (!sound) yield whole('header: altered: it does not fit its hash')
  if (account !== undefined && header.account !== account)
    yield whole(`header: belongs to account ${header.account}, expected ${account}`)
}

function* snapshotFindings(database: DatabaseSync, start: Head): Generator<Finding> {
  for (const { seq, sound } of snapshots(database, start))
    if (!sound) yield { row: seq, detail: 'the state snapshot taken at this row was altered' }
}

function* counted<T extends Head & { readonly body: string | null }>(
  rows: Iterable<T>,
  audit: Audit,
): Generator<T> {
  for (const row of rows) {
    audit.rows += 1
    if (row.body === null) audit.expired += 1
    audit.head = { seq: row.seq, hash: row.hash }
    yield row
  }
}

function unreadable(path: string, error: unknown, audit: Audit): Finding {
  const failure = journalFailure(path, error)
  if (!(failure instanceof JournalError)) throw failure
  if (audit.head === undefined) return whole(failure.message)
  return { row: audit.head.seq + 1, detail: `cannot be read from here on: ${failure.message}` }
}

const whole = (detail: string): Finding => ({ row: undefined, detail })
