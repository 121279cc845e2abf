/** Deciding over several steps: with one step as the single-period optimiser, with limits, prices, refusals and forecasts in steps. */
import { describe, expect, test } from 'vitest'
import type { CombinedForecast } from '#alpha/forecast.ts'
import type { InstrumentId } from '#model/ids.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'
import { planningSteps, type MultiPeriodCase, type OptimisedPath, type PlanningStep } from '#construction/multi-period/multi-period-case.ts' // prettier-ignore
import { optimiseOverPeriods } from '#construction/multi-period/optimise-over-periods.ts'
import { checkedOptimum, rowAt } from '#test/support/optimisation-optimality.ts'
import { optimisationCase } from '#test/support/optimisation-cases.ts'

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

type Found = Extract<OptimisedPath, { readonly status: 'optimal' }>

function optimum(of: MultiPeriodCase, why: string): Found {
  const found = optimiseOverPeriods(of)
  if (found.status !== 'optimal') throw new Error(`${why}: ${JSON.stringify(found)}`)
  return found
}

const whole = (of: OptimisationCase): PlanningStep => ({ expectedReturn: of.expectedReturn, uncertainty: of.uncertainty, days: of.horizonDays }) // prettier-ignore

/** The horizon in equal steps, of which each has a share of the forecast of the one before. */
function faded(of: OptimisationCase, periods: number, left: number): readonly PlanningStep[] {
  const sum = seeds(periods).reduce((total, t) => total + left ** (t - 1), 0)
  return seeds(periods).map((t) => ({
    expectedReturn: of.expectedReturn.map((value) => (value * left ** (t - 1)) / sum),
    uncertainty: of.uncertainty.map((value) => value / Math.sqrt(periods)),
    days: of.horizonDays / periods,
  }))
}

test('one step of the whole horizon is what the single-period optimiser finds, prices included', () => {
  for (const seed of seeds(40)) {
    const first = optimisationCase(seed, { most: 30, outside: 0, spends: seed % 2 === 0 })
    const once = optimise(first)
    if (once.status !== 'optimal') throw new Error('solvable by construction')
    const { weights, objective, shadowPrices, path } = optimum({ first, steps: [whole(first)], laterTurnover: 1 }, `seed ${seed}`) // prettier-ignore
    expect(path).toEqual([weights])
    expect(objective).toBeCloseTo(once.objective, 11)
    const checked = checkedOptimum(first, weights, shadowPrices)
    expect(checked.totalExcess, `seed ${seed}: excess`).toBeLessThan(1e-9)
    expect(checked.stationarity, `seed ${seed}: stationarity`).toBeLessThan(1e-8)
  }
})

test('each step of a path is inside every limit, with its own turnover', () => {
  for (const seed of seeds(25)) {
    const first = optimisationCase(seed, { most: 30, outside: 0, spends: seed % 2 === 0 })
    const laterTurnover = 0.1
    const { path, certificate } = optimum({ first, steps: faded(first, 4, 0.6), laterTurnover }, `seed ${seed}`) // prettier-ignore
    expect(Math.abs(certificate!.relativeGap)).toBeLessThan(1e-6)
    path.forEach((w, t) => {
      const start = path[t - 1] ?? first.start
      for (const row of first.limits) {
        const upper = row.name === 'turnover' && t > 0 ? laterTurnover : row.upper
        const value = rowAt({ ...first, start: Float64Array.from(start) }, row, w)
        expect(Math.max(value - upper, row.lower - value), `seed ${seed}: ${row.name}`).toBeLessThan(1e-9) // prettier-ignore
      }
      for (const { label, index, lower, upper } of first.bounds) {
        if (label.startsWith('participation:')) continue
        expect(w[index], `seed ${seed}: ${label}`).toBeGreaterThanOrEqual(lower - 1e-9)
        expect(w[index], `seed ${seed}: ${label}`).toBeLessThanOrEqual(upper + 1e-9)
      }
    })
  }
})

test('no other path that stays inside is worth more: nudges of every name and step', () => {
  const first = { ...optimisationCase(3, { most: 12, outside: 0, spends: false }), limits: [] }
  const steps = faded(first, 3, 0.5)
  const { path, objective } = optimum({ first, steps, laterTurnover: 1 }, 'nudged')
  const plain = path.map((w) => [...w])
  expect(valueOf(first, steps, plain)).toBeCloseTo(objective, 12)
  for (let i = 0; i < first.names.length; i++)
    for (const nudged of [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]])
      for (const by of [1e-3, -1e-3, 1e-6, -1e-6]) {
        const moved = plain.map((w, t) => w.map((x, at) => (at === i && nudged.includes(t) ? x + by : x))) // prettier-ignore
        const isInside = first.bounds.every(({ label, index, lower, upper }) =>
          moved.every((w, t) => {
            // Volume bounds the trade of each step, the rest the weight.
            const from = label.startsWith('participation:') && t > 0 ? moved[t - 1]![index]! - first.start[index]! : 0 // prettier-ignore
            return w[index]! - from >= lower && w[index]! - from <= upper
          }),
        )
        if (isInside) expect(valueOf(first, steps, moved)).toBeLessThanOrEqual(objective + 1e-13)
      }
})

/** The objective from its definition, on the covariance written out. */
function valueOf(
  first: OptimisationCase,
  steps: readonly PlanningStep[],
  path: readonly (readonly number[])[],
): number {
  // prettier-ignore
  const { risk, start, riskAversion, uncertaintyAversion, borrow, tradingCost, impact, horizonDays } = first // prettier-ignore
  const k = risk.factors.length
  const covariance = (i: number, j: number) => {
    let sum = i === j ? risk.specificVariance[i]! : 0
    for (let a = 0; a < k; a++)
      for (let b = 0; b < k; b++)
        sum += risk.exposures[i * k + a]! * risk.factorCovariance[a * k + b]! * risk.exposures[j * k + b]! // prettier-ignore
    return sum
  }
  let value = 0
  for (const [t, { days, expectedReturn, uncertainty }] of steps.entries()) {
    const [w, before] = [path[t]!, path[t - 1] ?? [...start]]
    for (const [i, x] of w.entries()) {
      const z = Math.abs(x - before[i]!)
      value += expectedReturn[i]! * x - uncertaintyAversion * uncertainty[i]! * Math.abs(x)
      value -= tradingCost[i]! * z + impact[i]! * z ** 1.5
      value -= (days / horizonDays) * borrow[i]! * Math.max(0, -x)
      for (const [j, y] of w.entries()) value -= riskAversion * days * covariance(i, j) * x * y
    }
  }
  return value
}

test('a book outside a limit by more than today’s turnover: closest first today, and inside from the first step that can be', () => {
  const base = optimisationCase(5, { most: 12, outside: 0, spends: false })
  const n = base.names.length
  const ones = new Float64Array(n).fill(1)
  const start = new Float64Array(n).fill(1.5 / n)
  const limits = [
    { name: 'gross', measure: 'gross', rates: ones, lower: -Infinity, upper: 1, kind: 'limit' },
    { name: 'turnover', measure: 'turnover', rates: ones, lower: -Infinity, upper: 0.2, kind: 'fact' }, // prettier-ignore
  ] as const
  const first = { ...base, start, bounds: [], limits }
  const found = optimum({ first, steps: faded(first, 4, 0.9), laterTurnover: 0.2 }, 'outside')
  const gross = found.path.map((w) => w.reduce((sum, x) => sum + Math.abs(x), 0))
  ;[1.3, 1.2, 1, 1].forEach((most, t) => expect(gross[t]).toBeLessThan(most + 1e-5))
  expect(found.unmended.map(({ label }) => label)).toEqual(['gross'])
  expect(found.unmended[0]!.reached).toBeCloseTo(1.3, 5)
})

describe('what is refused says why', () => {
  const first = optimisationCase(1, { most: 8, outside: 0, spends: false })
  const refusals: readonly (readonly [string, MultiPeriodCase, RegExp])[] = [
    ['no steps', { first, steps: [], laterTurnover: 1 }, /^steps: were none/],
    ['no days', { first, steps: [{ ...whole(first), days: 0 }], laterTurnover: 1 }, /^steps\[0\].days: was 0/], // prettier-ignore
    ['no turnover', { first, steps: [whole(first)], laterTurnover: -1 }, /^laterTurnover: was -1/],
    ['a forecast that is no number', { first, steps: [whole(first), { ...whole(first), expectedReturn: first.expectedReturn.map(() => Number.NaN) }], laterTurnover: 1 }, /^steps\[1\]: .*expectedReturn/], // prettier-ignore
  ]
  test.each(refusals)('%s', (_what, of, reason) => {
    const found = optimiseOverPeriods(of)
    expect(found.status === 'unsolved' && found.reason).toMatch(reason)
    expect(found.path).toEqual([])
  })

  test('facts that contradict each other, in the fewest', () => {
    const id = first.names[0]!
    const fact = (label: string, lower: number, upper: number) => ({ label: `${label}:${id}`, index: 0, lower, upper, kind: 'fact' }) as const // prettier-ignore
    const bounds = [fact('not-eligible', 0, 0), fact('do-not-trade', 0.01, 0.01)]
    const found = optimiseOverPeriods({ first: { ...first, bounds, limits: [] }, steps: [whole(first)], laterTurnover: 1 }) // prettier-ignore
    expect(found.status === 'infeasible' && found.conflict.length).toBe(2)
  })
})

const forecast = (daily: readonly number[]): CombinedForecast => ({
  instrument: 'A.STK.USD' as InstrumentId,
  expectedReturn: daily.reduce((a, b) => a + b, 0),
  uncertainty: 0.04,
  daily: Float64Array.from(daily),
  parts: [],
})

test('forecasts in steps: what is left of them in each day, and errors that add up', () => {
  const steps = planningSteps([forecast([5, 4, 3, 2, 1]), undefined], 5, 2)
  expect(steps.map(({ days }) => days)).toEqual([3, 2])
  expect(steps.map(({ expectedReturn }) => [...expectedReturn])).toEqual([[12, 0], [3, 0]]) // prettier-ignore
  const error = steps.reduce((sum, { uncertainty }) => sum + uncertainty[0]!, 0)
  expect(error).toBeCloseTo(0.04, 12)
  expect(planningSteps([], 3, 8)).toHaveLength(3)
})
