/**
 * IBKR's continuous future: a name for whichever contract of a root is at the front, good for history and details.
 *
 * The front is the contract that trades most; roots of which nothing but their contracts is known have the nearest one.
 */
import type { Exchange } from '#exchange/exchange.ts'
import type { Future } from '#model/instrument.ts'
import { isExpired } from '#exchange/market/expiry.ts'
import { futureRoot } from '#exchange/market/futures-cycle.ts'
import { frontContract } from '#exchange/market/futures-market.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { listingIndex } from '#gateway/contracts/listing-index.ts'
import { tradesOn } from '#gateway/contracts/routes.ts'
import type { ContractQuery } from '#gateway/messages/wire-contract.ts'

/** @returns the front contract of the root asked for; none where it has none */
export function continuousFutures(
  { directory, now }: Pick<Exchange, 'directory' | 'now'>,
  { symbol, localSymbol, exchange, currency }: ContractQuery,
): readonly Future[] {
  const root = symbol === '' ? localSymbol : symbol
  const contracts = listingIndex(directory)
    .bySymbol('FUT', root)
    .filter((of) => of.assetClass === 'FUT')
    .filter((of) => !isExpired(of, now) && tradesOn(of, exchange))
    .filter((of) => currency === '' || of.currency === currency)
  const known = futureRoot(root.toUpperCase())
  const front = known === undefined ? undefined : frontContract(known, newYorkDate(now))
  const found = contracts.find(({ id }) => id === front?.id) ?? nearest(contracts)
  return found === undefined ? [] : [found]
}

const nearest = (contracts: readonly Future[]): Future | undefined =>
  contracts.toSorted((a, b) => (a.expiry < b.expiry ? -1 : 1))[0]
