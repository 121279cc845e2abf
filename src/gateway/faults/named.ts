/** Whether what a fault's parameters name is there: a name that nobody lists would make a fault that does nothing. */
import { expectedListed, knowsCurrency } from '#gateway/contracts/listed-names.ts'
import type { Exchange } from '#exchange/exchange.ts'

const SYMBOLS = ['symbol', 'newSymbol'] as const

/** @returns what is wrong: `symbol: was "ABC", expected one that is listed, such as IBM` */
export function unknownName(venue: Exchange, params: unknown): string | undefined {
  const named = new Map<string, unknown>(Object.entries(params ?? {}))
  for (const field of SYMBOLS) {
    const was = named.get(field)
    if (typeof was === 'string' && !venue.instruments.some(({ symbol }) => symbol === was))
      return `${field}: was "${was}", ${expectedListed(venue)}`
  }
  const currency = named.get('currency')
  if (typeof currency === 'string' && !knowsCurrency(venue, currency))
    return `currency: was "${currency}", expected one that the account can hold, such as ${venue.baseCurrency}`
  return undefined
}
