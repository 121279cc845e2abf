/**
 * The state folder: journal, plans, lock, socket, logs and tokens of one account's engine. It holds
 * what an order could be sent with, so it is its owner's alone: 0700, and 0600 what lies in it.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { StartError } from '#runtime/engine-host.ts'

/** Where things lie in it. */
export interface StateFolder {
  readonly path: string
  /** SQLite; beside it `-wal`, `-shm` and `-head`. */
  readonly journal: string
  /** `<planId>.json` each. */
  readonly plans: string
  readonly logs: string
}

/** Where things lie in the state folder at `path`; nothing is looked at. */
export function stateFolderAt(path: string): StateFolder {
  return {
    path,
    journal: join(path, 'journal.sqlite'),
    plans: join(path, 'plans'),
    logs: join(path, 'logs'),
  }
}

/**
 * Creates the folder where it is absent, and checks that it is ours, private and writable.
 *
 * @throws StartError `state-folder`
 */
export function prepareStateFolder(path: string): StateFolder {
  const folder = stateFolderAt(path)
  createPrivately(path)
  refuseForeign(path)
  refuseUnwritable(path)
  createPrivately(folder.plans)
  createPrivately(folder.logs)
  return folder
}

/**
 * Writes a file that only its owner may read, whole or not at all, and waits for the disk.
 *
 * @throws the system's error (`ENOSPC`, `EROFS`, …)
 */
export function writePrivately(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`
  const fd = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(draft, path)
  syncFolder(dirname(path))
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

function createPrivately(path: string): void {
  explained(path, 'cannot be created', () => mkdirSync(path, { recursive: true, mode: 0o700 }))
}

function refuseForeign(path: string): void {
  const stats = explained(path, 'cannot be looked at', () => statSync(path))
  if (!stats.isDirectory()) throw refusal(path, 'is a file, expected a folder')
  const us = process.getuid?.()
  if (us !== undefined && stats.uid !== us)
    throw refusal(path, `belongs to user ${stats.uid}, expected user ${us} who runs this`)
  if (isOpenToOthers(stats)) makePrivate(path, stats)
}

const isOpenToOthers = (stats: Stats): boolean => (stats.mode & 0o077) !== 0

/** Only an empty folder: who knows what else a full one serves. */
function makePrivate(path: string, stats: Stats): void {
  const mode = (stats.mode & 0o777).toString(8)
  if (readdirSync(path).length > 0)
    throw refusal(
      path,
      `is open to others (mode ${mode}), expected 700; run \`chmod 700 ${path}\` if it is meant to be the state folder`, // prettier-ignore
    )
  explained(path, 'cannot be made private', () => chmodSync(path, 0o700))
}

function refuseUnwritable(path: string): void {
  const probe = join(path, `.probe-${process.pid}`)
  explained(path, 'cannot be written to', () => {
    closeSync(openSync(probe, 'w', 0o600))
    rmSync(probe)
  })
}

/** By the system's error name. */
// prettier-ignore
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'permission is refused; choose a folder of your own',
  EPERM: 'permission is refused; choose a folder of your own',
  EROFS: 'the disk is read-only; choose a folder on another',
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'your quota of the disk is used up; free some space',
  EEXIST: 'a file is in the way; choose another folder',
  ENOTDIR: 'a part of the path is a file; choose another folder',
}

function explained<T>(path: string, failure: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    throw refusal(path, `${failure}: ${REMEDIES[code] ?? String(error)}`, { cause: error })
  }
}

const refusal = (path: string, detail: string, options?: ErrorOptions): StartError =>
  new StartError('state-folder', `state folder ${path}: ${detail}`, options)
