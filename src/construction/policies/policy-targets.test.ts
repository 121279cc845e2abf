/** What holds of every policy, what each is by its definition, and what bad data are answered with. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InstrumentId } from '#model/ids.ts'
import { POLICIES } from '#construction/construction-settings.ts'
import type { PolicyFacts, PolicyName } from '#construction/policies/policy-facts.ts'
import { policyTargets, type SharingPolicy } from '#construction/policies/policy-targets.ts'
import { dot, fromDense, randomCovariance, times, toDense } from '#test/support/covariances.ts'
import {
  forecastOf,
  forecastsOf,
  limitsWith,
  policyFacts,
  riskModelOf,
  stock,
  stockId,
  UNLIMITED,
} from '#test/support/policy-facts.ts'
import { table } from '#test/support/table.ts'

const SHARING = POLICIES.filter((kind): kind is SharingPolicy => !['targets', 'forecast', 'hold'].includes(kind)) // prettier-ignore
/** Those that hold themselves to the limits of names and sectors. */
const BOUNDED: readonly string[] = ['minimum-variance', 'maximum-sharpe', 'black-litterman']

function decided(kind: SharingPolicy, facts: PolicyFacts): Float64Array {
  const targets = policyTargets(kind, facts)
  if (!targets.ok) throw new Error(`${kind}: ${targets.error}`)
  return targets.value
}

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)

const SECTORS = ['Energy', 'Materials', 'unknown']
/** A book of candidates, names that are kept for one reason or another, a future and an option. */
function world(seed: number, n: number): PolicyFacts {
  const covariance = randomCovariance(seed, n, 3)
  const names = Array.from({ length: n }, (_, i) => stock(i, { sector: SECTORS[(seed + i) % 3]!, weight: ((seed + i) % 4) * 0.01, tradable: i % 9 !== 8 })) // prettier-ignore
  const held: PolicyName[] = [
    stock(0, { instrument: 'ESZ6.FUT.USD' as InstrumentId, assetClass: 'FUT', weight: 0.05, cashShare: 0 }), // prettier-ignore
    stock(0, { instrument: 'N001.OPT.20260116.C.190.USD' as InstrumentId, issuer: stockId(1), assetClass: 'OPT', sector: names[1]!.sector, weight: 0.02, cashShare: 0.1 }), // prettier-ignore
  ]
  return policyFacts(covariance, {
    names: [...names, ...held],
    eligible: new Set(names.filter((_, i) => i % 7 !== 6).map(({ instrument }) => instrument)),
    forecasts: forecastsOf(names.map((_, i) => 0.01 + 0.02 * Math.sin(seed + 2 * i))),
    marketValue: new Map(names.map(({ instrument }, i) => [instrument, 1e9 * (1 + ((seed + i) % 10))])), // prettier-ignore
    limits: limitsWith({ largestPosition: [0.04, 0.1, 0.5][seed % 3]!, largestSector: [0.2, 0.4, 1][(seed >> 2) % 3]! }), // prettier-ignore
    cashBuffer: 0.02,
  })
}

const isCandidate = (of: PolicyFacts, i: number) => of.names[i]!.assetClass === 'STK' && of.names[i]!.tradable && of.eligible.has(of.names[i]!.instrument) // prettier-ignore
const worlds = fc.record({ seed: fc.integer({ min: 0, max: 1_000_000 }), n: fc.integer({ min: 3, max: 30 }) }) // prettier-ignore

describe.each(SHARING)('%s', (kind) => {
  test('candidates share what is left, within the limits; the others keep what they have', () => {
    fc.assert(
      fc.property(worlds, ({ seed, n }) => {
        const facts = world(seed, n)
        const targets = decided(kind, facts)
        const all = facts.names.map((_, i) => i)
        const [chosen, kept] = [all.filter((i) => isCandidate(facts, i)), all.filter((i) => !isCandidate(facts, i))] // prettier-ignore
        for (const i of kept) expect(targets[i]).toBe(facts.names[i]!.weight)
        for (const i of chosen) expect(targets[i]! >= 0).toBe(true)
        const keptWeight = sum(kept.map((i) => facts.names[i]!.weight))
        const keptCash = sum(kept.map((i) => facts.names[i]!.weight * facts.names[i]!.cashShare))
        const left = Math.min(0.98 - keptCash, 0.9 - keptWeight)
        const invested = sum(chosen.map((i) => targets[i]!))
        expect(invested).toBeLessThanOrEqual(left + 1e-9)
        if (!BOUNDED.includes(kind)) {
          expect(invested).toBeCloseTo(left, 12)
          return
        }
        const [position, sector] = ['largestPosition', 'largestSector'].map((metric) => facts.limits.find((limit) => limit.metric === metric)!.warn) // prettier-ignore
        for (const i of chosen) expect(targets[i]! + (i === 1 ? 0.02 : 0)).toBeLessThanOrEqual(position! + 1e-9) // prettier-ignore
        const counted = all.filter((i) => facts.names[i]!.assetClass !== 'FUT')
        let room = 0
        for (const name of SECTORS) {
          const members = counted.filter((i) => facts.names[i]!.sector === name)
          const before = sum(members.filter((i) => kept.includes(i)).map((i) => targets[i]!))
          const at = sum(members.map((i) => targets[i]!))
          expect(at).toBeLessThanOrEqual(Math.max(sector!, before) + 1e-9)
          const caps = sum(members.filter((i) => chosen.includes(i)).map((i) => position! - (i === 1 ? 0.02 : 0))) // prettier-ignore
          room += Math.min(Math.max(0, sector! - before), caps)
        }
        if (kind !== 'black-litterman') expect(invested).toBeCloseTo(Math.min(left, room), 9)
      }),
      { numRuns: 40 },
    )
  })

  test('the order of the names does not matter, and the same facts give the same bits', () => {
    fc.assert(
      fc.property(worlds, ({ seed, n }) => {
        const facts = world(seed, n)
        const targets = decided(kind, facts)
        expect(decided(kind, facts)).toEqual(targets)
        const order = facts.names.map((_, i) => (i * 7 + 3) % facts.names.length)
        if (new Set(order).size < order.length) return
        const other = decided(kind, { ...facts, names: order.map((i) => facts.names[i]!) })
        order.forEach((from, to) => expect(Math.abs(other[to]! - targets[from]!)).toBeLessThan(1e-8)) // prettier-ignore
      }),
      { numRuns: 40 },
    )
  })

  test('a risk model in other units says the same, where forecasts are in the same', () => {
    const facts = world(11, 20)
    const targets = decided(kind, facts)
    const scaled = { ...facts.risk!, factorCovariance: facts.risk!.factorCovariance.map((x) => x * 252), specificVariance: facts.risk!.specificVariance.map((d) => d * 252) } // prettier-ignore
    const settings = { ...facts.settings, ...(kind === 'black-litterman' ? { horizonDays: 21 / 252 } : {}) } // prettier-ignore
    decided(kind, { ...facts, settings, risk: scaled }).forEach((w, i) => expect(w).toBeCloseTo(targets[i]!, 8)) // prettier-ignore
  })

  test('what must not be traded is left, and what must not be sold is not', () => {
    const facts = world(4, 12)
    const names = facts.names.map((name, i) => (i === 2 ? { ...name, weight: 0.3 } : name))
    const settings = { ...facts.settings, doNotTrade: [stockId(1)], doNotSell: [stockId(2), stockId(3)] } // prettier-ignore
    const limits = UNLIMITED
    const targets = decided(kind, { ...facts, names, settings, limits })
    expect(targets[1]).toBe(names[1]!.weight)
    expect(targets[2]).toBe(0.3)
    expect(targets[3]!).toBeGreaterThanOrEqual(names[3]!.weight - 1e-12)
    const cash = sum(targets.map((w, i) => w * names[i]!.cashShare))
    expect(cash).toBeLessThanOrEqual(0.98 + 1e-9)
    if (kind !== 'black-litterman') expect(cash).toBeCloseTo(0.98, 9)
  })
})

const dense = (...matrix: number[][]) => policyFacts(fromDense(matrix))

test('equal weight, by hand', () => {
  expect([...decided('equal-weight', { ...dense([1, 0], [0, 4]), cashBuffer: 0.1 })]).toEqual([0.45, 0.45]) // prettier-ignore
})

test('inverse volatility, by hand', () => {
  const [a, b] = decided('inverse-volatility', dense([1, 1.9], [1.9, 4]))
  expect(a).toBeCloseTo(2 / 3, 12)
  expect(b).toBeCloseTo(1 / 3, 12)
})

test('risk parity by budgets: contributions as 3 to 1', () => {
  const facts = { ...dense([1, 0.6], [0.6, 4]), riskBudgets: new Map([[stockId(0), 3]]) }
  const w = decided('risk-parity', facts)
  const slopes = times([[1, 0.6], [0.6, 4]], w) // prettier-ignore
  expect((w[0]! * slopes[0]!) / (w[1]! * slopes[1]!)).toBeCloseTo(3, 9)
})

test('minimum variance of two names, by hand: w₀ = (Cov₁₁ − Cov₀₁) / (Cov₀₀ + Cov₁₁ − 2Cov₀₁)', () => {
  const [a, b] = decided('minimum-variance', dense([0.04, 0.01], [0.01, 0.09]))
  expect(a).toBeCloseTo(0.08 / 0.11, 10)
  expect(b).toBeCloseTo(0.03 / 0.11, 10)
})

test('minimum variance: held names have one slope, others a higher one, those at their limit a lower one', () => {
  fc.assert(
    fc.property(worlds, ({ seed, n }) => {
      const facts = policyFacts(randomCovariance(seed, n, 3), { limits: limitsWith({ largestPosition: 2.5 / n, largestSector: Infinity }) }) // prettier-ignore
      const w = decided('minimum-variance', facts)
      const slopes = times(toDense(randomCovariance(seed, n, 3)), w)
      const between = slopes.filter((_, i) => w[i]! > 1e-7 && w[i]! < 2.5 / n - 1e-7)
      const [low, high] = [Math.min(...between), Math.max(...between)]
      const unit = Math.max(...slopes)
      if (between.length > 0) expect((high - low) / unit).toBeLessThan(1e-6)
      slopes.forEach((slope, i) => {
        if (between.length > 0 && w[i]! <= 1e-7) expect(slope).toBeGreaterThan(low - 1e-6 * unit)
        if (between.length > 0 && w[i]! >= 2.5 / n - 1e-7) expect(slope).toBeLessThan(high + 1e-6 * unit) // prettier-ignore
      })
    }),
    { numRuns: 40 },
  )
})

test('maximum Sharpe is Cov⁻¹r̂ where no limit binds', () => {
  // Cov⁻¹(0.02, 0.03) with Cov = [[0.04, 0.01], [0.01, 0.09]] is (0.0015, 0.0010) / 0.0035.
  const facts = { ...dense([0.04, 0.01], [0.01, 0.09]), forecasts: forecastsOf([0.02, 0.03]) }
  const [a, b] = decided('maximum-sharpe', facts)
  expect(a).toBeCloseTo(0.6, 10)
  expect(b).toBeCloseTo(0.4, 10)
})

test('maximum Sharpe is Cov⁻¹r̂ of many names, too', () => {
  const covariance = randomCovariance(8, 25, 4)
  const raw = Float64Array.from({ length: 25 }, (_, i) => 1 + 0.9 * Math.sin(i))
  const forecasts = forecastsOf(times(toDense(covariance), raw))
  const w = decided('maximum-sharpe', policyFacts(covariance, { forecasts }))
  w.forEach((weight, i) => expect(weight).toBeCloseTo(raw[i]! / sum(raw), 9))
})

test('no book within the limits has a better Sharpe ratio, falling forecasts and all', () => {
  fc.assert(
    fc.property(
      worlds,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 30 }),
      ({ seed, n }, draws) => {
        // prettier-ignore
        const covariance = randomCovariance(seed, n, 3)
        const matrix = toDense(covariance)
        const mean = Float64Array.from(
          { length: n },
          (_, i) => 0.012 + 0.02 * Math.sin(seed + 2 * i),
        )
        const facts = policyFacts(covariance, { forecasts: forecastsOf(mean), limits: limitsWith({ netLeverage: 1, largestPosition: 3 / n, largestSector: Infinity }) }) // prettier-ignore
        const ratio = (w: ArrayLike<number>) => dot(mean, w) / Math.sqrt(dot(w, times(matrix, w)))
        const found = policyTargets('maximum-sharpe', facts)
        if (!found.ok) {
          expect(found.error).toContain('positive expected return')
          return
        }

        const w = found.value
        // Towards any other book that invests all within the limits the ratio falls, near and far.
        const total = sum(draws.slice(0, n)) + 1e-3
        const other = draws.slice(0, n).map((x) => (x + 1e-3 / n) / total)
        if (Math.max(...other) > 3 / n) return
        for (const step of [1e-3, 0.05, 0.5, 1]) {
          const mixed = other.map((x, i) => step * x + (1 - step) * w[i]!)
          expect(ratio(mixed)).toBeLessThanOrEqual(ratio(w) * (1 + 1e-11))
        }
      },
    ),
    { numRuns: 40 },
  )
})

const capped = (n: number, seed: number): PolicyFacts =>
  policyFacts(randomCovariance(seed, n, 3), {
    forecasts: forecastsOf(new Float64Array(n), 1e3),
    marketValue: new Map(Array.from({ length: n }, (_, i) => [stockId(i), 1 + i])),
  })

test('Black–Litterman without certainty is the market, held less for what tau adds to the risk', () => {
  const w = decided('black-litterman', capped(12, 6))
  w.forEach((weight, i) => expect(weight).toBeCloseTo((1 + i) / 78 / 1.05, 7))
})

test('Black–Litterman buys more of what is forecast to rise, the more the surer it is', () => {
  const facts = capped(12, 6)
  const weightWith = (mean: number, uncertainty: number) =>
    decided('black-litterman', { ...facts, forecasts: new Map([[stockId(3), forecastOf(3, mean, uncertainty)]]) })[3]! // prettier-ignore
  const [sure, vague, none, falling] = [weightWith(0.1, 0.02), weightWith(0.1, 0.2), weightWith(0.1, 1e3), weightWith(-0.1, 0.02)] // prettier-ignore
  expect(sure).toBeGreaterThan(vague)
  expect(vague).toBeGreaterThan(none)
  expect(none).toBeGreaterThan(falling)
  expect(falling).toBe(0)
})

test('of two names of which one is not to be sold, the other has the rest', () => {
  const facts = dense([1, 0.1], [0.1, 4])
  const names = [stock(0, { weight: 0.1 }), stock(1, { weight: 0.6 })]
  const settings = { ...facts.settings, doNotSell: [stockId(1)] }
  for (const kind of [
    'inverse-volatility',
    'risk-parity',
    'hierarchical-risk-parity',
    'minimum-variance',
  ] as const) {
    const [a, b] = decided(kind, { ...facts, names, settings })
    expect([a?.toFixed(9), b]).toEqual(['0.400000000', 0.6])
  }
  const all = { ...settings, doNotSell: [stockId(0), stockId(1)] }
  const heavy = [stock(0, { weight: 0.39 }), stock(1, { weight: 0.6 })]
  expect([...decided('risk-parity', { ...facts, names: heavy, settings: all })]).toEqual([0.4, 0.6])
})

test('names that are not to be sold keep more than the limits would give them', () => {
  const names = [stock(0, { weight: 0.1 }), stock(1, { weight: 0.1 })]
  const facts = { ...dense([1, 0.1], [0.1, 4]), names, limits: limitsWith({ largestPosition: 0.04 }) } // prettier-ignore
  const settings = { ...facts.settings, doNotSell: [stockId(0), stockId(1)] }
  expect([...decided('minimum-variance', { ...facts, settings })]).toEqual([0.1, 0.1])
})

test.each(
  table(`
    cash buffer | net | gross | invested | because
    0           | 2   | 3     | 1.3      | what was sold short brought cash
    0.2         | 2   | 3     | 1.1      | some of it is kept
    0           | 0.7 | 3     | 1        | the short counts against the others in net
    0           | 2   | 1     | 0.7      | and with them in gross
  `),
)(
  'beside a short of 30 %, $invested is invested: $because',
  ({ 'cash buffer': buffer, net, gross, invested }) => {
    // prettier-ignore
    const facts = dense([1, 0], [0, 1])
    const names = [...facts.names, stock(7, { weight: -0.3, tradable: false })]
    const limits = limitsWith({ netLeverage: Number(net), grossLeverage: Number(gross) })
    const targets = decided('equal-weight', { ...facts, names, limits, cashBuffer: Number(buffer) })
    expect(targets[0]! + targets[1]!).toBeCloseTo(Number(invested), 12)
    expect(targets[2]).toBe(-0.3)
  },
)

const sharpeOf = (means: number[], warn: Parameters<typeof limitsWith>[0]) =>
  policyTargets('maximum-sharpe', {
    ...dense([1, 0, 0], [0, 1, 0], [0, 0, 1]),
    names: [stock(0), stock(1), stock(2, { sector: 'Materials' })],
    forecasts: forecastsOf(means),
    limits: limitsWith({ netLeverage: 1, largestPosition: 1, largestSector: 1, ...warn }),
  })

describe('maximum Sharpe with falling forecasts', () => {
  test('invests all the same, in as little of them as may be', () => {
    const found = sharpeOf([0.05, -0.035, -0.035], { largestPosition: 0.6 })
    expect(found.ok && [...found.value].map((w) => w.toFixed(9))).toEqual(['0.600000000', '0.200000000', '0.200000000']) // prettier-ignore
  })

  test.each([
    ['a name', [0.01, -0.1, -0.1], { largestPosition: 0.4 }],
    ['a sector', [0.01, 0.01, -0.1], { largestSector: 0.7 }],
  ])('refuses where the limit of %s leaves no positive return', (_what, means, warn) => {
    const found = sharpeOf(means, warn)
    expect(found.ok ? 'decided' : found.error).toContain('positive expected return')
  })
})

test('hold is what is held, whatever else is wrong', () => {
  const facts = { ...capped(3, 1), risk: undefined, names: [stock(0, { weight: 0.3 }), stock(1, { weight: Number.NaN })] } // prettier-ignore
  expect(policyTargets('hold', facts)).toEqual({ ok: true, value: Float64Array.of(0.3, NaN) })
})

/** Facts by what is wrong with them. */
const BROKEN: Readonly<Record<string, (facts: PolicyFacts) => PolicyFacts>> = {
  'one name': (facts) => ({ ...facts, eligible: new Set([stockId(1)]) }),
  'no name': (facts) => ({ ...facts, eligible: new Set() }),
  'no risk model': (facts) => ({ ...facts, risk: undefined }),
  'none, and why': (facts) => ({ ...facts, risk: undefined, noRisk: 'no name has a bar' }),
  'name not in it': (facts) => ({ ...facts, names: [...facts.names, stock(9)], eligible: new Set([...facts.eligible, stockId(9)]) }), // prettier-ignore
  'no variance': (facts) => ({ ...facts, risk: riskModelOf([0, 1, 2].map(stockId), { n: 3, factors: 1, loadings: new Float64Array(3), specific: new Float64Array(3) }) }), // prettier-ignore
  'negative variance': (facts) => ({ ...facts, risk: { ...facts.risk!, specificVariance: Float64Array.of(1, -0.1, 1) } }), // prettier-ignore
  'NaN exposure': (facts) => ({ ...facts, risk: { ...facts.risk!, exposures: Float64Array.of(1, 1, Number.NaN) } }), // prettier-ignore
  'NaN factor': (facts) => ({ ...facts, risk: { ...facts.risk!, factorCovariance: Float64Array.of(Number.NaN) } }), // prettier-ignore
  'indefinite': (facts) => ({ ...facts, risk: { ...facts.risk!, factorCovariance: Float64Array.of(-1) } }), // prettier-ignore
  'short tables': (facts) => ({
    ...facts,
    risk: { ...facts.risk!, exposures: Float64Array.of(1) },
  }),
  'no forecast': (facts) => ({ ...facts, forecasts: new Map() }),
  'all falling': (facts) => ({ ...facts, forecasts: forecastsOf([-0.1, 0, -0.2]) }),
  'NaN forecast': (facts) => ({ ...facts, forecasts: forecastsOf([0.1, Number.NaN, 0.1]) }),
  'NaN uncertainty': (facts) => ({ ...facts, forecasts: forecastsOf([0.1, 0.1, 0.1], Number.NaN) }),
  'no market value': (facts) => ({ ...facts, marketValue: new Map([[stockId(2), 1]]) }),
  'NaN market value': (facts) => ({ ...facts, marketValue: new Map([0, 1, 2].map((i) => [stockId(i), i === 1 ? Number.NaN : 1])) }), // prettier-ignore
  'negative market value': (facts) => ({ ...facts, marketValue: new Map([0, 1, 2].map((i) => [stockId(i), i === 2 ? -5 : 1])) }), // prettier-ignore
  'γ of 0': (facts) => ({ ...facts, settings: { ...facts.settings, riskAversion: 0 } }),
  'NaN budget': (facts) => ({ ...facts, riskBudgets: new Map([[stockId(1), Number.NaN]]) }),
  'listed twice': (facts) => ({ ...facts, names: [...facts.names, stock(1)] }),
  'kept NaN': (facts) => ({ ...facts, names: [...facts.names, stock(8, { weight: Number.NaN, tradable: false })] }), // prettier-ignore
  'NaN cash share': (facts) => ({ ...facts, names: [...facts.names, stock(8, { cashShare: Number.NaN, tradable: false })] }), // prettier-ignore
  'NaN buffer': (facts) => ({ ...facts, cashBuffer: Number.NaN }),
  'nothing left': (facts) => ({ ...facts, names: [...facts.names, stock(8, { weight: 1.1, tradable: false })] }), // prettier-ignore
  'certain': (facts) => ({ ...facts, forecasts: forecastsOf([0.1, 0.1, 0.1], 0), risk: { ...facts.risk!, specificVariance: Float64Array.of(1, 0, 1) } }), // prettier-ignore
  'no room': (facts) => ({ ...facts, limits: limitsWith({ largestPosition: 0 }) }),
}

test.each(
  table(`
    wrong                 | policy             | says
    one name              | equal-weight       | too few names: only N001.STK.USD
    no name               | risk-parity        | too few names: no name
    no risk model         | inverse-volatility | there is no risk model
    no risk model         | black-litterman    | there is no risk model: see that there are bars
    none, and why         | minimum-variance   | there is no risk model: no name has a bar
    name not in it        | minimum-variance   | N009.STK.USD is missing from the risk model
    no variance           | inverse-volatility | N000.STK.USD has a variance of 0
    no variance           | minimum-variance   | N000.STK.USD has a variance of 0
    no variance           | hierarchical-risk-parity | N000.STK.USD has a variance of 0
    negative variance     | risk-parity        | N001.STK.USD has a specific variance of -0.1
    NaN exposure          | maximum-sharpe     | N002.STK.USD has an exposure of NaN to pc1
    NaN factor            | risk-parity        | a covariance of factor pc1 is NaN
    indefinite            | minimum-variance   | negative eigenvalue
    short tables          | minimum-variance   | of 3 names and 1 factors it has 1 exposures
    no forecast           | maximum-sharpe     | no forecast of any of the 3 names
    no forecast           | black-litterman    | no forecast of any of the 3 names
    all falling           | maximum-sharpe     | no expected return is above 0
    NaN forecast          | maximum-sharpe     | N001.STK.USD has a forecast of NaN
    NaN uncertainty       | black-litterman    | the forecast of N000.STK.USD has an uncertainty of NaN
    no market value       | black-litterman    | the market value of N000.STK.USD and 1 others is missing
    NaN market value      | black-litterman    | N001.STK.USD has a market value of NaN
    negative market value | black-litterman    | N002.STK.USD has a market value of -5
    γ of 0                | black-litterman    | riskAversion is 0
    NaN budget            | risk-parity        | N001.STK.USD has a risk budget of NaN
    listed twice          | equal-weight       | N001.STK.USD is listed twice
    kept NaN              | equal-weight       | N008.STK.USD has a weight of NaN
    NaN cash share        | equal-weight       | N008.STK.USD has a cash share of NaN
    NaN buffer            | equal-weight       | cashBuffer is NaN
    nothing left          | equal-weight       | nothing is left to invest
    certain               | black-litterman    | the forecast of N001.STK.USD has an uncertainty of 0
    no room               | minimum-variance   | leave no room
    one name              | targets            | targets is no policy that shares out
  `),
)('$wrong: $policy says "$says"', ({ wrong, policy, says }) => {
  const sound = policyFacts(
    { n: 3, factors: 1, loadings: Float64Array.of(1, 1, 1), specific: Float64Array.of(1, 2, 3) },
    { forecasts: forecastsOf([0.1, 0.1, 0.1]), marketValue: new Map([0, 1, 2].map((i) => [stockId(i), 1])) }, // prettier-ignore
  )
  const kind = POLICIES.find((name) => name === policy)!
  if (kind !== 'targets') expect(policyTargets(kind, sound).ok).toBe(true)
  const found = policyTargets(kind, BROKEN[wrong]!(sound))
  expect(found.ok ? 'decided' : found.error).toContain(says)
})

test('names that hedge each other perfectly are no reason to divide by nothing', () => {
  const facts = { ...dense([1, -1], [-1, 1]), forecasts: forecastsOf([0.1, 0.1]) }
  const said = (kind: SharingPolicy) => {
    const found = policyTargets(kind, facts)
    return found.ok ? [...found.value].map((w) => w.toFixed(6)).join(' ') : found.error
  }
  expect(said('risk-parity')).toContain('singular')
  expect(said('maximum-sharpe')).toContain('singular')
  expect(said('minimum-variance')).toBe('0.500000 0.500000')
  expect(said('hierarchical-risk-parity')).toBe('0.500000 0.500000')
})
