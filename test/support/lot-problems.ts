/** Optimisation cases by seed with their optimum and lots: cases of one account with sectors, limits and lumpy names. */
import type { InstrumentId } from '#model/ids.ts'
import { randomKey, randomStream, type RandomStream } from '#numerics/random.ts'
import type { LotFacts, LotProblem } from '#construction/lots/lot-problem.ts'
import type {
  NameBound,
  OptimisationCase,
  Optimum,
  WeightLimit,
} from '#construction/optimisation/optimisation-case.ts'
import { optimise } from '#construction/optimisation/optimise.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'

const HORIZON = 21
const SECTORS = ['Energy', 'Technology', 'Utilities'] as const

export interface CaseOptions {
  /** The book starts beyond its gross limit and one position. */
  readonly startsOutside?: boolean
  readonly longOnly?: boolean
  /** Every name's impact, or none. */
  readonly impact?: boolean
  readonly turnover?: number
  /** Most tracking error against a flat benchmark. */
  readonly tracking?: number
}

/** A case of n names over a month, k factors and three sectors. */
export function caseBySeed(seed: number, n: number, options: CaseOptions = {}): OptimisationCase {
  const random = randomStream(randomKey(seed, 'case'))
  const each = (value: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => value(i)) // prettier-ignore
  const names = Array.from({ length: n }, (_, i) => `N${String(i).padStart(4, '0')}.STK.USD` as InstrumentId) // prettier-ignore
  const position = Math.min(0.3, 4 / n + 0.02)
  // About one and a half times the account at most, on both sides together.
  const usual = Math.min(position, 3 / n)
  const start = each(() => (random.uniform() < 0.4 ? 0 : usual * (options.longOnly === true ? random.uniform() : 1.6 * random.uniform() - 0.6))) // prettier-ignore
  if (options.startsOutside === true) start[0] = position * 1.5
  const of: Omit<OptimisationCase, 'bounds' | 'limits'> = {
    names,
    horizonDays: HORIZON,
    riskAversion: 2 + 6 * random.uniform(),
    uncertaintyAversion: 0.2,
    expectedReturn: each(() => 0.015 * random.normal()),
    uncertainty: each(() => 0.005 * random.uniform()),
    risk: riskBySeed(random, names),
    tradingCost: each(() => 0.0002 + 0.0008 * random.uniform()),
    impact: each(() => (options.impact === false ? 0 : 0.02 * random.uniform())),
    borrow: each(() => 0.002 * random.uniform()),
    start,
  }
  const tracking = options.tracking === undefined ? {} : { tracking: { weights: each(() => 0.6 / n), most: options.tracking } } // prettier-ignore
  return { ...of, ...tracking, bounds: boundsOf(of, position, options), limits: limitsOf(of, random, options) } // prettier-ignore
}

function riskBySeed(random: RandomStream, names: readonly InstrumentId[]): RiskModel {
  const k = Math.min(8, 1 + Math.floor(names.length / 2))
  const exposures = Float64Array.from({ length: names.length * k }, (_, at) => (at % k === 0 ? 1 + 0.3 * random.normal() : random.normal())) // prettier-ignore
  const factorCovariance = new Float64Array(k * k)
  for (let a = 0; a < k; a++)
    factorCovariance[a * k + a] = a === 0 ? 1e-4 : 2e-5 * (0.2 + random.uniform())
  return {
    kind: 'statistical',
    instruments: names,
    factors: Array.from({ length: k }, (_, a) => `pc${a}`),
    exposures,
    factorCovariance,
    specificVariance: Float64Array.from(names, () => 2e-4 * (0.3 + random.uniform())),
    proxied: [],
    notes: [],
  }
}

function boundsOf(
  { names, start }: Pick<OptimisationCase, 'names' | 'start'>,
  position: number,
  { longOnly }: CaseOptions,
): NameBound[] {
  return names.flatMap((id, index): NameBound[] => [
    { label: `position:${id}`, index, lower: -position, upper: position, kind: 'limit' },
    { label: `participation:${id}`, index, lower: start[index]! - 0.2, upper: start[index]! + 0.2, kind: 'fact' }, // prettier-ignore
    ...(longOnly === true ? [{ label: `long-only:${id}`, index, lower: 0, upper: Infinity, kind: 'limit' as const }] : []), // prettier-ignore
    ...(index % 7 === 6 ? [{ label: `do-not-trade:${id}`, index, lower: start[index]!, upper: start[index]!, kind: 'fact' as const }] : []), // prettier-ignore
  ])
}

function limitsOf(
  { names, start }: Pick<OptimisationCase, 'names' | 'start'>,
  random: RandomStream,
  { startsOutside, turnover = 0.4 }: CaseOptions,
): WeightLimit[] {
  const rates = (rate: (i: number) => number) => Float64Array.from(names, (_, i) => rate(i))
  const gross = start.reduce((sum, w) => sum + Math.abs(w), 0)
  const beta = rates(() => 1 + 0.4 * random.normal())
  return [
    limit('gross', 'gross', rates(() => 1), -Infinity, startsOutside === true ? 0.8 * gross : 1.2 * gross + 0.1), // prettier-ignore
    limit(
      'net',
      'net',
      rates(() => 1),
      -0.9,
      0.9,
    ),
    limit(
      'turnover',
      'turnover',
      rates(() => 1),
      -Infinity,
      turnover,
    ),
    limit('beta', 'net', beta, -0.8, 0.8),
    ...SECTORS.map((sector, at) => limit(`sector:${sector}`, 'gross', rates((i) => (i % 3 === at ? 1 : 0)), -Infinity, 0.7)), // prettier-ignore
    limit(
      'margin',
      'gross',
      rates(() => 0.3),
      -Infinity,
      0.6,
    ),
  ]
}

const limit = (name: string, measure: WeightLimit['measure'], of: Float64Array, lower: number, upper: number): WeightLimit => ({ name, measure, rates: of, lower, upper, kind: name === 'turnover' ? 'fact' : 'limit' }) // prettier-ignore

export interface LotOptions {
  readonly nav?: number
  readonly minimumTicket?: number
  /** Some holdings have a fraction of a lot. */
  readonly fractions?: boolean
}

/** Lots for a case: shares of 5 to 500, one in five a hundred of them at once, one in nine a put. */
export function lotsOf(
  seed: number,
  of: OptimisationCase,
  nav: number,
  fractions = false,
): LotFacts[] {
  // prettier-ignore
  const random = randomStream(randomKey(seed, 'lots'))
  return of.names.map((_, i) => {
    const price = 5 + 495 * random.uniform()
    const size = random.uniform() < 0.2 ? 100 : 1
    const isPut = random.uniform() < 1 / 9
    const value = (price * size) / nav
    const weight = isPut ? -4 * value : value
    const held = of.start[i]! / weight
    return {
      weight,
      held: fractions && i % 4 === 0 ? held : Math.round(held),
      value,
      cash: i % 5 === 4 ? 0 : value,
      minimumFee: 1 / nav,
      feeRate: 0.0001,
    }
  })
}

/** A problem whose book is in the lots it holds, solved. */
export function lotProblemBySeed(
  seed: number,
  n: number,
  options: CaseOptions & LotOptions = {},
): LotProblem & { readonly optimum: Optimum } {
  const { nav = 100_000, minimumTicket = 500, fractions } = options
  const lots = lotsOf(seed, caseBySeed(seed, n, options), nav, fractions)
  const drawn = caseBySeed(seed, n, options)
  const start = Float64Array.from(lots, ({ held, weight }) => held * weight)
  const bounds = drawn.bounds.map((bound) => {
    const at = start[bound.index]!
    if (bound.label.startsWith('do-not-trade')) return { ...bound, lower: at, upper: at }
    return bound.label.startsWith('participation') ? { ...bound, lower: at - 0.2, upper: at + 0.2 } : bound // prettier-ignore
  })
  const spent = lots.reduce((sum, { cash, held }) => sum + cash * held, 0)
  const cash: WeightLimit = {
    name: 'cash',
    measure: 'net',
    rates: Float64Array.from(lots, (lot) => lot.cash / lot.weight),
    lower: -Infinity,
    upper: 0.99,
    spends: { trading: drawn.tradingCost, impact: drawn.impact },
    kind: 'limit',
  }
  const of = { ...drawn, start, bounds, limits: [...drawn.limits, cash] }
  const optimum = optimise(of)
  if (optimum.status !== 'optimal') throw new Error(`seed ${seed} of ${n}: ${optimum.status} ${JSON.stringify(optimum)}`) // prettier-ignore
  return { of, optimum, lots, cash: 1 - spent, cashBuffer: 0.01, nav, minimumTicket }
}
