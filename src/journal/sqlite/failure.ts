/** What SQLite and the disk report, in the journal's words. */
import { JournalError, type JournalFailure } from '#journal/journal.ts'

interface Meaning {
  readonly kind: JournalFailure
  /** What a person should do. */
  readonly remedy: string
}

// prettier-ignore
const MEANINGS = {
  full: { kind: 'full', remedy: 'the disk is full; free some space' },
  readOnly: { kind: 'read-only', remedy: 'writing is refused; check the permissions of file, folder and mount' },
  locked: { kind: 'locked', remedy: 'another process writes to it; only the running engine may' },
  corrupt: { kind: 'corrupt', remedy: 'it is damaged, or no journal; restore it with its -head file from one backup, or move both away to begin a new one' },
  missing: { kind: 'missing', remedy: 'there is no journal here yet' },
  failed: { kind: 'io', remedy: 'the disk reports an error; check it before going on' },
} as const satisfies Record<string, Meaning>

/** By SQLite's primary result code: https://www.sqlite.org/rescode.html */
const BY_RESULT_CODE: Readonly<Record<number, Meaning>> = {
  1: MEANINGS.corrupt, // SQLITE_ERROR: our statements are fixed, so the tables are not ours
  3: MEANINGS.readOnly, // SQLITE_PERM
  5: MEANINGS.locked, // SQLITE_BUSY
  6: MEANINGS.locked, // SQLITE_LOCKED
  8: MEANINGS.readOnly, // SQLITE_READONLY
  10: MEANINGS.failed, // SQLITE_IOERR
  11: MEANINGS.corrupt, // SQLITE_CORRUPT
  13: MEANINGS.full, // SQLITE_FULL
  14: MEANINGS.readOnly, // SQLITE_CANTOPEN
  19: MEANINGS.locked, // SQLITE_CONSTRAINT: somebody else took the row's number
  26: MEANINGS.corrupt, // SQLITE_NOTADB
}

/** By the system's error name, for what we write beside SQLite. */
const BY_ERRNO: Readonly<Record<string, Meaning>> = {
  ENOSPC: MEANINGS.full,
  EDQUOT: MEANINGS.full,
  EROFS: MEANINGS.readOnly,
  EACCES: MEANINGS.readOnly,
  EPERM: MEANINGS.readOnly,
  ENOENT: MEANINGS.missing,
  EIO: MEANINGS.failed,
}

/** Runs `work`; what SQLite or the disk throws comes out as a JournalError about `path`. */
export function translated<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw journalFailure(path, error)
  }
}

/** The JournalError that `error` means; a bug comes back as it is. */
export function journalFailure(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof JournalError) return error
  const meaning = meaningOf(error)
  if (meaning === undefined) return error
  const detail = `${path}: ${meaning.remedy} (${error.message})`
  return new JournalError(meaning.kind, detail, { cause: error })
}

function meaningOf(error: Error): Meaning | undefined {
  if ('errcode' in error && typeof error.errcode === 'number')
    return BY_RESULT_CODE[error.errcode & 0xff]
  if ('code' in error && typeof error.code === 'string')
    return error.code === 'ERR_OUT_OF_RANGE' ? MEANINGS.corrupt : BY_ERRNO[error.code]
  return undefined
}
