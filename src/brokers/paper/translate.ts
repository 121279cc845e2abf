/** The venue's words → ours. Pure. */
import { magnitude, minus, negate, type Quantity } from '#model/fixed.ts'
import type { AccountId, ClientOrderId, PermId } from '#model/ids.ts'
import { isBuying, type OrderRequest } from '#model/order.ts'
import type { CompletedOrder, OpenOrder, Position } from '#model/account.ts'
import type { Instrument } from '#model/instrument.ts'
import type { BrokerReport, Commission, Execution, OrderStatus } from '#model/report.ts'
import { readClientOrderId } from '#execution/client-order-id.ts'
import type { VenueEvent, VenueExecution, VenueOrder, VenuePosition } from '#exchange/exchange.ts'
import type { NewVenueOrder, OrderOwner } from '#exchange/terms.ts'

/** An order as the venue takes it; regular hours only. */
export function venueOrderOf(request: OrderRequest, owner: OrderOwner): NewVenueOrder {
  const { instrument, quantity, orderType, limitPrice, timeInForce, goodTill } = request
  return {
    instrument,
    action: isBuying(request.side) ? 'BUY' : 'SELL',
    quantity,
    orderType,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    timeInForce,
    ...(goodTill === undefined ? {} : { goodTill }),
    outsideRegularHours: false,
    owner,
  }
}

/** What an event tells of orders, in IBKR's order: the trade, the order's state, the fee. */
export function reportsOf(event: VenueEvent, account: AccountId): BrokerReport[] {
  switch (event.type) {
    case 'OrderAccepted':
    case 'OrderReplaced':
    case 'OrderTriggered':
    case 'OrderAdjusted':
    case 'OrderCanceled':
    case 'OrderExpired':
      return [statusOf(event.order)]
    case 'OrderHeld':
      return [...warningOf(event), statusOf(event.order)]
    case 'OrderRejected':
      return [...refusalOf(event.order, 'order', event.refusal), statusOf(event.order)]
    case 'Traded':
    case 'ExecutionCorrected': // the higher suffix of its id says which one it replaces
      return [
        { type: 'Execution', execution: executionOf(event.execution, account) },
        statusOf(event.order),
        { type: 'Commission', commission: commissionOf(event.execution) },
      ]
    case 'ChangeRefused': // told by whoever asked for the change: the event names no owner
    case 'PositionChanged':
    case 'QuoteChanged':
    case 'DayTurned':
    // What moves the account without an order of ours is read from its snapshots.
    case 'ExecutionBusted':
    case 'CashBooked':
    case 'UnitsBooked':
    case 'ExerciseRefused':
    case 'CorporateActionTaken':
    case 'TradingHalted':
    case 'TradingResumed':
  }
  return []
}

type Refusal = Extract<VenueEvent, { readonly type: 'OrderRejected' }>['refusal']

/**
 * The venue's no, told to whoever owns the order.
 *
 * @param refused - the order, or our cancel of it
 */
export function refusalOf(
  { owner }: Pick<VenueOrder, 'owner'>,
  refused: 'order' | 'cancel',
  { code, reason }: Refusal,
): BrokerReport[] {
  const clientOrderId = clientOrderIdOf(owner)
  if (clientOrderId === undefined) return []
  return [{ type: 'OrderRefusal', refusal: { clientOrderId, refused, code, reason } }]
}

function warningOf({
  order,
  refusal: { code, reason },
}: Extract<VenueEvent, { readonly type: 'OrderHeld' }>): BrokerReport[] {
  const clientOrderId = clientOrderIdOf(order.owner)
  return clientOrderId === undefined ? [] : [{ type: 'OrderWarning', clientOrderId, code, reason }]
}

function statusOf(order: VenueOrder): BrokerReport {
  const { permId, instrument, status, filled, quantity, reason } = order
  const isOver = order.completedAt !== undefined
  const told: OrderStatus = {
    clientOrderId: clientOrderIdOf(order.owner),
    permId: permIdOf(permId),
    instrument,
    status,
    cumulative: filled,
    leaves: isOver ? minus(quantity, quantity) : minus(quantity, filled),
    reason,
  }
  return { type: 'OrderStatus', status: told }
}

/** A trade: signed. */
export function executionOf(of: VenueExecution, account: AccountId): Execution {
  return {
    execId: of.execId,
    clientOrderId: clientOrderIdOf(of.owner),
    permId: permIdOf(of.permId),
    account,
    instrument: of.instrument,
    quantity: of.side === 'SLD' ? negate(of.quantity) : of.quantity,
    price: of.price,
    venue: of.venue,
    at: of.at,
    liquidity: of.liquidity,
  }
}

/** The fee of a trade; the venue knows it at once. */
export const commissionOf = (of: VenueExecution): Commission => ({
  execId: of.execId,
  amount: of.commission,
  currency: of.currency,
  realizedPnl: of.realizedPnl,
})

/** An order on the books: signed. */
export function openOrderOf(order: VenueOrder): OpenOrder {
  const { owner, permId, instrument, quantity, filled, orderType, timeInForce, status } = order
  return {
    clientOrderId: clientOrderIdOf(owner),
    clientId: owner.clientId,
    permId: permIdOf(permId),
    instrument,
    quantity: signed(order, quantity),
    leaves: signed(order, minus(quantity, filled)),
    orderType,
    limitPrice: order.limitPrice,
    timeInForce,
    status,
  }
}

/** An order that is over. */
export function completedOrderOf(order: VenueOrder): CompletedOrder {
  const { owner, permId, instrument, quantity, filled, status, reason } = order
  return {
    clientOrderId: clientOrderIdOf(owner),
    permId: permIdOf(permId),
    instrument,
    quantity: signed(order, quantity),
    cumulative: magnitude(filled),
    status,
    reason,
  }
}

/**
 * A holding.
 *
 * @param of - its instrument as the venue lists it
 */
export const positionOf = (held: VenuePosition, of: Instrument): Position => ({
  instrument: held.instrument,
  conId: of.conId,
  quantity: held.quantity,
  averageCost: held.averageCost,
  currency: of.currency,
})

const signed = ({ action }: VenueOrder, quantity: Quantity): Quantity =>
  action === 'SELL' ? negate(quantity) : quantity

/** Our key, where an owner's reference is one. */
export const clientOrderIdOf = ({ orderRef }: OrderOwner): ClientOrderId | undefined =>
  readClientOrderId(orderRef)

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- brand of the venue's own number
const permIdOf = (permId: number): PermId => String(permId) as PermId
