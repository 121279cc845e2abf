/**
 * A new journal, whole or not at all: it is built under another name and renamed when it is on
 * disk, so that a crash in between leaves nothing that looks like a journal.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Header, JournalError } from '#journal/journal.ts'
import { genesis } from '#journal/chain.ts'
import { translated } from '#journal/sqlite/failure.ts'
import { headPathOf, readHead, writeHeadFile } from '#journal/sqlite/head-file.ts'
import { createTables } from '#journal/sqlite/schema.ts'

/**
 * Creates the files of a journal, readable by their owner only.
 *
 * @throws JournalError `corrupt` when the rows of an earlier one are missing, `full`, `read-only`
 */
export function createJournalFiles(path: string, header: Header): void {
  refuseToReplace(path)
  const draft = `${path}.new`
  translated(path, () => {
    for (const leftover of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`])
      rmSync(leftover, { force: true })
    closeSync(openSync(draft, 'wx', 0o600))
    fill(draft, header)
    writeHeadFile(path, genesis(header))
    renameSync(draft, path)
    syncFolder(dirname(path))
  })
}

function refuseToReplace(path: string): void {
  if (existsSync(path)) throw new JournalError('locked', `${path}: there is a journal already`)
  if (!existsSync(headPathOf(path))) return
  const seq = readHead(path).head?.seq ?? 0
  if (seq > 0)
    throw new JournalError(
      'corrupt',
      `${path}: the journal is gone, but ${headPathOf(path)} says it held ${seq} rows; ` +
        'restore it from a backup, or move that file away to begin a new journal',
    )
}

function fill(draft: string, header: Header): void {
  const database = new DatabaseSync(draft)
  try {
    database.exec('PRAGMA synchronous = FULL')
    createTables(database)
    const { journalId, schema, account, program, node, createdAt } = header
    database
      .prepare('INSERT INTO header VALUES (1, ?, ?, ?, ?, ?, ?, ?)')
      .run(journalId, schema, account, program, node, createdAt, genesis(header).hash)
    database.exec('PRAGMA journal_mode = WAL')
  } finally {
    database.close()
  }
}

/** A rename is on disk once its folder is. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  fsyncSync(fd)
  closeSync(fd)
}
