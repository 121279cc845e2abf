/** What a policy is: weights for the candidates, or words why it cannot say. */
import type { Result } from '#model/result.ts'
import type { Candidates } from '#construction/policies/candidates.ts'
import type { PolicyFacts } from '#construction/policies/policy-facts.ts'

/** Weights ≥ 0 of the candidates in their order; bad data are refused, never thrown at. */
export type Policy = (candidates: Candidates, facts: PolicyFacts) => Result<Float64Array>

/** Shares that sum to 1, of what there is to invest. */
export const spread = ({ invested }: Candidates, shares: Float64Array): Float64Array =>
  shares.map((share) => share * invested)
