/**
 * Opens a journal, having checked as much as a start can wait for: the header, the account, the
 * head kept beside it, and the chain of the rows that recovery will apply. `journal verify` checks
 * the rest.
 */
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { genesis } from '#journal/chain.ts'
import { type Head, type Header, type Journal, JournalError } from '#journal/journal.ts'
import { refuseNewerSchema, refuseOtherAccount } from '#journal/header.ts'
import { chainFindings, describeFinding } from '#journal/verification.ts'
import { connect, readHeader } from '#journal/sqlite/connection.ts'
import { createJournalFiles } from '#journal/sqlite/new-files.ts'
import { translated } from '#journal/sqlite/failure.ts'
import { headPathOf, readHead, writeHeadFile } from '#journal/sqlite/head-file.ts'
import { SqliteWriter } from '#journal/sqlite/writer.ts'
import { SqliteReader } from '#journal/sqlite/reader.ts'
import { latestSoundSnapshot } from '#journal/sqlite/snapshots.ts'
import { headAt, lastRow, storedRows } from '#journal/sqlite/stored-rows.ts'

export interface OpenOptions {
  readonly path: string
  /** `write`: the running engine, one at a time. `read`: beside it, without locking it out. */
  readonly mode: 'write' | 'read'
  /** The account it must belong to. */
  readonly account?: string
  /** Creates the journal with this header when there is none; only for `write`. */
  readonly header?: Header
}

/** Journals up to this length are checked whole at every opening: a third of a second. */
const CHECKED_WHOLE_ROWS = 50_000

/**
 * @throws JournalError `missing`, `corrupt`, `other-account`, `newer-schema`, `read-only`, `locked`
 */
export function openSqliteJournal(options: OpenOptions): Journal {
  const { path, mode, header } = options
  if (mode === 'write' && header !== undefined && !existsSync(path))
    createJournalFiles(path, header)
  const database = connect(path, mode)
  try {
    return translated(path, () => opened(database, options))
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * Creates a journal, its files readable by their owner only, and opens it for writing.
 *
 * @throws JournalError `locked` when there is one already, `corrupt` when the rows of an earlier
 *   one are missing, `full`, `read-only`
 */
export function createSqliteJournal(path: string, header: Header): Journal {
  createJournalFiles(path, header)
  return openSqliteJournal({ path, mode: 'write', account: header.account })
}

function opened(database: DatabaseSync, options: OpenOptions): Journal {
  const { path, mode } = options
  const header = soundHeader(database, path)
  const account = options.account ?? options.header?.account
  if (account !== undefined) refuseOtherAccount(header, account, path)
  if (mode === 'read') return new SqliteReader({ path, header, database })
  refuseUnsound(database, header, path)
  return new SqliteWriter({ path, header, database })
}

function soundHeader(database: DatabaseSync, path: string): Header {
  const found = readHeader(database)
  if (found?.sound !== true)
    throw corrupt(path, `its header was ${found === undefined ? 'removed' : 'altered'}`)
  refuseNewerSchema(found.header.schema, path)
  return found.header
}

function refuseUnsound(database: DatabaseSync, header: Header, path: string): void {
  const synced = syncedHead(path)
  const start = checkedFrom(database, genesis(header))
  if (
    synced.seq < start.seq &&
    headAt(database, synced.seq)?.hash !== synced.hash &&
    synced.seq > 0
  )
    throw corrupt(path, `row ${synced.seq} is not the row that was synced to disk`)
  const [first] = chainFindings(start, storedRows(database, start.seq + 1), synced)
  if (first !== undefined) throw corrupt(path, describeFinding(first))
}

/** The row that checking starts after: the genesis, or in a long journal the latest snapshot's. */
function checkedFrom(database: DatabaseSync, start: Head): Head {
  const rows = lastRow(database)?.seq ?? 0
  if (rows <= CHECKED_WHOLE_ROWS) return start
  const snapshot = latestSoundSnapshot(database, start)
  return snapshot === undefined ? start : (headAt(database, snapshot.seq) ?? start)
}

function syncedHead(path: string): Head {
  if (!existsSync(headPathOf(path))) throw corrupt(path, `${headPathOf(path)} is missing`)
  const { head, sound } = readHead(path)
  if (head === undefined) throw corrupt(path, `${headPathOf(path)} is damaged`)
  if (sound < 2) writeHeadFile(path, head) // torn by a power failure: the other copy is the truth
  return head
}

function corrupt(path: string, what: string): JournalError {
  return new JournalError(
    'corrupt',
    `${path}: not what was written: ${what}; see \`ballast journal verify\`, ` +
      'restore the files from one backup, or move them away to begin a new journal',
  )
}
