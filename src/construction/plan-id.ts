/** The name of a plan: the hash of its whole document, so that an edited plan is another plan. */
import { hashOf, type Json } from '#model/canonical-json.ts'
import type { PlanId } from '#model/ids.ts'
import type { Plan } from '#model/plan.ts'
import { hashedPart, PLAN } from '#model/plan-codec.ts'

/**
 * sha256 of a plan's document without its `planId`, in RFC 8785 canonical form.
 *
 * @param plan - its own `planId` is not looked at
 */
export function planIdOf(plan: Omit<Plan, 'planId'>): PlanId {
  return documentIdOf(PLAN.encode({ ...plan, planId: UNNAMED }))
}

/** The id that a plan's document should carry, as read from a file: unknown fields count too. */
export function documentIdOf(document: Json): PlanId {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- where plan ids are minted
  return hashOf(hashedPart(document)) as PlanId
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a plan between being made and being named
const UNNAMED = '' as PlanId
