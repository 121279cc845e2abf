/** What every journal must do, whatever keeps it. Each adapter's test calls this with its own. */
import { constantFrom, integer, property, array, assert, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '#model/canonical-json.ts'
import { bodyHashOf, chained, genesis } from '#journal/chain.ts'
import type { Entry, Head, Header, Journal } from '#journal/journal.ts'
import { exportNdjson } from '#journal/export.ts'
import { expireDue, RETENTION_MS } from '#journal/retention.ts'
import { anyText } from '#test/support/any-text.ts'

export const HEADER: Header = {
  journalId: '0badcafe',
  schema: 1,
  account: 'DU1234567',
  program: '0.1.0',
  node: 'v24.0.0',
  createdAt: 1_517_839_200_000,
}

export const fact = (n: number, type = 'BrokerReported'): Entry => ({
  kind: 'fact',
  type,
  at: HEADER.createdAt + n,
  body: canonicalJson({ n, text: `row ${n}: "größe"` }),
})

/** @param fresh - an empty journal with `HEADER`; the caller disposes of it after the test */
export function journalConformance(name: string, fresh: () => Journal): void {
  describe(`${name}, as a journal`, () => {
    test('an empty journal has its genesis for a head, and no rows', () => {
      const journal = fresh()
      expect(journal.header).toEqual(HEADER)
      expect(journal.head).toEqual(genesis(HEADER))
      expect([...journal.rows()]).toEqual([])
      expect(journal.latestSnapshot()).toBeUndefined()
    })

    test('rows read as they were appended: numbered, chained, visible before any sync', () => {
      const journal = fresh()
      const entries = [fact(1), { ...fact(2), kind: 'decision' as const }, fact(3, "Say 'hi', \n")]
      const first = journal.append(entries.slice(0, 1))
      const last = journal.append(entries.slice(1))
      const expected = chained(genesis(HEADER), entries)
      expect([...journal.rows()]).toEqual(expected)
      expect([...journal.rows(2)]).toEqual(expected.slice(1))
      expect([...journal.rows(4)]).toEqual([])
      expect(first).toEqual(headOf(expected[0]))
      expect(last).toEqual(headOf(expected[2]))
      expect(journal.head).toEqual(last)
    })

    test('any text comes back as it went in', () => {
      const journal = fresh()
      const entry = record({
        kind: constantFrom('fact' as const, 'decision' as const),
        type: anyText(1),
        at: integer(),
        body: anyText().map((text) => canonicalJson({ text })),
      })
      assert(
        property(array(entry, { maxLength: 5 }), (entries) => {
          const before = journal.head
          journal.append(entries)
          expect([...journal.rows(before.seq + 1)]).toEqual(chained(before, entries))
        }),
        { numRuns: 30 },
      )
    })

    test('appending nothing changes nothing', () => {
      const journal = fresh()
      const head = journal.append([fact(1)])
      expect(journal.append([])).toEqual(head)
    })

    test('more rows than a page are read in order, while more are appended', () => {
      const journal = fresh()
      journal.append(numbered(1, 700))
      let expected = 1
      for (const { seq } of journal.rows()) {
        expect(seq).toBe(expected++)
        if (seq === 100) journal.append(numbered(701, 800))
      }
      expect(expected).toBe(801)
    })

    test('two readers of one journal do not disturb each other', () => {
      const journal = fresh()
      journal.append(numbered(1, 600))
      const [one, other] = [journal.rows(), journal.rows(300)]
      expect(one.next().value?.seq).toBe(1)
      expect(other.next().value?.seq).toBe(300)
      expect(one.next().value?.seq).toBe(2)
      expect([...other].at(-1)?.seq).toBe(600)
      expect([...one]).toHaveLength(598)
    })

    test('whoever syncs is told a head that holds all he appended', async () => {
      const journal = fresh()
      const told: Promise<Head>[] = []
      const needed: Head[] = []
      for (let n = 1; n <= 20; n++) {
        needed.push(journal.append([fact(n)]))
        told.push(journal.sync())
      }
      for (const [i, head] of (await Promise.all(told)).entries())
        expect(head.seq).toBeGreaterThanOrEqual(needed[i]?.seq ?? Infinity)
      expect(await journal.sync()).toEqual(journal.head)
    })

    test('the latest state snapshot is found, whatever the order of saving', () => {
      const journal = fresh()
      journal.append(numbered(1, 5))
      journal.saveSnapshot(2, '{"at":2}')
      journal.saveSnapshot(4, '{"at":4}')
      journal.saveSnapshot(3, '{"at":3}')
      expect(journal.latestSnapshot()).toEqual({ seq: 4, body: '{"at":4}' })
      journal.saveSnapshot(4, '{"again":4}')
      expect(journal.latestSnapshot()).toEqual({ seq: 4, body: '{"again":4}' })
      expect(() => journal.saveSnapshot(6, '{}')).toThrow('rows that exist')
    })

    test('old batches of quotes that a snapshot covers expire; the chain stays', () => {
      const journal = fresh()
      const entries = [1, 2, 3, 4, 5].map((n) => fact(n, n === 2 ? 'PlanComputed' : 'QuoteBatch'))
      const head = journal.append(entries)
      const before = HEADER.createdAt + 4
      expect(journal.expire('QuoteBatch', before)).toBe(0)
      journal.saveSnapshot(4, '{}')
      expect(journal.expire('QuoteBatch', before)).toBe(2)
      expect(journal.expire('QuoteBatch', before)).toBe(0)

      const rows = [...journal.rows()]
      expect(rows.map(({ expired = false }) => expired)).toEqual([true, false, true, false, false])
      expect(rows[0]?.body).toBe(`{"expired":"${bodyHashOf(entries[0]?.body ?? '')}"}`)
      expect(rows.map(({ hash }) => hash)).toEqual(
        chained(genesis(HEADER), entries).map(({ hash }) => hash),
      )
      expect(journal.head).toEqual(head)
      expect(journal.expire('QuoteBatch', before + 100)).toBe(1)
    })

    test('all that is due expires, though a call lets only some go', async () => {
      const journal = fresh()
      journal.append(Array.from({ length: 1_200 }, (_, n) => fact(n, 'QuoteBatch')))
      journal.saveSnapshot(1_150, '{}')
      const then = HEADER.createdAt + RETENTION_MS
      expect(await expireDue(journal, then)).toBe(0)
      expect(await expireDue(journal, then + 1_000)).toBe(1_000)
      expect(await expireDue(journal, then + 9_000)).toBe(150)
    })

    test('nothing but what may expire expires', () => {
      const journal = fresh()
      journal.append([fact(1, 'PlanComputed')])
      journal.saveSnapshot(1, '{}')
      expect(() => journal.expire('PlanComputed', Infinity)).toThrow('only QuoteBatch expire')
    })

    test('exports one JSON object a line, the header first, from which the chain can be checked', () => {
      const journal = fresh()
      journal.append(numbered(1, 3))
      const [header, ...rows] = [...exportNdjson(journal)].map((line) => JSON.parse(line))
      const createdAt = Date.parse(header.header.createdAt)
      expect({ ...header.header, createdAt }).toEqual(HEADER)
      const entries = rows.map(({ kind, type, at, body }) => ({
        kind,
        type,
        at: Date.parse(at),
        body: canonicalJson(body),
      }))
      expect(chained(genesis(HEADER), entries).map(({ hash }) => hash)).toEqual(
        rows.map(({ hash }) => hash),
      )
    })
  })
}

const numbered = (from: number, to: number): Entry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => fact(from + i))

const headOf = (row: Head | undefined): Head => ({ seq: row?.seq ?? 0, hash: row?.hash ?? '' })
