/** Optimisation cases by seed: books inside and outside of their limits, with every kind of row and bound. */
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import type { InstrumentId } from '#model/ids.ts'
import type { Spending } from '#numerics/portfolio/problem.ts'
import type {
  NameBound,
  OptimisationCase,
  WeightLimit,
} from '#construction/optimisation/optimisation-case.ts'

export interface CaseChoices {
  /** Names at most. */
  readonly most: number
  /** How far outside the book may start: 0 is inside of everything. */
  readonly outside: number
  /** Whether cash is limited, which counts what trading costs. */
  readonly spends?: boolean
}

/** A case whose start, and so some weights, satisfies all facts. */
export function optimisationCase(
  seed: number,
  { most, outside, spends = false }: CaseChoices,
): OptimisationCase {
  const random = randomStream(randomKey(seed, 'optimisation'))
  const n = 2 + random.below(most - 1)
  const k = random.below(4)
  const names = Array.from({ length: n }, (_, i) => `N${String(i).padStart(3, '0')}.STK.USD` as InstrumentId) // prettier-ignore
  const per = (value: () => number) => Float64Array.from({ length: n }, value)
  const start = per(() => (random.uniform() < 0.2 ? 0 : (random.normal() * 1.2) / Math.sqrt(n) / 2))
  const root = Float64Array.from({ length: k * k }, () => 0.01 * random.normal())
  const tradingCost = per(() => 5e-4 * random.uniform())
  const impact = per(() => (random.uniform() < 0.3 ? 0 : 0.01 * random.uniform()))
  const limits = limitsOf(random, start, outside)
  return {
    names,
    horizonDays: 1 + random.below(30),
    riskAversion: 0.5 + 10 * random.uniform(),
    uncertaintyAversion: random.uniform(),
    expectedReturn: per(() => 0.02 * random.normal()),
    uncertainty: per(() => 0.01 * random.uniform()),
    risk: {
      kind: 'statistical',
      instruments: names,
      factors: Array.from({ length: k }, (_, j) => `pc${j + 1}`),
      exposures: Float64Array.from({ length: n * k }, () => random.normal()),
      factorCovariance: Float64Array.from({ length: k * k }, (_, at) => squareOf(root, k, Math.floor(at / k), at % k)), // prettier-ignore
      specificVariance: per(() => 1e-4 * (0.5 + random.uniform())),
      proxied: [],
      notes: [],
    },
    tradingCost,
    impact,
    borrow: per(() => 1e-3 * random.uniform()),
    start,
    bounds: boundsOf(random, names, start, outside),
    limits: spends
      ? [...limits, cashLimit(random, start, outside, { trading: tradingCost, impact })]
      : limits,
  }
}

const squareOf = (root: Float64Array, k: number, i: number, j: number): number =>
  Array.from({ length: k }, (_, t) => root[i * k + t]! * root[j * k + t]!).reduce(
    (a, b) => a + b,
    0,
  )

/** A limit on what is `value` at the start: beyond it by a share up to `outside`, or above it. */
function capOf(random: RandomStream, value: number, outside: number): number {
  const size = Math.max(Math.abs(value), 0.01)
  return random.uniform() < 0.5 && outside > 0
    ? size * (1 - outside * random.uniform())
    : size * (1 + random.uniform())
}

function boundsOf(
  random: RandomStream,
  names: readonly InstrumentId[],
  start: Float64Array,
  outside: number,
): NameBound[] {
  const largest = start.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  const cap = outside > 0 ? largest * (1.2 - outside * random.uniform()) : largest * 1.1
  return names.flatMap((name, index): NameBound[] => {
    const w = start[index]!
    const reach = random.uniform() < 0.2 ? 0.02 * random.uniform() : 10
    const fixed = random.uniform()
    const fact = (label: string, lower: number, upper: number): NameBound => ({ label: `${label}:${name}`, index, lower, upper, kind: 'fact' }) // prettier-ignore
    return [
      { label: `position:${name}`, index, lower: -cap, upper: cap, kind: 'limit' },
      fact('participation', w - reach, w + reach),
      ...(fixed < 0.08 ? [fact('do-not-trade', w, w)] : []),
      ...(fixed > 0.92 ? [fact('do-not-sell', w, Infinity)] : []),
    ]
  })
}

function limitsOf(random: RandomStream, start: Float64Array, outside: number): WeightLimit[] {
  const n = start.length
  const some = (share: number) => start.map(() => (random.uniform() < share ? 1 : 0))
  const gross = (name: string, rates: Float64Array): WeightLimit => {
    const value = start.reduce((sum, w, i) => sum + rates[i]! * Math.abs(w), 0)
    return { name, measure: 'gross', rates, lower: -Infinity, upper: capOf(random, value, outside), kind: 'limit' } // prettier-ignore
  }
  const net = (name: string, rates: Float64Array): WeightLimit => {
    const value = start.reduce((sum, w, i) => sum + rates[i]! * w, 0)
    const cap = capOf(random, value, outside)
    return { name, measure: 'net', rates, lower: -cap, upper: cap, kind: 'limit' }
  }
  const turnover = 0.5 * random.uniform() * random.uniform()
  return [
    gross('gross', new Float64Array(n).fill(1)),
    net('net', new Float64Array(n).fill(1)),
    gross('sector:Energy', some(0.4)),
    gross('sector:Technology', some(0.4)),
    net(
      'beta',
      start.map(() => 1 + 0.4 * random.normal()),
    ),
    gross(
      'margin',
      start.map(() => 0.25 + 0.05 * random.uniform()),
    ),
    { name: 'turnover', measure: 'turnover', rates: new Float64Array(n).fill(1), lower: -Infinity, upper: turnover, kind: 'fact' }, // prettier-ignore
  ]
}

/** Σw and what trading costs: at most just above what the start has, or below it. */
function cashLimit(
  random: RandomStream,
  start: Float64Array,
  outside: number,
  spends: Spending,
): WeightLimit {
  const invested = start.reduce((sum, w) => sum + w, 0)
  const rates = new Float64Array(start.length).fill(1)
  const upper = invested + 0.02 * (random.uniform() - (outside > 0 ? 0.3 : 0))
  return { name: 'cash', measure: 'net', rates, lower: -Infinity, upper, spends, kind: 'limit' }
}
