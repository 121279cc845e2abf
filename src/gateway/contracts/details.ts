/**
 * A listing's contract details in IBKR's words: terms, facts, hours, increments.
 *
 * What nobody knows of a listing is left as IBKR leaves it: empty.
 */
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed, ListingFacts } from '#exchange/listing.ts'
import { lastTradeAt } from '#exchange/market/expiry.ts'
import { contractMonthOf } from '#exchange/market/futures-cycle.ts'
import { isMorningExpiry } from '#exchange/market/option-chains.ts'
import { nextTradingDay } from '#marketdata/calendar.ts'
import { format } from '#model/fixed.ts'
import { contractBlock, expiryOf, minTickOf } from '#gateway/contracts/listing.ts'
import type { Found } from '#gateway/contracts/find-contract.ts'
import { orderTypesOf } from '#gateway/contracts/order-types.ts'
import { isIndexOption, primaryExchangeOf, validExchangesOf } from '#gateway/contracts/routes.ts'
import { exchangeWallTime, timeZoneOf, tradingHours } from '#gateway/contracts/trading-hours.ts'
import { compactDate } from '#gateway/venue-time.ts'
import type { ContractDetails } from '#gateway/messages/outgoing/contracts.ts'

/** IBKR's aggregation groups (of ticks) by class, as its contract details have them. */
const AGG_GROUP = { STK: 1, OPT: 2, FUT: 2_147_483_647, CASH: 4, IND: 2_147_483_647 } as const

/** @param ruleId - the market rule, the same on every exchange */
export function detailsOf(venue: Exchange, found: Found, ruleId: number): ContractDetails {
  const { instrument: of, exchange, secType } = found
  const contract = { ...contractBlock(of, exchange), secType }
  const facts = venue.directory.facts(of.id)
  const exchanges = validExchangesOf(of)
  const hours = tradingHours(venue, of)
  return {
    contract,
    lastTradeDate: lastTradeDate(of),
    marketName: contract.tradingClass,
    minTick: minTickOf(of),
    orderTypes: orderTypesOf(of),
    validExchanges: exchanges.join(','),
    longName: facts.longName,
    primaryExchange: of.assetClass === 'STK' ? primaryExchangeOf(of) : '',
    industry: facts.industry,
    category: facts.category === '' ? facts.industry : facts.category,
    subcategory: facts.subcategory === '' ? facts.industry : facts.subcategory,
    timeZoneId: timeZoneOf(of),
    tradingHours: hours.trading,
    liquidHours: hours.liquid,
    secIds: facts.secIds.map(([tag, value]) => ({ tag, value })),
    aggGroup: AGG_GROUP[of.assetClass],
    marketRuleIds: exchanges.map(() => ruleId).join(','),
    stockType: facts.stockType,
    ...underlyingOf(venue, of, facts),
    ...sizesOf(of),
  }
}

/** What a derivative is on, and its month; empty for the rest. */
function underlyingOf(venue: Exchange, of: Listed, { underlying }: ListingFacts) {
  if (of.assetClass !== 'OPT' && of.assetClass !== 'FUT')
    return { underConId: 0, underSymbol: '', underSecType: '', contractMonth: '', realExpirationDate: '' } // prettier-ignore
  const on = underlying === undefined ? undefined : venue.directory.byId(underlying)
  return {
    underConId: on?.conId ?? 0,
    underSymbol: of.symbol,
    underSecType: of.assetClass === 'FUT' ? 'IND' : (on?.assetClass ?? 'STK'),
    contractMonth: contractMonth(of),
    realExpirationDate: realExpiration(of),
  }
}

function contractMonth(of: Listed): string {
  if (of.assetClass !== 'FUT') return expiryOf(of).slice(0, 6)
  const { year, month } = contractMonthOf(of)
  return `${year}${String(month).padStart(2, '0')}`
}

/** An index option that settles at the open expires on the day after it trades last. */
function realExpiration(of: Listed): string {
  if (of.assetClass === 'OPT' && isIndexOption(of) && isMorningExpiry(of.expiry))
    return compactDate(nextTradingDay(of.expiry))
  return expiryOf(of)
}

/**
 * `20261218-08:30-US/Central`: the parts that clients take apart at the hyphens. The zone is the one of the hours, for
 * ib_async and ibapi put it in the place of `timeZoneId`.
 */
function lastTradeDate(of: Listed): string {
  const end = lastTradeAt(of)
  if (end === undefined) return ''
  const wall = exchangeWallTime(of, end)
  return `${compactDate(wall.slice(0, 10))}-${wall.slice(11, 16)}-${timeZoneOf(of)}`
}

/** Whole lots; a hundred is the round lot of stocks. Quantities of an index are nothing to trade. */
function sizesOf(of: Listed) {
  const lot = of.assetClass === 'IND' ? '1' : format(of.lot)
  return {
    minSize: lot,
    sizeIncrement: lot,
    suggestedSizeIncrement: of.assetClass === 'STK' ? '100' : lot,
  }
}
