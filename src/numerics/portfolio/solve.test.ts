/** The solver against closed forms, and its scalar step against a slow search. */
import { expect, test } from 'vitest'
import { randomKey, randomStream } from '#numerics/random.ts'
import { factorLoadings } from '#numerics/portfolio/factor-loadings.ts'
import { interiorPoint } from '#numerics/portfolio/interior-point.ts'
import type { PortfolioProblem, Row, Solution } from '#numerics/portfolio/problem.ts'
import { optimalityOf } from '#numerics/portfolio/optimality.ts'
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'
import { preparedPortfolio, solvePortfolio, solvePrepared } from '#numerics/portfolio/solve.ts'

const free = (n: number, of: Partial<PortfolioProblem>): PortfolioProblem => ({
  n,
  forecast: new Float64Array(n),
  start: new Float64Array(n),
  curvature: new Float64Array(n).fill(1),
  loadings: new Float64Array(0),
  factors: 0,
  holdingCost: new Float64Array(n),
  tradingCost: new Float64Array(n),
  impact: new Float64Array(n),
  lower: new Float64Array(n).fill(-Infinity),
  upper: new Float64Array(n).fill(Infinity),
  rows: [],
  ...of,
})

const net = (n: number, lower: number, upper: number): Row => ({ name: 'net', measure: 'net', rates: new Float64Array(n).fill(1), lower, upper }) // prettier-ignore

/** By both methods, which must agree. */
function solved(problem: PortfolioProblem): Solution {
  const solution = solvePortfolio(problem)
  if (solution === 'infeasible') throw new Error('feasible by construction')
  const other = interiorPoint(problem)
  expect([solution.status, other.status]).toEqual(['optimal', 'optimal'])
  other.weights.forEach((w, i) => expect(w).toBeCloseTo(solution.weights[i]!, 6))
  return solution
}

test('two assets with one factor: w = (2γΣ)⁻¹α by hand', () => {
  // γ = 2, factor variance 0.04, exposures 1 and 0.5, d = 0.09 and 0.01: V = [[0.13, 0.02], [0.02, 0.02]].
  const risk = factorLoadings(Float64Array.of(1, 0.5), Float64Array.of(0.04), 1, 2)!
  const { weights } = solved(free(2, { ...risk, forecast: Float64Array.of(0.1, 0.03), curvature: Float64Array.of(0.36, 0.04) })) // prettier-ignore
  // 4V w = α; det V = 0.0022; V⁻¹α = (0.02·0.1 − 0.02·0.03, −0.02·0.1 + 0.13·0.03) / 0.0022.
  expect(weights[0]).toBeCloseTo((0.02 * 0.1 - 0.02 * 0.03) / 0.0022 / 4, 12)
  expect(weights[1]).toBeCloseTo((-0.02 * 0.1 + 0.13 * 0.03) / 0.0022 / 4, 12)
})

test('fully invested Markowitz: wᵢ = (αᵢ − λ)/qᵢ with λ from the budget', () => {
  const [forecast, curvature] = [Float64Array.of(0.1, 0.2, 0.05), Float64Array.of(0.5, 1, 0.25)]
  const { weights, multipliers } = solved(free(3, { forecast, curvature, rows: [net(3, 1, 1)] }))
  const lambda = (0.1 / 0.5 + 0.2 + 0.05 / 0.25 - 1) / (1 / 0.5 + 1 + 1 / 0.25)
  expect(multipliers[0]).toBeCloseTo(lambda, 12)
  weights.forEach((w, i) => expect(w).toBeCloseTo((forecast[i]! - lambda) / curvature[i]!, 12))
})

test('a cost keeps a name where it is until the forecast is worth it', () => {
  const rest = { start: Float64Array.of(0.1, 0.1), tradingCost: Float64Array.of(0.05, 0.05) }
  const { weights } = solved(free(2, { ...rest, forecast: Float64Array.of(0.14, 0.3) }))
  expect(weights[0]).toBe(0.1)
  expect(weights[1]).toBeCloseTo(0.25, 12)
})

test('impact alone: z^{1/2} = ⅔·v/b', () => {
  const at = { curvature: Float64Array.of(1e-9), impact: Float64Array.of(0.3) }
  const { weights } = solved(free(1, { ...at, forecast: Float64Array.of(0.09) }))
  expect(weights[0]).toBeCloseTo(0.04, 8)
})

test('a portfolio that finances itself: a sale pays for a purchase and for both trades', () => {
  // Bought 0 → 0.04 (√z = 0.2) and sold 0.5 → 0.34 (√|z| = 0.4), spending 0.01|z| + 0.5|z|^{3/2}, at a price x = 0.1.
  // Slopes of the row: 1 + 0.01 + 0.75·0.2 = 1.16 and 1 − (0.01 + 0.75·0.4) = 0.69; so vᵢ = wᵢ + x·slopeᵢ.
  const forecast = Float64Array.of(0.04 + 0.1 * 1.16, 0.34 + 0.1 * 0.69)
  const spends = { trading: Float64Array.of(0.01, 0.01), impact: Float64Array.of(0.5, 0.5) }
  const spent = 0.01 * 0.2 + 0.5 * (0.008 + 0.064)
  const budget: Row = { ...net(2, -Infinity, 0.38 + spent), spends }
  const { weights, multipliers } = solved(free(2, { forecast, start: Float64Array.of(0, 0.5), rows: [budget] })) // prettier-ignore
  expect(weights[0]).toBeCloseTo(0.04, 11)
  expect(weights[1]).toBeCloseTo(0.34, 11)
  expect(multipliers[0]).toBeCloseTo(0.1, 11)
})

test('costs that are spent are paid only once they bind', () => {
  const spends = { trading: Float64Array.of(0.02), impact: Float64Array.of(0.1) }
  const at = { forecast: Float64Array.of(0.09), rows: [{ ...net(1, -Infinity, 0.2), spends }] }
  const { weights, multipliers } = solved(free(1, at))
  expect([weights[0], multipliers[0]]).toEqual([0.09, 0])
})

test('a row that counts spending has no lower bound', () => {
  const spends = { trading: Float64Array.of(0.02), impact: Float64Array.of(0) }
  const at = free(1, { rows: [{ ...net(1, 0, 0.2), spends }] })
  expect(() => solvePortfolio(at)).toThrow('row net counts spending')
})

test('no weights are said where a budget cannot be met', () => {
  const at = { lower: new Float64Array(2), upper: new Float64Array(2).fill(0.4) }
  expect(solvePortfolio(free(2, { ...at, rows: [net(2, 1, 1)] }))).toBe('infeasible')
})

/** Names enough for most of them to be screened out: one factor, two sectors, a turnover limit and costs. */
function large(n: number): PortfolioProblem {
  const random = randomStream(randomKey(n, 'large'))
  const drawn = (valueOf: () => number) => new Float64Array(n).map(valueOf)
  const sector = drawn(() => (random.uniform() < 0.5 ? 1 : 0))
  const start = drawn(() => (random.uniform() < 0.3 ? 0.02 * random.normal() : 0))
  return free(n, {
    forecast: drawn(() => 0.1 * random.normal()),
    start,
    curvature: drawn(() => 0.5 + random.uniform()),
    loadings: drawn(() => 0.5 + 0.2 * random.normal()),
    factors: 1,
    tradingCost: drawn(() => 0.01 + 0.02 * random.uniform()),
    lower: start.map((w) => w - 0.05),
    upper: start.map((w) => w + 0.05),
    rows: [
      net(n, -0.1, 0.1),
      { ...net(n, -0.05, 0.05), name: 'sector:A', rates: sector },
      { ...net(n, -0.05, 0.05), name: 'sector:B', rates: sector.map((rate) => 1 - rate) },
      { name: 'turnover', measure: 'turnover', rates: new Float64Array(n).fill(1), lower: -Infinity, upper: 0.4 }, // prettier-ignore
    ],
  })
}

test('most names screened out, a large problem comes out as by the other method', () => {
  const problem = large(600)
  const { weights, iterations } = solved(problem)
  expect(iterations).toBeLessThan(12)
  const { primal, dual, complementarity } = optimalityOf(problem, weights, solved(problem).multipliers) // prettier-ignore
  expect(Math.max(primal, dual, complementarity)).toBeLessThan(1e-10)
})

test('a conflict of a hair is proven where no name has bounds', () => {
  // Forty names bought from nothing: their sum is their turnover, and one must be what the other may not.
  const every = new Float64Array(40).fill(1)
  const rows = (most: number): readonly Row[] => [
    net(40, 0.5, 1),
    { name: 'turnover', measure: 'turnover', rates: every, lower: -Infinity, upper: most },
  ]
  expect(solvePortfolio(free(40, { rows: rows(0.5 - 1e-5) }))).toBe('infeasible')
  expect(solvePortfolio(free(40, { rows: rows(0.5 + 1e-5) }))).toMatchObject({ status: 'optimal' })
})

test('a problem that is laid out once answers to new forecasts to the bit as one laid out anew', () => {
  const problem = large(300)
  const prepared = preparedPortfolio(problem)
  const yesterday = solvePrepared(prepared, { forecast: problem.forecast.map((v) => 0.9 * v) })
  if (yesterday === 'infeasible') throw new Error('feasible by construction')
  expect(solvePrepared(prepared, {})).toEqual(solvePortfolio(problem))
  const moved = { start: problem.start.map((w) => 0.5 * w), upper: problem.upper.map((w) => w - 0.01) } // prettier-ignore
  expect(solvePrepared(prepared, moved, yesterday)).toEqual(solvePortfolio({ ...problem, ...moved }, yesterday)) // prettier-ignore
  const last = solvePrepared(prepared, {}, yesterday)
  expect(last).toMatchObject({ status: 'optimal' })
})

test('the step of one name is the minimum that a search finds', () => {
  const random = randomStream(randomKey(7, 'scalar step'))
  for (let round = 0; round < 2_000; round++) {
    const or0 = (value: number) => (random.uniform() < 0.3 ? 0 : value)
    const [v, s, a, b] = [random.normal(), or0(random.uniform()), or0(random.uniform()), or0(random.uniform())] // prettier-ignore
    const [q, start] = [0.1 + random.uniform(), or0(random.normal())]
    const [lower, upper] = [-random.uniform() * 3, random.uniform() * 3]
    const costOf = (w: number) => 0.5 * q * w * w - v * w + s * Math.abs(w) + a * Math.abs(w - start) + b * Math.abs(w - start) ** 1.5 // prettier-ignore
    let [low, high] = [lower, upper]
    for (let cut = 0; cut < 200; cut++) {
      const [x, y] = [low + (high - low) / 3, high - (high - low) / 3]
      if (costOf(x) < costOf(y)) high = y
      else low = x
    }
    const w = scalarStep(v, s, a, b, q, start, lower, upper)
    expect(costOf(w)).toBeLessThanOrEqual(costOf(low) + 1e-14)
    expect(w >= lower && w <= upper).toBe(true)
  }
})
