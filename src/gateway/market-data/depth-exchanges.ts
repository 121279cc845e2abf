/** Which exchanges offer depth of a contract, and in what form (IBKR's reqMktDepthExchanges). */
import { exchangesOf, showsMakers } from '#gateway/market-data/exchanges.ts'
import type { DepthExchange } from '#gateway/messages/outgoing/depth.ts'
import { UNSET_INTEGER } from '#gateway/wire/field.ts'
import type { Listed } from '#exchange/listing.ts'

/** Stock exchanges whose whole books IBKR sells; the others show their best prices. */
const DEEP_STOCK_EXCHANGES: ReadonlySet<string> = new Set(['NASDAQ', 'ARCA', 'NYSE', 'BATS', 'DRCTEDGE', 'IEX', 'BYX', 'EDGEA', 'AMEX', 'CHX', 'NYSENAT']) // prettier-ignore

/** Futures have none, which is an unset number on the wire: ib_async cannot read an empty one. */
const GROUP = { STK: 1, OPT: 2, FUT: UNSET_INTEGER, CASH: 4 } as const

/** None for an index: nobody makes a market in it. */
export function depthExchangesOf(of: Listed): readonly DepthExchange[] {
  if (of.assetClass === 'IND') return []
  const { assetClass } = of
  return deepExchanges(of).map((exchange) => ({
    exchange,
    secType: assetClass,
    listingExchange: '',
    serviceDataType: showsMakers(exchange) ? 'Deep2' : 'Deep',
    aggGroup: GROUP[assetClass],
  }))
}

const deepExchanges = (of: Listed): readonly string[] =>
  of.assetClass === 'STK'
    ? exchangesOf(of).filter((name) => DEEP_STOCK_EXCHANGES.has(name))
    : exchangesOf(of)

/** Exchanges that give their depth to a smart book, and those that give their best prices only. */
export function smartDepthExchanges(
  of: Listed,
): readonly [deep: readonly string[], top: readonly string[]] {
  // prettier-ignore
  const deep = deepExchanges(of)
  return [deep, exchangesOf(of).filter((name) => !deep.includes(name))]
}
