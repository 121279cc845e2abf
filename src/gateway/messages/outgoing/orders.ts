/**
 * Messages about orders: ORDER_STATUS, and the two that repeat the whole order, OPEN_ORDER (135
 * fields at 178) and COMPLETED_ORDER (100); IBKR’s EOrderDecoder.
 *
 * What the client sent is echoed field by field; where it sent nothing, the server's own defaults
 * stand, as captured from a real gateway (`STATED`).
 */
import type { ContractBlock } from '#gateway/messages/outgoing/contracts.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import { isPegBench, isPositive, isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import {
  UNSET_DOUBLE,
  UNSET_INTEGER,
  UNSET_LONG,
  type Field,
  type Group,
  type Message,
} from '#gateway/wire/field.ts'
import { FA_PROFILE_DROPPED } from '#gateway/wire/handshake.ts'

/** IBKR's words for where an order stands. */
export type OrderStatusWord =
  'PreSubmitted' | 'Submitted' | 'PendingCancel' | 'Cancelled' | 'Filled' | 'Inactive'

export interface WireOrderStatus {
  readonly orderId: number
  readonly status: OrderStatusWord
  readonly filled: string
  readonly remaining: string
  readonly avgFillPrice: string
  readonly permId: number
  readonly lastFillPrice: string
  readonly clientId: number
  /** Absent for an order that is nobody's child. */
  readonly parentId?: number
  /** `locate` while shares to short are looked for. */
  readonly whyHeld: string
}

export const orderStatus = (of: WireOrderStatus): Message => ({
  msgId: OUTGOING.ORDER_STATUS,
  orderId: of.orderId,
  status: of.status,
  filled: of.filled,
  remaining: of.remaining,
  avgFillPrice: of.avgFillPrice,
  permId: of.permId,
  parentId: of.parentId ?? 0,
  lastFillPrice: of.lastFillPrice,
  clientId: of.clientId,
  whyHeld: of.whyHeld,
  mktCapPrice: 0,
})

/** An order as the server knows it: what was asked, and who and which it is. */
export interface WireOrder {
  readonly request: PlaceOrder
  readonly contract: ContractBlock
  readonly account: string
  readonly orderId: number
  readonly clientId: number
  readonly permId: number
  /** Absent for an order that is nobody's child. */
  readonly parentPermId?: number | undefined
  /** Decimal text; a modification changes them. */
  readonly totalQuantity: string
}

/** Where it stands; margin and commission only in a what-if, the commission also after the last fill. */
export interface WireOrderState {
  readonly status: OrderStatusWord
  readonly margin?: MarginChange
  readonly commission?: string
  readonly commissionCurrency?: string
  readonly warning?: string
}

export type MarginChange = {
  readonly initMarginBefore: string
  readonly maintMarginBefore: string
  readonly equityWithLoanBefore: string
  readonly initMarginChange: string
  readonly maintMarginChange: string
  readonly equityWithLoanChange: string
  readonly initMarginAfter: string
  readonly maintMarginAfter: string
  readonly equityWithLoanAfter: string
}

const NO_MARGIN: MarginChange = {
  initMarginBefore: UNSET_DOUBLE,
  maintMarginBefore: UNSET_DOUBLE,
  equityWithLoanBefore: UNSET_DOUBLE,
  initMarginChange: UNSET_DOUBLE,
  maintMarginChange: UNSET_DOUBLE,
  equityWithLoanChange: UNSET_DOUBLE,
  initMarginAfter: UNSET_DOUBLE,
  maintMarginAfter: UNSET_DOUBLE,
  equityWithLoanAfter: UNSET_DOUBLE,
}

type TermName = keyof PlaceOrder['terms']

/** What the server states where the client said nothing; everything else is then empty. */
const STATED: Readonly<Partial<Record<TermName, string>>> = {
  lmtPrice: '0.0',
  auxPrice: '0.0',
  origin: '0',
  outsideRth: '0',
  hidden: '0',
  discretionaryAmt: '0',
  shortSaleSlot: '0',
  exemptCode: '-1',
  auctionStrategy: '0',
  displaySize: UNSET_INTEGER,
  blockOrder: '0',
  sweepToFill: '0',
  allOrNone: '0',
  eTradeOnly: '0',
  firmQuoteOnly: '0',
  parentId: '0',
  triggerMethod: '0',
  volatilityType: '0',
  deltaNeutralOrderType: 'None',
  deltaNeutralConId: '0',
  deltaNeutralOpenClose: '?',
  deltaNeutralShortSale: '0',
  deltaNeutralShortSaleSlot: '0',
  continuousUpdate: '0',
  referencePriceType: '0',
  scaleInitLevelSize: UNSET_INTEGER,
  scaleSubsLevelSize: UNSET_INTEGER,
  optOutSmartRouting: '0',
  clearingIntent: 'IB',
  notHeld: '0',
  solicited: '0',
  randomizeSize: '0',
  randomizePrice: '0',
  conditionsIgnoreRth: '0',
  conditionsCancelOrder: '0',
  adjustedOrderType: 'None',
  triggerPrice: UNSET_DOUBLE,
  lmtPriceOffset: UNSET_DOUBLE,
  adjustedStopPrice: UNSET_DOUBLE,
  adjustedStopLimitPrice: UNSET_DOUBLE,
  adjustedTrailingAmount: UNSET_DOUBLE,
  adjustableTrailingUnit: '0',
  cashQty: '0',
  dontUseAutoPriceForHedge: '1',
  isOmsContainer: '0',
  discretionaryUpToLimitPrice: '0',
  usePriceMgmtAlgo: '0',
  autoCancelParent: '0',
}

/** Reduce without block: what the server states for an order in no one-cancels-all group. */
const DEFAULT_OCA_TYPE = '3'

/** @returns the message in the layout of the session's version */
export function openOrder(order: WireOrder, state: WireOrderState, version: number): Message {
  const echo = echoOf(order.request)
  const terms = order.request.terms
  // 100 whatever the size, in every capture of a real gateway.
  const shares = `${order.permId}.0/${order.account}/100`
  return {
    msgId: OUTGOING.OPEN_ORDER,
    orderId: order.orderId,
    ...order.contract,
    action: echo('action'),
    totalQuantity: order.totalQuantity,
    orderType: echo('orderType'),
    lmtPrice: echo('lmtPrice'),
    auxPrice: echo('auxPrice'),
    tif: echo('tif'),
    ocaGroup: echo('ocaGroup'),
    account: order.account,
    openClose: echo('openClose'),
    origin: echo('origin'),
    orderRef: echo('orderRef'),
    clientId: order.clientId,
    permId: order.permId,
    outsideRth: echo('outsideRth'),
    hidden: echo('hidden'),
    discretionaryAmt: echo('discretionaryAmt'),
    goodAfterTime: echo('goodAfterTime'),
    sharesAllocation: shares,
    faGroup: echo('faGroup'),
    faMethod: echo('faMethod'),
    faPercentage: echo('faPercentage'),
    ...faProfile(echo, version),
    modelCode: echo('modelCode'),
    goodTillDate: echo('goodTillDate'),
    rule80A: echo('rule80A'),
    percentOffset: echo('percentOffset'),
    settlingFirm: echo('settlingFirm'),
    shortSaleSlot: echo('shortSaleSlot'),
    designatedLocation: echo('designatedLocation'),
    exemptCode: echo('exemptCode'),
    auctionStrategy: echo('auctionStrategy'),
    ...boxPrices(echo),
    displaySize: echo('displaySize'),
    blockOrder: echo('blockOrder'),
    sweepToFill: echo('sweepToFill'),
    allOrNone: echo('allOrNone'),
    minQty: echo('minQty'),
    ocaType: echo('ocaGroup') === '' ? DEFAULT_OCA_TYPE : echo('ocaType'),
    eTradeOnly: echo('eTradeOnly'),
    firmQuoteOnly: echo('firmQuoteOnly'),
    nbboPriceCap: echo('nbboPriceCap'),
    parentId: echo('parentId'),
    triggerMethod: echo('triggerMethod'),
    volatility: echo('volatility'),
    volatilityType: echo('volatilityType'),
    deltaNeutralOrderType: echo('deltaNeutralOrderType'),
    deltaNeutralAuxPrice: echo('deltaNeutralAuxPrice'),
    deltaNeutralConId: echo('deltaNeutralConId'),
    deltaNeutralSettlingFirm: echo('deltaNeutralSettlingFirm'),
    deltaNeutralClearingAccount: echo('deltaNeutralClearingAccount'),
    deltaNeutralClearingIntent: echo('deltaNeutralClearingIntent'),
    deltaNeutralOpenClose: echo('deltaNeutralOpenClose'),
    deltaNeutralShortSale: echo('deltaNeutralShortSale'),
    deltaNeutralShortSaleSlot: echo('deltaNeutralShortSaleSlot'),
    deltaNeutralDesignatedLocation: echo('deltaNeutralDesignatedLocation'),
    continuousUpdate: echo('continuousUpdate'),
    referencePriceType: echo('referencePriceType'),
    trailStopPrice: echo('trailStopPrice'),
    trailingPercent: echo('trailingPercent'),
    basisPoints: '',
    basisPointsType: '',
    ...combo(order.request),
    ...scale(echo, terms.scalePriceIncrement),
    hedgeType: echo('hedgeType'),
    ...(echo('hedgeType') === '' ? {} : { hedgeParam: echo('hedgeParam') }),
    optOutSmartRouting: echo('optOutSmartRouting'),
    clearingAccount: echo('clearingAccount'),
    clearingIntent: echo('clearingIntent'),
    notHeld: echo('notHeld'),
    ...deltaNeutralContract(order.request),
    ...algo(order.request),
    solicited: echo('solicited'),
    whatIf: isSet(terms.whatIf),
    status: state.status,
    ...(state.margin ?? NO_MARGIN),
    commission: state.commission ?? '',
    minCommission: '',
    maxCommission: '',
    commissionCurrency: state.commissionCurrency ?? '',
    warningText: state.warning ?? '',
    randomizeSize: echo('randomizeSize'),
    randomizePrice: echo('randomizePrice'),
    ...pegBench(order.request, echo),
    ...conditions(order.request, echo),
    adjustedOrderType: echo('adjustedOrderType'),
    triggerPrice: echo('triggerPrice'),
    trailStopPriceAgain: echo('trailStopPrice') === '' ? UNSET_DOUBLE : echo('trailStopPrice'),
    lmtPriceOffset: echo('lmtPriceOffset'),
    adjustedStopPrice: echo('adjustedStopPrice'),
    adjustedStopLimitPrice: echo('adjustedStopLimitPrice'),
    adjustedTrailingAmount: echo('adjustedTrailingAmount'),
    adjustableTrailingUnit: echo('adjustableTrailingUnit'),
    softDollarTierName: echo('softDollarTierName'),
    softDollarTierValue: echo('softDollarTierValue'),
    softDollarTierDisplayName: '',
    cashQty: echo('cashQty'),
    dontUseAutoPriceForHedge: echo('dontUseAutoPriceForHedge'),
    isOmsContainer: echo('isOmsContainer'),
    discretionaryUpToLimitPrice: echo('discretionaryUpToLimitPrice'),
    usePriceMgmtAlgo: echo('usePriceMgmtAlgo'),
    duration: echo('duration'),
    postToAts: echo('postToAts'),
    autoCancelParent: echo('autoCancelParent'),
    ...pegOffsets(echo),
  }
}

/** ORDER_BOUND: an order of another origin has an id of a client's from now on. */
export const orderBound = (permId: number, clientId: number, orderId: number): Message => ({
  msgId: OUTGOING.ORDER_BOUND,
  permId,
  clientId,
  orderId,
})

export const openOrderEnd = (): Message => ({ msgId: OUTGOING.OPEN_ORDER_END, version: 1 })

/** How an order ended. */
export interface Completion {
  readonly status: OrderStatusWord
  readonly filledQuantity: string
  /** `20180205 16:00:00 US/Eastern` */
  readonly completedTime: string
  /** `Filled Size: 100`, `Cancelled by Trader`. */
  readonly completedStatus: string
}

/** @returns the message in the layout of the session's version; it has no order id, as on the real wire */
export function completedOrder(order: WireOrder, end: Completion, version: number): Message {
  const echo = echoOf(order.request)
  const terms = order.request.terms
  return {
    msgId: OUTGOING.COMPLETED_ORDER,
    ...order.contract,
    action: echo('action'),
    totalQuantity: order.totalQuantity,
    orderType: echo('orderType'),
    lmtPrice: echo('lmtPrice'),
    auxPrice: echo('auxPrice'),
    tif: echo('tif'),
    ocaGroup: echo('ocaGroup'),
    account: order.account,
    openClose: echo('openClose'),
    origin: echo('origin'),
    orderRef: echo('orderRef'),
    permId: order.permId,
    outsideRth: echo('outsideRth'),
    hidden: echo('hidden'),
    discretionaryAmt: echo('discretionaryAmt'),
    goodAfterTime: echo('goodAfterTime'),
    faGroup: echo('faGroup'),
    faMethod: echo('faMethod'),
    faPercentage: echo('faPercentage'),
    ...faProfile(echo, version),
    modelCode: echo('modelCode'),
    goodTillDate: echo('goodTillDate'),
    rule80A: echo('rule80A'),
    percentOffset: echo('percentOffset'),
    settlingFirm: echo('settlingFirm'),
    shortSaleSlot: echo('shortSaleSlot'),
    designatedLocation: echo('designatedLocation'),
    exemptCode: echo('exemptCode'),
    ...boxPrices(echo),
    displaySize: echo('displaySize'),
    sweepToFill: echo('sweepToFill'),
    allOrNone: echo('allOrNone'),
    minQty: echo('minQty'),
    ocaType: echo('ocaGroup') === '' ? DEFAULT_OCA_TYPE : echo('ocaType'),
    triggerMethod: echo('triggerMethod'),
    volatility: echo('volatility'),
    volatilityType: echo('volatilityType'),
    deltaNeutralOrderType: echo('deltaNeutralOrderType'),
    deltaNeutralAuxPrice: echo('deltaNeutralAuxPrice'),
    deltaNeutralConId: echo('deltaNeutralConId'),
    deltaNeutralShortSale: echo('deltaNeutralShortSale'),
    deltaNeutralShortSaleSlot: echo('deltaNeutralShortSaleSlot'),
    deltaNeutralDesignatedLocation: echo('deltaNeutralDesignatedLocation'),
    continuousUpdate: echo('continuousUpdate'),
    referencePriceType: echo('referencePriceType'),
    trailStopPrice: echo('trailStopPrice'),
    trailingPercent: echo('trailingPercent'),
    ...combo(order.request),
    ...scale(echo, terms.scalePriceIncrement),
    hedgeType: echo('hedgeType'),
    ...(echo('hedgeType') === '' ? {} : { hedgeParam: echo('hedgeParam') }),
    clearingAccount: echo('clearingAccount'),
    clearingIntent: echo('clearingIntent'),
    notHeld: echo('notHeld'),
    ...deltaNeutralContract(order.request),
    ...algo(order.request),
    solicited: echo('solicited'),
    status: end.status,
    randomizeSize: echo('randomizeSize'),
    randomizePrice: echo('randomizePrice'),
    ...pegBench(order.request, echo),
    ...conditions(order.request, echo),
    trailStopPriceAgain: echo('trailStopPrice') === '' ? UNSET_DOUBLE : echo('trailStopPrice'),
    lmtPriceOffset: echo('lmtPriceOffset'),
    cashQty: echo('cashQty'),
    dontUseAutoPriceForHedge: echo('dontUseAutoPriceForHedge'),
    isOmsContainer: echo('isOmsContainer'),
    autoCancelDate: '',
    filledQuantity: end.filledQuantity,
    refFuturesConId: UNSET_INTEGER,
    autoCancelParent: echo('autoCancelParent'),
    shareholder: 'Not an insider or substantial shareholder',
    imbalanceOnly: '0',
    routeMarketableToBbo: '0',
    parentPermId: order.parentPermId ?? UNSET_LONG,
    completedTime: end.completedTime,
    completedStatus: end.completedStatus,
    ...pegOffsets(echo),
  }
}

/** COMPLETED_ORDERS_END, which is its id and nothing else. */
export const completedOrdersEnd = (): Message => ({ msgId: OUTGOING.COMPLETED_ORDERS_END })

type Echo = (name: TermName) => Field

/** The client's word, or the server's default where it was empty or one of IBKR's unset values. */
function echoOf({ terms }: PlaceOrder): Echo {
  return (name) => {
    const said = terms[name] ?? ''
    return said === '' || isUnset(said) ? (STATED[name] ?? '') : said
  }
}

/** Asked of every field of every order, so the length is looked at first: no unset value is short. */
const isUnset = (text: string): boolean =>
  text.length >= UNSET_INTEGER.length &&
  (text === UNSET_INTEGER || text === UNSET_LONG || /^1\.797693\d*e\+?308$/i.test(text))

const faProfile = (echo: Echo, version: number): Group =>
  version < FA_PROFILE_DROPPED ? { faProfile: echo('faProfile') } : {}

const boxPrices = (echo: Echo): Group => ({
  startingPrice: echo('startingPrice'),
  stockRefPrice: echo('stockRefPrice'),
  delta: echo('delta'),
  stockRangeLower: echo('stockRangeLower'),
  stockRangeUpper: echo('stockRangeUpper'),
})

const combo = ({ legs, legPrices, routingParams }: PlaceOrder): Group => ({
  comboLegsDescrip: '',
  comboLegsCount: legs.length,
  comboLegs: legs,
  orderComboLegsCount: legPrices.length,
  orderComboLegs: legPrices,
  smartComboRoutingParamsCount: routingParams.length,
  smartComboRoutingParams: routingParams,
})

const scale = (echo: Echo, increment: string | undefined): Group => ({
  scaleInitLevelSize: echo('scaleInitLevelSize'),
  scaleSubsLevelSize: echo('scaleSubsLevelSize'),
  scalePriceIncrement: echo('scalePriceIncrement'),
  ...(isPositive(increment)
    ? {
        scalePriceAdjustValue: echo('scalePriceAdjustValue'),
        scalePriceAdjustInterval: echo('scalePriceAdjustInterval'),
        scaleProfitOffset: echo('scaleProfitOffset'),
        scaleAutoReset: echo('scaleAutoReset'),
        scaleInitPosition: echo('scaleInitPosition'),
        scaleInitFillQty: echo('scaleInitFillQty'),
        scaleRandomPercent: echo('scaleRandomPercent'),
      }
    : {}),
})

function deltaNeutralContract({ terms }: PlaceOrder): Group {
  if (!isSet(terms.deltaNeutralContractPresent)) return { deltaNeutralContractPresent: '0' }
  return {
    deltaNeutralContractPresent: '1',
    deltaNeutralContractConId: terms.deltaNeutralContractConId ?? '',
    deltaNeutralContractDelta: terms.deltaNeutralContractDelta ?? '',
    deltaNeutralContractPrice: terms.deltaNeutralContractPrice ?? '',
  }
}

function algo({ terms, algoParams }: PlaceOrder): Group {
  const strategy = terms.algoStrategy ?? ''
  if (strategy === '') return { algoStrategy: '' }
  return { algoStrategy: strategy, algoParamsCount: algoParams.length, algoParams }
}

function pegBench(request: PlaceOrder, echo: Echo): Group {
  if (!isPegBench(request.terms.orderType ?? '')) return {}
  return {
    referenceContractId: echo('referenceContractId'),
    isPeggedChangeAmountDecrease: echo('isPeggedChangeAmountDecrease'),
    peggedChangeAmount: echo('peggedChangeAmount'),
    referenceChangeAmount: echo('referenceChangeAmount'),
    referenceExchangeId: echo('referenceExchangeId'),
  }
}

const conditions = (request: PlaceOrder, echo: Echo): Group => ({
  conditionsCount: request.conditions.length,
  conditions: request.conditions,
  ...(request.conditions.length === 0
    ? {}
    : {
        conditionsIgnoreRth: echo('conditionsIgnoreRth'),
        conditionsCancelOrder: echo('conditionsCancelOrder'),
      }),
})

const pegOffsets = (echo: Echo): Group => ({
  minTradeQty: echo('minTradeQty'),
  minCompeteSize: echo('minCompeteSize'),
  competeAgainstBestOffset: echo('competeAgainstBestOffset'),
  midOffsetAtWhole: echo('midOffsetAtWhole'),
  midOffsetAtHalf: echo('midOffsetAtHalf'),
})
