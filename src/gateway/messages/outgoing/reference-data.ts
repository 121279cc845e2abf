/** Messages of what is beside the market: fundamentals, news, scanners, display groups, soft dollars. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Message } from '#gateway/wire/field.ts'

/** @param data - the report as it is, XML mostly */
export const fundamentalData = (reqId: number, data: string): Message => ({
  msgId: OUTGOING.FUNDAMENTAL_DATA,
  version: 1,
  reqId,
  data,
})

/** Nobody brings news here. */
export const noNewsProviders = (): Message => ({ msgId: OUTGOING.NEWS_PROVIDERS, count: 0 })

export const historicalNewsEnd = (reqId: number): Message => ({
  msgId: OUTGOING.HISTORICAL_NEWS_END,
  reqId,
  hasMore: false,
})

export const scannerParameters = (xml: string): Message => ({
  msgId: OUTGOING.SCANNER_PARAMETERS,
  version: 1,
  xml,
})

/** One line of a scan. */
export interface ScannerRow {
  readonly conId: number
  readonly symbol: string
  readonly secType: string
  readonly lastTradeDateOrContractMonth: string
  readonly strike: string
  readonly right: string
  readonly exchange: string
  readonly currency: string
  readonly localSymbol: string
  readonly marketName: string
  readonly tradingClass: string
}

/** @param rows - the best first */
export const scannerData = (reqId: number, rows: readonly ScannerRow[]): Message => ({
  msgId: OUTGOING.SCANNER_DATA,
  version: 3,
  reqId,
  count: rows.length,
  rows: rows.map((row, rank) => ({
    rank,
    conId: row.conId,
    symbol: row.symbol,
    secType: row.secType,
    lastTradeDateOrContractMonth: row.lastTradeDateOrContractMonth,
    strike: row.strike,
    right: row.right,
    exchange: row.exchange,
    currency: row.currency,
    localSymbol: row.localSymbol,
    marketName: row.marketName,
    tradingClass: row.tradingClass,
    distance: '',
    benchmark: '',
    projection: '',
    legsStr: '',
  })),
})

export const noSoftDollarTiers = (reqId: number): Message => ({
  msgId: OUTGOING.SOFT_DOLLAR_TIERS,
  reqId,
  count: 0,
})

/** The account stands alone: its family code is empty. */
export const familyCodes = (account: string): Message => ({
  msgId: OUTGOING.FAMILY_CODES,
  count: 1,
  accountId: account,
  familyCode: '',
})

/** @param groups - `1|2|3` */
export const displayGroupList = (reqId: number, groups: string): Message => ({
  msgId: OUTGOING.DISPLAY_GROUP_LIST,
  version: 1,
  reqId,
  groups,
})

/** @param contractInfo - `conId@exchange`, or `none` */
export const displayGroupUpdated = (reqId: number, contractInfo: string): Message => ({
  msgId: OUTGOING.DISPLAY_GROUP_UPDATED,
  version: 1,
  reqId,
  contractInfo,
})
