import { expect, test } from 'vitest'
import type { LotFacts, LotProblem } from '#construction/lots/lot-problem.ts'
import { wholeLots } from '#construction/lots/whole-lots.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import {
  caseBySeed,
  lotProblemBySeed,
  type CaseOptions,
  type LotOptions,
} from '#test/support/lot-problems.ts'
import { table } from '#test/support/table.ts'

/** The checker below is written from the definitions and shares nothing with what it checks. */
const TOLERANCE = 1e-9

interface Checked {
  /** What is wrong, in words; empty where nothing is. */
  readonly faults: readonly string[]
  readonly objective: number
}

/** @param outside - whether a book that starts outside a limit may stay there, no worse */
function checked(
  problem: LotProblem,
  changes: readonly number[],
  outside: 'may-stay' | 'comes-in' = 'may-stay',
): Checked {
  const { of, lots } = problem
  const { start } = of
  const w = changes.map((change, i) => (change === 0 ? start[i]! : (lots[i]!.held + change) * lots[i]!.weight)) // prettier-ignore
  const z = w.map((x, i) => Math.abs(x - start[i]!))
  const fees = changes.map((change, i) => feeBeyondRate(lots[i]!, change))
  const costs = z.map(
    (x, i) => of.tradingCost[i]! * x + of.impact[i]! * x * Math.sqrt(x) + fees[i]!,
  )
  const faults: string[] = []
  const hold = (name: string, at: (x: readonly number[]) => number, lower: number, upper: number) => {
    const [before, after] = [outside === 'may-stay' ? at([...start]) : Number.NaN, at(w)]
    if (after > (before > upper ? before : upper) + TOLERANCE) faults.push(`${name} ${after} > ${upper}, was ${before}`)
    if (after < (before < lower ? before : lower) - TOLERANCE) faults.push(`${name} ${after} < ${lower}, was ${before}`)
  } // prettier-ignore
  for (const { label, index, lower, upper } of of.bounds)
    hold(label, (x) => x[index]!, lower, upper)
  for (const { name, measure, rates, lower, upper, spends } of of.limits)
    hold(name, (x) => x.reduce((sum, value, i) => {
      const traded = Math.abs(value - start[i]!)
      const spent = spends === undefined ? 0 : spends.trading[i]! * traded + spends.impact[i]! * traded * Math.sqrt(traded)
      return sum + spent + rates[i]! * (measure === 'net' ? value : measure === 'gross' ? Math.abs(value) : traded)
    }, 0), lower, upper) // prettier-ignore
  const cash = problem.cash - changes.reduce((sum, change, i) => sum + change * lots[i]!.cash + costs[i]!, 0) // prettier-ignore
  if (cash < Math.min(problem.cashBuffer, problem.cash) - TOLERANCE) faults.push(`cash ${cash}`)
  if (of.tracking !== undefined) {
    const { weights, most } = of.tracking
    hold('tracking', (x) => Math.sqrt(of.horizonDays * variance(of.risk, x.map((value, i) => value - weights[i]!))), 0, most) // prettier-ignore
  }
  changes.forEach((change, i) => {
    if (!Number.isInteger(change)) faults.push(`${change} lots of ${i}`)
    for (const leg of legsOf(lots[i]!.held, change)) {
      const closes = Math.abs(leg) >= Math.floor(Math.abs(lots[i]!.held) + 1e-9) && leg * lots[i]!.held < 0 // prettier-ignore
      if (!closes && Math.abs(leg) * lots[i]!.value * problem.nav < problem.minimumTicket - 1e-6) faults.push(`order of ${leg} lots of ${i} is below the ticket`) // prettier-ignore
      if (!Number.isInteger(Math.round(leg * 1e6) / 1e6)) faults.push(`order of ${leg} lots of ${i}`) // prettier-ignore
    }
  })
  const earned = w.reduce((sum, x, i) => sum + of.expectedReturn[i]! * x - of.uncertaintyAversion * of.uncertainty[i]! * Math.abs(x) - of.borrow[i]! * Math.max(0, -x) - costs[i]!, 0) // prettier-ignore
  return { faults, objective: earned - of.riskAversion * of.horizonDays * variance(of.risk, w) }
}

function variance(
  { exposures, factorCovariance, specificVariance, factors }: LotProblem['of']['risk'],
  w: readonly number[],
): number {
  // prettier-ignore
  const k = factors.length
  const y = factors.map((_, a) => w.reduce((sum, x, i) => sum + exposures[i * k + a]! * x, 0))
  const common = y.reduce((sum, p, a) => sum + p * y.reduce((s, q, b) => s + factorCovariance[a * k + b]! * q, 0), 0) // prettier-ignore
  return common + w.reduce((sum, x, i) => sum + specificVariance[i]! * x * x, 0)
}

/** The orders that a change takes: through zero they are two. */
function legsOf(held: number, change: number): number[] {
  if (change === 0) return []
  return held * change < 0 && Math.abs(change) > Math.abs(held) ? [-held, change + held] : [change]
}

function feeBeyondRate(lot: LotFacts, change: number): number {
  return legsOf(lot.held, change).reduce((sum, leg) => sum + Math.max(0, lot.minimumFee - lot.feeRate * Math.abs(leg * lot.weight)), 0) // prettier-ignore
}

/** The best of all whole changes within two lots past the optimum and the start, by trying every one. */
function bestOfAll(problem: LotProblem, reach: number): number {
  const { of, lots, optimum } = problem
  const choices = lots.map(({ weight }, i) => {
    const wanted = Math.round((optimum.weights[i]! - of.start[i]!) / weight)
    const near = Array.from({ length: 2 * reach + 1 }, (_, at) => wanted - reach + at)
    return [...new Set([0, ...near])]
  })
  let best = -Infinity
  const visit = (changes: number[]): void => {
    const i = changes.length
    if (i === choices.length) {
      const { faults, objective } = checked(problem, changes, 'comes-in')
      if (faults.length === 0) best = Math.max(best, objective)
    } else for (const change of choices[i]!) visit([...changes, change])
  }
  visit([])
  return best
}

/** A hundredth of a basis point. */
const TINY = 1e-6

test('few names: nothing better among all whole changes round the optimum', () => {
  const short: string[] = []
  let compared = 0
  for (let seed = 1; seed <= 100; seed++) {
    const n = 1 + (seed % 6)
    const problem = lotProblemBySeed(seed, n, {
      nav: seed % 3 === 0 ? 20_000 : 60_000,
      minimumTicket: seed % 2 === 0 ? 500 : 0,
      startsOutside: seed % 5 === 0,
    })
    if (problem.optimum.unmended.length > 0) continue
    const solution = wholeLots(problem)
    const { faults, objective } = checked(problem, [...solution.changes])
    expect(faults, `seed ${seed}`).toEqual([])
    expect(objective).toBeCloseTo(solution.objective, 12)
    const best = bestOfAll(problem, [0, 12, 12, 4, 2, 1, 1][n]!)
    compared++
    // Where whole lots can come in from outside as the optimum does, they do.
    if (best > -Infinity) expect(checked(problem, [...solution.changes], 'comes-in').faults, `seed ${seed}`).toEqual([]) // prettier-ignore
    if (best > solution.objective + TINY) short.push(`seed ${seed}: ${best} > ${solution.objective}`) // prettier-ignore
  }
  expect(compared).toBeGreaterThan(80)
  expect(short.length, short.join('; ')).toBeLessThanOrEqual(0.02 * compared)
})

test.each(
  table(`
    situation                       | n   | seeds | nav      | options
    an account of usual lots        | 120 | 4     | 1000000  | {}
    lots that are large             | 40  | 8     | 50000    | {}
    a book outside its limits       | 60  | 8     | 1000000  | {"startsOutside": true}
    little turnover                 | 60  | 6     | 300000   | {"turnover": 0.03}
    outside, and little turnover    | 40  | 8     | 300000   | {"turnover": 0.03, "startsOutside": true}
    long only                       | 60  | 6     | 300000   | {"longOnly": true}
    fractions of lots held          | 40  | 6     | 300000   | {"fractions": true}
    no tickets                      | 60  | 4     | 300000   | {"minimumTicket": 0}
    tickets that are large          | 60  | 4     | 300000   | {"minimumTicket": 5000}
    a tracking error                | 30  | 6     | 300000   | {"tracking": 0.03}
  `),
)('$situation: every limit holds in whole lots', ({ n, seeds, nav, options }) => {
  for (let seed = 1; seed <= Number(seeds); seed++) {
    const of = { nav: Number(nav), ...(JSON.parse(options) as CaseOptions & LotOptions) }
    const problem = lotProblemBySeed(seed, Number(n), of)
    const solution = wholeLots(problem)
    const { faults, objective } = checked(problem, [...solution.changes])
    expect(faults, `seed ${seed}`).toEqual([])
    expect(objective).toBeCloseTo(solution.objective, 11)
    if (problem.optimum.unmended.length === 0) expect(solution.lossBps).toBeGreaterThan(-1e-3)
  }
})

test('five hundred names take little of a second', () => {
  const problem = lotProblemBySeed(1, 500, { nav: 1e7 })
  const times = Array.from({ length: 6 }, () => {
    const begun = performance.now()
    wholeLots(problem)
    return performance.now() - begun
  })
  expect(Math.min(...times)).toBeLessThan(150)
})

test('the loss vanishes with the lots', () => {
  const losses = [1e5, 1e7, 1e9].map((nav) => wholeLots(lotProblemBySeed(3, 30, { nav, minimumTicket: 0 })).lossBps) // prettier-ignore
  expect(losses[0]).toBeGreaterThan(losses[1]!)
  expect(losses[1]).toBeGreaterThan(losses[2]!)
  expect(losses[2]).toBeLessThan(0.01)
})

test('the same problem gives the same lots', () => {
  const problem = lotProblemBySeed(5, 50)
  expect(wholeLots(problem)).toEqual(wholeLots(problem))
})

/** One name, of which a forecast wants more than is held. */
function oneName(
  lot: Partial<LotFacts>,
  changes: Partial<LotProblem> = {},
  expected = 0.02,
): LotProblem {
  // prettier-ignore
  const drawn = caseBySeed(1, 1)
  const of = {
    ...drawn,
    start: Float64Array.of(0.1),
    expectedReturn: Float64Array.of(expected),
    uncertaintyAversion: 0,
    tradingCost: Float64Array.of(0.0005),
    impact: Float64Array.of(0),
    bounds: [{ label: 'position', index: 0, lower: -0.2, upper: 0.2, kind: 'limit' as const }],
    limits: [],
  }
  const optimum = optimise(of)
  if (optimum.status !== 'optimal') throw new Error('not solved')
  const facts = { weight: 0.01, held: 10, value: 0.01, cash: 0.01, minimumFee: 0, feeRate: 0, ...lot } // prettier-ignore
  return { of, optimum, lots: [facts], cash: 0.9, cashBuffer: 0, nav: 10_000, minimumTicket: 0, ...changes } // prettier-ignore
}

test.each(
  table(`
    situation                                | lot                                                      | problem                  | forecast | change | reason
    room up to its limit                     | {}                                                       | {}                       | 0.05     | 10     |
    one lot is more than its room            | {"weight": 0.15, "held": 0.6667, "value": 0.15}          | {}                       | 0.05     | 0      | one lot is 15.00 %, its limits leave it between -20.00 % and 20.00 %: kept as it is
    a contract beyond its limit              | {"weight": 0.5, "held": 0.2, "value": 0.1}               | {}                       | 0.05     | 0      | one lot is 50.00 %, its limits leave it between -20.00 % and 20.00 %: kept as it is
    untradable                               | {"untradable": "no price"}                               | {}                       | 0.05     | 0      | no price
    a least commission that eats the gain    | {"minimumFee": 0.01}                                     | {}                       | 0.05     | 0      | what it gains, 37.09 bps, is less than what it costs in whole lots, 100.50 bps
    a ticket larger than the room            | {}                                                       | {"minimumTicket": 1500}  | 0.05     | 0      | the trade is worth 1000.00, the minimum ticket is 1500
    cash for three lots                      | {}                                                       | {"cash": 0.0302}         | 0.05     | 3      |
    cash for three lots, not for their cost  | {}                                                       | {"cash": 0.03}           | 0.05     | 2      |
    no cash at all                           | {}                                                       | {"cash": 0.001}          | 0.05     | 0      | rounding the others to whole lots left no room or cash for a lot of it
  `),
)('$situation: $change lots', ({ lot, problem, forecast, change, reason }) => {
  const of = oneName(JSON.parse(lot) as Partial<LotFacts>, JSON.parse(problem) as Partial<LotProblem>, Number(forecast)) // prettier-ignore
  const { changes, skipped } = wholeLots(of)
  expect([...changes]).toEqual([Number(change)])
  expect(skipped.map(({ reason: told }) => told).join()).toBe(reason)
})

test('where one large lot is in the way of two smaller ones that are worth more, they are swapped', () => {
  const drawn = caseBySeed(1, 3)
  const sizes = [0.06, 0.05, 0.05]
  const of = {
    ...drawn,
    start: Float64Array.of(0, 0, 0),
    expectedReturn: Float64Array.of(0.02, 0.0199, 0.0198),
    uncertaintyAversion: 0,
    riskAversion: 1e-3,
    tradingCost: Float64Array.of(0, 0, 0),
    impact: Float64Array.of(0, 0, 0),
    bounds: sizes.map((upper, index) => ({ label: `position:${index}`, index, lower: 0, upper, kind: 'limit' as const })), // prettier-ignore
    limits: [{ name: 'cash', measure: 'net' as const, rates: Float64Array.of(1, 1, 1), lower: -Infinity, upper: 0.1, kind: 'limit' as const }], // prettier-ignore
  }
  const optimum = optimise(of)
  if (optimum.status !== 'optimal') throw new Error('not solved')
  expect(optimum.weights[0]).toBeCloseTo(0.06, 9)
  const lots = sizes.map((size) => ({ weight: size, held: 0, value: size, cash: size, minimumFee: 0, feeRate: 0 })) // prettier-ignore
  const solution = wholeLots({ of, optimum, lots, cash: 0.1, cashBuffer: 0, nav: 1e5, minimumTicket: 0 }) // prettier-ignore
  expect([...solution.changes]).toEqual([0, 1, 1])
  expect(solution.skipped).toEqual([{ index: 0, reason: expect.stringContaining('no room or cash') }]) // prettier-ignore
})
