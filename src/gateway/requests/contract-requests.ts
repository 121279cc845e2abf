/** Requests about contracts: details, price increments, a search by letters. */
import { findContracts } from '#gateway/contracts/find-contract.ts'
import { detailsOf, primaryExchangeOf } from '#gateway/contracts/listing.ts'
import { tradingHours } from '#gateway/contracts/trading-hours.ts'
import { ERRORS } from '#gateway/error-codes.ts'
import {
  contractData,
  contractDataEnd,
  marketRule,
  symbolSamples,
} from '#gateway/messages/outgoing/contracts.ts'
import { readContract } from '#gateway/messages/wire-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse } from '#gateway/session.ts'

/** REQ_CONTRACT_DATA: version, reqId, contract, includeExpired, secIdType, secId, issuerId. */
export const reqContractData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  const found = findContracts(desk.venue.instruments, query)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  for (const { instrument, exchange } of found.value) {
    const ruleId = desk.rules.idOf(instrument)
    const hours = tradingHours(desk.venue, instrument)
    session.send(contractData(reqId, detailsOf(instrument, exchange, ruleId, hours)))
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

/** IBKR answers with at most 16 contracts. */
const MOST_SAMPLES = 16

/** REQ_MATCHING_SYMBOLS: reqId, pattern: the beginning of a symbol. */
export const reqMatchingSymbols: Handler = (desk, session, fields) => {
  const reqId = fields.id('reqId')
  const pattern = fields.text().toUpperCase()
  if (refusedUnreadable(session, reqId, fields)) return
  const matching = desk.venue.instruments
    .filter((of) => of.assetClass === 'STK' && pattern !== '' && of.symbol.startsWith(pattern))
    .slice(0, MOST_SAMPLES)
  const samples = matching.map((of) => ({
    conId: of.conId,
    symbol: of.symbol,
    secType: of.assetClass,
    primaryExchange: primaryExchangeOf(of),
    currency: of.currency,
    derivatives: [],
    description: of.symbol,
  }))
  session.send(symbolSamples(reqId, samples))
}
