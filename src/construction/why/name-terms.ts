/**
 * What the optimum's condition says of one name: the objective's terms and the limits, each as what a unit more of the
 * name's weight would add over the horizon, sum to nothing (W. Karush; H. Kuhn & A. Tucker, 1951):
 *
 *     r̂ᵢ − 2γh(Cov w)ᵢ ∓ κρᵢ + sᵢ[wᵢ < 0] ∓ (aᵢ + ³⁄₂bᵢ√|zᵢ|) − Σⱼ priceⱼ·∂rowⱼ/∂wᵢ = 0
 *
 * Where the name is not traded, or not held, the terms with a kink there add as much of themselves, either way, as it
 * takes to hold it: that part is theirs.
 */
import { spendingSlope } from '#numerics/portfolio/problem.ts'
import { exposureMatrices, type ExposureMatrices } from '#construction/lots/marginal-risk.ts'
import type { OptimisationCase } from '#construction/optimisation/optimisation-case.ts'
import type { LimitPlace } from '#construction/why/binding-limits.ts'

/** A limit as it enters the condition: > 0 presses from above, < 0 from below. */
export interface Multiplier {
  readonly label: string
  readonly price: number
  readonly place: LimitPlace
}

/** A case at weights, with what its limits cost. */
export interface Optimality {
  readonly of: OptimisationCase
  readonly w: Float64Array
  readonly matrices: ExposureMatrices
  /** Of sums, which may count any name. */
  readonly sums: readonly Multiplier[]
  /** Of the bounds of each name, by its place. */
  readonly bounds: ReadonlyMap<number, readonly Multiplier[]>
  /** (Cov w)ᵢ a day, [n]. */
  readonly slopes: Float64Array
  /** Likewise of what is held beyond the benchmark; absent where no tracking error is limited. */
  readonly active?: Float64Array
}

/** All but `left` add up to it; fractions over the horizon, for a unit more of weight. */
export interface NameTerms {
  readonly forecast: number
  readonly risk: number
  readonly uncertainty: number
  readonly borrow: number
  readonly cost: number
  readonly limits: readonly LimitTerm[]
  /** What no term explains: 0 but for rounding. */
  readonly left: number
}

export interface LimitTerm {
  readonly label: string
  readonly term: number
}

/** This near to a kink is at it. */
const NEAR = 1e-8

/** Everything that the terms of all names have in common. */
export function optimalityAt(
  of: OptimisationCase,
  w: Float64Array,
  multipliers: readonly Multiplier[],
): Optimality {
  const matrices = exposureMatrices(of.risk)
  const slopes = slopesAt(matrices, w)
  const { tracking } = of
  const active = tracking === undefined ? {} : { active: slopesAt(matrices, w.map((x, i) => x - tracking.weights[i]!)) } // prettier-ignore
  const sums = multipliers.filter(({ place }) => place.kind !== 'bound')
  const bounds = Map.groupBy(multipliers, ({ place }) => place.kind === 'bound' ? place.bound.index : -1) // prettier-ignore
  return { of, w, matrices, sums, bounds, slopes, ...active }
}

/** The terms of one name. */
export function termsOf(at: Optimality, i: number): NameTerms {
  const { of, w } = at
  const charges = [...at.sums, ...(at.bounds.get(i) ?? [])].map((multiplier) => ({ label: multiplier.label, ...chargeOn(at, multiplier, i) })) // prettier-ignore
  const forecast = of.expectedReturn[i]!
  const risk = -2 * of.riskAversion * of.horizonDays * at.slopes[i]!
  const error = of.uncertaintyAversion * of.uncertainty[i]!
  const z = w[i]! - of.start[i]!
  const costSlope = of.tradingCost[i]! + 1.5 * of.impact[i]! * Math.sqrt(Math.abs(z))
  const holding = charges.reduce((sum, charge) => sum + charge.holding, error)
  const trading = charges.reduce((sum, charge) => sum + charge.trading, costSlope)
  const smooth = charges.reduce((sum, { plain }) => sum - plain, forecast + risk)
  const isTraded = Math.abs(z) > NEAR
  const held = heldShare(w[i]!, isTraded ? smooth - Math.sign(z) * trading : smooth, holding, of.borrow[i]!) // prettier-ignore
  const borrow = held < 0 ? -held * of.borrow[i]! : 0
  const push = smooth - held * holding + borrow
  const traded = isTraded ? Math.sign(z) : shareOf(push, trading)
  const limits = charges.flatMap((charge) => {
    const term = -(charge.plain + held * charge.holding + traded * charge.trading)
    return term === 0 ? [] : [{ label: charge.label, term }]
  })
  const left = push - traded * trading
  return { forecast, risk, uncertainty: 0 - held * error, borrow, cost: 0 - traded * costSlope, limits, left } // prettier-ignore
}

/** Of what holding costs: all of it with the sign of w; at nothing as much as holds it there. */
function heldShare(w: number, push: number, holding: number, borrow: number): number {
  if (Math.abs(w) > NEAR) return Math.sign(w)
  return push > 0 ? shareOf(push, holding) : shareOf(push, holding + borrow)
}

const shareOf = (push: number, most: number): number =>
  most > 0 ? Math.max(-1, Math.min(1, push / most)) : 0

/** What a limit charges a unit of weight, of its size and of the size of its trade. */
export interface Charge {
  readonly plain: number
  readonly holding: number
  readonly trading: number
}

/** A limit's charge on one name. */
export function chargeOn(at: Optimality, { price, place }: Multiplier, i: number): Charge {
  if (place.kind === 'bound')
    return place.bound.index === i ? { ...NOTHING, plain: price } : NOTHING
  if (place.kind === 'tracking') return { ...NOTHING, plain: price * trackingSlope(at, i) }
  const { row } = place
  const rate = row.rates[i]!
  if (row.measure === 'gross') return { ...NOTHING, holding: price * rate }
  if (row.measure === 'turnover') return { ...NOTHING, trading: price * rate }
  const size = Math.abs(at.w[i]! - at.of.start[i]!)
  const trading = row.spends === undefined ? 0 : price * spendingSlope(row.spends, i, size)
  return { plain: price * rate, holding: 0, trading }
}

const NOTHING: Charge = { plain: 0, holding: 0, trading: 0 }

/** Of the tracking error over the horizon: h(Cov(w − b))ᵢ over it. */
const trackingSlope = ({ of, active }: Optimality, i: number): number =>
  active === undefined || of.tracking === undefined ? 0 : (of.horizonDays * active[i]!) / of.tracking.most // prettier-ignore

function slopesAt(matrices: ExposureMatrices, w: Float64Array): Float64Array {
  const pull = new Float64Array(matrices.k)
  matrices.addPull(pull, w)
  return w.map((_, i) => matrices.slopeAt(pull, w, i))
}
