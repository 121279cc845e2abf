/**
 * One engine per state folder. Two would number the same orders twice.
 *
 * The lock is the system's own lock on `engine.lock`, taken through SQLite, which has long solved
 * taking one on every system: it ends with the process however that ends, so a stale lock cannot
 * exist, no process id is ever mistaken for another's, and of two that start at once one wins.
 * `engine.json` beside it says who holds it, for people; it proves nothing.
 *
 * Nobody else may open and close `engine.lock`: on POSIX that would drop our process's lock.
 */
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '#runtime/engine-host.ts'
import { writePrivately } from '#runtime/state-folder.ts'

export interface EngineLock {
  /** Lets the next engine start. Safe to call twice. */
  release(): void
}

/**
 * @param stateFolder - prepared by `prepareStateFolder`
 * @throws StartError `locked`, naming the process that holds it, or `state-folder`
 */
export function acquireLock(stateFolder: string): EngineLock {
  const lock = join(stateFolder, 'engine.lock')
  const holder = join(stateFolder, 'engine.json')
  const database = opened(lock, stateFolder)
  try {
    database.exec('BEGIN EXCLUSIVE')
    writePrivately(holder, `${JSON.stringify({ pid: process.pid, startedAt: startedAt() })}\n`)
  } catch (error) {
    database.close()
    throw refusal(stateFolder, error)
  }
  HELD.add(database)
  return {
    release() {
      if (!HELD.delete(database)) return
      rmSync(holder, { force: true })
      database.close() // the file itself stays: whoever waits for it waits for this one
    },
  }
}

/** Who holds the lock, as it says of itself. */
interface LockHolder {
  readonly pid: number
  /** RFC 3339. */
  readonly startedAt: string
}

/** Undefined when it has not said yet: what a crashed one left does not count. */
function lockHolder(stateFolder: string): LockHolder | undefined {
  try {
    const said: unknown = JSON.parse(readFileSync(join(stateFolder, 'engine.json'), 'utf8'))
    return isHolder(said) && isAlive(said.pid) ? said : undefined
  } catch {
    return undefined
  }
}

/** Keeps what is locked from being collected as garbage, which would unlock it. */
const HELD = new Set<DatabaseSync>()

function isHolder(said: unknown): said is LockHolder {
  if (typeof said !== 'object' || said === null) return false
  if (!('pid' in said) || !('startedAt' in said)) return false
  return typeof said.pid === 'number' && typeof said.startedAt === 'string'
}

function opened(lock: string, stateFolder: string): DatabaseSync {
  try {
    return new DatabaseSync(createdPrivately(lock), { timeout: 0 })
  } catch (error) {
    throw refusal(stateFolder, error)
  }
}

/** SQLite would create it open to others. An existing one is left alone: see the header. */
function createdPrivately(path: string): string {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return path
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // another user's
  }
}

const startedAt = (): string => new Date(Math.round(performance.timeOrigin)).toISOString()

/** https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5

function refusal(stateFolder: string, error: unknown): StartError {
  const busy = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
  if (!busy)
    return new StartError('state-folder', `state folder ${stateFolder}: cannot be locked: ${String(error)}`, { cause: error }) // prettier-ignore
  const holder = lockHolder(stateFolder)
  const who =
    holder === undefined
      ? 'another engine, which is just starting'
      : `another engine, process ${holder.pid}, started at ${holder.startedAt}`
  const remedy =
    holder === undefined ? 'try again' : `stop it first (\`kill ${holder.pid}\`, Ctrl-C in its terminal)` // prettier-ignore
  return new StartError(
    'locked',
    `state folder ${stateFolder}: in use by ${who}; ${remedy}, or give this one a state folder of its own`, // prettier-ignore
  )
}
