/** The journal beside a running engine: reads what it has written so far, and never writes. */
import type { DatabaseSync } from 'node:sqlite'
import { genesis } from '#journal/chain.ts'
import { type Head, type Header, type Journal, JournalError, type Row } from '#journal/journal.ts'
import { translated } from '#journal/sqlite/failure.ts'
import { readRows, readSnapshot, type SqliteParts } from '#journal/sqlite/writer.ts'
import type { StateSnapshot } from '#journal/sqlite/snapshots.ts'
import { lastRow } from '#journal/sqlite/stored-rows.ts'

/** Made by `openSqliteJournal`. */
export class SqliteReader implements Journal {
  readonly header: Header
  readonly #path: string
  readonly #database: DatabaseSync

  constructor({ path, header, database }: SqliteParts) {
    this.header = header
    this.#path = path
    this.#database = database
  }

  /** Read anew: another process may have written. */
  get head(): Head {
    return translated(this.#path, () => lastRow(this.#database) ?? genesis(this.header))
  }

  rows(from = 1): IterableIterator<Row> {
    return readRows(this.#database, this.#path, from)
  }

  latestSnapshot(): StateSnapshot | undefined {
    return readSnapshot(this.#database, this.#path, this.header)
  }

  append(): never {
    throw this.#refusal()
  }

  sync(): Promise<Head> {
    return Promise.reject(this.#refusal())
  }

  saveSnapshot(): never {
    throw this.#refusal()
  }

  expire(): never {
    throw this.#refusal()
  }

  close(): Promise<void> {
    this.#database.close()
    return Promise.resolve()
  }

  #refusal(): JournalError {
    return new JournalError('read-only', `${this.#path}: opened for reading only`)
  }
}
