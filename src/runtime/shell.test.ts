import { describe, expect, test } from 'vitest'
import type { AccountId, ClientOrderId } from '#model/ids.ts'
import type { Decision } from '#engine/decision.ts'
import type { Fact } from '#engine/fact.ts'
import { JournalError, type Entry, type Head, type Journal } from '#journal/journal.ts'
import { memoryJournal } from '#journal/memory/memory-journal.ts'
import { createShell, type Shell } from '#runtime/shell.ts'
import { ACCOUNT, FakeBroker, JOURNAL, MORNING, World } from '#test/support/engine-world.ts'

test('a fact and its decisions are recorded in one append, the fact first', () => {
  const { world, disk } = shellWorld()
  world.start()
  world.planAndApply()
  expect(disk.appended.length).toBeGreaterThan(5)
  for (const turn of disk.appended)
    expect(turn.map(({ kind }) => kind)).toEqual([
      'fact',
      ...Array.from({ length: turn.length - 1 }, () => 'decision'),
    ])
})

test('orders wait for the disk, and go once it has them', async () => {
  const { world, disk } = shellWorld()
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.shell?.state.run !== undefined)
  world.deliver()
  expect(disk.waiting).toBeGreaterThan(0)
  expect(world.broker.written).toEqual([])
  await disk.finish()
  expect(world.broker.written).toEqual(['0a1b2c3d-r1-A1-1'])
})

test('a cancel overtakes a disk that does not answer', async () => {
  const broker = new FakeBroker()
  broker.fateOf = () => 'work'
  const { world, disk } = shellWorld(broker)
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.shell?.state.run !== undefined)
  world.deliver()
  await disk.finish()
  world.deliver()
  disk.stuck = true
  world.command({ name: 'interrupt' })
  expect(world.canceled).toEqual(['0a1b2c3d-r1-A1-1'])
})

test('a full disk: no further order goes, the account is halted, a person is told once', async () => {
  const broker = new FakeBroker()
  broker.fateOf = () => 'work'
  const { world, disk, lost } = shellWorld(broker)
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.shell?.state.run !== undefined)
  world.deliver()
  await disk.finish()
  world.deliver()
  expect(world.broker.written).toHaveLength(1)
  const recorded = disk.appended.length
  disk.full = true
  world.link('up')
  world.settle()
  await disk.finish()
  world.settle()
  expect(lost).toEqual(['the disk is full'])
  expect(disk.appended).toHaveLength(recorded)
  expect(world.broker.written).toHaveLength(1)
  expect([...(world.shell?.state.latches.keys() ?? [])]).toEqual(['Halted account'])
})

test('a sync that fails withholds the orders that waited for it', async () => {
  const { world, disk, lost } = shellWorld()
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.shell?.state.run !== undefined)
  world.deliver()
  disk.full = true
  await disk.finish()
  world.settle()
  expect(lost).toEqual(['the disk is full'])
  expect(world.broker.written).toEqual([])
  const orders = [...(world.shell?.state.ledger.orders.values() ?? [])]
  expect(orders.map(({ state }) => state)).toEqual(['NotSent'])
})

test('a stopped shell takes and performs nothing', async () => {
  const { world, disk } = shellWorld()
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.shell?.state.run !== undefined)
  world.deliver()
  world.shell?.stop()
  const recorded = disk.appended.length
  await disk.finish()
  world.command({ name: 'reconcile' })
  expect(world.broker.written).toEqual([])
  expect(disk.appended).toHaveLength(recorded)
})

describe('a bug in a turn', () => {
  test('of `step`: nothing of the turn is recorded or done, no further turn is taken', async () => {
    const { world, disk, bugs } = shellWorld()
    world.start()
    const recorded = disk.appended.length
    const { settings } = world
    world.take({ type: 'EngineStarted', at: world.tick(), account: 'DU7654321' as AccountId, journalId: JOURNAL, settings }) // prettier-ignore
    expect(bugs).toEqual(['Invariant: a journal is of one account'])
    world.command({ name: 'reconcile' })
    expect(disk.appended).toHaveLength(recorded)
    expect(bugs).toHaveLength(1)
  })

  test('of a listener, while orders wait for the disk: they are not sent', async () => {
    const { world, disk, bugs } = shellWorld()
    world.start()
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => world.shell?.state.run !== undefined)
    world.deliver()
    world.fails = true
    world.command({ name: 'reconcile' })
    expect(bugs).toEqual(['a listener failed'])
    world.fails = false
    await disk.finish()
    expect(world.broker.written).toEqual([])
  })

  test('of the adapter, when the disk has let an order go: it is told, the next is not sent', async () => {
    const { world, disk, bugs } = shellWorld()
    world.start()
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => world.shell?.state.run !== undefined)
    world.deliver()
    world.fails = true
    await disk.finish()
    expect(bugs).toEqual(['a listener failed'])
    expect(world.broker.written).toEqual([])
  })
})

/** The small world with our shell between it and `step`. */
class ShellWorld extends World {
  shell: Shell | undefined
  readonly canceled: ClientOrderId[] = []
  /** From now on performing is a bug. */
  fails = false

  override take(fact: Fact): void {
    this.shell?.take(fact)
  }

  override perform(decision: Decision): void {
    if (this.fails) throw new Error('a listener failed')
    if (decision.type === 'CancelOrder') this.canceled.push(decision.clientOrderId)
    super.perform(decision)
  }
}

/** A disk in memory whose syncs end when told. */
class SlowDisk {
  readonly appended: (readonly Entry[])[] = []
  full = false
  stuck = false
  private readonly queue: { readonly resolve: (head: Head) => void; readonly reject: (error: Error) => void }[] = [] // prettier-ignore
  private readonly memory: Journal

  constructor(memory: Journal) {
    this.memory = memory
  }

  get waiting(): number {
    return this.queue.length
  }

  journal(): Journal {
    const { memory } = this
    return {
      header: memory.header,
      get head() {
        return memory.head
      },
      append: (entries) => {
        if (this.full) throw new JournalError('full', 'the disk is full')
        this.appended.push(entries)
        return memory.append(entries)
      },
      sync: () => new Promise((resolve, reject) => this.queue.push({ resolve, reject })),
      rows: (from) => memory.rows(from),
      saveSnapshot: (seq, body) => memory.saveSnapshot(seq, body),
      latestSnapshot: () => memory.latestSnapshot(),
      expire: (type, before) => memory.expire(type, before),
      close: () => memory.close(),
    }
  }

  /** Ends the syncs that wait, and lets what waited for them go on. */
  async finish(): Promise<void> {
    if (this.stuck) return
    for (const { resolve, reject } of this.queue.splice(0))
      if (this.full) reject(new JournalError('full', 'the disk is full'))
      else resolve(this.memory.head)
    await Promise.resolve()
    await Promise.resolve()
  }
}

function shellWorld(broker = new FakeBroker()) {
  const world = new ShellWorld(broker)
  const disk = new SlowDisk(
    memoryJournal({
      journalId: JOURNAL,
      schema: 1,
      account: ACCOUNT,
      program: 'test',
      node: process.version,
      createdAt: MORNING,
    }),
  )
  const lost: string[] = []
  const bugs: string[] = []
  world.shell = createShell({
    state: world.state,
    journal: disk.journal(),
    perform: (decision) => world.perform(decision),
    onRecordLost: (error) => lost.push(error.message),
    onBug: (error) => bugs.push(error.message),
    now: () => world.now,
  })
  return { world, disk, lost, bugs }
}
