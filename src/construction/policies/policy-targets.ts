/**
 * Target weights by a policy. Only stocks that are eligible and can be traded are given weight; futures, options, forex
 * and all other names keep what they have. The weights then go through bands, limits, turnover and lots as targets from
 * a file do.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { PolicyKind } from '#construction/construction-settings.ts'
import { blackLitterman } from '#construction/policies/black-litterman.ts'
import { candidatesOf } from '#construction/policies/candidates.ts'
import { equalWeight } from '#construction/policies/equal-weight.ts'
import { hierarchicalRiskParity } from '#construction/policies/hierarchical-risk-parity.ts'
import { inverseVolatility } from '#construction/policies/inverse-volatility.ts'
import { maximumSharpe } from '#construction/policies/maximum-sharpe.ts'
import { minimumVariance } from '#construction/policies/minimum-variance.ts'
import type { PolicyFacts } from '#construction/policies/policy-facts.ts'
import type { Policy } from '#construction/policies/policy.ts'
import { riskParity } from '#construction/policies/risk-parity.ts'

/** Policies that share out what there is to invest. */
export type SharingPolicy = Exclude<PolicyKind, 'targets' | 'forecast' | 'hold'>

const POLICY: Readonly<Record<SharingPolicy, Policy>> = {
  'equal-weight': equalWeight,
  'inverse-volatility': inverseVolatility,
  'risk-parity': riskParity,
  'hierarchical-risk-parity': hierarchicalRiskParity,
  'minimum-variance': minimumVariance,
  'maximum-sharpe': maximumSharpe,
  'black-litterman': blackLitterman,
}

/** What a weight must be short of what is held to be a sale, and not rounding. */
const ROUNDING = 1e-12

/**
 * @returns weights in the order of the names, or in words why the policy cannot decide; `targets` and `forecast` are
 *   decided elsewhere
 */
export function policyTargets(kind: PolicyKind, facts: PolicyFacts): Result<Float64Array> {
  const held = Float64Array.from(facts.names, ({ weight }) => weight)
  if (kind === 'hold') return ok(held)
  if (kind === 'targets' || kind === 'forecast')
    return err(`${kind} is no policy that shares out what there is to invest`)
  return shared(POLICY[kind], facts, held)
}

/** A name that is not to be sold, and would be, keeps its weight, and the rest is shared anew. */
function shared(policy: Policy, facts: PolicyFacts, held: Float64Array): Result<Float64Array> {
  const doNotSell = new Set(facts.settings.doNotSell)
  const fixed = new Set<number>()
  for (;;) {
    const candidates = candidatesOf(facts, fixed)
    if (!candidates.ok) return candidates
    const { places, names } = candidates.value
    if (places.length === 0) return ok(held)
    const weights = policy(candidates.value, facts)
    if (!weights.ok) return weights
    const unsold = places.filter((place, i) => doNotSell.has(names[i]!.instrument) && weights.value[i]! < held[place]! - ROUNDING) // prettier-ignore
    if (unsold.length === 0) {
      const targets = held.slice()
      places.forEach((place, i) => (targets[place] = weights.value[i]!))
      return ok(targets)
    }
    for (const place of unsold) fixed.add(place)
  }
}
