/** What a trade moves of each currency, signed as the account sees it. */
import { money, negate, notional, plus, price, type Currency, type Money, type Quantity } from '#model/fixed.ts' // prettier-ignore
import type { Instrument } from '#model/instrument.ts'
import type { Trade } from '#exchange/clearing/holdings.ts'

type Payment = readonly [Currency, Money<Currency>]

/** Cash that a trade exchanges, its commission apart: a security for its value, one currency for another. */
export function legsOf(
  of: Instrument,
  units: Quantity,
  value: Money<Currency>,
): readonly Payment[] {
  const paid = [of.currency, negate(value)] as const
  if (of.assetClass !== 'CASH') return [paid]
  return [[of.symbol, notional(units, price('1'), { multiplier: 1n, currency: of.symbol })], paid]
}

/** What a trade moves of each currency, its commission with it. */
export function paymentsOf(trade: Trade | undefined): ReadonlyMap<Currency, Money<Currency>> {
  const sums = new Map<Currency, Money<Currency>>()
  if (trade === undefined) return sums
  const { instrument, quantity: units, commission, commissionCurrency } = trade
  const legs = legsOf(instrument, units, notional(units, trade.price, instrument))
  for (const [currency, amount] of [...legs, [commissionCurrency, negate(commission)] as const])
    sums.set(currency, plus(sums.get(currency) ?? ZERO, amount))
  return sums
}

const ZERO: Money<Currency> = money('0', 'USD')
