import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { randomKey } from '#numerics/random.ts'
import { STEPS, intradayPath } from '#exchange/market/intraday-path.ts'
import { volumeShare } from '#exchange/market/volume-curve.ts'

const bar = (open: number, high: number, low: number, close: number): PriceBar => ({
  date: '2018-02-05',
  at: 0,
  open,
  high,
  low,
  close,
  volume: 1_000_000,
})

/** Any bar, also those whose open or close is an extreme. */
const anyBar = fc
  .tuple(fc.integer({ min: 100, max: 50_000 }), fc.nat(3000), fc.nat(10), fc.nat(10))
  .map(([low, range, open, close]) =>
    bar(
      (low + Math.round((range * open) / 10)) / 100,
      (low + range) / 100,
      low / 100,
      (low + Math.round((range * close) / 10)) / 100,
    ),
  )

test('the path starts at the open, ends at the close, touches high and low and stays between', () => {
  fc.assert(
    fc.property(anyBar, fc.nat(), (day, seed) => {
      const path = intradayPath(day, randomKey(seed))
      expect(path.priceAt(0)).toBe(day.open)
      expect(path.priceAt(1)).toBe(day.close)
      expect(path.extremesUntil(1)).toEqual({ high: day.high, low: day.low })
      expect(path.extremesBetween(0, 1)).toEqual({ high: day.high, low: day.low })
    }),
    { numRuns: 60 },
  )
})

test('running extremes hold every price so far, however finely one looks', () => {
  const path = intradayPath(bar(100, 104, 97, 101), randomKey(5, 'fine'))
  let [high, low] = [0, Infinity]
  for (let i = 0; i <= 5000; i++) {
    const now = path.priceAt(i / 5000)
    high = Math.max(high, now)
    low = Math.min(low, now)
    const so = path.extremesUntil(i / 5000)
    expect(so.high).toBeGreaterThanOrEqual(high)
    expect(so.low).toBeLessThanOrEqual(low)
  }
})

test('another seed is another path, the same seed the same', () => {
  const day = bar(100, 104, 97, 101)
  const at = (seed: number) => [0.2, 0.5, 0.8].map((x) => intradayPath(day, randomKey(seed)).priceAt(x)) // prettier-ignore
  expect(at(1)).toEqual(at(1))
  expect(at(1)).not.toEqual(at(2))
})

test('the first and last hours move more than noon', () => {
  const squares = [0, 0, 0]
  for (let seed = 0; seed < 40; seed++) {
    const path = intradayPath(bar(100, 103, 98, 101), randomKey(seed, 'shape'))
    for (let i = 0; i < 390; i++) {
      const move = Math.log(path.priceAt((i + 1) / 390) / path.priceAt(i / 390))
      const third = Math.floor((i * 3) / 390)
      squares[third] = (squares[third] ?? 0) + move * move
    }
  }
  const [first = 0, middle = 0, last = 0] = squares
  expect(first / middle).toBeGreaterThan(1.15)
  expect(last / middle).toBeGreaterThan(1.15)
})

test('volume runs from nothing to all, fastest at the ends', () => {
  expect([volumeShare(-1), volumeShare(0), volumeShare(1), volumeShare(2)]).toEqual([0, 0, 1, 1])
  expect(pace(0)).toBeCloseTo(1.7, 3)
  expect(pace(0.5)).toBeCloseTo(0.65, 3)
  expect(STEPS).toBe(2340)
})

const pace = (x: number) => (volumeShare(x + 1e-6) - volumeShare(x)) / 1e-6
