/**
 * The journal on disk, over `node:sqlite`. Why it is built so: docs/decisions/0002-journal-format.md.
 *
 * An `append` is one transaction: it is recorded whole or not at all, survives a kill of the
 * process at once, and any reader sees it. A `sync` makes all of it survive the power too, and then
 * moves the head file on, in this order: so the head file may be behind the database, never ahead.
 */
import { closeSync, openSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { invariant } from '#model/invariant.ts'
import { bodyHashOf, chained, genesis } from '#journal/chain.ts'
import type { Entry, Head, Header, Journal, Row } from '#journal/journal.ts'
import { EXPIRABLE_TYPES, EXPIRED_PER_CALL } from '#journal/retention.ts'
import { journalFailure, translated } from '#journal/sqlite/failure.ts'
import { GroupSync } from '#journal/sqlite/group-sync.ts'
import { HeadFile } from '#journal/sqlite/head-file.ts'
import {
  insertSnapshot,
  latestSoundSnapshot,
  type StateSnapshot,
} from '#journal/sqlite/snapshots.ts'
import { headAt, lastRow, rowOf, storedRows } from '#journal/sqlite/stored-rows.ts'

export interface SqliteParts {
  /** For the messages, and for the files beside it. */
  readonly path: string
  readonly header: Header
  /** Open for writing, tables checked. */
  readonly database: DatabaseSync
}

/** The one writer. Made by `openSqliteJournal`, which checks the files first. */
export class SqliteWriter implements Journal {
  readonly header: Header
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  readonly #insert: StatementSync
  readonly #headFile: HeadFile
  readonly #logFd: number
  readonly #syncs: GroupSync
  #head: Head

  constructor({ path, header, database }: SqliteParts) {
    this.header = header
    this.#path = path
    this.#database = database
    this.#head = lastRow(database) ?? genesis(header)
    this.#begin = database.prepare('BEGIN IMMEDIATE')
    this.#commit = database.prepare('COMMIT')
    this.#insert = database.prepare(
      'INSERT INTO entries (seq, kind, type, at, body, hash) VALUES (?, ?, ?, ?, ?, ?)',
    )
    database.function('sha256', { deterministic: true }, (body) => bodyHashOf(String(body)))
    this.#headFile = new HeadFile(path)
    // SQLite locks the database and its -shm, never the log: opening that by ourselves is safe.
    this.#logFd = openSync(`${path}-wal`, 'r')
    this.#syncs = new GroupSync({
      fd: this.#logFd,
      reach: () => this.#head,
      onDurable: (head) => this.#headFile.write(head),
      failure: (error) => journalFailure(path, error),
    })
  }

  get head(): Head {
    return this.#head
  }

  append(entries: readonly Entry[]): Head {
    const rows = chained(this.#head, entries)
    const last = rows.at(-1)
    if (last === undefined) return this.#head
    this.#write(() => {
      for (const { seq, kind, type, at, body, hash } of rows)
        this.#insert.run(seq, kind, type, at, body, hash)
    })
    this.#head = { seq: last.seq, hash: last.hash }
    return this.#head
  }

  sync(): Promise<Head> {
    return this.#syncs.wait()
  }

  rows(from = 1): IterableIterator<Row> {
    return readRows(this.#database, this.#path, from)
  }

  saveSnapshot(seq: number, body: string): void {
    const at = seq === 0 ? genesis(this.header) : headAt(this.#database, seq)
    invariant(at !== undefined, 'a snapshot holds rows that exist')
    this.#write(() => insertSnapshot(this.#database, at, body))
  }

  latestSnapshot(): StateSnapshot | undefined {
    return readSnapshot(this.#database, this.#path, this.header)
  }

  expire(type: string, before: number): number {
    invariant(EXPIRABLE_TYPES.includes(type), `only ${EXPIRABLE_TYPES.join(', ')} expire`)
    const covered = this.latestSnapshot()?.seq ?? 0
    return this.#write(() =>
      Number(
        this.#database.prepare(EXPIRE).run({ type, before, covered, most: EXPIRED_PER_CALL })
          .changes,
      ),
    )
  }

  async close(): Promise<void> {
    try {
      await this.sync()
    } finally {
      await this.#headFile.close()
      closeSync(this.#logFd)
      this.#database.close()
    }
  }

  /** One transaction; when it fails, none. */
  #write<T>(work: () => T): T {
    this.#syncs.refuseAfterFailure()
    return translated(this.#path, () => {
      this.#begin.run()
      try {
        const result = work()
        this.#commit.run()
        return result
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }
}

const EXPIRE = `
UPDATE entries SET body_hash = sha256(body), body = NULL WHERE seq IN (
  SELECT seq FROM entries
  WHERE type = :type AND type IN (${EXPIRABLE_TYPES.map((type) => `'${type}'`).join(', ')})
    AND body IS NOT NULL AND at < :before AND seq <= :covered
  ORDER BY seq LIMIT :most
)`

/** Rows as the port promises them. */
export function* readRows(database: DatabaseSync, path: string, from: number): Generator<Row> {
  const rows = storedRows(database, from)
  for (;;) {
    const step = translated(path, () => rows.next())
    if (step.done === true) return
    yield rowOf(step.value)
  }
}

/** The latest sound state snapshot. */
export function readSnapshot(
  database: DatabaseSync,
  path: string,
  header: Header,
): StateSnapshot | undefined {
  return translated(path, () => latestSoundSnapshot(database, genesis(header)))
}
