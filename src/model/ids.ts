/**
 * The names things go by. Each is text with a brand, so that an order's id never stands where
 * an instrument's is wanted.
 */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Our name of an instrument, `AAPL.STK.USD`; see `instrument-id.ts` for the grammar. */
export type InstrumentId = Branded<'InstrumentId'>

/** Our key of an order, `<journal8>-<run>-<leg>-<n>`, ≤ 32 characters; IBKR's `orderRef`. */
export type ClientOrderId = Branded<'ClientOrderId'>

/** IBKR's account code, `DU1234567`; `DU…` and `DF…` are paper accounts. */
export type AccountId = Branded<'AccountId'>

/** IBKR's name of one execution, `0000e0d5.1234.01.01`; a correction shares all but the last segment. */
export type ExecId = Branded<'ExecId'>

/** IBKR's permanent order number: unique in the account, stable across sessions. Decimal text. */
export type PermId = Branded<'PermId'>

/** One application of a plan, numbered from 1 in its journal: `r1`. */
export type RunId = Branded<'RunId'>

/** sha256 of the plan in RFC 8785 canonical form, 64 hexadecimal digits. */
export type PlanId = Branded<'PlanId'>

/** The part of an execution's name that a correction shares: all but the last segment. */
export function execRootOf(execId: ExecId): string {
  const end = execId.lastIndexOf('.')
  return end < 0 ? execId : execId.slice(0, end)
}

/**
 * The revision of an execution: its last segment as a number; the highest stands.
 *
 * @example
 * execRevisionOf('0000e0d5.1234.01.02' as ExecId) // => 2
 */
export function execRevisionOf(execId: ExecId): number {
  const end = execId.lastIndexOf('.')
  const revision = end < 0 ? 1 : Number(execId.slice(end + 1))
  return Number.isSafeInteger(revision) ? revision : 1
}
