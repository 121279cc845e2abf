/**
 * Messages about orders: ORDER_STATUS, and the two that repeat the whole order, OPEN_ORDER (135
 * fields at 178) and COMPLETED_ORDER (100); IBKR’s EOrderDecoder.
 *
 * What the client sent is echoed field by field; where it sent nothing, the server's own defaults
 * stand, as captured from a real gateway (`STATED`).
 */
import type { ContractBlock } from '#gateway/messages/outgoing/contracts.ts'
import { OUTGOING } from '#gateway/messages/message-ids.ts'
import {
  algo,
  boxPrices,
  combo,
  conditions,
  deltaNeutralContract,
  echoOf,
  faProfile,
  pegBench,
  pegOffsets,
  scale,
} from '#gateway/messages/outgoing/order-echo.ts'
import { isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import { UNSET_DOUBLE, UNSET_INTEGER, UNSET_LONG, type Message } from '#gateway/wire/field.ts'
import { textWithEnds, valueWithEnds, type Written } from '#gateway/wire/written.ts'

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

/** Reduce without block: what the server states for an order in no one-cancels-all group. */
const DEFAULT_OCA_TYPE = '3'

/** What was last said of a request, written out: of what follows only the state differs. */
interface Said {
  readonly of: WireOrder
  readonly version: number
  /** Its fields before and behind those of the state, written out. */
  readonly before: string
  readonly after: string
}

/** By request; the oldest give way, for an order says most of what it says within a moment. */
const said = new Map<PlaceOrder, Said>()
const MOST_SAID = 1_000

function sayingOf(order: WireOrder, version: number): Said {
  const last = said.get(order.request)
  if (last !== undefined && last.version === version && isSameOrder(last.of, order)) return last
  const saying = { of: order, version, ...textsAround(wholeOrder(order, version)) }
  said.delete(order.request)
  said.set(order.request, saying)
  const [oldest] = said.size > MOST_SAID ? said.keys() : []
  if (oldest !== undefined) said.delete(oldest)
  return saying
}

/** The text before the first field of the state, and that behind the last. */
function textsAround(message: Message): Pick<Said, 'before' | 'after'> {
  const texts = { before: '', after: '' }
  let part: keyof typeof texts = 'before'
  for (const name in message) {
    const value = message[name]
    if (name === FIRST_AFTER_STATE) part = 'after'
    if (value === undefined || (part === 'before' && name in NO_STATE)) continue
    texts[part] += valueWithEnds(value)
  }
  return texts
}

/** @returns the message in the layout of the session's version */
export const openOrder = (order: WireOrder, state: WireOrderState, version: number): Message => ({
  ...wholeOrder(order, version),
  ...stateFields(state),
})

/** `openOrder`, written out. */
export function writtenOpenOrder(
  order: WireOrder,
  state: WireOrderState,
  version: number,
): Written {
  const { before, after } = sayingOf(order, version)
  return {
    text: before + textWithEnds(stateFields(state)) + after,
    message: () => openOrder(order, state, version),
  }
}

/** The fields of an order's state, in wire order. */
const stateFields = (state: WireOrderState) => ({
  status: state.status as string,
  ...(state.margin ?? NO_MARGIN),
  commission: state.commission ?? '',
  minCommission: '',
  maxCommission: '',
  commissionCurrency: state.commissionCurrency ?? '',
  // IBKR documents no text for it: what it warns of, it says in errors such as 399 and 10349.
  warningText: '',
})

/** What stands in an order of no state. */
const NO_STATE = { ...stateFields({ status: 'PreSubmitted' }), status: '' }
const FIRST_AFTER_STATE = 'randomizeSize'

/** A request has one contract; who is told, and a modification, make a difference. */
const isSameOrder = (a: WireOrder, b: WireOrder): boolean =>
  a.orderId === b.orderId &&
  a.permId === b.permId &&
  a.clientId === b.clientId &&
  a.parentPermId === b.parentPermId &&
  a.account === b.account &&
  a.totalQuantity === b.totalQuantity

/** The message of an order of no state. */
function wholeOrder(order: WireOrder, version: number): Message {
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
    ...NO_STATE,
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
