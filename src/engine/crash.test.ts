/**
 * The process dies, before every one of its effects, with every kind of loss of what was not yet
 * synced; another starts on what is left. Whatever the moment: no order is sent twice, no line is
 * filled beyond its quantity, and the account ends as planned.
 */
import { expect, test } from 'vitest'
import { magnitude, plus, quantity } from '#model/fixed.ts'
import type { OrderRequest } from '#model/order.ts'
import {
  Crash,
  FOUR_LINES,
  MORNING,
  World,
  id,
  line,
  planOf,
  type Fate,
} from '#test/support/engine-world.ts'

/** How much of what was appended after the last sync reaches the disk. */
const KEPT = { all: 1, half: 0.5, none: 0 } as const
type Kept = keyof typeof KEPT

interface Story {
  readonly fateOf: (order: OrderRequest) => Fate
  readonly downtimeMs: number
}

const STORIES: Record<string, Story> = {
  'everything fills': { fateOf: () => 'fill', downtimeMs: 3_000 },
  'the process is away past the deadline of its wave': { fateOf: () => 'fill', downtimeMs: 70_000 },
  'reports are never told, only found': {
    fateOf: ({ side }) => (side === 'SELL' ? 'silent' : 'fill'),
    downtimeMs: 1_000,
  },
}

test.each([
  ...Object.keys(STORIES).map((story) => ({ story, kept: 'all' as Kept })),
  { story: 'everything fills', kept: 'half' as Kept },
  { story: 'everything fills', kept: 'none' as Kept },
])('$story; of the unsynced rows $kept are kept', ({ story, kept }) => {
  const told = STORIES[story]
  if (told === undefined) throw new Error(story)
  const whole = effectsOf(told)
  expect(whole).toBeGreaterThan(40)
  for (let effect = 0; effect < whole; effect++) {
    const world = crashedBefore(effect, told, kept)
    checkNothingDoubled(world, effect)
    checkEnd(world, effect, story)
  }
})

test('a second crash while the first is being recovered from changes nothing', () => {
  const told = STORIES['everything fills']
  if (told === undefined) throw new Error('the story is told')
  for (let effect = 20; effect < effectsOf(told); effect += 7)
    for (let again = 1; again < 12; again += 2) {
      const world = crashedBefore(effect, told, 'all', again)
      checkNothingDoubled(world, effect)
      checkEnd(world, effect, `again ${again}`)
    }
})

test('a run whose plan expired while nobody was there does not go on', () => {
  const world = tell({ fateOf: () => 'fill', downtimeMs: 0 })
  world.plan = planOf(FOUR_LINES, { expires: MORNING + 20_000 })
  live(world, () => applied(world), 30)
  world.now += 60_000
  world.start()
  expect(world.state.lastSummary?.summary).toMatchObject({ verdict: 'stale' })
  expect(world.broker.written.some((name) => name.includes('-B'))).toBe(false)
  expect(world.state.run).toBeUndefined()
})

test('a run whose names moved away while nobody was there does not go on', () => {
  const world = tell({ fateOf: () => 'fill', downtimeMs: 0 })
  live(world, () => applied(world), 30)
  const quote = world.quote
  world.quote = (name, at) => {
    const now = quote(name, at)
    return now === undefined || name !== id('CCC') ? now : { ...now, bid: 110, ask: 110.02 }
  }
  world.start()
  expect(world.state.lastSummary?.summary.verdict).toBe('stale')
})

test('a wave gets its whole time again after a restart', () => {
  const world = tell({ fateOf: () => 'fill', downtimeMs: 0 })
  world.plan = planOf([line('A1', 'SELL', 'AAA', '100')])
  world.broker.fateOf = () => 'work'
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.deliver()
  world.now += 61_000
  world.begin()
  // A shell arms what it recovered, and what is overdue rings at once.
  world.take({ type: 'TimerFired', at: world.tick(), timer: 'snapshot' })
  expect(world.state.timers.has('run.deadline')).toBe(false)
  world.deliver()
  expect(world.of('CancelOrder')).toEqual([])
  const deadline = world.state.timers.get('run.deadline') ?? 0
  expect(deadline).toBeGreaterThan(world.now + 59_000)
})

function tell({ fateOf }: Story): World {
  const world = new World()
  world.broker.fateOf = fateOf
  return world
}

function applied(world: World): void {
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => fillSilent(world))
}

/** The silent order fills at the broker, and nobody tells. */
function fillSilent({ broker, now }: World): false {
  for (const held of broker.orders.values()) {
    const left = held.request.quantity - held.filled
    if (broker.fateOf(held.request) === 'silent' && held.status === 'working' && left > 0n)
      broker.fill(held, held.request.quantity, now)
  }
  return false
}

function effectsOf(story: Story): number {
  const world = tell(story)
  applied(world)
  return world.effects
}

/** Lives until it dies, or to the end. */
function live(world: World, life: () => void, effect: number): boolean {
  world.dieBeforeEffect = effect
  try {
    life()
    return true
  } catch (error) {
    if (!(error instanceof Crash)) throw error
    return false
  }
}

function crashedBefore(effect: number, story: Story, kept: Kept, again?: number): World {
  const world = tell(story)
  live(world, () => applied(world), effect)
  lose(world, kept)
  world.now += story.downtimeMs
  if (again !== undefined) {
    live(world, () => restarted(world), world.effects + again)
    lose(world, 'none')
  }
  world.dieBeforeEffect = Number.POSITIVE_INFINITY
  restarted(world)
  // Died before the plan was accepted: the asker asks again, as a person would.
  if (world.state.runs === 0) {
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => fillSilent(world))
  }
  return world
}

function restarted(world: World): void {
  world.begin()
  world.settle(() => fillSilent(world))
}

function lose(world: World, kept: Kept): void {
  const unsynced = world.rows.length - world.synced
  world.rows = world.rows.slice(0, world.synced + Math.ceil(unsynced * KEPT[kept]))
  world.synced = world.rows.length
}

function checkNothingDoubled({ broker, plan }: World, effect: number): void {
  expect(new Set(broker.written).size, `before effect ${effect}`).toBe(broker.written.length)
  for (const leg of [...plan.phases.A, ...plan.phases.B]) {
    const filled = broker.executions
      .filter(({ clientOrderId }) => clientOrderId?.split('-')[2] === leg.id)
      .reduce((sum, execution) => plus(sum, magnitude(execution.quantity)), quantity('0'))
    expect(filled <= leg.quantity, `${leg.id} before effect ${effect}`).toBe(true)
  }
}

function checkEnd(world: World, effect: number, story: string): void {
  const where = `${story}, before effect ${effect}`
  expect(world.state.run, where).toBeUndefined()
  expect(world.state.lastSummary?.summary.verdict, where).toBe('completed')
  expect(world.broker.positions, where).toEqual(
    new Map([
      [id('CCC'), quantity('100')],
      [id('DDD'), quantity('-40')],
      [id('EEE'), quantity('500')],
    ]),
  )
  expect(world.state.book?.positions, where).toEqual(world.broker.positions)
  expect(world.state.book?.cash.get('USD'), where).toBe(world.broker.cash)
  expect(world.state.breaks.size, where).toBe(0)
}
