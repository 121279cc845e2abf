/** Cases built from accounts of all four classes: their optima inside every limit, checked from the raw facts. */
import { expect, test } from 'vitest'
import { toNumber } from '#model/border.ts'
import type { InstrumentId } from '#model/ids.ts'
import { rowValue } from '#numerics/portfolio/problem.ts'
import type { CombinedForecast } from '#alpha/forecast.ts'
import { randomKey, randomStream } from '#numerics/random.ts'
import { netLeverage } from '#risk/currency-hedges.ts'
import { additionBans } from '#construction/addition-bans.ts'
import type { ConstructionSettings } from '#construction/construction-settings.ts'
import { optimisationCaseOf, type CaseFacts } from '#construction/optimisation/case-of.ts'
import { netExposureOf } from '#construction/optimisation/net-exposure.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { riskMeterOf } from '#construction/risk-meter.ts'
import { valueBook } from '#construction/valued-book.ts'
import { checkedLimits } from '#test/support/optimisation-checker.ts'
import { EURO_STOCK, OPTION, optimisationWorld, PAIR, plainRisk, type OptimisationWorld } from '#test/support/optimisation-world.ts' // prettier-ignore

function factsOf({ inputs, construction, forecasts }: OptimisationWorld): CaseFacts {
  const book = valueBook(inputs)
  const meter = riskMeterOf(inputs, book)
  const held = Float64Array.from(book.names, ({ weight }) => weight)
  const bans = additionBans({ book, exposures: meter.exposures(held), clusters: meter.clusters, latches: [], findings: [] }) // prettier-ignore
  const risk = plainRisk(book.names.map(({ id }) => id))
  return { inputs, construction, book, panel: meter.panel, clusters: meter.clusters, bans, risk, forecasts } // prettier-ignore
}

test('accounts of all four classes: no limit is worse than its level or its start, by the raw facts', () => {
  let [told, checked] = [0, 0]
  for (let seed = 1; seed <= 40; seed++) {
    const world = optimisationWorld(seed)
    const planned = optimisationCaseOf(factsOf(world))
    if (!planned.ok) throw new Error(`seed ${seed}: ${planned.error}`)
    const { of } = planned.value
    const found = optimise(of)
    if (found.status !== 'optimal') throw new Error(`seed ${seed}: ${JSON.stringify(found)}`)
    const weights = new Map(of.names.map((name, i) => [name, found.weights[i]!]))
    const limits = checkedLimits(
      world.inputs,
      world.construction.settings,
      (id) => weights.get(id) ?? Number.NaN,
    )
    const worse = limits.filter(({ value, limit, start }) => !(value <= Math.max(limit, start) + 2e-6)) // prettier-ignore
    expect(worse, `seed ${seed}`).toEqual([])
    told += found.unmended.length
    checked += limits.length
  }
  expect(told).toBeGreaterThan(20)
  expect(checked).toBeGreaterThan(2_000)
})

test('no row of margin has more room than the cushion leaves', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { inputs, construction, forecasts } = optimisationWorld(seed)
    const settings = { ...construction.settings, longOnly: seed % 2 === 0 }
    const facts = factsOf({ inputs, construction: { ...construction, settings }, forecasts })
    const planned = optimisationCaseOf(facts)
    if (!planned.ok) throw new Error(`seed ${seed}: ${planned.error}`)
    const { of } = planned.value
    const row = of.limits.find(({ name }) => name === 'marginCushion')!
    const least = inputs.limits.find(({ metric }) => metric === 'marginCushion')!.warn
    const cushion = toNumber(inputs.snapshot.margin.excessLiquidity) / facts.book.nav - least
    expect(row.upper - rowValue(of, row, of.start), `seed ${seed}`).toBeLessThan(cushion + 1e-9)
  }
})

const plainWorld = (): OptimisationWorld => {
  const { inputs, construction, forecasts } = optimisationWorld(3)
  const settings = { ...construction.settings, doNotTrade: [], doNotSell: [], factorBands: [], longOnly: false } // prettier-ignore
  return { inputs, construction: { ...construction, settings, eligible: inputs.instruments.map(({ id }) => id) }, forecasts } // prettier-ignore
}

const ID = 'S01.STK.USD' as InstrumentId
const NOBODY = 'NOBODY.STK.USD' as InstrumentId
const forecast = (instrument: InstrumentId, change: Partial<CombinedForecast> = {}): CombinedForecast => ({ instrument, expectedReturn: 0.01, uncertainty: 0.01, daily: new Float64Array(0), parts: [], ...change }) // prettier-ignore
const withSettings = (change: Partial<ConstructionSettings>) => (facts: CaseFacts): CaseFacts => ({ ...facts, construction: { ...facts.construction, settings: { ...facts.construction.settings, ...change } } }) // prettier-ignore

test.each<[string, (facts: CaseFacts) => CaseFacts, string]>([
  ['a forecast that is no number', (facts) => ({ ...facts, forecasts: [forecast(ID, { expectedReturn: Number.NaN })] }), 'S01.STK.USD forecast.expectedReturn: was NaN, expected a number such as 0.01'], // prettier-ignore
  ['a negative standard error', (facts) => ({ ...facts, forecasts: [forecast(ID, { uncertainty: -1 })] }), 'S01.STK.USD forecast.uncertainty: was -1, expected a number ≥ 0'], // prettier-ignore
  ['two forecasts of one name', (facts) => ({ ...facts, forecasts: [forecast(ID), forecast(ID)] }), 'S01.STK.USD forecast.instrument: is there twice, expected one combined forecast'], // prettier-ignore
  ['a name to leave alone that nobody knows', withSettings({ doNotTrade: [NOBODY] }), 'construction.doNotTrade: NOBODY.STK.USD is neither held nor in the universe, expected a name that is'], // prettier-ignore
  ['a band of an unknown factor', withSettings({ factorBands: [{ factor: 'value', lower: 0, upper: 1 }] }), 'construction.factorBands: "value" is no factor of the risk model, expected beta or one of market'], // prettier-ignore
  ['a band the wrong way round', withSettings({ factorBands: [{ factor: 'beta', lower: 1, upper: 0 }] }), 'construction.factorBands beta: was 1 to 0, expected two numbers, the lower first'], // prettier-ignore
  ['tracking error to nothing', withSettings({ trackingError: 0.04 }), 'construction.trackingError: there are no benchmark weights, expected files.benchmark to name some'], // prettier-ignore
  ['no participation', withSettings({ participation: 0 }), "construction.participation: was 0, expected a share of a day's volume such as 0.05"], // prettier-ignore
  [
    'a benchmark of names that the broker does not know',
    (facts) => {
      const names = facts.book.names.map((name, i) =>
        i === 0 ? { ...name, instrument: undefined } : name,
      )
      return withSettings({ trackingError: 0.04 })({ ...facts, book: { ...facts.book, names }, construction: { ...facts.construction, benchmarkWeights: new Map([[names[0]!.id, 1]]) } }) // prettier-ignore
    },
    'benchmark weight: the broker does not know it, expected names that can be priced: correct files.benchmark',
  ],
  ['a benchmark of names that are not there', (facts) => withSettings({ trackingError: 0.04 })({ ...facts, construction: { ...facts.construction, benchmarkWeights: new Map([[NOBODY, 1]]) } }), 'NOBODY.STK.USD benchmark weight: the book has no such name'], // prettier-ignore
  ['a model with a negative variance', (facts) => ({ ...facts, risk: { ...facts.risk, specificVariance: facts.risk.specificVariance.map((_, i) => (i === 2 ? -1 : 1e-4)) } }), 'S00.OPT.20180316.C.100.USD risk.specificVariance: was -1, expected a number ≥ 0'], // prettier-ignore
  ['a model of fewer names', (facts) => ({ ...facts, risk: plainRisk(facts.risk.instruments.slice(0, 2)) }), 'risk.specificVariance: has 2 values, expected one for each'], // prettier-ignore
])('%s is refused by name and field', (_what, change, error) => {
  const answer = optimisationCaseOf(change(factsOf(plainWorld())))
  expect(answer).toEqual({ ok: false, error: expect.stringContaining(error) as string })
})

test('a holding that cannot be valued is refused, not left out', () => {
  const world = plainWorld()
  const held = world.inputs.snapshot.positions.find(({ instrument }) => instrument.endsWith('.STK.USD'))!.instrument // prettier-ignore
  const without = <T>(map: ReadonlyMap<InstrumentId, T>) => new Map([...map].filter(([id]) => id !== held)) // prettier-ignore
  const inputs = { ...world.inputs, quotes: without(world.inputs.quotes), bars: without(world.inputs.bars) } // prettier-ignore
  const answer = optimisationCaseOf(factsOf({ ...world, inputs }))
  expect(answer).toEqual({ ok: false, error: expect.stringContaining(`weight: cannot be told`) as string }) // prettier-ignore
})

test('forecasts of names that are not there or cannot be traded are stated, and move nothing', () => {
  const world = plainWorld()
  const stale = new Map(world.inputs.quotes)
  stale.set(ID, { ...stale.get(ID)!, at: world.inputs.asOf - 60_000 })
  const facts = factsOf({ ...world, inputs: { ...world.inputs, quotes: stale } })
  const planned = optimisationCaseOf({ ...facts, forecasts: [forecast(ID), forecast(NOBODY)] })
  if (!planned.ok) throw new Error(planned.error)
  const { of, excluded } = planned.value
  expect(excluded.map(({ instrument, reason }) => `${instrument} ${reason.slice(0, 34)}`)).toEqual([
    'S01.STK.USD is forecast, but cannot be traded:',
    'NOBODY.STK.USD is forecast, but neither held nor ',
  ])
  const found = optimise(of)
  if (found.status !== 'optimal') throw new Error(found.status)
  const at = of.names.indexOf(ID)
  expect(found.weights[at]).toBe(of.start[at])
})

test('what bounds a name, by its label', () => {
  const facts = factsOf(plainWorld())
  const settings = { longOnly: true, doNotTrade: [ID], doNotSell: ['S02.STK.USD' as InstrumentId] }
  const planned = optimisationCaseOf({ ...withSettings(settings)(facts), bans: new Map([['S03.STK.USD' as InstrumentId, 'latched']]), construction: { ...withSettings(settings)(facts).construction, eligible: [], excluded: [{ instrument: 'S04.STK.USD' as InstrumentId, reason: 'too small' }] } }) // prettier-ignore
  if (!planned.ok) throw new Error(planned.error)
  const { of } = planned.value
  const labels = new Set(of.bounds.map(({ label, kind }) => `${label.split(':')[0]} ${kind}`))
  expect([...labels].toSorted()).toEqual(['do-not-sell fact', 'do-not-trade fact', 'hedge fact', 'long-only limit', 'not-eligible fact', 'not-shortable fact', 'participation fact', 'position limit', 'reduce-only fact', 'screened fact']) // prettier-ignore
  for (const { index, lower, upper, kind, label } of of.bounds)
    if (kind === 'fact') expect(lower <= of.start[index]! && of.start[index]! <= upper, label).toBe(true) // prettier-ignore
  const rows = of.limits.map(({ name }) => name)
  for (const name of [
    'gross',
    'net',
    'turnover',
    'cash',
    'position:S00.STK.USD',
    'sector:Technology',
    'class:CASH',
    'class:FUT',
    'class:OPT',
    'class:STK',
    'margin',
    'marginCushion',
    'beta',
  ])
    // prettier-ignore
    expect(rows).toContain(name)
  expect(of.limits.find(({ name }) => name === 'turnover')?.kind).toBe('fact')
})

test('costs of a unit by hand: half the spread, 0.005 a share, Yσ√(nav / a day), a fee by days', () => {
  const facts = factsOf(plainWorld())
  const planned = optimisationCaseOf(facts)
  if (!planned.ok) throw new Error(planned.error)
  const { of } = planned.value
  const at = of.names.indexOf(ID)
  const { inputs, book } = facts
  const { bid = 0, ask = 0 } = inputs.quotes.get(ID)!
  expect(of.tradingCost[at]).toBeCloseTo((ask - bid) / (ask + bid) + 0.005 / ((ask + bid) / 2), 9)
  expect(of.borrow[at]).toBeCloseTo((0.003 * facts.construction.settings.horizonDays) / 252, 12)
  const cash = of.limits.find(({ name }) => name === 'cash')!
  expect(cash.spends).toEqual({ trading: of.tradingCost, impact: of.impact })
  const bars = inputs.bars.get(ID)!
  const daily = bars.slice(-20).reduce((sum, { close, volume }) => sum + close * volume, 0) / 20
  const returns = bars.slice(1).map(({ close }, i) => close / bars[i]!.close - 1)
  const mean = returns.reduce((a, b) => a + b, 0) / returns.length
  const variance = returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (returns.length - 1)
  expect(of.impact[at]).toBeCloseTo(Math.sqrt((variance * book.nav) / daily), 9)
  const reach = of.bounds.find(({ label }) => label === `participation:${ID}`)!
  expect(reach.upper - of.start[at]!).toBeCloseTo((facts.construction.settings.participation * daily) / book.nav, 12) // prettier-ignore
})

test('of an option the premium changes hands: turnover, spread and commission count it, exposure does not', () => {
  const facts = factsOf(plainWorld())
  const planned = optimisationCaseOf(facts)
  if (!planned.ok) throw new Error(planned.error)
  const { of } = planned.value
  const at = of.names.indexOf(OPTION)
  const { bid = 0, ask = 0 } = facts.inputs.quotes.get(OPTION)!
  const premium = (bid + ask) / 2
  // At the money, 40 days at a volatility of 0.3: delta N(σ√t / 2), 100 shares at 100.
  const delta = 0.5 + 0.3989 * ((0.3 * Math.sqrt(40 / 365)) / 2)
  const share = premium / (delta * 100)
  expect(of.limits.find(({ name }) => name === 'turnover')!.rates[at]).toBeCloseTo(share, 3)
  const half = (ask - bid) / (ask + bid)
  expect(of.tradingCost[at]).toBeCloseTo(share * (half + 0.65 / (100 * premium) + 0.032), 4)
  expect(of.impact[at]).toBe(0)
  const rates = of.limits.find(({ name }) => name === 'marginCushion')!.rates
  // Long it takes its premium; short 20 % of the underlying: the dearer of the two.
  expect(rates[at]).toBeCloseTo((0.2 * 100) / (delta * 100), 2)
  expect(of.limits.find(({ name }) => name === 'cash')!.rates[at]).toBeCloseTo(share, 3)
})

const euroBook = (stock: number, ...pairs: readonly number[]) => {
  const { inputs } = plainWorld()
  const [share, cash] = [EURO_STOCK, PAIR].map((id) => valueBook(inputs).names.find((name) => name.id === id)!) // prettier-ignore
  return { names: [{ ...share!, weight: stock }, ...pairs.map((weight) => ({ ...cash!, weight }))] }
}

test.each([
  [
    'a hedge of less than what is held',
    [0.2, -0.08],
    [[1, 0]],
    [
      [1, 0],
      [2, 1],
    ],
    [[1, -0.2, 0]],
  ],
  [
    'a hedge of more',
    [0.2, -0.3],
    [[2, 1]],
    [
      [1, 0],
      [2, 1],
    ],
    [[1, -0.3, 0]],
  ],
  [
    'a hedge of what is short, of more',
    [-0.2, 0.3],
    [
      [1, 0],
      [2, 1],
    ],
    [[2, 1]],
    [[1, 0, 0.3]],
  ],
  [
    'the same way is no hedge',
    [0.2, 0.1],
    [
      [1, 0],
      [1, 1],
    ],
    [
      [1, 0],
      [2, 1],
    ],
    [],
  ],
  [
    'none yet',
    [0.2, 0],
    [
      [1, 0],
      [1, 1],
    ],
    [
      [1, 0],
      [2, 1],
    ],
    [],
  ],
  ['two pairs share what they hedge', [0.2, -0.08, -0.06], [[1, 0, 0]], [[1, 0, 0], [2, 1, 1]], [[1, -0.14, 0], [2, -0.12, 0]]], // prettier-ignore
])('in net: %s', (_what, [stock, ...pairs], above, below, hedges) => {
  const net = netExposureOf(euroBook(stock!, ...pairs))
  expect(net.above.map(({ rates }) => [...rates])).toEqual(above)
  expect(net.below.map(({ rates }) => [...rates])).toEqual(below)
  const found = [...net.hedges].map(([i, [lower, upper]]) => [i, lower, upper])
  found.forEach((range, i) => range.forEach((x, j) => expect(x).toBeCloseTo(hedges[i]![j]!, 12)))
  expect(found.length).toBe(hedges.length)
})

test('net is never further out than its rows say, whatever is traded beside a hedge', () => {
  const random = randomStream(randomKey(7, 'hedges'))
  const draw = () => 1.2 * random.uniform() - 0.6
  const { names } = euroBook(0, 0)
  const bookAt = (weights: readonly number[]) => names.map((name, i) => ({ ...name, weight: weights[i]! })) // prettier-ignore
  for (let round = 0; round < 2_000; round++) {
    const [stock, pair] = [draw(), random.uniform() < 0.2 ? 0 : draw()]
    const { above, below, hedges } = netExposureOf({ names: bookAt([stock, pair]) })
    // A stock that turns while its hedge is more than it is is not promised anything.
    const isBeyond = stock * pair < 0 && Math.abs(pair) > Math.abs(stock)
    const then = isBeyond ? Math.sign(stock) * Math.abs(draw()) : draw()
    const [lower, upper] = hedges.get(1) ?? [-0.6, 0.6]
    const after = [then, Math.min(upper, Math.max(lower, draw()))]
    const value = ({ rates }: { readonly rates: Float64Array }) => rates.reduce((sum, rate, i) => sum + rate * after[i]!, 0) // prettier-ignore
    const net = netLeverage(bookAt(after).map(({ id, facts, weight }) => ({ ...facts, instrument: id, weight }))) // prettier-ignore
    const said = `from ${stock} and ${pair} to ${after.join(' and ')}`
    expect(net, said).toBeLessThanOrEqual(Math.max(...above.map(value)) + 1e-12)
    expect(net, said).toBeGreaterThanOrEqual(Math.min(...below.map(value)) - 1e-12)
  }
})

test('a hedge counts in net by its share, and is bounded', () => {
  const facts = factsOf(plainWorld())
  const planned = optimisationCaseOf(facts)
  if (!planned.ok) throw new Error(planned.error)
  const { of } = planned.value
  const at = of.names.indexOf(PAIR)
  expect(of.start[at]).toBeLessThan(0)
  const { above } = netExposureOf(facts.book)
  const rates = (label: string) => of.limits.find(({ name }) => name === label)!.rates
  expect(rates('net')).toEqual(above[0]!.rates)
  expect(rates('net-short')[at]).toBe(0)
  expect(rates('net-short:EUR')[at]).toBe(1)
  expect(of.bounds.find(({ label }) => label === `hedge:${PAIR}`)!.upper).toBe(0)
})
