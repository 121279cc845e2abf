/**
 * What a whole snapshot of the broker's does to the ledger: it tells what we missed, and its
 * silence about an order is evidence too, when it began late enough.
 *
 * Invariants
 * 1. Executions are read first: an order that is in no list may simply have traded.
 * 2. Silence counts only from a snapshot that began after the last command about the order, after
 *    the last change we heard of, and after the session was (re-)established.
 * 3. Silence never closes an order. It makes it InDoubt, and it is counted; `isProvenNotSent` says
 *    when enough of it has been heard.
 */
import type { BrokerSnapshot } from '#model/account.ts'
import { magnitude, minus } from '#model/fixed.ts'
import type { ClientOrderId } from '#model/ids.ts'
import type { OrderStatus } from '#model/report.ts'
import { HOUR_MS, isoDateOf, type EpochMs } from '#model/time.ts'
import {
  move,
  openOrdersOf,
  type LedgerChange,
  type OrderLedger,
  type OrderRecord,
} from '#execution/order-ledger.ts'
import { applyCommission, applyExecution, applyStatus } from '#execution/ledger-reports.ts'

/** When silence counts. */
export interface SilenceRules {
  /** Our clock when the present session was established. */
  readonly sessionSince: EpochMs
  /** Two absences lie at least this far apart, ms. */
  readonly doubtIntervalMs: number
}

/** A fresh order may be on its way for this long before its absence means anything, ms. */
const SETTLING_MS = 2_000

/** Folds a whole snapshot in; returns what it did to fills and fees. */
export function applySnapshot(
  ledger: OrderLedger,
  snapshot: BrokerSnapshot,
  rules: SilenceRules,
  at: EpochMs,
): LedgerChange[] {
  const changes = [
    ...snapshot.executions.flatMap((execution) => applyExecution(ledger, execution, at)),
    ...snapshot.commissions.flatMap((commission) => applyCommission(ledger, commission)),
    ...statusesIn(snapshot).flatMap((status) => applyStatus(ledger, status, at)),
  ]
  const seen = ordersSeenIn(ledger, snapshot)
  for (const record of openOrdersOf(ledger))
    if (!seen.has(record.request.id)) hearSilence(record, snapshot, rules, at)
  return changes
}

/** Completed orders first: should one be listed twice, open is the later word and changes nothing. */
function statusesIn(snapshot: BrokerSnapshot): OrderStatus[] {
  const completed = snapshot.completedOrders.map(
    ({ clientOrderId, permId, instrument, cumulative, status, reason }): OrderStatus => ({
      clientOrderId,
      permId,
      instrument,
      status,
      cumulative,
      leaves: undefined,
      reason,
    }),
  )
  // Where the broker did not say how much is left, `leaves` is the total: no count can be read from it.
  const open = snapshot.openOrders.map((order): OrderStatus => {
    const filled = minus(magnitude(order.quantity), magnitude(order.leaves))
    const { clientOrderId, permId, instrument, status } = order
    const cumulative = filled > 0n ? filled : undefined
    return { clientOrderId, permId, instrument, status, cumulative, leaves: undefined, reason: '' }
  })
  return [...completed, ...open]
}

function ordersSeenIn(ledger: OrderLedger, snapshot: BrokerSnapshot): Set<ClientOrderId> {
  const listed = [...snapshot.openOrders, ...snapshot.completedOrders]
  const seen = listed.map(({ clientOrderId, permId }) =>
    clientOrderId === undefined && permId !== undefined
      ? ledger.permIds.get(permId)
      : clientOrderId,
  )
  return new Set(seen.filter((id) => id !== undefined))
}

function hearSilence(
  record: OrderRecord,
  { begunAt }: BrokerSnapshot,
  rules: SilenceRules,
  at: EpochMs,
): void {
  if (begunAt < rules.sessionSince) return
  if (record.state !== 'InDoubt') {
    const known = record.sentAt !== undefined || record.acknowledged
    const settled = Math.max(record.commandAt, record.changedAt) + SETTLING_MS
    if (!known || begunAt < settled) return
    move(record, 'contactLost', 'the broker does not show it', at)
  } else if (begunAt < Math.max(record.doubtSince ?? at, record.commandAt)) return
  const [first] = record.absences
  if (first === undefined) record.absences = [begunAt]
  else if (begunAt >= first + rules.doubtIntervalMs) record.absences = [first, begunAt]
}

/** Both absences that a proof needs have been heard. */
export const isTwiceAbsent = (record: OrderRecord): boolean =>
  record.state === 'InDoubt' && record.absences.length === 2

/**
 * Whether silence proves that an order never reached the broker: in doubt, twice absent, never
 * acknowledged, nothing traded, and no midnight of the broker's since it was recorded (executions
 * and completed orders are told of the current day only).
 */
export function isProvenNotSent(record: OrderRecord): boolean {
  const last = record.absences[1]
  return (
    isTwiceAbsent(record) &&
    last !== undefined &&
    !record.acknowledged &&
    record.executed === 0n &&
    isSameBrokerDay(record.submittedAt, last)
  )
}

/**
 * No midnight in New York lies between two instants, whether daylight saving is in force or not
 * (UTC−4, UTC−5). In the hour where the two differ the answer is the careful one: no.
 */
export const isSameBrokerDay = (from: EpochMs, to: EpochMs): boolean =>
  [4, 5].every((hours) => isoDateOf(from - hours * HOUR_MS) === isoDateOf(to - hours * HOUR_MS))
