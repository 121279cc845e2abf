/**
 * What a borrowed share costs a day.
 *
 * The lender wants collateral above the price: price × markup, rounded up to a step, a share; the fee is that
 * collateral × annual rate / 360, for every calendar day from settlement to settlement.
 *
 * Source: IBKR Knowledge Base, "Why does the 'price' on hard to borrow stocks not agree to the closing
 * price of the stock?" (markups and steps by currency, two worked examples); "Borrow Fee Details"
 * (Value × Fee Rate / 360).
 */
import {
  fractionOf,
  magnitude,
  notional,
  price,
  roundTo,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'

interface CollateralTerms {
  /** Of the price, in basis points. */
  readonly markupBps: bigint
  /** Rounded up to a multiple of it. */
  readonly step: Price
}

/** By currency; others are taken like the euro. */
export const COLLATERAL_TERMS: Readonly<Record<Currency, CollateralTerms>> = {
  USD: { markupBps: 10_200n, step: price('1') },
  CAD: { markupBps: 10_200n, step: price('1') },
  EUR: { markupBps: 10_500n, step: price('0.01') },
  CHF: { markupBps: 10_500n, step: price('0.01') },
  GBP: { markupBps: 10_500n, step: price('0.01') },
  HKD: { markupBps: 10_500n, step: price('0.01') },
}
const OTHERS: CollateralTerms = { markupBps: 10_500n, step: price('0.01') }

/** Borrow fees count a year of 360 days in every currency. */
const DAY_COUNT = 360n

/** @param short - units, of either sign; @param at - the prior settlement price */
export function shortCollateral(short: Quantity, at: Price, currency: Currency): Money<Currency> {
  const { markupBps, step } = COLLATERAL_TERMS[currency] ?? OTHERS
  const marked = roundTo(fractionOf(at, markupBps, 10_000n), step, 'up')
  return notional(magnitude(short), marked, { multiplier: 1n, currency })
}

/**
 * One day's fee, ≥ 0.
 *
 * @param rateMillionths - annual fee of the name: 0.25 % is 2,500
 *
 * @example
 * // 100,000 shares at 0.25 with a fee of 50 %: collateral 100,000.00
 * Number(dailyBorrowFee(quantity('-100000'), price('0.25'), 'USD', 500_000n)) / 1e9 // => 138.89 ± 0.005
 */
export function dailyBorrowFee(
  short: Quantity,
  at: Price,
  currency: Currency,
  rateMillionths: bigint,
): Money<Currency> {
  return fractionOf(shortCollateral(short, at, currency), rateMillionths, 1_000_000n * DAY_COUNT)
}
