/** Phase B starts from figures that show all of phase A, or not at all. */
import { expect, test } from 'vitest'
import type { BrokerSnapshot } from '#model/account.ts'
import { money } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { isReducing } from '#model/order.ts'
import { FakeBroker, FOUR_LINES, quoteOf, World } from '#test/support/engine-world.ts'

const REDUCTIONS = FOUR_LINES.filter(({ side }) => isReducing(side)).length

/** Its positions, cash and margin lag behind its executions, as IBKR's may, in some snapshots. */
class LaggingBroker extends FakeBroker {
  /** Snapshots after phase A's last fill that still tell of the account before. */
  lagging = 0
  private before: BrokerSnapshot | undefined

  override snapshot(begunAt: EpochMs, takenAt: EpochMs): BrokerSnapshot {
    const truth = super.snapshot(begunAt, takenAt)
    this.before ??= truth
    const { completedOrders } = truth
    if (completedOrders.length < REDUCTIONS || this.lagging-- <= 0) return truth
    const { positions, cash } = this.before
    const margin = { ...truth.margin, buyingPower: money('9000000', 'USD') }
    return { ...truth, positions, cash, margin }
  }
}

test('a snapshot that does not show phase A yet is asked for again, and its figures scale nothing', () => {
  const broker = new LaggingBroker()
  broker.lagging = 2
  broker.buyingPower = money('7000', 'USD') // additions of 14,000: about half of them fit
  const world = new World(broker)
  world.start()
  world.planAndApply()
  expect(broker.lagging).toBeLessThan(0)
  const scaled = world.events.findIndex(({ type }) => type === 'PhaseScaled')
  expect(world.events[scaled]).toMatchObject({ scale: expect.closeTo(0.49, 2) as number })
  const firstAddition = world.decisions.findIndex((made) => made.type === 'SubmitOrder' && made.adds) // prettier-ignore
  const agreed = world.decisions.findLastIndex(({ type }) => type === 'CloseBreak')
  expect(agreed).toBeGreaterThan(0)
  expect(firstAddition).toBeGreaterThan(agreed)
  const ordered = world.of('SubmitOrder').filter(({ adds }) => adds)
  expect(ordered.map(({ order }) => order.quantity)).toEqual([49_000_000_000n, 19_000_000_000n])
})

test('after an outage it is not added at prices that the plan was not made for', () => {
  const world = new World()
  world.start()
  world.record()
  const commandId = world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.of('SubmitOrder').length === 1)
  world.link('down')
  world.now += 600_000 // the plan has not expired
  world.quote = (name, at) => quoteOf(name, at, 105)
  world.link('up')
  world.settle()
  expect(world.of('SubmitOrder').filter(({ adds }) => adds)).toEqual([])
  expect(world.answerTo(commandId)).toMatchObject({ outcome: 'stale' })
  expect(world.answerTo(commandId)?.text).toContain('bps away')
})

test('prices that move away while phase A goes stop what adds, and not what reduces', () => {
  const world = new World()
  world.start()
  world.record()
  const commandId = world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.of('SubmitOrder').length === 1)
  const at = world.tick()
  const quotes = FOUR_LINES.map(({ instrument }) => quoteOf(instrument, at, 105))
  world.take({ type: 'QuoteBatch', at, requestId: undefined, quotes })
  world.settle()
  expect(world.of('SubmitOrder').map(({ line }) => line)).toEqual(['A1', 'A2'])
  expect(world.of('DenyOrder').map(({ line }) => line)).toEqual(['B1', 'B2'])
  expect(world.answerTo(commandId)).toMatchObject({ outcome: 'changes' })
  const summary = world.state.lastSummary?.summary
  expect(summary?.verdict).toBe('completed-adjusted')
  expect(summary?.unfinished.join('\n')).toContain('bps away')
})
