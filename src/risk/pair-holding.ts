/**
 * What is held of a currency pair. Brokers keep the money in the cash ledger, by currency, and list no position for it (IBKR's
 * "virtual FX position" only remembers what a conversion cost), so the balance is the holding.
 */
import { quantityFrom, toNumber } from '#model/border.ts'
import { money, quantity, type Currency, type Money, type Quantity } from '#model/fixed.ts'
import type { Forex } from '#model/instrument.ts'

/**
 * Units of the pair's first currency held, signed: of EUR.CASH.USD in a dollar account the euro balance, of
 * USD.CASH.JPY the dollars that the yen balance is short of.
 *
 * @param price - of the pair, > 0; NaN where there is none
 * @returns undefined where neither of its currencies is the account's, so that no balance is its own
 */
export function pairHolding(
  { symbol, currency }: Pick<Forex, 'symbol' | 'currency'>,
  balances: (currency: Currency) => Money<Currency> | undefined,
  base: Currency,
  price: number,
): Quantity | undefined {
  if (currency === base) return quantityFrom(toNumber(balances(symbol) ?? ZERO))
  if (symbol !== base) return undefined
  const owed = toNumber(balances(currency) ?? ZERO)
  return owed === 0 || !(price > 0) ? NONE : quantityFrom(-owed / price)
}

const NONE: Quantity = quantity('0')
const ZERO: Money<Currency> = money('0', '')
