/** State snapshots, each sealed to the row that it was taken at. */
import type { DatabaseSync } from 'node:sqlite'
import { snapshotSeal } from '#journal/chain.ts'
import type { Head } from '#journal/journal.ts'
import { headAt } from '#journal/sqlite/stored-rows.ts'

export interface StateSnapshot {
  readonly seq: number
  readonly body: string
}

export function insertSnapshot(database: DatabaseSync, at: Head, body: string): void {
  database
    .prepare('INSERT OR REPLACE INTO snapshots (seq, body, seal) VALUES (?, ?, ?)')
    .run(at.seq, body, snapshotSeal(at, body))
}

/** All of them, the latest first, each with whether its seal holds. */
export function* snapshots(
  database: DatabaseSync,
  start: Head,
): Generator<StateSnapshot & { readonly sound: boolean }> {
  const numbers = database.prepare('SELECT seq FROM snapshots ORDER BY seq DESC').all()
  const one = database.prepare('SELECT body, seal FROM snapshots WHERE seq = ?')
  for (const { seq: number } of numbers) {
    const seq = Number(number)
    const found = one.get(seq)
    const body = String(found?.['body'])
    const at = seq === 0 ? start : headAt(database, seq)
    yield { seq, body, sound: at !== undefined && found?.['seal'] === snapshotSeal(at, body) }
  }
}

/** The latest whose seal holds. */
export function latestSoundSnapshot(
  database: DatabaseSync,
  start: Head,
): StateSnapshot | undefined {
  for (const { seq, body, sound } of snapshots(database, start)) if (sound) return { seq, body }
  return undefined
}
