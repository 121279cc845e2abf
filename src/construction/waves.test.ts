import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import {
  assignWaves,
  cornersOf,
  type WaveBook,
  type WaveBounds,
  type WaveOrder,
} from '#construction/waves.ts'

const id = (name: string) => name as InstrumentId
const sectorOf = (name: string) => (name < 'C' ? 'S' : 'T')
const bookOf = (weights: Record<string, number>, cash: number): WaveBook => ({
  weights: new Map(Object.entries(weights).map(([name, weight]) => [id(name), weight])),
  facts: new Map(Object.keys(weights).map((name) => [id(name), { sector: sectorOf(name), issuer: id(name), assetClass: 'STK' }])), // prettier-ignore
  cash,
})
/** A stock order: what it adds in weight it takes in cash. */
const orderOf = (name: string, weight: number, label = name): WaveOrder => ({
  id: label,
  instrument: id(name),
  weight,
  cash: -weight,
})
const bounds: WaveBounds = { gross: 2, net: 1, position: 0.5, cash: 0 }

test('orders that are safe together are one wave', () => {
  const orders = [orderOf('A', -0.2), orderOf('B', -0.1)]
  const { numbers, after } = assignWaves(bookOf({ A: 0.4, B: 0.3 }, 0.3), orders, bounds)
  expect([...numbers.values()]).toEqual([1, 1])
  expect(after.weights.get(id('A'))).toBeCloseTo(0.2, 12)
  expect(after.cash).toBeCloseTo(0.6, 12)
})

test('a cover beyond the net headroom waits for the sells that make room', () => {
  // Net 0.9 of 1.0 allowed: the cover of 0.2 must not fill before the sale of 0.3 has.
  const book = bookOf({ A: 0.5, B: 0.45, C: 0.45, D: -0.5 }, 0.6)
  const { numbers } = assignWaves(book, [orderOf('D', 0.2), orderOf('A', -0.3)], bounds)
  expect(Object.fromEntries(numbers)).toEqual({ A: 1, D: 2 })
})

test('a purchase waits for the cash of a sale, which may not come', () => {
  const { numbers } = assignWaves(
    bookOf({ A: 0.4, B: 0, C: 0.5 }, 0.1),
    [orderOf('B', 0.3), orderOf('A', -0.3)],
    bounds,
  )
  expect(Object.fromEntries(numbers)).toEqual({ A: 1, B: 2 })
})

test('an order that never fits goes alone', () => {
  const { numbers } = assignWaves(
    bookOf({ A: 0.5, B: 0.5, C: -0.3 }, 0.3),
    [orderOf('C', 0.3), orderOf('A', 0.1)],
    { ...bounds, net: 0.7 },
  )
  expect([...new Set(numbers.values())]).toHaveLength(2)
})

test('a book beyond a limit may be traded down, no further up', () => {
  const book = bookOf({ A: 0.8, B: 0.1 }, 0.1)
  const { numbers } = assignWaves(book, [orderOf('A', 0.05, 'more'), orderOf('A', -0.1, 'less')], bounds) // prettier-ignore
  expect(numbers.get('less')).toBe(1)
  expect(numbers.get('more')).toBe(2)
})

const NAMES = ['A', 'B', 'C', 'D', 'E']
const weight = fc.integer({ min: -60, max: 60 }).map((w) => w / 100)
const cases = fc.record({
  weights: fc.array(weight, { minLength: 5, maxLength: 5 }),
  orders: fc.array(fc.tuple(fc.constantFrom(...NAMES), weight), { minLength: 1, maxLength: 7 }),
  cash: fc.integer({ min: -20, max: 100 }).map((c) => c / 100),
})

const build = ({
  weights,
  orders,
  cash,
}: {
  weights: number[]
  orders: [string, number][]
  cash: number
}) => ({
  // prettier-ignore
  book: bookOf(Object.fromEntries(NAMES.map((name, i) => [name, weights[i]!])), cash),
  orders: orders
    .filter(([, change]) => change !== 0)
    .map(([name, change], i) => orderOf(name, change, `${name}${i}`)),
})

/** Every subset of the orders filled, each figure at its worst: what the market could do. */
function bruteCorners(book: WaveBook, orders: readonly WaveOrder[]) {
  let worst = { gross: 0, netHigh: -Infinity, netLow: Infinity, position: 0, sector: 0, cash: Infinity } // prettier-ignore
  for (let corner = 0; corner < 2 ** orders.length; corner++) {
    const filled = orders.filter((_, i) => (corner >> i) % 2 === 1)
    const weights = new Map(book.weights)
    for (const order of filled)
      weights.set(order.instrument, (weights.get(order.instrument) ?? 0) + order.weight)
    const sizes = [...weights.values()].map(Math.abs)
    const net = [...weights.values()].reduce((total, w) => total + w, 0)
    const sector = (which: string) =>
      [...weights].reduce((total, [name, w]) => total + (sectorOf(name) === which ? Math.abs(w) : 0), 0) // prettier-ignore
    worst = {
      gross: Math.max(worst.gross, sizes.reduce((total, w) => total + w, 0)), // prettier-ignore
      netHigh: Math.max(worst.netHigh, net),
      netLow: Math.min(worst.netLow, net),
      position: Math.max(worst.position, ...sizes),
      sector: Math.max(worst.sector, sector('S'), sector('T')),
      cash: Math.min(
        worst.cash,
        filled.reduce((total, { cash }) => total + cash, book.cash),
      ),
    }
  }
  return worst
}

test('the bound is exactly the worst of all corners', () => {
  fc.assert(
    fc.property(cases, (some) => {
      const { book, orders } = build(some)
      const brute = bruteCorners(book, orders)
      const bound = cornersOf(book, orders)
      for (const figure of ['gross', 'netHigh', 'netLow', 'position', 'sector', 'cash'] as const)
        expect(bound[figure], figure).toBeCloseTo(brute[figure], 9)
    }),
  )
})

test('no corner of a wave is worse than max(limit, where the wave started), unless an order goes alone', () => {
  fc.assert(
    fc.property(cases, (some) => {
      const { book, orders } = build(some)
      const { numbers } = assignWaves(book, orders, bounds)
      expect(numbers.size).toBe(orders.length)
      let start = book
      for (let number = 1; number <= Math.max(...numbers.values()); number++) {
        const wave = orders.filter(({ id: order }) => numbers.get(order) === number)
        expect(wave.length).toBeGreaterThan(0)
        const before = bruteCorners(start, [])
        const worst = bruteCorners(start, wave)
        if (wave.length > 1) {
          expect(worst.gross).toBeLessThanOrEqual(Math.max(bounds.gross, before.gross) + 1e-6)
          expect(Math.max(worst.netHigh, -worst.netLow)).toBeLessThanOrEqual(Math.max(bounds.net, Math.abs(before.netHigh)) + 1e-6) // prettier-ignore
          expect(worst.position).toBeLessThanOrEqual(Math.max(bounds.position, before.position) + 1e-6) // prettier-ignore
          expect(worst.cash).toBeGreaterThanOrEqual(Math.min(bounds.cash, before.cash) - 1e-6)
        }
        start = assignWaves(start, wave, { gross: 99, net: 99, position: 99, cash: -99 }).after
      }
    }),
    { numRuns: 300 },
  )
})

/** A stock A and its option B, a future C, a pair D of euro, a stock E in euro. */
const CLASSES: WaveBook['facts'] = new Map([
  [id('A'), { sector: 'S', issuer: id('A'), assetClass: 'STK' }],
  [id('B'), { sector: 'S', issuer: id('A'), assetClass: 'OPT' }],
  [id('C'), { sector: 'F', issuer: id('C'), assetClass: 'FUT' }],
  [id('D'), { sector: 'F', issuer: id('D'), assetClass: 'CASH', foreign: { currency: 'EUR', share: 1 } }], // prettier-ignore
  [id('E'), { sector: 'S', issuer: id('E'), assetClass: 'STK', foreign: { currency: 'EUR', share: 1 } }], // prettier-ignore
])

/** Of all subsets of the orders the worst: an issuer's sum, no name of a future or a pair, a hedge out of net. */
function bruteClasses(book: WaveBook, orders: readonly WaveOrder[]) {
  let [position, sector, netHigh, netLow] = [0, 0, -Infinity, Infinity]
  for (let corner = 0; corner < 2 ** orders.length; corner++) {
    const w = (name: string) =>
      orders.reduce(
        (sum, order, i) => sum + ((corner >> i) % 2 === 1 && order.instrument === name ? order.weight : 0), // prettier-ignore
        book.weights.get(id(name)) ?? 0,
      )
    const [issuer, euro, pair] = [w('A') + w('B'), w('E'), w('D')]
    const hedged = euro * pair < 0 ? Math.min(Math.abs(euro), Math.abs(pair)) : 0
    const net = issuer + w('C') + euro + Math.sign(pair) * (Math.abs(pair) - hedged)
    position = Math.max(position, Math.abs(issuer), Math.abs(euro))
    sector = Math.max(sector, Math.abs(issuer) + Math.abs(euro))
    ;[netHigh, netLow] = [Math.max(netHigh, net), Math.min(netLow, net)]
  }
  return { position, sector, netHigh, netLow }
}

test('of four classes too: an option with its stock, futures and pairs in no name, hedges out of net', () => {
  fc.assert(
    fc.property(cases, (some) => {
      const { book: plain, orders } = build(some)
      const book = { ...plain, facts: CLASSES }
      const brute = bruteClasses(book, orders)
      const bound = cornersOf(book, orders)
      for (const figure of ['position', 'sector', 'netHigh', 'netLow'] as const)
        expect(bound[figure], figure).toBeCloseTo(brute[figure], 9)
    }),
    { numRuns: 300 },
  )
})

test('waves of four classes keep the same bounds', () => {
  fc.assert(
    fc.property(cases, (some) => {
      const { book: plain, orders } = build(some)
      const book = { ...plain, facts: CLASSES }
      const { numbers } = assignWaves(book, orders, bounds)
      let start: WaveBook = book
      for (let number = 1; number <= Math.max(0, ...numbers.values()); number++) {
        const wave = orders.filter(({ id: order }) => numbers.get(order) === number)
        const [before, worst] = [cornersOf(start, []), bruteClasses(start, wave)]
        if (wave.length > 1) {
          expect(worst.position).toBeLessThanOrEqual(Math.max(bounds.position, before.position) + 1e-6) // prettier-ignore
          expect(Math.max(worst.netHigh, -worst.netLow)).toBeLessThanOrEqual(Math.max(bounds.net, Math.abs(before.netHigh)) + 1e-6) // prettier-ignore
        }
        start = assignWaves(start, wave, { gross: 99, net: 99, position: 99, cash: -99 }).after
      }
    }),
    { numRuns: 300 },
  )
})
