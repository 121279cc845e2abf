/**
 * The head kept beside the database, so that a cut tail shows. Two copies of 512 bytes each, the
 * size of the smallest sector, are written in turn and in place: a write torn by a power failure
 * spoils the older copy's place, never the newer copy. Each carries a check over itself.
 *
 * Invariant: it is never ahead of what the database holds on disk, because it is written after the
 * database was synced. It may be behind: by one sync when the process is killed, by the syncs of
 * the last `SYNC_EVERY_MS` when the power fails. So "ahead" has one meaning: the tail was cut.
 */
import { hash } from 'node:crypto'
import { closeSync, fdatasync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Head } from '#journal/journal.ts'

/** Where the head of the journal at `path` is kept. */
export const headPathOf = (path: string): string => `${path}-head`

/** How far behind the power may leave it: syncing it as often as the database halves the rate. */
const SYNC_EVERY_MS = 50

const COPY_BYTES = 512

export interface HeadCopies {
  /** The newer sound copy; undefined when none is. */
  readonly head: Head | undefined
  /** How many of the two copies are sound. */
  readonly sound: number
}

/** @throws the system's error when the file cannot be read (`ENOENT`) */
export function readHead(journalPath: string): HeadCopies {
  const text = readFileSync(headPathOf(journalPath), 'latin1')
  const copies = [0, 1].map((i) => decoded(text.slice(i * COPY_BYTES, (i + 1) * COPY_BYTES)))
  const sound = copies.filter((copy) => copy !== undefined)
  return { head: sound.toSorted((a, b) => b.seq - a.seq)[0], sound: sound.length }
}

/** Writes both copies and waits for the disk: at creation, and to mend a torn copy. */
export function writeHeadFile(journalPath: string, head: Head): void {
  const fd = openSync(headPathOf(journalPath), 'w', 0o600)
  writeSync(fd, encoded(head).repeat(2))
  fdatasyncSync(fd)
  closeSync(fd)
}

/** The open head file of a running engine. */
export class HeadFile {
  readonly #fd: number
  #turn = 0
  #timer: NodeJS.Timeout | undefined
  #syncing: Promise<void> | undefined
  #failure: Error | undefined

  constructor(journalPath: string) {
    this.#fd = openSync(headPathOf(journalPath), 'r+')
  }

  /**
   * Survives the process at once, the power within `SYNC_EVERY_MS`.
   *
   * @throws the system's error of this write or of a sync since the last
   */
  write(head: Head): void {
    if (this.#failure !== undefined) throw this.#failure
    writeSync(this.#fd, encoded(head), this.#turn * COPY_BYTES, 'latin1')
    this.#turn = 1 - this.#turn
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#syncing = this.#sync()
    }, SYNC_EVERY_MS).unref()
  }

  /** Syncs what was written and releases the file. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#syncing
    fdatasyncSync(this.#fd)
    closeSync(this.#fd)
  }

  #sync(): Promise<void> {
    return new Promise((resolve) => {
      fdatasync(this.#fd, (error) => {
        if (error !== null) this.#failure = error
        resolve()
      })
    })
  }
}

function encoded({ seq, hash: rowHash }: Head): string {
  const check = checkOf(seq, rowHash)
  return `{"seq":${seq},"hash":"${rowHash}","check":"${check}"}`.padEnd(COPY_BYTES - 1) + '\n'
}

const COPY = /^\{"seq":(\d{1,16}),"hash":"([\da-f]{64})","check":"([\da-f]{16})"\} *\n$/

function decoded(copy: string): Head | undefined {
  const [, seq = '', rowHash = '', check = ''] = COPY.exec(copy) ?? []
  const head = { seq: Number(seq), hash: rowHash }
  return check !== '' && copy.length === COPY_BYTES && check === checkOf(head.seq, rowHash)
    ? head
    : undefined
}

const checkOf = (seq: number, rowHash: string): string =>
  hash('sha256', `["head",${seq},"${rowHash}"]`).slice(0, 16)
