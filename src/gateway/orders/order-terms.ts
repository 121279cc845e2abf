/**
 * From what a client asked for to an order the venue takes, or IBKR's reason why not.
 *
 * A term that would change what the order does and is not simulated is refused, never passed over:
 * a client that believes its stop is a stop must not find a market order. Whether the terms fit each other is
 * the venue's to say.
 */
import { findTradable, type Found, type ListingVenue } from '#gateway/contracts/find-contract.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { dependentTerms } from '#gateway/orders/dependent-terms.ts'
import { pricingOf } from '#gateway/orders/order-prices.ts'
import { parseWireTime, wireDate } from '#gateway/venue-time.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'
import type { Exchange } from '#exchange/exchange.ts'
import { worksOutside } from '#exchange/orders/type-terms.ts'
import type { NewVenueOrder, TriggerMethod, VenueTimeInForce } from '#exchange/terms.ts'
import { format, type Quantity } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'
import type { EpochMs } from '#model/time.ts'
import { idealproMinimum } from '#schedules/forex-minimums.ts'

/** What the client may do now with an order it may have. */
export interface OrderTerms {
  readonly order: NewVenueOrder
  readonly found: Found<Instrument>
  readonly whatIf: boolean
  /** False: kept in TWS, not sent on. */
  readonly transmit: boolean
  /** What the client is told besides: the order lives. */
  readonly warnings: readonly ErrorAnswer[]
}

export type TermsVenue = ListingVenue & Pick<Exchange, 'account'>

/** Reads the terms; the first thing wrong, in the order TWS checks, is the answer. */
export function orderTerms(
  venue: TermsVenue,
  clientId: number,
  request: PlaceOrder,
): Result<OrderTerms, ErrorAnswer> {
  const { terms } = request
  const found = findTradable(venue, request.contract)
  if (!found.ok) return found
  const { instrument } = found.value
  const account = terms.account ?? ''
  if (account !== '' && account !== venue.account)
    return err(ERRORS.rejected('Invalid or missing IBCustAcctNo'))
  const unsupported = firstUnsupported(request)
  if (unsupported !== undefined) return err(unsupported)
  const action = actionOf(terms.action ?? '')
  if (!action.ok) return action
  const quantity = quantityOf(terms.totalQuantity ?? '', instrument)
  if (!quantity.ok) return quantity
  const priced = pricingOf(terms, action.value, instrument)
  if (!priced.ok) return priced
  const lifetime = lifetimeOf(terms, venue.now)
  if (!lifetime.ok) return lifetime
  const standing = standingOf(terms, instrument)
  if (!standing.ok) return standing
  const dependent = dependentTerms(request, venue)
  if (!dependent.ok) return dependent
  const { warnings, ...lives } = lifetime.value
  const order: NewVenueOrder = {
    instrument: instrument.id,
    action: action.value,
    quantity: quantity.value,
    ...priced.value,
    ...lives,
    ...standing.value,
    ...dependent.value,
    outsideRegularHours: isSet(terms.outsideRth),
    ...routeOf(found.value),
    owner: { clientId, orderId: request.orderId, orderRef: terms.orderRef ?? '' },
  }
  const ignored = order.outsideRegularHours && !worksOutside(order) ? [ERRORS.outsideIgnored()] : []
  return ok({
    order,
    found: found.value,
    whatIf: isSet(terms.whatIf),
    transmit: isSet(terms.transmit),
    warnings: [...warnings, ...ignored, ...oddLot(order, instrument)],
  })
}

/** An order in currencies below a whole lot lives, at IDEALPRO's odd-lot prices. */
function oddLot({ action, quantity }: NewVenueOrder, of: Instrument): readonly ErrorAnswer[] {
  const least = of.assetClass === 'CASH' ? idealproMinimum(of.symbol) : undefined
  if (least === undefined || quantity >= least) return []
  const line = `${action} ${format(quantity)} ${of.symbol}.${of.currency} Forex`
  return [ERRORS.oddLot(line, `${of.symbol} ${format(least)}`)]
}

type TermName = keyof PlaceOrder['terms']
type Terms = PlaceOrder['terms']

/** Terms that this gateway refuses when they are given: said, and neither 0 nor unset. */
const UNSUPPORTED_TERMS: readonly TermName[] = [
  'discretionaryAmt',
  'blockOrder',
  'sweepToFill',
  'cashQty',
  'hedgeType',
  'scalePriceIncrement',
  'deltaNeutralContractPresent',
  'percentOffset',
  'triggerPrice',
  'activeStartTime',
  'activeStopTime',
  'autoCancelParent',
]

function firstUnsupported({ terms }: PlaceOrder): ErrorAnswer | undefined {
  if (isGiven(terms.eTradeOnly)) return ERRORS.eTradeOnly()
  if (isGiven(terms.firmQuoteOnly)) return ERRORS.firmQuoteOnly()
  if (isGiven(terms.faGroup)) return ERRORS.advisorsOnly()
  const name = UNSUPPORTED_TERMS.find((term) => isGiven(terms[term]))
  return name === undefined ? undefined : ERRORS.notSimulated(name)
}

/** Clients say nothing in many ways: empty, 0, false, IBKR's unset numbers. */
export function isGiven(text: string | undefined): boolean {
  if (text === undefined || text === '' || text === '0' || text === '2147483647') return false
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

interface Lifetime extends Pick<NewVenueOrder, 'timeInForce' | 'goodTill' | 'goodAfter'> {
  readonly warnings: readonly ErrorAnswer[]
}

const TIMES_IN_FORCE: readonly VenueTimeInForce[] = ['DAY', 'GTC', 'IOC', 'FOK', 'GTD', 'OPG']

/** An order without a time in force gets the preset, and its client is told (10349). */
function lifetimeOf(terms: Terms, now: EpochMs): Result<Lifetime, ErrorAnswer> {
  const { tif = '', goodTillDate = '', goodAfterTime = '' } = terms
  const timeInForce = TIMES_IN_FORCE.find((known) => known === (tif === '' ? 'DAY' : tif.toUpperCase())) // prettier-ignore
  if (timeInForce === undefined) return err(ERRORS.badTimeInForce(tif))
  const goodTill = timeInForce === 'GTD' ? instantOf(goodTillDate, now) : undefined
  if (timeInForce === 'GTD' && goodTill === undefined) return err(ERRORS.badOrderTime())
  const goodAfter = goodAfterTime === '' ? undefined : instantOf(goodAfterTime, now)
  if (goodAfterTime !== '' && goodAfter === undefined) return err(ERRORS.badOrderTime())
  return ok({
    timeInForce,
    ...(goodTill === undefined ? {} : { goodTill }),
    ...(goodAfter === undefined ? {} : { goodAfter }),
    warnings: tif === '' ? [ERRORS.tifPreset()] : [],
  })
}

/** IBKR takes a time without a date as today's. */
const instantOf = (text: string, now: EpochMs): EpochMs | undefined =>
  parseWireTime(/^\d\d:/.test(text.trim()) ? `${wireDate(now)} ${text.trim()}` : text)

type Standing = Pick<
  NewVenueOrder,
  'displaySize' | 'hidden' | 'allOrNone' | 'minQuantity' | 'triggerMethod'
>

/** How the order stands in the book, and what elects it. */
function standingOf(terms: Terms, of: Instrument): Result<Standing, ErrorAnswer> {
  const displaySize = sizeOf('display size', terms.displaySize, of)
  if (!displaySize.ok) return displaySize
  const minQuantity = sizeOf('minimum quantity', terms.minQty, of)
  if (!minQuantity.ok) return minQuantity
  const triggerMethod = triggerMethodOf(terms.triggerMethod)
  if (triggerMethod === undefined) return err(ERRORS.badTriggerMethod())
  return ok({
    ...(displaySize.value === undefined ? {} : { displaySize: displaySize.value }),
    ...(minQuantity.value === undefined ? {} : { minQuantity: minQuantity.value }),
    ...(isSet(terms.hidden) ? { hidden: true } : {}),
    ...(isSet(terms.allOrNone) ? { allOrNone: true } : {}),
    ...(triggerMethod === 0 ? {} : { triggerMethod }),
  })
}

function sizeOf(
  name: string,
  text: string | undefined,
  of: Instrument,
): Result<Quantity | undefined, ErrorAnswer> {
  if (text === undefined || !isGiven(text)) return ok(undefined)
  const size = quantityOf(text, of)
  return size.ok ? size : err(ERRORS.invalid(`Invalid ${name} "${text}"`))
}

const TRIGGER_METHODS: readonly TriggerMethod[] = [0, 1, 2, 3, 4, 7, 8]

const triggerMethodOf = (text: string | undefined): TriggerMethod | undefined =>
  isGiven(text) ? TRIGGER_METHODS.find((known) => String(known) === text) : 0

/** Where it was sent, unless IBKR's router chooses, as it does where nobody has. */
const routeOf = ({ exchange, instrument }: Found): { readonly route?: string } =>
  exchange === 'SMART' || exchange === instrument.exchange ? {} : { route: exchange }
