/**
 * Group commit: everybody who asks while the disk is busy shares the next sync, so that a hundred
 * waiting callers cost one.
 *
 * A fast disk is synced in place, because handing 0.3 ms of work to another thread costs another
 * 0.1 ms; a slow one on Node's thread pool, so that a cancel never waits behind it. The last sync
 * tells which it is.
 *
 * A failed sync is final: the kernel may have dropped the pages, and a second attempt would report
 * a success that is none (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX
 * ATC 2020). Only a restart, which reads what is really there, may go on.
 */
import { fdatasync, fdatasyncSync } from 'node:fs'
import type { Head } from '#journal/journal.ts'

/** A sync that took longer than this moves off the main thread, ms. */
const SLOW_MS = 1

export interface GroupSyncOptions {
  /** The file to sync. */
  readonly fd: number
  /** What a sync that begins now will cover. */
  readonly reach: () => Head
  /** Called when `head` is on disk, before anybody is told. */
  readonly onDurable: (head: Head) => void
  /** Names a failure for whoever waits. */
  readonly failure: (error: unknown) => unknown
}

export class GroupSync {
  readonly #options: GroupSyncOptions
  readonly #waiting: PromiseWithResolvers<Head>[] = []
  #busy = false
  #durableSeq = -1
  #lastMs = Infinity
  #failed: { readonly error: unknown } | undefined

  constructor(options: GroupSyncOptions) {
    this.#options = options
  }

  /** @throws what every sync after a failed one throws */
  refuseAfterFailure(): void {
    if (this.#failed !== undefined) throw this.#failed.error
  }

  /** Resolves when what `reach` says at the time of the call is on disk. */
  wait(): Promise<Head> {
    const waiter = Promise.withResolvers<Head>()
    this.#waiting.push(waiter)
    if (!this.#busy) void this.#run()
    return waiter.promise
  }

  async #run(): Promise<void> {
    this.#busy = true
    await Promise.resolve() // callers of the same turn join the first group
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      try {
        const head = await this.#syncOnce()
        for (const { resolve } of group) resolve(head)
      } catch (error) {
        this.#failed ??= { error: this.#options.failure(error) }
        for (const { reject } of group) reject(this.#failed.error)
      }
    }
    this.#busy = false
  }

  async #syncOnce(): Promise<Head> {
    this.refuseAfterFailure()
    const head = this.#options.reach()
    if (head.seq === this.#durableSeq) return head
    const start = performance.now()
    if (this.#lastMs > SLOW_MS) await syncedOffThread(this.#options.fd)
    else fdatasyncSync(this.#options.fd)
    this.#lastMs = performance.now() - start
    this.#options.onDurable(head)
    this.#durableSeq = head.seq
    return head
  }
}

function syncedOffThread(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))
  })
}
