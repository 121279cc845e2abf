import { statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Journal } from '#journal/journal.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { verifyJournal } from '#journal/sqlite/verify.ts'
import { fact, HEADER, journalConformance } from '#test/conformance/journal.case.ts'
import { scratchFolder } from '#test/support/scratch.ts'

journalConformance('the SQLite journal', () => opened(join(scratchFolder(), 'journal.sqlite')))

test('what was appended is there when it is opened again', async () => {
  const path = join(scratchFolder(), 'journal.sqlite')
  const first = openSqliteJournal({ path, mode: 'write', header: HEADER })
  first.append([fact(1), fact(2)])
  first.saveSnapshot(1, '{"at":1}')
  const rows = [...first.rows()]
  await first.close()

  const again = opened(path)
  expect(again.header).toEqual(HEADER)
  expect([...again.rows()]).toEqual(rows)
  expect(again.latestSnapshot()).toEqual({ seq: 1, body: '{"at":1}' })
  again.append([fact(3)])
  await again.sync()
  expect(verifyJournal(path)).toMatchObject({ rows: 3, findings: [] })
})

test('its files are its owner’s alone', () => {
  const path = join(scratchFolder(), 'journal.sqlite')
  opened(path).append([fact(1)])
  for (const file of ['', '-wal', '-shm', '-head'])
    expect([file, statSync(path + file).mode & 0o777]).toEqual([file, 0o600])
})

test('others read beside the engine, what it has written so far, and cannot write', async () => {
  const path = join(scratchFolder(), 'journal.sqlite')
  const engine = opened(path)
  engine.append([fact(1)])
  const reader = opened(path, 'read')
  expect([...reader.rows()]).toEqual([...engine.rows()])
  const iterating = reader.rows()
  iterating.next()
  engine.append([fact(2)]) // not locked out by the reader, nor it by us
  await engine.sync()
  expect(reader.head).toEqual(engine.head)
  expect(() => reader.append([fact(3)])).toThrow('opened for reading only')
  await expect(reader.sync()).rejects.toMatchObject({ kind: 'read-only' })
})

test('a long journal is checked from its latest snapshot on; verification checks it all', async () => {
  const path = join(scratchFolder(), 'journal.sqlite')
  const journal = openSqliteJournal({ path, mode: 'write', header: HEADER })
  journal.append(Array.from({ length: 50_001 }, (_, i) => fact(i + 1)))
  journal.saveSnapshot(40_000, '{}')
  await journal.close()

  alter(path, 39_999)
  expect(opened(path).head.seq).toBe(50_001)
  expect(verifyJournal(path).findings.map(({ row }) => row)).toContain(39_999)
  alter(path, 40_001)
  expect(() => openSqliteJournal({ path, mode: 'write' })).toThrow('row 40001: altered')
})

function alter(path: string, seq: number): void {
  const database = new DatabaseSync(path)
  database.exec('DROP TRIGGER IF EXISTS entries_are_fixed')
  database.exec(`UPDATE entries SET at = 0 WHERE seq = ${seq}`)
  database.close()
}

function opened(path: string, mode: 'write' | 'read' = 'write'): Journal {
  const journal = openSqliteJournal({ path, mode, header: HEADER })
  onTestFinished(() => journal.close())
  return journal
}
