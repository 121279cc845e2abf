import { describe, expect, test } from 'vitest'
import type { ForecastPart } from '#alpha/forecast.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { OptimisationCase, Optimum } from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import { PLAN_WHY } from '#model/plan-why-codec.ts'
import { ok } from '#model/result.ts'
import { bindingLimits, multipliersOf } from '#construction/why/binding-limits.ts'
import { counterfactual } from '#construction/why/counterfactual.ts'
import { reasonsAt } from '#construction/why/name-reason.ts'
import { optimalityAt, termsOf } from '#construction/why/name-terms.ts'
import { whyOf } from '#construction/why/why.ts'
import { caseBySeed, lotProblemBySeed } from '#test/support/lot-problems.ts'

const NO_PARTS = { parts: new Map() }

function solved(of: OptimisationCase): Optimum {
  const optimum = optimise(of)
  if (optimum.status !== 'optimal') throw new Error(JSON.stringify(optimum))
  return optimum
}

const cases: readonly (readonly [string, OptimisationCase])[] = [
  ...Array.from({ length: 12 }, (_, seed) => [`seed ${seed}`, caseBySeed(seed, 5 + 5 * seed, { impact: seed % 2 === 0, turnover: seed % 3 === 0 ? 0.1 : 0.5 })] as const), // prettier-ignore
  ['outside', caseBySeed(20, 30, { startsOutside: true, turnover: 0.05 })],
  ['long only', caseBySeed(21, 30, { longOnly: true })],
  ['against a benchmark', caseBySeed(22, 30, { tracking: 0.02 })],
  ['a book that must be longer', longer(caseBySeed(24, 20))],
  ['cash that pays its costs', lotProblemBySeed(23, 30, { longOnly: true }).of],
]

/** With a net limit that presses from below. */
function longer(of: OptimisationCase): OptimisationCase {
  const net = solved(of).weights.reduce((sum, w) => sum + w, 0)
  return { ...of, limits: of.limits.map((limit) => (limit.name === 'net' ? { ...limit, lower: net + 0.02 } : limit)) } // prettier-ignore
}

describe.each(cases)('%s', (_name, of) => {
  const optimum = solved(of)
  const at = optimalityAt(of, optimum.weights, multipliersOf(of, optimum))

  test('the terms of every name sum to nothing', () => {
    of.names.forEach((name, i) => {
      const { left, ...terms } = termsOf(at, i)
      const { forecast, risk, uncertainty, borrow, cost, limits } = terms
      const sum = limits.reduce((total, { term }) => total + term, forecast + risk + uncertainty + borrow + cost) // prettier-ignore
      expect(Math.abs(sum), name).toBeLessThan(2e-7)
      expect(sum).toBeCloseTo(left, 12)
    })
  })

  test('the objective’s terms are its slopes, where it has them', () => {
    const step = 1e-6
    let compared = 0
    of.names.forEach((name, i) => {
      const [w, z] = [optimum.weights[i]!, optimum.weights[i]! - of.start[i]!]
      if (Math.abs(w) < 1e-4 || Math.abs(z) < 1e-4) return
      const { forecast, risk, uncertainty, borrow, cost } = termsOf(at, i)
      const shifted = (by: number) => objective(of, optimum.weights.with(i, w + by))
      expect((shifted(step) - shifted(-step)) / (2 * step), name).toBeCloseTo(forecast + risk + uncertainty + borrow + cost, 7) // prettier-ignore
      compared++
    })
    expect(compared).toBeGreaterThan(0)
  })
})

/** Written out from its definition. */
function objective(of: OptimisationCase, w: Float64Array): number {
  const { exposures, factorCovariance, specificVariance, factors } = of.risk
  const k = factors.length
  const y = factors.map((_, a) => w.reduce((sum, x, i) => sum + exposures[i * k + a]! * x, 0))
  const common = y.reduce((sum, p, a) => sum + y.reduce((s, q, b) => s + p * q * factorCovariance[a * k + b]!, 0), 0) // prettier-ignore
  const risk = w.reduce((sum, x, i) => sum + specificVariance[i]! * x * x, common)
  const other = w.reduce((sum, x, i) => {
    const z = Math.abs(x - of.start[i]!)
    return sum + of.expectedReturn[i]! * x - of.uncertaintyAversion * of.uncertainty[i]! * Math.abs(x) - of.tradingCost[i]! * z - of.impact[i]! * z * Math.sqrt(z) - of.borrow[i]! * Math.max(0, -x) // prettier-ignore
  }, 0)
  return other - of.riskAversion * of.horizonDays * risk
}

test('a limit moved a little gains its shadow price, and never more', () => {
  let compared = 0
  for (const [name, of] of cases) {
    const optimum = solved(of)
    if (optimum.unmended.length > 0) continue
    for (const { label, shadowPrice } of bindingLimits(of, optimum).slice(0, 4)) {
      const step = label === 'tracking-error' ? 1e-5 : 1e-4
      const found = counterfactual(of, optimum, label, step)
      if (!found.ok) throw new Error(found.error)
      const { objectiveGain, limit, tried } = found.value
      expect(Math.abs(tried - limit)).toBeCloseTo(step, 12)
      expect(objectiveGain, `${name} ${label}`).toBeLessThanOrEqual(shadowPrice * step + 1e-9)
      expect(objectiveGain, `${name} ${label}`).toBeGreaterThan(0.9 * shadowPrice * step - 1e-9)
      compared++
    }
  }
  expect(compared).toBeGreaterThan(30)
})

test('a limit taken from costs; one that is unknown or cannot hold says so', () => {
  const [, of] = cases[3]!
  const optimum = solved(of)
  const [dearest] = bindingLimits(of, optimum)
  const less = counterfactual(of, optimum, dearest!.label, -0.01)
  expect(less.ok && less.value.objectiveGain).toBeLessThan(0)
  expect(counterfactual(of, optimum, 'sector:Toys', 0.01)).toMatchObject({ ok: false, error: expect.stringContaining('no limit "sector:Toys"') }) // prettier-ignore
  expect(counterfactual(of, optimum, 'turnover', -10)).toMatchObject({ ok: false, error: expect.stringContaining('turnover') }) // prettier-ignore
})

test('binding limits come by worth, each at its level', () => {
  for (const [, of] of cases) {
    const limits = bindingLimits(of, solved(of))
    expect(limits.map(({ worthBps }) => worthBps)).toEqual(limits.map(({ worthBps }) => worthBps).toSorted((a, b) => b - a)) // prettier-ignore
    for (const { value, limit, shadowPrice } of limits) {
      expect(Math.abs(value - limit)).toBeLessThan(0.3)
      expect(shadowPrice).toBeGreaterThan(0)
    }
  }
})

/** The case with all names but one where the optimum has them, and that one held at a weight. */
function alone(of: OptimisationCase, optimum: Optimum, i: number, held: number): OptimisationCase {
  const start = optimum.weights.with(i, held)
  const bounds = of.names.flatMap((_, j) => (j === i ? [] : [{ label: `fixed:${j}`, index: j, lower: start[j]!, upper: start[j]!, kind: 'fact' as const }])) // prettier-ignore
  return { ...of, start, bounds, limits: [] }
}

describe('the no-trade region', () => {
  const of = { ...caseBySeed(4, 12), limits: [], bounds: [] }
  const optimum = solved(of)
  const reasons = reasonsAt(of, optimum, NO_PARTS)

  test.each(reasons.map((reason, i) => [reason.instrument, reason, i] as const))(
    'of %s is where the optimiser leaves it alone',
    (_id, { noTrade: [lower, upper] }, i) => {
      // prettier-ignore
      const traded = (held: number) => solved(alone(of, optimum, i, held)).weights[i]! - held
      const hair = 1e-4 * (upper - lower) + 1e-6
      expect(upper).toBeGreaterThan(lower)
      expect(traded(lower + hair)).toBeCloseTo(0, 9)
      expect(traded(upper - hair)).toBeCloseTo(0, 9)
      expect(traded(lower - 0.02)).toBeGreaterThan(0)
      expect(traded(upper + 0.02)).toBeLessThan(0)
    },
  )

  test.each([0, 2e-4])(
    'a least commission makes it wider, to where the best trade earns just that; rate %d',
    (feeRate) => {
      const fees = of.names.map(() => ({ minimumFee: 2e-5, feeRate }))
      reasonsAt(of, optimum, { ...NO_PARTS, fees }).forEach(({ noTrade: [lower] }, i) => {
        expect(lower).toBeLessThan(reasons[i]!.noTrade[0])
        const from = alone(of, optimum, i, lower)
        const before = objective(from, from.start)
        let best = -Infinity
        for (let z = 1e-4; z < 0.4; z += 1e-4) {
          const fee = Math.max(0, 2e-5 - feeRate * z)
          best = Math.max(best, objective(from, from.start.with(i, lower + z)) - before - fee)
        }
        expect(Math.abs(best)).toBeLessThan(2e-8)
      })
    },
  )

  test('a name goes to its end and no further; with impact it stops before', () => {
    let traded = 0
    cases.slice(0, 12).forEach(([, one], seed) => {
      const reach = seed % 2 === 0 ? 'impact' : 'linear'
      for (const {
        start,
        weight,
        noTrade: [lower, upper],
      } of reasonsAt(one, solved(one), NO_PARTS)) {
        // prettier-ignore
        const [low, high] = reach === 'impact' ? [Math.min(start, lower), Math.max(start, upper)] : [lower, upper] // prettier-ignore
        expect(weight).toBeGreaterThan(low - 2e-5)
        expect(weight).toBeLessThan(high + 2e-5)
        if (reach === 'impact' || Math.abs(weight - start) < 1e-4) continue
        expect(Math.min(Math.abs(weight - lower), Math.abs(weight - upper))).toBeLessThan(2e-5)
        traded++
      }
    })
    expect(traded).toBeGreaterThan(20)
  })
})

const partOf = (instrument: InstrumentId, source: string, contribution: number): ForecastPart => ({
  source,
  contribution,
  forecast: { instrument, expectedReturn: contribution, horizonDays: 21, confidence: 1, halfLifeDays: 10, asOf: 0, source }, // prettier-ignore
  ageDays: 0,
  decay: 1,
  share: 1,
})

test('five hundred names take few bytes, and come back from JSON as they were', () => {
  const of = caseBySeed(1, 500)
  const parts = new Map(of.names.map((name) => [name, [partOf(name, 'momentum', 0.01), partOf(name, 'value', -0.003)]])) // prettier-ignore
  const reasons = reasonsAt(of, solved(of), { parts })
  const text = JSON.stringify(reasons)
  expect(text.length / 500).toBeLessThan(400)
  expect(JSON.parse(text)).toEqual(reasons)
  expect(reasons[0]!.sources).toEqual([['momentum', 0.01], ['value', -0.003]]) // prettier-ignore
})

test('the whole why of a plan is plain data: reasons, binding limits, what moving the dearest would do', () => {
  const of = caseBySeed(3, 20, { turnover: 0.1 })
  const optimum = solved(of)
  const why = whyOf(of, optimum, NO_PARTS)
  expect(why.names.some(({ roomCost }) => roomCost !== undefined)).toBe(true)
  expect(PLAN_WHY.decode(PLAN_WHY.encode(why), 'why')).toEqual(ok(why))
  expect(why.names.map(({ instrument }) => instrument)).toEqual(of.names)
  expect(why.binding.map(({ label }) => label).toSorted()).toEqual([...optimum.shadowPrices.keys()].toSorted()) // prettier-ignore
  expect(why.counterfactuals.length).toBeGreaterThan(0)
  for (const { label, objectiveGain } of why.counterfactuals) {
    expect(of.limits.map(({ name }) => name)).toContain(label)
    expect(objectiveGain).toBeGreaterThan(0)
  }
  expect(whyOf(of, optimum, NO_PARTS, 0).counterfactuals).toEqual([])
})
