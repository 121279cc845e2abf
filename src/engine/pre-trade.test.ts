/** What the gate is told: all that may still fill into the account, whoever sent it. */
import { expect, test } from 'vitest'
import { money, quantity } from '#model/fixed.ts'
import type { PermId } from '#model/ids.ts'
import { FakeBroker, id, line, planOf, quoteOf, World } from '#test/support/engine-world.ts'

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

test("a reduction leaves room for what a stranger's open order may still sell: nothing flips", () => {
  const broker = new FakeBroker()
  broker.strangers = [
    {
      clientOrderId: undefined,
      clientId: 0,
      permId: '77' as PermId,
      instrument: id('AAA'),
      quantity: quantity('-60'),
      leaves: quantity('-60'),
      orderType: 'STP',
      limitPrice: undefined,
      timeInForce: 'GTC',
      status: 'held',
    },
  ]
  const world = new World(broker)
  world.plan = planOf([line('A1', 'SELL', 'AAA', '100')])
  world.start()
  world.planAndApply()
  expect(broker.written).toEqual([])
  const [denied] = world.of('DenyOrder')
  expect(denied?.reason).toContain('at most 40 can be reduced')
  expect(denied?.reason).toContain('of others')
})
