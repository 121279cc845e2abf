/**
 * One instrument in IBKR's words: how its contract is written in each message, and its details.
 *
 * What IBKR's data base has and ours does not (long names, its own industries, ISINs) is filled
 * with what we know, the symbol and the sector, never with something made up.
 */
import { format } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { ContractBlock, ContractDetails } from '#gateway/messages/outgoing/contracts.ts'

/** The zone all times on this wire are in; every venue here is American or quotes in its hours. */
export const VENUE_ZONE = 'US/Eastern'

/** The contract as a request's answer names it: no strike is 0, no right is empty. */
export function contractBlock(of: Instrument, exchange: string = of.exchange): ContractBlock {
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
export function orderBlock(of: Instrument, exchange: string): ContractBlock {
  const block = contractBlock(of, exchange)
  return block.right === '' ? { ...block, right: '?' } : block
}

/** In executions and the portfolio, 0 has a decimal. */
export function executionBlock(of: Instrument, exchange: string): ContractBlock {
  const block = contractBlock(of, exchange)
  return block.strike === '0' ? { ...block, strike: '0.0' } : block
}

/** A position is held at the listing venue. */
export const positionBlock = (of: Instrument): ContractBlock =>
  executionBlock(of, primaryExchangeOf(of))

/** Where a contract may be sent to, the first one being its default. */
export function validExchangesOf(of: Instrument): readonly string[] {
  const primary = primaryExchangeOf(of)
  return primary === '' || primary === of.exchange ? [of.exchange] : [of.exchange, primary]
}

export const primaryExchangeOf = (of: Instrument): string =>
  of.assetClass === 'STK' ? of.primaryExchange : of.assetClass === 'FUT' ? of.exchange : ''

/**
 * IBKR's own spelling: the ticker, the OCC's 21 characters for an option, `ESZ6` for a future,
 * `EUR.USD` for a pair.
 *
 * @example
 * const call = { assetClass: 'OPT', symbol: 'AAPL', expiry: '2021-12-17', right: 'C', strike: price('160') }
 * localSymbolOf(call) // => 'AAPL  211217C00160000'
 */
export function localSymbolOf(of: Instrument): string {
  if (of.assetClass === 'FUT') return of.localSymbol
  if (of.assetClass === 'CASH') return `${of.symbol}.${of.currency}`
  if (of.assetClass !== 'OPT') return of.symbol
  const strike = String(of.strike / STRIKE_UNIT).padStart(8, '0')
  return `${of.symbol.padEnd(6)}${expiryOf(of).slice(2)}${of.right}${strike}`
}

/** The OCC counts strikes in thousandths; a price has nine decimals. */
const STRIKE_UNIT = 1_000_000n

/** Nasdaq's stocks are one class, `NMS`; anybody else's class is its own symbol. */
function tradingClassOf(of: Instrument): string {
  if (of.assetClass === 'CASH') return localSymbolOf(of)
  return of.assetClass === 'STK' && /^(NASDAQ|ISLAND)/.test(of.primaryExchange) ? 'NMS' : of.symbol
}

const hasMultiplier = (of: Instrument): boolean =>
  of.assetClass === 'OPT' || of.assetClass === 'FUT'

const expiryOf = (of: Instrument): string =>
  of.assetClass === 'OPT' || of.assetClass === 'FUT' ? of.expiry.replaceAll('-', '') : ''

/** What this gateway trades, in IBKR's abbreviations. */
const ORDER_TYPES = 'DAY,GTC,GTD,IOC,LMT,MKT,WHATIF'

/** IBKR's aggregation groups (of ticks) by class, as its contract details have them. */
const AGG_GROUP = { STK: 1, OPT: 2, FUT: 2_147_483_647, CASH: 4 } as const

/**
 * @param exchange - the one the client asked for, or the instrument's own
 * @param ruleId - the market rule, the same on every exchange
 */
export function detailsOf(
  of: Instrument,
  exchange: string,
  ruleId: number,
  hours: { readonly trading: string; readonly liquid: string },
): ContractDetails {
  const contract = contractBlock(of, exchange)
  const exchanges = validExchangesOf(of)
  const lot = format(of.lot)
  const derivative = of.assetClass === 'OPT' || of.assetClass === 'FUT'
  return {
    contract,
    marketName: contract.tradingClass,
    minTick: minTickOf(of),
    orderTypes: ORDER_TYPES,
    validExchanges: exchanges.join(','),
    underConId: 0,
    longName: of.symbol,
    primaryExchange: primaryExchangeOf(of),
    contractMonth: derivative ? expiryOf(of).slice(0, 6) : '',
    industry: of.assetClass === 'STK' ? of.sector : '',
    timeZoneId: VENUE_ZONE,
    tradingHours: hours.trading,
    liquidHours: hours.liquid,
    secIds: [],
    aggGroup: AGG_GROUP[of.assetClass],
    underSymbol: derivative ? of.symbol : '',
    underSecType: of.assetClass === 'OPT' ? 'STK' : of.assetClass === 'FUT' ? 'IND' : '',
    marketRuleIds: exchanges.map(() => ruleId).join(','),
    realExpirationDate: expiryOf(of),
    stockType: of.assetClass === 'STK' ? 'COMMON' : '',
    minSize: lot,
    sizeIncrement: lot,
    suggestedSizeIncrement: of.assetClass === 'STK' ? '100' : lot,
  }
}

/**
 * IBKR's minTick: the step where the instrument normally trades, which is the last of its ladder.
 * Under Rule 612 a stock's finer step below $1 exists too, and its details still say 0.01.
 */
export const minTickOf = (of: Instrument): string =>
  format(of.priceIncrements.at(-1)?.increment ?? 0n)
