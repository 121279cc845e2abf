import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import { syntheticUniverse } from '#exchange/market/synthetic-universe.ts'
import { LIMITS, type Metric } from '#risk/limits.ts'
import { demoPortfolio, LEAST_NAMES, TROUBLES, type DemoName } from '#cli/demo/portfolio.ts'

const SEEDS = integer({ min: 0, max: 2 ** 31 })

/** Prices from cheap to dear, as on the market. */
const namesOf = (seed: number, count: number): readonly DemoName[] =>
  syntheticUniverse({ seed, count }).map(({ id, sector, shortable }, i) => ({
    instrument: id,
    sector,
    shortable,
    price: 8 + ((i * 7919) % 400),
  }))

/** Weights before and wanted, by name, as fractions of the net asset value. */
function weigh(seed: number, count = 140) {
  const names = new Map(namesOf(seed, count).map((name) => [name.instrument, name]))
  const { positions, targets, cash, halted } = demoPortfolio([...names.values()], seed)
  const values = new Map(
    positions.map(({ instrument, quantity }) => [
      instrument,
      toNumber(quantity) * (names.get(instrument)?.price ?? Number.NaN),
    ]),
  )
  const nav = [...values.values()].reduce((sum, value) => sum + value, Number(cash))
  const before = new Map([...values].map(([instrument, value]) => [instrument, value / nav]))
  const wanted = new Map(targets.map(({ instrument, weight }) => [instrument, weight]))
  return { names, nav, before, wanted, halted, cash: Number(cash) / nav }
}

const warnAt = (metric: Metric): number => LIMITS.find((row) => row.metric === metric)?.warn ?? 0
const sum = (values: Iterable<number>): number => [...values].reduce((all, one) => all + one, 0)
const gross = (values: Iterable<number>): number => sum([...values].map(Math.abs))

test('it has every trouble a demo is for', () => {
  assert(
    property(SEEDS, (seed) => {
      const { nav, before, wanted, halted, cash } = weigh(seed)
      expect(nav).toBeGreaterThan(1e6)
      expect(nav).toBeLessThan(1e7)
      expect(before.size).toBeGreaterThanOrEqual(60)
      const held = [...before]
      expect(held.filter(([, weight]) => weight < 0).length).toBeGreaterThanOrEqual(5)
      const flips = held.filter(([name, weight]) => weight * (wanted.get(name) ?? 0) < 0)
      expect(flips.map(([, weight]) => Math.sign(weight)).toSorted((a, b) => a - b)).toEqual([-1, 1]) // prettier-ignore
      expect(held.filter(([name]) => !wanted.has(name))).toHaveLength(TROUBLES.untargeted)
      expect([...wanted.keys()].filter((name) => !before.has(name))).toHaveLength(
        TROUBLES.missing + 1,
      )
      expect(wanted.has(TROUBLES.unknown as never)).toBe(true)
      expect(before.has(halted)).toBe(true)
      expect(Math.max(...before.values())).toBeGreaterThan(warnAt('largestPosition'))
      expect(cash).toBeGreaterThan(0.1)
    }),
    { numRuns: 60 },
  )
})

test('what it should become is inside every warning, and within a day of trading', () => {
  assert(
    property(SEEDS, (seed) => {
      const { names, before, wanted } = weigh(seed)
      const known = [...wanted].filter(([name]) => names.has(name))
      const weights = known.map(([, weight]) => weight)
      expect(Math.max(...weights.map(Math.abs))).toBeLessThan(warnAt('largestPosition'))
      expect(gross(weights)).toBeLessThan(1.6)
      expect(sum(weights)).toBeLessThan(warnAt('netLeverage') - 0.02)
      const sectors = Map.groupBy(known, ([name]) => names.get(name)?.sector ?? '')
      const heaviest = [...sectors.values()].map((rows) => gross(rows.map(([, weight]) => weight)))
      expect(Math.max(...heaviest)).toBeLessThan(warnAt('largestSector'))
      const traded = [...new Set([...before.keys(), ...known.map(([name]) => name)])].map(
        (name) => (wanted.get(name) ?? 0) - (before.get(name) ?? 0),
      )
      expect(gross(traded)).toBeLessThan(warnAt('turnoverToday') - 0.02)
    }),
    { numRuns: 60 },
  )
})

test('the same seed draws the same portfolio, another seed another', () => {
  const names = namesOf(3, LEAST_NAMES + 20)
  expect(demoPortfolio(names, 5)).toEqual(demoPortfolio(names, 5))
  expect(demoPortfolio(names, 5)).not.toEqual(demoPortfolio(names, 6))
})

test('the least number of names is enough', () => {
  const names = namesOf(1, LEAST_NAMES).map((name) => ({ ...name, shortable: true }))
  expect(demoPortfolio(names, 1).positions.length).toBeGreaterThanOrEqual(60)
})
