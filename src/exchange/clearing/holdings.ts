/**
 * What is held of one instrument, and what a trade does to it: how much it closes, what that realises, what the
 * rest costs.
 *
 * As at IBKR, commission raises the cost of what a trade opens and lowers the profit of what it closes, pro rata
 * where it does both. Exact: what is parted adds up to the nano.
 */
import {
  fractionOf,
  greater,
  lesser,
  magnitude,
  minus,
  money,
  negate,
  notional,
  plus,
  price,
  quantity,
  type Currency,
  type Money,
  type Price,
  type Quantity,
} from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'

/** In the instrument's currency. */
export interface Holding {
  readonly instrument: Instrument
  /** Signed; zero is kept until the day turns, for the day's realised profit. */
  readonly quantity: Quantity
  /** Paid for it, signed like the quantity: what the proceeds of a short brought is negative. */
  readonly cost: Money<Currency>
  /** Commission of what is open, and premiums that exercise carried over; the latter may be below zero. */
  readonly fees: Money<Currency>
  /** Net of commission, since the day turned. */
  readonly realizedToday: Money<Currency>
}

export interface Trade {
  readonly instrument: Instrument
  /** Signed: bought positive; never zero. */
  readonly quantity: Quantity
  readonly price: Price
  readonly commission: Money<Currency>
  readonly commissionCurrency: Currency
  /** Names it for a correction later in the day. */
  readonly key?: string
}

export interface Apportioned {
  readonly after: Holding
  readonly notional: Money<Currency>
  /** Before commission; zero when nothing was closed. */
  readonly grossProfit: Money<Currency>
  readonly realized: Money<Currency> | undefined
}

/**
 * Parts a trade into what it closes and what it opens.
 *
 * @param fee - the trade's commission in the instrument's currency
 */
export function apportion(before: Holding, trade: Trade, fee: Money<Currency>): Apportioned {
  const closes = closedBy(before.quantity, trade.quantity)
  const value = notional(trade.quantity, trade.price, trade.instrument)
  const traded = magnitude(trade.quantity)
  const closingValue = fractionOf(value, magnitude(closes), traded)
  const closingFee = fractionOf(fee, magnitude(closes), traded)
  const held = magnitude(before.quantity)
  const share = (of: Money<Currency>) =>
    held === 0n ? ZERO : fractionOf(of, magnitude(closes), held)
  const [costOut, feesOut] = [share(before.cost), share(before.fees)]
  const grossProfit = minus(negate(closingValue), costOut)
  const realized = minus(minus(grossProfit, feesOut), closingFee)
  return {
    notional: value,
    grossProfit: closes === 0n ? ZERO : grossProfit,
    realized: closes === 0n ? undefined : realized,
    after: {
      instrument: before.instrument,
      quantity: plus(before.quantity, trade.quantity),
      cost: plus(minus(before.cost, costOut), minus(value, closingValue)),
      fees: plus(minus(before.fees, feesOut), minus(fee, closingFee)),
      realizedToday: closes === 0n ? before.realizedToday : plus(before.realizedToday, realized),
    },
  }
}

/** Cost and open fees of one unit, multiplier included, as IBKR's average cost. */
export function averageCostOf({ quantity: held, cost, fees }: Holding): Price {
  return held === 0n ? price('0') : fractionOf(ONE, ...signFree(plus(cost, fees), held))
}

/** Market value less cost and open fees. */
export function unrealizedOf(holding: Holding, at: Price): Money<Currency> {
  const value = notional(holding.quantity, at, holding.instrument)
  return minus(minus(value, holding.cost), holding.fees)
}

/** Nothing held yet. */
export const flat = (instrument: Instrument): Holding => ({
  instrument,
  quantity: quantity('0'),
  cost: ZERO,
  fees: ZERO,
  realizedToday: ZERO,
})

/** The part of a trade that brings a holding towards zero, signed like the trade. */
export function closedBy(held: Quantity, traded: Quantity): Quantity {
  if (held > 0n && traded < 0n) return greater(traded, negate(held))
  if (held < 0n && traded > 0n) return lesser(traded, negate(held))
  return quantity('0')
}

const ZERO: Money<Currency> = money('0', 'USD')
const ONE = price('1')

/** The same ratio with a denominator above zero. */
const signFree = (numerator: bigint, denominator: bigint): [bigint, bigint] =>
  denominator < 0n ? [-numerator, -denominator] : [numerator, denominator]
