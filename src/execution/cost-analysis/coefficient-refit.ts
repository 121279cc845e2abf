/**
 * Coefficients of the cost model fitted anew to own fills: how much of the quoted half spread is
 * paid, and Y of the square-root law of impact (`src/costs/impact.ts`).
 *
 *   cost = f · half spread + Y · σ√(q / V)      bps, a line each
 *
 * Robust: P. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35
 * (1964), by iterated weights with scale 1.4826 × the median absolute residual. Shrunk: the table's
 * coefficients are a prior, normal about them, and what is suggested is the posterior mean (A. Gelman
 * et al., "Bayesian Data Analysis", 3rd ed. (2013), section 14.8), so that few or noisy lines move
 * little. It suggests; nothing here, and nobody who calls it, applies it.
 */
import { toNumber } from '#model/border.ts'
import { plus } from '#model/fixed.ts'
import type { AssetClass } from '#model/instrument.ts'
import { IMPACT } from '#costs/impact.ts'
import { medianInPlace } from '#numerics/median.ts'
import { isUsable } from '#execution/cost-analysis/calibration.ts'
import { filledShare } from '#execution/cost-analysis/cost-total.ts'
import type { LineCost } from '#execution/cost-analysis/line-cost.ts'

/** Of one asset class. */
export interface Refit {
  readonly assetClass: AssetClass
  /** Lines with fills, fees, quotes and a prediction that can be split. */
  readonly lines: number
  /** Whether there are enough of them to judge the noise; if not, the prior is what is suggested. */
  readonly enough: boolean
  readonly spreadFactor: RefitCoefficient
  readonly Y: RefitCoefficient
  /** Robust standard deviation of what neither explains, bps; NaN of too few. */
  readonly residualBps: number
}

export interface RefitCoefficient {
  /** What the cost model has, and how far it may be off. */
  readonly prior: number
  readonly priorError: number
  /** The fills alone; NaN where they cannot tell the two apart. */
  readonly fitted: number
  readonly fittedError: number
  /** Both together. */
  readonly suggested: number
  readonly standardError: number
}

/** One line. */
export interface CostObservation {
  /** Half the quoted spread, bps. */
  readonly halfSpreadBps: number
  /** σ√(q / V), bps. */
  readonly rootBps: number
  /** Paid beyond the mid, fees apart, bps. */
  readonly costBps: number
}

export interface Prior {
  readonly mean: Pair
  /** Standard errors; infinite: no prior. */
  readonly error: Pair
}

/** Of the spread factor and of Y. */
export type Pair = readonly [spreadFactor: number, Y: number]

/** Classes that were traded, in a fixed order. */
export function refitsOf(lines: readonly LineCost[]): Refit[] {
  return CLASSES.flatMap((assetClass) => {
    const observed = lines
      .filter(({ instrument }) => instrument.assetClass === assetClass)
      .flatMap((line) => observationOf(line, IMPACT[assetClass].Y))
    return observed.length === 0 ? [] : [refitOf(assetClass, observed)]
  })
}

const CLASSES = ['STK', 'OPT', 'FUT', 'CASH'] as const

/** The prediction's impact is Y σ√(q / V) of the line as planned: of what was filled, less by the root. */
function observationOf(cost: LineCost, Y: number): CostObservation[] {
  const { predicted, halfSpreadBps, parts, traded } = cost
  if (!isUsable(cost) || predicted === undefined || !Number.isFinite(halfSpreadBps)) return []
  const rootBps = (predicted.impactBps / Y) * Math.sqrt(filledShare(cost))
  const costBps = (toNumber(plus(parts.spread, parts.impact)) / toNumber(traded)) * 10_000
  return [{ halfSpreadBps, rootBps, costBps }]
}

/**
 * How far the table may be off, one standard error: of Y, the spread of the fits that
 * `src/costs/impact.ts` quotes (0.15 to 1.3 by how fast one trades); of the spread, that orders sent
 * to US stocks pay some tenths less than quoted (H. Bessembinder, "Issues in Assessing Trade
 * Execution Costs", Journal of Financial Markets 6 (2003)).
 */
const PRIOR_ERROR: Pair = [0.25, 0.5]
/** A scale from fewer residuals is too uncertain to weigh anything by. */
const LEAST_LINES = 10

function refitOf(assetClass: AssetClass, observed: readonly CostObservation[]): Refit {
  const mean: Pair = [1, IMPACT[assetClass].Y]
  const enough = observed.length >= LEAST_LINES
  const flat = enough ? robustFit(observed, { mean, error: [Infinity, Infinity] }) : NO_FIT
  const shrunk = enough ? robustFit(observed, { mean, error: PRIOR_ERROR }) : { ...NO_FIT, coefficients: mean, errors: PRIOR_ERROR } // prettier-ignore
  const coefficient = (i: 0 | 1): RefitCoefficient => ({
    prior: mean[i],
    priorError: PRIOR_ERROR[i],
    fitted: flat.coefficients[i],
    fittedError: flat.errors[i],
    suggested: shrunk.coefficients[i],
    standardError: shrunk.errors[i],
  })
  const [spreadFactor, Y] = [coefficient(0), coefficient(1)]
  return { assetClass, lines: observed.length, enough, spreadFactor, Y, residualBps: shrunk.scale }
}

export interface Fit {
  readonly coefficients: Pair
  readonly errors: Pair
  /** Robust standard deviation of the residuals. */
  readonly scale: number
}

const NO_FIT: Fit = { coefficients: [NaN, NaN], errors: [NaN, NaN], scale: Number.NaN }

/** Residuals within this many scales count whole: 95 % as efficient as least squares on normal noise. */
const HUBER_WIDTH = 1.345
const MOST_ROUNDS = 100
/** Prices are on grids: what seems free of noise is not, bps. */
const LEAST_SCALE = 0.01

/**
 * Posterior mean under a normal prior and Huber's loss; without a prior, Huber's regression.
 *
 * @param observed - at least two
 */
export function robustFit(observed: readonly CostObservation[], prior: Prior): Fit {
  let fit: Fit = { ...NO_FIT, coefficients: prior.mean }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const residuals = observed.map((of) => residualOf(of, fit.coefficients))
    const scale = Math.max(LEAST_SCALE, 1.4826 * medianInPlace(Float64Array.from(residuals, Math.abs))) // prettier-ignore
    const weights = residuals.map((residual) => Math.min(1, (HUBER_WIDTH * scale) / Math.abs(residual))) // prettier-ignore
    const next = solved(observed, weights, scale, prior)
    const moved = Math.max(...next.coefficients.map((value, i) => Math.abs(value - (fit.coefficients[i] ?? 0)))) // prettier-ignore
    fit = next
    if (!(moved > 1e-10)) break
  }
  return fit
}

const residualOf = ({ halfSpreadBps, rootBps, costBps }: CostObservation, [factor, Y]: Pair) =>
  costBps - factor * halfSpreadBps - Y * rootBps

/** Weighted normal equations of two unknowns, with the prior as two more observations. */
function solved(
  observed: readonly CostObservation[],
  weights: readonly number[],
  scale: number,
  { mean, error }: Prior,
): Fit {
  const precision = [1 / error[0] ** 2, 1 / error[1] ** 2] as const
  let [ss, sr, rr] = [precision[0], 0, precision[1]]
  let [sc, rc] = [precision[0] * mean[0], precision[1] * mean[1]]
  for (const [i, { halfSpreadBps, rootBps, costBps }] of observed.entries()) {
    const weight = (weights[i] ?? 0) / scale ** 2
    ss += weight * halfSpreadBps * halfSpreadBps
    sr += weight * halfSpreadBps * rootBps
    rr += weight * rootBps * rootBps
    sc += weight * halfSpreadBps * costBps
    rc += weight * rootBps * costBps
  }
  const determinant = ss * rr - sr * sr
  if (!(determinant > 1e-12 * ss * rr)) return { ...NO_FIT, scale }
  return {
    coefficients: [(rr * sc - sr * rc) / determinant, (ss * rc - sr * sc) / determinant],
    errors: [Math.sqrt(rr / determinant), Math.sqrt(ss / determinant)],
    scale,
  }
}
