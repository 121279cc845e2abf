/** Messages about trades: executions and what they cost. */
import type { ContractBlock } from '#gateway/messages/outgoing/contracts.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { UNSET_DOUBLE, type Message } from '#gateway/wire/field.ts'
import { PENDING_PRICE_REVISION } from '#gateway/wire/handshake.ts'

export interface WireExecution {
  readonly orderId: number
  readonly contract: ContractBlock
  readonly execId: string
  /** `20180205 10:00:01 US/Eastern` */
  readonly time: string
  readonly account: string
  readonly venue: string
  readonly side: 'BOT' | 'SLD'
  readonly shares: string
  readonly price: string
  readonly permId: number
  readonly clientId: number
  readonly cumQty: string
  readonly avgPrice: string
  readonly orderRef: string
  /** The broker closed a position. */
  readonly isLiquidation: boolean
  /** 1 added, 2 removed liquidity. */
  readonly lastLiquidity: 1 | 2
}

/** @param reqId - −1 when it happens, the request's when it was asked for */
export function executionData(reqId: number, of: WireExecution, version: number): Message {
  return {
    msgId: OUTGOING.EXECUTION_DATA,
    reqId,
    orderId: of.orderId,
    ...of.contract,
    execId: of.execId,
    time: of.time,
    acctNumber: of.account,
    venue: of.venue,
    side: of.side,
    shares: of.shares,
    price: of.price,
    permId: of.permId,
    clientId: of.clientId,
    liquidation: of.isLiquidation,
    cumQty: of.cumQty,
    avgPrice: of.avgPrice,
    orderRef: of.orderRef,
    evRule: '',
    evMultiplier: '',
    modelCode: '',
    lastLiquidity: of.lastLiquidity,
    ...(version >= PENDING_PRICE_REVISION ? { pendingPriceRevision: 0 } : {}),
  }
}

export const executionDataEnd = (reqId: number): Message => ({
  msgId: OUTGOING.EXECUTION_DATA_END,
  version: 1,
  reqId,
})

/** @param realizedPnl - undefined when the trade only opened: IBKR sends its unset double */
export const commissionReport = (of: {
  readonly execId: string
  readonly commission: string
  readonly currency: string
  readonly realizedPnl: string | undefined
}): Message => ({
  msgId: OUTGOING.COMMISSION_REPORT,
  version: 1,
  execId: of.execId,
  commission: of.commission,
  currency: of.currency,
  realizedPNL: of.realizedPnl ?? UNSET_DOUBLE,
  yield: UNSET_DOUBLE,
  yieldRedemptionDate: '',
})
