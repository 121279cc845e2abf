/**
 * The path of one name when the multipliers are fixed, exactly: w₁ … w_T that minimise
 *
 *     Σₜ [ ½qwₜ² − vwₜ + s|wₜ| + a|zₜ| + b|zₜ|^{3/2} ],   zₜ = wₜ − wₜ₋₁
 *
 * inside bounds on weights and trades. Without impact dynamic programming over marginal costs (`marginal-curve.ts`) is
 * exact. With impact its marginal cost ³⁄₂b√|z| is replaced by the tangent at the last |z| = r²,
 *
 *     ¾b(r + |z|/r):   a + ¾br of |z| and the curvature ¾b/r,
 *
 * which is Newton's method on the trades: the tangent of a concave root lies above it, so that trades approach theirs
 * from below, at the end with twice the digits each time. A trade that stays at none is tried with the steepest tangent.
 */
import {
  beforeTrade,
  clear,
  costAbove,
  costBelow,
  emptyCurve,
  tradedTo,
  withStep,
  type MarginalCurve,
  type TradeCost,
} from '#numerics/multi-period/marginal-curve.ts'

/** What names are charged in each step: name i has the entries [i·T, (i + 1)·T) of each list. */
export interface Charges {
  readonly forecast: Float64Array
  readonly holding: Float64Array
  readonly trading: Float64Array
  readonly impact: Float64Array
}

/** What stays whatever the multipliers are, in the same order. */
export interface Terrain {
  /** T. */
  readonly periods: number
  /** > 0 */
  readonly curvature: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
  readonly leastTrade: Float64Array
  readonly mostTrade: Float64Array
  /** Of each name. */
  readonly start: Float64Array
}

/** Curves that one name after another uses. */
export interface PathScratch {
  /** Marginal cost of each step's weight, all later steps included. */
  readonly curves: readonly MarginalCurve[]
  readonly between: MarginalCurve
  readonly trade: TradeCost
}

/** Impact below this costs less than rounding: multipliers that cancel leave such. */
const LEAST_IMPACT = 1e-13
/** The root of the smallest trade whose impact is told from none. */
const LEAST_ROOT = 1e-12
/** A tangent so near, relatively, is off by the square of it. */
const NEAR = 1e-7
const MOST_TANGENTS = 60

export function pathScratch(periods: number): PathScratch {
  return {
    curves: Array.from({ length: periods }, () => emptyCurve(periods)),
    between: emptyCurve(periods),
    trade: { a: 0, b: 0, sell: 0, buy: 0 },
  }
}

/**
 * Writes the path of name i.
 *
 * @param roots - r, where the tangents are tried first; becomes √|z|, in the order of the charges
 * @param weights - in the same order
 * @param near - how well tangents are to hold, relative to r; the path is off by the square of it
 */
export function findPath(
  terrain: Terrain,
  charges: Charges,
  i: number,
  scratch: PathScratch,
  roots: Float64Array,
  weights: Float64Array,
  near = NEAR,
): void {
  for (let round = 0; round < MOST_TANGENTS; round++) {
    walkBack(terrain, charges, i, scratch, roots)
    walkForth(terrain, charges, i, scratch, roots, weights)
    if (tangentsHold(terrain, charges, i, roots, weights, near)) return
  }
}

/** The marginal cost curves, the last step first. */
function walkBack(
  { periods, curvature, lower, upper, leastTrade, mostTrade }: Terrain,
  charges: Charges,
  i: number,
  { curves, between, trade }: PathScratch,
  roots: Float64Array,
): void {
  const { forecast, holding } = charges
  clear(between)
  for (let t = periods - 1; t >= 0; t--) {
    const at = i * periods + t
    const curve = curves[t]!
    withStep(between, curvature[at]!, forecast[at]!, holding[at]!, lower[at]!, upper[at]!, curve)
    if (t === 0) return
    setTrade(trade, charges, at, roots[at]!, leastTrade[at]!, mostTrade[at]!)
    beforeTrade(curve, trade, between)
  }
}

/** The weights, the first step first. */
function walkForth(
  { periods, leastTrade, mostTrade, start }: Terrain,
  charges: Charges,
  i: number,
  { curves, trade }: PathScratch,
  roots: Float64Array,
  weights: Float64Array,
): void {
  let w = start[i]!
  for (let t = 0; t < periods; t++) {
    const at = i * periods + t
    setTrade(trade, charges, at, roots[at]!, leastTrade[at]!, mostTrade[at]!)
    w = tradedTo(curves[t]!, trade, w)
    weights[at] = w
  }
}

function setTrade(
  trade: TradeCost,
  { trading, impact }: Charges,
  at: number,
  root: number,
  sell: number,
  buy: number,
): void {
  const b = impact[at]! > LEAST_IMPACT ? impact[at]! : 0
  trade.a = trading[at]! + (b > 0 ? 0.75 * b * root : 0)
  trade.b = b > 0 ? (0.75 * b) / root : 0
  trade.sell = sell
  trade.buy = buy
}

/** Whether the tangents touch where the path trades; moves them there. */
function tangentsHold(
  { periods, start }: Terrain,
  { impact }: Charges,
  i: number,
  roots: Float64Array,
  weights: Float64Array,
  near: number,
): boolean {
  let holds = true
  let before = start[i]!
  for (let t = 0; t < periods; t++) {
    const at = i * periods + t
    const w = weights[at]!
    if (impact[at]! > LEAST_IMPACT) {
      const root = Math.max(LEAST_ROOT, Math.sqrt(Math.abs(w - before)))
      if (Math.abs(root - roots[at]!) > near * roots[at]!) holds = false
      roots[at] = root
    }
    before = w
  }
  return holds
}

/** What name i costs along its path. */
export function pathCost(
  { periods, curvature, start }: Terrain,
  { forecast, holding, trading, impact }: Charges,
  i: number,
  weights: Float64Array,
): number {
  let sum = 0
  let before = start[i]!
  for (let at = i * periods; at < (i + 1) * periods; at++) {
    const w = weights[at]!
    const size = Math.abs(w - before)
    sum += w * (0.5 * curvature[at]! * w - forecast[at]!) + holding[at]! * Math.abs(w)
    sum += size * (trading[at]! + impact[at]! * Math.sqrt(size))
    before = w
  }
  return sum
}

/**
 * What a unit more of the bound that name i's first weight is at would take off its cost: > 0 at the upper, < 0 at the
 * lower one, 0 between them. Other trades are free to follow.
 */
export function firstBoundPrice(
  terrain: Terrain,
  charges: Charges,
  i: number,
  scratch: PathScratch,
  roots: Float64Array,
  w: number,
): number {
  const { periods, curvature, start } = terrain
  const { forecast, holding, trading, impact } = charges
  const at = i * periods
  walkBack(terrain, charges, i, scratch, roots)
  const later = scratch.between
  const z = w - start[i]!
  const slope = trading[at]! + 1.5 * impact[at]! * Math.sqrt(Math.abs(z))
  const own = curvature[at]! * w - forecast[at]!
  const [s, isUp, isDown] = [holding[at]!, w >= terrain.upper[at]!, w <= terrain.lower[at]!]
  const above = costAbove(later, w) + own + (w >= 0 ? s : -s) + (z >= 0 ? slope : -slope)
  const below = costBelow(later, w) + own + (w > 0 ? s : -s) + (z > 0 ? slope : -slope)
  if (isUp && above < 0 && above > -Infinity) return -above
  return isDown && below > 0 && below < Infinity ? -below : 0
}
