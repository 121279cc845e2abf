/** An order as the venue keeps it, and the face it shows to others. */
import {
  NANOS,
  fractionOf,
  minus,
  money,
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
import type { EpochMs } from '#model/time.ts'
import type { VenueOrder } from '#exchange/exchange.ts'
import type { NewVenueOrder, VenueOrderChange } from '#exchange/terms.ts'

/** Changed in place by the order desk alone. */
export interface LiveOrder {
  readonly permId: number
  readonly instrument: Instrument
  terms: NewVenueOrder
  status: VenueOrder['status']
  filled: Quantity
  /** Σ notional of the fills, unsigned. */
  value: Money<Currency>
  /** Commission charged so far. */
  commission: Money<Currency>
  lastPrice: Price
  /** Time priority: lower came first. */
  priority: number
  /** Units of others that must trade at its price before it does. */
  queueAhead: number
  /** When a held order is let go; undefined while nothing says so. */
  releaseAt: EpochMs | undefined
  /** When it ends by itself; undefined for good till canceled. */
  expiresAt: EpochMs | undefined
  completedAt: EpochMs | undefined
  reason: string
}

export function liveOrder(
  permId: number,
  instrument: Instrument,
  terms: NewVenueOrder,
  priority: number,
): LiveOrder {
  return {
    permId,
    instrument,
    terms,
    status: 'working',
    filled: quantity('0'),
    value: money('0', 'USD'),
    commission: money('0', 'USD'),
    lastPrice: price('0'),
    priority,
    queueAhead: 0,
    releaseAt: undefined,
    expiresAt: undefined,
    completedAt: undefined,
    reason: '',
  }
}

/** What has not filled, ≥ 0. */
export const leavesOf = (order: LiveOrder): Quantity => minus(order.terms.quantity, order.filled)

export const isOpen = ({ status }: Pick<LiveOrder, 'status'>): boolean =>
  status === 'working' || status === 'held'

/** Σ value / Σ quantity of the fills, 0 before the first. */
export function averagePriceOf(order: LiveOrder): Price {
  if (order.filled === 0n) return price('0')
  return fractionOf(price('1'), order.value, order.filled * order.instrument.multiplier)
}

/** Counts a fill in. */
export function countFill(order: LiveOrder, filled: Quantity, at: Price): void {
  order.filled = plus(order.filled, filled)
  order.value = plus(order.value, notional(filled, at, order.instrument))
  order.lastPrice = at
}

/** The terms after a change; what the change leaves out is gone, but for a limit order's price. */
export function changedTerms(terms: NewVenueOrder, change: VenueOrderChange): NewVenueOrder {
  const { limitPrice: oldLimit, goodTill: _old, ...kept } = terms
  const limitPrice = change.limitPrice ?? oldLimit
  return {
    ...kept,
    quantity: change.quantity,
    timeInForce: change.timeInForce,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(change.goodTill === undefined ? {} : { goodTill: change.goodTill }),
  }
}

/** A copy that later fills do not change. */
export function shownAs(order: LiveOrder): VenueOrder {
  return {
    ...order.terms,
    permId: order.permId,
    status: order.status,
    filled: order.filled,
    averagePrice: averagePriceOf(order),
    lastPrice: order.lastPrice,
    completedAt: order.completedAt,
    reason: order.reason,
  }
}

/** An order that the venue never took. */
export function rejectedOrder(
  permId: number,
  terms: NewVenueOrder,
  reason: string,
  at: EpochMs,
): VenueOrder {
  return {
    ...terms,
    permId,
    status: 'rejected',
    filled: quantity('0'),
    averagePrice: price('0'),
    lastPrice: price('0'),
    completedAt: at,
    reason,
  }
}

/** Signed: bought positive. */
export const signed = (order: Pick<NewVenueOrder, 'action'>, units: Quantity): Quantity =>
  order.action === 'BUY' ? units : fractionOf(units, -NANOS, NANOS)
