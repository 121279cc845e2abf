/**
 * The account as the broker states it: what it is worth now, what an order would do to it, and
 * whether it may.
 */
import type { MarginFigures } from '#model/account.ts'
import {
  NANOS,
  fractionOf,
  magnitude,
  money,
  notional,
  plus,
  price,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import { instrumentIdOf } from '#model/instrument-id.ts'
import type { Instrument } from '#model/instrument.ts'
import { invariant } from '#model/invariant.ts'
import type { EpochMs } from '#model/time.ts'
import { commissionScheduleOf, orderCommission } from '#schedules/commissions.ts'
import { marginFigures, markOf, toBase, type Valuation } from '#exchange/clearing/account-margin.ts'
import {
  averageCostOf,
  clearingAccount,
  unrealizedOf,
  type ClearingAccount,
  type Holding,
  type Trade,
} from '#exchange/clearing/clearing.ts'
import type { VenuePosition, VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import type { QuoteBoard } from '#exchange/book/quote-board.ts'
import { marginTooSmall } from '#exchange/refusals.ts'
import { leavesOf, signed, type LiveOrder } from '#exchange/orders/venue-order.ts'

/** An order as it would change the account if it filled whole. */
export interface Intended {
  readonly instrument: Instrument
  readonly terms: NewVenueOrder
  readonly quantity: Quantity
}

export interface AccountDesk {
  readonly clearing: ClearingAccount
  figures(now: EpochMs): MarginFigures
  positions(now: EpochMs): readonly VenuePosition[]
  unrealized(now: EpochMs): Money<Currency>
  realized(now: EpochMs): Money<Currency>
  /** Figures as if an order had filled whole, its commission too. */
  figuresAfter(order: Intended, now: EpochMs): MarginFigures
  /** What filling it whole would cost, at its limit or at the market. */
  commissionOf(order: Intended, now: EpochMs): Money<Currency>
  /** Commission of everything an order has filled. */
  commissionSoFar(order: LiveOrder, averagePrice: Price, now: EpochMs): Money<Currency>
  /**
   * Why margin forbids an order that adds exposure: with it and every adding order that already
   * works filled whole, the initial margin would exceed the equity with loan. Orders that reduce are
   * neither checked nor credited before they fill.
   */
  marginRefusal(order: Intended, open: readonly LiveOrder[], now: EpochMs): VenueRefusal | undefined
}

const ZERO: Money<Currency> = money('0', 'USD')
const ONE = price('1')

export function accountDesk(
  clearing: ClearingAccount,
  board: QuoteBoard,
  baseCurrency: Currency,
): AccountDesk {
  const valuationAt = (now: EpochMs): Valuation => ({
    mark: (id) => board.mark(id, now),
    rate: (currency) => rateOf(currency, baseCurrency, board, now),
  })
  const inBase = (amount: Money<Currency>, currency: Currency, now: EpochMs) =>
    toBase(amount, rateOf(currency, baseCurrency, board, now))

  const sum = (now: EpochMs, of: (holding: Holding) => Money<Currency>): Money<Currency> =>
    clearing
      .holdings()
      .reduce((total, held) => plus(total, inBase(of(held), held.instrument.currency, now)), ZERO)

  const commissionAt = (
    of: Instrument,
    units: Quantity,
    value: Money<Currency>,
    average: Price,
    now: EpochMs,
  ) => {
    // prettier-ignore
    const schedule = commissionScheduleOf(of)
    const base = inBase(value, of.currency, now)
    const charged = fractionOf(base, NANOS, rateOf(schedule.currency, baseCurrency, board, now))
    return orderCommission(schedule, units, charged, average)
  }

  const tradeOf = ({ instrument, terms, quantity }: Intended, now: EpochMs): Trade => {
    const at = expectedPrice(terms, board.mark(instrument.id, now))
    const value = notional(quantity, at, instrument)
    return {
      instrument,
      quantity: signed(terms, quantity),
      price: at,
      commission: commissionAt(instrument, quantity, value, at, now),
      commissionCurrency: commissionScheduleOf(instrument).currency,
    }
  }

  const figuresOf = (account: ClearingAccount, now: EpochMs) =>
    marginFigures(account.cash(), account.holdings(), valuationAt(now))

  const marginRefusal: AccountDesk['marginRefusal'] = (order, open, now) => {
    const trade = tradeOf(order, now)
    if (!adds(clearing.held(order.instrument.id), trade.quantity)) return undefined
    const trial = clearingAccount(clearing.cash(), clearing.holdings())
    for (const other of open) {
      const { instrument, terms } = other
      const working = tradeOf({ instrument, terms, quantity: leavesOf(other) }, now)
      if (adds(trial.held(instrument.id), working.quantity)) trial.settle(working)
    }
    trial.settle(trade)
    const { equityWithLoan, initialMargin } = figuresOf(trial, now)
    if (initialMargin <= equityWithLoan) return undefined
    return marginTooSmall(equityWithLoan, initialMargin, baseCurrency)
  }

  return {
    clearing,
    figures: (now) => figuresOf(clearing, now),
    positions: (now) => positionsOf(clearing, valuationAt(now)),
    unrealized: (now) => sum(now, (held) => unrealizedOf(held, markOf(held, valuationAt(now)))),
    realized: (now) => sum(now, ({ realizedToday }) => realizedToday),
    figuresAfter: (order, now) => {
      const trial = clearingAccount(clearing.cash(), clearing.holdings())
      trial.settle(tradeOf(order, now))
      return figuresOf(trial, now)
    },
    commissionOf: (order, now) => tradeOf(order, now).commission,
    commissionSoFar: ({ instrument, filled, value }, averagePrice, now) =>
      commissionAt(instrument, filled, value, averagePrice, now),
    marginRefusal,
  }
}

function positionsOf(clearing: ClearingAccount, valuation: Valuation): readonly VenuePosition[] {
  return clearing
    .holdings()
    .filter(({ quantity }) => quantity !== 0n)
    .map((held) => {
      const at = markOf(held, valuation)
      return {
        instrument: held.instrument.id,
        quantity: held.quantity,
        averageCost: averageCostOf(held),
        marketPrice: at,
        marketValue: notional(held.quantity, at, held.instrument),
        unrealizedPnl: unrealizedOf(held, at),
        realizedPnl: held.realizedToday,
      }
    })
}

/** Whether a trade takes a position further from zero than it stands. */
function adds(held: Quantity, traded: Quantity): boolean {
  return magnitude(plus(held, traded)) > magnitude(held)
}

/** At the limit where there is one, else at the mark. */
function expectedPrice(terms: NewVenueOrder, mark: Price | undefined): Price {
  const limit = terms.orderType === 'LMT' ? terms.limitPrice : undefined
  return limit ?? mark ?? price('0')
}

/** Base currency per unit of a currency, from the pair that is listed. */
function rateOf(currency: Currency, base: Currency, board: QuoteBoard, now: EpochMs): Price {
  if (currency === base) return ONE
  const pair = (symbol: Currency, quote: Currency) =>
    board.mark(instrumentIdOf({ symbol, assetClass: 'CASH', currency: quote }), now)
  const direct = pair(currency, base)
  if (direct !== undefined) return direct
  const inverse = pair(base, currency)
  invariant(inverse !== undefined, `${currency}.CASH.${base} is listed and has a price`)
  return fractionOf(ONE, NANOS, inverse)
}
