/** What TWS knows of orders: open, completed, executed; and what an order would do. */
import type { Contract, Execution, Order, OrderState } from '@stoqey/ib'
import type {
  CompletedOrderMessage,
  OpenOrderMessage,
  OrderStatusMessage,
  TwsMessage,
} from '#tws/messages.ts'
import type { Lane } from '#tws/pacing.ts'
import type { TwsSession } from '#tws/session.ts'

/** An open order with its latest status, where TWS sent one. */
export interface OpenOrderRow {
  readonly open: OpenOrderMessage
  readonly status: OrderStatusMessage | undefined
}

/**
 * Open orders: of every client and of people (`all`), or of this client only (`own`), the only
 * ones that carry an order id this session can cancel by.
 */
export function openOrders(
  session: TwsSession,
  whose: 'all' | 'own',
  timeoutMs: number,
  lane: Lane = 'query',
): Promise<readonly OpenOrderRow[]> {
  const opened = new Map<string, OpenOrderMessage>()
  const statuses = new Map<string, OrderStatusMessage>()
  return session.ask(
    {
      what: whose === 'all' ? 'open orders of all clients' : 'our open orders',
      lane,
      numbered: false,
      kind: 'open-orders', // both ways are ended by the same message
      send: (api) => (whose === 'all' ? api.reqAllOpenOrders() : api.reqOpenOrders()),
      take(message) {
        // What happens to orders meanwhile comes as the same messages; the later one holds.
        if (message.type === 'openOrder' && message.order.whatIf !== true)
          opened.set(keyOf(message.order.permId, message.order.clientId, message.orderId), message)
        if (message.type === 'orderStatus')
          statuses.set(keyOf(message.permId, message.clientId, message.orderId), message)
        if (message.type !== 'openOrdersEnd') return undefined
        const value = [...opened].map(([key, open]) => ({ open, status: statuses.get(key) }))
        return { value }
      },
    },
    timeoutMs,
  )
}

/** The permanent id names an order; before the server has given one, its client's id does. */
const keyOf = (permId = 0, clientId = 0, orderId = 0): string =>
  permId > 0 ? `p${permId}` : `c${clientId}/${orderId}`

/** Orders that are over, of every client, of TWS's current day. They carry no order id. */
export function completedOrders(
  session: TwsSession,
  timeoutMs: number,
): Promise<readonly CompletedOrderMessage[]> {
  const rows: CompletedOrderMessage[] = []
  return session.ask(
    {
      what: 'completed orders',
      numbered: false,
      kind: 'completed-orders',
      send: (api) => api.reqCompletedOrders(false),
      take(message) {
        if (message.type === 'completedOrder') rows.push(message)
        return message.type === 'completedOrdersEnd' ? { value: rows } : undefined
      },
    },
    timeoutMs,
  )
}

export interface ExecutionRow {
  readonly contract: Contract
  readonly execution: Execution
}

/**
 * Executions since midnight, of every client. Their commissions come as messages of their own,
 * before or after the end of this answer.
 */
export function executions(
  session: TwsSession,
  account: string,
  timeoutMs: number,
): Promise<readonly ExecutionRow[]> {
  const rows: ExecutionRow[] = []
  return session.ask(
    {
      what: 'executions',
      numbered: true,
      send: (api, reqId) => api.reqExecutions(reqId, { acctCode: account }),
      take(message) {
        if (message.type === 'execution') rows.push(message)
        return message.type === 'end' ? { value: rows } : undefined
      },
    },
    timeoutMs,
  )
}

/**
 * Margin and commission if an order filled whole; nothing is placed. TWS may answer first without
 * the margins (erdewit/ib_insync#380); the answer is whole when they are there.
 *
 * @param orderId - of the session's order ids, used up by it
 */
export function whatIf(
  session: TwsSession,
  orderId: number,
  contract: Contract,
  order: Order,
  timeoutMs: number,
): Promise<OrderState> {
  return session.ask(
    {
      what: `the what-if of order ${orderId}`,
      numbered: false,
      kind: `what-if ${orderId}`,
      send: (api) => api.placeOrder(orderId, contract, { ...order, whatIf: true, transmit: true }),
      take: (message) => whatIfAnswer(message, orderId),
    },
    timeoutMs,
  )
}

function whatIfAnswer(
  message: TwsMessage,
  orderId: number,
): { readonly value: OrderState } | undefined {
  if (message.type !== 'openOrder' || message.orderId !== orderId) return undefined
  if (message.order.whatIf !== true || message.state.initMarginChange === undefined)
    return undefined
  return { value: message.state }
}
