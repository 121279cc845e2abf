import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { money } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { correlationClusters } from '#risk/correlation-clusters.ts'
import type { Exposures } from '#risk/exposures.ts'
import { assess, LIMITS } from '#risk/limits.ts'
import { metricsOf, type MeasuredBook } from '#risk/metrics.ts'
import type { ReturnPanel } from '#risk/return-panel.ts'

const id = (name: string) => name as InstrumentId
const T = 200

/** A fixed sequence that looks like chance, in [−1, 1). */
const noise = (seed: number): Float64Array =>
  Float64Array.from({ length: T }, (_, t) => {
    const x = Math.sin(seed * 12.9898 + t * 78.233) * 43758.5453
    return 2 * (x - Math.floor(x)) - 1
  })

const market = noise(0).map((x) => 0.01 * x)
const tide = noise(99).map((x) => 0.01 * x)
/** A and B are one bet beside the market, C and D are their own. */
const rows = new Map([
  [id('A'), market.map((m, t) => 1.2 * m + tide[t]! + 0.001 * noise(1)[t]!)],
  [id('B'), market.map((m, t) => 0.8 * m + tide[t]! + 0.001 * noise(2)[t]!)],
  [id('C'), market.map((m, t) => m + 0.01 * noise(3)[t]!)],
  [id('D'), market.map((m, t) => m + 0.01 * noise(4)[t]!)],
])
const panel: ReturnPanel = {
  dates: Array.from({ length: T }, (_, t) => `day ${t}`),
  rows,
  market,
  proxied: [],
}

const day = {
  previousCloseNav: money('1000000', 'USD'),
  peakNav: money('1250000', 'USD'),
  startOfDayNav: money('1000000', 'USD'),
  tradedToday: money('150000', 'USD'),
}

function book(weights: Record<string, number>, changes: Partial<MeasuredBook> = {}): MeasuredBook {
  const sectors: Readonly<Record<string, string>> = { A: 'Energy', B: 'Energy', C: 'Technology', D: 'unknown' } // prettier-ignore
  const exposures: Exposures = Object.entries(weights).map(([name, weight]) => ({
    instrument: id(name),
    sector: sectors[name] ?? 'unknown',
    issuer: id(name),
    assetClass: 'STK',
    weight,
  }))
  return {
    exposures,
    nav: 970_000,
    excessLiquidity: 400_000,
    panel,
    clusters: correlationClusters(panel),
    day,
    ...changes,
  }
}

test('sums of weights', () => {
  const metrics = metricsOf(book({ A: 0.3, B: -0.1, C: 0.25, D: -0.4 }))
  expect(metrics.grossLeverage).toBeCloseTo(1.05, 12)
  expect(metrics.netLeverage).toBeCloseTo(0.05, 12)
  expect(metrics.largestPosition).toBe(0.4)
  expect(metrics.largestSector).toBeCloseTo(0.4, 12)
  // Long one and short the other of a cluster still counts as weight in it.
  expect(metrics.correlatedWeight).toBeCloseTo(0.4, 12)
})

test('names that move together beside the market are one bet, others are not', () => {
  expect(metricsOf(book({ A: 0.2, B: 0.2, C: 0.3, D: 0.05 })).correlatedWeight).toBeCloseTo(0.4, 12)
  expect(metricsOf(book({ A: 0.2, C: 0.3, D: 0.3 })).correlatedWeight).toBeCloseTo(0.3, 12)
})

test('a book of the market alone has its beta and its losses', () => {
  const only: ReturnPanel = { ...panel, rows: new Map([[id('SPY'), market]]) }
  const metrics = metricsOf(
    book({ SPY: 0.5 }, { panel: only, clusters: correlationClusters(only) }),
  )
  expect(metrics.beta).toBeCloseTo(0.5, 12)
  // 200 days: the 95 % quantile of losses lies between the 10th and the 11th worst.
  const losses = [...market].map((m) => -0.5 * m).toSorted((a, b) => b - a)
  expect(metrics.var95).toBeCloseTo(losses[9]! * 0.05 + losses[10]! * 0.95, 12)
  const tail = losses.slice(0, 10).reduce((total, loss) => total + loss, 0) / 10
  expect(metrics.expectedShortfall).toBeCloseTo(tail, 12)
  expect(metrics.var99).toBeGreaterThan(metrics.var95)
})

test('how the day has gone', () => {
  const metrics = metricsOf(book({ A: 0.1 }))
  expect(metrics.lossToday).toBeCloseTo(0.03, 12)
  expect(metrics.drawdown).toBeCloseTo(1 - 0.97 / 1.25, 12)
  expect(metrics.turnoverToday).toBeCloseTo(0.15, 12)
  expect(metrics.marginCushion).toBeCloseTo(400 / 970, 12)
})

test('a gain is a negative loss, and no drawdown at a new peak', () => {
  const metrics = metricsOf(book({ A: 0.1 }, { nav: 1_300_000 }))
  expect(metrics.lossToday).toBeCloseTo(-0.3, 12)
  expect(metrics.drawdown).toBe(0)
})

test('an empty book carries no risk, whatever the history', () => {
  const nothing: ReturnPanel = { dates: [], rows: new Map(), market: undefined, proxied: [] }
  const metrics = metricsOf(book({}, { panel: nothing, clusters: new Map() }))
  const { grossLeverage, correlatedWeight, var95, var99, expectedShortfall, beta } = metrics
  expect({ grossLeverage, correlatedWeight, var95, var99, expectedShortfall, beta }).toEqual({
    grossLeverage: 0,
    correlatedWeight: 0,
    var95: 0,
    var99: 0,
    expectedShortfall: 0,
    beta: 0,
  })
})

test('what cannot be measured is NaN and a breach, not nothing', () => {
  const metrics = metricsOf(book({ A: 0.02, GONE: 0.01 }))
  for (const metric of ['var95', 'var99', 'expectedShortfall', 'beta', 'correlatedWeight'] as const)
    expect(metrics[metric]).toBeNaN()
  const breached = assess(metrics, LIMITS).filter(({ level }) => level === 'breach')
  expect(breached.map(({ limit }) => limit.metric)).toEqual(
    expect.arrayContaining(['var95', 'var99', 'expectedShortfall', 'beta', 'correlatedWeight']),
  )
})

test('a holding that could not be valued makes every sum unknown', () => {
  const metrics = metricsOf(book({ A: 0.02, B: Number.NaN }))
  expect(metrics.grossLeverage).toBeNaN()
  expect(metrics.netLeverage).toBeNaN()
  expect(metrics.largestPosition).toBeNaN()
  expect(metrics.largestSector).toBeNaN()
  expect(metrics.var95).toBeNaN()
})

test('a day that began with nothing has no fractions', () => {
  const unknown = { ...day, previousCloseNav: money('0', 'USD'), startOfDayNav: money('0', 'USD'), peakNav: money('0', 'USD') } // prettier-ignore
  const metrics = metricsOf(book({ A: 0.1 }, { day: unknown }))
  expect([metrics.lossToday, metrics.drawdown, metrics.turnoverToday]).toEqual([NaN, NaN, NaN])
})

const weights = fc.record(
  Object.fromEntries(
    ['A', 'B', 'C', 'D'].map((name) => [name, fc.integer({ min: -100, max: 100 }).map((w) => w / 100)]), // prettier-ignore
  ) as Record<'A' | 'B' | 'C' | 'D', fc.Arbitrary<number>>,
)

test('twice the book is twice the risk', () => {
  fc.assert(
    fc.property(weights, (w) => {
      const once = metricsOf(book(w))
      const twice = metricsOf(book(Object.fromEntries(Object.entries(w).map(([n, x]) => [n, 2 * x])))) // prettier-ignore
      for (const metric of [
        'grossLeverage',
        'netLeverage',
        'largestSector',
        'var95',
        'var99',
        'expectedShortfall',
        'beta',
      ] as const)
        // prettier-ignore
        expect(twice[metric]).toBeCloseTo(2 * once[metric], 10)
    }),
  )
})

test('the figures keep their order', () => {
  fc.assert(
    fc.property(weights, (w) => {
      const m = metricsOf(book(w))
      expect(Math.abs(m.netLeverage)).toBeLessThanOrEqual(m.grossLeverage + 1e-12)
      expect(m.largestPosition).toBeLessThanOrEqual(m.largestSector + 1e-12)
      expect(m.largestSector).toBeLessThanOrEqual(m.grossLeverage + 1e-12)
      expect(m.largestPosition).toBeLessThanOrEqual(m.correlatedWeight + 1e-12)
      expect(m.var95).toBeLessThanOrEqual(m.var99)
      expect(m.var95).toBeLessThanOrEqual(m.expectedShortfall)
    }),
  )
})
