/** What a risk model makes of names and bars, good and bad. */
import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import type { InstrumentId } from '#model/ids.ts'
import type { PriceBar } from '#marketdata/price-bar.ts'
import { covariance } from '#numerics/moments.ts'
import { symmetricEigen } from '#numerics/symmetric-eigen.ts'
import { BASIS_SHARE, estimateRiskModel } from '#risk/models/estimate.ts'
import { correlationsOf, covarianceTimes, portfolioVariance, riskOf, variancesOf } from '#risk/models/portfolio-risk.ts' // prettier-ignore
import { RISK_MODELS, type RiskModel, type RiskModelKind, type RiskModelSettings, type RiskName } from '#risk/models/risk-model.ts' // prettier-ignore
import { barsOfReturns, returnWorld, type Histories } from '#test/support/return-worlds.ts'
import { table } from '#test/support/table.ts'

const id = (name: string) => name as InstrumentId
const MARKET = id('MKT')
const settingsOf = (kind: RiskModelKind, over: Partial<RiskModelSettings> = {}): RiskModelSettings => ({ kind, factors: 5, windowDays: 756, halfLifeDays: 90, ...over }) // prettier-ignore

function modelOf(
  names: readonly RiskName[],
  bars: Histories,
  kind: RiskModelKind,
  over: Partial<RiskModelSettings> = {},
): RiskModel {
  const model = estimateRiskModel(names, bars, MARKET, settingsOf(kind, over))
  if (!model.ok) throw new Error(model.error)
  return model.value
}

/** Cov, a column at a time. */
function matrixOf(model: RiskModel): Float64Array {
  const n = model.instruments.length
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n)
    unit[i] = 1
    covarianceTimes(model, unit, matrix.subarray(i * n, (i + 1) * n))
  }
  return matrix
}

describe('without anything to mend', () => {
  test.each([
    [8, 300],
    [40, 80],
  ])('the sample model of %i names over %i days is the sample covariance', (count, days) => {
    const { names, bars, returns } = returnWorld({ names: count, days })
    const model = modelOf(names, bars, 'sample')
    const rows = [...returns.values()]
    const matrix = matrixOf(model)
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++)
        expect(matrix[i * count + j]).toBeCloseTo(covariance(rows[i]!, rows[j]!), 12)
    expect(model.factors.length).toBe(Math.min(count, days - 1))
    expect([...model.specificVariance]).toEqual(Array.from({ length: count }, () => 0))
    expect(model.notes.length).toBe(days - 1 < count ? 1 : 0)
  })

  test.each([
    [6, 200],
    [90, 70],
  ])('the weighted model of %i names over %i days is the weighted sum', (count, days) => {
    const { names, bars, returns } = returnWorld({ names: count, days })
    const matrix = matrixOf(modelOf(names, bars, 'ewma', { halfLifeDays: 20 }))
    const rows = [...returns.values()]
    const weights = Array.from({ length: days }, (_, t) => Math.exp(-Math.LN2 * (days - 1 - t) / 20)) // prettier-ignore
    const total = weights.reduce((a, b) => a + b, 0)
    for (let i = 0; i < count; i += 5)
      for (let j = 0; j < count; j += 3) {
        const expected = weights.reduce((sum, weight, t) => sum + (weight / total) * rows[i]![t]! * rows[j]![t]!, 0) // prettier-ignore
        expect(matrix[i * count + j]).toBeCloseTo(expected, 12)
      }
  })

  test.each(RISK_MODELS)('%s: a name’s variance is about its own, and the order is that of the names', (kind) => {
    const { names, bars, returns } = returnWorld({ names: 30, days: 500 })
    const turned = names.toReversed()
    const model = modelOf(turned, bars, kind, { halfLifeDays: 1e6 })
    expect(model.instruments).toEqual(turned.map(({ instrument }) => instrument))
    expect(model.proxied).toEqual([])
    variancesOf(model).forEach((variance, i) => {
      const own = returns.get(turned[i]!.instrument)!
      expect(variance / covariance(own, own)).toBeGreaterThan(0.9)
      expect(variance / covariance(own, own)).toBeLessThan(1.1)
    })
  }) // prettier-ignore

  test.each(RISK_MODELS)('%s: the same inputs in another order are the same bits', (kind) => {
    const { names, bars } = returnWorld({ names: 25, days: 120 })
    const once = modelOf(names, bars, kind)
    expect(modelOf(names, new Map([...bars].toReversed()), kind)).toEqual(once)
    const turned = modelOf(names.toReversed(), bars, kind)
    expect(turned.specificVariance.toReversed()).toEqual(once.specificVariance)
  })

  test.each(RISK_MODELS)('%s: one name alone has its own variance', (kind) => {
    const { names, bars, returns } = returnWorld({ names: 1, days: 150 })
    const model = modelOf(names, bars, kind, { halfLifeDays: 1e6 })
    const own = returns.get(names[0]!.instrument)!
    expect(riskOf(model, Float64Array.of(1)) / Math.sqrt(covariance(own, own))).toBeCloseTo(1, 1)
  })

  test('the window is no longer than asked for', () => {
    const calm = returnWorld({ names: 5, days: 300 })
    const stormy = new Map([...calm.returns].map(([name, row]) => [name, barsOfReturns(row.map((value, t) => (t < 200 ? 10 * value : value)))])) // prettier-ignore
    const [short, long] = [100, 300].map((windowDays) => riskOf(modelOf(calm.names, stormy, 'sample', { windowDays }), new Float64Array(5).fill(0.2))) // prettier-ignore
    expect(short! * 3).toBeLessThan(long!)
  })
})

/** The least eigenvalue as a share of the largest. */
function least(matrix: Float64Array, size: number): number {
  const { values } = symmetricEigen(matrix, size)
  return (values.at(-1) ?? 0) / Math.max(1e-300, values[0] ?? 0)
}

test('any model of any world is positive semidefinite', () => {
  const worlds = fc.record({
    count: fc.integer({ min: 1, max: 24 }),
    days: fc.integer({ min: 60, max: 140 }),
    seed: fc.integer({ min: 0, max: 1000 }),
    kind: fc.constantFrom(...RISK_MODELS),
    factors: fc.integer({ min: 0, max: 30 }),
    halfLifeDays: fc.constantFrom(1, 11, 90),
    twins: fc.boolean(),
    short: fc.boolean(),
  })
  fc.assert(
    fc.property(worlds, ({ count, days, seed, kind, factors, halfLifeDays, twins, short }) => {
      const { names, bars } = returnWorld({ names: count, days, seed, sectors: 3 })
      const doubled: RiskName[] = twins ? names.map((name) => ({ ...name, instrument: id(`${name.instrument}C`) })) : [] // prettier-ignore
      const [first] = names
      if (short && count > 2) bars.set(first!.driver, bars.get(first!.driver)!.slice(-20))
      const model = modelOf([...names, ...doubled], bars, kind, { factors, halfLifeDays })
      const n = model.instruments.length
      const k = model.factors.length
      expect(Math.min(0, ...model.specificVariance)).toBe(0)
      expect(least(model.factorCovariance, k)).toBeGreaterThan(-1e-12)
      expect(least(matrixOf(model), n)).toBeGreaterThan(-1e-10)
      const w = Float64Array.from({ length: n }, (_, i) => Math.sin((i + 1) * (seed + 1)))
      expect(portfolioVariance(model, w)).toBeGreaterThanOrEqual(0)
    }),
    { numRuns: 60 },
  )
})

describe('instruments on one underlying', () => {
  const { names, bars } = returnWorld({ names: 30, days: 400 })
  const call: RiskName = { instrument: id('CALL'), sector: 'S0', driver: id('N000') }
  test.each(RISK_MODELS)('%s: a hedge within it is seen as one', (kind) => {
    const model = modelOf([...names, call], bars, kind)
    const [stock, other] = [riskWith(model, { N000: 1 }), riskWith(model, { N000: 1, N004: -1 })]
    const hedged = riskWith(model, { N000: 1, CALL: -1 })
    expect(hedged).toBeLessThan(0.2 * stock)
    expect(other).toBeGreaterThan(0.5 * stock)
    expect(riskWith(model, { CALL: 1 })).toBeCloseTo(stock, 12)
    expect(riskWith(modelOf(names, bars, kind), { N000: 1 })).toBeCloseTo(stock, 12)
  })

  test('what is left is the basis, a stated share of specific variance', () => {
    const model = modelOf([...names, call], bars, 'statistical')
    expect(model.factors.at(-1)).toBe('underlying:N000')
    const specific = modelOf(names, bars, 'statistical').specificVariance[0]!
    const hedged = riskWith(model, { N000: 1, CALL: -1 })
    expect(hedged * hedged).toBeCloseTo(2 * BASIS_SHARE * specific, 12)
  })

  test('a second instrument does not count twice in the estimate', () => {
    const three = ['C1', 'C2', 'C3'].map((name) => ({ ...call, instrument: id(name) }))
    const [few, many] = [modelOf(names, bars, 'statistical'), modelOf([...names, ...three], bars, 'statistical')] // prettier-ignore
    expect(riskWith(many, { N005: 1, N006: -2 })).toBe(riskWith(few, { N005: 1, N006: -2 }))
  })
})

const riskWith = (model: RiskModel, weights: Readonly<Record<string, number>>) =>
  riskOf(
    model,
    Float64Array.from(model.instruments, (name) => weights[name] ?? 0),
  )

const world = () => returnWorld({ names: 24, days: 400 })
const priced = (close: number) => (bars: readonly PriceBar[]) => bars.map((bar) => ({ ...bar, close })) // prettier-ignore

/** The world with one name's bars changed, or without them. */
function change(name: string, by: (bars: readonly PriceBar[]) => readonly PriceBar[] | undefined) {
  const { names, bars } = world()
  const changed = by(bars.get(id(name))!)
  if (changed === undefined) bars.delete(id(name))
  else bars.set(id(name), changed)
  return { names, bars }
}

describe('short and missing histories', () => {
  test.each(
    table(`
    what                  | bars   | says
    no bars               | none   | has 0 daily bars with a price, 61 are needed
    too few bars          | few    | has 60 daily bars with a price, 61 are needed
    bars of zeros         | zeros  | has 0 daily bars with a price, 61 are needed
    bars without a number | nan    | has 0 daily bars with a price, 61 are needed
    bars below zero       | below  | has 0 daily bars with a price, 61 are needed
    a price that stands   | stands | its price did not move in 400 days
  `),
  )('$what: the sector stands in, as volatile as its median name', ({ bars: which, says }) => {
    const changes: Readonly<Record<string, (bars: readonly PriceBar[]) => readonly PriceBar[] | undefined>> = { none: () => undefined, few: (bars) => bars.slice(-60), zeros: priced(0), nan: priced(Number.NaN), below: priced(-1), stands: priced(7) } // prettier-ignore
    const { names, bars } = change('N004', changes[which]!)
    for (const kind of RISK_MODELS) {
      const model = modelOf(names, bars, kind)
      expect(model.proxied).toEqual([{ instrument: 'N004', by: `${says}: the mean exposures of the 5 names of S0, with the variance of their median` }]) // prettier-ignore
      const variances = variancesOf(model)
      const peers = [0, 8, 12, 16, 20].map((i) => variances[i]!).toSorted((a, b) => a - b)
      expect(variances[4]).toBeGreaterThanOrEqual(peers[2]! * (1 - 1e-9))
      expect(variances[4]).toBeLessThan(peers[4]!)
      // It is its sector's, and no copy of any of its names.
      const r = correlationsOf(model)
      expect(r[4 * 24 + 8]).toBeGreaterThan(r[4 * 24 + 9]!)
      expect(r[4 * 24 + 8]).toBeLessThan(0.9)
    }
  })

  test('a sector without any history is stood in for by all names', () => {
    const { names, bars } = world()
    const alone = { instrument: id('ALONE'), sector: 'T', driver: id('ALONE') }
    const { proxied } = modelOf([...names, alone], bars, 'statistical')
    expect(proxied[0]?.by).toContain('all 24 names (T has none with a history)')
  })

  test.each(RISK_MODELS)('%s: a name listed late is as volatile as its own days say', (kind) => {
    const { names, bars } = change('N004', (of) => of.slice(-100))
    const [whole, late] = [modelOf(names, world().bars, kind, { halfLifeDays: 1e6 }), modelOf(names, bars, kind, { halfLifeDays: 1e6 })] // prettier-ignore
    const ratio = variancesOf(late)[4]! / variancesOf(whole)[4]!
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
    expect(late.notes.join()).toContain('N004 has 99')
    expect(late.proxied).toEqual([])
  })

  test('bars without a price inside a history are passed over and told', () => {
    const { names, bars } = change('N004', (of) => of.map((bar, i) => (i === 200 ? { ...bar, close: -37.63 } : bar))) // prettier-ignore
    const model = modelOf(names, bars, 'sample')
    expect(model.notes).toEqual(['bars without a positive price were passed over, and the next bar carries the whole move: N004 1']) // prettier-ignore
    expect(variancesOf(model)[4]! / variancesOf(modelOf(names, world().bars, 'sample'))[4]!).toBeCloseTo(1, 0) // prettier-ignore
  })

  test('a price with a digit too many is cut back and told; a crash of all is not', () => {
    const { names, bars } = change('N004', (of) => of.map((bar, i) => (i === 200 ? { ...bar, close: 10 * bar.close } : bar))) // prettier-ignore
    const model = modelOf(names, bars, 'sample')
    expect(model.notes.join()).toMatch(/^\d of 9600 returns lay beyond 10 robust standard deviations and were cut back: N004 \S+ (8|9)\d\d\.\d % to \d\d\.\d %, N004 \S+ -9\d/) // prettier-ignore
    expect(variancesOf(model)[4]! / variancesOf(modelOf(names, world().bars, 'sample'))[4]!).toBeLessThan(2) // prettier-ignore
    const { returns } = world()
    const crash = new Map([...returns].map(([name, row]) => [name, barsOfReturns(row.map((value, t) => (t === 300 ? 8 * value - 0.15 : value)))])) // prettier-ignore
    expect(modelOf(names, crash, 'sample').notes).toEqual(['the benchmark MKT has too short a history: the equal-weighted mean of the names is the market']) // prettier-ignore
  })

  test('holidays that only some keep cost nothing but the days', () => {
    const { names, bars } = world()
    for (const [i, { driver }] of names.entries())
      if (i % 3 === 0)
        bars.set(driver, bars.get(driver)!.filter((_, t) => t % 20 !== 7)) // prettier-ignore
    const model = modelOf(names, bars, 'statistical')
    const ratio = variancesOf(model)[0]! / variancesOf(modelOf(names, world().bars, 'statistical'))[0]! // prettier-ignore
    expect(ratio).toBeGreaterThan(0.85)
    expect(ratio).toBeLessThan(1.15)
    expect(model.proxied).toEqual([])
  })
})

describe('what cannot be estimated is refused in words', () => {
  const { names, bars } = returnWorld({ names: 3, days: 100 })
  test.each([
    ['no names', [], bars, {}, 'a risk model of no names: expected at least one'],
    ['a name twice', [names[0]!, names[0]!], bars, {}, 'a risk model names N000 twice: expected each instrument once'],
    ['no bars at all', names, new Map(), {}, 'no risk model can be estimated: N000 has 0 daily bars with a price, 61 are needed; N001 has 0'],
    ['too short for all', names, new Map([...bars].map(([name, of]) => [name, of.slice(-40)])), {}, 'N000 has 40 daily bars with a price, 61 are needed'],
    ['half a factor', names, bars, { factors: 1.5 }, 'risk model factors: was 1.5, expected a whole number ≥ 0'],
    ['a window of a month', names, bars, { windowDays: 21 }, 'risk model windowDays: was 21, expected a whole number of trading days ≥ 60'],
    ['no half-life', names, bars, { halfLifeDays: 0 }, 'risk model halfLifeDays: was 0, expected a number of trading days > 0'],
    ['days that nobody shares', names, new Map(names.map(({ driver }, i) => [driver, barsOfReturns(Array.from({ length: 61 }, (_, t) => 0.01 * Math.sin(t * i)), 100 * i)])), {}, undefined],
  ] as const)('%s', (_, of, history, over, says) => {
    for (const kind of RISK_MODELS) {
      const found = estimateRiskModel(of, history as Histories, MARKET, settingsOf(kind, over))
      if (says === undefined) expect(found.ok).toBe(true)
      else expect(found.ok ? '' : found.error).toContain(says)
    }
  }) // prettier-ignore
})
