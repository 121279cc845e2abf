import { expect, test } from 'vitest'
import { money, plus, quantity } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Future } from '#model/instrument.ts'
import { movedReason } from '#engine/staleness.ts'
import { variationOf } from '#engine/variation-margin.ts'
import { stock, World } from '#test/support/engine-world.ts'

const FUTURE: Future = {
  ...stock('ES'),
  assetClass: 'FUT',
  id: 'ESH8.FUT.USD' as InstrumentId,
  localSymbol: 'ESH8',
  multiplier: 50n,
  expiry: '2018-03-16',
}

/** A hundred units of a future that cost 90 each, multiplier included: a tenth of 9,000 is what they may settle. */
function holder(): World {
  const world = new World()
  world.broker.positions.set(FUTURE.id, quantity('100'))
  world.start()
  world.take({ type: 'InstrumentsDescribed', at: world.tick(), instruments: [FUTURE] })
  return world
}

function paid(world: World, amount: string): string | undefined {
  world.broker.cash = plus(world.broker.cash, money(amount, 'USD'))
  const commandId = world.command({ name: 'reconcile' })
  world.settle()
  return world.answerTo(commandId)?.outcome
}

test('what futures settle day after day is no break, and the book follows', () => {
  const world = holder()
  for (const amount of ['800', '-850', '899']) expect(paid(world, amount)).toBe('done')
  expect(world.state.breaks.size).toBe(0)
  expect(world.state.book?.cash.get('USD')).toBe(world.broker.cash)
  const adopted = world.of('AdoptBook').filter(({ origin }) => origin === 'settlement')
  expect(adopted.map(({ reason }) => reason)).toEqual([
    'variation margin of futures since the last settlement: 800.00 USD',
    'variation margin of futures since the last settlement: -850.00 USD',
    'variation margin of futures since the last settlement: 899.00 USD',
  ])
})

test('more than they can have moved is a break, and the book stays', () => {
  const world = holder()
  const before = world.state.book?.cash.get('USD')
  expect(paid(world, '1000')).toBe('blocked')
  expect(world.state.book?.cash.get('USD')).toBe(before)
})

test('who holds no future has no variation margin', () => {
  const world = new World()
  world.start()
  expect(paid(world, '800')).toBe('blocked')
})

test('while another difference stands, nothing is booked', () => {
  const world = holder()
  world.broker.positions.set('EEE.STK.USD' as InstrumentId, quantity('600'))
  expect(paid(world, '800')).toBe('blocked')
  expect(world.of('AdoptBook').filter(({ origin }) => origin === 'settlement')).toEqual([])
})

test('a little of it is no break, and waits until it is more', () => {
  const world = holder()
  const before = world.state.book?.cash.get('USD')
  expect(paid(world, '200')).toBe('done')
  expect(world.state.book?.cash.get('USD')).toBe(before)
  expect(paid(world, '100')).toBe('done')
  expect(world.state.book?.cash.get('USD')).toBe(world.broker.cash)
})

test('a plan stands though futures settled in cash since it was made', () => {
  const { state, broker } = holder()
  const snapshot = { ...broker.snapshot(0, 0), cash: [{ currency: 'USD', amount: plus(broker.cash, money('800', 'USD')) }] } // prettier-ignore
  const basis = {
    positions: broker.positions,
    cash: new Map([['USD', broker.cash]]),
    ownOrders: [],
  }
  const moved = (variation?: ReturnType<typeof variationOf>) =>
    movedReason({ nav: money('1000000', 'USD') }, basis, snapshot, [], variation)
  expect(moved(variationOf(state, snapshot))).toBeUndefined()
  expect(moved()).toContain('cash in USD moved by 800.00')
})
