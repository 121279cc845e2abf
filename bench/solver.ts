/**
 * How right the portfolio solver is and how long it takes, as tables in Markdown. From typed arrays in memory to
 * weights, just-in-time-warm, as in a running engine: cold in its multipliers with all set-up, and from yesterday's
 * multipliers with what stays from day to day laid out; from a document; and in a fresh process, with its memory. Beside
 * ours stands the fastest native solver's time, scaled to this machine by a kernel that both machines ran.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readPortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import type { Solution } from '#numerics/portfolio/problem.ts'
import { preparedPortfolio, solvePortfolio, solvePrepared } from '#numerics/portfolio/solve.ts'
import { milliseconds, percentile } from './figures.ts'
import { accuracyOf, nameOf, PROBLEMS, problemOf, references, type Accuracy, type Generated, type References } from './solver-problems.ts' // prettier-ignore

const CHILD = fileURLToPath(new URL('children/solve.ts', import.meta.url))
const RUNS = 25
/** Solves of each size before any is timed: the compiler settles on small problems slowly. */
const warmUpsOf = (n: number): number => Math.ceil(Math.min(300, 60_000 / n))
/** Forecasts of the day before: a share of today's, the rest from another name's. */
const PERSISTENCE = 0.97
/** How many times faster than the fastest native solver, by number of names; and from yesterday's multipliers. */
const AIMS: Readonly<Record<number, number>> = { 100: 2, 500: 5, 1_000: 6, 3_000: 8, 5_000: 12 }
const WARM_AIM = 50
const WARM_FROM = 1_000
const MEMORY_AIM_MB = 200
/** Sizes at which growth shows: beyond the small ones' fixed costs. */
const GROWTH = [2_500, 5_000, 10_000, 20_000]
const FACTORS = [15, 50]
const GROWTH_RUNS = 40

/** Prints the tables; says so where the problems are not at hand. */
export async function run(): Promise<void> {
  const given = await references()
  if (given === undefined) return console.log(`solver: skipped, no ${PROBLEMS}`)
  const { generator, peers } = given
  const first = calibration()
  const measured = generator.SIZES.map(([n, k]) => measuredOf(given, generator.generate(n, k)))
  // The machine's speed from before and after, so that what else it did meanwhile shows.
  const calibrations = [first, calibration(), calibration()]
  const scale = Math.min(...calibrations) / peers.calibrationMs
  printAccuracy(measured)
  console.log(`\nsolver: calibration ${calibrations.map((ms) => milliseconds(ms)).join(', ')} (the least counts), theirs ${milliseconds(peers.calibrationMs)}: natives scaled by ${scale.toFixed(2)}\n`) // prettier-ignore
  printSpeed(given, measured, scale)
  printGrowth(given)
}

function calibration(): number {
  const printed = execFileSync(process.execPath, [join(PROBLEMS, 'calibrate.mjs')], { encoding: 'utf8' }) // prettier-ignore
  return Number(/ms: ([\d.]+)/.exec(printed)?.[1])
}

/** Milliseconds: the median, and the least beside it. */
interface Times {
  readonly median: number
  readonly least: number
}

interface Measured {
  readonly n: number
  readonly k: number
  readonly accuracy: Accuracy
  readonly iterations: number
  readonly cold: Times
  readonly warm: Times
  readonly document: Times
  readonly fresh: { readonly ms: number; readonly memoryMb: number }
}

function measuredOf(given: References, today: Generated): Measured {
  const { n, k, alpha } = today
  const read = readPortfolioDocument(given.generator.toDocument(today))
  if (!read.ok) throw new Error(read.error)
  const document = read.value
  const prepared = preparedPortfolio(problemOf(today))
  const before = alpha.map((v, i) => PERSISTENCE * v + (1 - PERSISTENCE) * alpha.at(i - 1)!)
  const yesterday = optimum(solvePrepared(prepared, { forecast: before }))
  const solves = {
    cold: () => solvePortfolio(problemOf(today)),
    warm: () => solvePrepared(prepared, { forecast: alpha }, yesterday),
    document: () => {
      const form = normalFormOf(document)
      if (!form.ok) throw new Error(form.error)
      return solvePortfolio(form.value.problem)
    },
  }
  const times = { cold: timed(n, solves.cold), warm: timed(n, solves.warm), document: timed(n, solves.document) } // prettier-ignore
  const solution = optimum(solves.cold())
  const empty = inFreshProcess('')
  const fresh = inFreshProcess(JSON.stringify(document))
  return {
    n,
    k,
    accuracy: accuracyOf(given, today, prepared.problem, solution),
    iterations: solution.iterations,
    ...times,
    fresh: { ms: fresh.ms, memoryMb: fresh.peakMb - empty.peakMb },
  }
}

function optimum(solution: Solution | 'infeasible'): Solution {
  if (solution === 'infeasible' || solution.status !== 'optimal') throw new Error('not solved')
  return solution
}

function timed(n: number, solve: () => Solution | 'infeasible'): Times {
  for (let i = warmUpsOf(n); i > 0; i--) optimum(solve())
  const measured = Array.from({ length: RUNS }, () => {
    const begun = performance.now()
    const solution = solve()
    const ms = performance.now() - begun
    optimum(solution)
    return ms
  })
  return { median: percentile(measured, 0.5), least: Math.min(...measured) }
}

function inFreshProcess(input: string): { readonly ms: number; readonly peakMb: number } {
  const printed = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD], { input, encoding: 'utf8' }) // prettier-ignore
  return JSON.parse(printed) as { readonly ms: number; readonly peakMb: number }
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const cells of [head, head.map(() => '---:'), ...rows]) console.log(line(cells))
}

const size = (value: number) => (value === 0 ? '0' : value.toExponential(0))

function printAccuracy(measured: readonly Measured[]): void {
  printTable(
    ['names × factors', 'objective gap, relative', 'violation', 'wrong signs', 'stationarity', 'complementarity'], // prettier-ignore
    measured.map(({ n, k, accuracy: { gap, violation, wrongSigns, stationarity, complementarity } }) => [`${n} × ${k}`, size(gap), size(violation), `${wrongSigns}`, size(stationarity), size(complementarity)]), // prettier-ignore
  )
}

const both = ({ median, least }: Times) => `${milliseconds(median)} (${milliseconds(least)})`
const verdict = (ratio: number, least: number | undefined) => `${ratio.toFixed(1)}×${least === undefined ? '' : ` (${least}×: ${ratio >= least ? 'met' : 'missed'})`}` // prettier-ignore

function printSpeed({ peers }: References, measured: readonly Measured[], scale: number): void {
  printTable(
    ['names × factors', 'fastest native, scaled', 'cold, median (least)', 'ratio (aim)', 'unscaled', 'from yesterday', 'ratio (aim)', 'from a document', 'fresh process', 'memory', 'iterations'], // prettier-ignore
    measured.map(({ n, k, cold, warm, document, fresh, iterations }) => {
      const raw = Math.min(...Object.values(peers.solvers).map((each) => each[nameOf(n, k)]?.ms ?? Infinity)) // prettier-ignore
      const native = raw * scale
      return [`${n} × ${k}`, milliseconds(native), both(cold), verdict(native / cold.median, AIMS[n]), `${(raw / cold.median).toFixed(1)}×`, both(warm), verdict(native / warm.median, n >= WARM_FROM ? WARM_AIM : undefined), milliseconds(document.median), milliseconds(fresh.ms), `${fresh.memoryMb.toFixed(0)} MB`, `${iterations}`] // prettier-ignore
    }),
  )
  const most = Math.max(...measured.map(({ fresh }) => fresh.memoryMb))
  console.log(`\nsolver: at most ${most.toFixed(0)} MB beyond an empty process (aim ${MEMORY_AIM_MB} MB: ${most <= MEMORY_AIM_MB ? 'met' : 'missed'})\n`) // prettier-ignore
}

/**
 * How a cold solve, set-up included, grows with the names at each number of factors, in processor time, which other
 * programs do not lengthen. Problems differ in how many iterations they need, so an iteration's growth stands beside.
 */
function printGrowth({ generator }: References): void {
  for (const k of FACTORS) {
    const sizes = GROWTH.map((n) => {
      const given = generator.generate(n, k)
      const solve = () => solvePortfolio(problemOf(given))
      const { iterations } = optimum(solve())
      return { n, iterations, ms: processorMs(solve) }
    })
    const shown = sizes.map(({ n, ms, iterations }) => [`${n} × ${k}`, milliseconds(ms), `${((1_000 * ms) / n).toFixed(2)} µs`, `${iterations}`]) // prettier-ignore
    printTable(['names × factors', 'cold, processor time', 'a name', 'iterations'], shown)
    const each = sizes.map(({ n, ms, iterations }) => ({ n, ms: ms / iterations }))
    console.log(`\nsolver: with ${k} factors a solve grows as n^${exponent(sizes).toFixed(2)}, an iteration as n^${exponent(each).toFixed(2)} (linear: 1)\n`) // prettier-ignore
  }
}

/** The mean of many runs: the system counts processor time in ticks longer than one. */
function processorMs(solve: () => unknown): number {
  const before = process.threadCpuUsage()
  for (let i = GROWTH_RUNS; i > 0; i--) solve()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000 / GROWTH_RUNS
}

/** Slope of ln ms on ln n by least squares. */
function exponent(points: readonly { readonly n: number; readonly ms: number }[]): number {
  const logs = points.map(({ n, ms }) => [Math.log(n), Math.log(ms)] as const)
  const mean = (at: 0 | 1) => logs.reduce((sum, each) => sum + each[at], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const across = logs.reduce((sum, each) => sum + (each[0] - x) * (each[1] - y), 0)
  return across / logs.reduce((sum, each) => sum + (each[0] - x) ** 2, 0)
}
