/**
 * The port to the record of why. Append-only, sequence-numbered, hash-chained; it stores text it
 * does not understand. Adapters: journal/sqlite, journal/memory; later journal/postgres.
 *
 * Two kinds of rows: *facts* (what came in) and *decisions* (the exact effects that `step`
 * answered with). Recovery applies both and decides nothing.
 */
import type { EpochMs } from '#model/time.ts'

export interface Entry {
  readonly kind: 'fact' | 'decision'
  /** The union tag of the body: `BrokerReported`, `SubmitOrder`. */
  readonly type: string
  /** Engine's clock. */
  readonly at: EpochMs
  /** JSON in canonical form; of an expired row `{"expired":"<sha256 of what stood here>"}`. */
  readonly body: string
}

export interface Row extends Entry {
  /** 1, 2, 3, … without a gap. */
  readonly seq: number
  /** sha256 over the previous row's hash and this row's fields (see `chain.ts`), 64 hexadecimal digits. */
  readonly hash: string
  /** The body was let go by `expire`; its hash stays, so the chain still verifies. */
  readonly expired?: true
}

/** Who wrote this journal, and under which rules; fixed when it is created. */
export interface Header {
  /** Eight hexadecimal digits, drawn once: the first part of every client order id. */
  readonly journalId: string
  readonly schema: number
  readonly account: string
  /** Of the program that wrote it: version or commit. */
  readonly program: string
  readonly node: string
  readonly createdAt: EpochMs
}

/** The last row, kept in a synced side file too, so that a cut tail shows. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

export interface Journal {
  readonly header: Header
  readonly head: Head

  /**
   * Numbers and chains the entries at once, in order; visible to `rows` of this process at once,
   * on disk after the next `sync`.
   *
   * @throws JournalError `full`, `read-only`: nothing of the call was recorded
   */
  append(entries: readonly Entry[]): Head

  /**
   * Resolves when everything appended before the call is on disk (one group commit for all that
   * is queued).
   *
   * @throws JournalError `full`, `read-only`: what was appended since the last sync is not durable
   */
  sync(): Promise<Head>

  /** Rows with seq ≥ `from`, in order. */
  rows(from?: number): IterableIterator<Row>

  /** State snapshots speed recovery; a snapshot holds all rows up to `seq`. */
  saveSnapshot(seq: number, body: string): void
  /** The latest that is whole; a damaged one is passed over. */
  latestSnapshot(): { readonly seq: number; readonly body: string } | undefined

  /**
   * Lets go of the bodies of rows of `type` older than `before` that a state snapshot covers; the
   * rows and their hashes stay. Oldest first, at most 500 a call so that the pause is short:
   * call again until it returns 0.
   *
   * @param type - one of `EXPIRABLE_TYPES` of `retention.ts`
   * @param before - engine's clock
   * @returns how many bodies went
   * @throws JournalError `full`, `read-only`
   */
  expire(type: string, before: EpochMs): number

  /** Syncs and releases the file. */
  close(): Promise<void>
}

/**
 * What is wrong: no room; writing is refused; the record is not what was written; another process
 * writes; another account's journal; a newer program's journal; no journal there; the disk failed.
 */
// prettier-ignore
export type JournalFailure =
  | 'full' | 'read-only' | 'corrupt' | 'locked' | 'other-account' | 'newer-schema' | 'missing' | 'io'

export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly kind: JournalFailure

  constructor(kind: JournalFailure, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
  }
}
