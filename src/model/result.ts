/**
 * An answer that may be a refusal. Text from outside (a file, the wire, a person) is read into
 * a `Result`; an `invariant` is kept for what only a bug of ours can break.
 */
export type Result<T, E = string> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error })
