/**
 * From a case over several steps to what the solver takes. The first step has the limits that can be reached today; later
 * ones have the limits as they are, from the step on that can reach them. What a name may trade of a day's
 * volume bounds each step's trade; bounds on its weight that trades cannot reach in time are met as nearly as can be.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { Period, PeriodsProblem } from '#numerics/multi-period/problem.ts'
import { factorLoadings } from '#numerics/portfolio/factor-loadings.ts'
import type { Row } from '#numerics/portfolio/problem.ts'
import type { MultiPeriodCase, PlanningStep } from '#construction/multi-period/multi-period-case.ts'
import { tightestOf, type Box } from '#construction/optimisation/normal-form.ts'
import type { NameBound, OptimisationCase } from '#construction/optimisation/optimisation-case.ts'

/** A bound on what may be traded, not on what may be held. */
const isOfTrade = ({ label }: NameBound): boolean => label.startsWith('participation:')
/** The limit that each step has anew. */
const TURNOVER = 'turnover'

/**
 * @param reached - the case's limits as far as they can be reached today
 * @param wholeFrom - the step from which on limits are as they are, ≥ 1; those before have the reached ones
 * @returns else that the covariance has a negative eigenvalue
 */
export function periodsProblemOf(
  { first, steps, laterTurnover }: MultiPeriodCase,
  reached: OptimisationCase,
  wholeFrom: number,
): Result<PeriodsProblem> {
  const { risk, riskAversion, start, names } = first
  const loadings = factorLoadings(risk.exposures, risk.factorCovariance, risk.factors.length, riskAversion) // prettier-ignore
  if (loadings === undefined)
    return err('risk.factorCovariance: has a negative eigenvalue, expected a positive semidefinite matrix') // prettier-ignore
  const rows = first.limits.map(({ name, measure, rates, lower, upper, spends }): Row => ({ name, measure, rates, lower, upper, ...(spends && { spends }) })) // prettier-ignore
  const later = laterBoxes(first, reached, steps.length)
  const periods = steps.map((step, t): Period => {
    const limits = t < wholeFrom ? reached.limits : first.limits
    const isLater = t > 0
    return {
      ...termsOf(first, step),
      ...(later[t - 1] ?? { ...tightestOf(reached.bounds, names.length), ...tradesOf([], start) }),
      rowLower: Float64Array.from(limits, ({ lower }) => lower),
      rowUpper: Float64Array.from(limits, ({ name, upper }) => isLater && name === TURNOVER ? laterTurnover : upper), // prettier-ignore
    }
  })
  return ok({ n: names.length, start, ...loadings, rows, steps: periods })
}

type Terms = Pick<Period, 'scale' | 'forecast' | 'curvature' | 'holdingCost' | 'tradingCost' | 'impact'> // prettier-ignore

/** What a step is worth and costs; half of the borrow fee is in the forecast, since s(w)₋ = ½s|w| − ½sw. */
function termsOf(
  first: OptimisationCase,
  { expectedReturn, uncertainty, days }: PlanningStep,
): Terms {
  // prettier-ignore
  const { horizonDays, riskAversion, uncertaintyAversion, risk, borrow, tradingCost, impact } = first // prettier-ignore
  const half = (0.5 * days) / horizonDays
  return {
    scale: Math.sqrt(days),
    forecast: expectedReturn.map((value, i) => value + half * borrow[i]!),
    curvature: risk.specificVariance.map((variance) => 2 * riskAversion * days * variance),
    holdingCost: uncertainty.map((error, i) => uncertaintyAversion * error + half * borrow[i]!),
    tradingCost,
    impact,
  }
}

type Trades = Pick<Period, 'leastTrade' | 'mostTrade'>

/** Between what a name's trade must lie by bounds round its start. */
function tradesOf(bounds: readonly NameBound[], start: Float64Array): Trades {
  const { lower, upper } = tightestOf(bounds, start.length)
  return {
    leastTrade: lower.map((weight, i) => Math.min(0, weight - start[i]!)),
    mostTrade: upper.map((weight, i) => Math.max(0, weight - start[i]!)),
  }
}

/** Of each later step: the limits' box where trades from the first step's box can reach it, else what is nearest. */
function laterBoxes(
  first: OptimisationCase,
  reached: OptimisationCase,
  periods: number,
): readonly (Box & Trades)[] {
  const n = first.names.length
  const trades = tradesOf(first.bounds.filter(isOfTrade), first.start)
  const whole = tightestOf(first.bounds.filter((bound) => !isOfTrade(bound)), n) // prettier-ignore
  let from = tightestOf(reached.bounds, n)
  return Array.from({ length: periods - 1 }, () => {
    const [lower, upper] = [new Float64Array(n), new Float64Array(n)]
    for (let i = 0; i < n; i++) {
      const [least, most] = [from.lower[i]! + trades.leastTrade[i]!, from.upper[i]! + trades.mostTrade[i]!] // prettier-ignore
      lower[i] = Math.min(Math.max(whole.lower[i]!, least), most)
      upper[i] = Math.max(Math.min(whole.upper[i]!, most), lower[i]!)
    }
    from = { lower, upper }
    return { ...from, ...trades }
  })
}
