/**
 * The least size of an order in spot currencies that IBKR's IDEALPRO takes as a whole lot; smaller ones trade as
 * odd lots, at prices that may be a little worse.
 *
 * Source: IBKR, "Spot Currency Minimum/Maximum Order Sizes": about 25,000 US dollars, stated in each currency.
 */
import { quantity, type Currency, type Quantity } from '#model/fixed.ts'

/** In units of the pair's base currency. */
export const IDEALPRO_MINIMUMS: Readonly<Partial<Record<Currency, number>>> = {
  USD: 25_000,
  AUD: 25_000,
  CAD: 25_000,
  CHF: 25_000,
  EUR: 20_000,
  GBP: 20_000,
  HKD: 200_000,
  JPY: 2_500_000,
  NZD: 35_000,
  SEK: 175_000,
  SGD: 35_000,
}

/** @returns undefined for a currency that IBKR states none for */
export function idealproMinimum(base: Currency): Quantity | undefined {
  const units = IDEALPRO_MINIMUMS[base]
  return units === undefined ? undefined : quantity(String(units))
}
