/** The account's holdings and profits in the wire's words. */
import { cents } from '#gateway/account/account-values.ts'
import type { Holding } from '#gateway/account/holdings.ts'
import { executionBlock, positionBlock } from '#gateway/contracts/listing.ts'
import { primaryExchangeOf } from '#gateway/contracts/routes.ts'
import type {
  PortfolioRow,
  PositionRow,
  ProfitAndLoss,
} from '#gateway/messages/outgoing/account.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { format } from '#model/fixed.ts'

export const positionRow = ({ instrument, position }: Holding): PositionRow => ({
  contract: positionBlock(instrument),
  position: format(position?.quantity ?? 0n),
  averageCost: format(position?.averageCost ?? 0n, 1),
})

export const portfolioRow = ({ instrument, position }: Holding): PortfolioRow => ({
  contract: executionBlock(instrument, instrument.exchange),
  primaryExchange: primaryExchangeOf(instrument),
  position: format(position?.quantity ?? 0n),
  marketPrice: format(position?.marketPrice ?? 0n, 1),
  marketValue: cents(position?.marketValue ?? 0n),
  averageCost: format(position?.averageCost ?? 0n, 1),
  unrealizedPNL: cents(position?.unrealizedPnl ?? 0n),
  realizedPNL: cents(position?.realizedPnl ?? 0n),
})

/** Of the whole account, base currency. */
export function profitAndLoss(venue: Exchange): ProfitAndLoss {
  const { daily, unrealized, realized } = venue.pnl()
  return { daily: cents(daily), unrealized: cents(unrealized), realized: cents(realized) }
}

/**
 * Of one holding, in its own currency. Daily profit counts from the previous close on the quantity
 * held now: what was traded today is in the account's figure, not in this one.
 */
export function profitOf(
  venue: Exchange,
  { instrument, position }: Holding,
): ProfitAndLoss & { readonly position: string; readonly value: string } {
  const close = venue.quote(instrument.id)?.previousClose
  const { quantity = 0n, marketPrice = 0n } = position ?? {}
  const move = close === undefined ? 0n : marketPrice - close
  return {
    position: format(quantity),
    daily: cents((quantity * move * instrument.multiplier) / 1_000_000_000n),
    unrealized: cents(position?.unrealizedPnl ?? 0n),
    realized: position === undefined ? undefined : cents(position.realizedPnl),
    value: cents(position?.marketValue ?? 0n),
  }
}
