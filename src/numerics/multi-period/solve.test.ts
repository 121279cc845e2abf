/**
 * The multi-period solver against a slow reference that shares no code with it (all steps stacked into one dense problem,
 * a logarithmic barrier, Newton's method on full matrices), and against what is known exactly.
 */
import { expect, test } from 'vitest'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import type { Row } from '#numerics/portfolio/problem.ts'
import type { Period, PeriodsProblem } from '#numerics/multi-period/problem.ts'
import { solvePeriods, type PeriodsSolution } from '#numerics/multi-period/solve.ts'

const filled = (n: number, value: number | ((i: number) => number)) => Float64Array.from({ length: n }, (_, i) => (typeof value === 'number' ? value : value(i))) // prettier-ignore

interface Features {
  readonly isFree?: boolean
  readonly hasNoSpecificRisk?: boolean
}

/** A problem round a path that is strictly inside its limits, so that the barrier has where to begin. */
function problemOf(
  random: RandomStream,
  features: Features = {},
): { problem: PeriodsProblem; inside: number[][] } {
  // prettier-ignore
  const chance = (p: number) => random.uniform() < p
  const [n, periods, factors] = [2 + random.below(5), 1 + random.below(4), random.below(3)]
  const start = filled(n, () => (chance(0.3) ? 0 : 0.2 * random.normal()))
  const inside: number[][] = []
  for (let t = 0; t < periods; t++) {
    const before = inside[t - 1] ?? [...start]
    inside.push(before.map((w) => w + 0.1 * random.normal()))
  }
  const rows = rowsOf(random, n)
  const steps = inside.map((w, t): Period => {
    const before = inside[t - 1] ?? [...start]
    const hasImpact = chance(0.5)
    const isBound = chance(0.7)
    const isCapped = chance(0.3)
    const values = rows.map((row) => sumOf(row, w, before))
    return {
      scale: 0.5 + random.uniform(),
      forecast: filled(n, () => 0.2 * random.normal()),
      curvature: filled(n, () => (features.hasNoSpecificRisk === true && chance(0.5) ? 0 : 0.2 + random.uniform())), // prettier-ignore
      holdingCost: filled(n, () => (chance(0.5) ? 0 : 0.02 * random.uniform())),
      tradingCost: filled(n, () => (features.isFree === true ? 0 : 0.03 * random.uniform())),
      impact: filled(n, () => (hasImpact && features.isFree !== true ? 0.1 * random.uniform() : 0)), // prettier-ignore
      lower: filled(n, (i) => (isBound ? w[i]! - 0.02 - 0.2 * random.uniform() : -1)),
      upper: filled(n, (i) => (isBound ? w[i]! + 0.02 + 0.2 * random.uniform() : 1)),
      leastTrade: filled(n, (i) => (isCapped ? Math.min(0, w[i]! - before[i]!) - 0.05 : -Infinity)),
      mostTrade: filled(n, (i) => (isCapped ? Math.max(0, w[i]! - before[i]!) + 0.05 : Infinity)),
      rowLower: Float64Array.from(rows, ({ measure, spends }, j) => measure === 'net' && !spends ? values[j]! - 0.01 - 0.1 * random.uniform() : -Infinity), // prettier-ignore
      rowUpper: Float64Array.from(values, (value) => value + 0.01 + 0.1 * random.uniform()),
    }
  })
  const loadings = filled(n * factors, () => 0.5 * random.normal())
  return { problem: { n, start, loadings, factors, rows, steps }, inside }
}

function rowsOf(random: RandomStream, n: number): readonly Row[] {
  const none = { lower: -Infinity, upper: Infinity }
  const rates = (share: number) => filled(n, () => (random.uniform() < share ? random.uniform() : 0)) // prettier-ignore
  const all: Row[] = [
    { name: 'net', measure: 'net', rates: filled(n, 1), ...none },
    { name: 'gross', measure: 'gross', rates: filled(n, 1), ...none },
    { name: 'turnover', measure: 'turnover', rates: filled(n, 1), ...none },
    { name: 'sector', measure: 'net', rates: rates(0.5), ...none },
    { name: 'cluster', measure: 'gross', rates: rates(0.5), ...none },
    { name: 'cash', measure: 'net', rates: filled(n, 1), ...none, spends: { trading: filled(n, 0.02), impact: filled(n, 0.05) } }, // prettier-ignore
  ]
  return all.filter(() => random.uniform() < 0.6)
}

function sumOf(
  { measure, rates, spends }: Row,
  w: readonly number[],
  before: readonly number[],
): number {
  // prettier-ignore
  let sum = 0
  for (const [i, x] of w.entries()) {
    const z = Math.abs(x - before[i]!)
    sum += rates[i]! * (measure === 'net' ? x : measure === 'gross' ? Math.abs(x) : z)
    if (spends) sum += spends.trading[i]! * z + spends.impact[i]! * z ** 1.5
  }
  return sum
}

/** The objective from its formula. */
function objectiveOf(
  { steps, start, loadings, factors, n }: PeriodsProblem,
  path: readonly (readonly number[])[],
): number {
  // prettier-ignore
  let sum = 0
  for (const [t, step] of steps.entries()) {
    const [w, before] = [path[t]!, path[t - 1] ?? [...start]]
    for (let j = 0; j < factors; j++) {
      const y = w.reduce((total, x, i) => total + loadings[i * factors + j]! * x, 0)
      sum += (step.scale * y) ** 2 / 2
    }
    for (let i = 0; i < n; i++) {
      const z = Math.abs(w[i]! - before[i]!)
      sum += (step.curvature[i]! * w[i]! ** 2) / 2 - step.forecast[i]! * w[i]!
      sum += step.holdingCost[i]! * Math.abs(w[i]!) + step.tradingCost[i]! * z + step.impact[i]! * z ** 1.5 // prettier-ignore
    }
  }
  return sum
}

/** A limit c(x) ≥ 0 of the stacked problem: affine but for −share·x^{3/2} of some of its variables. */
interface Limit {
  readonly constant: number
  readonly linear: readonly (readonly [number, number])[]
  readonly powers: readonly (readonly [number, number])[]
}

/** Least objective by a barrier over (w, size of w, size of z) of every step and name, to about 1e-9. */
function slowOptimum({ problem, inside }: { problem: PeriodsProblem; inside: number[][] }): number {
  const { n, steps, start, rows, loadings, factors } = problem
  const size = 3 * n * steps.length
  const at = (t: number, i: number, part: number) => 3 * (t * n + i) + part
  const limits: Limit[] = []
  const limit = (constant: number, linear: Limit['linear'], powers: Limit['powers'] = []) => constant < Infinity && limits.push({ constant, linear, powers }) // prettier-ignore
  const [gradient, curvature] = [new Float64Array(size), new Float64Array(size * size)]
  const powers = new Float64Array(size)
  const x = new Float64Array(size)
  for (const [t, step] of steps.entries()) {
    for (let i = 0; i < n; i++) {
      const [w, u, s] = [at(t, i, 0), at(t, i, 1), at(t, i, 2)]
      const before = t === 0 ? undefined : at(t - 1, i, 0)
      const z = (sign: number): [number, number][] => [[w, sign], ...(before === undefined ? [] : [[before, -sign] as [number, number]])] // prettier-ignore
      const from = before === undefined ? start[i]! : 0
      x[w] = inside[t]![i]!
      x[u] = Math.abs(x[w]) + 1e-3
      x[s] = Math.abs(x[w] - (inside[t - 1]?.[i] ?? start[i]!)) + 1e-3
      for (const sign of [1, -1]) {
        limit(0, [[u, 1], [w, sign]]) // prettier-ignore
        limit(-sign * from, [[s, 1], ...z(sign)])
      }
      limit(step.upper[i]!, [[w, -1]])
      limit(-step.lower[i]!, [[w, 1]])
      limit(step.mostTrade[i]! + from, z(-1))
      limit(-step.leastTrade[i]! - from, z(1))
      gradient[w] = -step.forecast[i]!
      gradient[u] = step.holdingCost[i]!
      gradient[s] = step.tradingCost[i]!
      powers[s] = step.impact[i]!
      curvature[w * size + w]! += step.curvature[i]!
      for (let k = 0; k < n; k++)
        for (let j = 0; j < factors; j++)
          curvature[w * size + at(t, k, 0)]! += step.scale ** 2 * loadings[i * factors + j]! * loadings[k * factors + j]! // prettier-ignore
    }
    for (const [j, { measure, rates, spends }] of rows.entries()) {
      const part = measure === 'net' ? 0 : measure === 'gross' ? 1 : 2
      const rated = (sign: number) => [...rates].map((rate, i) => [at(t, i, part), sign * rate] as const) // prettier-ignore
      const trades = spends ? [...spends.trading].map((rate, i) => [at(t, i, 2), -rate] as const) : [] // prettier-ignore
      limit(step.rowUpper[j]!, [...rated(-1), ...trades], spends ? [...spends.impact].map((rate, i) => [at(t, i, 2), rate] as const) : []) // prettier-ignore
      limit(-step.rowLower[j]!, rated(1))
    }
  }
  // Sizes may start above what rows allow: then nearer to what they are the size of.
  for (let nearer = 1e-3; !limits.every((each) => valueAt(each, x) > 0); nearer /= 4)
    for (let i = 0; i < size; i += 3) for (const part of [1, 2]) x[i + part]! -= 0.75 * nearer
  for (let barrier = 1e-2; barrier > 1e-13; barrier /= 5)
    for (let step = 0; step < 50; step++)
      if (!newtonStep(x, gradient, curvature, powers, limits, barrier)) break
  const path = steps.map((_, t) => Array.from({ length: n }, (__, i) => x[at(t, i, 0)]!))
  return objectiveOf(problem, path)
}

const valueAt = ({ constant, linear, powers }: Limit, x: Float64Array) =>
  linear.reduce((sum, [i, rate]) => sum + rate * x[i]!, constant) -
  powers.reduce((sum, [i, rate]) => sum + rate * Math.max(0, x[i]!) ** 1.5, 0)

/** Moves x; whether it was worth another. */
function newtonStep(
  x: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
  powers: Float64Array,
  limits: readonly Limit[],
  barrier: number,
): boolean {
  // prettier-ignore
  const size = x.length
  const [slope, matrix] = [gradient.slice(), curvature.slice()]
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) slope[i]! += curvature[i * size + j]! * x[j]!
    if (powers[i]! > 0) {
      slope[i]! += 1.5 * powers[i]! * Math.sqrt(x[i]!)
      matrix[i * size + i]! += (0.75 * powers[i]!) / Math.sqrt(x[i]!)
    }
  }
  for (const each of limits) {
    const value = valueAt(each, x)
    const rates = new Map<number, number>()
    for (const [i, rate] of each.linear) rates.set(i, (rates.get(i) ?? 0) + rate)
    for (const [i, rate] of each.powers) {
      rates.set(i, (rates.get(i) ?? 0) - 1.5 * rate * Math.sqrt(x[i]!))
      matrix[i * size + i]! += ((barrier / value) * 0.75 * rate) / Math.sqrt(x[i]!)
    }
    for (const [i, a] of rates) {
      slope[i]! -= (barrier / value) * a
      for (const [j, b] of rates) matrix[i * size + j]! += (barrier / value ** 2) * a * b
    }
  }
  const step = solved(matrix, slope.map((v) => -v)) // prettier-ignore
  const decrease = -slope.reduce((sum, v, i) => sum + v * step[i]!, 0)
  if (!(decrease > 1e-3 * barrier)) return false
  const merit = (at: Float64Array) => {
    let sum = 0
    for (let i = 0; i < size; i++) {
      sum += gradient[i]! * at[i]! + (powers[i]! > 0 ? powers[i]! * Math.max(0, at[i]!) ** 1.5 : 0)
      for (let j = 0; j < size; j++) sum += 0.5 * curvature[i * size + j]! * at[i]! * at[j]!
    }
    for (const each of limits) {
      const value = valueAt(each, at)
      if (!(value > 0)) return Infinity
      sum -= barrier * Math.log(value)
    }
    return sum
  }
  const before = merit(x)
  for (let share = 1; share > 1e-10; share /= 2) {
    const moved = x.map((value, i) => value + share * step[i]!)
    if (!(merit(moved) < before)) continue
    x.set(moved)
    return true
  }
  return false
}

/** Gaussian elimination with pivots. */
function solved(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const rows = Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size), right[i]!]) // prettier-ignore
  for (let c = 0; c < size; c++) {
    let pivot = c
    for (let i = c; i < size; i++) if (Math.abs(rows[i]![c]!) > Math.abs(rows[pivot]![c]!)) pivot = i // prettier-ignore
    ;[rows[c], rows[pivot]] = [rows[pivot]!, rows[c]!]
    const top = rows[c]!
    for (let i = c + 1; i < size; i++) {
      const row = rows[i]!
      const factor = row[c]! / top[c]!
      if (factor !== 0) for (let j = c; j <= size; j++) row[j]! -= factor * top[j]!
    }
  }
  const x = new Float64Array(size)
  for (let i = size - 1; i >= 0; i--) {
    let sum = rows[i]![size]!
    for (let j = i + 1; j < size; j++) sum -= rows[i]![j]! * x[j]!
    x[i] = sum / rows[i]![i]!
  }
  return x
}

function optimum(problem: PeriodsProblem): PeriodsSolution {
  const solution = solvePeriods(problem)
  if (solution.status !== 'optimal') throw new Error(JSON.stringify(solution))
  return solution
}

/** By how much a path is outside of a limit, by the definitions. */
function outsideBy(
  { steps, start, rows }: PeriodsProblem,
  path: readonly (readonly number[])[],
): number {
  // prettier-ignore
  const worst = steps.flatMap((step, t) => {
    const [w, before] = [path[t]!, path[t - 1] ?? [...start]]
    const ofNames = w.flatMap((x, i) => [step.lower[i]! - x, x - step.upper[i]!, step.leastTrade[i]! - x + before[i]!, x - before[i]! - step.mostTrade[i]!]) // prettier-ignore
    const ofRows = rows.flatMap((row, j) => [sumOf(row, w, before) - step.rowUpper[j]!, step.rowLower[j]! - sumOf(row, w, before)]) // prettier-ignore
    return [...ofNames, ...ofRows]
  })
  return Math.max(...worst)
}

test.each([
  ['of every kind', {}, 40],
  ['without trading costs', { isFree: true }, 6],
  ['some names without specific risk', { hasNoSpecificRisk: true }, 15],
] as const)('problems %s: the slow reference finds no better path', (_title, features, rounds) => {
  const random = randomStream(randomKey(21, 'multi-period', _title))
  for (let round = 0; round < rounds; round++) {
    const made = problemOf(random, features)
    const { path, objective, certificate } = optimum(made.problem)
    const plain = path.map((w) => [...w])
    const [slow, scale] = [slowOptimum(made), Math.max(0.05, Math.abs(objective))]
    expect(objective).toBeCloseTo(objectiveOf(made.problem, plain), 12)
    expect(outsideBy(made.problem, plain)).toBeLessThan(1e-9)
    expect(objective - slow).toBeLessThan(1e-8 * scale)
    expect(slow - objective).toBeLessThan(1e-6 * scale)
    expect(Math.abs(certificate.relativeGap)).toBeLessThan(1e-8)
  }
})
