/** What a request or a message is about, as far as it says so: symbol, order, client. */
import { INCOMING, OUTGOING } from '#gateway/messages/message-ids.ts'
import { readPlaceOrder } from '#gateway/messages/place-order.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import type { Desk } from '#gateway/desk.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import type { Session } from '#gateway/session.ts'
import type { Message } from '#gateway/wire/field.ts'

export interface Subject {
  /** `PLACE_ORDER`, `ORDER_STATUS`. */
  readonly message: string
  readonly clientId: number
  readonly symbol: string | undefined
  readonly orderRef: string | undefined
  readonly orderId: number | undefined
  readonly action: string | undefined
  /** Of the order, as the request says it. */
  readonly quantity?: string | undefined
}

const REQUEST_NAMES = new Map<number, string>(
  Object.entries(INCOMING).map(([name, id]) => [id, name]),
)
const MESSAGE_NAMES = new Map<number, string>(
  Object.entries(OUTGOING).map(([name, id]) => [id, name]),
)

/** Every name a trigger may wait for. */
export const MESSAGES: readonly string[] = [...Object.keys(INCOMING), ...Object.keys(OUTGOING)]

export const messageName = ({ msgId }: Message): string => MESSAGE_NAMES.get(msgId) ?? String(msgId)

/** Where the contract's symbol stands in requests that begin with a version and a request id, or only that. */
const SYMBOL_AT: Readonly<Record<string, number>> = {
  REQ_MKT_DATA: 4,
  REQ_CONTRACT_DATA: 4,
  REQ_MKT_DEPTH: 4,
  REQ_REAL_TIME_BARS: 4,
  REQ_HISTORICAL_DATA: 3,
  REQ_TICK_BY_TICK_DATA: 3,
  REQ_HISTORICAL_TICKS: 3,
}

/** What a client's request is about. */
export function subjectOfRequest(desk: Desk, session: Session, fields: readonly string[]): Subject {
  const message = REQUEST_NAMES.get(Number(fields[0])) ?? fields[0] ?? ''
  const base = { message, clientId: session.clientId }
  if (message === 'PLACE_ORDER') return { ...base, ...placed(fields, session.version) }
  if (message === 'CANCEL_ORDER') {
    const orderId = Number(fields[2])
    return { ...base, ...named(desk.orders.find(session.clientId, orderId)), orderId }
  }
  return { ...base, ...named(undefined), symbol: fields[SYMBOL_AT[message] ?? -1] }
}

function placed(fields: readonly string[], version: number): Omit<Subject, 'message' | 'clientId'> {
  const read = readPlaceOrder(new FieldReader(fields, 1), version)
  if (!read.ok) return named(undefined)
  const { terms, contract, orderId } = read.value
  const { orderRef, action, totalQuantity } = terms
  return { symbol: contract.symbol, orderRef, orderId, action, quantity: totalQuantity }
}

/** What a message to a client is about. */
export function subjectOfMessage(desk: Desk, session: Session, message: Message): Subject {
  const order = orderOf(desk, message)
  const symbol = message['symbol']
  const about = named(order)
  return {
    message: messageName(message),
    clientId: session.clientId,
    ...about,
    symbol: typeof symbol === 'string' ? symbol : (about.symbol ?? symbolOfLine(session, message)),
  }
}

function orderOf(desk: Desk, message: Message): DeskOrder | undefined {
  const { permId, execId } = message
  if (typeof permId === 'number') return desk.orders.byPermId(permId)
  if (typeof execId !== 'string') return undefined
  const execution = desk.venue.executions().findLast((of) => of.execId === execId)
  return execution === undefined ? undefined : desk.orders.byPermId(execution.permId)
}

function symbolOfLine(session: Session, { reqId }: Message): string | undefined {
  return typeof reqId === 'number' ? session.lines.get(reqId)?.instrument.symbol : undefined
}

function named(
  order: DeskOrder | undefined,
): Pick<Subject, 'symbol' | 'orderRef' | 'orderId' | 'action'> {
  return {
    symbol: order?.instrument.symbol,
    orderRef: order?.venue.owner.orderRef,
    orderId: order?.venue.owner.orderId,
    action: order?.venue.action,
  }
}
