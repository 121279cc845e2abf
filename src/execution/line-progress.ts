/**
 * Where one line of a plan stands: remaining = target − executed − working, always from the
 * ledger, never from what we meant to do.
 *
 * Invariants
 * 1. `ready` never offers more than what is neither traded nor possibly at the broker: an order in
 *    doubt counts whole, a fill the broker counts and has not told counts too.
 * 2. A line has at most one order that may still trade.
 * 3. Orders of a line are bounded: `maximumAttempts` that went out, `MOST_UNSENT` that did not.
 */
import { format, minus, plus, quantity, type Quantity } from '#model/fixed.ts'
import type { EpochMs } from '#model/time.ts'
import { filledAtLeast, untoldOf, type OrderRecord } from '#execution/order-ledger.ts'
import { isOpen, type OrderState } from '#execution/order-state.ts'

export type LineProgress =
  /** An order for this much may go now. */
  | { readonly kind: 'ready'; readonly quantity: Quantity }
  /** Something has to be heard, or `until` to come, first. */
  | { readonly kind: 'waiting'; readonly until: EpochMs | undefined }
  | { readonly kind: 'done' }
  | { readonly kind: 'unfinished'; readonly reason: string }

export interface LineRules {
  /** Orders that went out, at most; 1 = never again. */
  readonly maximumAttempts: number
  readonly now: EpochMs
  /** The wave's time is up, or the run ends: nothing new is sent. */
  readonly closing: boolean
  /** Orders that nobody waits for any longer: a severe break tells of them. */
  readonly isGivenUp: (record: OrderRecord) => boolean
}

/**
 * @param target - > 0 unless the phase was scaled to nothing
 * @param orders - of this line in this run, oldest first
 */
export function lineProgress(
  target: Quantity,
  orders: readonly OrderRecord[],
  rules: LineRules,
): LineProgress {
  if (target === 0n) return { kind: 'unfinished', reason: 'no buying power is left for it' }
  const awaited = orders.filter((record) => isAwaited(record) && !rules.isGivenUp(record))
  if (awaited.length > 0) return { kind: 'waiting', until: undefined }
  const filled = orders.reduce((sum, record) => plus(sum, filledAtLeast(record)), NONE)
  const remaining = minus(target, filled)
  if (remaining <= 0n) return { kind: 'done' }
  const obstacle = obstacleTo(orders, rules)
  if (obstacle !== undefined)
    return { kind: 'unfinished', reason: `${format(remaining)} left: ${obstacle}` }
  const until = resendAt(orders)
  if (until > rules.now) return { kind: 'waiting', until }
  return { kind: 'ready', quantity: remaining }
}

/** It may still trade, or has traded more than its executions tell. */
const isAwaited = (record: OrderRecord): boolean => isOpen(record.state) || untoldOf(record) > 0n

/** Whether a line may have another order after one that ended so. */
// prettier-ignore
const AGAIN_AFTER: Readonly<Record<OrderState, boolean>> = {
  NotSent: true,   // proven: it was never there
  Expired: true,   // an addition is renewed by a new order, never by a modification
  Canceled: false, // by us because time is up, or by somebody who had a reason
  Rejected: false, // the same order would be refused again
  Denied: false,
  Filled: false,   // less than asked for only after a correction: a person looks first
  Initialized: false, Submitted: false, Working: false, PendingCancel: false, InDoubt: false,
}

/** Orders of a line that were proven not sent, at most: a bound on a link that keeps failing. */
const MOST_UNSENT = 5

function obstacleTo(orders: readonly OrderRecord[], rules: LineRules): string | undefined {
  const last = orders.at(-1)
  if (last !== undefined && !AGAIN_AFTER[last.state]) return endingOf(last)
  if (rules.closing) return last === undefined ? 'its time was up' : `its time was up; ${endingOf(last)}` // prettier-ignore
  const unsent = orders.filter(({ state }) => state === 'NotSent').length
  if (last !== undefined && orders.length - unsent >= rules.maximumAttempts)
    return `${rules.maximumAttempts} order(s) were sent, at most as many as are allowed; ${endingOf(last)}`
  if (unsent >= MOST_UNSENT) return `${unsent} orders could not be sent`
  return undefined
}

const endingOf = ({ state, reason }: OrderRecord): string =>
  `the last order is ${state}${reason === '' ? '' : ` (${reason})`}`

const FIRST_RESEND_MS = 500

/** An order that could not be sent is tried again after 0.5 s, 1 s, 2 s, … */
function resendAt(orders: readonly OrderRecord[]): EpochMs {
  const last = orders.at(-1)
  if (last?.state !== 'NotSent') return 0
  const unsent = orders.filter(({ state }) => state === 'NotSent').length
  return last.changedAt + FIRST_RESEND_MS * 2 ** (unsent - 1)
}

const NONE = quantity('0')
