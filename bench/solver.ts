/**
 * How long a portfolio problem takes to solve, from numbers in memory to weights: just-in-time-warm and cold in its
 * multipliers (as in a running engine), from yesterday's multipliers, and in a fresh process. Beside ours stands the
 * fastest native solver's time, scaled to this machine by a kernel that both machines ran.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readPortfolioDocument, type PortfolioDocument } from '#contract/portfolio-document.ts'
import { normalFormOf } from '#contract/portfolio-normal-form.ts'
import { objectiveAt, type Solution, type WarmStart } from '#numerics/portfolio/problem.ts'
import { solvePortfolio } from '#numerics/portfolio/solve.ts'
import { milliseconds, percentile } from './figures.ts'

const PROBLEMS = join(import.meta.dirname, '../../shared/bench/qp')
const CHILD = fileURLToPath(new URL('children/solve.ts', import.meta.url))
const RUNS = 15
/** Solves of each size before any is timed: the compiler settles on small problems slowly. */
const warmUpsOf = (n: number): number => Math.ceil(Math.min(200, 40_000 / n))
const CALIBRATIONS = 3
/** Forecasts of the day before: a share of today's, the rest from another name's. */
const PERSISTENCE = 0.97
/** How many times faster than the fastest native solver, by number of names. */
const AIMS: Readonly<Record<number, number>> = { 100: 2, 500: 5, 1_000: 6, 3_000: 8, 5_000: 12 }
const WARM_AIM = 50

interface Generator {
  readonly SIZES: readonly (readonly [number, number])[]
  readonly generate: (n: number, k: number) => unknown
  readonly toDocument: (problem: unknown) => unknown
}
interface Peers {
  readonly calibrationMs: number
  readonly solvers: Readonly<Record<string, Readonly<Record<string, { readonly ms: number }>>>>
}

/** Prints a line for each size; says so where the problems are not at hand. */
export async function run(): Promise<void> {
  if (!existsSync(PROBLEMS)) return console.log(`solver: skipped, no ${PROBLEMS}`)
  const peers = JSON.parse(readFileSync(join(PROBLEMS, 'peers.json'), 'utf8')) as Peers
  const reference = JSON.parse(readFileSync(join(PROBLEMS, 'reference.json'), 'utf8')) as { readonly objective: Readonly<Record<string, number>> } // prettier-ignore
  const generator = (await import(pathToFileURL(join(PROBLEMS, 'generate.mjs')).href)) as Generator
  const calibrations = Array.from({ length: CALIBRATIONS }, () => calibration())
  const scale = Math.min(...calibrations) / peers.calibrationMs
  console.log(`solver: calibration ${milliseconds(Math.min(...calibrations))}, theirs ${milliseconds(peers.calibrationMs)}; natives scaled by ${scale.toFixed(2)}`) // prettier-ignore
  for (const [n, k] of generator.SIZES) {
    const name = `pf_n${n}_k${k}`
    const read = readPortfolioDocument(generator.toDocument(generator.generate(n, k)))
    if (!read.ok) throw new Error(read.error)
    const native = Math.min(...Object.values(peers.solvers).map((each) => each[name]?.ms ?? Infinity)) // prettier-ignore
    console.log(line(n, k, native, scale, measured(read.value, reference.objective[name]!)))
  }
}

function calibration(): number {
  const printed = execFileSync(process.execPath, [join(PROBLEMS, 'calibrate.mjs')], { encoding: 'utf8' }) // prettier-ignore
  return Number(/ms: ([\d.]+)/.exec(printed)?.[1])
}

interface Measured {
  readonly cold: number
  readonly warm: number
  readonly fresh: number
  readonly gap: number
  readonly iterations: number
}

function measured(document: PortfolioDocument, optimum: number): Measured {
  const yesterday = solvedIn({ ...document, alpha: document.alpha.map((v, i) => PERSISTENCE * v + (1 - PERSISTENCE) * document.alpha.at(i - 1)!) }).solution // prettier-ignore
  for (let i = warmUpsOf(document.assets.length); i > 0; i--) solvedIn(document)
  const cold = Array.from({ length: RUNS }, () => solvedIn(document))
  const warm = Array.from({ length: RUNS }, () => solvedIn(document, yesterday))
  const { solution, objective } = cold[0]!
  const fresh = execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD], { input: JSON.stringify(document), encoding: 'utf8' }) // prettier-ignore
  return {
    cold: percentile(cold.map(({ ms }) => ms), 0.5), // prettier-ignore
    warm: percentile(warm.map(({ ms }) => ms), 0.5), // prettier-ignore
    fresh: Number(fresh),
    gap: (objective - optimum) / Math.abs(optimum),
    iterations: solution.iterations,
  }
}

function solvedIn(
  document: PortfolioDocument,
  from?: WarmStart,
): { readonly ms: number; readonly solution: Solution; readonly objective: number } {
  // prettier-ignore
  const begun = performance.now()
  const form = normalFormOf(document)
  if (!form.ok) throw new Error(form.error)
  const { problem } = form.value
  const solution = solvePortfolio(problem, from)
  const ms = performance.now() - begun
  if (solution === 'infeasible' || solution.status !== 'optimal') throw new Error('not solved')
  return { ms, solution, objective: objectiveAt(problem, solution.weights) }
}

function line(
  n: number,
  k: number,
  native: number,
  scale: number,
  { cold, warm, fresh, gap, iterations }: Measured,
): string {
  // prettier-ignore
  const theirs = native * scale
  const aim = AIMS[n] ?? 0
  const verdict = (ratio: number, least: number) => `${ratio.toFixed(1)}× (raw ${((ratio / scale)).toFixed(1)}×, aim ${least}×: ${ratio >= least ? 'met' : 'missed'})` // prettier-ignore
  const warmPart = n >= 1_000 ? verdict(theirs / warm, WARM_AIM) : `${(theirs / warm).toFixed(1)}×`
  return `  ${String(n).padStart(5)} × ${k}   native ${milliseconds(theirs)}   cold ${milliseconds(cold)} ${verdict(theirs / cold, aim)}   warm ${milliseconds(warm)} ${warmPart}   fresh process ${milliseconds(fresh)}   gap ${gap.toExponential(0)}, ${iterations} iterations` // prettier-ignore
}
