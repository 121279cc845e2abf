/**
 * What of a client's order is said back to it: its own words field by field, the server's where it said nothing,
 * and the blocks that are there only when a field before them says so.
 */
import { isPegBench, isPositive, isSet, type PlaceOrder } from '#gateway/messages/place-order.ts'
import {
  UNSET_DOUBLE,
  UNSET_INTEGER,
  UNSET_LONG,
  type Field,
  type Group,
} from '#gateway/wire/field.ts'
import { FA_PROFILE_DROPPED } from '#gateway/wire/handshake.ts'

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

/** A field of the order as it is said back. */
export type Echo = (name: TermName) => Field

/** The client's word, or the server's default where it was empty or one of IBKR's unset values. */
export function echoOf({ terms }: PlaceOrder): Echo {
  return (name) => {
    const said = terms[name] ?? ''
    return said === '' || isUnset(said) ? (STATED[name] ?? '') : said
  }
}

/** Asked of every field of every order, so the length is looked at first: no unset value is short. */
const isUnset = (text: string): boolean =>
  text.length >= UNSET_INTEGER.length &&
  (text === UNSET_INTEGER || text === UNSET_LONG || /^1\.797693\d*e\+?308$/i.test(text))

export const faProfile = (echo: Echo, version: number): Group =>
  version < FA_PROFILE_DROPPED ? { faProfile: echo('faProfile') } : {}

export const boxPrices = (echo: Echo): Group => ({
  startingPrice: echo('startingPrice'),
  stockRefPrice: echo('stockRefPrice'),
  delta: echo('delta'),
  stockRangeLower: echo('stockRangeLower'),
  stockRangeUpper: echo('stockRangeUpper'),
})

export const combo = ({ legs, legPrices, routingParams }: PlaceOrder): Group => ({
  comboLegsDescrip: '',
  comboLegsCount: legs.length,
  comboLegs: legs,
  orderComboLegsCount: legPrices.length,
  orderComboLegs: legPrices,
  smartComboRoutingParamsCount: routingParams.length,
  smartComboRoutingParams: routingParams,
})

export const scale = (echo: Echo, increment: string | undefined): Group => ({
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

/** The contract that a delta-neutral order hedges with. */
export function deltaNeutralContract({ terms }: PlaceOrder): Group {
  if (!isSet(terms.deltaNeutralContractPresent)) return { deltaNeutralContractPresent: '0' }
  return {
    deltaNeutralContractPresent: '1',
    deltaNeutralContractConId: terms.deltaNeutralContractConId ?? '',
    deltaNeutralContractDelta: terms.deltaNeutralContractDelta ?? '',
    deltaNeutralContractPrice: terms.deltaNeutralContractPrice ?? '',
  }
}

/** Its algorithm and parameters. */
export function algo({ terms, algoParams }: PlaceOrder): Group {
  const strategy = terms.algoStrategy ?? ''
  if (strategy === '') return { algoStrategy: '' }
  return { algoStrategy: strategy, algoParamsCount: algoParams.length, algoParams }
}

/** What a PEG BENCH order is pegged to. */
export function pegBench(request: PlaceOrder, echo: Echo): Group {
  if (!isPegBench(request.terms.orderType ?? '')) return {}
  return {
    referenceContractId: echo('referenceContractId'),
    isPeggedChangeAmountDecrease: echo('isPeggedChangeAmountDecrease'),
    peggedChangeAmount: echo('peggedChangeAmount'),
    referenceChangeAmount: echo('referenceChangeAmount'),
    referenceExchangeId: echo('referenceExchangeId'),
  }
}

export const conditions = (request: PlaceOrder, echo: Echo): Group => ({
  conditionsCount: request.conditions.length,
  conditions: request.conditions,
  ...(request.conditions.length === 0
    ? {}
    : {
        conditionsIgnoreRth: echo('conditionsIgnoreRth'),
        conditionsCancelOrder: echo('conditionsCancelOrder'),
      }),
})

export const pegOffsets = (echo: Echo): Group => ({
  minTradeQty: echo('minTradeQty'),
  minCompeteSize: echo('minCompeteSize'),
  competeAgainstBestOffset: echo('competeAgainstBestOffset'),
  midOffsetAtWhole: echo('midOffsetAtWhole'),
  midOffsetAtHalf: echo('midOffsetAtHalf'),
})
