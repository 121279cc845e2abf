/**
 * One decision by forecasts as the optimiser takes it: every name of the book in its order, everything over the
 * planning horizon, maximise over post-trade weights w with z = w − w₀
 *
 *     r̂ᵀw − γ·wᵀCov w − κ·Σ ρᵢ|wᵢ| − Σᵢ (aᵢ|zᵢ| + bᵢ|zᵢ|^{3/2}) − Σᵢ sᵢ(wᵢ)₋
 *
 * inside the bounds and limits. S. Boyd et al., "Multi-Period Trading via Convex Optimization" (2017), sections 2.3,
 * 4.2 and 4.3; S. Boyd et al., "Markowitz Portfolio Construction at Seventy" (2024) for the softened extensions.
 *
 * A weight is exposure / net asset value: of an option its delta-adjusted exposure, of a future its notional.
 */
import type { InstrumentId } from '#model/ids.ts'
import type { Row, WarmStart } from '#numerics/portfolio/problem.ts'
import type { RiskModel } from '#risk/models/risk-model.ts'

export interface OptimisationCase {
  /** n names, in the order of the valued book. */
  readonly names: readonly InstrumentId[]
  /** Planning horizon, trading days > 0. */
  readonly horizonDays: number
  /** γ > 0, no ½ before it. */
  readonly riskAversion: number
  /** κ ≥ 0. */
  readonly uncertaintyAversion: number
  /** r̂ over the horizon, [n]; 0 where nothing is forecast. */
  readonly expectedReturn: Float64Array
  /** ρ ≥ 0 over the horizon, [n]. */
  readonly uncertainty: Float64Array
  /** Of the same names in the same order, a trading day: the horizon multiplies it. */
  readonly risk: RiskModel
  /** a ≥ 0: half spread and commission of a unit of |z|, fraction, [n]. */
  readonly tradingCost: Float64Array
  /** b ≥ 0: market impact of a unit of |z|^{3/2}, fraction, [n]. */
  readonly impact: Float64Array
  /** s ≥ 0: borrow fee of a unit short over the horizon, fraction, [n]. */
  readonly borrow: Float64Array
  /** w₀, [n]. */
  readonly start: Float64Array
  /** What bounds single names; the tightest holds. */
  readonly bounds: readonly NameBound[]
  /** What bounds sums over names. */
  readonly limits: readonly WeightLimit[]
  /** Tracking error to a benchmark, where it is limited. */
  readonly tracking?: TrackingLimit
}

/** A bound on one name's weight. */
export interface NameBound {
  /** As printed: `position:AAPL.STK.USD`, `do-not-trade:…`, `do-not-sell:…`, `not-shortable:…`, `participation:…`. */
  readonly label: string
  /** Place in the case's names. */
  readonly index: number
  readonly lower: number
  readonly upper: number
  /** Whether a book that starts outside may stay there (a risk limit), or may not be asked to move (a fact). */
  readonly kind: 'limit' | 'fact'
}

/** A bound on a sum over names: gross, net or turnover, by `measure`. */
export interface WeightLimit extends Row {
  /** In `name`: `gross`, `net`, `turnover`, `sector:Energy`, `sectorNet:Energy`, `cluster:…`, `beta`, `factor:…`, `issuer:…`, `class:FUT`, `margin`, `marginCushion`, `cash`, `raise-cash`. */
  readonly kind: 'limit' | 'fact'
}

export interface TrackingLimit {
  /** Benchmark weights, [n]. */
  readonly weights: Float64Array
  /** Most standard deviation of the difference in return over the horizon, > 0. */
  readonly most: number
}

/** What the optimiser found. */
export type Optimised = Optimum | Infeasible | Unsolved

/** The case makes no sense, or no method came to an end: nothing is traded. */
export interface Unsolved {
  readonly status: 'unsolved'
  /** Which name and field, what was found, what was expected. */
  readonly reason: string
}

export interface Optimum {
  readonly status: 'optimal'
  /** w, [n]. */
  readonly weights: Float64Array
  /** The maximised objective over the horizon, fraction of net asset value. */
  readonly objective: number
  /** By label: what a unit more of the limit would add to the objective, ≥ 0; those at 0 are left out. */
  readonly shadowPrices: ReadonlyMap<string, number>
  /** Limits that the book is outside of and today's trading cannot mend: no worse, and closest first. */
  readonly unmended: readonly Unmended[]
  readonly method: 'dual-newton' | 'interior-point'
  readonly iterations: number
  /** Where the next solve of a case with the same limits may begin. */
  readonly warmStart: WarmStart
}

/** A limit that holds in part only, because the book starts outside of it. */
export interface Unmended {
  readonly label: string
  /** What the limit says, what the book has, and what the optimum has. */
  readonly limit: number
  readonly start: number
  readonly reached: number
}

/** No weights satisfy the limits: nothing is traded. */
export interface Infeasible {
  readonly status: 'infeasible'
  /** Labels that cannot hold together, while any one fewer can. */
  readonly conflict: readonly string[]
  /** By how much limits would have to give, least in sum. */
  readonly cheapestRelaxation: ReadonlyMap<string, number>
}
