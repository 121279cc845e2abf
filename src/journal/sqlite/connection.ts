/**
 * Opens the database file: as the one writer, or as one of many readers whom the writer never
 * waits for (write-ahead log: https://www.sqlite.org/wal.html).
 *
 * `synchronous = NORMAL` leaves the syncing of commits to `group-sync.ts`, which syncs the
 * write-ahead log itself; SQLite still syncs around checkpoints, so the file is never torn. A
 * killed process loses no committed row, a power failure none that was synced.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type Header, JournalError } from '#journal/journal.ts'
import { genesis } from '#journal/chain.ts'
import { refuseNewerSchema } from '#journal/header.ts'
import { APPLICATION_ID } from '#journal/sqlite/schema.ts'
import { translated } from '#journal/sqlite/failure.ts'

/** How long a reader waits while a crashed writer's log is being recovered, ms. */
const BUSY_MS = 500

export function connect(path: string, mode: 'write' | 'read'): DatabaseSync {
  return translated(path, () => {
    statSync(path) // says that it is missing; to open and close it would drop SQLite's locks
    const database =
      mode === 'read' ? openedToRead(path) : new DatabaseSync(path, { timeout: BUSY_MS })
    try {
      refuseForeign(database, path)
      if (mode === 'write') prepareToWrite(database)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** Where nothing may be written, SQLite reads only what it is told will not change. */
function openedToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  try {
    database.prepare('PRAGMA schema_version').get()
    return database
  } catch (error) {
    database.close()
    if (!isRefusedToWrite(path) || hasLog(path)) throw error
    const unchanging = pathToFileURL(path)
    unchanging.searchParams.set('immutable', '1') // https://www.sqlite.org/uri.html#uriimmutable
    return new DatabaseSync(unchanging, { readOnly: true })
  }
}

function isRefusedToWrite(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK)
    return false
  } catch {
    return true
  }
}

/** An engine runs, or was killed and its log was not taken over yet. */
function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

function prepareToWrite(database: DatabaseSync): void {
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY',
  )
  database.exec('PRAGMA recursive_triggers = ON') // INSERT OR REPLACE deletes: the trigger must see it
}

function refuseForeign(database: DatabaseSync, path: string): void {
  if (pragma(database, 'application_id') !== APPLICATION_ID)
    throw new JournalError(
      'corrupt',
      `${path}: a SQLite file, but not a journal of ballast; move it away and start again`,
    )
  refuseNewerSchema(pragma(database, 'user_version'), path)
}

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
}

export interface HeaderRow {
  readonly header: Header
  /** As stored. */
  readonly hash: string
  /** Whether the header is the one that the hash was taken of. */
  readonly sound: boolean
}

/** The header as it lies in the file, which nobody has vouched for; undefined when it is gone. */
export function readHeader(database: DatabaseSync): HeaderRow | undefined {
  const row = database.prepare('SELECT * FROM header').get()
  if (row === undefined) return undefined
  const header = {
    journalId: String(row['journal_id']),
    schema: Number(row['schema']),
    account: String(row['account']),
    program: String(row['program']),
    node: String(row['node']),
    createdAt: Number(row['created_at']),
  }
  const hash = String(row['hash'])
  return { header, hash, sound: isWhole(header) && genesis(header).hash === hash }
}

const isWhole = ({ schema, createdAt }: Header): boolean =>
  Number.isSafeInteger(schema) && Number.isSafeInteger(createdAt)
