/**
 * What one report of the broker's does to the ledger. Reports come at least once and in any
 * order; each of these functions is idempotent.
 */
import { magnitude, minus, plus, quantity, type Quantity } from '#model/fixed.ts'
import { execRevisionOf, execRootOf, type PermId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import type {
  BrokerReport,
  Commission,
  Execution,
  OrderRefusal,
  OrderStatus,
} from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import {
  move,
  type ExecutionRecord,
  type Incarnation,
  type LedgerChange,
  type OrderLedger,
  type OrderRecord,
} from '#execution/order-ledger.ts'
import { isOpen, type OrderEvent } from '#execution/order-state.ts'

/** Folds one report in; returns what it did to fills and fees. */
export function applyReport(
  ledger: OrderLedger,
  report: BrokerReport,
  at: EpochMs,
): LedgerChange[] {
  switch (report.type) {
    case 'OrderStatus':
      return applyStatus(ledger, report.status, at)
    case 'OrderRefusal':
      applyRefusal(ledger, report.refusal, at)
      return []
    case 'Execution':
      return applyExecution(ledger, report.execution, at)
    case 'Commission':
      return applyCommission(ledger, report.commission)
    case 'OrderWarning': // 399 held until the open, 10349 preset: the order is alive
  }
  return []
}

type Status = OrderStatus['status']

/** What a status means for the order it is about. */
const EVENT_OF: Readonly<Record<Status, OrderEvent | undefined>> = {
  pending: undefined, // the gateway has it, the venue not yet
  working: 'accepted',
  held: 'accepted', // off the market for now, but the broker's to release
  'pending-cancel': 'accepted', // a cancel is not over until it is
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
  filled: 'filled',
}

const CLOSING = new Set<Status>(['canceled', 'expired', 'rejected', 'filled'])

/** A status of one order, live or from a snapshot. Of nobody's order: nothing. */
export function applyStatus(ledger: OrderLedger, status: OrderStatus, at: EpochMs): LedgerChange[] {
  const record = ownerOf(ledger, status)
  if (record === undefined) return []
  record.acknowledged = true
  const changes = learnPermId(ledger, record, status.permId, at)
  const life = incarnationOf(record, status.permId)
  if (life !== undefined) count(record, life, status)
  const event = eventOf(record, status)
  if (event !== undefined) move(record, event, status.reason, at)
  return changes
}

/** The order a report is about: by our own id, else by the broker's. */
function ownerOf(
  ledger: OrderLedger,
  { clientOrderId, permId }: Pick<Execution, 'clientOrderId' | 'permId'>,
): OrderRecord | undefined {
  const byPermId = permId === undefined ? undefined : ledger.permIds.get(permId)
  const id = clientOrderId ?? byPermId
  return id === undefined ? undefined : ledger.orders.get(id)
}

/** Its fills may have come first, as a stranger's: now they have an owner. */
function learnPermId(
  ledger: OrderLedger,
  record: OrderRecord,
  permId: PermId | undefined,
  at: EpochMs,
): LedgerChange[] {
  if (permId === undefined || ledger.permIds.has(permId)) return []
  ledger.permIds.set(permId, record.request.id)
  const nameless = record.incarnations.find((life) => life.permId === undefined)
  if (nameless === undefined)
    record.incarnations.push({ permId, cumulative: undefined, closed: false }) // prettier-ignore
  else nameless.permId = permId
  const held = [...ledger.foreign].filter(([, { execution }]) => execution.permId === permId)
  return held.flatMap(([root, stranger]) => claim(ledger, root, stranger, at))
}

/** A stranger's execution turns out to be ours. What was adopted with the book is in it already. */
function claim(
  ledger: OrderLedger,
  root: string,
  { execution, commission, adopted }: ExecutionRecord,
  at: EpochMs,
): LedgerChange[] {
  ledger.foreign.delete(root)
  const changes = applyExecution(ledger, execution, at)
  const ours = ledger.executions.get(root)
  if (ours !== undefined && adopted) ours.adopted = true
  const fees = commission === undefined ? [] : applyCommission(ledger, commission)
  return adopted ? [] : [...changes, ...fees]
}

/** The life a status is about; undefined when it does not say and there are several. */
function incarnationOf(record: OrderRecord, permId: PermId | undefined): Incarnation | undefined {
  if (permId !== undefined) return record.incarnations.find((life) => life.permId === permId)
  if (record.incarnations.length > 1) return undefined
  const [only] = record.incarnations
  if (only !== undefined) return only
  const first = { permId, cumulative: undefined, closed: false }
  record.incarnations.push(first)
  return first
}

/** Counts only grow and a closed life stays closed: an older report that comes later says nothing new. */
function count(record: OrderRecord, life: Incarnation, status: OrderStatus): void {
  const whole = status.status === 'filled' ? record.request.quantity : undefined
  const counted = status.cumulative ?? whole
  if (counted !== undefined && counted > (life.cumulative ?? NONE)) life.cumulative = counted
  if (CLOSING.has(status.status)) life.closed = true
}

/** What the status makes happen: nothing closes while another life of the order is open. */
function eventOf(record: OrderRecord, { status }: OrderStatus): OrderEvent | undefined {
  if (status === 'pending') return record.state === 'InDoubt' ? 'accepted' : undefined
  const event = EVENT_OF[status]
  if (!CLOSING.has(status)) return isOpen(record.state) ? event : undefined
  return record.incarnations.every((life) => life.closed) ? event : undefined
}

/**
 * An acknowledged order works on. One that may still wait in our own queue is not known to the
 * broker yet: how its submit ends decides. One that was written and never acknowledged is in doubt.
 */
function refuseCancel(record: OrderRecord, reason: string, at: EpochMs): void {
  if (record.acknowledged) move(record, 'cancelRejected', reason, at)
  else if (record.sentAt !== undefined) move(record, 'contactLost', reason, at)
}

/** The broker's no: to the order, or to our cancel of it. */
function applyRefusal(ledger: OrderLedger, refusal: OrderRefusal, at: EpochMs): void {
  const record = ledger.orders.get(refusal.clientOrderId)
  if (record === undefined) return
  const reason = refusal.code === 0 ? refusal.reason : `${refusal.code}: ${refusal.reason}`
  if (refusal.refused === 'cancel') {
    // Often the order is over and its report late, or the broker does not know it: a snapshot decides.
    record.commandAt = at
    refuseCancel(record, reason, at)
    return
  }
  record.acknowledged = true
  for (const life of record.incarnations) life.closed = true
  move(record, 'rejected', reason, at)
}

/** A trade: ours, or a stranger's. The highest revision of a root stands. */
export function applyExecution(
  ledger: OrderLedger,
  reported: Execution,
  at: EpochMs,
): LedgerChange[] {
  const root = execRootOf(reported.execId)
  const record = ownerOf(ledger, reported)
  const held = record === undefined ? ledger.foreign : ledger.executions
  const before = held.get(root)
  if (before !== undefined && revisionOf(before) >= execRevisionOf(reported.execId)) return []
  const clientOrderId = record?.request.id ?? reported.clientOrderId
  held.set(root, replaced(before, { ...reported, clientOrderId }, at))
  if (record === undefined) return claimEarlyCommission(ledger, root)
  return [
    ...learnPermId(ledger, record, reported.permId, at),
    fill(record, before?.execution, { ...reported, clientOrderId }, at),
    ...claimEarlyCommission(ledger, root),
  ]
}

const revisionOf = ({ execution }: ExecutionRecord): number => execRevisionOf(execution.execId)

const replaced = (
  before: ExecutionRecord | undefined,
  execution: Execution,
  at: EpochMs,
): ExecutionRecord => ({
  execution,
  commission: before?.commission,
  heardAt: before?.heardAt ?? at,
  adopted: before?.adopted ?? false,
  told: false,
})

function fill(
  record: OrderRecord,
  before: Execution | undefined,
  after: Execution,
  at: EpochMs,
): LedgerChange {
  const was = before === undefined ? NONE : magnitude(before.quantity)
  const is = magnitude(after.quantity)
  record.acknowledged = true
  record.executed = plus(record.executed, minus(is, was))
  if (before !== undefined) record.corrected = plus(record.corrected, minus(was, is))
  record.changedAt = at
  if (is > was) hearTrade(record, at)
  return { type: 'execution', before, after }
}

function hearTrade(record: OrderRecord, at: EpochMs): void {
  record.firstFillAt ??= at
  if (record.state === 'NotSent' || record.state === 'Rejected') record.lateFill = true
  const whole = record.executed >= record.request.quantity
  move(record, whole ? 'filled' : 'partlyFilled', '', at)
}

/** The fee of one execution; of the highest revision it was reported for. */
export function applyCommission(ledger: OrderLedger, commission: Commission): LedgerChange[] {
  const root = execRootOf(commission.execId)
  const ours = ledger.executions.get(root)
  const owner = ours ?? ledger.foreign.get(root)
  if (owner === undefined) {
    holdEarly(ledger, root, commission)
    return []
  }
  const before = owner.commission
  if (before !== undefined && isNoNews(before, commission)) return []
  owner.commission = commission
  if (ours === undefined) return []
  return [{ type: 'commission', before, after: commission, adopted: owner.adopted }]
}

const isNoNews = (before: Commission, after: Commission): boolean =>
  execRevisionOf(before.execId) > execRevisionOf(after.execId) ||
  (before.execId === after.execId &&
    before.amount === after.amount &&
    before.realizedPnl === after.realizedPnl)

/** Fees of executions we were never told of; the oldest is dropped beyond this. */
const MOST_EARLY_COMMISSIONS = 10_000

function holdEarly(ledger: OrderLedger, root: string, commission: Commission): void {
  const held = ledger.earlyCommissions.get(root)
  if (held !== undefined && isNoNews(held, commission)) return
  ledger.earlyCommissions.set(root, commission)
  if (ledger.earlyCommissions.size <= MOST_EARLY_COMMISSIONS) return
  const [first] = [...ledger.earlyCommissions.keys()].toSorted()
  invariant(first !== undefined, 'a full table has a first key')
  ledger.earlyCommissions.delete(first)
}

function claimEarlyCommission(ledger: OrderLedger, root: string): LedgerChange[] {
  const early = ledger.earlyCommissions.get(root)
  if (early === undefined) return []
  ledger.earlyCommissions.delete(root)
  return applyCommission(ledger, early)
}

const NONE: Quantity = quantity('0')
