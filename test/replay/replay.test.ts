/**
 * Golden journals: runs of a small world, recorded once and kept. Today's code must decide every one
 * of their facts as it was decided then. A change that is meant to decide otherwise rewrites them
 * with `UPDATE_GOLDEN=1 npx vitest run test/replay`, and the difference is read in review.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EpochMs } from '#model/time.ts'
import { quantity } from '#model/fixed.ts'
import { encodeState } from '#engine/state-codec.ts'
import type { Entry, Journal } from '#journal/journal.ts'
import { memoryJournal } from '#journal/memory/memory-journal.ts'
import { recover, saveStateSnapshot } from '#runtime/recovery.ts'
import { replay } from '#runtime/replay.ts'
import {
  ACCOUNT,
  FakeBroker,
  foldOf,
  id,
  JOURNAL,
  MORNING,
  World,
  type JournalRow,
} from '#test/support/engine-world.ts'

/** Each plays a world to its end; named after the file that keeps it. */
const SCENARIOS: Readonly<Record<string, () => World>> = {
  'two-phase-run': () => {
    const world = new World()
    world.start()
    world.planAndApply()
    return world
  },
  'halted-in-mid-run': () => {
    const world = new World(workingBroker())
    world.start()
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => world.decisions.some(({ type }) => type === 'SubmitOrder'))
    world.command({ name: 'halt', scope: 'account', reason: 'a person saw smoke' })
    world.settle()
    return world
  },
  'restarted-in-mid-run': () => {
    const world = new World()
    world.start()
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => world.decisions.some(({ type }) => type === 'SubmitOrder'))
    world.start()
    return world
  },
  'traded-by-hand': () => {
    const world = new World()
    world.start()
    world.broker.positions.set(id('EEE'), quantity('400'))
    world.command({ name: 'reconcile' })
    world.settle()
    return world
  },
}

function workingBroker(): FakeBroker {
  const broker = new FakeBroker()
  broker.fateOf = () => 'work'
  return broker
}

describe.each(Object.keys(SCENARIOS))('%s', (name) => {
  test('is decided today as it was recorded', () => {
    const journal = journalOf(golden(name))
    const report = replay(journal)
    expect(report).toMatchObject({ from: 1, divergences: [], unreadable: undefined })
    expect(report.facts).toBeGreaterThan(5)
    expect(report.decisions).toBeGreaterThan(2)
  })

  test('plays the same today', () => {
    expect(SCENARIOS[name]?.().rows.map(textOf)).toEqual(golden(name).map(textOf))
  })

  test('recovers to the fold of its rows, from the beginning and from any snapshot', () => {
    const rows = golden(name)
    const whole = encodeState(foldOf(rows))
    expect(encodeState(recover(journalOf(rows)).state)).toEqual(whole)
    const third = Math.floor(rows.length / 3)
    const journal = journalOf(rows.slice(0, third))
    saveStateSnapshot(journal, foldOf(rows.slice(0, third)))
    journal.append(rows.slice(third).map(entryOf))
    const recovered = recover(journal)
    expect(recovered).toMatchObject({ rows: rows.length - third, quarantined: undefined })
    expect(encodeState(recovered.state)).toEqual(whole)
  })
})

test('a decision that would be another today is told, and the replay goes on by the record', () => {
  const rows = golden('two-phase-run')
  const changed = rows.findIndex(({ body }) => body.includes('"SubmitOrder"'))
  const altered = rows.with(changed, other(rows[changed]))
  const report = replay(journalOf(altered))
  expect(report.unreadable).toBeUndefined()
  expect(report.divergences[0]?.recorded.join()).toContain('"arrivalMid":99')
  expect(report.divergences[0]?.decided.join()).not.toContain('"arrivalMid":99')
  expect(report.facts).toBe(rows.filter(({ kind }) => kind === 'fact').length)
})

test('a row that cannot be read ends recovery before it, and says why', () => {
  const rows = golden('two-phase-run')
  const at = 7
  const broken = rows.with(at, { kind: 'fact', at: MORNING, body: '{"type":"Gossip"}' })
  const { rows: applied, quarantined } = recover(journalOf(broken))
  expect(applied).toBe(at)
  expect(quarantined).toMatchObject({ seq: at + 1 })
  expect(quarantined?.reason).toContain('Gossip')
})

function other(row: JournalRow | undefined): JournalRow {
  if (row === undefined) throw new Error('there is an order to change')
  return { ...row, body: row.body.replace(/"arrivalMid":\d+(\.\d+)?/, '"arrivalMid":99') }
}

function golden(name: string): readonly JournalRow[] {
  const path = join(import.meta.dirname, 'golden', `${name}.ndjson`)
  if (process.env['UPDATE_GOLDEN'] === '1' && !WRITTEN.has(path)) {
    const rows = SCENARIOS[name]?.().rows ?? []
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    WRITTEN.add(path)
  }
  if (!existsSync(path)) throw new Error(`${path} is not there; write it with UPDATE_GOLDEN=1`)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as JournalRow)
}

const WRITTEN = new Set<string>()

function journalOf(rows: readonly JournalRow[]): Journal {
  const journal = memoryJournal({
    journalId: JOURNAL,
    schema: 1,
    account: ACCOUNT,
    program: 'test',
    node: process.version,
    createdAt: MORNING,
  })
  journal.append(rows.map(entryOf))
  return journal
}

const entryOf = ({ kind, at, body }: JournalRow): Entry => ({
  kind,
  type: (JSON.parse(body) as { readonly type: string }).type,
  at: at satisfies EpochMs,
  body,
})

const textOf = ({ kind, at, body }: JournalRow): string => `${kind} ${at} ${body}`
