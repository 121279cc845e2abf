/**
 * The whole engine in one process: real journal, real `step`, paper broker and synthetic feed over
 * a small venue. What needs several processes is in test/e2e.
 */
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { InstrumentId, PlanId } from '#model/ids.ts'
import { toNumber } from '#model/border.ts'
import { createPaperBroker } from '#brokers/paper/broker.ts'
import type { Target } from '#construction/plan-inputs.ts'
import type { Decision } from '#engine/decision.ts'
import type { RunEvent } from '#engine/run-event.ts'
import { createSyntheticFeed } from '#feeds/synthetic/feed.ts'
import { openSqliteJournal } from '#journal/sqlite/sqlite-journal.ts'
import { LIMITS } from '#risk/limits.ts'
import { offsetClock } from '#runtime/clock.ts'
import { createEngineHost } from '#runtime/create-engine-host.ts'
import type { EngineHost, HostOptions } from '#runtime/engine-host.ts'
import { silentLogger } from '#runtime/logger.ts'
import { entryOf } from '#runtime/shell.ts'
import { replay } from '#runtime/replay.ts'
import { reachEngine } from '#runtime/remote-engine.ts'
import { scratchFolder } from '#test/support/scratch.ts'
import { ACCOUNT, smallVenue, type SmallVenue } from '#test/support/small-venue.ts'

const open: EngineHost[] = []
afterEach(async () => {
  for (const host of open.splice(0)) await host.close()
})

test('plan, apply and review: what was planned is held, the record re-decides the same', async () => {
  const { host, venue, stateFolder } = hosted()
  const events: RunEvent[] = []
  host.onRunEvent((event) => events.push(event))
  expect(await host.start()).toMatchObject({ account: ACCOUNT, paper: true, notes: [] })
  const planned = await host.command({ name: 'plan', request: { kind: 'targets' } })
  expect(planned).toMatchObject({ outcome: 'changes', plan: { verdict: 'changes' } })
  const planId = planned.plan?.planId ?? ('' as PlanId)
  const applied = await host.command({ name: 'apply', planId })
  expect(applied).toMatchObject({ outcome: 'done' })
  expect(events.at(-1)).toMatchObject({
    type: 'RunCompleted',
    summary: { verdict: 'completed', breaks: 0, rejected: 0 },
  })
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
  for (const { instrument, after } of planned.plan?.weights ?? []) {
    const held = venue.exchange.positions().find((row) => row.instrument === instrument)
    expect(Math.sign(toNumber(held?.quantity ?? (0n as never)))).toBe(Math.sign(after))
  }
  await host.close()
  const journal = openSqliteJournal({ path: join(stateFolder, 'journal.sqlite'), mode: 'read' })
  expect(replay(journal)).toMatchObject({ divergences: [], unreadable: undefined })
  await journal.close()
})

test('a second start recovers the record and plans nothing new', async () => {
  const venue = smallVenue()
  const stateFolder = scratchFolder()
  const first = hosted({ venue, stateFolder })
  await first.host.start()
  const planned = await first.host.command({ name: 'plan', request: { kind: 'targets' } })
  await first.host.command({ name: 'apply', planId: planned.plan?.planId ?? ('' as PlanId) })
  await first.host.close()
  const second = hosted({ venue, stateFolder })
  expect(await second.host.start()).toMatchObject({ notes: [] })
  expect(second.host.unfinishedRun()).toBeUndefined()
  expect(second.host.state().runs).toBe(1)
  const again = await second.host.command({ name: 'plan', request: { kind: 'targets' } })
  expect(again, again.text).toMatchObject({ outcome: 'done', plan: { verdict: 'no-change' } })
})

test('a state folder in use ends the start', async () => {
  const venue = smallVenue()
  const { host, stateFolder } = hosted({ venue })
  await host.start()
  const second = hosted({ venue, stateFolder })
  await expect(second.host.start()).rejects.toMatchObject({ kind: 'locked' })
})

test('a clock that stands before the record ends the start with a word, not in silence', async () => {
  const venue = smallVenue()
  const stateFolder = scratchFolder()
  const first = hosted({ venue, stateFolder })
  await first.host.start()
  await first.host.close()
  const { host } = hosted({ venue, stateFolder, clockBackMs: 3_600_000 })
  await expect(host.start()).rejects.toMatchObject({
    kind: 'clock',
    message: expect.stringMatching(/last written at .*Z, but our clock says .*Z: .*stateFolder/),
  })
})

test('the state folder is ours alone, and its socket goes with the engine', async () => {
  const { host, stateFolder } = hosted()
  await host.start()
  expect(statSync(stateFolder).mode & 0o777).toBe(0o700)
  expect(statSync(join(stateFolder, 'journal.sqlite')).mode & 0o777).toBe(0o600)
  const remote = await reachEngine(stateFolder)
  expect(remote).toBeDefined()
  const halted = await remote?.command(
    { name: 'halt', scope: 'account', reason: 'drill' },
    () => {},
  )
  expect(halted).toMatchObject({ outcome: 'done' })
  expect((await remote?.state())?.latches.size).toBe(1)
  expect(host.state().latches.size).toBe(1)
  remote?.close()
  await host.close()
  expect(await reachEngine(stateFolder)).toBeUndefined()
})

test('a kill-switch file that is there already halts before the link is up', async () => {
  const stateFolder = scratchFolder()
  writeFileSync(join(stateFolder, 'HALT'), '')
  const { host } = hosted({ stateFolder })
  await host.start()
  await host.close()
  const journal = openSqliteJournal({ path: join(stateFolder, 'journal.sqlite'), mode: 'read' })
  const types = [...journal.rows()].map(({ type }) => type)
  await journal.close()
  expect(types).toContain('SetLatch')
  expect(types.indexOf('SetLatch')).toBeLessThan(types.indexOf('LinkChanged'))
})

test('targets that cannot be read are an answer, not a crash', async () => {
  const { host } = hosted({
    wishes: () => Promise.reject(new Error('targets.csv:3 weight: was "x", expected a number')),
  })
  await host.start()
  const planned = await host.command({ name: 'plan', request: { kind: 'targets' } })
  expect(planned.outcome).toBe('error')
  expect(planned.text).toContain('targets.csv:3')
})

test('after a bug nothing more is taken or saved; who runs the process is told once, and a start recovers', async () => {
  const venue = smallVenue()
  const stateFolder = scratchFolder()
  const { host, fatal } = hosted({ venue, stateFolder })
  await host.start()
  const rows = host.state().requests.last
  host.fail(new Error('an exception that nobody caught'))
  host.fail(new Error('another'))
  void host.command({ name: 'reconcile' })
  await expect.poll(() => fatal).toEqual(['an exception that nobody caught'])
  expect(host.state().requests.last).toBe(rows)
  await host.close()
  const second = hosted({ venue, stateFolder })
  const { recoveredRows, notes } = await second.host.start()
  expect(notes).toEqual([])
  expect(recoveredRows).toBeGreaterThan(0)
})

test('with a row that cannot be applied it is halted, for good: what came after the row is not known', async () => {
  const venue = smallVenue()
  const stateFolder = scratchFolder()
  const first = hosted({ venue, stateFolder })
  await first.host.start()
  await first.host.close()
  const path = join(stateFolder, 'journal.sqlite')
  const journal = openSqliteJournal({ path, mode: 'write', account: ACCOUNT })
  const unknown = { type: 'CancelOrder', clientOrderId: '0a1b2c3d-r9-A1-1', reason: 'test' } as const // prettier-ignore
  const bad = journal.append([entryOf(unknown as unknown as Decision, 0)])
  await journal.close()
  for (let starts = 0; starts < 2; starts++) {
    const { host } = hosted({ venue, stateFolder })
    const { notes } = await host.start()
    expect(notes[0]).toContain(`journal row ${bad.seq} cannot be applied`)
    expect([...host.state().latches.keys()]).toEqual(['Halted account'])
    expect(await host.command({ name: 'reconcile' })).toMatchObject({ outcome: 'done' })
    for (const command of [
      { name: 'resume', reason: 'why not' },
      { name: 'resume-confirm', token: '0' },
      { name: 'plan', request: { kind: 'targets' } },
    ] as const)
      expect(await host.command(command)).toMatchObject({
        outcome: 'blocked',
        text: expect.stringContaining('begin a new journal') as string,
      })
    await host.close()
  }
})

interface Variation {
  readonly venue?: SmallVenue
  readonly stateFolder?: string
  readonly wishes?: HostOptions['wishes']
  readonly clockBackMs?: number
}

function hosted(variation: Variation = {}) {
  const venue = variation.venue ?? smallVenue()
  const { exchange } = venue
  const stateFolder = variation.stateFolder ?? join(scratchFolder(), 'state')
  const clock = offsetClock(exchange.now - Date.now() - (variation.clockBackMs ?? 0))
  const targets: readonly Target[] = [
    { instrument: venue.short.id, weight: 0.02 },
    { instrument: venue.long.id, weight: -0.02 },
    { instrument: venue.fresh.id, weight: 0.03 },
    { instrument: venue.halted.id, weight: 0.01 },
  ]
  const universe = new Map<InstrumentId, { sector: string; shortable: boolean; borrowRate: number }>(
    exchange.instruments.map(({ id, sector }) => [id, { sector, shortable: true, borrowRate: 0.003 }]),
  ) // prettier-ignore
  const fatal: string[] = []
  const host = createEngineHost({
    stateFolder,
    settings: {
      configHash: 'c'.repeat(64),
      limits: LIMITS,
      gate: { collarBps: 300, maximumOrderNotional: 1_000_000, maximumOrdersPerRun: 100 },
      execution: {
        orderType: 'limit',
        collarBps: 100,
        addLifetimeMs: 600_000,
        waveDeadlineMs: 20_000,
        maximumAttempts: 2,
        doubtIntervalMs: 10_000,
        buyingPowerBuffer: 0.02,
      },
      staleness: { quoteMs: 60_000, guardBps: 200, planMs: 900_000 },
    },
    policy: {
      band: { kind: 'absolute', absolute: 0.002, relative: 0.1 },
      destination: 'target',
      cashBuffer: 0.01,
      rounding: 'toward-zero',
      untargeted: 'sell',
      minimumTicket: 500,
    },
    benchmark: undefined,
    wishes: variation.wishes ?? (() => Promise.resolve({ targets })),
    universe,
    broker: createPaperBroker({ exchange, account: ACCOUNT, clientId: 7 }, clock),
    feed: createSyntheticFeed(exchange),
    clock,
    program: 'ballast test',
    mayContinueRun: true,
    logger: silentLogger,
    alerts: { raise: () => {}, settled: () => Promise.resolve() },
    onFatal: (error) => fatal.push(error.message),
  })
  open.push(host)
  return { host, venue, stateFolder, fatal }
}
