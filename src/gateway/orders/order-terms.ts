/**
 * From what a client asked for to an order the venue takes, or IBKR's reason why not.
 *
 * A term that would change what the order does and is not simulated is refused, never passed over:
 * a client that believes its stop is a stop must not find a market order.
 */
import { findOne, type Found } from '#gateway/contracts/find-contract.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { parseWireTime } from '#gateway/venue-time.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'
import type { Exchange } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { incrementAt } from '#model/border.ts'
import type { Price, Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { TimeInForce } from '#model/order.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'

/** What the client may do now with an order it may have. */
export interface OrderTerms {
  readonly order: NewVenueOrder
  readonly found: Found
  readonly whatIf: boolean
  /** False: kept in TWS, not sent on. */
  readonly transmit: boolean
  /** What the client is told besides: the order lives. */
  readonly warnings: readonly ErrorAnswer[]
}

/** Reads the terms; the first thing wrong, in the order TWS checks, is the answer. */
export function orderTerms(
  venue: Pick<Exchange, 'instruments' | 'account'>,
  clientId: number,
  request: PlaceOrder,
): Result<OrderTerms, ErrorAnswer> {
  const { terms } = request
  const found = findOne(venue.instruments, request.contract)
  if (!found.ok) return found
  const account = terms.account ?? ''
  if (account !== '' && account !== venue.account)
    return err(ERRORS.rejected('Invalid or missing IBCustAcctNo'))
  const unsupported = firstUnsupported(request)
  if (unsupported !== undefined) return err(unsupported)
  const action = actionOf(terms.action ?? '')
  if (!action.ok) return action
  const quantity = quantityOf(terms.totalQuantity ?? '', found.value.instrument)
  if (!quantity.ok) return quantity
  const priced = pricingOf(terms.orderType ?? '', terms.lmtPrice ?? '', found.value.instrument)
  if (!priced.ok) return priced
  const lifetime = lifetimeOf(terms.tif ?? '', terms.goodTillDate ?? '')
  if (!lifetime.ok) return lifetime
  const { timeInForce, goodTill, warnings } = lifetime.value
  return ok({
    order: {
      instrument: found.value.instrument.id,
      action: action.value,
      quantity: quantity.value,
      ...priced.value,
      timeInForce,
      ...(goodTill === undefined ? {} : { goodTill }),
      outsideRegularHours: isSet(terms.outsideRth),
      owner: { clientId, orderId: request.orderId, orderRef: terms.orderRef ?? '' },
    },
    found: found.value,
    whatIf: isSet(terms.whatIf),
    transmit: isSet(terms.transmit),
    warnings,
  })
}

type TermName = keyof PlaceOrder['terms']

/** Terms that this gateway refuses when they are given: said, and neither 0 nor unset. */
const UNSUPPORTED_TERMS: readonly TermName[] = [
  'parentId',
  'ocaGroup',
  'displaySize',
  'hidden',
  'allOrNone',
  'minQty',
  'goodAfterTime',
  'discretionaryAmt',
  'blockOrder',
  'sweepToFill',
  'cashQty',
  'faGroup',
  'hedgeType',
  'algoStrategy',
  'scalePriceIncrement',
  'deltaNeutralContractPresent',
  'triggerPrice',
  'activeStartTime',
  'activeStopTime',
]

function firstUnsupported({ terms, conditions }: PlaceOrder): ErrorAnswer | undefined {
  if (isGiven(terms.eTradeOnly)) return ERRORS.eTradeOnly()
  if (isGiven(terms.firmQuoteOnly)) return ERRORS.firmQuoteOnly()
  if (conditions.length > 0) return ERRORS.notSimulated('conditions')
  const name = UNSUPPORTED_TERMS.find((term) => isGiven(terms[term]))
  return name === undefined ? undefined : ERRORS.notSimulated(name)
}

/** Clients say nothing in many ways: empty, 0, false, IBKR's unset numbers. */
function isGiven(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === '2147483647') return false
  const value = decimalOf(text)
  return value === 'bad' ? text.toLowerCase() !== 'false' : value !== undefined && value !== 0n
}

function actionOf(text: string): Result<'BUY' | 'SELL', ErrorAnswer> {
  const action = text.toUpperCase()
  if (action === 'BUY' || action === 'SELL') return ok(action)
  return err(ERRORS.invalid(`Invalid action "${text}"; expected BUY or SELL`))
}

function quantityOf(text: string, { lot }: Instrument): Result<Quantity, ErrorAnswer> {
  const quantity = decimalOf(text)
  if (quantity === 'bad' || (quantity !== undefined && quantity < 0n))
    return err(ERRORS.invalid(`Invalid order size "${text}"`))
  if (quantity === undefined || quantity === 0n) return err(ERRORS.zeroSize())
  if (quantity % lot !== 0n) return err(ERRORS.fractional())
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wire's nanos become a quantity here
  return ok(quantity as Quantity)
}

type Pricing = Pick<NewVenueOrder, 'orderType' | 'limitPrice'>

function pricingOf(
  orderType: string,
  limit: string,
  { priceIncrements }: Instrument,
): Result<Pricing, ErrorAnswer> {
  const type = orderType.toUpperCase()
  if (type === 'MKT') return ok({ orderType: 'MKT' })
  if (type !== 'LMT') return err(ERRORS.orderTypeUnsupported())
  const nanos = decimalOf(limit)
  if (nanos === 'bad') return err(ERRORS.invalid(`Invalid limit price "${limit}"`))
  if (nanos === undefined) return err(ERRORS.incomplete('A limit order needs a limit price.'))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wire's nanos become a price here
  const limitPrice = nanos as Price
  if (limitPrice <= 0n || limitPrice % incrementAt(limitPrice, priceIncrements) !== 0n)
    return err(ERRORS.badIncrement())
  return ok({ orderType: 'LMT', limitPrice })
}

interface Lifetime {
  readonly timeInForce: TimeInForce
  readonly goodTill?: EpochMs
  readonly warnings: readonly ErrorAnswer[]
}

const TIMES_IN_FORCE: readonly TimeInForce[] = ['DAY', 'GTC', 'IOC', 'GTD']

/** An order without a time in force gets the preset, and its client is told (10349). */
function lifetimeOf(tif: string, goodTillDate: string): Result<Lifetime, ErrorAnswer> {
  if (tif === '') return ok({ timeInForce: 'DAY', warnings: [ERRORS.tifPreset()] })
  const timeInForce = TIMES_IN_FORCE.find((known) => known === tif.toUpperCase())
  if (timeInForce === undefined) return err(ERRORS.badTimeInForce(tif))
  if (timeInForce !== 'GTD') return ok({ timeInForce, warnings: [] })
  const goodTill = parseWireTime(goodTillDate)
  if (goodTill === undefined) return err(ERRORS.badGoodTill(goodTillDate))
  return ok({ timeInForce, goodTill, warnings: [] })
}
