/**
 * From `apply` to a run: the plan must be one that was recorded here, nothing may forbid it, and
 * the world must still be the one it was made for, by a fresh snapshot and fresh quotes.
 */
import type { PlanId, RunId } from '#model/ids.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { Plan } from '#model/plan.ts'
import { openOrdersOf } from '#execution/order-ledger.ts'
import { allLinesOf } from '#execution/phases.ts'
import { describeLatch } from '#risk/latch.ts'
import { hasTransientBreak, severeBreaksOf } from '#engine/breaks.ts'
import type { Decision } from '#engine/decision.ts'
import { accountHalt, latchesOf } from '#engine/latches.ts'
import { requestQuotes } from '#engine/quote-needs.ts'
import { guardScaleOf } from '#engine/pre-trade.ts'
import { expiredReason, guardReason, movedReason } from '#engine/staleness.ts'
import type { EngineState, Job, RecordedPlan } from '#engine/state.ts'
import { answer, settingsOf, snapshotSince, type Turn } from '#engine/turn.ts'
import { variationOf } from '#engine/variation-margin.ts'
import { quoteProblem } from '#engine/work-line.ts'

/** Takes an `apply` as far as it can go now: refused, waiting, or a run. */
export function considerPlan(turn: Turn, job: Job, planId: PlanId): void {
  const { state } = turn
  // The same plan is being worked, perhaps since before a restart: this asker waits for its end too.
  if (state.run?.planId === planId) return
  const error = errorIn(state, planId)
  if (error !== undefined) return answer(turn, job, 'error', error)
  const recorded = state.plans.get(planId)
  if (recorded === undefined) return
  const { plan } = recorded
  if (plan.verdict === 'no-change') return answer(turn, job, 'done', 'the plan has no changes; nothing to do') // prettier-ignore
  const early = refusalNow(state, plan)
  if (early !== undefined) return refuse(turn, job, planId, early)
  const lines = allLinesOf(plan)
  const quoted = state.requests.quotesAnswered > job.mark
  if (!quoted && state.requests.quotes === undefined) requestQuotes(turn, lines)
  if (!quoted || snapshotSince(state, job.mark) === undefined || hasTransientBreak(state)) return
  const late = refusalByWorld(state, recorded, job)
  if (late !== undefined) return refuse(turn, job, planId, late)
  accept(turn, job, planId)
}

/** What makes the command itself wrong. */
function errorIn({ run, plans, account }: EngineState, planId: PlanId): string | undefined {
  if (run !== undefined) return `run ${run.runId} is active; apply again when it has completed`
  const plan = plans.get(planId)?.plan
  if (plan === undefined)
    return `plan ${planId} is not among those recorded in this journal; make one with \`plan\` and apply that`
  if (plan.account !== account) return `the plan is for account ${plan.account}, this engine is for ${account ?? 'none'}` // prettier-ignore
  return undefined
}

type Refusal = Pick<Extract<Decision, { readonly type: 'RefusePlan' }>, 'verdict' | 'reason'>

const blocked = (reason: string): Refusal => ({ verdict: 'blocked', reason })
const stale = (reason: string): Refusal => ({ verdict: 'stale', reason })

/** What can be said without asking anybody. */
function refusalNow(state: EngineState, plan: Plan): Refusal | undefined {
  const failed = plan.checks.find(({ status }) => status === 'fail')
  if (plan.verdict === 'blocked') return blocked(`the plan is blocked: ${failed?.detail ?? 'see its checks'}`) // prettier-ignore
  const halt = accountHalt(state) ?? latchesOf(state).find((latch) => latch.scope === 'account')
  const stops = halt?.kind !== 'ReduceOnly' || plan.phases.B.length > 0
  if (halt !== undefined && stops)
    return blocked(`${describeLatch(halt)}; release it with \`resume\` when its reason is gone`)
  const expired = expiredReason(plan, state.now)
  if (expired !== undefined) return stale(expired)
  if (plan.config !== settingsOf(state).configHash)
    return stale('the configuration changed since the plan was made; make a new one with `plan`')
  const unknown = allLinesOf(plan).find(({ instrument }) => !state.instruments.has(instrument))
  if (unknown !== undefined) return blocked(`${unknown.instrument} has not been described by the broker; make a new plan`) // prettier-ignore
  return undefined
}

/** What only a fresh snapshot and fresh quotes can say. */
function refusalByWorld(
  state: EngineState,
  { plan, basis }: RecordedPlan,
  job: Job,
): Refusal | undefined {
  const [severe] = severeBreaksOf(state)
  if (severe !== undefined) return blocked(`a severe break is open: ${severe.detail}`)
  const snapshot = snapshotSince(state, job.mark)
  const own = openOrdersOf(state.ledger).map(({ request }) => request.id)
  const moved =
    snapshot === undefined
      ? undefined
      : movedReason(plan, basis, snapshot, own, variationOf(state, snapshot))
  if (moved !== undefined) return stale(moved)
  const lines = allLinesOf(plan)
  const { guardBps } = settingsOf(state).staleness
  const guard = guardReason(lines, state.quotes, guardBps, (line) =>
    guardScaleOf(state, plan, line),
  )
  if (guard !== undefined) return stale(guard)
  const unquoted = lines
    .map((line) => ({ instrument: line.instrument, problem: quoteProblem(state, line) }))
    .filter(({ problem }) => problem !== undefined)
    .toSorted((a, b) => byCodeUnit(a.instrument, b.instrument))
  if (unquoted.length === 0) return undefined
  const told = unquoted.map(({ instrument, problem }) => `${instrument}: ${problem}`).join('; ')
  return blocked(`quotes to trade at are missing (${told}); try again when the market quotes them`)
}

function refuse(turn: Turn, job: Job, planId: PlanId, { verdict, reason }: Refusal): void {
  turn.decide({ type: 'RefusePlan', commandId: job.commandId, planId, verdict, reason })
  answer(turn, job, verdict === 'stale' ? 'stale' : 'blocked', reason)
}

function accept({ state, decide }: Turn, { commandId }: Job, planId: PlanId): void {
  decide({ type: 'AcceptPlan', runId: runIdOf(state.runs + 1), commandId, planId })
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that numbers runs
const runIdOf = (n: number): RunId => `r${n}` as RunId
