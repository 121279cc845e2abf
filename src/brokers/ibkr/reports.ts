/**
 * What a message of TWS's tells about orders, as reports: the one classifier of statuses, notices,
 * executions and fees. No clock, no socket: what it remembers is in the handles.
 *
 * Invariants
 * 1. A notice about an order becomes a refusal only where the code table says so; an unknown code
 *    is a warning, and the order's own status decides.
 * 2. A status that was told before is not told again: asking for open orders repeats them all.
 * 3. Orders of other people and programs are not reported; snapshots show them.
 */
import type { CommissionReport } from '@stoqey/ib'
import type { BrokerReport, OrderStatus } from '#model/report.ts'
import type { EpochMs } from '#model/time.ts'
import { meaningOf, type OrderMeaning } from '#tws/codes.ts'
import { instrumentIdFrom } from '#tws/contract.ts'
import type {
  NumberedMessage,
  OpenOrderMessage,
  OrderStatusMessage,
  TwsMessage,
} from '#tws/messages.ts'
import { readWireTime } from '#tws/wire-time.ts'
import type { OrderHandle, OrderHandles } from '#brokers/ibkr/order-handles.ts'
import {
  clientOrderIdFrom,
  commissionFrom,
  countFrom,
  executionFrom,
  isOver,
  permIdFrom,
  statusFrom,
} from '#brokers/ibkr/translate.ts'

export interface ReportContext {
  readonly handles: OrderHandles
  /** Of this connection; order numbers of other clients mean nothing here. */
  readonly clientId: number
  readonly account: string
  /** Of TWS's login, for times that name none. */
  readonly zone: string
  /** Broker's clock: ours plus the offset. */
  readonly brokerNow: EpochMs
}

/** The reports in a message, in order; most messages hold none. */
export function reportsIn(message: TwsMessage, context: ReportContext): BrokerReport[] {
  if (message.type === 'openOrder') return openOrderReports(message, context)
  if (message.type === 'orderStatus') return statusReports(message, context)
  if (message.type === 'execution') return executionReports(message, context)
  if (message.type === 'commission') return commissionReports(message.report)
  if (message.type === 'notice') return noticeReports(message, context)
  return [] // answers to questions, and news of the connection
}

/** Teaches which numbers belong to our key, whatever session they are from. */
function openOrderReports(message: OpenOrderMessage, context: ReportContext): BrokerReport[] {
  const { order, contract, state } = message
  const id = clientOrderIdFrom(order.orderRef)
  if (id === undefined || order.whatIf === true || order.account !== context.account) return []
  const { handles } = context
  const handle = handles.of(id)
  const permId = permIdFrom(order.permId)
  handles.learnPermId(handle, permId)
  if (order.clientId === context.clientId) handles.bind(handle, message.orderId)
  handle.goodTill ??= readWireTime(order.goodTillDate ?? '', context.zone)
  return statusReport(handle, state.status, {
    permId,
    instrument: instrumentIdFrom(contract),
    cumulative: undefined, // TWS leaves filledQuantity of an open order unset (nautilus_trader#3471)
    leaves: undefined,
    whyHeld: '',
    brokerNow: context.brokerNow,
  })
}

function statusReports(message: OrderStatusMessage, context: ReportContext): BrokerReport[] {
  const { handles, clientId, brokerNow } = context
  const permId = permIdFrom(message.permId)
  const own = message.clientId === undefined || message.clientId === clientId
  const handle = handles.owner(permId, own ? message.orderId : undefined)
  if (handle === undefined) return []
  handle.latest = {
    word: message.status,
    permId,
    cumulative: countFrom(message.filled),
    leaves: countFrom(message.remaining),
    whyHeld: message.whyHeld,
  }
  return latestReport(handle, brokerNow)
}

/** What TWS last said of an order, as it reads by all we know. */
function latestReport(handle: OrderHandle, brokerNow: EpochMs): BrokerReport[] {
  if (handle.latest === undefined) return []
  const { word, ...facts } = handle.latest
  return statusReport(handle, word, { ...facts, instrument: undefined, brokerNow })
}

interface StatusFacts extends Pick<OrderStatus, 'permId' | 'instrument' | 'cumulative' | 'leaves'> {
  readonly whyHeld: string
  readonly brokerNow: EpochMs
}

function statusReport(handle: OrderHandle, word: string, facts: StatusFacts): BrokerReport[] {
  const { whyHeld, brokerNow, ...seen } = facts
  const isExpired = hasExpired(handle, brokerNow)
  const status = statusFrom(word, {
    whyHeld,
    isHeld: handle.hold !== undefined,
    isRefused: handle.refusal !== undefined,
    isExpired,
  })
  if (status === undefined) return []
  if (status !== 'pending' && !isOver(status)) handle.accepted = true
  if (word === 'Submitted') handle.hold = undefined
  const reason = reasonOf(handle, status, whyHeld)
  const slot = `${seen.instrument === undefined ? 'status' : 'order'} ${seen.permId ?? ''}`
  const words = [status, seen.cumulative, seen.leaves, reason].join(' ')
  if (handle.told.get(slot) === words) return []
  handle.told.set(slot, words)
  return [{ type: 'OrderStatus', status: { clientOrderId: handle.id, ...seen, status, reason } }]
}

/** Cancels of its own accord come a little before or after the second that was named. */
const EXPIRY_SLACK_MS = 2_000

const hasExpired = (handle: OrderHandle, brokerNow: EpochMs): boolean =>
  handle.goodTill !== undefined &&
  !handle.cancelAsked &&
  brokerNow >= handle.goodTill - EXPIRY_SLACK_MS

function reasonOf(handle: OrderHandle, status: OrderStatus['status'], whyHeld: string): string {
  if (status === 'rejected') return handle.refusal ?? ''
  if (status === 'held') return handle.hold ?? whyHeld
  return ''
}

/** The id of a fill that nobody asked about; of the others a snapshot is made. */
const LIVE = -1

function executionReports(
  message: Extract<NumberedMessage, { readonly type: 'execution' }>,
  context: ReportContext,
): BrokerReport[] {
  if (message.reqId !== LIVE) return []
  const execution = executionFrom(message.contract, message.execution, context.zone)
  if (execution === undefined || execution.account !== context.account) return []
  const { handles } = context
  const { clientOrderId, permId } = execution
  if (clientOrderId !== undefined) handles.learnPermId(handles.of(clientOrderId), permId)
  const owner = clientOrderId ?? handles.owner(permId, undefined)?.id
  return [{ type: 'Execution', execution: { ...execution, clientOrderId: owner } }]
}

function commissionReports(report: CommissionReport): BrokerReport[] {
  const commission = commissionFrom(report)
  return commission === undefined ? [] : [{ type: 'Commission', commission }]
}

type Notice = Extract<NumberedMessage, { readonly type: 'notice' }>

function noticeReports(notice: Notice, context: ReportContext): BrokerReport[] {
  const handle = context.handles.owner(undefined, notice.reqId)
  if (handle === undefined) return [] // a question's, or an order's that is not ours
  return NOTICES[meaningOf(notice.code).order](handle, notice, context)
}

function warned(handle: OrderHandle, { code, text }: Notice): BrokerReport[] {
  return [{ type: 'OrderWarning', clientOrderId: handle.id, code, reason: text }]
}

const NOTICES: Readonly<
  Record<OrderMeaning, (of: OrderHandle, notice: Notice, context: ReportContext) => BrokerReport[]>
> = {
  rejected: refused,
  'rejected-if-new': (handle, notice) =>
    handle.accepted ? warned(handle, notice) : refused(handle, notice),
  'cancel-refused': (handle, notice) => [
    {
      type: 'OrderRefusal',
      refusal: {
        clientOrderId: handle.id,
        refused: 'cancel',
        code: notice.code,
        reason: notice.text,
      },
    },
  ],
  canceled: (handle, notice, { brokerNow }) => [
    {
      type: 'OrderStatus',
      status: {
        clientOrderId: handle.id,
        permId: onlyOf(handle.permIds),
        instrument: undefined,
        status: hasExpired(handle, brokerNow) ? 'expired' : 'canceled',
        cumulative: undefined,
        leaves: undefined,
        reason: wordsOf(notice),
      },
    },
  ],
  held: (handle, notice, { brokerNow }) => {
    handle.hold = wordsOf(notice)
    return [...warned(handle, notice), ...latestReport(handle, brokerNow)]
  },
  alive: warned,
  unknown: warned,
}

function refused(handle: OrderHandle, notice: Notice): BrokerReport[] {
  const { code, text: reason } = notice
  handle.refusal = wordsOf(notice)
  return [
    { type: 'OrderRefusal', refusal: { clientOrderId: handle.id, refused: 'order', code, reason } },
  ]
}

const wordsOf = ({ code, text }: Notice): string => `${code}: ${text}`

const onlyOf = <T>(set: ReadonlySet<T>): T | undefined => (set.size === 1 ? [...set][0] : undefined)
