/**
 * The prices of an order as PLACE_ORDER has them: which field means what depends on the type.
 *
 * `auxPrice` is the stop of STP and STP LMT, the touch of MIT and LIT, the trailing amount of TRAIL and TRAIL
 * LIMIT, and the offset of REL. A trailing order may give `trailingPercent` instead of an amount, `trailStopPrice`
 * for where it begins, and TRAIL LIMIT the distance of its limit either as `lmtPriceOffset` or as a first
 * `lmtPrice`. A field that a type has no use for is passed over: clients leave what an earlier order had there.
 * Unset is empty, 0 or the largest double, as each client has it.
 */
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { PlaceOrder } from '#gateway/messages/place-order.ts'
import { decimalOf } from '#gateway/wire/field-reader.ts'
import type { NewVenueOrder, VenueOrderType } from '#exchange/terms.ts'
import { incrementAt, toNumber } from '#model/border.ts'
import { minus, plus, type Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import { err, ok, type Result } from '#model/result.ts'

/** What an order's type and its price fields say. */
export type Pricing = Pick<
  NewVenueOrder,
  'orderType' | 'limitPrice' | 'triggerPrice' | 'trail' | 'limitOffset' | 'pegOffset'
>

/** What clients write, spaces left out: IBKR's own names and the older ones it still takes. */
const ORDER_TYPES: Readonly<Record<string, VenueOrderType>> = {
  MKT: 'MKT',
  LMT: 'LMT',
  STP: 'STP',
  STPLMT: 'STP LMT',
  TRAIL: 'TRAIL',
  TRAILLIMIT: 'TRAIL LIMIT',
  TRAILLMT: 'TRAIL LIMIT',
  MIT: 'MIT',
  LIT: 'LIT',
  MOC: 'MOC',
  MKTCLS: 'MOC',
  LOC: 'LOC',
  LMTCLS: 'LOC',
  MIDPRICE: 'MIDPRICE',
  REL: 'REL',
}

type Terms = PlaceOrder['terms']
type Part = Partial<Omit<Pricing, 'orderType'>>

interface Question {
  readonly terms: Terms
  readonly action: 'BUY' | 'SELL'
  readonly of: Instrument
}

type Reader = (asked: Question, soFar: Part) => Result<Part, ErrorAnswer>

/** What is read for a type, in this order. */
const READERS: Readonly<Record<VenueOrderType, readonly Reader[]>> = {
  MKT: [],
  LMT: [limit],
  STP: [trigger],
  'STP LMT': [limit, trigger],
  TRAIL: [trail, firstStop],
  'TRAIL LIMIT': [trail, firstStop, limitOffset],
  MIT: [trigger],
  LIT: [limit, trigger],
  MOC: [],
  LOC: [limit],
  MIDPRICE: [cap],
  REL: [cap, pegOffset],
}

/** The type and its prices; 387 for a type that is not traded here. */
export function pricingOf(
  terms: Terms,
  action: 'BUY' | 'SELL',
  of: Instrument,
): Result<Pricing, ErrorAnswer> {
  const orderType = ORDER_TYPES[(terms.orderType ?? '').replaceAll(' ', '').toUpperCase()]
  if (orderType === undefined) return err(ERRORS.orderTypeUnsupported())
  let part: Part = {}
  for (const read of READERS[orderType]) {
    const found = read({ terms, action, of }, part)
    if (!found.ok) return found
    part = { ...part, ...found.value }
  }
  return ok({ orderType, ...part })
}

function limit({ terms, of }: Question): Result<Part, ErrorAnswer> {
  const limitPrice = priceOf('limit price', terms.lmtPrice)
  if (!limitPrice.ok) return limitPrice
  if (limitPrice.value === undefined) return err(ERRORS.incomplete('A limit order needs a limit price.')) // prettier-ignore
  if (!isOnGrid(limitPrice.value, of)) return err(ERRORS.badIncrement())
  return ok({ limitPrice: limitPrice.value })
}

function trigger({ terms, of }: Question): Result<Part, ErrorAnswer> {
  const triggerPrice = given(priceOf('stop price', terms.auxPrice))
  if (!triggerPrice.ok) return triggerPrice
  if (triggerPrice.value === undefined || triggerPrice.value < 0n) return err(ERRORS.badStopPrice())
  if (!isOnGrid(triggerPrice.value, of)) return err(ERRORS.badIncrement())
  return ok({ triggerPrice: triggerPrice.value })
}

function trail({ terms }: Question): Result<Part, ErrorAnswer> {
  const amount = given(priceOf('trailing amount', terms.auxPrice))
  if (!amount.ok) return amount
  const percent = given(priceOf('trailing percent', terms.trailingPercent))
  if (!percent.ok) return percent
  if (amount.value !== undefined && percent.value !== undefined)
    return err(ERRORS.invalid('Either a trailing amount or a trailing percent can be given, not both')) // prettier-ignore
  if (amount.value !== undefined) return ok({ trail: { amount: amount.value } })
  if (percent.value === undefined) return err(ERRORS.noTrail())
  return ok({ trail: { fraction: toNumber(percent.value) / 100 } })
}

function firstStop({ terms, of }: Question): Result<Part, ErrorAnswer> {
  const stop = given(priceOf('trailing stop price', terms.trailStopPrice))
  if (!stop.ok) return stop
  if (stop.value === undefined) return ok({})
  if (!isOnGrid(stop.value, of)) return err(ERRORS.badIncrement())
  return ok({ triggerPrice: stop.value })
}

function limitOffset(
  { terms, action }: Question,
  { triggerPrice }: Part,
): Result<Part, ErrorAnswer> {
  const offset = priceOf('limit price offset', terms.lmtPriceOffset)
  if (!offset.ok) return offset
  if (offset.value !== undefined) return ok({ limitOffset: offset.value })
  const first = given(priceOf('limit price', terms.lmtPrice))
  if (!first.ok) return first
  if (first.value === undefined || triggerPrice === undefined)
    return err(ERRORS.incomplete('A trailing limit order needs a limit price offset, or a limit price and a trailing stop price.')) // prettier-ignore
  const distance = action === 'SELL' ? minus(triggerPrice, first.value) : minus(first.value, triggerPrice) // prettier-ignore
  return ok({ limitOffset: distance })
}

function cap({ terms, of }: Question): Result<Part, ErrorAnswer> {
  const limitPrice = given(priceOf('limit price', terms.lmtPrice))
  if (!limitPrice.ok) return limitPrice
  if (limitPrice.value === undefined) return ok({})
  if (!isOnGrid(limitPrice.value, of)) return err(ERRORS.badIncrement())
  return ok({ limitPrice: limitPrice.value })
}

function pegOffset({ terms }: Question): Result<Part, ErrorAnswer> {
  const offset = given(priceOf('offset', terms.auxPrice))
  if (!offset.ok) return offset
  return ok(offset.value === undefined ? {} : { pegOffset: offset.value })
}

function priceOf(name: string, text = ''): Result<Price | undefined, ErrorAnswer> {
  const nanos = decimalOf(text)
  if (nanos === 'bad') return err(ERRORS.invalid(`Invalid ${name} "${text}"`))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wire's nanos become a price here
  return ok(nanos as Price | undefined)
}

/** Where a price makes no sense at 0, that is how some clients leave it out. */
const given = (
  read: Result<Price | undefined, ErrorAnswer>,
): Result<Price | undefined, ErrorAnswer> => (read.ok && read.value === 0n ? ok(undefined) : read)

const isOnGrid = (at: Price, { priceIncrements }: Instrument): boolean =>
  at > 0n && at % incrementAt(at, priceIncrements) === 0n

/** Where the limit of a trailing limit order stands behind its stop. */
export const trailedLimit = (
  { action, limitOffset: offset }: Pick<NewVenueOrder, 'action' | 'limitOffset'>,
  stop: Price,
): Price | undefined => {
  if (offset === undefined) return undefined
  return action === 'SELL' ? minus(stop, offset) : plus(stop, offset)
}
