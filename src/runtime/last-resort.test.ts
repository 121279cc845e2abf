import { expect, test } from 'vitest'
import { isReducing } from '#model/order.ts'
import { BrokerError } from '#brokers/broker.ts'
import { cancelOwnAdditions } from '#runtime/last-resort.ts'
import { FakeBroker, World } from '#test/support/engine-world.ts'

/** Phase B works: two additions are at the broker. */
function adding(): World {
  const broker = new FakeBroker()
  broker.fateOf = ({ side }) => (isReducing(side) ? 'fill' : 'work')
  const world = new World(broker)
  world.start()
  world.record()
  world.command({ name: 'apply', planId: world.plan.planId })
  world.settle(() => world.of('SubmitOrder').filter(({ adds }) => adds).length === 2)
  world.deliver()
  return world
}

test('takes back the additions that may still trade, and nothing else', async () => {
  const { state } = adding()
  const asked: string[] = []
  const written = await cancelOwnAdditions(state, {
    cancel: (id) => Promise.resolve(void asked.push(id)),
  })
  expect(asked).toEqual(['0a1b2c3d-r1-B1-1', '0a1b2c3d-r1-B2-1'])
  expect(written).toBe(2)
})

const cancelAllButB1 = (id: string): Promise<void> => {
  if (id.includes('B1')) throw new BrokerError('not-connected', 'no session')
  return Promise.resolve()
}

test('one that cannot be written does not keep the others back', async () => {
  const { state } = adding()
  expect(await cancelOwnAdditions(state, { cancel: cancelAllButB1 })).toBe(1)
})

test('ends when its time is up, though the broker says nothing', async () => {
  const { state } = adding()
  expect(await cancelOwnAdditions(state, { cancel: () => new Promise(() => {}) }, 1)).toBe(0)
})
