/**
 * The journal without a disk: for backtests, simulations and tests. Chains and expires like the
 * one on disk; syncing is having it.
 */
import { invariant } from '#model/invariant.ts'
import { bodyHashOf, chained, genesis } from '#journal/chain.ts'
import type { Entry, Head, Header, Journal, Row } from '#journal/journal.ts'
import { EXPIRABLE_TYPES, EXPIRED_PER_CALL, expiredBody } from '#journal/retention.ts'

export function memoryJournal(header: Header): Journal {
  return new MemoryJournal(header)
}

class MemoryJournal implements Journal {
  readonly header: Header
  readonly #rows: Row[] = []
  #head: Head
  #snapshot: { readonly seq: number; readonly body: string } | undefined

  constructor(header: Header) {
    this.header = header
    this.#head = genesis(header)
  }

  get head(): Head {
    return this.#head
  }

  append(entries: readonly Entry[]): Head {
    const rows = chained(this.#head, entries)
    this.#rows.push(...rows)
    const last = rows.at(-1)
    if (last !== undefined) this.#head = { seq: last.seq, hash: last.hash }
    return this.#head
  }

  sync(): Promise<Head> {
    return Promise.resolve(this.#head)
  }

  *rows(from = 1): IterableIterator<Row> {
    for (let i = Math.max(1, from) - 1; i < this.#rows.length; i++) {
      const row = this.#rows[i]
      if (row !== undefined) yield row
    }
  }

  saveSnapshot(seq: number, body: string): void {
    invariant(seq >= 0 && seq <= this.#head.seq, 'a snapshot holds rows that exist')
    if (seq >= (this.#snapshot?.seq ?? 0)) this.#snapshot = { seq, body }
  }

  latestSnapshot(): { readonly seq: number; readonly body: string } | undefined {
    return this.#snapshot
  }

  expire(type: string, before: number): number {
    invariant(EXPIRABLE_TYPES.includes(type), `only ${EXPIRABLE_TYPES.join(', ')} expire`)
    const covered = this.#snapshot?.seq ?? 0
    const due = this.#rows
      .filter((row) => row.type === type && row.at < before && row.seq <= covered)
      .filter((row) => row.expired === undefined)
      .slice(0, EXPIRED_PER_CALL)
    for (const row of due)
      this.#rows[row.seq - 1] = { ...row, body: expiredBody(bodyHashOf(row.body)), expired: true }
    return due.length
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
