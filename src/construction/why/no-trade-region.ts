/**
 * Where one name may be held without any trade of it being worth its cost, the others as they are and limits at their
 * prices: alone, a name is the scalar problem
 *
 *     maximise vw − ½qw² − hold·|w|,   less a|z| + b|z|^{3/2} and the least commission of an order
 *
 * whose slope falls with w: the lower end is where it comes down to a, the upper one to −a (G. Constantinides, "Capital
 * Market Equilibrium with Transaction Costs", 1986, for the region; here exact by the closed form of the scalar step).
 * A least commission moves both ends further out, to where the best trade earns just that.
 */
import { scalarStep } from '#numerics/portfolio/scalar-step.ts'
import type { Box } from '#construction/optimisation/normal-form.ts'
import type { LotFacts } from '#construction/lots/lot-problem.ts'
import { chargeOn, type Optimality } from '#construction/why/name-terms.ts'

/** The least commission of an order, fraction of net asset value ≥ 0, and the part of a that counts towards it. */
export type OrderFees = Pick<LotFacts, 'minimumFee' | 'feeRate'>

/** A name alone. */
export interface ScalarName {
  readonly v: number
  readonly q: number
  readonly hold: number
  /** a and b above. */
  readonly trading: number
  readonly impact: number
  readonly fees: OrderFees
  readonly lower: number
  readonly upper: number
}

/**
 * A name alone at an optimum: what its own bounds charge is left to the bounds.
 *
 * @param box - the tightest bounds of every name
 */
export function scalarNameOf(at: Optimality, i: number, box: Box, fees: OrderFees): ScalarName {
  const { of, w, matrices } = at
  const { tracking } = of
  const scale = 2 * of.riskAversion * of.horizonDays
  let q = scale * matrices.variance[i]!
  let v = of.expectedReturn[i]! - scale * at.slopes[i]! + 0.5 * of.borrow[i]!
  let hold = of.uncertaintyAversion * of.uncertainty[i]! + 0.5 * of.borrow[i]!
  let [trading, impact] = [of.tradingCost[i]!, of.impact[i]!]
  for (const multiplier of at.sums) {
    const { price, place } = multiplier
    const charge = chargeOn(at, multiplier, i)
    v -= charge.plain
    hold += charge.holding
    if (place.kind === 'tracking' && tracking !== undefined)
      q += (price * of.horizonDays * matrices.variance[i]!) / tracking.most
    if (place.kind !== 'row') continue
    trading += place.row.spends === undefined ? charge.trading : price * place.row.spends.trading[i]! // prettier-ignore
    impact += price * (place.row.spends?.impact[i] ?? 0)
  }
  return { v: v + q * w[i]!, q, hold, trading, impact, fees, lower: Math.max(-FURTHEST, box.lower[i]!), upper: Math.min(FURTHEST, box.upper[i]!) } // prettier-ignore
}

/** Ends of the region, lower ≤ upper. */
export interface Region {
  readonly lower: number
  readonly upper: number
}

/** The exact region of a name alone. */
export function noTradeRegion(name: ScalarName): Region {
  const lower = freeStep(name, name.v - name.trading)
  const upper = freeStep(name, name.v + name.trading)
  if (name.fees.minimumFee === 0) return { lower, upper }
  return {
    lower: Math.max(name.lower, furthest(name, lower, -1)),
    upper: Math.min(name.upper, furthest(name, upper, 1)),
  }
}

/** Where the name would go were trading free. */
export const freeWeight = (name: ScalarName): number => freeStep(name, name.v)

/** The objective's terms of holding a weight, without any of trading. */
export const worthOf = ({ v, q, hold }: ScalarName, w: number): number =>
  v * w - 0.5 * q * w * w - hold * Math.abs(w)

/** What trading from one weight to another costs, at least the least commission. */
export function tradeCost({ trading, impact, fees }: ScalarName, from: number, to: number): number {
  const z = Math.abs(to - from)
  if (z === 0) return 0
  return z * (trading + impact * Math.sqrt(z)) + Math.max(0, fees.minimumFee - fees.feeRate * z)
}

const freeStep = ({ q, hold, lower, upper }: ScalarName, v: number): number =>
  scalarStep(v, hold, 0, 0, q, 0, lower, upper)

const MOST_HALVINGS = 80
/** No name is further from where it should be. */
const FURTHEST = 10

/** The weight outside an end from where the best trade earns just the least commission. */
function furthest(name: ScalarName, end: number, side: 1 | -1): number {
  let [inside, outside] = [end, end + side * FURTHEST]
  if (bestGain(name, outside) <= 0) return outside
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const middle = (inside + outside) / 2
    if (bestGain(name, middle) > 0) outside = middle
    else inside = middle
  }
  return inside
}

/**
 * What the best trade from a weight gains after all its costs. These are the larger of two, with the commission by its
 * rate and with the least one, so that the best trade is the best by either, or of the size where they meet.
 */
function bestGain(name: ScalarName, from: number): number {
  const { v, q, hold, trading, impact, lower, upper, fees } = name
  const step = (a: number): number => scalarStep(v, hold, a, impact, q, from, lower, upper)
  const meeting = fees.feeRate > 0 ? fees.minimumFee / fees.feeRate : 0
  const within = (w: number): number => Math.max(lower, Math.min(upper, w))
  const goals = [step(trading), step(Math.max(0, trading - fees.feeRate)), within(from - meeting), within(from + meeting)] // prettier-ignore
  return goals.reduce((best, to) => Math.max(best, worthOf(name, to) - worthOf(name, from) - tradeCost(name, from, to)), -Infinity) // prettier-ignore
}
