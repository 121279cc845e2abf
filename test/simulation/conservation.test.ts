/** Nothing is made and nothing is lost: a thousand worlds, kept twice, to the nano. */
import { expect, test } from 'vitest'
import type { Exchange } from '#exchange/exchange.ts'
import { seedsFrom } from '#test/simulation/seeds.ts'
import { venueWorld, type VenueWorld } from '#test/simulation/venue-world.ts'

const STEPS = 60
/** Seeds a test. */
const BATCH = 50

const seeds = seedsFrom(1, 1_000)
const batches = Array.from({ length: Math.ceil(seeds.length / BATCH) }, (_, i) =>
  seeds.slice(i * BATCH, (i + 1) * BATCH),
).map((batch) => ({ first: batch[0], last: batch.at(-1), batch }))

test.each(batches)('worlds $first to $last balance to the nano', ({ batch }) => {
  for (const seed of batch) {
    const world = venueWorld(seed)
    for (let i = 0; i < STEPS; i++) {
      world.step()
      expectBalance(world, seed)
    }
    expectOrdersAgree(world, seed)
  }
})

function expectBalance({ venue, books, log }: VenueWorld, seed: number): void {
  const where = () => `seed ${seed} after step ${log.length}: ${log.slice(-2).join(' | ')}`
  expect(sorted(withoutZeros(venue.cash())), where()).toEqual(sorted(books.cash()))
  const held = new Map(venue.positions().map((of) => [of.instrument, of.quantity]))
  expect(sorted(onlySecurities(held)), where()).toEqual(sorted(books.units()))
  for (const [instrument, units] of books.units()) {
    const { traded, converted } = books.flows(instrument)
    expect(traded + converted, where()).toBe(units)
  }
  expect(venue.audit(), where()).toEqual([])
  expectMargin(venue, where)
}

/** A currency position is cash, shown a second time. */
const onlySecurities = (held: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> =>
  new Map([...held].filter(([id]) => !id.includes('.CASH.')))

/** What margin figures say of one another, whatever is held. */
function expectMargin(venue: Exchange, where: () => string): void {
  const margin = venue.margin()
  expect(margin.availableFunds, where()).toBe(margin.equityWithLoan - margin.initialMargin)
  expect(margin.excessLiquidity, where()).toBe(margin.equityWithLoan - margin.maintenanceMargin)
  expect(margin.initialMargin >= 0n && margin.maintenanceMargin >= 0n, where()).toBe(true)
  expect(margin.grossPositionValue >= 0n, where()).toBe(true)
}

/** What an order has filled is the sum of its executions of the day it ended on, and never more than it asked. */
function expectOrdersAgree({ venue }: VenueWorld, seed: number): void {
  const filled = new Map<number, bigint>()
  for (const { permId, quantity } of venue.executions())
    filled.set(permId, (filled.get(permId) ?? 0n) + quantity)
  for (const order of [...venue.openOrders(), ...venue.completedOrders()]) {
    expect(order.filled <= order.quantity, `seed ${seed}: order ${order.permId}`).toBe(true)
    expect((filled.get(order.permId) ?? 0n) <= order.filled, `seed ${seed}`).toBe(true)
  }
}

const sorted = <V>(of: ReadonlyMap<string, V>): readonly (readonly [string, V])[] =>
  [...of].toSorted(([a], [b]) => (a < b ? -1 : 1))

const withoutZeros = <V extends bigint>(of: ReadonlyMap<string, V>): ReadonlyMap<string, V> =>
  new Map([...of].filter(([, amount]) => amount !== 0n))
