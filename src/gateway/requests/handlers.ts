/** Every message a client may send, and what answers it. */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import { INCOMING, NOT_SIMULATED } from '#gateway/messages/message-ids.ts'
import {
  cancelAccountSummary,
  cancelAccountUpdatesMulti,
  cancelPnl,
  cancelPnlSingle,
  cancelPositions,
  cancelPositionsMulti,
  reqAccountSummary,
  reqAccountUpdates,
  reqAccountUpdatesMulti,
  reqPnl,
  reqPnlSingle,
  reqPositions,
  reqPositionsMulti,
} from '#gateway/requests/account-requests.ts'
import { reqFa, replaceFa } from '#gateway/requests/advisor-requests.ts'
import {
  reqContractData,
  reqMarketRule,
  reqMatchingSymbols,
  reqSecDefOptParams,
} from '#gateway/requests/contract-requests.ts'
import {
  cancelMarketDepth,
  reqMarketDepth,
  reqMarketDepthExchanges,
  reqSmartComponents,
} from '#gateway/requests/depth-requests.ts'
import { exerciseOptions } from '#gateway/requests/exercise-requests.ts'
import { reqExecutions } from '#gateway/requests/execution-requests.ts'
import type { Handler } from '#gateway/requests/handler.ts'
import {
  cancelHistogramData,
  cancelHistoricalData,
  reqHeadTimestamp,
  reqHistogramData,
  reqHistoricalData,
} from '#gateway/requests/history-requests.ts'
import {
  cancelMarketData,
  reqMarketData,
  reqMarketDataType,
} from '#gateway/requests/market-data-requests.ts'
import {
  cancelOrder,
  placeOrder,
  reqAllOpenOrders,
  reqAutoOpenOrders,
  reqCompletedOrders,
  reqGlobalCancel,
  reqOpenOrders,
} from '#gateway/requests/order-requests.ts'
import {
  reqCalcImpliedVolatility,
  reqCalcOptionPrice,
} from '#gateway/requests/option-calculation-requests.ts'
import {
  queryDisplayGroups,
  subscribeToGroupEvents,
  unsubscribeFromGroupEvents,
  updateDisplayGroup,
} from '#gateway/requests/display-group-requests.ts'
import { cancelRealTimeBars, reqRealTimeBars } from '#gateway/requests/real-time-bar-requests.ts'
import {
  reqFamilyCodes,
  reqFundamentalData,
  reqHistoricalNews,
  reqNewsArticle,
  reqNewsProviders,
  reqSoftDollarTiers,
  reqWallStreetHorizon,
} from '#gateway/requests/reference-data-requests.ts'
import {
  cancelScannerSubscription,
  reqScannerParameters,
  reqScannerSubscription,
} from '#gateway/requests/scanner-requests.ts'
import {
  acknowledged,
  reqCurrentTime,
  reqIds,
  reqManagedAccounts,
  reqUserInfo,
} from '#gateway/requests/session-requests.ts'
import {
  cancelTickByTickData,
  reqHistoricalTicks,
  reqTickByTickData,
} from '#gateway/requests/tick-by-tick-requests.ts'
import { refuse, type Session } from '#gateway/session.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'

/** START_API is not here: the connection answers it before there is a session. */
export const HANDLERS: Readonly<Record<Exclude<keyof typeof INCOMING, 'START_API'>, Handler>> = {
  REQ_MKT_DATA: reqMarketData,
  CANCEL_MKT_DATA: cancelMarketData,
  PLACE_ORDER: placeOrder,
  CANCEL_ORDER: cancelOrder,
  REQ_OPEN_ORDERS: reqOpenOrders,
  REQ_ACCT_DATA: reqAccountUpdates,
  REQ_EXECUTIONS: reqExecutions,
  EXERCISE_OPTIONS: exerciseOptions,
  REQ_IDS: reqIds,
  REQ_CONTRACT_DATA: reqContractData,
  SET_SERVER_LOGLEVEL: acknowledged,
  REQ_AUTO_OPEN_ORDERS: reqAutoOpenOrders,
  REQ_ALL_OPEN_ORDERS: reqAllOpenOrders,
  REQ_MANAGED_ACCTS: reqManagedAccounts,
  REQ_FA: reqFa,
  REPLACE_FA: replaceFa,
  REQ_HISTORICAL_DATA: reqHistoricalData,
  CANCEL_HISTORICAL_DATA: cancelHistoricalData,
  REQ_CURRENT_TIME: reqCurrentTime,
  REQ_GLOBAL_CANCEL: reqGlobalCancel,
  REQ_MARKET_DATA_TYPE: reqMarketDataType,
  REQ_POSITIONS: reqPositions,
  REQ_ACCOUNT_SUMMARY: reqAccountSummary,
  CANCEL_ACCOUNT_SUMMARY: cancelAccountSummary,
  CANCEL_POSITIONS: cancelPositions,
  REQ_POSITIONS_MULTI: reqPositionsMulti,
  CANCEL_POSITIONS_MULTI: cancelPositionsMulti,
  REQ_ACCOUNT_UPDATES_MULTI: reqAccountUpdatesMulti,
  CANCEL_ACCOUNT_UPDATES_MULTI: cancelAccountUpdatesMulti,
  REQ_SEC_DEF_OPT_PARAMS: reqSecDefOptParams,
  REQ_MATCHING_SYMBOLS: reqMatchingSymbols,
  REQ_HEAD_TIMESTAMP: reqHeadTimestamp,
  CANCEL_HEAD_TIMESTAMP: acknowledged,
  REQ_MARKET_RULE: reqMarketRule,
  REQ_PNL: reqPnl,
  CANCEL_PNL: cancelPnl,
  REQ_PNL_SINGLE: reqPnlSingle,
  CANCEL_PNL_SINGLE: cancelPnlSingle,
  REQ_COMPLETED_ORDERS: reqCompletedOrders,
  REQ_USER_INFO: reqUserInfo,
  REQ_MKT_DEPTH: reqMarketDepth,
  CANCEL_MKT_DEPTH: cancelMarketDepth,
  REQ_MKT_DEPTH_EXCHANGES: reqMarketDepthExchanges,
  REQ_SMART_COMPONENTS: reqSmartComponents,
  REQ_TICK_BY_TICK_DATA: reqTickByTickData,
  CANCEL_TICK_BY_TICK_DATA: cancelTickByTickData,
  REQ_HISTORICAL_TICKS: reqHistoricalTicks,
  REQ_REAL_TIME_BARS: reqRealTimeBars,
  CANCEL_REAL_TIME_BARS: cancelRealTimeBars,
  REQ_HISTOGRAM_DATA: reqHistogramData,
  CANCEL_HISTOGRAM_DATA: cancelHistogramData,
  REQ_CALC_IMPLIED_VOLAT: reqCalcImpliedVolatility,
  REQ_CALC_OPTION_PRICE: reqCalcOptionPrice,
  CANCEL_CALC_IMPLIED_VOLAT: acknowledged,
  CANCEL_CALC_OPTION_PRICE: acknowledged,
  REQ_FUNDAMENTAL_DATA: reqFundamentalData,
  CANCEL_FUNDAMENTAL_DATA: acknowledged,
  REQ_NEWS_BULLETINS: acknowledged,
  CANCEL_NEWS_BULLETINS: acknowledged,
  REQ_NEWS_PROVIDERS: reqNewsProviders,
  REQ_NEWS_ARTICLE: reqNewsArticle,
  REQ_HISTORICAL_NEWS: reqHistoricalNews,
  REQ_SCANNER_PARAMETERS: reqScannerParameters,
  REQ_SCANNER_SUBSCRIPTION: reqScannerSubscription,
  CANCEL_SCANNER_SUBSCRIPTION: cancelScannerSubscription,
  REQ_WSH_META_DATA: reqWallStreetHorizon,
  CANCEL_WSH_META_DATA: acknowledged,
  REQ_WSH_EVENT_DATA: reqWallStreetHorizon,
  CANCEL_WSH_EVENT_DATA: acknowledged,
  REQ_SOFT_DOLLAR_TIERS: reqSoftDollarTiers,
  REQ_FAMILY_CODES: reqFamilyCodes,
  QUERY_DISPLAY_GROUPS: queryDisplayGroups,
  SUBSCRIBE_TO_GROUP_EVENTS: subscribeToGroupEvents,
  UPDATE_DISPLAY_GROUP: updateDisplayGroup,
  UNSUBSCRIBE_FROM_GROUP_EVENTS: unsubscribeFromGroupEvents,
}

const byName = new Map<string, Handler>(Object.entries(HANDLERS))
const byNumber = new Map(Object.entries(INCOMING).map(([name, id]) => [id as number, byName.get(name)])) // prettier-ignore

/** What a read-only gateway refuses. */
const TRADES: ReadonlySet<number> = new Set([
  INCOMING.PLACE_ORDER,
  INCOMING.CANCEL_ORDER,
  INCOMING.REQ_GLOBAL_CANCEL,
  INCOMING.EXERCISE_OPTIONS,
])

/**
 * Answers one request of a started client.
 *
 * @param fields - the whole frame, message id first
 */
export function answerRequest(desk: Desk, session: Session, fields: readonly string[]): void {
  const id = Number(fields[0])
  const handler = byNumber.get(id)
  if (desk.settings.readOnly && TRADES.has(id)) {
    refuse(session, requestIdIn(id, fields), ERRORS.readOnly())
    return
  }
  if (handler !== undefined) handler(desk, session, new FieldReader(fields, 1))
  else refuseUnknown(session, id, fields)
}

function refuseUnknown(session: Session, id: number, fields: readonly string[]): void {
  const name = NOT_SIMULATED.get(id)
  const answer = name === undefined ? ERRORS.unknownMessage((fields[0] ?? '').slice(0, 20)) : ERRORS.notSimulated(name) // prettier-ignore
  refuse(session, -1, answer)
}

/** The order or request a trade is about, behind the version where there is one; −1 where it cannot be read. */
function requestIdIn(id: number, fields: readonly string[]): number {
  const said = Number(fields[id === INCOMING.PLACE_ORDER ? 1 : 2])
  return Number.isSafeInteger(said) ? said : -1
}
