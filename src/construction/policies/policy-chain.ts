/**
 * The declared chain of policies: the first that can decide does, those before it say why they could not, and after the
 * last nothing is traded.
 */
import type { Result } from '#model/result.ts'
import type { PolicyKind } from '#construction/construction-settings.ts'

export interface ChosenPolicy<Decision> {
  readonly kind: PolicyKind
  readonly result: Decision
  /** Those that could not decide, in their order. */
  readonly tried: readonly { readonly kind: PolicyKind; readonly reason: string }[]
}

/**
 * @param policies - in the order of preference; what comes after `hold` is never asked
 * @param attempt - asked once a kind at most
 * @param hold - what trading nothing is; it cannot fail
 *
 * @example
 * chosenPolicy(['risk-parity'], () => ({ ok: false, error: 'no risk model' }), 'as it is').kind // => 'hold'
 */
export function chosenPolicy<Decision>(
  policies: readonly PolicyKind[],
  attempt: (kind: Exclude<PolicyKind, 'hold'>) => Result<Decision>,
  hold: Decision,
): ChosenPolicy<Decision> {
  const tried: { kind: PolicyKind; reason: string }[] = []
  for (const kind of new Set(policies)) {
    if (kind === 'hold') break
    const decided = attempt(kind)
    if (decided.ok) return { kind, result: decided.value, tried }
    tried.push({ kind, reason: decided.error })
  }
  return { kind: 'hold', result: hold, tried }
}
