/** Exchange rates as far as the engine has heard quotes of currency pairs. */
import type { Currency } from '#model/fixed.ts'
import type { InstrumentId } from '#model/ids.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import { midOf, type Quote } from '#marketdata/quote.ts'

/**
 * Base currency per unit of a currency, by the mid of the pair either way round.
 *
 * @returns 1 for the base currency itself, undefined where no pair is quoted
 */
export function exchangeRate(
  currency: Currency,
  base: Currency,
  quotes: ReadonlyMap<InstrumentId, Quote>,
): number | undefined {
  if (currency === base) return 1
  const [direct, inverse] = pairsOf(currency, base).map((pair) => midIn(quotes, pair))
  if (direct !== undefined) return direct
  return inverse === undefined ? undefined : 1 / inverse
}

/** The pair both ways round: `EUR.CASH.USD`, `USD.CASH.EUR`. */
export const pairsOf = (currency: Currency, base: Currency): InstrumentId[] => [
  instrumentIdOf({ symbol: currency, assetClass: 'CASH', currency: base }),
  instrumentIdOf({ symbol: base, assetClass: 'CASH', currency }),
]

function midIn(quotes: ReadonlyMap<InstrumentId, Quote>, pair: InstrumentId): number | undefined {
  const quote = quotes.get(pair)
  return quote === undefined ? undefined : midOf(quote)
}
