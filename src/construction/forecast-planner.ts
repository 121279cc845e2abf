/**
 * How the optimum of a case is found: over the horizon as one, or over several periods of which the first is traded. Either
 * way lots and reasons are found on a case of one period with the same optimum.
 */
import type { InstrumentId } from '#model/ids.ts'
import { err, ok, type Result } from '#model/result.ts'
import { levelOf } from '#risk/limits.ts'
import type { DecisionFacts } from '#construction/decided.ts'
import { firstStepOf, type FirstStep } from '#construction/multi-period/first-step.ts'
import { planningSteps } from '#construction/multi-period/multi-period-case.ts'
import { optimiseOverPeriods } from '#construction/multi-period/optimise-over-periods.ts'
import { infeasibleWords } from '#construction/optimisation/infeasible-words.ts'
import type { OptimisationCase, Optimised, Optimum } from '#construction/optimisation/optimisation-case.ts' // prettier-ignore
import { optimise } from '#construction/optimisation/optimise.ts'
import type { Prospects } from '#construction/prospects.ts'
import type { SourcePart } from '#construction/why/name-reason.ts'

/** Solves a case, and says which case of one period has the same optimum. */
export interface ForecastPlanner {
  readonly solve: (of: OptimisationCase) => Result<Optimum>
  readonly onePeriod: (of: OptimisationCase, optimum: Optimum) => OnePeriod
}

/** Absent `worthLater`: there are no later periods. */
export interface OnePeriod
  extends Pick<FirstStep, 'of' | 'optimum'>, Partial<Pick<FirstStep, 'worthLater'>> {
  /** What the plan is to say of it. */
  readonly note?: string
}

/** The whole horizon as one period. */
export const AT_ONCE: ForecastPlanner = {
  solve: optimumOf,
  onePeriod: (of, optimum) => ({ of, optimum }),
}

/** Over several steps where the settings say so, for a whole rebalance. */
export function planAhead(
  { inputs }: DecisionFacts,
  { construction, byName }: Prospects,
  { names }: OptimisationCase,
): ForecastPlanner {
  const { periods, horizonDays } = construction.settings
  if (periods === 1 || inputs.request.kind !== 'targets') return AT_ONCE
  const steps = planningSteps(names.map((name) => byName.get(name)), horizonDays, periods) // prettier-ignore
  const laterTurnover = levelOf(inputs.limits, 'turnoverToday', 'warn')
  const paths = new WeakSet<Optimum>()
  return {
    // A path that was not found is no reason to hold: the horizon is then planned as one, and that is said.
    solve(of) {
      const path = optimiseOverPeriods({ first: of, steps, laterTurnover })
      if (path.status === 'optimal') paths.add(path)
      return path.status === 'unsolved' ? optimumOf(of) : answerOf(of, path)
    },
    onePeriod: (of, optimum) =>
      paths.has(optimum)
        ? firstStepOf(of, steps[0]!, optimum)
        : { of, optimum, note: `no path over ${steps.length} periods was found: the horizon is planned as one` }, // prettier-ignore
  }
}

function optimumOf(of: OptimisationCase): Result<Optimum> {
  return answerOf(of, optimise(of))
}

function answerOf(of: OptimisationCase, optimised: Optimised): Result<Optimum> {
  if (optimised.status === 'infeasible') return err(infeasibleWords(of, optimised))
  return optimised.status === 'unsolved' ? err(optimised.reason) : ok(optimised)
}

/** What made up each name's forecast; of a first step its share of it, and what being there is worth to the later ones. */
export function partsOf(
  forecasts: Prospects['forecasts'],
  { of, worthLater }: Pick<OnePeriod, 'of' | 'worthLater'>,
): ReadonlyMap<InstrumentId, readonly SourcePart[]> {
  const places = new Map(of.names.map((name, i) => [name, i]))
  return new Map(
    forecasts.map(
      ({ instrument, parts, expectedReturn }): [InstrumentId, readonly SourcePart[]] => {
        const place = places.get(instrument)
        if (worthLater === undefined || place === undefined) return [instrument, parts]
        const later = worthLater[place]!
        const share =
          expectedReturn === 0 ? 0 : (of.expectedReturn[place]! - later) / expectedReturn
        const scaled = parts.map(({ source, contribution }) => ({ source, contribution: share * contribution })) // prettier-ignore
        return [instrument, [...scaled, { source: 'later periods', contribution: later }]]
      },
    ),
  )
}
