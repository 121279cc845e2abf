/** Whether an order's terms make sense to the venue: checks without figures or state. */
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { onGrid } from '#exchange/book/market-maker.ts'
import { REFUSALS } from '#exchange/refusals.ts'

interface Question {
  readonly terms: NewVenueOrder
  readonly of: Instrument
  readonly now: EpochMs
}

/** Asked in this order; the first that is not met is the answer. */
const RULES: readonly (readonly [(of: Question) => boolean, VenueRefusal])[] = [
  [({ terms }) => terms.quantity > 0n, REFUSALS.zeroSize],
  [({ terms, of }) => terms.quantity % of.lot === 0n, REFUSALS.fractionalSize],
  [({ terms }) => terms.orderType === 'MKT' || hasLimit(terms), REFUSALS.noLimitPrice],
  [limitOnGrid, REFUSALS.offIncrement],
  [({ terms }) => terms.timeInForce !== 'GTD' || terms.goodTill !== undefined, REFUSALS.noGoodTill],
  [goodTillAhead, REFUSALS.goodTillPast],
]

/** Why the venue would not take these terms; undefined when it would. */
export function refusalOfTerms(
  terms: NewVenueOrder,
  of: Instrument,
  now: EpochMs,
): VenueRefusal | undefined {
  return RULES.find(([met]) => !met({ terms, of, now }))?.[1]
}

const hasLimit = ({ limitPrice }: NewVenueOrder): boolean =>
  limitPrice !== undefined && limitPrice > 0n

function limitOnGrid({ terms, of }: Question): boolean {
  if (terms.orderType === 'MKT' || terms.limitPrice === undefined) return true
  return onGrid(terms.limitPrice, of)
}

function goodTillAhead({ terms, now }: Question): boolean {
  return terms.timeInForce !== 'GTD' || terms.goodTill === undefined || terms.goodTill > now
}
