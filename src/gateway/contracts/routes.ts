/**
 * Where a contract may be sent to, by IBKR's names of exchanges.
 *
 * Sources: valid exchanges of AAPL, TSLA, an AAPL option, CLZ2 and EUR.USD as IBKR's contract details had them from 2021 to
 * 2023; `ISLAND` has been called `NASDAQ` since.
 */
import type { Listed } from '#exchange/listing.ts'

const US_STOCKS =
  'SMART,AMEX,NYSE,CBOE,PHLX,ISE,CHX,ARCA,NASDAQ,DRCTEDGE,BEX,BATS,EDGEA,BYX,IEX,EDGX,FOXRIVER,PEARL,NYSENAT,LTSE,MEMX,PSX'.split(
    ',',
  )
const US_OPTIONS =
  'SMART,AMEX,CBOE,PHLX,PSE,ISE,BOX,BATS,NASDAQOM,CBOE2,NASDAQBX,MIAX,GEMINI,EDGX,MERCURY,PEARL,EMERALD'.split(
    ',',
  )
/** Cboe lists the options on its indices alone. */
const INDEX_OPTIONS = ['SMART', 'CBOE']

/** Where a stock is listed that every US exchange trades. */
const US_LISTINGS = new Set(['NYSE', 'NASDAQ', 'ARCA', 'AMEX', 'BATS', 'IEX'])

/** Where a contract may be sent to, the first one being its default. */
export function validExchangesOf(of: Listed): readonly string[] {
  if (of.assetClass === 'OPT') return isIndexOption(of) ? INDEX_OPTIONS : US_OPTIONS
  if (of.assetClass !== 'STK') return [of.exchange]
  if (of.exchange === 'SMART' && US_LISTINGS.has(venueNamed(of.primaryExchange))) return US_STOCKS
  return of.primaryExchange === '' || of.primaryExchange === of.exchange
    ? [of.exchange]
    : [of.exchange, of.primaryExchange]
}

/** Whether a client may name this exchange for a contract; naming none is always right. */
export function tradesOn(of: Listed, exchange: string): boolean {
  if (exchange === '') return true
  const asked = venueNamed(exchange)
  if (asked === 'BEST') return of.exchange === 'SMART'
  return validExchangesOf(of).some((venue) => venueNamed(venue) === asked)
}

/** `NASDAQ`, `ISLAND` and `NASDAQ.NMS` are one venue to IBKR. */
export const venueNamed = (name: string): string =>
  /^(ISLAND|NASDAQ(\.|$))/i.test(name) ? 'NASDAQ' : name.toUpperCase()

export const isIndexOption = (of: Listed): boolean =>
  of.assetClass === 'OPT' && of.underlying.includes('.IND.')

export const primaryExchangeOf = (of: Listed): string =>
  of.assetClass === 'STK'
    ? of.primaryExchange
    : of.assetClass === 'FUT' || of.assetClass === 'IND'
      ? of.exchange
      : ''
