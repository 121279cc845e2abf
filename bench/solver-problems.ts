/**
 * The reference portfolio problems, from typed arrays as a running engine holds them, and how good a solution of one is.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { factorLoadings } from '#numerics/portfolio/factor-loadings.ts'
import { optimalityOf } from '#numerics/portfolio/optimality.ts'
import type { PortfolioProblem, Row, Solution } from '#numerics/portfolio/problem.ts'

export const PROBLEMS = join(import.meta.dirname, '../../shared/bench/qp')

/** A problem as the generator makes it: F is n × k and Sigma k × k, row-major. */
export interface Generated {
  readonly n: number
  readonly k: number
  readonly sectors: number
  readonly riskAversion: number
  readonly limits: Readonly<Record<'gross' | 'net' | 'position' | 'sector' | 'turnover' | 'beta', number>> // prettier-ignore
  readonly alpha: Float64Array
  readonly F: Float64Array
  readonly Sigma: Float64Array
  readonly d: Float64Array
  readonly beta: Float64Array
  readonly w0: Float64Array
  readonly cost: Float64Array
  readonly sector: Int32Array
}

interface Generator {
  readonly SIZES: readonly (readonly [number, number])[]
  readonly generate: (n: number, k: number) => Generated
  readonly toDocument: (problem: Generated) => unknown
  readonly evaluate: (problem: Generated, w: Float64Array) => { readonly objective: number; readonly violation: number } // prettier-ignore
}

interface Peers {
  readonly calibrationMs: number
  readonly solvers: Readonly<Record<string, Readonly<Record<string, { readonly ms: number }>>>>
}

export interface References {
  readonly generator: Generator
  readonly peers: Peers
  readonly optima: Readonly<Record<string, number>>
}

/** @returns undefined where the problems are not at hand */
export async function references(): Promise<References | undefined> {
  if (!existsSync(PROBLEMS)) return undefined
  const generator = (await import(pathToFileURL(join(PROBLEMS, 'generate.mjs')).href)) as Generator
  const peers = JSON.parse(readFileSync(join(PROBLEMS, 'peers.json'), 'utf8')) as Peers
  const { objective: optima } = JSON.parse(readFileSync(join(PROBLEMS, 'reference.json'), 'utf8')) as { readonly objective: Readonly<Record<string, number>> } // prettier-ignore
  return { generator, peers, optima }
}

export const nameOf = (n: number, k: number): string => `pf_n${n}_k${k}`

/** From the arrays to what the solver takes, set-up included: a root of the covariance, loadings, rows, bounds. */
export function problemOf(given: Generated): PortfolioProblem {
  const { n, k, F, Sigma, riskAversion, limits, alpha, w0, cost, d } = given
  const risk = factorLoadings(F, Sigma, k, riskAversion)
  if (risk === undefined) throw new Error('the covariance has a negative eigenvalue')
  return {
    n,
    ...risk,
    forecast: alpha,
    start: w0,
    curvature: d.map((variance) => 2 * riskAversion * variance),
    holdingCost: new Float64Array(n),
    tradingCost: cost,
    impact: new Float64Array(n),
    lower: new Float64Array(n).fill(-limits.position),
    upper: new Float64Array(n).fill(limits.position),
    rows: rowsOf(given),
  }
}

const both = (name: string, rates: Float64Array, most: number): Row => ({ name, measure: 'net', rates, lower: -most, upper: most }) // prettier-ignore

function rowsOf({ n, sectors, limits, beta, sector }: Generated): readonly Row[] {
  const every = new Float64Array(n).fill(1)
  const bySector = Array.from({ length: sectors }, () => new Float64Array(n))
  for (let i = 0; i < n; i++) bySector[sector[i]!]![i] = 1
  return [
    { name: 'gross', measure: 'gross', rates: every, lower: -Infinity, upper: limits.gross },
    both('net', every, limits.net),
    { name: 'turnover', measure: 'turnover', rates: every, lower: -Infinity, upper: limits.turnover }, // prettier-ignore
    both('beta', beta, limits.beta),
    ...bySector.map((rates, s) => both(`sector:S${s + 1}`, rates, limits.sector)),
  ]
}

export interface Accuracy {
  /** Objective above the reference optimum, relative to it. */
  readonly gap: number
  /** Largest excess over a limit, by the generator's own measure. */
  readonly violation: number
  /** Multipliers of rows with one side whose sign is wrong. */
  readonly wrongSigns: number
  /** Largest slope that no multiplier explains; largest product of a multiplier and its slack. */
  readonly stationarity: number
  readonly complementarity: number
}

export function accuracyOf(
  { generator, optima }: References,
  given: Generated,
  problem: PortfolioProblem,
  { weights, multipliers }: Solution,
): Accuracy {
  const { objective, violation } = generator.evaluate(given, weights)
  const optimum = optima[nameOf(given.n, given.k)]!
  const { dual, complementarity } = optimalityOf(problem, weights, multipliers)
  const wrongSigns = problem.rows.filter((row, j) => row.lower === -Infinity && multipliers[j]! < 0)
  return {
    gap: (objective - optimum) / Math.abs(optimum),
    violation,
    wrongSigns: wrongSigns.length,
    stationarity: dual,
    complementarity,
  }
}
