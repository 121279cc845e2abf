/** What is said where there are no weights: the fewest limits and facts that cannot hold together, or that nothing was found. */
import { conflictOf } from '#numerics/portfolio/conflict.ts'
import { normalFormOf } from '#construction/optimisation/normal-form.ts'
import type {
  Infeasible,
  OptimisationCase,
  Unsolved,
} from '#construction/optimisation/optimisation-case.ts'

/** Neither weights nor a proof that there are none. */
export const NO_END: Unsolved = {
  status: 'unsolved',
  reason:
    'no method came to an end: the figures differ too much in size, or limits all but conflict',
}

/** Which limits conflict. */
export function conflictIn(of: OptimisationCase): Infeasible | Unsolved {
  const form = normalFormOf(of)
  if (!form.ok) return { status: 'unsolved', reason: form.error }
  const conflict = conflictOf(form.value.problem, form.value.bounds)
  if (conflict === undefined) return NO_END
  return {
    status: 'infeasible',
    conflict: conflict.limits,
    cheapestRelaxation: conflict.cheapestRelaxation,
  }
}
