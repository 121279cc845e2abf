/** Messages about the account: values, portfolio, positions, profit and loss. */
import type { ContractBlock } from '#gateway/messages/outgoing/contracts.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { UNSET_DOUBLE, type Message } from '#gateway/wire/field.ts'

/** One figure of the account as IBKR keys it. */
export interface AccountValue {
  readonly key: string
  readonly value: string
  /** ISO 4217, `BASE` for the ledger's total, empty for what is no amount. */
  readonly currency: string
}

export const accountValue = (of: AccountValue, account: string): Message => ({
  msgId: OUTGOING.ACCT_VALUE,
  version: 2,
  key: of.key,
  value: of.value,
  currency: of.currency,
  accountName: account,
})

/** One holding, amounts as decimal text in the contract's currency. */
export interface PortfolioRow {
  readonly contract: ContractBlock
  readonly primaryExchange: string
  readonly position: string
  readonly marketPrice: string
  readonly marketValue: string
  readonly averageCost: string
  readonly unrealizedPNL: string
  readonly realizedPNL: string
}

export const portfolioValue = (of: PortfolioRow, account: string): Message => ({
  msgId: OUTGOING.PORTFOLIO_VALUE,
  version: 8,
  conId: of.contract.conId,
  symbol: of.contract.symbol,
  secType: of.contract.secType,
  lastTradeDateOrContractMonth: of.contract.lastTradeDateOrContractMonth,
  strike: of.contract.strike,
  right: of.contract.right === '' ? '0' : of.contract.right,
  multiplier: of.contract.multiplier,
  primaryExchange: of.primaryExchange,
  currency: of.contract.currency,
  localSymbol: of.contract.localSymbol,
  tradingClass: of.contract.tradingClass,
  position: of.position,
  marketPrice: of.marketPrice,
  marketValue: of.marketValue,
  averageCost: of.averageCost,
  unrealizedPNL: of.unrealizedPNL,
  realizedPNL: of.realizedPNL,
  accountName: account,
})

/** @param clock - `15:30`, New York */
export const accountUpdateTime = (clock: string): Message => ({
  msgId: OUTGOING.ACCT_UPDATE_TIME,
  version: 1,
  timeStamp: clock,
})

export const accountDownloadEnd = (account: string): Message => ({
  msgId: OUTGOING.ACCT_DOWNLOAD_END,
  version: 1,
  accountName: account,
})

export const accountSummary = (reqId: number, of: AccountValue, account: string): Message => ({
  msgId: OUTGOING.ACCOUNT_SUMMARY,
  version: 1,
  reqId,
  account,
  tag: of.key,
  value: of.value,
  currency: of.currency,
})

export const accountSummaryEnd = (reqId: number): Message => ({
  msgId: OUTGOING.ACCOUNT_SUMMARY_END,
  version: 1,
  reqId,
})

export const accountUpdateMulti = (
  reqId: number,
  of: AccountValue,
  account: string,
  modelCode: string,
): Message => ({
  msgId: OUTGOING.ACCOUNT_UPDATE_MULTI,
  version: 1,
  reqId,
  account,
  modelCode,
  key: of.key,
  value: of.value,
  currency: of.currency,
})

export const accountUpdateMultiEnd = (reqId: number): Message => ({
  msgId: OUTGOING.ACCOUNT_UPDATE_MULTI_END,
  version: 1,
  reqId,
})

export interface PositionRow {
  readonly contract: ContractBlock
  /** Signed; 0 tells that a holding is gone. */
  readonly position: string
  readonly averageCost: string
}

export const position = (of: PositionRow, account: string): Message => ({
  msgId: OUTGOING.POSITION,
  version: 3,
  account,
  ...of.contract,
  position: of.position,
  avgCost: of.averageCost,
})

export const positionEnd = (): Message => ({ msgId: OUTGOING.POSITION_END, version: 1 })

export const positionMulti = (
  reqId: number,
  of: PositionRow,
  account: string,
  modelCode: string,
): Message => ({
  msgId: OUTGOING.POSITION_MULTI,
  version: 1,
  reqId,
  account,
  ...of.contract,
  position: of.position,
  avgCost: of.averageCost,
  modelCode,
})

export const positionMultiEnd = (reqId: number): Message => ({
  msgId: OUTGOING.POSITION_MULTI_END,
  version: 1,
  reqId,
})

export interface ProfitAndLoss {
  /** Since the previous close. */
  readonly daily: string
  readonly unrealized: string
  /** Unset where it is not known. */
  readonly realized: string | undefined
}

export const pnl = (reqId: number, of: ProfitAndLoss): Message => ({
  msgId: OUTGOING.PNL,
  reqId,
  dailyPnL: of.daily,
  unrealizedPnL: of.unrealized,
  realizedPnL: of.realized ?? UNSET_DOUBLE,
})

export const pnlSingle = (
  reqId: number,
  of: ProfitAndLoss & { readonly position: string; readonly value: string },
): Message => ({
  msgId: OUTGOING.PNL_SINGLE,
  reqId,
  pos: of.position,
  dailyPnL: of.daily,
  unrealizedPnL: of.unrealized,
  realizedPnL: of.realized ?? UNSET_DOUBLE,
  value: of.value,
})
