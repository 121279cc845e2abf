/** Closed forms against the paper's numbers, against each other, and in their limits. */
import { describe, expect, test } from 'vitest'
import { costOfHoldings, holdingsOf, sinhRatio, steppedUrgencyRate, urgencyRate, type ExecutionProblem } from '#execution/algorithms/almgren-chriss.ts' // prettier-ignore
import {
  bestTrajectory,
  remainingAt,
  type FadingDrift,
} from '#execution/algorithms/decaying-alpha.ts'
import { linearImpact } from '#execution/algorithms/linear-impact.ts'
import { table } from '#test/support/table.ts'

/** Almgren & Chriss (2001), section 3.4, table 1: a million shares at $50 in five days. */
const paper = (riskAversion: number): ExecutionProblem => ({
  units: 1e6,
  days: 5,
  volatility: 0.95,
  riskAversion,
  impact: { temporary: 2.5e-6, permanent: 2.5e-7 },
})
const HALF_SPREAD = 0.0625

describe("the paper's example", () => {
  test('κ at λ = 1e-6 is 0.61 a day', () => {
    expect(steppedUrgencyRate(paper(1e-6), 1)).toBeCloseTo(0.607, 3)
  })

  test('without risk aversion: sold evenly, E = $662,500 and V = $² 1.083e12, by its equations 11 and 12', () => {
    const holdings = holdingsOf(paper(0), 5)
    expect([...holdings].map(Math.round)).toEqual([1e6, 8e5, 6e5, 4e5, 2e5, 0])
    const cost = costOfHoldings(holdings, paper(0), HALF_SPREAD)
    expect(cost.spread + cost.temporary + cost.permanent).toBeCloseTo(662_500, 3)
    expect(cost.variance).toBeCloseTo(1.083e12, -7)
  })

  // As the DROP library prints them for the example (`AlmgrenChriss`; E in millions, V in 1e12).
  test.each(
    table(`
      lambda | mean   | variance
      1e-9   | 0.6625 | 1.0812
      5e-9   | 0.6625 | 1.0740
      9e-9   | 0.6626 | 1.0669
    `),
  )('λ = $lambda: E = $mean, V = $variance', ({ lambda, mean, variance }) => {
    const problem = paper(Number(lambda))
    const cost = costOfHoldings(holdingsOf(problem, 5), problem, HALF_SPREAD)
    expect((cost.spread + cost.temporary + cost.permanent) / 1e6).toBeCloseTo(Number(mean), 4)
    expect(cost.variance / 1e12).toBeCloseTo(Number(variance), 4)
  })

  test('E and V of λ = 2e-6 are those of the closed forms, equations 20 and 21', () => {
    const problem = paper(2e-6)
    const [k, X, T] = [steppedUrgencyRate(problem, 1), 1e6, 5]
    const { sinh, cosh, tanh } = Math
    const effective = 2.5e-6 - 2.5e-7 / 2
    const mean =
      (2.5e-7 * X * X) / 2 +
      HALF_SPREAD * X +
      (effective * X * X * tanh(k / 2) * (sinh(2 * k * T) + 2 * T * sinh(k))) /
        (2 * sinh(k * T) * sinh(k * T))
    const variance =
      (0.5 * 0.95 * 0.95 * X * X * (sinh(k * T) * cosh(k * (T - 1)) - T * sinh(k))) /
      (sinh(k * T) * sinh(k * T) * sinh(k))
    const cost = costOfHoldings(holdingsOf(problem, 5), problem, HALF_SPREAD)
    expect((cost.spread + cost.temporary + cost.permanent) / mean).toBeCloseTo(1, 10)
    expect(cost.variance / variance).toBeCloseTo(1, 10)
  })

  test('no neighbouring path has less E + λ V', () => {
    const problem = paper(2e-6)
    const best = holdingsOf(problem, 5)
    const objective = (holdings: Float64Array): number => {
      const { spread, temporary, permanent, variance } = costOfHoldings(holdings, problem, HALF_SPREAD) // prettier-ignore
      return spread + temporary + permanent + problem.riskAversion * variance
    }
    for (const day of [1, 2, 3, 4])
      for (const shift of [-10_000, 10_000])
        expect(objective(best.map((x, j) => (j === day ? x + shift : x)))).toBeGreaterThan(objective(best)) // prettier-ignore
  })
})

const NO_DRIFT: FadingDrift = { initial: 0, fading: 1 }

describe('the trajectory', () => {
  const path = (riskAversion: number, drift: FadingDrift) =>
    bestTrajectory(paper(riskAversion), drift)

  test('without aversion and drift is even in time', () => {
    const even = path(0, NO_DRIFT)
    for (const at of [0, 1, 2.5, 5])
      expect(remainingAt(even, at)).toBeCloseTo(1e6 * (1 - at / 5), 3)
  })

  test('of great aversion is over at once', () => {
    expect(remainingAt(path(1, NO_DRIFT), 0.05)).toBeLessThan(1)
  })

  test("without drift is the paper's sinh(κ(T − t)) / sinh(κT)", () => {
    const of = paper(2e-6)
    const rate = urgencyRate(of)
    for (const at of [0.5, 2, 4])
      expect(remainingAt(path(2e-6, NO_DRIFT), at)).toBeCloseTo((1e6 * Math.sinh(rate * (5 - at))) / Math.sinh(rate * 5), 3) // prettier-ignore
  })

  test('solves ẍ = κ² x + μ / 2η inside', () => {
    const drift = { initial: 0.02, fading: 0.4 }
    const found = path(2e-6, drift)
    const [at, step] = [1.3, 1e-3]
    const x = (time: number): number => remainingAt(found, time)
    const second = (x(at + step) - 2 * x(at) + x(at - step)) / (step * step)
    const rate = urgencyRate(paper(2e-6))
    const wanted = rate * rate * x(at) + (0.02 * Math.exp(-0.4 * at)) / 5e-6
    expect(second / wanted).toBeCloseTo(1, 3)
  })

  test('with a drift that does not fade is that of section 4.1', () => {
    // x̄ = −μ / 2λσ²: the paper's, for a trade that the price runs away from.
    const [drift, lambda] = [0.02, 2e-6]
    const rate = urgencyRate(paper(lambda))
    const level = -drift / (2 * lambda * 0.95 * 0.95)
    const found = path(lambda, { initial: drift, fading: 1e-9 })
    for (const at of [1, 2.5, 4]) {
      const [rest, gone] = [Math.sinh(rate * (5 - at)), Math.sinh(rate * at)]
      const wanted =
        (rest * 1e6) / Math.sinh(rate * 5) + (1 - (rest + gone) / Math.sinh(rate * 5)) * level
      expect(remainingAt(found, at)).toBeCloseTo(wanted, 0)
    }
  })

  test('a reason that fades faster trades faster, one of the same size that lasts less so', () => {
    const whole = 0.5
    const left = (halfLife: number): number => {
      const fading = Math.LN2 / halfLife
      return remainingAt(path(1e-8, { initial: whole * fading, fading }), 1)
    }
    const [fast, slow, none] = [left(0.5), left(20), remainingAt(path(1e-8, NO_DRIFT), 1)]
    expect(fast).toBeLessThan(slow)
    expect(slow).toBeLessThan(none)
  })

  test.each([
    { kind: 'strong, against us', initial: 3, fading: 0.5, lambda: 2e-6 },
    { kind: 'strong, for us', initial: -3, fading: 0.5, lambda: 1e-8 },
    { kind: 'for us, and averse to risk', initial: -3, fading: 0.5, lambda: 2e-6 },
    { kind: 'at resonance', initial: 0.1, fading: urgencyRate(paper(2e-6)), lambda: 2e-6 },
  ])('never turns back: $kind', ({ initial, fading, lambda }) => {
    const found = path(lambda, { initial, fading })
    const xs = Array.from({ length: 101 }, (_, j) => remainingAt(found, (5 * j) / 100))
    expect(xs[0]).toBe(1e6)
    expect(xs.at(-1)).toBe(0)
    for (const [j, x] of xs.entries()) expect(x).toBeLessThanOrEqual((xs[j - 1] ?? 1e6) + 1e-6)
  })

  test('ends early where the reason is strong, starts late where the price comes our way', () => {
    expect(path(2e-6, { initial: 3, fading: 0.5 }).end).toBeLessThan(4)
    expect(path(1e-8, { initial: -3, fading: 0.5 }).start).toBeGreaterThan(0.5)
  })
})

test('the ratio of hyperbolic sines does not overflow', () => {
  expect(sinhRatio(1e4, 0.5, 1)).toBe(0)
  expect(sinhRatio(1e4, 1, 1)).toBe(1)
  expect(sinhRatio(2, 0.3, 0.7)).toBeCloseTo(Math.sinh(0.6) / Math.sinh(1.4), 14)
})

test('linear impact meets the power law at the mean pace: 1 % of a day in half a day', () => {
  const of = { price: 50, dailyVolatility: 0.02, dailyVolume: 5e6, units: 5e4, days: 0.5 }
  const { temporary } = linearImpact(of)
  // 0.142 · 0.02 · 0.02^0.6 of the price.
  expect((temporary * (5e4 / 0.5)) / 50).toBeCloseTo(0.142 * 0.02 * 0.02 ** 0.6, 12)
})
