/**
 * Decides the change of every name: towards targets that were read, or by the first policy of the configured chain that
 * can decide. One that cannot says why; where none can, nothing is traded, and unless the chain itself ends in `hold` the
 * plan is blocked.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { PlanCheck } from '#model/plan.ts'
import type { PolicyKind } from '#construction/construction-settings.ts'
import { decideByForecasts } from '#construction/decide-by-forecasts.ts'
import { decideByTargets, targetsOf } from '#construction/decide-by-targets.ts'
import { undecided, type Decided, type DecisionFacts } from '#construction/decided.ts'
import { decideKeeping, unknownKept } from '#construction/kept-names.ts'
import { chosenPolicy, type ChosenPolicy } from '#construction/policies/policy-chain.ts'
import type { PolicyFacts } from '#construction/policies/policy-facts.ts'
import { policyTargets } from '#construction/policies/policy-targets.ts'
import type { ConstructionInputs } from '#construction/plan-inputs.ts'
import { prospectsOf, type Prospects } from '#construction/prospects.ts'
import { cashShare } from '#construction/constraints.ts'

export function decide(facts: DecisionFacts): Decided {
  const { construction } = facts.inputs
  return construction === undefined ? decideByTargets(facts) : decideByPolicy(facts, construction)
}

function decideByPolicy(facts: DecisionFacts, construction: ConstructionInputs): Decided {
  const { book } = facts
  const { policies } = construction.settings
  const prospects = prospectsOf(facts, construction)
  const attempt = (kind: Exclude<PolicyKind, 'hold'>) => attempted(kind, facts, prospects)
  const hold = undecided(book, weightsHeld(facts), 'the policy holds what there is')
  const chosen = chosenPolicy(policies, attempt, hold)
  const { result } = chosen
  return {
    ...result,
    checks: [policyCheck(chosen, policies), ...prospects.checks, ...result.checks, ...notRaisedCheck(facts, chosen.kind)], // prettier-ignore
    construction: {
      notes: [],
      unmended: [],
      ...result.construction,
      policy: chosen.kind,
      tried: chosen.tried.map(({ kind, reason }) => ({ policy: kind, reason })),
    },
  }
}

function attempted(
  kind: Exclude<PolicyKind, 'hold'>,
  facts: DecisionFacts,
  prospects: Prospects,
): Result<Decided> {
  const { inputs, book } = facts
  const { settings } = prospects.construction
  if (kind === 'forecast') return decideByForecasts(facts, prospects)
  const stranger = unknownKept(settings, book, inputs)
  if (stranger !== undefined) return err(stranger)
  if (kind === 'targets')
    return inputs.targets.length === 0 ? err('there are no targets') : ok(decideKeeping(facts, settings)) // prettier-ignore
  const weights = policyTargets(kind, policyFactsOf(facts, prospects))
  return weights.ok ? ok(decideKeeping(towards(facts, weights.value), settings)) : weights
}

/** A name that the broker does not describe counts as a stock that cannot be traded: what is held of it stays invested. */
function policyFactsOf({ inputs, book }: DecisionFacts, prospects: Prospects): PolicyFacts {
  const { construction } = prospects
  const { riskBudgets } = construction.settings
  const names = book.names.map((name) => ({
    instrument: name.id,
    issuer: name.facts.issuer,
    assetClass: name.instrument?.assetClass ?? ('STK' as const),
    sector: name.sector,
    weight: name.weight,
    cashShare: cashShare(name),
    tradable: name.instrument !== undefined && name.untradable === undefined,
  }))
  const risk = prospects.risk()
  return {
    names,
    eligible: new Set(construction.eligible),
    risk: risk.ok ? risk.value : undefined,
    ...(risk.ok ? {} : { noRisk: risk.error }),
    forecasts: prospects.byName,
    marketValue: construction.marketValue,
    ...(riskBudgets === undefined ? {} : { riskBudgets }),
    limits: inputs.limits,
    cashBuffer: inputs.policy.cashBuffer,
    settings: construction.settings,
  }
}

/** The weights of a policy as targets of a file would be; a name that keeps what it has has none, and is kept. */
function towards(facts: DecisionFacts, weights: Float64Array): DecisionFacts {
  const names = facts.book.names.map((name, i) => {
    const { target: _, ...rest } = name
    const weight = weights[i]!
    return { ...rest, target: weight === name.weight ? undefined : { instrument: name.id, weight } }
  })
  const { policy } = facts.inputs
  return {
    ...facts,
    inputs: { ...facts.inputs, policy: { ...policy, untargeted: 'keep' } },
    book: { ...facts.book, names },
  }
}

const weightsHeld = ({ book }: DecisionFacts): Float64Array =>
  Float64Array.from(book.names, ({ weight }) => weight)

/** The end of a chain that was meant to end in holding is no failure; any other is. */
function policyCheck(
  { kind, tried }: ChosenPolicy<Decided>,
  policies: readonly PolicyKind[],
): PlanCheck {
  const name = 'policy'
  if (tried.length === 0) return { name, status: 'pass', detail: `${kind} decides` }
  const why = tried.map((one) => `${one.kind} cannot decide: ${one.reason}`).join('; ')
  if (kind === 'hold' && !policies.includes('hold'))
    return { name, status: 'fail', detail: `${why}; nothing is traded` }
  return { name, status: 'warn', detail: `${why}; ${kind} stands in` }
}

/** Holding frees no cash that was asked for. */
function notRaisedCheck({ inputs }: DecisionFacts, decides: PolicyKind): readonly PlanCheck[] {
  const { request } = inputs
  if (decides !== 'hold' || request.kind !== 'raise-cash') return []
  return [{ name: 'raise cash', status: 'fail', detail: `nothing is sold, ${request.amount} was asked for` }] // prettier-ignore
}

/** The weights asked for where a plan is blocked before anything is decided. */
export const weightsAsked = ({ inputs, book }: Pick<DecisionFacts, 'inputs' | 'book'>): Float64Array =>
  inputs.construction === undefined ? targetsOf(inputs, book) : Float64Array.from(book.names, ({ weight }) => weight) // prettier-ignore
