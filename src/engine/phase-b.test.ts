/** Phase B starts from figures that show all of phase A, or not at all. */
import { expect, test } from 'vitest'
import type { BrokerSnapshot } from '#model/account.ts'
import { money } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { isReducing } from '#model/order.ts'
import {
  FakeBroker,
  FOUR_LINES,
  id,
  line,
  planOf,
  quoteOf,
  World,
} from '#test/support/engine-world.ts'

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

test('what works takes its buying power, though the broker has told its figures since', () => {
  const broker = new FakeBroker()
  broker.fateOf = () => 'work'
  broker.buyingPower = money('20000', 'USD')
  const world = new World(broker)
  world.plan = planOf([line('B1', 'BUY', 'CCC', '100'), line('B2', 'BUY', 'DDD', '40')])
  let isQuoted = true
  world.quote = (name, at) => (name !== id('DDD') || isQuoted ? quoteOf(name, at) : undefined)
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.state.run !== undefined)
  world.now += world.settings.staleness.quoteMs + 1 // DDD's quote is old by now
  isQuoted = false
  world.settle(() => world.of('SubmitOrder').length > 0)
  world.deliver()
  broker.buyingPower = money('12000', 'USD') // of which CCC's order will take 10,000
  const asked = world.of('RequestSnapshot').length
  world.settle(() => world.of('RequestSnapshot').length > asked)
  world.deliver()
  const quotes = [quoteOf(id('DDD'), world.tick())]
  world.take({ type: 'QuoteBatch', at: world.now, requestId: undefined, quotes })
  expect(world.of('SubmitOrder').map((made) => made.line)).toEqual(['B1'])
  expect(world.of('DenyOrder')).toMatchObject([{ line: 'B2', reason: expect.stringContaining('buying power') as string }]) // prettier-ignore
})
