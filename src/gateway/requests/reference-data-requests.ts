/**
 * Requests for what this gateway has no market for: news, calendars, soft dollars. Each is answered, empty or with
 * the code that IBKR gives an account without the subscription, so that no client waits for ever.
 */
import { ERRORS } from '#gateway/error-codes.ts'
import {
  familyCodes,
  fundamentalData,
  historicalNewsEnd,
  noNewsProviders,
  noSoftDollarTiers,
} from '#gateway/messages/outgoing/reference-data.ts'
import type { ContractQuery } from '#gateway/messages/wire-contract.ts'
import { dataContract } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'

/** REQ_FUNDAMENTAL_DATA: 2, reqId, conId, symbol, secType, exchange, primaryExchange, currency, localSymbol, report, options. */
export const reqFundamentalData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readShortContract(fields)
  const report = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  const found = dataContract(desk, query)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  const data = desk.data.terms.fundamentals.get(found.value.instrument.symbol)?.get(report)
  if (data === undefined) refuse(session, reqId, ERRORS.noFundamentals())
  else session.send(fundamentalData(reqId, data))
}

/** The seven fields that describe a contract to the fundamentals service. */
function readShortContract(fields: FieldReader): ContractQuery {
  const said = fields.named(['conId', 'symbol', 'secType', 'exchange', 'primaryExchange', 'currency', 'localSymbol']) // prettier-ignore
  return {
    ...said,
    lastTradeDate: '',
    strike: '',
    right: '',
    multiplier: '',
    tradingClass: '',
  }
}

/** REQ_NEWS_PROVIDERS: nothing. */
export const reqNewsProviders: Handler = (_desk, session) => session.send(noNewsProviders())

/** REQ_HISTORICAL_NEWS: reqId, conId, providers, start, end, results, options. */
export const reqHistoricalNews: Handler = (_desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) session.send(historicalNewsEnd(reqId))
}

/** REQ_NEWS_ARTICLE: reqId, provider, article, options. */
export const reqNewsArticle: Handler = (_desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) refuse(session, reqId, ERRORS.noNewsArticle())
}

/** REQ_WSH_META_DATA and REQ_WSH_EVENT_DATA: reqId first. Nobody has subscribed to Wall Street Horizon here. */
export const reqWallStreetHorizon: Handler = (_desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) refuse(session, reqId, ERRORS.newsNotAllowed())
}

/** REQ_SOFT_DOLLAR_TIERS: reqId. */
export const reqSoftDollarTiers: Handler = (_desk, session, fields) => {
  const reqId = fields.id('reqId')
  if (!refusedUnreadable(session, reqId, fields)) session.send(noSoftDollarTiers(reqId))
}

/** REQ_FAMILY_CODES: nothing. */
export const reqFamilyCodes: Handler = (desk, session) =>
  session.send(familyCodes(desk.venue.account))
