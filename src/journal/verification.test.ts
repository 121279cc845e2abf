import { array, assert, constantFrom, integer, nat, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { bodyHashOf, chained, genesis, linkHash, snapshotSeal } from '#journal/chain.ts'
import type { Header } from '#journal/journal.ts'
import { chainFindings, type Finding, type StoredRow } from '#journal/verification.ts'
import { fact, HEADER } from '#test/conformance/journal.case.ts'

const START = genesis(HEADER)

test('the chain is framed as documented, so that another program can check it', () => {
  const sha256 = bodyHashOf
  const { journalId, schema, account, program, node, createdAt } = HEADER
  const header = `{"account":"${account}","createdAt":${createdAt},"journalId":"${journalId}","node":"${node}","program":"${program}","schema":${schema}}`
  expect(START.hash).toBe(sha256(header))
  const [row] = chained(START, [{ kind: 'fact', type: 'A "b"', at: 5, body: '{}' }])
  // prettier-ignore
  expect(row?.hash).toBe(sha256(`["${sha256(header)}",1,"fact","A \\"b\\"",5,"${sha256('{}')}"]`))
})

test('every field of the header is sealed', () => {
  const other: Header = { journalId: '00000000', schema: 2, account: 'DU2', program: 'x', node: 'y', createdAt: 0 } // prettier-ignore
  for (const field of Object.keys(HEADER) as (keyof Header)[])
    expect(genesis({ ...HEADER, [field]: other[field] }).hash).not.toBe(START.hash)
})

test('a sound chain has no findings, from its genesis or from any row on', () => {
  const rows = stored(20)
  for (const from of [0, 1, 7, 20]) {
    const start = rows[from - 1] ?? START
    expect(findings(rows.slice(from), start)).toEqual([])
  }
})

test('whatever field of whatever row is changed, that row is found', () => {
  const change = constantFrom<Partial<StoredRow>>(
    { kind: 'decision' },
    { type: 'Altered' },
    { at: 1 },
    { body: '{}' },
    { body: null, bodyHash: bodyHashOf('{}') },
    { hash: '0'.repeat(64) },
  )
  assert(
    property(integer({ min: 0, max: 9 }), change, (at, altered) => {
      const rows = stored(10).map((row, i) => (i === at ? { ...row, ...altered } : row))
      expect(findings(rows)[0]?.row).toBe(at + 1)
    }),
  )
})

test('whatever rows are missing, the first gap is found', () => {
  assert(
    property(array(integer({ min: 1, max: 10 }), { minLength: 1 }), (missing) => {
      const rows = stored(10).filter(({ seq }) => !missing.includes(seq))
      const synced = { seq: 10, hash: stored(10)[9]?.hash ?? '' }
      const first = Math.min(...missing)
      const found = [...chainFindings(START, rows, synced)]
      expect(found[0]?.detail).toContain(missing.includes(first + 1) ? `rows ${first} to` : `row ${first} is`) // prettier-ignore
    }),
  )
})

test('whatever two rows change places, both are found', () => {
  const rows = record({ a: nat(9), b: nat(9) }).filter(({ a, b }) => a !== b)
  assert(
    property(rows, ({ a, b }) => {
      const swapped = stored(10)
      const [one, other] = [swapped[a], swapped[b]]
      if (one === undefined || other === undefined) throw new Error('ten rows')
      swapped[a] = { ...other, seq: a + 1 }
      swapped[b] = { ...one, seq: b + 1 }
      const found = findings(swapped).map(({ row }) => row)
      expect(found).toEqual(expect.arrayContaining([a + 1, b + 1]))
    }),
  )
})

test('a rewritten tail, sound in itself, does not end in the head that was synced', () => {
  const synced = { seq: 10, hash: stored(10)[9]?.hash ?? '' }
  const forged = forgedFrom(stored(10), 7)
  expect([...chainFindings(START, forged, synced)]).toEqual([
    { row: 10, detail: 'not the row that was synced to disk as the last: its hash differs' },
  ])
})

test('rows beyond the synced head are no finding: a kill may fall between the two', () => {
  const rows = stored(10)
  for (const seq of [0, 1, 9, 10]) {
    const synced = { seq, hash: rows[seq - 1]?.hash ?? START.hash }
    expect([...chainFindings(START, rows, synced)]).toEqual([])
  }
})

test('an expired batch is sound; any other row without its body is not', () => {
  const batches = chained(START, [fact(1, 'QuoteBatch'), fact(2, 'PlanComputed')]).map(asStored)
  const [batch, plan] = batches
  if (batch === undefined || plan === undefined) throw new Error('two rows')
  expect(findings([expired(batch), plan])).toEqual([])
  expect(findings([batch, expired(plan)])).toEqual([
    { row: 2, detail: 'the body is gone, and a PlanComputed never expires' },
  ])
})

test('a snapshot’s seal binds its body and its place', () => {
  const seal = snapshotSeal(START, '{}')
  expect(snapshotSeal({ ...START, seq: 1 }, '{}')).not.toBe(seal)
  expect(snapshotSeal({ ...START, hash: '0'.repeat(64) }, '{}')).not.toBe(seal)
  expect(snapshotSeal(START, '{ }')).not.toBe(seal)
})

const expired = (row: StoredRow): StoredRow => ({
  ...row,
  body: null,
  bodyHash: bodyHashOf(row.body ?? ''),
})

const stored = (count: number): StoredRow[] =>
  chained(START, Array.from({ length: count }, (_, i) => fact(i + 1))).map(asStored) // prettier-ignore

function asStored(row: ReturnType<typeof chained>[number]): StoredRow {
  return { ...row, bodyHash: null }
}

const findings = (rows: readonly StoredRow[], start = START): Finding[] => {
  const last = rows.at(-1) ?? start
  return [...chainFindings(start, rows, { seq: last.seq, hash: last.hash })]
}

/** What somebody who knows the format would write: row `from` altered, the rest chained anew. */
function forgedFrom(rows: readonly StoredRow[], from: number): StoredRow[] {
  let previous = rows[from - 2]?.hash ?? START.hash
  return rows.map((row) => {
    if (row.seq < from) return row
    const body = row.seq === from ? '{"forged":true}' : (row.body ?? '')
    previous = linkHash(previous, { ...row, bodyHash: bodyHashOf(body) })
    return { ...row, body, hash: previous }
  })
}
