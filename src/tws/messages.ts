/**
 * What arrives from TWS, as one union: the vendor's positional events, named once and here only.
 *
 * `error` and `info` come out as one `notice` (the library sends id −1 to `info`). Doubles that TWS
 * leaves unset are `undefined`, as the library makes them; nothing else is interpreted here.
 */
import {
  EventName,
  type CommissionReport,
  type Contract,
  type ContractDetails,
  type Execution,
  type IBApi,
  type Order,
  type OrderState,
} from '@stoqey/ib'
import { SOCKET_FAILED } from '#tws/codes.ts'

export type TwsMessage = NumberedMessage | UnnumberedMessage

/** Answers that carry the id of their question. */
export type NumberedMessage = { readonly reqId: number } & (
  | { readonly type: 'contractDetails'; readonly details: ContractDetails }
  | { readonly type: 'summaryRow'; readonly account: string; readonly tag: string; readonly value: string; readonly currency: string }
  /** −1 for a live fill, which nobody asked for. */
  | { readonly type: 'execution'; readonly contract: Contract; readonly execution: Execution }
  | { readonly type: 'bar'; readonly bar: HistoricalBar }
  | { readonly type: 'tickPrice'; readonly field: number; readonly price: number | undefined }
  | { readonly type: 'tickSize'; readonly field: number; readonly size: number | undefined }
  | { readonly type: 'tickGeneric'; readonly field: number; readonly value: number }
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  | { readonly type: 'marketDataType'; readonly kind: number }
  /** The answer is whole. */
  | { readonly type: 'end' }
  /** An error, a warning or news of the system (−1); or about the order of this id. */
  | { readonly type: 'notice'; readonly code: number; readonly text: string }
) // prettier-ignore

/** The rest. */
export type UnnumberedMessage =
  | { readonly type: 'nextValidId'; readonly orderId: number }
  | { readonly type: 'managedAccounts'; readonly accounts: readonly string[] }
  | { readonly type: 'server'; readonly version: number; readonly connectedAt: string }
  | { readonly type: 'currentTime'; readonly epochSeconds: number }
  | { readonly type: 'marketRule'; readonly ruleId: number; readonly increments: readonly RuleRow[] }
  | { readonly type: 'position'; readonly account: string; readonly contract: Contract; readonly quantity: number | undefined; readonly averageCost: number | undefined }
  | { readonly type: 'positionsEnd' }
  | OpenOrderMessage
  | OrderStatusMessage
  | { readonly type: 'openOrdersEnd' }
  | CompletedOrderMessage
  | { readonly type: 'completedOrdersEnd' }
  | { readonly type: 'commission'; readonly report: CommissionReport }
  /** The socket is gone. */
  | { readonly type: 'closed'; readonly reason: string } // prettier-ignore

export interface OpenOrderMessage {
  readonly type: 'openOrder'
  readonly orderId: number
  readonly contract: Contract
  readonly order: Order
  readonly state: OrderState
}

export interface CompletedOrderMessage {
  readonly type: 'completedOrder'
  readonly contract: Contract
  readonly order: Order
  readonly state: OrderState
}

export interface OrderStatusMessage {
  readonly type: 'orderStatus'
  /** A handle of the owning client's session; 0 or negative for orders of others. */
  readonly orderId: number
  readonly status: string
  readonly filled: number | undefined
  readonly remaining: number | undefined
  /** 0 or absent until the server has numbered the order. */
  readonly permId: number | undefined
  readonly clientId: number | undefined
  readonly whyHeld: string
}

/** One row of a market rule: from this price on, this step. */
export interface RuleRow {
  readonly lowEdge: number
  readonly increment: number
}

export interface HistoricalBar {
  /** `yyyymmdd` of daily bars. */
  readonly date: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** How the library marks the end of a history: an extra bar whose date begins so. */
const END_OF_BARS = 'finished'

/** Hands every message of a client object to `deliver`, in order. */
export function listen(api: IBApi, deliver: (message: TwsMessage) => void): void {
  listenToConnection(api, deliver)
  listenToOrders(api, deliver)
  listenToAnswers(api, deliver)
  listenToMarketData(api, deliver)
}

function listenToConnection(api: IBApi, deliver: (message: TwsMessage) => void): void {
  let socketError = 'TWS closed the connection'
  api.on(EventName.error, (error: Error, code: number, reqId: number) => {
    if (code === SOCKET_FAILED) socketError = error.message
    deliver({ type: 'notice', reqId, code, text: error.message })
  })
  api.on(EventName.info, (text: string, code: number) =>
    deliver({ type: 'notice', reqId: -1, code, text }),
  )
  api.on(EventName.server, (version: number, connectedAt: string) =>
    deliver({ type: 'server', version, connectedAt }),
  )
  api.on(EventName.nextValidId, (orderId: number) => deliver({ type: 'nextValidId', orderId }))
  api.on(EventName.managedAccounts, (list: string) => {
    const accounts = list.split(',').filter((account) => account !== '')
    deliver({ type: 'managedAccounts', accounts })
  })
  api.on(EventName.currentTime, (epochSeconds: number) =>
    deliver({ type: 'currentTime', epochSeconds }),
  )
  api.on(EventName.disconnected, () => deliver({ type: 'closed', reason: socketError }))
}

function listenToOrders(api: IBApi, deliver: (message: TwsMessage) => void): void {
  api.on(EventName.openOrder, (orderId, contract, order, state) =>
    deliver({ type: 'openOrder', orderId, contract, order, state }),
  )
  api.on(EventName.openOrderEnd, () => deliver({ type: 'openOrdersEnd' }))
  api.on(
    EventName.orderStatus,
    (orderId, status, filled, remaining, _average, permId, _parent, _last, clientId, whyHeld) =>
      deliver({
        type: 'orderStatus',
        orderId,
        status,
        filled,
        remaining,
        permId,
        clientId,
        whyHeld: whyHeld ?? '',
      }),
  )
  api.on(EventName.completedOrder, (contract, order, state) =>
    deliver({ type: 'completedOrder', contract, order, state }),
  )
  api.on(EventName.completedOrdersEnd, () => deliver({ type: 'completedOrdersEnd' }))
  api.on(EventName.execDetails, (reqId, contract, execution) =>
    deliver({ type: 'execution', reqId, contract, execution }),
  )
  api.on(EventName.execDetailsEnd, (reqId: number) => deliver({ type: 'end', reqId }))
  api.on(EventName.commissionReport, (report) => deliver({ type: 'commission', report }))
}

function listenToAnswers(api: IBApi, deliver: (message: TwsMessage) => void): void {
  api.on(EventName.accountSummary, (reqId, account, tag, value, currency) =>
    deliver({ type: 'summaryRow', reqId, account, tag, value, currency }),
  )
  api.on(EventName.accountSummaryEnd, (reqId: number) => deliver({ type: 'end', reqId }))
  api.on(EventName.position, (account, contract, quantity, averageCost) =>
    deliver({ type: 'position', account, contract, quantity, averageCost }),
  )
  api.on(EventName.positionEnd, () => deliver({ type: 'positionsEnd' }))
  api.on(EventName.contractDetails, (reqId, details) =>
    deliver({ type: 'contractDetails', reqId, details }),
  )
  api.on(EventName.contractDetailsEnd, (reqId: number) => deliver({ type: 'end', reqId }))
  api.on(EventName.marketRule, (ruleId, increments) =>
    deliver({ type: 'marketRule', ruleId, increments: increments.filter(isRuleRow) }),
  )
}

const isRuleRow = (row: unknown): row is RuleRow =>
  typeof row === 'object' &&
  row !== null &&
  'lowEdge' in row &&
  typeof row.lowEdge === 'number' &&
  'increment' in row &&
  typeof row.increment === 'number'

function listenToMarketData(api: IBApi, deliver: (message: TwsMessage) => void): void {
  api.on(EventName.historicalData, (reqId, date, open, high, low, close, volume) => {
    if (date.startsWith(END_OF_BARS)) deliver({ type: 'end', reqId })
    else deliver({ type: 'bar', reqId, bar: { date, open, high, low, close, volume } })
  })
  api.on(EventName.tickPrice, (reqId, field, price) =>
    deliver({ type: 'tickPrice', reqId, field, price }),
  )
  api.on(EventName.tickSize, (reqId, field, size) => {
    if (field !== undefined) deliver({ type: 'tickSize', reqId, field, size })
  })
  api.on(EventName.tickGeneric, (reqId, field, value) =>
    deliver({ type: 'tickGeneric', reqId, field, value }),
  )
  api.on(EventName.marketDataType, (reqId, kind) =>
    deliver({ type: 'marketDataType', reqId, kind }),
  )
  api.on(EventName.tickSnapshotEnd, (reqId: number) => deliver({ type: 'end', reqId }))
}
