/**
 * How long a path over several steps takes to find: cold, and from yesterday's multipliers. Beside it, in the same run,
 * stand as many single-period solves of the same steps, each on its own and cold.
 */
import { randomKey, randomStream } from '#numerics/random.ts'
import type { Row } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import type { Period, PeriodsProblem } from '#numerics/multi-period/problem.ts'
import { solvePeriods } from '#numerics/multi-period/solve.ts'
import { milliseconds, percentile } from './figures.ts'

const SIZES = [
  [100, 3],
  [100, 5],
  [500, 3],
  [500, 5],
] as const
const FACTORS = 15
const SECTORS = 11
const RUNS = 7
/** What is left of a forecast in the next step, and what the next day's differ by. */
const LEFT = 0.6
const NEWS = 0.03

/** Prints a line for each size. */
export function run(): void {
  console.log(
    `multi-period: paths over T steps of n names, ${FACTORS} factors, beside T single-period solves`,
  )
  for (const [n, periods] of SIZES) console.log(line(n, periods))
}

function line(n: number, periods: number): string {
  const [yesterday, today] = [problemOf(n, periods, 0), problemOf(n, periods, NEWS)]
  const before = solved(yesterday)
  for (let i = 0; i < RUNS; i++) timed(() => each(today))
  const cold = Array.from({ length: RUNS }, () => timed(() => solved(today)))
  const warm = Array.from({ length: RUNS }, () => timed(() => solved(today, before.warmStart)))
  const single = Array.from({ length: RUNS }, () => timed(() => each(today)))
  const [a, b, c] = [cold, warm, single].map((times) => percentile(times, 0.5)) as [number, number, number] // prettier-ignore
  const { iterations, certificate } = solved(today)
  return `  ${String(n).padStart(5)} × T = ${periods}   cold ${milliseconds(a)} (${(a / c).toFixed(1)}× theirs)   warm ${milliseconds(b)} (${(b / c).toFixed(1)}×)   ${periods} single ${milliseconds(c)}   gap ${certificate.relativeGap.toExponential(0)}, ${iterations} iterations` // prettier-ignore
}

function timed(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

function solved(problem: PeriodsProblem, warm?: Parameters<typeof solvePeriods>[1]) {
  const solution = solvePeriods(problem, warm)
  if (solution.status !== 'optimal') throw new Error(`not solved: ${JSON.stringify(solution)}`)
  return solution
}

/** Every step on its own, from where the book starts. */
function each(problem: PeriodsProblem): void {
  for (const step of problem.steps) {
    const rows = problem.rows.map((row, j) => ({ ...row, lower: step.rowLower[j]!, upper: step.rowUpper[j]! })) // prettier-ignore
    const solution = solvePortfolio({ ...problem, ...step, rows })
    if (solution === 'infeasible' || solution.status !== 'optimal') throw new Error('not solved')
  }
}

const row = (name: string, measure: Row['measure'], rates: Float64Array, lower: number, upper: number): Row => ({ name, measure, rates, lower, upper }) // prettier-ignore

/** A long–short book of two days a step, with sectors, beta and turnover limited. */
function problemOf(n: number, periods: number, news: number): PeriodsProblem {
  const random = randomStream(randomKey(17, 'multi-period bench', n))
  const filled = (value: () => number) => Float64Array.from({ length: n }, value)
  const ones = filled(() => 1)
  const loadings = Float64Array.from({ length: n * FACTORS }, (_, at) => at % FACTORS === 0 ? 0.025 + 0.006 * random.normal() : 0.006 * random.normal()) // prettier-ignore
  const [alpha, curvature, start] = [filled(() => 0.003 * random.normal()), filled(() => 4e-3 * (0.5 + random.uniform())), filled(() => random.normal() / n)] // prettier-ignore
  const beta = filled(() => 1 + 0.3 * random.normal())
  const rows = [
    row('gross', 'gross', ones, -Infinity, 2),
    row('turnover', 'turnover', ones, -Infinity, 0.5),
    row('net', 'net', ones, -1, 1),
    row('beta', 'net', beta, -0.1, 0.1),
    ...Array.from({ length: SECTORS }, (_, sector) => row(`sector:${sector}`, 'net', ones.map((__, i) => (i % SECTORS === sector ? 1 : 0)), -0.2, 0.2)), // prettier-ignore
  ]
  const today = alpha.map((value) => value + news * 0.003 * random.normal())
  const steps = Array.from({ length: periods }, (_, t): Period => ({
    scale: Math.SQRT2,
    forecast: today.map((value) => value * LEFT ** t),
    curvature,
    holdingCost: filled(() => 1e-4),
    tradingCost: filled(() => 5e-4),
    impact: filled(() => 5e-3),
    lower: filled(() => -0.05),
    upper: filled(() => 0.05),
    leastTrade: filled(() => -Infinity),
    mostTrade: filled(() => Infinity),
    rowLower: Float64Array.from(rows, ({ lower }) => lower),
    rowUpper: Float64Array.from(rows, ({ upper }) => upper),
  }))
  return { n, start, loadings, factors: FACTORS, rows, steps }
}
