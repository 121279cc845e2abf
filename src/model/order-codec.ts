/** Order requests in the journal's JSON. */
import { absentable, exact, integer, oneOf, record, text, type Codec } from '#model/codec.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { OrderRequest, OrderType, Side } from '#model/order.ts'

export const SIDE: Codec<Side> = oneOf('COVER', 'SELL', 'BUY', 'SHORT')
export const ORDER_TYPE: Codec<OrderType> = oneOf('MKT', 'LMT')

export const ORDER_REQUEST: Codec<OrderRequest> = record<OrderRequest>({
  id: text<ClientOrderId>(),
  instrument: text<InstrumentId>(),
  side: SIDE,
  quantity: exact<Quantity>(),
  orderType: ORDER_TYPE,
  limitPrice: absentable(exact<Price>()),
  timeInForce: oneOf('DAY', 'GTC', 'IOC', 'GTD'),
  goodTill: absentable(integer),
})
