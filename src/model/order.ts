/** An order as we ask for it, in FIX's words where FIX has one. */
import { negate, type Price, type Quantity } from '#model/fixed.ts'
import type { ClientOrderId, InstrumentId } from '#model/ids.ts'
import type { EpochMs } from '#model/time.ts'

/**
 * Why we trade, as the plan prints it. COVER and SELL reduce (phase A); BUY and SHORT add (phase B).
 * A flip is two lines: SELL to flat, then SHORT; or COVER to flat, then BUY.
 */
export type Side = 'COVER' | 'SELL' | 'BUY' | 'SHORT'

export const isReducing = (side: Side): boolean => side === 'COVER' || side === 'SELL'
export const isBuying = (side: Side): boolean => side === 'COVER' || side === 'BUY'

/** LMT carries `limitPrice`; the others join with the execution issue's order types. */
export type OrderType = 'MKT' | 'LMT'

/** Always explicit on the wire, or IBKR's presets change it (error 10349). */
export type TimeInForce = 'DAY' | 'GTC' | 'IOC' | 'GTD'

export interface OrderRequest {
  /** Our key; travels as IBKR's orderRef. Never submitted twice. */
  readonly id: ClientOrderId
  readonly instrument: InstrumentId
  readonly side: Side
  /** > 0, a multiple of the lot; the direction is in `side`. */
  readonly quantity: Quantity
  readonly orderType: OrderType
  /** Only with LMT, on the price increment. */
  readonly limitPrice?: Price
  readonly timeInForce: TimeInForce
  /** Only with GTD, broker's clock, whole seconds. */
  readonly goodTill?: EpochMs
}

/** +quantity for a buy or a cover, −quantity for a sale or a short. */
export const signedQuantity = (of: Pick<OrderRequest, 'side' | 'quantity'>): Quantity =>
  isBuying(of.side) ? of.quantity : negate(of.quantity)
