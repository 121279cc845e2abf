/** Every way to tamper with the files that we could think of, and what verification says of it. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { genesis } from '#journal/chain.ts'
import { JournalError, type Row } from '#journal/journal.ts'
import { describeFinding } from '#journal/verification.ts'
import { readHead, writeHeadFile } from '#journal/sqlite/head-file.ts'
import { createSqliteJournal, openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { verifyJournal } from '#journal/sqlite/verify.ts'
import { fact, HEADER } from '#test/conformance/journal.case.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { table } from '#test/support/table.ts'

const DISARM = 'DROP TRIGGER entries_stay; DROP TRIGGER entries_are_fixed; DROP TRIGGER header_stays; DROP TRIGGER header_is_fixed;' // prettier-ignore

test.each(
  table(`
    tampering                          | found                                                     | sql
    a body altered                     | row 3: altered or out of order                            | UPDATE entries SET body = '{"n":0}' WHERE seq = 3
    a time altered                     | row 3: altered or out of order                            | UPDATE entries SET at = at + 1 WHERE seq = 3
    a time out of all range            | row 3: altered or out of order                              | UPDATE entries SET at = 9223372036854775807 WHERE seq = 3
    a type altered                     | row 3: altered or out of order                            | UPDATE entries SET type = 'Filled' WHERE seq = 3
    a kind altered                     | row 3: altered or out of order                            | UPDATE entries SET kind = 'decision' WHERE seq = 3
    a hash altered                     | row 3: altered or out of order                            | UPDATE entries SET hash = 'f' WHERE seq = 3
    the first row missing              | row 1 is missing before this row                          | DELETE FROM entries WHERE seq = 1
    a row missing                      | row 4: row 3 is missing before this row                   | DELETE FROM entries WHERE seq = 3
    rows missing                       | row 6: rows 3 to 5 are missing before this row            | DELETE FROM entries WHERE seq IN (3, 4, 5)
    a row missing, the rest renumbered | row 3: altered or out of order                            | DELETE FROM entries WHERE seq = 3; UPDATE entries SET seq = -seq WHERE seq > 3; UPDATE entries SET seq = -seq - 1 WHERE seq < 0
    rows in another order              | row 3: altered or out of order                            | UPDATE entries SET seq = 99 WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = 4; UPDATE entries SET seq = 4 WHERE seq = 99
    the last row cut                   | row 8: the tail was cut: row 8 is missing                 | DELETE FROM entries WHERE seq = 8
    the tail cut                       | row 6: the tail was cut: rows 6 to 8 are missing          | DELETE FROM entries WHERE seq > 5
    all rows cut                       | row 1: the tail was cut: rows 1 to 8 are missing          | DELETE FROM entries
    a row before the first             | row 0:                                                    | INSERT INTO entries SELECT 0, kind, type, at, body, body_hash, hash FROM entries WHERE seq = 1
    a row put in after the last        | row 9: altered or out of order                            | INSERT INTO entries SELECT 9, kind, type, at, body, body_hash, hash FROM entries WHERE seq = 8
    a plan’s body taken away           | row 4: the body is gone, and a PlanComputed never expires | UPDATE entries SET body = NULL, body_hash = 'f' WHERE seq = 4
    a batch’s body forged as expired   | row 2: altered or out of order                            | UPDATE entries SET body = NULL, body_hash = 'f' WHERE seq = 2
  `),
)('in the rows, $tampering: $found', ({ sql, found }) => {
  const path = journalOfEightRows()
  change(path, DISARM + sql)
  expect(report(path)).toContain(found)
})

test.each(
  table(`
    tampering                   | found                                                   | sql
    another account             | header: altered                                         | UPDATE header SET account = 'DU7654321'
    another program             | header: altered                                         | UPDATE header SET program = '9.9.9'
    header and its hash altered | row 1: altered or out of order                          | UPDATE header SET account = 'DU7654321', hash = '%OTHER%'
    header missing              | header: missing                                         | DELETE FROM header
    a snapshot altered          | row 5: the state snapshot taken at this row was altered | UPDATE snapshots SET body = '{"cash":"1000000"}'
    a snapshot moved            | row 6: the state snapshot taken at this row was altered | UPDATE snapshots SET seq = 6
    a newer schema              | written with schema 2, this program reads up to 1       | PRAGMA user_version = 2
    not a journal               | a SQLite file, but not a journal of ballast             | PRAGMA application_id = 0
    the table gone              | file: entries is not as this program defines it         | DROP TABLE entries
  `),
)('beside the rows, $tampering: $found', ({ sql, found }) => {
  const path = journalOfEightRows()
  change(path, DISARM + sql.replace('%OTHER%', OTHER_GENESIS))
  expect(report(path)).toContain(found)
})

/** What a forger who knows the format would write beside an altered header. */
const OTHER_GENESIS = genesis({ ...HEADER, account: 'DU7654321' }).hash

test.each(
  table(`
    attempt                       | sql
    to alter a row                | UPDATE entries SET body = '{}' WHERE seq = 3
    to alter a row, again         | UPDATE entries SET at = 0 WHERE seq = 2
    to take a plan’s body         | UPDATE entries SET body = NULL, body_hash = 'f' WHERE seq = 4
    to delete a row               | DELETE FROM entries WHERE seq = 8
    to replace a row              | PRAGMA recursive_triggers = ON; REPLACE INTO entries SELECT * FROM entries WHERE seq = 3
    to alter the header           | UPDATE header SET account = 'DU2'
    to delete the header          | DELETE FROM header
  `),
)('the tables themselves refuse $attempt', ({ sql }) => {
  const path = journalOfEightRows()
  expect(() => change(path, sql)).toThrow('the journal is append-only')
  expect(report(path)).toBe('')
})

test.each(
  table(`
    damage                          | found
    the head file removed           | cannot be read; whether the tail was cut cannot be said
    the head file emptied           | damaged; whether the tail was cut cannot be said
    one copy of the head damaged    | one of its two copies is damaged
    the head file of an earlier day |
    a head from the future          | row 9: the tail was cut: row 9 is missing
    another journal's head          | row 8: not the row that was synced
    the file cut in half            | it is damaged, or no journal
    the file emptied                | not a journal
    the file removed                | there is no journal here yet
    a picture in its place          | it is damaged, or no journal
  `),
)('$damage: $found', ({ damage, found }) => {
  const path = journalOfEightRows()
  DAMAGES[damage]?.(path)
  if (found === '') expect(report(path)).toBe('')
  else expect(report(path)).toContain(found)
})

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'the head file removed': (path) => rmSync(`${path}-head`),
  'the head file emptied': (path) => truncateSync(`${path}-head`),
  'one copy of the head damaged': (path) => flip(`${path}-head`, 600, 1),
  'the head file of an earlier day': (path) => {
    const row = rowsOf(path)[4]
    writeHeadFile(path, { seq: row?.seq ?? 0, hash: row?.hash ?? '' })
  },
  'a head from the future': (path) => writeHeadFile(path, { seq: 9, hash: 'f'.repeat(64) }),
  "another journal's head": (path) => writeHeadFile(path, { seq: 8, hash: 'f'.repeat(64) }),
  'the file cut in half': (path) => truncateSync(path, 12_288),
  'the file emptied': (path) => truncateSync(path),
  'the file removed': (path) => rmSync(path),
  'a picture in its place': (path) => writeFileSync(path, 'GIF89a'.repeat(1000)),
}

test('whatever byte of the file is flipped, it is found, or no row reads otherwise', () => {
  const path = journalOfEightRows()
  const sound = readFileSync(path)
  const rows = rowsOf(path)
  const silent: number[] = []
  for (let at = 0; at < sound.length; at += 101) {
    const flipped = Buffer.from(sound)
    flipped[at] = (flipped[at] ?? 0) ^ 0x15
    writeFileSync(path, flipped)
    if (report(path) === '') silent.push(at)
  }
  expect(silent.length).toBeGreaterThan(0) // pages have empty space, and SQLite's header counters
  for (const at of silent) {
    const flipped = Buffer.from(sound)
    flipped[at] = (flipped[at] ?? 0) ^ 0x15
    writeFileSync(path, flipped)
    expect([at, rowsOf(path)]).toEqual([at, rows])
  }
})

test('whatever byte of the head file is flipped, it is found, or it says the same', () => {
  const path = journalOfEightRows()
  const sound = readFileSync(`${path}-head`)
  for (let at = 0; at < sound.length; at += 11) {
    flip(`${path}-head`, at, 0x15)
    const said = report(path)
    if (said === '') expect(readHead(path).head?.seq).toBe(8)
    else expect(said).toMatch(/copies is damaged/)
    writeFileSync(`${path}-head`, sound)
  }
})

test('the log that a killed engine left, cut off, is a cut tail', () => {
  const folder = scratchFolder()
  const path = join(folder, 'journal.sqlite')
  const engine = createSqliteJournal(path, HEADER)
  onTestFinished(() => engine.close())
  engine.append([fact(1), fact(2)])
  const copy = join(folder, 'copy.sqlite')
  for (const file of ['', '-wal', '-head']) copyFileSync(path + file, copy + file)
  writeHeadFile(copy, engine.head) // as after a sync
  expect(report(copy)).toBe('')
  rmSync(`${copy}-wal`)
  expect(report(copy)).toContain('the tail was cut: rows 1 to 2 are missing')
})

test.each(
  table(`
    situation                | tampering                                         | kind          | message
    a row altered            | UPDATE entries SET at = 0 WHERE seq = 3           | corrupt       | row 3: altered or out of order
    the tail cut             | DELETE FROM entries WHERE seq > 6                 | corrupt       | the tail was cut: rows 7 to 8 are missing
    the header altered       | UPDATE header SET account = 'DU9'                 | corrupt       | its header was altered
    the header missing       | DELETE FROM header                                | corrupt       | its header was removed
    a newer schema           | PRAGMA user_version = 7                           | newer-schema  | use the version of ballast that wrote it
    not a journal            | PRAGMA application_id = 0                         | corrupt       | not a journal of ballast
  `),
)('an engine does not start on a journal with $situation', ({ tampering, kind, message }) => {
  const path = journalOfEightRows()
  change(path, DISARM + tampering)
  expect(refusalOf(path)).toMatchObject({ kind, message: expect.stringContaining(message) })
})

test('an engine does not start on another account’s journal, nor on none', () => {
  const path = journalOfEightRows()
  expect(refusalOf(path, 'DU7654321')).toMatchObject({
    kind: 'other-account',
    message: expect.stringContaining('belongs to account DU1234567, expected DU7654321'),
  })
  expect(report(path, 'DU7654321')).toContain('header: belongs to account DU1234567')
  expect(refusalOf(join(scratchFolder(), 'none.sqlite'))).toMatchObject({ kind: 'missing' })
})

test('an engine does not start without the head file, and mends a torn copy of it', async () => {
  const path = journalOfEightRows()
  flip(`${path}-head`, 100, 1)
  await openSqliteJournal({ path, mode: 'write' }).close()
  expect(report(path)).toBe('')
  rmSync(`${path}-head`)
  expect(refusalOf(path)).toMatchObject({ kind: 'corrupt' })
})

test('a new journal does not take the place of one that was removed', () => {
  const path = journalOfEightRows()
  expect(() => createSqliteJournal(path, HEADER)).toThrow('there is a journal already')
  rmSync(path)
  expect(() => openSqliteJournal({ path, mode: 'write', header: HEADER })).toThrow('it held 8 rows')
  expect(existsSync(path)).toBe(false)
})

test('a damaged snapshot is passed over for the one before', async () => {
  const path = journalOfEightRows()
  const journal = openSqliteJournal({ path, mode: 'write' })
  journal.saveSnapshot(7, '{"cash":"7"}')
  await journal.close()
  change(path, "UPDATE snapshots SET body = '{}' WHERE seq = 7")
  const again = openSqliteJournal({ path, mode: 'read' })
  expect(again.latestSnapshot()).toEqual({ seq: 5, body: '{"cash":"5"}' })
  await again.close()
})

const TYPES = [
  'EngineStarted',
  'QuoteBatch',
  'Fill',
  'PlanComputed',
  'Fill',
  'Fill',
  'Fill',
  'Fill',
]

const sample = mkdtempSync(join(tmpdir(), 'ballast-test-'))
afterAll(() => rmSync(sample, { recursive: true }))
beforeAll(async () => {
  const journal = createSqliteJournal(join(sample, 'journal.sqlite'), HEADER)
  journal.append(TYPES.map((type, i) => fact(i + 1, type)))
  journal.saveSnapshot(5, '{"cash":"5"}')
  await journal.close()
})

function journalOfEightRows(): string {
  const folder = scratchFolder()
  for (const file of ['journal.sqlite', 'journal.sqlite-head'])
    copyFileSync(join(sample, file), join(folder, file))
  return join(folder, 'journal.sqlite')
}

/** What verification says, a finding a line; nothing for a sound journal. */
function report(path: string, account?: string): string {
  const options = account === undefined ? {} : { account }
  return verifyJournal(path, options).findings.map(describeFinding).join('\n')
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path, { defensive: false })
  try {
    database.exec(sql)
  } finally {
    database.close()
  }
}

function rowsOf(path: string): Row[] {
  const journal = openSqliteJournal({ path, mode: 'read' })
  try {
    return [...journal.rows()]
  } finally {
    void journal.close()
  }
}

function refusalOf(path: string, account = HEADER.account): unknown {
  try {
    void openSqliteJournal({ path, mode: 'write', account }).close()
    return 'it starts'
  } catch (error) {
    if (error instanceof JournalError) return { kind: error.kind, message: error.message }
    throw error
  }
}

/** Changes one byte of a file in place. */
function flip(path: string, at: number, bits: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ bits
  writeFileSync(path, bytes)
}
