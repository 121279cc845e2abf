/**
 * PLACE_ORDER, the longest request: 114 fields at version 178, more where a block's own condition
 * says so (IBKR’s EClient.placeOrder).
 *
 * Every field is kept as text under IBKR's name, because OPEN_ORDER echoes them all; what the
 * gateway acts on is read from there (`requests/orders/order-terms.ts`). A request with too few or
 * too many fields has slipped, and would be another order than the one meant: it is refused.
 */
import { err, ok, type Result } from '#model/result.ts'
import { readContract, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { decimalOf, type FieldReader } from '#gateway/wire/field-reader.ts'
import { FA_PROFILE_DROPPED } from '#gateway/wire/handshake.ts'
import { ownEntry } from '#model/own-entry.ts'

const ORDER_HEAD = [
  'secIdType',
  'secId',
  'action',
  'totalQuantity',
  'orderType',
  'lmtPrice',
  'auxPrice',
  'tif',
  'ocaGroup',
  'account',
  'openClose',
  'origin',
  'orderRef',
  'transmit',
  'parentId',
  'blockOrder',
  'sweepToFill',
  'displaySize',
  'triggerMethod',
  'outsideRth',
  'hidden',
] as const

const ALLOCATION = [
  'sharesAllocation',
  'discretionaryAmt',
  'goodAfterTime',
  'goodTillDate',
  'faGroup',
  'faMethod',
  'faPercentage',
] as const

const TERMS = [
  'modelCode',
  'shortSaleSlot',
  'designatedLocation',
  'exemptCode',
  'ocaType',
  'rule80A',
  'settlingFirm',
  'allOrNone',
  'minQty',
  'percentOffset',
  'eTradeOnly',
  'firmQuoteOnly',
  'nbboPriceCap',
  'auctionStrategy',
  'startingPrice',
  'stockRefPrice',
  'delta',
  'stockRangeLower',
  'stockRangeUpper',
  'overridePercentageConstraints',
  'volatility',
  'volatilityType',
  'deltaNeutralOrderType',
  'deltaNeutralAuxPrice',
] as const

const DELTA_NEUTRAL = [
  'deltaNeutralConId',
  'deltaNeutralSettlingFirm',
  'deltaNeutralClearingAccount',
  'deltaNeutralClearingIntent',
  'deltaNeutralOpenClose',
  'deltaNeutralShortSale',
  'deltaNeutralShortSaleSlot',
  'deltaNeutralDesignatedLocation',
] as const

const SCALE = [
  'continuousUpdate',
  'referencePriceType',
  'trailStopPrice',
  'trailingPercent',
  'scaleInitLevelSize',
  'scaleSubsLevelSize',
  'scalePriceIncrement',
] as const

const SCALE_DETAIL = [
  'scalePriceAdjustValue',
  'scalePriceAdjustInterval',
  'scaleProfitOffset',
  'scaleAutoReset',
  'scaleInitPosition',
  'scaleInitFillQty',
  'scaleRandomPercent',
] as const

const CLEARING = [
  'optOutSmartRouting',
  'clearingAccount',
  'clearingIntent',
  'notHeld',
  'deltaNeutralContractPresent',
] as const

const FLAGS = [
  'algoId',
  'whatIf',
  'orderMiscOptions',
  'solicited',
  'randomizeSize',
  'randomizePrice',
] as const

const PEG_BENCH = [
  'referenceContractId',
  'isPeggedChangeAmountDecrease',
  'peggedChangeAmount',
  'referenceChangeAmount',
  'referenceExchangeId',
] as const

const TAIL = [
  'adjustedOrderType',
  'triggerPrice',
  'lmtPriceOffset',
  'adjustedStopPrice',
  'adjustedStopLimitPrice',
  'adjustedTrailingAmount',
  'adjustableTrailingUnit',
  'extOperator',
  'softDollarTierName',
  'softDollarTierValue',
  'cashQty',
  'mifid2DecisionMaker',
  'mifid2DecisionAlgo',
  'mifid2ExecutionTrader',
  'mifid2ExecutionAlgo',
  'dontUseAutoPriceForHedge',
  'isOmsContainer',
  'discretionaryUpToLimitPrice',
  'usePriceMgmtAlgo',
  'duration',
  'postToAts',
  'autoCancelParent',
  'advancedErrorOverride',
  'manualOrderTime',
] as const

const LEG = [
  'conId',
  'ratio',
  'action',
  'exchange',
  'openClose',
  'shortSaleSlot',
  'designatedLocation',
  'exemptCode',
] as const

/** A condition's own fields, by its type. */
const CONDITION_BODY: Readonly<Record<string, readonly string[]>> = {
  '1': ['isMore', 'price', 'conId', 'exchange', 'triggerMethod'],
  '3': ['isMore', 'time'],
  '4': ['isMore', 'percent'],
  '5': ['secType', 'exchange', 'symbol'],
  '6': ['isMore', 'volume', 'conId', 'exchange'],
  '7': ['isMore', 'change', 'conId', 'exchange'],
}

const MOST_GROUPS = 100

const ACTIVE = ['scaleTable', 'activeStartTime', 'activeStopTime', 'hedgeType'] as const
const DELTA_NEUTRAL_CONTRACT = [
  'deltaNeutralContractConId',
  'deltaNeutralContractDelta',
  'deltaNeutralContractPrice',
] as const
const CONDITION_FLAGS = ['conditionsIgnoreRth', 'conditionsCancelOrder'] as const

/** What every order says. */
const ALWAYS = [
  ...ORDER_HEAD,
  ...ALLOCATION,
  ...TERMS,
  ...SCALE,
  ...ACTIVE,
  ...CLEARING,
  'algoStrategy',
  ...FLAGS,
  ...TAIL,
] as const

type AlwaysName = (typeof ALWAYS)[number]

type OrderFieldName =
  | AlwaysName
  | 'faProfile'
  | (typeof DELTA_NEUTRAL)[number]
  | (typeof SCALE_DETAIL)[number]
  | 'hedgeParam'
  | (typeof DELTA_NEUTRAL_CONTRACT)[number]
  | (typeof PEG_BENCH)[number]
  | (typeof CONDITION_FLAGS)[number]
  | 'minTradeQty'
  | 'minCompeteSize'
  | 'competeAgainstBestOffset'
  | 'midOffsetAtWhole'
  | 'midOffsetAtHalf'

type OrderTexts = Record<AlwaysName, string> & Partial<Record<OrderFieldName, string>>

/** Copied and filled in: one object of a known shape costs a fifth of many that are joined. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every name has been given its text
const NOTHING_SAID = Object.fromEntries(ALWAYS.map((name) => [name, ''])) as OrderTexts

type TextGroup = Readonly<Record<string, string>>

export interface PlaceOrder {
  readonly orderId: number
  readonly contract: ContractQuery
  /** Text by IBKR's name; absent where the field's condition did not hold. */
  readonly terms: Readonly<Partial<Record<OrderFieldName, string>>>
  readonly legs: readonly TextGroup[]
  readonly legPrices: readonly TextGroup[]
  readonly routingParams: readonly TextGroup[]
  readonly algoParams: readonly TextGroup[]
  readonly conditions: readonly TextGroup[]
}

/**
 * Reads one, from behind the message id.
 *
 * @returns what was wrong and with which order, as far as that could be read (−1: not even that)
 */
export function readPlaceOrder(
  fields: FieldReader,
  version: number,
): Result<PlaceOrder, { readonly orderId: number; readonly cause: string }> {
  const orderId = fields.id('orderId')
  const contract = readContract(fields)
  const terms = { ...NOTHING_SAID }
  fields.readInto(terms, ORDER_HEAD)
  const isCombo = contract.secType.toUpperCase() === 'BAG'
  const legs = isCombo ? readGroups(fields, 'comboLegs', LEG) : []
  const legPrices = isCombo ? readGroups(fields, 'orderComboLegs', ['price']) : []
  const routingParams = isCombo ? readTags(fields, 'smartComboRoutingParams') : []
  fields.readInto(terms, ALLOCATION)
  if (version < FA_PROFILE_DROPPED) fields.readInto(terms, ['faProfile'])
  fields.readInto(terms, TERMS)
  if (terms.deltaNeutralOrderType !== '') fields.readInto(terms, DELTA_NEUTRAL)
  fields.readInto(terms, SCALE)
  if (isPositive(terms.scalePriceIncrement)) fields.readInto(terms, SCALE_DETAIL)
  fields.readInto(terms, ACTIVE)
  if (terms.hedgeType !== '') fields.readInto(terms, ['hedgeParam'])
  fields.readInto(terms, CLEARING)
  if (isSet(terms.deltaNeutralContractPresent)) fields.readInto(terms, DELTA_NEUTRAL_CONTRACT)
  fields.readInto(terms, ['algoStrategy'])
  const algoParams = terms.algoStrategy === '' ? [] : readTags(fields, 'algoParams')
  fields.readInto(terms, FLAGS)
  if (isPegBench(terms.orderType)) fields.readInto(terms, PEG_BENCH)
  const conditions = readConditions(fields)
  if (conditions.length > 0) fields.readInto(terms, CONDITION_FLAGS)
  fields.readInto(terms, TAIL)
  readPegOffsets(fields, contract.exchange, terms)

  if (fields.problem !== undefined) return err({ orderId, cause: fields.problem })
  if (fields.missing > 0) return err({ orderId, cause: `${fields.missing} fields too few` })
  if (fields.left > 0) return err({ orderId, cause: `${fields.left} fields too many` })
  return ok({ orderId, contract, legs, legPrices, routingParams, algoParams, conditions, terms })
}

function readGroups(fields: FieldReader, name: string, names: readonly string[]): TextGroup[] {
  const count = fields.count(name, MOST_GROUPS)
  return Array.from({ length: count }, () => fields.named(names))
}

const readTags = (fields: FieldReader, name: string): TextGroup[] =>
  readGroups(fields, name, ['tag', 'value'])

function readConditions(fields: FieldReader): TextGroup[] {
  const count = fields.count('conditions', MOST_GROUPS)
  return Array.from({ length: count }, () => {
    const opening = fields.named(['condType', 'conjunction'])
    return { ...opening, ...fields.named(ownEntry(CONDITION_BODY, opening.condType) ?? []) }
  })
}

/** The offsets that only some venues and pegged types carry, at the very end. */
function readPegOffsets(fields: FieldReader, exchange: string, terms: OrderTexts): void {
  if (exchange === 'IBKRATS') fields.readInto(terms, ['minTradeQty'])
  if (isType(terms.orderType, 'PEGMID')) fields.readInto(terms, PEG_HALVES)
  if (!isType(terms.orderType, 'PEGBEST')) return
  fields.readInto(terms, ['minCompeteSize', 'competeAgainstBestOffset'])
  const upToMid = /^infinit[ey]$/i.test(terms.competeAgainstBestOffset ?? '')
  if (upToMid) fields.readInto(terms, PEG_HALVES)
}

const PEG_HALVES = ['midOffsetAtWhole', 'midOffsetAtHalf'] as const

/** Clients write `PEG BENCH` and `PEGBENCH` for the same. */
export const isType = (orderType: string, compact: string): boolean =>
  orderType.length >= compact.length && orderType.replaceAll(' ', '').toUpperCase() === compact

export const isPegBench = (orderType: string): boolean => isType(orderType, 'PEGBENCH')

export const isSet = (flag: string | undefined): boolean => flag === '1' || flag === 'true'

/** 0 < value < unset: the condition of a scale order's further fields. */
export function isPositive(text: string | undefined): boolean {
  const value = decimalOf(text ?? '')
  return typeof value === 'bigint' && value > 0n
}
