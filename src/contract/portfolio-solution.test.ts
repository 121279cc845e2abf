/** Solutions held against the documents they answer, by a checker that shares no code with the solver. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromJSONSchema } from 'zod'
import { conflictOf } from '#numerics/portfolio/conflict.ts'
import { interiorPoint } from '#numerics/portfolio/interior-point.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { PORTFOLIO_PROBLEM_SCHEMA, readPortfolioDocument, type PortfolioDocument } from '#contract/portfolio-document.ts' // prettier-ignore
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import { infeasibleDocument, PORTFOLIO_SOLUTION, PORTFOLIO_SOLUTION_SCHEMA, solutionDocument } from '#contract/portfolio-solution.ts' // prettier-ignore
import { checked } from '#test/support/portfolio-checker.ts'
import { feasibleDocument, infeasibleProblem } from '#test/support/portfolio-problems.ts'
import {
  expectMinimalConflict,
  expectSolved,
  formOf,
} from '#test/support/portfolio-expectations.ts'

const TIMES = { milliseconds: 1, warmMilliseconds: undefined }
const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1)

test('random problems of every degeneracy are solved, and the other method agrees', () => {
  for (const seed of SEEDS) {
    const document = feasibleDocument(seed, 60)
    const { objective } = expectSolved(document, seed)
    if (seed % 3 > 0) continue
    const other = interiorPoint(formOf(document).problem)
    expect(other.status, `seed ${seed}`).toBe('optimal')
    const again = checked(document, { ...solutionDocument(formOf(document), document.assets, other, TIMES) }) // prettier-ignore
    expect(again.violation, `seed ${seed}`).toBeLessThan(1e-7)
    expect(Math.abs(again.objective - objective), `seed ${seed}`).toBeLessThan(1e-5 * Math.max(0.1, Math.abs(objective))) // prettier-ignore
  }
})

test('names without specific risk are solved as well', () => {
  for (const seed of SEEDS.slice(0, 60)) {
    const document = feasibleDocument(seed, 20)
    expectSolved({ ...document, idiosyncraticVariance: document.assets.map((_, i) => (i % 2) * 0.04) }, seed) // prettier-ignore
  }
})

test('costs of trading are paid out of cash, whichever way the budget binds', () => {
  let agreed = 0
  const prices = SEEDS.map((seed) => {
    const base = feasibleDocument(seed, 40)
    const { w0, limits, assets } = base
    // Nothing to spend but what sales raise, with costs that matter: where the book stands is always inside.
    const document: PortfolioDocument = { ...base, limits: { ...(seed % 2 === 0 ? { gross: Math.max(0.5, w0.reduce((a, b) => a + Math.abs(b), 0)) } : {}), position: Math.max(limits.position ?? 0, ...w0.map(Math.abs)) }, lower: assets.map(() => -1), upper: assets.map(() => 1), longOnly: false, participation: assets.map(() => 1), clusters: [], factorBands: [], margin: { rates: assets.map(() => 0), available: 1 }, cash: 1 - w0.reduce((a, b) => a + b, 0), spendCosts: true } // prettier-ignore
    const { objective } = expectSolved(document, seed)
    const { problem } = formOf(document)
    const [other, solution] = [interiorPoint(problem), solvePortfolio(problem)]
    const again = checked(document, { ...solutionDocument(formOf(document), assets, other, TIMES) })
    // The other method is coarser: where it vouches for its weights, they cost the same.
    if (other.status === 'optimal') {
      agreed++
      expect(Math.abs(again.objective - objective), `seed ${seed}`).toBeLessThan(1e-5 * Math.max(0.1, Math.abs(objective))) // prettier-ignore
    }
    return solution === 'infeasible' ? 0 : solution.multipliers[problem.rows.findIndex(({ name }) => name === 'cash')]! // prettier-ignore
  })
  expect(agreed).toBeGreaterThan(0.95 * SEEDS.length)
  expect(prices.filter((price) => price > 1e-4).length).toBeGreaterThan(SEEDS.length / 3)
})

test('a budget that counts costs wants cash to be named', () => {
  const read = readPortfolioDocument({
    ...feasibleDocument(1, 5),
    cash: undefined,
    spendCosts: true,
  })
  expect(read).toEqual({ ok: false, error: 'cash: missing, expected because spendCosts is there' })
})

test('limits that cannot hold together are named, none too many', () => {
  for (const seed of SEEDS.slice(0, 100)) expectMinimalConflict(infeasibleProblem(seed, 25), seed)
})

test('the cheapest relaxation makes the limits hold', () => {
  const base = feasibleDocument(3, 20)
  const document: PortfolioDocument = { ...base, w0: base.assets.map(() => 0), lower: base.assets.map(() => 0.02), upper: base.assets.map(() => 1), limits: { gross: 0.01 * base.assets.length } } // prettier-ignore
  const conflict = conflictOf(formOf(document).problem, formOf(document).bounds)
  const gives = conflict?.cheapestRelaxation.get('gross') ?? Number.NaN
  expect(gives).toBeCloseTo(0.01 * base.assets.length, 9)
  const wider = { ...document, limits: { gross: 0.01 * base.assets.length + gives + 1e-9 } }
  expectSolved({ ...wider, longOnly: false, cash: -9 }, 3)
})

test('from its own multipliers a problem is solved at once, to the same bits twice', () => {
  const { problem } = formOf(feasibleDocument(17, 60))
  const [first, second] = [solvePortfolio(problem), solvePortfolio(problem)]
  if (first === 'infeasible') throw new Error('feasible by construction')
  expect(second).toEqual(first)
  const warm = solvePortfolio(problem, first)
  expect(warm).toMatchObject({ status: 'optimal' })
  expect(warm === 'infeasible' ? 99 : warm.iterations).toBeLessThanOrEqual(1)
})

const schemaOf = (schema: object) => fromJSONSchema(schema as Parameters<typeof fromJSONSchema>[0]) // prettier-ignore

test('documents are what their schemas say', () => {
  const document = feasibleDocument(5, 10)
  expect(schemaOf(PORTFOLIO_PROBLEM_SCHEMA).safeParse(document).success).toBe(true)
  const form = formOf(document)
  const solution = solvePortfolio(form.problem)
  if (solution === 'infeasible') throw new Error('feasible by construction')
  const conflicting = formOf(infeasibleProblem(5, 10))
  const conflict = conflictOf(conflicting.problem, conflicting.bounds)
  if (conflict === undefined) throw new Error('infeasible by construction')
  for (const each of [solutionDocument(form, document.assets, solution, TIMES), infeasibleDocument(conflict, TIMES)]) // prettier-ignore
    expect(schemaOf(PORTFOLIO_SOLUTION_SCHEMA).safeParse(PORTFOLIO_SOLUTION.encode(each)).success).toBe(true) // prettier-ignore
})

interface Generator {
  readonly SIZES: readonly (readonly [number, number])[]
  readonly generate: (n: number, k: number) => unknown
  readonly toDocument: (problem: unknown) => unknown
}
const PROBLEMS = '../shared/bench/qp'
const isHere = existsSync(PROBLEMS)
describe.skipIf(!isHere)(
  `the reference problems of ${PROBLEMS} (skipped without them)`,
  async () => {
    const { SIZES, generate, toDocument } = isHere ? ((await import(`${process.cwd()}/${PROBLEMS}/generate.mjs`)) as Generator) : { SIZES: [], generate: () => {}, toDocument: () => {} } // prettier-ignore
    const optima = isHere ? (JSON.parse(readFileSync(`${PROBLEMS}/reference.json`, 'utf8')) as { readonly objective: Record<string, number> }).objective : {} // prettier-ignore
    test.each([...SIZES])('%i names, %i factors', (n, k) => {
      const read = readPortfolioDocument(JSON.parse(JSON.stringify(toDocument(generate(n, k)))))
      if (!read.ok) throw new Error(read.error)
      const { objective } = expectSolved(read.value, n)
      const optimum = optima[`pf_n${n}_k${k}`] ?? Number.NaN
      expect(Math.abs(objective - optimum) / Math.abs(optimum)).toBeLessThan(1e-9)
    })
  },
)

test('a covariance with a negative eigenvalue is refused', () => {
  const document = feasibleDocument(5, 10)
  const factors = { exposures: document.assets.map(() => [1, 1]), covariance: [[1, 2], [2, 1]] } // prettier-ignore
  expect(normalFormOf({ ...document, factors, factorBands: [] })).toMatchObject({ ok: false, error: expect.stringContaining('negative eigenvalue') as string }) // prettier-ignore
})
