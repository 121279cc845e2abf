/** Every JSON Schema that is shipped in `schema/`, by file name; `scripts/schemas.ts` writes them. */
import { ORDERS_SCHEMA, POSITIONS_SCHEMA } from '#contract/account.ts'
import { COST_SCHEMA } from '#contract/cost-analysis.ts'
import { EXPLANATION_SCHEMA } from '#contract/explanation.ts'
import { LIMITS_SCHEMA } from '#contract/limits.ts'
import { PLAN_SCHEMA } from '#contract/plan.ts'
import { PORTFOLIO_PROBLEM_SCHEMA } from '#contract/portfolio-document.ts'
import { PORTFOLIO_SOLUTION_SCHEMA } from '#contract/portfolio-solution.ts'
import { RUN_EVENT_SCHEMA } from '#contract/run-event.ts'
import { STATUS_SCHEMA } from '#contract/status.ts'
import { configJsonSchema } from '#cli/config/config-json-schema.ts'

/** File name in `schema/` to schema. */
export const shippedSchemas = (): Readonly<Record<string, object>> => ({
  'ballast.schema.json': configJsonSchema(),
  'cost-analysis.schema.json': COST_SCHEMA,
  'explanation.schema.json': EXPLANATION_SCHEMA,
  'limits.schema.json': LIMITS_SCHEMA,
  'orders.schema.json': ORDERS_SCHEMA,
  'plan.schema.json': PLAN_SCHEMA,
  'portfolio-problem.schema.json': PORTFOLIO_PROBLEM_SCHEMA,
  'portfolio-solution.schema.json': PORTFOLIO_SOLUTION_SCHEMA,
  'positions.schema.json': POSITIONS_SCHEMA,
  'run-event.schema.json': RUN_EVENT_SCHEMA,
  'status.schema.json': STATUS_SCHEMA,
})
