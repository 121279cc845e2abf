/** An order as the venue keeps it, and the face it shows to others. */
import {
  NANOS,
  fractionOf,
  greater,
  lesser,
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
import type { VenueOrder, VenueRefusal } from '#exchange/exchange.ts'
import type { HoldCause, NewVenueOrder, VenueOrderChange } from '#exchange/terms.ts'

/** Changed in place by the order desk and by whoever books its fills. */
export interface LiveOrder {
  readonly permId: number
  readonly instrument: Instrument
  terms: NewVenueOrder
  status: VenueOrder['status']
  /** Why it is held; undefined while it is not. */
  hold: HoldCause | undefined
  /** A stop that was elected, a touch that was touched. */
  triggered: boolean
  /** Where its stop or touch stands; undefined without one, and while a trailing one has seen no price. */
  stopPrice: Price | undefined
  /** The quote at which half of a double trigger was seen. */
  metAt: EpochMs | undefined
  /** The worst price it accepts in the book now; undefined accepts all. */
  limit: Price | undefined
  /** Of an iceberg: what is left of the slice that is shown. */
  shown: Quantity | undefined
  /** Units of it, filled ones included, that may have filled by now. */
  allowance: Quantity
  filled: Quantity
  /** Σ notional of the fills, unsigned. */
  value: Money<Currency>
  /** Commission of the executions that stand. */
  commission: Money<Currency>
  lastPrice: Price
  /** Time priority: lower came first. */
  priority: number
  /** Units of others that must trade at its price before it does. */
  queueAhead: number
  /** Since when it stands in the book at its price. */
  joinedAt: EpochMs
  /** When a held order is let go; undefined while nothing says so. */
  releaseAt: EpochMs | undefined
  /** When it ends by itself; undefined for good till canceled. */
  expiresAt: EpochMs | undefined
  completedAt: EpochMs | undefined
  reason: string
}

/** An order that nobody has looked at yet. */
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
    hold: undefined,
    triggered: false,
    stopPrice: terms.triggerPrice,
    metAt: undefined,
    limit: terms.limitPrice,
    shown: firstSlice(terms),
    allowance: terms.quantity,
    filled: NOTHING,
    value: money('0', 'USD'),
    commission: money('0', 'USD'),
    lastPrice: NO_PRICE,
    priority,
    queueAhead: 0,
    joinedAt: 0,
    releaseAt: undefined,
    expiresAt: undefined,
    completedAt: undefined,
    reason: '',
  }
}

const NOTHING = quantity('0')
const NO_PRICE = price('0')

const firstSlice = ({ displaySize, quantity: whole }: NewVenueOrder): Quantity | undefined =>
  displaySize === undefined ? undefined : lesser(displaySize, whole)

/** What has not filled, ≥ 0. */
export const leavesOf = (order: LiveOrder): Quantity => minus(order.terms.quantity, order.filled)

/** What may fill now, ≥ 0: a child works for what its parent has filled. */
export const workableOf = (order: LiveOrder): Quantity =>
  greater(NOTHING, minus(lesser(order.terms.quantity, order.allowance), order.filled))

export const isOpen = ({ status }: Pick<LiveOrder, 'status'>): boolean =>
  status === 'working' || status === 'held'

/** Whether it waits for its stop or its touch, every gate being open. */
export const awaitsTrigger = ({ status, hold }: LiveOrder): boolean =>
  status === 'held' && hold === 'trigger'

/** Σ value / Σ quantity of the fills, 0 before the first. */
export function averagePriceOf(order: LiveOrder): Price {
  if (order.filled === 0n) return NO_PRICE
  return fractionOf(price('1'), order.value, order.filled * order.instrument.multiplier)
}

/** Counts a fill in. */
export function countFill(order: LiveOrder, filled: Quantity, at: Price): void {
  order.filled = plus(order.filled, filled)
  order.value = plus(order.value, notional(filled, at, order.instrument))
  order.lastPrice = at
  if (order.shown !== undefined) order.shown = greater(NOTHING, minus(order.shown, filled))
}

/** Shows the next slice of an iceberg, as far as there is one. */
export function showNextSlice(order: LiveOrder): void {
  const { displaySize } = order.terms
  if (displaySize !== undefined) order.shown = lesser(displaySize, leavesOf(order))
}

/** The terms after a change: what the change leaves out is gone, but for the prices that its type needs. */
export function changedTerms(terms: NewVenueOrder, change: VenueOrderChange): NewVenueOrder {
  const { instrument, action, orderType, route, parent, oca, algo, owner, outsideRegularHours } =
    terms
  const limitPrice = change.limitPrice ?? terms.limitPrice
  const triggerPrice = change.triggerPrice ?? terms.triggerPrice
  const trail = change.trail ?? terms.trail
  return {
    outsideRegularHours,
    ...change,
    instrument,
    action,
    orderType,
    owner,
    ...(route === undefined ? {} : { route }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(parent === undefined ? {} : { parent }),
    ...(oca === undefined ? {} : { oca }),
    ...(algo === undefined ? {} : { algo }),
  }
}

/** A copy that later fills do not change. */
export function shownAs(order: LiveOrder): VenueOrder {
  const { hold, stopPrice } = order
  return {
    ...order.terms,
    permId: order.permId,
    status: order.status,
    ...(hold === undefined || order.status !== 'held' ? {} : { hold }),
    ...(order.triggered ? { triggered: true } : {}),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    filled: order.filled,
    averagePrice: averagePriceOf(order),
    lastPrice: order.lastPrice,
    commission: order.commission,
    completedAt: order.completedAt,
    reason: order.reason,
  }
}

/** An order that the venue never took. */
export function rejectedOrder(
  permId: number,
  terms: NewVenueOrder,
  { reason, endsAs }: VenueRefusal,
  at: EpochMs,
): VenueOrder {
  return {
    ...terms,
    permId,
    status: 'rejected',
    filled: NOTHING,
    averagePrice: NO_PRICE,
    lastPrice: NO_PRICE,
    commission: money('0', 'USD'),
    completedAt: at,
    reason,
    ...(endsAs === undefined ? {} : { rejectedAs: endsAs }),
  }
}

/** Signed: bought positive. */
export const signed = (order: Pick<NewVenueOrder, 'action'>, units: Quantity): Quantity =>
  order.action === 'BUY' ? units : fractionOf(units, -NANOS, NANOS)
