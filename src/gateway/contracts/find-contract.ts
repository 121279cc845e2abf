/**
 * Which listings a contract description means.
 *
 * IBKR matches on whatever the client filled in: a conId settles it, otherwise every field that is
 * not empty must agree. No match is error 200; several are fine for contract details and error 200
 * ("ambiguous") where one is needed.
 */
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { isExpired } from '#exchange/market/expiry.ts'
import { contractMonthOf } from '#exchange/market/futures-cycle.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import type { Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import { compactDate } from '#gateway/venue-time.ts'
import { continuousFutures } from '#gateway/contracts/continuous-futures.ts'
import { contractBlock, expiryOf } from '#gateway/contracts/listing.ts'
import { listingIndex } from '#gateway/contracts/listing-index.ts'
import { primaryExchangeOf, tradesOn, venueNamed } from '#gateway/contracts/routes.ts'
import type { ContractQuery } from '#gateway/messages/wire-contract.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'

/** A listing with the exchange the client named. */
export interface Found<T extends Listed = Listed> {
  readonly instrument: T
  /** As asked; the listing's own where nothing was. */
  readonly exchange: string
  /** `CONTFUT` where the front contract was asked for as a continuous future. */
  readonly secType: string
}

/** What contracts are looked up in. */
export type ListingVenue = Pick<Exchange, 'directory' | 'now'>

/** What a request for contract details says beyond the contract. */
export interface FindOptions {
  /** Futures that have ended too. */
  readonly includeExpired?: boolean
  /** `ISIN`, `CUSIP` and the like, with the name in it. */
  readonly secIdType?: string
  readonly secId?: string
}

/** IBKR's security types; those not listed here are valid and simply have no match. */
const SEC_TYPES = new Set(
  'STK OPT FUT CONTFUT FUT+CONTFUT CASH IND CFD BOND FUND FOP WAR IOPT CMDTY BAG NEWS CRYPTO'.split(
    ' ',
  ),
)

/** @returns all that match, in the listing's order; or why the description cannot be looked up */
export function findContracts(
  venue: ListingVenue,
  query: ContractQuery,
  options: FindOptions = {},
): Result<readonly Found[], ErrorAnswer> {
  const secType = query.secType.toUpperCase()
  if (secType !== '' && !SEC_TYPES.has(secType)) return err(ERRORS.badSecType(query.secType))
  const isLive = (of: Listed) => options.includeExpired === true && of.assetClass === 'FUT' ? true : !isExpired(of, venue.now) // prettier-ignore
  const conId = Number(query.conId === '' ? 0 : query.conId)
  if (conId > 0) return answered(byConId(venue, conId, query).filter(isLive), query)
  const { secId = '', secIdType = '' } = options
  if (secId !== '') return answered(bySecId(venue, secIdType, secId, query).filter(isLive), query)
  if (secType === '') return err(ERRORS.badSecType(query.secType))
  if (query.symbol === '' && query.localSymbol === '')
    return err(ERRORS.missing('symbol or local symbol'))
  const matching = candidates(venue, query).filter((of) => isLive(of) && agrees(of, query))
  const continuous = secType.includes('CONTFUT') ? continuousFutures(venue, query) : []
  return answered(secType === 'CONTFUT' ? [] : matching, query, continuous)
}

/**
 * The one listing that is meant, for market data and history: an index may be.
 *
 * @returns error 200 for none and for several, 321 where the exchange is missing
 */
export function findOne(
  venue: ListingVenue,
  query: ContractQuery,
  options: FindOptions = {},
): Result<Found, ErrorAnswer> {
  const found = findContracts(venue, query, options)
  if (!found.ok) return found
  const [first, second] = found.value
  if (first === undefined) return err(ERRORS.noSecurityDefinition())
  if (second !== undefined) return err(ERRORS.ambiguous(query.symbol))
  return query.exchange === '' ? err(ERRORS.missing('exchange')) : ok(first)
}

/** The one instrument that is meant by an order: nothing that is only quoted, nor a continuous future. */
export function findTradable(
  venue: ListingVenue,
  query: ContractQuery,
  options: FindOptions = {},
): Result<Found<Instrument>, ErrorAnswer> {
  const found = findOne(venue, query, options)
  if (!found.ok) return found
  const { instrument, secType } = found.value
  if (instrument.assetClass === 'IND' || secType === 'CONTFUT') return err(ERRORS.notTradable())
  return ok({ ...found.value, instrument })
}

function answered(
  matching: readonly Listed[],
  { exchange }: ContractQuery,
  continuous: readonly Listed[] = [],
): Result<readonly Found[], ErrorAnswer> {
  const found =
    (secType?: string) =>
    (instrument: Listed): Found => ({
      instrument,
      exchange: exchange === '' ? instrument.exchange : exchange,
      secType: secType ?? instrument.assetClass,
    })
  const all = [...matching.map(found()), ...continuous.map(found('CONTFUT'))]
  return all.length > 0 ? ok(all) : err(ERRORS.noSecurityDefinition())
}

function byConId({ directory }: ListingVenue, conId: number, { exchange }: ContractQuery) {
  const of = directory.byConId(conId)
  return of !== undefined && tradesOn(of, exchange) ? [of] : []
}

function bySecId(
  { directory }: ListingVenue,
  type: string,
  id: string,
  { exchange, currency }: ContractQuery,
): readonly Listed[] {
  return listingIndex(directory)
    .bySecId(type.toUpperCase(), id.toUpperCase())
    .filter((of) => tradesOn(of, exchange) && sameText(currency, of.currency))
}

/** Listings that have the symbol asked for, or the local one, of the class. */
function candidates(venue: ListingVenue, query: ContractQuery): readonly Listed[] {
  const { directory } = venue
  const index = listingIndex(directory)
  const { secType, symbol, localSymbol } = query
  const assetClass = secType.toUpperCase() === 'FUT+CONTFUT' ? 'FUT' : secType.toUpperCase()
  if (assetClass !== 'OPT') {
    const found = symbol === '' ? index.byLocalSymbol(assetClass, localSymbol) : index.bySymbol(assetClass, symbol) // prettier-ignore
    return assetClass === 'FUT' ? nearestFirst(found) : found
  }
  const [named, root] = [occName(localSymbol), rootOf(localSymbol)]
  const wanted = symbol === '' ? [...new Set([root, root.replace(/W$/, '')])] : [symbol]
  const today = newYorkDate(venue.now)
  const single = wanted.flatMap((name) => index.bySymbol('OPT', name))
  const underlyings = wanted.flatMap((name) => [...index.bySymbol('STK', name), ...index.bySymbol('IND', name)]) // prettier-ignore
  const strike = strikeOf(named?.strike ?? query.strike)
  const right = rightOf(named?.right ?? query.right)
  const asked = {
    expiry: isoPrefix(named?.expiry ?? query.lastTradeDate),
    ...(strike === undefined ? {} : { strike }),
    ...(right === undefined ? {} : { right }),
  }
  const chained = underlyings.flatMap(({ id }) => directory.optionsOn?.(id, today, asked) ?? [])
  const known = new Set(single.map(({ id }) => id))
  return [...single, ...chained.filter(({ id }) => !known.has(id))]
}

const nearestFirst = (found: readonly Listed[]): readonly Listed[] =>
  found.toSorted((a, b) => (expiryOf(a) < expiryOf(b) ? -1 : 1))

/** What the OCC's 21 characters say: `AAPL  211217C00160000`. */
function occName(localSymbol: string) {
  const match = /^(.{1,6}?) *(\d{6})([CP])(\d{8})$/i.exec(localSymbol.trim())
  if (match === null) return undefined
  const [, , expiry = '', right = '', strike = ''] = match
  return { expiry: `20${expiry}`, right, strike: String(Number(strike) / 1_000) }
}

const rootOf = (localSymbol: string): string =>
  /^(.{1,6}?) *\d{6}[CP]\d{8}$/i.exec(localSymbol.trim())?.[1]?.toUpperCase() ?? localSymbol

/** `20260116` → `2026-01-16`, `202601` → `2026-01`. */
function isoPrefix(text: string): string {
  const digits = text.slice(0, 8)
  return [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].filter((part) => part !== '').join('-') // prettier-ignore
}

function strikeOf(text: string): Price | undefined {
  const value = decimalOf(text)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decimal text becomes a price here
  return typeof value === 'bigint' && value > 0n ? (value as Price) : undefined
}

function rightOf(text: string): 'C' | 'P' | undefined {
  const letter = text.charAt(0).toUpperCase()
  return letter === 'C' || letter === 'P' ? letter : undefined
}

function agrees(of: Listed, query: ContractQuery): boolean {
  const block = contractBlock(of)
  return (
    sameText(query.symbol, block.symbol) &&
    sameText(query.currency, block.currency) &&
    sameLocal(query.localSymbol, block.localSymbol) &&
    sameText(query.tradingClass, block.tradingClass) &&
    samePrimary(query.primaryExchange, of) &&
    sameExpiry(query.lastTradeDate, of) &&
    sameNumber(query.strike, block.strike) &&
    sameRight(query.right, block.right) &&
    sameNumber(query.multiplier, block.multiplier) &&
    tradesOn(of, query.exchange)
  )
}

const sameText = (asked: string, has: string): boolean =>
  asked === '' || asked.toUpperCase() === has.toUpperCase()

/** However many blanks a client puts between an option's root and its date. */
const sameLocal = (asked: string, has: string): boolean =>
  sameText(asked.replaceAll(/ +/g, ' '), has.replaceAll(/ +/g, ' '))

const samePrimary = (asked: string, of: Listed): boolean =>
  asked === '' || venueNamed(asked) === venueNamed(primaryExchangeOf(of))

/** Six digits name the contract month, which a future may end before; eight name the last day. */
function sameExpiry(asked: string, of: Listed): boolean {
  const digits = asked.slice(0, 8)
  if (digits === '') return true
  if (of.assetClass === 'OPT') return compactDate(of.expiry).startsWith(digits)
  if (of.assetClass !== 'FUT') return false
  if (digits.length > 6) return compactDate(of.expiry) === digits
  const { year, month } = contractMonthOf(of)
  return `${year}${String(month).padStart(2, '0')}`.startsWith(digits)
}

/** 0 is what clients send for "no strike". */
function sameNumber(asked: string, has: string): boolean {
  const value = decimalOf(asked)
  return value === undefined || value === 0n || value === decimalOf(has)
}

const sameRight = (asked: string, has: string): boolean =>
  asked === '' || asked === '?' || asked === '0' || asked.charAt(0).toUpperCase() === has
