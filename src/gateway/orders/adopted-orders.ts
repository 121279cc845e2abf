/**
 * Orders that no client of ours placed: what a person typed into TWS (client 0, order id 0) and what the
 * broker does by itself. They are written as if somebody had asked for them, so that they are shown like the others.
 */
import { contractBlock } from '#gateway/contracts/listing.ts'
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import type { DeskOrder } from '#gateway/orders/order-registry.ts'
import { wireTime } from '#gateway/venue-time.ts'
import type { Exchange, VenueOrder } from '#exchange/exchange.ts'
import type { VenueOrderType } from '#exchange/terms.ts'
import { format } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'

/** Undefined for an instrument that is not listed. */
export function asDeskOrder(
  venue: Pick<Exchange, 'directory'>,
  order: VenueOrder,
): DeskOrder | undefined {
  const instrument = venue.directory.byId(order.instrument)
  if (instrument === undefined || instrument.assetClass === 'IND') return undefined
  return { instrument, route: instrument.exchange, request: requestOf(order, instrument), venue: order } // prettier-ignore
}

/** Types whose `auxPrice` is their stop or touch. */
const STOPS: ReadonlySet<VenueOrderType> = new Set(['STP', 'STP LMT', 'MIT', 'LIT'])

function requestOf(order: VenueOrder, of: Instrument): PlaceOrder {
  const block = contractBlock(of)
  return {
    orderId: order.owner.orderId,
    contract: {
      conId: String(of.conId),
      symbol: of.symbol,
      secType: of.assetClass,
      lastTradeDate: block.lastTradeDateOrContractMonth,
      strike: block.strike,
      right: block.right,
      multiplier: block.multiplier,
      exchange: of.exchange,
      primaryExchange: '',
      currency: of.currency,
      localSymbol: block.localSymbol,
      tradingClass: block.tradingClass,
    },
    legs: [],
    legPrices: [],
    routingParams: [],
    algoParams: [],
    conditions: [],
    terms: {
      action: order.action,
      totalQuantity: format(order.quantity),
      orderType: order.orderType,
      tif: order.timeInForce,
      orderRef: order.owner.orderRef,
      outsideRth: order.outsideRegularHours ? '1' : '0',
      hidden: order.hidden === true ? '1' : '0',
      allOrNone: order.allOrNone === true ? '1' : '0',
      transmit: '1',
      ...pricesOf(order),
      ...(order.displaySize === undefined ? {} : { displaySize: format(order.displaySize) }),
      ...(order.minQuantity === undefined ? {} : { minQty: format(order.minQuantity) }),
      ...(order.goodTill === undefined ? {} : { goodTillDate: wireTime(order.goodTill) }),
      ...(order.goodAfter === undefined ? {} : { goodAfterTime: wireTime(order.goodAfter) }),
    },
  }
}

function pricesOf(order: VenueOrder): PlaceOrder['terms'] {
  const { limitPrice, triggerPrice, trail, limitOffset, pegOffset, orderType } = order
  const aux = STOPS.has(orderType) ? triggerPrice : trail === undefined ? pegOffset : 'amount' in trail ? trail.amount : undefined // prettier-ignore
  return {
    ...(limitPrice === undefined ? {} : { lmtPrice: format(limitPrice) }),
    ...(aux === undefined ? {} : { auxPrice: format(aux) }),
    ...(trail === undefined || triggerPrice === undefined ? {} : { trailStopPrice: format(triggerPrice) }), // prettier-ignore
    ...(trail !== undefined && 'fraction' in trail ? { trailingPercent: percentOf(trail.fraction) } : {}), // prettier-ignore
    ...(limitOffset === undefined ? {} : { lmtPriceOffset: format(limitOffset) }),
  }
}

const percentOf = (fraction: number): string => String(Number((fraction * 100).toFixed(6)))
