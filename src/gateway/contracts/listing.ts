/**
 * One listing in IBKR's words: how its contract is written in each message.
 */
import { format } from '#model/fixed.ts'
import type { Listed } from '#exchange/listing.ts'
import { isMorningExpiry } from '#exchange/market/option-chains.ts'
import { isIndexOption, primaryExchangeOf } from '#gateway/contracts/routes.ts'
import type { ContractBlock } from '#gateway/messages/outgoing/contracts.ts'

/** The zone all times on this wire are in; every venue here is American or quotes in its hours. */
export const VENUE_ZONE = 'US/Eastern'

/** The contract as a request's answer names it: no strike is 0, no right is empty. */
export function contractBlock(of: Listed, exchange: string = of.exchange): ContractBlock {
  return {
    conId: of.conId,
    symbol: of.symbol,
    secType: of.assetClass,
    lastTradeDateOrContractMonth: expiryOf(of),
    strike: of.assetClass === 'OPT' ? format(of.strike) : '0',
    right: of.assetClass === 'OPT' ? of.right : '',
    multiplier: hasMultiplier(of) ? String(of.multiplier) : '',
    exchange,
    currency: of.currency,
    localSymbol: localSymbolOf(of),
    tradingClass: tradingClassOf(of),
  }
}

/** In orders a right that is not there is a question mark. */
export function orderBlock(of: Listed, exchange: string): ContractBlock {
  const block = contractBlock(of, exchange)
  return block.right === '' ? { ...block, right: '?' } : block
}

/** In executions and the portfolio, 0 has a decimal. */
export function executionBlock(of: Listed, exchange: string): ContractBlock {
  const block = contractBlock(of, exchange)
  return block.strike === '0' ? { ...block, strike: '0.0' } : block
}

/** A position is held at the listing venue. */
export const positionBlock = (of: Listed): ContractBlock =>
  executionBlock(of, primaryExchangeOf(of))

/**
 * IBKR's own spelling: the ticker, the OCC's 21 characters for an option, `ESZ6` for a future,
 * `EUR.USD` for a pair.
 *
 * @example
 * const call = { assetClass: 'OPT', symbol: 'AAPL', underlying: 'AAPL.STK.USD', expiry: '2021-12-17', right: 'C', strike: price('160') }
 * localSymbolOf(call) // => 'AAPL  211217C00160000'
 */
export function localSymbolOf(of: Listed): string {
  if (of.assetClass === 'FUT') return of.localSymbol
  if (of.assetClass === 'CASH') return `${of.symbol}.${of.currency}`
  if (of.assetClass !== 'OPT') return of.symbol
  const strike = String(of.strike / STRIKE_UNIT).padStart(8, '0')
  return `${tradingClassOf(of).padEnd(6)}${expiryOf(of).slice(2)}${of.right}${strike}`
}

/** The OCC counts strikes in thousandths; a price has nine decimals. */
const STRIKE_UNIT = 1_000_000n

/**
 * Nasdaq's stocks are one class, `NMS`; options on an index that settle in the afternoon are a class of their own,
 * `SPXW`; anybody else's class is its own symbol.
 */
export function tradingClassOf(of: Listed): string {
  if (of.assetClass === 'CASH') return localSymbolOf(of)
  if (of.assetClass === 'OPT' && isIndexOption(of))
    return isMorningExpiry(of.expiry) ? of.symbol : `${of.symbol}W`
  return of.assetClass === 'STK' && /^(NASDAQ|ISLAND)/.test(of.primaryExchange) ? 'NMS' : of.symbol
}

const hasMultiplier = (of: Listed): boolean => of.assetClass === 'OPT' || of.assetClass === 'FUT'

/** `20261218`; empty for what does not expire. */
export const expiryOf = (of: Listed): string =>
  of.assetClass === 'OPT' || of.assetClass === 'FUT' ? of.expiry.replaceAll('-', '') : ''

/**
 * IBKR's minTick: the step where the instrument normally trades, which is the last of its ladder. Under Rule 612 a
 * stock's finer step below $1 exists too, and its details still say 0.01; an option's say its finest, the first.
 */
export const minTickOf = (of: Listed): string =>
  format(of.priceIncrements.at(of.assetClass === 'OPT' ? 0 : -1)?.increment ?? 0n)
