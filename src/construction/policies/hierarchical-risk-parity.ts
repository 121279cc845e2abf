/** Hierarchical risk parity (M. López de Prado, 2016), as numerics/hierarchical-weights.ts has it. */
import { err, ok } from '#model/result.ts'
import { hierarchicalWeights } from '#numerics/hierarchical-weights.ts'
import { candidateCovariance } from '#construction/policies/candidate-covariance.ts'
import { spread, type Policy } from '#construction/policies/policy.ts'

/** Its distances of distances take time n³ and space n²: seconds for so many, beyond it a plan would wait. */
const MOST_NAMES = 2_000

export const hierarchicalRiskParity: Policy = (candidates, facts) => {
  const n = candidates.names.length
  if (n > MOST_NAMES)
    return err(`too many names: ${n}, expected ${MOST_NAMES} at most; screen the universe, or take risk-parity`) // prettier-ignore
  const covariance = candidateCovariance(facts, candidates.names)
  return covariance.ok ? ok(spread(candidates, hierarchicalWeights(covariance.value))) : covariance
}
