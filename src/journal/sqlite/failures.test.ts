/** What the world does to a journal: no room, no permission, a failing disk, a kill. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { JournalError } from '#journal/journal.ts'
import { connect } from '#journal/sqlite/connection.ts'
import { journalFailure } from '#journal/sqlite/failure.ts'
import { createSqliteJournal, openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { verifyJournal } from '#journal/sqlite/verify.ts'
import { SqliteWriter } from '#journal/sqlite/writer.ts'
import { fact, HEADER } from '#test/conformance/journal.case.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { table } from '#test/support/table.ts'

test.each(
  table(`
    disk      | sealed by                       | opened by                              | message
    full      | PRAGMA max_page_count = 12      | PRAGMA max_page_count = 4294967294     | the disk is full; free some space
    read-only | PRAGMA query_only = ON          | PRAGMA query_only = OFF                | writing is refused
  `),
)(
  'on a $disk disk nothing of a call is recorded, reading goes on, and so does writing later',
  async (row) => {
    const { path, journal, database } = await writing()
    const before = journal.append([fact(1)])
    database.exec(row['sealed by'])
    const many = Array.from({ length: 2_000 }, (_, i) => fact(i))
    expect(failureOf(() => journal.append(many))).toMatchObject({
      kind: row.disk,
      message: expect.stringContaining(`${path}: `),
    })
    expect(failureOf(() => journal.append(many))?.message).toContain(row.message)
    expect(journal.head).toEqual(before)
    expect([...journal.rows()]).toHaveLength(1)
    expect(await journal.sync()).toEqual(before)
    if (row.disk === 'read-only')
      expect(failureOf(() => journal.saveSnapshot(1, '{}'))).toMatchObject({ kind: 'read-only' })

    database.exec(row['opened by'])
    journal.append(many)
    await journal.sync()
    expect(verifyJournal(path)).toMatchObject({ rows: 2_001, findings: [] })
  },
)

test.skipIf(process.getuid?.() === 0)(
  'a journal in a folder that may not be written to is read all the same (root may write anywhere)',
  async () => {
    const path = join(scratchFolder(), 'journal.sqlite')
    const journal = createSqliteJournal(path, HEADER)
    journal.append([fact(1)])
    await journal.close()
    const copy = join(scratchFolder(), 'read-only')
    mkdirSync(copy)
    for (const file of ['', '-head']) copyFileSync(path + file, join(copy, `journal.sqlite${file}`))
    chmodSync(copy, 0o500)
    onTestFinished(() => chmodSync(copy, 0o700))
    const there = join(copy, 'journal.sqlite')
    expect(verifyJournal(there)).toMatchObject({ findings: [] })
    expect(failureOf(() => openSqliteJournal({ path: there, mode: 'write' }))).toMatchObject({
      kind: 'read-only',
    })
  },
)

test('a second writer is told so, and its rows are not taken', async () => {
  const { path, journal } = await writing()
  const other = openSqliteJournal({ path, mode: 'write' })
  onTestFinished(() => other.close())
  journal.append([fact(1)])
  expect(failureOf(() => other.append([fact(2)]))).toMatchObject({ kind: 'locked' })
  expect(verifyJournal(path)).toMatchObject({ rows: 1, findings: [] })
})

test('whatever an engine was told is safe is there when it was killed, and the chain holds', async () => {
  const path = join(scratchFolder(), 'journal.sqlite')
  for (const acknowledgements of [1, 7, 40]) {
    const safe = await killedAfter(acknowledgements, path)
    const report = verifyJournal(path)
    expect(report.findings).toEqual([])
    expect(report.rows).toBeGreaterThanOrEqual(safe)
  }
})

test.each(
  table(`
    code    | kind
    ENOSPC  | full
    EDQUOT  | full
    EROFS   | read-only
    EACCES  | read-only
    ENOENT  | missing
    EIO     | io
  `),
)('the system’s $code means $kind', ({ code, kind }) => {
  const error = Object.assign(new Error(code), { code })
  expect(journalFailure('j', error)).toMatchObject({ kind, cause: error })
})

test('a bug stays what it is', () => {
  const bug = new TypeError('not a function')
  expect(journalFailure('j', bug)).toBe(bug)
})

async function writing() {
  const path = join(scratchFolder(), 'journal.sqlite')
  await createSqliteJournal(path, HEADER).close()
  const database = connect(path, 'write')
  const journal = new SqliteWriter({ path, header: HEADER, database })
  onTestFinished(() => journal.close())
  return { path, journal, database }
}

function failureOf(work: () => unknown): JournalError | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof JournalError) return error
    throw error
  }
}

/** Kills a writing engine once it has acknowledged so many syncs; returns the last row it said was safe. */
async function killedAfter(acknowledgements: number, path: string): Promise<number> {
  const script = 'test/support/children/append-until-killed.ts'
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.split('\n').length > acknowledgements) child.kill('SIGKILL')
  }
  await exited
  return Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
}
