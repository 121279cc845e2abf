/**
 * Which listed instruments a contract description means.
 *
 * IBKR matches on whatever the client filled in: a conId settles it, otherwise every field that is
 * not empty must agree. No match is error 200; several are fine for contract details and error 200
 * ("ambiguous") where one is needed.
 */
import { err, ok, type Result } from '#model/result.ts'
import type { Instrument } from '#model/instrument.ts'
import { contractBlock, primaryExchangeOf, validExchangesOf } from '#gateway/contracts/listing.ts'
import type { ContractQuery } from '#gateway/messages/wire-contract.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'

/** An instrument with the exchange the client named. */
export interface Found {
  readonly instrument: Instrument
  /** As asked; the instrument's own where nothing was. */
  readonly exchange: string
}

/** IBKR's security types; those not listed here are valid and simply have no match. */
const SEC_TYPES = new Set(
  'STK OPT FUT CONTFUT FUT+CONTFUT CASH IND CFD BOND FUND FOP WAR IOPT CMDTY BAG NEWS CRYPTO'.split(
    ' ',
  ),
)

/** Exchanges that mean "wherever it trades best". */
const ROUTERS = new Set(['', 'SMART', 'BEST'])

/** @returns all that match, in the listing's order; or why the description cannot be looked up */
export function findContracts(
  listed: readonly Instrument[],
  query: ContractQuery,
): Result<readonly Found[], ErrorAnswer> {
  const secType = query.secType.toUpperCase()
  if (secType !== '' && !SEC_TYPES.has(secType)) return err(ERRORS.badSecType(query.secType))
  const conId = Number(query.conId === '' ? 0 : query.conId)
  if (conId > 0) {
    const named = listed.filter((of) => of.conId === conId && tradesOn(of, query.exchange))
    return named.length > 0 ? ok(named.map(found(query))) : err(ERRORS.noSecurityDefinition())
  }
  if (secType === '') return err(ERRORS.badSecType(query.secType))
  if (query.symbol === '' && query.localSymbol === '')
    return err(ERRORS.missing('symbol or local symbol'))
  const matching = listed.filter((of) => agrees(of, query))
  return matching.length > 0 ? ok(matching.map(found(query))) : err(ERRORS.noSecurityDefinition())
}

/**
 * The one instrument that is meant, for market data, history and orders.
 *
 * @returns error 200 for none and for several, 321 where the exchange is missing
 */
export function findOne(
  listed: readonly Instrument[],
  query: ContractQuery,
): Result<Found, ErrorAnswer> {
  const found = findContracts(listed, query)
  if (!found.ok) return found
  const [first, second] = found.value
  if (first === undefined) return err(ERRORS.noSecurityDefinition())
  if (second !== undefined) return err(ERRORS.ambiguous(query.symbol))
  return query.exchange === '' ? err(ERRORS.missing('exchange')) : ok(first)
}

const found =
  (query: ContractQuery) =>
  (instrument: Instrument): Found => ({
    instrument,
    exchange: query.exchange === '' ? instrument.exchange : query.exchange,
  })

function agrees(of: Instrument, query: ContractQuery): boolean {
  const block = contractBlock(of)
  return (
    of.assetClass === query.secType.toUpperCase() &&
    sameText(query.symbol, block.symbol) &&
    sameText(query.currency, block.currency) &&
    sameText(query.localSymbol, block.localSymbol) &&
    sameText(query.tradingClass, block.tradingClass) &&
    samePrimary(query.primaryExchange, of) &&
    block.lastTradeDateOrContractMonth.startsWith(query.lastTradeDate.slice(0, 8)) &&
    sameNumber(query.strike, block.strike) &&
    sameRight(query.right, block.right) &&
    sameNumber(query.multiplier, block.multiplier) &&
    tradesOn(of, query.exchange)
  )
}

const sameText = (asked: string, has: string): boolean =>
  asked === '' || asked.toUpperCase() === has.toUpperCase()

/** `NASDAQ`, `ISLAND` and `NASDAQ.NMS` are one venue to IBKR. */
const samePrimary = (asked: string, of: Instrument): boolean =>
  asked === '' || venueOf(asked) === venueOf(primaryExchangeOf(of))

const venueOf = (name: string): string =>
  /^(ISLAND|NASDAQ)/i.test(name) ? 'NASDAQ' : name.toUpperCase()

/** 0 is what clients send for "no strike". */
function sameNumber(asked: string, has: string): boolean {
  const value = decimalOf(asked)
  return value === undefined || value === 0n || value === decimalOf(has)
}

const sameRight = (asked: string, has: string): boolean =>
  asked === '' || asked === '?' || asked === '0' || asked.charAt(0).toUpperCase() === has

const tradesOn = (of: Instrument, exchange: string): boolean =>
  ROUTERS.has(exchange.toUpperCase()) ||
  validExchangesOf(of).some((venue) => venueOf(venue) === venueOf(exchange))
