/**
 * What the venue says when it will not, or not yet: IBKR's codes, and its words where they were seen.
 *
 * Texts marked *seen* are quoted from users' logs (ib_insync #245, #502, #656; scmhub/ibsync #10; the
 * message code page of the TWS API); the others have IBKR's code and words of ours.
 */
import { format, type Currency, type Money } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import { newYorkWallTime } from '#marketdata/calendar.ts'
import type { VenueOrder, VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'

/** Most working orders of one side in one contract (IBKR, order limitations). */
export const MOST_ORDERS_A_SIDE = 20

/** Refusals that need no figures. */
export const REFUSALS = {
  /** Seen. */
  unknownInstrument: {
    code: 200,
    reason: 'No security definition has been found for the request',
  },
  zeroSize: { code: 434, reason: 'The order size cannot be zero.' },
  /** Seen. */
  offIncrement: {
    code: 110,
    reason: 'The price does not conform to the minimum price variation for this contract.',
  },
  fractionalSize: {
    code: 10243,
    reason: 'Fractional-sized order cannot be placed via API. The size must be a multiple of the lot.', // prettier-ignore
  },
  noLimitPrice: {
    code: 321,
    reason: 'Error validating request: a limit order needs a limit price above zero.',
  },
  noGoodTill: {
    code: 391,
    reason: 'The date, time, or time-zone entered is invalid: GTD needs a good-till date.',
  },
  goodTillPast: {
    code: 201,
    reason: 'Order rejected - reason:The good-till date of the order has already passed.',
  },
  /** Seen. */
  closed: { code: 201, reason: 'Order rejected - reason:Exchange is closed.' },
  tooManyOrders: {
    code: 201,
    reason: `Order rejected - reason:There are already ${MOST_ORDERS_A_SIDE} working orders on this side of the contract.`,
  },
  /** Seen: the code; held, not rejected. */
  halted: { code: 154, reason: 'Orders cannot be transmitted for a halted security.' },
  /** Seen; held, not rejected. */
  locating: {
    code: 404,
    reason:
      'Shares for this order are not immediately available for short sale. The order will be held while we attempt to locate the shares.',
  },
  /** Seen. */
  alreadyFilled: { code: 104, reason: 'Cannot modify a filled order.' },
  notModifiable: { code: 105, reason: 'Order being modified does not match original order.' },
  belowFilled: {
    code: 104,
    reason: 'Cannot modify a filled order: the new size is not above what has filled.',
  },
} as const satisfies Readonly<Record<string, VenueRefusal>>

/**
 * Terms that do not fit each other. Codes and the first words are those of IBKR's list of message codes; what
 * stands after a colon says which term it was.
 */
export const TERM_REFUSALS = {
  unsupportedType: {
    code: 387,
    reason: 'Unsupported order type for this exchange and security type.',
  },
  noStopPrice: { code: 403, reason: 'Invalid stop price.' },
  noTrail: { code: 158, reason: 'You must specify an offset amount or a percent offset value.' },
  badTrail: {
    code: 159,
    reason: 'The percent offset value must be between 0% and 100%, an amount above zero.',
  },
  noLimitOffset: {
    code: 321,
    reason:
      'Error validating request: a trailing limit order needs a limit offset of zero or more.',
  },
  badPegOffset: {
    code: 321,
    reason: 'Error validating request: the offset of a relative order is zero or more.',
  },
  badTriggerMethod: { code: 146, reason: 'Invalid trigger method.' },
  badTimeInForce: { code: 111, reason: 'The TIF (Tif type) and the order type are incompatible.' },
  auctionIsForTheDay: {
    code: 113,
    reason: 'The Tif option should be set to DAY for MOC and LOC orders.',
  },
  badGoodAfter: {
    code: 391,
    reason:
      'The time or time-zone entered is invalid: an order begins before it ends, and what trades at once does not wait.',
  },
  cannotBeHidden: {
    code: 152,
    reason: "The 'hidden' order attribute may not be specified for this order.",
  },
  badDisplaySize: {
    code: 321,
    reason:
      'Error validating request: a display size is a whole number of lots of an order that rests and shows.',
  },
  badMinimum: {
    code: 321,
    reason:
      'Error validating request: a minimum quantity is a whole number of lots within an order that is not all-or-none.',
  },
  tooLateForAuction: {
    code: 201,
    reason:
      'Order rejected - reason:It is too late for orders of this type to take part in the auction.',
  },
} as const satisfies Readonly<Record<string, VenueRefusal>>

/** 321: a price that an order of this type has no use for. */
export const notATerm = (term: string, orderType: string): VenueRefusal => ({
  code: 321,
  reason: `Error validating request: a ${term} is no term of ${orderType} orders.`,
})

/** Seen: 399, with the order's line and the session's start in the exchange's time. */
export function heldUntil(order: NewVenueOrder, of: Instrument, opensAt: EpochMs): VenueRefusal {
  const listing = of.assetClass === 'STK' ? of.primaryExchange : of.exchange
  const line = `${order.action} ${format(order.quantity)} ${of.symbol} ${listing}`
  const until = `${newYorkWallTime(opensAt)} US/Eastern`
  return {
    code: 399,
    reason: `Order Message:\n${line}\nWarning: your order will not be placed at the exchange until ${until}`,
  }
}

/** Seen: 201, the equity with loan the trade would leave against the initial margin it would need. */
export function marginTooSmall(
  equityWithLoan: Money<Currency>,
  initialMargin: Money<Currency>,
  currency: Currency,
): VenueRefusal {
  const [equity, margin] = [inCents(equityWithLoan), inCents(initialMargin)]
  return {
    code: 201,
    reason: `Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR EQUITY WITH LOAN VALUE [${equity} ${currency}] MUST EXCEED THE INITIAL MARGIN [${margin} ${currency}]`,
  }
}

/** Seen: 10147, 10148 and 161, by what became of the order. */
export function notCancelable(permId: number, order: VenueOrder | undefined): VenueRefusal {
  if (order === undefined)
    return { code: 10147, reason: `OrderId ${permId} that needs to be cancelled is not found.` }
  if (order.status === 'rejected') return notCancelableNow(permId)
  const state = order.status === 'filled' ? 'Filled' : 'Cancelled'
  return {
    code: 10148,
    reason: `OrderId ${order.owner.orderId} that needs to be cancelled can not be cancelled, state: ${state}.`,
  }
}

/** Seen: 161. */
export const notCancelableNow = (permId: number): VenueRefusal => ({
  code: 161,
  reason: `Cancel attempted when order is not in a cancellable state. Order permId = ${permId}`,
})

const inCents = (amount: Money<Currency>): string => {
  const [whole = '0', places = ''] = format(amount, 2).split('.')
  return `${whole}.${places.slice(0, 2)}`
}
