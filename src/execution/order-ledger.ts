/**
 * Our orders and their fills: what we asked for, what the broker told us about it, what traded.
 *
 * The ledger is owned by `step` and changed in place, only by the functions of this folder.
 *
 * Invariants
 * 1. An order is added once and never under an id that was used before.
 * 2. Fills are counted from executions alone, by the root of their `execId`; the highest revision
 *    stands (a correction replaces, a bust has quantity zero), whatever order they arrive in.
 * 3. Applying a report twice changes nothing the second time.
 * 4. An order closes only on evidence: a report, the adapter's word, or two absences (InDoubt).
 * 5. One order may have several permIds at the broker (a lost modification leaves two live); it
 *    closes only when all of them are over.
 */
import { greater, minus, negate, plus, quantity, type Quantity } from '#model/fixed.ts'
import { byCodeUnit } from '#model/canonical-json.ts'
import type { ClientOrderId, PermId, RunId } from '#model/ids.ts'
import { invariant } from '#model/invariant.ts'
import { isBuying, type OrderRequest } from '#model/order.ts'
import type { Commission, Execution } from '#model/report.ts'
import { DAY_MS, type EpochMs } from '#model/time.ts'
import { isOpen, next, type OrderEvent, type OrderState } from '#execution/order-state.ts'

export interface OrderLedger {
  readonly orders: Map<ClientOrderId, OrderRecord>
  /** Executions of our orders, by the root of their id. */
  readonly executions: Map<string, ExecutionRecord>
  /** Executions that no order of ours accounts for, by root. */
  readonly foreign: Map<string, ExecutionRecord>
  /** Commission reports that came before their execution, by root. */
  readonly earlyCommissions: Map<string, Commission>
  readonly permIds: Map<PermId, ClientOrderId>
}

export interface OrderRecord {
  readonly request: OrderRequest
  readonly runId: RunId
  /** The plan line it works. */
  readonly line: string
  /** 1, 2, … within the line. */
  readonly attempt: number
  /** Adds exposure (phase B). */
  readonly adds: boolean
  /** Mid of the quote it was priced by, quote currency; TCA's arrival price. */
  readonly arrivalMid: number
  /** Engine's clock, when the intent was recorded. */
  readonly submittedAt: EpochMs
  state: OrderState
  /** Why it is in this state, in the broker's words where there are any. */
  reason: string
  /** The adapter said that the bytes are on the wire. */
  sentAt: EpochMs | undefined
  /** The broker has shown that it knows the order. */
  acknowledged: boolean
  /** One a permId; the first may wait for its permId. */
  incarnations: Incarnation[]
  /** Σ|quantity| of its executions. */
  executed: Quantity
  /** What corrections and busts took from fills told before, net; leaves the broker's count too high. */
  corrected: Quantity
  /** Our clock at the first execution report. */
  firstFillAt: EpochMs | undefined
  /** Our clock at the last change of state or fills. */
  changedAt: EpochMs
  /** Our clock at the last command about it: a snapshot begun before is no evidence. */
  commandAt: EpochMs
  /** Cancels asked for. */
  cancels: number
  /** Since when nobody knows. */
  doubtSince: EpochMs | undefined
  /** Starts of whole snapshots of this session that show nothing of it; at most two. */
  absences: EpochMs[]
  /** It traded after it was held for never sent or rejected. */
  lateFill: boolean
  /** The state the world was last told of. */
  told: OrderState | undefined
}

/** One life of the order at the broker. */
export interface Incarnation {
  permId: PermId | undefined
  /** The highest count the broker gave (FIX CumQty), unsigned. */
  cumulative: Quantity | undefined
  closed: boolean
}

export interface ExecutionRecord {
  execution: Execution
  commission: Commission | undefined
  /** Our clock when we first heard of it. */
  readonly heardAt: EpochMs
  /** It was in the broker's figures when the book was adopted; so was its fee. */
  adopted: boolean
  /** The world was told of this revision. */
  told: boolean
}

/** What a report did to fills and fees, for the book to follow. */
export type LedgerChange =
  | { readonly type: 'execution'; readonly before: Execution | undefined; readonly after: Execution }
  | { readonly type: 'commission'; readonly before: Commission | undefined; readonly after: Commission; readonly adopted: boolean } // prettier-ignore

export const emptyLedger = (): OrderLedger => ({
  orders: new Map(),
  executions: new Map(),
  foreign: new Map(),
  earlyCommissions: new Map(),
  permIds: new Map(),
})

/** What is recorded of an order before it leaves. */
export type OrderIntent = Pick<
  OrderRecord,
  'request' | 'runId' | 'line' | 'attempt' | 'adds' | 'arrivalMid'
>

/**
 * The write-ahead intent: from here on the order may be at the broker.
 *
 * @throws InvariantError when the id was used before
 */
export function addSubmitted(ledger: OrderLedger, intent: OrderIntent, at: EpochMs): void {
  add(ledger, intent, 'submitted', '', at)
}

/** Our own gate refused it; it never left the building, and its id is spent. */
export function addDenied(
  ledger: OrderLedger,
  intent: OrderIntent,
  reason: string,
  at: EpochMs,
): void {
  add(ledger, intent, 'denied', reason, at)
}

function add(
  ledger: OrderLedger,
  intent: OrderIntent,
  event: 'submitted' | 'denied',
  reason: string,
  at: EpochMs,
): void {
  const { id } = intent.request
  invariant(!ledger.orders.has(id), `the client order id ${id} is used once`)
  const state = next('Initialized', event)
  invariant(state !== undefined, 'a new order is submitted or denied')
  ledger.orders.set(id, {
    ...intent,
    state,
    reason,
    submittedAt: at,
    sentAt: undefined,
    acknowledged: false,
    incarnations: [],
    executed: NONE,
    corrected: NONE,
    firstFillAt: undefined,
    changedAt: at,
    commandAt: at,
    cancels: 0,
    doubtSince: undefined,
    absences: [],
    lateFill: false,
    told: undefined,
  })
}

/** Moves an order along the table; false when the table has no such transition. */
export function move(record: OrderRecord, event: OrderEvent, reason: string, at: EpochMs): boolean {
  const to = next(record.state, event)
  if (to === undefined) return false
  if (to === record.state) return true
  record.state = to
  record.reason = reason
  record.changedAt = at
  record.doubtSince = to === 'InDoubt' ? at : undefined
  record.absences = []
  return true
}

/** A cancel of ours is on its way, or about to be. */
export function askCancel(record: OrderRecord, reason: string, at: EpochMs): void {
  move(record, 'cancelRequested', reason, at)
  record.cancels++
  record.commandAt = at
}

/** What became of writing an order to the socket. */
export function endSubmit(
  record: OrderRecord,
  outcome: 'submitted' | 'not-sent' | 'uncertain',
  reason: string,
  at: EpochMs,
): void {
  record.commandAt = at
  if (outcome === 'submitted') record.sentAt = at
  else if (!record.acknowledged)
    move(record, outcome === 'not-sent' ? 'provenNotSent' : 'contactLost', reason, at)
}

/** What became of writing a cancel to the socket. */
export function endCancel(
  record: OrderRecord,
  outcome: 'submitted' | 'not-sent' | 'uncertain',
  reason: string,
  at: EpochMs,
): void {
  record.commandAt = at
  if (record.state !== 'PendingCancel' || outcome === 'submitted') return
  if (outcome === 'uncertain') move(record, 'contactLost', reason, at)
  else if (record.acknowledged) move(record, 'cancelRejected', reason, at)
}

/**
 * The link dropped or the process died: whatever waited for an answer is in doubt. An order that
 * was working still is, as far as anybody knows; the next snapshot says.
 */
export function loseContact(ledger: OrderLedger, reason: string, at: EpochMs): void {
  for (const record of ordersOf(ledger)) {
    if (record.state === 'Submitted' || record.state === 'PendingCancel')
      move(record, 'contactLost', reason, at)
  }
  forgetAbsences(ledger)
}

/** The session begins anew: what an earlier one did not show proves nothing. */
export function forgetAbsences(ledger: OrderLedger): void {
  for (const record of ledger.orders.values()) record.absences = []
}

/** Sorted by id, so that whatever is decided from it is decided the same way in a replay. */
export const ordersOf = (ledger: OrderLedger): OrderRecord[] =>
  [...ledger.orders.values()].toSorted(byId)

/** Those that may still trade, sorted by id. */
export const openOrdersOf = (ledger: OrderLedger): OrderRecord[] =>
  [...ledger.orders.values()].filter(({ state }) => isOpen(state)).toSorted(byId)

const byId = (a: OrderRecord, b: OrderRecord): number => byCodeUnit(a.request.id, b.request.id)

/** The least that has traded: executions, or the broker's count where executions are missing. */
export const filledAtLeast = (record: OrderRecord): Quantity =>
  greater(record.executed, minus(countedOf(record), record.corrected))

/** What the broker has counted and no execution has told, ≥ 0. */
export const untoldOf = (record: OrderRecord): Quantity =>
  minus(filledAtLeast(record), record.executed)

/** What may still trade (FIX LeavesQty), ≥ 0; zero once closed. */
export const leavesOf = (record: OrderRecord): Quantity =>
  isOpen(record.state) ? greater(NONE, minus(record.request.quantity, filledAtLeast(record))) : NONE

/** With the direction of the order: bought positive. */
export const signedAs = (record: OrderRecord, size: Quantity): Quantity =>
  isBuying(record.request.side) ? size : negate(size)

/** How long closed orders and their fills are kept: the broker tells of its current day only. */
const RETENTION_MS = 7 * DAY_MS

/** Forgets what is long over, so that the ledger stays bounded. Open orders are never forgotten. */
export function prune(ledger: OrderLedger, now: EpochMs): void {
  const isOld = (record: OrderRecord) =>
    !isOpen(record.state) && record.changedAt < now - RETENTION_MS
  for (const [id, record] of ledger.orders) if (isOld(record)) ledger.orders.delete(id)
  for (const [root, { execution }] of ledger.executions)
    if (execution.clientOrderId !== undefined && !ledger.orders.has(execution.clientOrderId))
      ledger.executions.delete(root)
  for (const [root, { heardAt }] of ledger.foreign)
    if (heardAt < now - RETENTION_MS) ledger.foreign.delete(root)
  for (const [permId, id] of ledger.permIds)
    if (!ledger.orders.has(id)) ledger.permIds.delete(permId)
}

const NONE = quantity('0')

/** Σ of what the broker counted over the lives of an order. */
const countedOf = ({ incarnations }: OrderRecord): Quantity =>
  incarnations.reduce((sum, { cumulative }) => plus(sum, cumulative ?? NONE), NONE)
