/**
 * Whether an order's terms make sense to the venue: checks without figures or state, each with IBKR's code.
 *
 * `type-terms.ts` says what each type takes; here is what is said to an order that has more or less.
 */
import type { Price } from '#model/fixed.ts'
import type { Instrument } from '#model/instrument.ts'
import type { EpochMs } from '#model/time.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder } from '#exchange/terms.ts'
import { onGrid } from '#exchange/book/market-maker.ts'
import { fitsClass } from '#exchange/orders/triggers.ts'
import { TYPE_TERMS, hasTrigger, type TypeTerms } from '#exchange/orders/type-terms.ts'
import { REFUSALS, TERM_REFUSALS, notATerm } from '#exchange/refusals.ts'

interface Question {
  readonly terms: NewVenueOrder
  readonly of: Instrument
  readonly now: EpochMs
  readonly takes: TypeTerms
}

type Rule = readonly [(asked: Question) => boolean, VenueRefusal]

/** Asked in this order; the first that is not met is the answer. */
const RULES: readonly Rule[] = [
  [({ terms }) => terms.quantity > 0n, REFUSALS.zeroSize],
  [({ terms, of }) => terms.quantity % of.lot === 0n, REFUSALS.fractionalSize],
  [({ takes, of }) => takes.classes.includes(of.assetClass), TERM_REFUSALS.unsupportedType],
  [({ terms, takes }) => takes.limit !== 'needed' || isPositive(terms.limitPrice), REFUSALS.noLimitPrice], // prettier-ignore
  [({ terms, takes }) => takes.limit !== 'may' || isPositive(terms.limitPrice ?? 1n), REFUSALS.noLimitPrice], // prettier-ignore
  [({ terms, takes }) => takes.trigger !== 'needed' || isPositive(terms.triggerPrice), TERM_REFUSALS.noStopPrice], // prettier-ignore
  [({ terms }) => isPositive(terms.triggerPrice ?? 1n), TERM_REFUSALS.noStopPrice],
  [({ terms, takes }) => takes.trail === 'no' || terms.trail !== undefined, TERM_REFUSALS.noTrail],
  [trailMakesSense, TERM_REFUSALS.badTrail],
  [({ terms, takes }) => takes.limitOffset === 'no' || (terms.limitOffset ?? -1n) >= 0n, TERM_REFUSALS.noLimitOffset], // prettier-ignore
  [({ terms }) => (terms.pegOffset ?? 0n) >= 0n, TERM_REFUSALS.badPegOffset],
  [pricesOnGrid, REFUSALS.offIncrement],
  [triggerMethodFits, TERM_REFUSALS.badTriggerMethod],
  [({ terms, takes }) => terms.orderType === 'MOC' || terms.orderType === 'LOC' ? takes.timesInForce.includes(terms.timeInForce) : true, TERM_REFUSALS.auctionIsForTheDay], // prettier-ignore
  [({ terms, takes }) => takes.timesInForce.includes(terms.timeInForce), TERM_REFUSALS.badTimeInForce], // prettier-ignore
  [({ terms, of }) => terms.timeInForce !== 'OPG' || of.assetClass === 'STK', TERM_REFUSALS.unsupportedType], // prettier-ignore
  [({ terms }) => terms.timeInForce !== 'GTD' || terms.goodTill !== undefined, REFUSALS.noGoodTill],
  [goodTillAhead, REFUSALS.goodTillPast],
  [goodAfterMakesSense, TERM_REFUSALS.badGoodAfter],
  [({ terms, takes }) => terms.hidden !== true || takes.rests, TERM_REFUSALS.cannotBeHidden],
  [displaySizeMakesSense, TERM_REFUSALS.badDisplaySize],
  [minimumMakesSense, TERM_REFUSALS.badMinimum],
]

/** Why the venue would not take these terms; undefined when it would. */
export function refusalOfTerms(
  terms: NewVenueOrder,
  of: Instrument,
  now: EpochMs,
): VenueRefusal | undefined {
  const takes = TYPE_TERMS[terms.orderType]
  const asked = { terms, of, now, takes }
  return RULES.find(([met]) => !met(asked))?.[1] ?? strangerTerm(asked)
}

const isPositive = (at: bigint | undefined): boolean => at !== undefined && at > 0n

/** A price that the type has no use for: the client means another order than the one it names. */
function strangerTerm({ terms, takes }: Question): VenueRefusal | undefined {
  const strangers: readonly (readonly [string, unknown, boolean])[] = [
    ['limit price', terms.limitPrice, takes.limit === 'no'],
    ['stop price', terms.triggerPrice, takes.trigger === 'no'],
    ['trailing amount', terms.trail, takes.trail === 'no'],
    ['limit offset', terms.limitOffset, takes.limitOffset === 'no'],
    ['offset', terms.pegOffset, takes.pegOffset === 'no'],
  ]
  const found = strangers.find(([, value, isStrange]) => value !== undefined && isStrange)
  return found === undefined ? undefined : notATerm(found[0], terms.orderType)
}

/** IBKR's code 159: a percentage lies between 0 and 100. */
function trailMakesSense({ terms: { trail } }: Question): boolean {
  if (trail === undefined) return true
  return 'amount' in trail ? trail.amount > 0n : trail.fraction > 0 && trail.fraction < 1
}

/** Stops and amounts keep to the increment like limits do. */
function pricesOnGrid({ terms, of }: Question): boolean {
  const { limitPrice, triggerPrice, trail, limitOffset, pegOffset } = terms
  const amount = trail !== undefined && 'amount' in trail ? trail.amount : undefined
  const given: readonly (Price | undefined)[] = [limitPrice, triggerPrice]
  const steps = [amount, limitOffset, pegOffset]
  return (
    given.every((at) => at === undefined || onGrid(at, of)) &&
    steps.every((step) => step === undefined || step % finestStep(of) === 0n)
  )
}

/** Distances may be given in the finest step the ladder has. */
const finestStep = ({ priceIncrements }: Instrument): bigint =>
  priceIncrements.reduce<bigint>(
    (least, { increment }) => (increment < least ? increment : least),
    priceIncrements[0]?.increment ?? 1n,
  )

function triggerMethodFits({ terms, of }: Question): boolean {
  const { triggerMethod = 0, orderType } = terms
  if (triggerMethod === 0) return true
  return hasTrigger(orderType) && fitsClass(triggerMethod, of.assetClass)
}

function goodTillAhead({ terms, now }: Question): boolean {
  return terms.timeInForce !== 'GTD' || terms.goodTill === undefined || terms.goodTill > now
}

/** What must trade at once cannot wait, and nothing ends before it begins. */
function goodAfterMakesSense({ terms }: Question): boolean {
  const { goodAfter, goodTill, timeInForce } = terms
  if (goodAfter === undefined) return true
  if (timeInForce === 'IOC' || timeInForce === 'FOK') return false
  return goodTill === undefined || goodAfter < goodTill
}

function displaySizeMakesSense({ terms, of, takes }: Question): boolean {
  const { displaySize, hidden, allOrNone } = terms
  if (displaySize === undefined) return true
  if (!takes.rests || hidden === true || allOrNone === true) return false
  return displaySize > 0n && displaySize % of.lot === 0n
}

function minimumMakesSense({ terms, of }: Question): boolean {
  const { minQuantity, allOrNone, quantity } = terms
  if (minQuantity === undefined) return true
  return (
    allOrNone !== true && minQuantity > 0n && minQuantity <= quantity && minQuantity % of.lot === 0n
  )
}
