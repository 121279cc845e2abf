/** What people call a listing or a currency outside the wire: in a plan of faults, at the control port. */
import { localSymbolOf } from '#gateway/contracts/listing.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import type { Currency } from '#model/fixed.ts'

/** By id, symbol, local symbol or contract number; of several with one symbol the first. */
export function listedNamed(venue: Exchange, name: string): Listed | undefined {
  const { listed } = venue.directory
  return (
    listed.find(
      ({ id, symbol, conId }) => id === name || symbol === name || String(conId) === name,
    ) ?? listed.find((of) => localSymbolOf(of) === name)
  )
}

/** `expected one that is listed, such as …`: how a refusal goes on. */
export const expectedListed = (venue: Exchange): string =>
  `expected one that is listed, such as ${venue.directory.listed.find(({ assetClass }) => assetClass === 'STK')?.symbol ?? venue.directory.listed[0]?.id ?? 'AAPL'}`

/** Currencies that the account can hold: those that a listed pair changes into its own. */
export const knowsCurrency = (venue: Exchange, currency: Currency): boolean =>
  currency === venue.baseCurrency ||
  venue.cash().has(currency) ||
  [`${currency}.${venue.baseCurrency}`, `${venue.baseCurrency}.${currency}`].some((pair) =>
    venue.directory.listed.some((of) => of.assetClass === 'CASH' && localSymbolOf(of) === pair),
  )
