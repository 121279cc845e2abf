/**
 * Why the clearing broker refuses an order, in IBKR's code and words where they were seen: 201.
 *
 * Seen: the day-trading text (QuantConnect documentation of IBKR's margin models), "The Available Funds in your
 * … segment are insufficient" (LEAN.Brokerages.InteractiveBrokers #136). The others are words of ours.
 */
import { format, type Currency, type Money } from '#model/fixed.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'

/** Refusals without figures. */
export const CLEARING_REFUSALS = {
  /** Seen. */
  dayTrading: {
    code: 201,
    reason:
      'Order rejected - reason:Potential Pattern Day Trade. A potential pattern day trader error message means that an account has less than the SEC required USD 25,000 minimum Net Liquidation Value AND the number of available day trades (3) has already been used within the last 5 days.. You need to maintain an account balance of at least USD 25,000 if you wish to day trade. If you do not, we restrict you to no more than 3 day trades within any 5 business day period as a 4th trade would create a violation.. This order rejection serves to prevent you from opening a 4th trade and possibly closing it today. Please refer to our <a href="https://www.ibkr.info/article/193">Knowledge Base</a> for further details.',
  },
  shortInCashAccount: {
    code: 201,
    reason: 'Order rejected - reason:Short sales are not allowed in a cash account.',
  },
  uncoveredInCashAccount: {
    code: 201,
    reason: 'Order rejected - reason:Uncovered options are not allowed in a cash account.',
  },
  tooSmallForPortfolioMargin: {
    code: 201,
    reason:
      'Order rejected - reason:The account’s equity is below the minimum for portfolio margin (100,000 USD): only orders that reduce are accepted.',
  },
} as const satisfies Readonly<Record<string, VenueRefusal>>

/** A cash account may spend what has settled and is not spoken for. */
export function notSettled(
  settled: Money<Currency>,
  needed: Money<Currency>,
  currency: Currency,
): VenueRefusal {
  return {
    code: 201,
    reason: `Order rejected - reason:The Available Funds in your Securities segment are insufficient. Settled cash [${cents(settled)} ${currency}], needed [${cents(needed)} ${currency}]`,
  }
}

const cents = (amount: Money<Currency>): string => {
  const [whole = '0', places = ''] = format(amount, 2).split('.')
  return `${whole}.${places.slice(0, 2)}`
}
