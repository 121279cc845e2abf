/**
 * Holds an optimum against its case: limits, facts and the conditions of Karush, Kuhn and Tucker over the horizon, written
 * from the formulas. No code of the optimiser is used.
 */
import type { OptimisationCase, WeightLimit } from '#construction/optimisation/optimisation-case.ts'

export interface CheckedOptimum {
  readonly objective: number
  /** Largest excess over what a limit may be: its level, or where the book starts if that is further. */
  readonly worse: number
  /** Largest excess over a fact. */
  readonly broken: number
  /** Σ excess / |limit| over all limits. */
  readonly totalExcess: number
  /** Largest slope of a name that no cost, price or bound explains. */
  readonly stationarity: number
  readonly trackingError: number
}

const spentBy = ({ spends }: WeightLimit, i: number, size: number): number =>
  spends === undefined ? 0 : spends.trading[i]! * size + spends.impact[i]! * size ** 1.5

export function rowAt(of: OptimisationCase, row: WeightLimit, w: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < of.names.length; i++) {
    const [x, z] = [w[i]!, Math.abs(w[i]! - of.start[i]!)]
    sum += row.rates[i]! * (row.measure === 'net' ? x : row.measure === 'gross' ? Math.abs(x) : z)
    sum += spentBy(row, i, z)
  }
  return sum
}

/** (Cov x)ᵢ of a trading day. */
export function covarianceTimes({ risk }: OptimisationCase, x: ArrayLike<number>): number[] {
  const k = risk.factors.length
  const y = risk.factors.map((_, j) => risk.instruments.reduce((sum, _name, i) => sum + risk.exposures[i * k + j]! * x[i]!, 0)) // prettier-ignore
  const pull = y.map((_, a) => y.reduce((sum, exposure, b) => sum + risk.factorCovariance[a * k + b]! * exposure, 0)) // prettier-ignore
  return risk.instruments.map((_, i) => risk.specificVariance[i]! * x[i]! + pull.reduce((sum, p, j) => sum + p * risk.exposures[i * k + j]!, 0)) // prettier-ignore
}

export function objectiveOf(of: OptimisationCase, w: ArrayLike<number>): number {
  const covariance = covarianceTimes(of, w)
  return of.names.reduce((sum, _, i) => {
    const [x, z] = [w[i]!, Math.abs(w[i]! - of.start[i]!)]
    const risk = of.riskAversion * of.horizonDays * x * covariance[i]!
    const held = of.uncertaintyAversion * of.uncertainty[i]! * Math.abs(x) + of.borrow[i]! * Math.max(0, -x) // prettier-ignore
    return sum + of.expectedReturn[i]! * x - risk - held - of.tradingCost[i]! * z - of.impact[i]! * z ** 1.5 // prettier-ignore
  }, 0)
}

export function trackingErrorAt(of: OptimisationCase, w: ArrayLike<number>): number {
  if (of.tracking === undefined) return Number.NaN
  const active = of.tracking.weights.map((b, i) => w[i]! - b)
  const covariance = covarianceTimes(of, active)
  return Math.sqrt(of.horizonDays * active.reduce((sum, x, i) => sum + x * covariance[i]!, 0))
}

const unit = (limit: number): number => (limit === 0 ? 1 : Math.abs(limit))

/** @param near - this close to a kink or bound is at it */
export function checkedOptimum(
  of: OptimisationCase,
  w: ArrayLike<number>,
  prices: ReadonlyMap<string, number>,
  near = 1e-7,
): CheckedOptimum {
  const sides = [...of.limits.map((row) => ({ kind: row.kind, lower: row.lower, upper: row.upper, at: (x: ArrayLike<number>) => rowAt(of, row, x) })), ...of.bounds.map((bound) => ({ ...bound, at: (x: ArrayLike<number>) => x[bound.index]! }))] // prettier-ignore
  let [worse, broken, totalExcess] = [0, 0, 0]
  for (const { kind, lower, upper, at } of sides) {
    const [now, start] = [at(w), at(of.start)]
    const [above, below] = [Math.max(upper, start), Math.min(lower, start)]
    if (kind === 'fact') broken = Math.max(broken, now - upper, lower - now)
    else worse = Math.max(worse, now - above, below - now)
    if (kind === 'limit') totalExcess += Math.max(0, now - upper) / unit(upper) + Math.max(0, lower - now) / unit(lower) // prettier-ignore
  }
  return { objective: objectiveOf(of, w), worse, broken, totalExcess, stationarity: stationarity(of, w, prices, near), trackingError: trackingErrorAt(of, w) } // prettier-ignore
}

function stationarity(
  of: OptimisationCase,
  w: ArrayLike<number>,
  prices: ReadonlyMap<string, number>,
  near: number,
): number {
  const { start, tracking, riskAversion, horizonDays } = of
  const covariance = covarianceTimes(of, w)
  const distance = trackingErrorAt(of, w)
  const active = tracking === undefined ? [] : covarianceTimes(of, tracking.weights.map((b, i) => w[i]! - b)) // prettier-ignore
  const pull = (prices.get('tracking-error') ?? 0) * (distance > 0 ? horizonDays / distance : 0)
  const rows = of.limits.map((row) => {
    const [price, value] = [prices.get(row.name) ?? 0, rowAt(of, row, w)]
    const isLow = Math.abs(value - row.lower) < Math.abs(row.upper - value)
    return { row, price: isLow ? -price : price }
  })
  let worst = 0
  for (let i = 0; i < of.names.length; i++) {
    const [x, z] = [w[i]!, w[i]! - start[i]!]
    const size = Math.abs(z)
    let slope = -of.expectedReturn[i]! + 2 * riskAversion * horizonDays * covariance[i]! + pull * (active[i] ?? 0) // prettier-ignore
    let [held, traded, impact] = [of.uncertaintyAversion * of.uncertainty[i]!, of.tradingCost[i]!, of.impact[i]!] // prettier-ignore
    for (const { row, price } of rows) {
      const rate = price * row.rates[i]!
      if (row.measure === 'net') slope += rate
      else if (row.measure === 'gross') held += rate
      else traded += rate
      traded += price * (row.spends?.trading[i] ?? 0)
      impact += price * (row.spends?.impact[i] ?? 0)
    }
    slope += 1.5 * impact * Math.sqrt(size) * Math.sign(z)
    const short = held + of.borrow[i]!
    let low = slope + (x > near ? held : -short) + (z > near ? traded : -traded)
    let high = slope + (x < -near ? -short : held) + (z < -near ? -traded : traded)
    for (const { label, index, lower, upper } of of.bounds) {
      const price = prices.get(label) ?? 0
      if (index !== i || price === 0) continue
      const isUpper = upper - lower <= near ? low <= 0 : upper - x <= x - lower
      low += isUpper ? price : -price
      high += isUpper ? price : -price
    }
    worst = Math.max(worst, low, -high)
  }
  return worst
}
