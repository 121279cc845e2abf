/**
 * Whether the broker takes an order: its margin first, and the rules of the account's type before it.
 *
 * An order that opens, or goes through zero to the other side, must keep the day-trading rule and what its account
 * may hold and spend. One that adds, or bares what it covered, must leave the initial margin within the equity
 * with loan, together with every adding order that works already.
 */
import { fractionOf, minus, money, notional, plus, quantity, type Currency, type Money, type Quantity } from '#model/fixed.ts' // prettier-ignore
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkDate } from '#marketdata/calendar.ts'
import { dayTradesLeft } from '#schedules/pattern-day-trader.ts'
import { PORTFOLIO_LEAST_EQUITY } from '#schedules/portfolio-stress.ts'
import { CLEARING_REFUSALS, notSettled } from '#exchange/clearing/clearing-refusals.ts'
import type { ClearingSettings } from '#exchange/clearing/clearing-settings.ts'
import type { ClearingAccount } from '#exchange/clearing/clearing.ts'
import { adds, crosses, type DayTrades } from '#exchange/clearing/day-trades.ts'
import type { Claim, MarginBook } from '#exchange/clearing/margin-book.ts'
import type { SettledCash } from '#exchange/clearing/settled-cash.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import { marginTooSmall } from '#exchange/refusals.ts'

export interface OrderCheckParts {
  readonly settings: ClearingSettings
  readonly clearing: ClearingAccount
  readonly margin: MarginBook
  readonly settled: SettledCash
  readonly dayTrades: DayTrades
  readonly baseCurrency: Currency
}

export interface OrderChecks {
  /** @param without - keys of orders that the new one takes the place of */
  refusalOf(claim: Claim, now: EpochMs, without: readonly number[]): VenueRefusal | undefined
  /** Infinity without a limit. */
  dayTradesLeft(now: EpochMs): number
}

const ZERO: Money<Currency> = money('0', 'USD')

export function orderChecks(parts: OrderCheckParts): OrderChecks {
  const { settings, clearing, margin, settled, dayTrades, baseCurrency } = parts

  const left: OrderChecks['dayTradesLeft'] = (now) => {
    const date = newYorkDate(now)
    return dayTradesLeft(dayTrades.window(date), margin.standing(now).net, date)
  }
  const dayTradeRefusal = (of: Instrument, now: EpochMs): VenueRefusal | undefined => {
    if (!settings.dayTrading || settings.margin === 'cash') return undefined
    if (of.assetClass !== 'STK' && of.assetClass !== 'OPT') return undefined
    return left(now) > 0 ? undefined : CLEARING_REFUSALS.dayTrading
  }

  const typeRefusal = (claim: Claim, now: EpochMs, without: readonly number[]) => {
    if (settings.margin === 'portfolio' && margin.standing(now).net < LEAST_FOR_PORTFOLIO)
      return CLEARING_REFUSALS.tooSmallForPortfolioMargin
    return settings.margin === 'cash' ? cashRefusal(claim, now, without) : undefined
  }

  /** A cash account sells what it has, writes what is covered, and spends what has settled. */
  const cashRefusal = (claim: Claim, now: EpochMs, without: readonly number[]) => {
    const { instrument: of, exposure } = claim
    const after = plus(clearing.held(of.id), exposure.quantity)
    if (of.assetClass === 'STK' && after < 0n) return CLEARING_REFUSALS.shortInCashAccount
    const isBare = of.assetClass === 'OPT' && of.right === 'C' && after < 0n
    if (isBare && !covers(of.underlying, after, of.multiplier))
      return CLEARING_REFUSALS.uncoveredInCashAccount
    return spendingRefusal(claim, now, without)
  }
  const covers = (underlying: Instrument['id'], written: Quantity, multiplier: bigint): boolean =>
    clearing.held(underlying) >= fractionOf(written, -multiplier, 1n)
  const spendingRefusal = ({ cash }: Claim, now: EpochMs, without: readonly number[]) => {
    for (const currency of new Set(cash.map(([of]) => of))) {
      const owned = minus(clearing.cash().get(currency) ?? ZERO, settled.incoming(currency))
      const free = minus(owned, margin.spoken(currency, now, without))
      const taken = cash.reduce((sum, [of, amount]) => (of === currency ? minus(sum, amount) : sum), ZERO) // prettier-ignore
      if (taken > 0n && taken > free) return notSettled(free, taken, currency)
    }
    return undefined
  }

  const forbidden: OrderChecks['refusalOf'] = (claim, now, without) => {
    const { instrument, exposure } = claim
    const before = clearing.held(instrument.id)
    const isAdding = adds(before, exposure.quantity)
    if (isAdding || crosses(before, exposure.quantity)) {
      const ruled = dayTradeRefusal(instrument, now) ?? typeRefusal(claim, now, without)
      if (ruled !== undefined) return ruled
    }
    if (!isAdding && (instrument.assetClass === 'FUT' || !margin.raises(claim, now)))
      return undefined
    const after = margin.trial(claim, now, without)
    const equity = minus(after.net, after.withoutLoan)
    return after.initial <= equity ? undefined : marginTooSmall(equity, after.initial, baseCurrency)
  }

  return {
    refusalOf: (claim, now, without) => {
      const refusal = forbidden(claim, now, without)
      return refusal === undefined ? undefined : { ...refusal, endsAs: settings.marginRejectsAs }
    },
    dayTradesLeft: left,
  }
}

const LEAST_FOR_PORTFOLIO: Money<Currency> = notional(quantity('1'), PORTFOLIO_LEAST_EQUITY, { multiplier: 1n, currency: 'USD' }) // prettier-ignore
