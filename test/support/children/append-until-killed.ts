/** An engine that writes and syncs as fast as it can, says what is safe, and waits to be killed. */
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { fact, HEADER } from '#test/conformance/journal.case.ts'

const journal = openSqliteJournal({ path: process.argv[2] ?? '', mode: 'write', header: HEADER })
for (;;) {
  const { seq } = journal.head
  journal.append([fact(seq + 1)])
  journal.append([fact(seq + 2, 'QuoteBatch'), fact(seq + 3)])
  if (seq % 30 === 0) journal.saveSnapshot(seq, '{}')
  const safe = await journal.sync()
  process.stdout.write(`${safe.seq}\n`)
  journal.append([fact(seq + 4)])
}
