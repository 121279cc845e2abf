/** Messages that describe contracts. */
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import type { Group, Message } from '#gateway/wire/field.ts'

/**
 * The eleven fields by which the server names a contract in orders, executions and positions.
 *
 * What stands for "no strike" and "no right" differs by message, as on IBKR's own wire.
 */
export type ContractBlock = {
  readonly conId: number
  readonly symbol: string
  readonly secType: string
  readonly lastTradeDateOrContractMonth: string
  readonly strike: string
  readonly right: string
  readonly multiplier: string
  readonly exchange: string
  readonly currency: string
  readonly localSymbol: string
  readonly tradingClass: string
}

export interface ContractDetails {
  readonly contract: ContractBlock
  /** The last day, with the hour and the zone where the contract ends: `20261218-09:30-US/Eastern`. */
  readonly lastTradeDate: string
  readonly marketName: string
  readonly minTick: string
  readonly orderTypes: string
  readonly validExchanges: string
  readonly underConId: number
  readonly longName: string
  readonly primaryExchange: string
  readonly contractMonth: string
  readonly industry: string
  readonly category: string
  readonly subcategory: string
  readonly timeZoneId: string
  readonly tradingHours: string
  readonly liquidHours: string
  /** Other names of the security: ISIN, CUSIP. */
  readonly secIds: readonly { readonly tag: string; readonly value: string }[]
  readonly aggGroup: number
  readonly underSymbol: string
  readonly underSecType: string
  readonly marketRuleIds: string
  readonly realExpirationDate: string
  readonly stockType: string
  readonly minSize: string
  readonly sizeIncrement: string
  readonly suggestedSizeIncrement: string
}

export function contractData(reqId: number, of: ContractDetails): Message {
  const { contract } = of
  return {
    msgId: OUTGOING.CONTRACT_DATA,
    reqId,
    symbol: contract.symbol,
    secType: contract.secType,
    lastTradeDateOrContractMonth: of.lastTradeDate,
    strike: contract.strike,
    right: contract.right,
    exchange: contract.exchange,
    currency: contract.currency,
    localSymbol: contract.localSymbol,
    marketName: of.marketName,
    tradingClass: contract.tradingClass,
    conId: contract.conId,
    minTick: of.minTick,
    multiplier: contract.multiplier,
    orderTypes: of.orderTypes,
    validExchanges: of.validExchanges,
    priceMagnifier: 1,
    underConId: of.underConId,
    longName: of.longName,
    primaryExchange: of.primaryExchange,
    contractMonth: of.contractMonth,
    industry: of.industry,
    category: of.category,
    subcategory: of.subcategory,
    timeZoneId: of.timeZoneId,
    tradingHours: of.tradingHours,
    liquidHours: of.liquidHours,
    evRule: '',
    evMultiplier: '',
    secIdListCount: of.secIds.length,
    secIdList: of.secIds.map(({ tag, value }) => ({ tag, value })),
    aggGroup: of.aggGroup,
    underSymbol: of.underSymbol,
    underSecType: of.underSecType,
    marketRuleIds: of.marketRuleIds,
    realExpirationDate: of.realExpirationDate,
    stockType: of.stockType,
    minSize: of.minSize,
    sizeIncrement: of.sizeIncrement,
    suggestedSizeIncrement: of.suggestedSizeIncrement,
  }
}

export const contractDataEnd = (reqId: number): Message => ({
  msgId: OUTGOING.CONTRACT_DATA_END,
  version: 1,
  reqId,
})

/** @param increments - price steps by price, the first from 0, decimal text */
export const marketRule = (
  marketRuleId: number,
  increments: readonly { readonly lowEdge: string; readonly increment: string }[],
): Message => ({
  msgId: OUTGOING.MARKET_RULE,
  marketRuleId,
  count: increments.length,
  increments: increments.map(({ lowEdge, increment }) => ({ lowEdge, increment })),
})

export interface SymbolSample {
  readonly conId: number
  readonly symbol: string
  readonly secType: string
  readonly primaryExchange: string
  readonly currency: string
  readonly derivatives: readonly string[]
  readonly description: string
}

export const symbolSamples = (reqId: number, samples: readonly SymbolSample[]): Message => ({
  msgId: OUTGOING.SYMBOL_SAMPLES,
  reqId,
  count: samples.length,
  samples: samples.map((of): Group => ({
    conId: of.conId,
    symbol: of.symbol,
    secType: of.secType,
    primaryExchange: of.primaryExchange,
    currency: of.currency,
    nDerivativeSecTypes: of.derivatives.length,
    derivatives: of.derivatives.map((derivSecType) => ({ derivSecType })),
    description: of.description,
    issuerId: '',
  })),
})

/** The options of one class on one exchange. */
export interface OptionParameters {
  readonly exchange: string
  readonly underlyingConId: number
  readonly tradingClass: string
  readonly multiplier: string
  /** `20260116` */
  readonly expirations: readonly string[]
  /** Decimal text. */
  readonly strikes: readonly string[]
}

export const optionParameters = (reqId: number, of: OptionParameters): Message => ({
  msgId: OUTGOING.SECDEF_OPT_PARAMS,
  reqId,
  exchange: of.exchange,
  underlyingConId: of.underlyingConId,
  tradingClass: of.tradingClass,
  multiplier: of.multiplier,
  expCount: of.expirations.length,
  expirations: of.expirations.map((exp) => ({ exp })),
  strikeCount: of.strikes.length,
  strikes: of.strikes.map((strike) => ({ strike })),
})

export const optionParametersEnd = (reqId: number): Message => ({
  msgId: OUTGOING.SECDEF_OPT_PARAMS_END,
  reqId,
})
