/** What a plan is asked for with: the engine's state and the configuration, as of now. */
import type { BrokerSnapshot } from '#model/account.ts'
import type { PlanRequest } from '#model/plan.ts'
import type { EpochMs } from '#model/time.ts'
import { dayFigures } from '#engine/projections.ts'
import type { EngineState } from '#engine/state.ts'
import type { HostOptions } from '#runtime/engine-host.ts'
import type { PlanBrief } from '#runtime/planner.ts'

/** All but what is wished, which is read when the plan is computed. */
export function planBriefOf(
  state: EngineState,
  snapshot: BrokerSnapshot,
  request: PlanRequest,
  { settings, benchmark, policy }: Pick<HostOptions, 'settings' | 'benchmark' | 'policy'>,
  asOf: EpochMs,
): Omit<PlanBrief, 'targets' | 'construction'> {
  return {
    request,
    asOf,
    lifetimeMs: settings.staleness.planMs,
    configHash: settings.configHash,
    snapshot,
    benchmark,
    policy,
    limits: settings.limits,
    latches: [...state.latches.values()],
    reconciliation: reconciliationOf(state),
    day: dayFigures(state),
    execution: settings.execution,
    staleness: settings.staleness,
    maximumOrderNotional: settings.gate.maximumOrderNotional,
  }
}

function reconciliationOf({ breaks }: EngineState): PlanBrief['reconciliation'] {
  const all = [...breaks.values()]
  if (all.length === 0) return { status: 'pass', detail: 'book and broker agree' }
  const status = all.some(({ severity }) => severity === 'severe') ? 'fail' : 'warn'
  return { status, detail: all.map(({ detail }) => detail).join('; ') }
}
