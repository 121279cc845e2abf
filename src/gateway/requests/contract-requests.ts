/** Requests about contracts: details, price increments, option chains, a search by letters. */
import { detailsOf } from '#gateway/contracts/details.ts'
import { findContracts } from '#gateway/contracts/find-contract.ts'
import { listingIndex } from '#gateway/contracts/listing-index.ts'
import { primaryExchangeOf, validExchangesOf } from '#gateway/contracts/routes.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import {
  contractData,
  contractDataEnd,
  marketRule,
  optionParameters,
  optionParametersEnd,
  symbolSamples,
  type SymbolSample,
} from '#gateway/messages/outgoing/contracts.ts'
import { readContract } from '#gateway/messages/wire-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'
import { compactDate } from '#gateway/venue-time.ts'
import type { Listed, OptionChain } from '#exchange/listing.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { format } from '#model/fixed.ts'

/** REQ_CONTRACT_DATA: version, reqId, contract, includeExpired, secIdType, secId, issuerId. */
export const reqContractData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  const options = {
    includeExpired: fields.flag(),
    secIdType: fields.text(),
    secId: fields.text(),
  }
  if (refusedUnreadable(session, reqId, fields)) return
  const found = findContracts(desk.venue, query, options)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  for (const each of found.value) {
    const ruleId = desk.rules.idOf(each.instrument)
    session.send(contractData(reqId, detailsOf(desk.venue, each, ruleId)))
  }
  session.send(contractDataEnd(reqId))
}

/** REQ_MARKET_RULE: ruleId. An unknown one is error 321 about no request: the message has no id. */
export const reqMarketRule: Handler = (desk, session, fields) => {
  const ruleId = fields.id('marketRuleId')
  if (refusedUnreadable(session, -1, fields)) return
  const ladder = desk.rules.ladder(ruleId)
  if (ladder === undefined) refuse(session, -1, ERRORS.invalid(`Invalid market rule id: ${ruleId}`))
  else session.send(marketRule(ruleId, ladder))
}

/**
 * REQ_SEC_DEF_OPT_PARAMS: reqId, symbol, futFopExchange, secType, conId. One message for each class on each exchange;
 * options on futures, which the third field asks for, are not listed.
 */
export const reqSecDefOptParams: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const symbol = fields.text()
  const futuresExchange = fields.text()
  const secType = fields.text().toUpperCase()
  const conId = fields.id('underlyingConId')
  if (refusedUnreadable(session, reqId, fields)) return
  const of = desk.venue.directory.byConId(conId)
  if (of === undefined || of.assetClass !== secType || of.symbol !== symbol.toUpperCase()) {
    refuse(session, reqId, ERRORS.badContractId())
    return
  }
  const today = newYorkDate(desk.venue.now)
  const chains = futuresExchange === '' ? desk.venue.directory.chains(of.id, today) : []
  for (const chain of chains)
    for (const exchange of exchangesOf(desk, of, chain))
      session.send(
        optionParameters(reqId, {
          exchange,
          underlyingConId: of.conId,
          tradingClass: chain.tradingClass,
          multiplier: String(chain.multiplier),
          expirations: chain.expiries.map(compactDate),
          strikes: chain.strikes.map((strike) => format(strike, 1)),
        }),
      )
  session.send(optionParametersEnd(reqId))
}

/** Where the options of a chain may be sent to. */
function exchangesOf(
  { venue }: Desk,
  { id }: Listed,
  { tradingClass, expiries }: OptionChain,
): readonly string[] {
  const today = newYorkDate(venue.now)
  const [first] = expiries
  const [any] = venue.directory.optionsOn?.(id, today, { tradingClass, expiry: first ?? '' }) ?? []
  return any === undefined ? ['SMART'] : validExchangesOf(any)
}

/** IBKR answers with at most 16 contracts. */
const MOST_SAMPLES = 16

/** REQ_MATCHING_SYMBOLS: reqId, pattern: the beginning of a symbol, or a part of a name. */
export const reqMatchingSymbols: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const pattern = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  const found =
    pattern === '' ? [] : listingIndex(desk.venue.directory).matching(pattern, MOST_SAMPLES)
  session.send(symbolSamples(reqId, found.map((of) => sampleOf(desk, of)))) // prettier-ignore
}

function sampleOf({ venue }: Desk, of: Listed): SymbolSample {
  return {
    conId: of.conId,
    symbol: of.symbol,
    secType: of.assetClass,
    primaryExchange: sampleExchange(of),
    currency: of.currency,
    derivatives: venue.directory.chains(of.id, newYorkDate(venue.now)).length > 0 ? ['OPT'] : [],
    description: venue.directory.facts(of.id).longName,
  }
}

/** Here alone IBKR names the market of Nasdaq that lists a stock. */
const sampleExchange = (of: Listed): string =>
  primaryExchangeOf(of) === 'NASDAQ' ? 'NASDAQ.NMS' : primaryExchangeOf(of)
