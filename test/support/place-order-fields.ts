/**
 * PLACE_ORDER as a client writes it, field by field: 114 at version 178 for a plain order, 115 at
 * 176 (IBKR’s EClient.placeOrder). Written apart from the gateway's reader, so that the two check each other.
 */

const PLAIN = `
  3 orderId= conId= symbol=AAPL secType=STK lastTradeDate= strike=0.0 right= multiplier= exchange=SMART
  primaryExchange= currency=USD localSymbol= tradingClass= secIdType= secId= action=BUY totalQuantity=100
  orderType=LMT lmtPrice=100 auxPrice= tif=DAY ocaGroup= account= openClose= origin=0 orderRef=
  transmit=1 parentId=0 blockOrder=0 sweepToFill=0 displaySize=0 triggerMethod=0 outsideRth=0 hidden=0
  LEGS sharesAllocation= discretionaryAmt=0 goodAfterTime= goodTillDate= faGroup= faMethod= faPercentage=
  FAPROFILE modelCode= shortSaleSlot=0 designatedLocation= exemptCode=-1 ocaType=0 rule80A= settlingFirm=
  allOrNone=0 minQty= percentOffset= eTradeOnly=0 firmQuoteOnly=0 nbboPriceCap= auctionStrategy=
  startingPrice= stockRefPrice= delta= stockRangeLower= stockRangeUpper= overridePercentageConstraints=0
  volatility= volatilityType= deltaNeutralOrderType= deltaNeutralAuxPrice= DELTANEUTRAL continuousUpdate=0
  referencePriceType= trailStopPrice= trailingPercent= scaleInitLevelSize= scaleSubsLevelSize=
  scalePriceIncrement= SCALE scaleTable= activeStartTime= activeStopTime= hedgeType= HEDGE
  optOutSmartRouting=0 clearingAccount= clearingIntent= notHeld=0 deltaNeutralContractPresent=0 DNCONTRACT
  algoStrategy= ALGO algoId= whatIf=0 orderMiscOptions= solicited=0 randomizeSize=0 randomizePrice=0 PEGBENCH
  conditionsCount=0 CONDITIONS adjustedOrderType= triggerPrice= lmtPriceOffset= adjustedStopPrice=
  adjustedStopLimitPrice= adjustedTrailingAmount= adjustableTrailingUnit=0 extOperator=
  softDollarTierName= softDollarTierValue= cashQty= mifid2DecisionMaker= mifid2DecisionAlgo=
  mifid2ExecutionTrader= mifid2ExecutionAlgo= dontUseAutoPriceForHedge=0 isOmsContainer=0
  discretionaryUpToLimitPrice=0 usePriceMgmtAlgo= duration= postToAts= autoCancelParent=0
  advancedErrorOverride= manualOrderTime= TAIL
`

/**
 * @param said - values by name; a block (upper case: `CONDITIONS`, `ALGO`) takes its fields parted by
 *   spaces, `_` for an empty one
 */
export function placeOrderFields(said: Readonly<Record<string, string>> = {}): string[] {
  const unknown = Object.keys(said).filter((name) => !NAMES.has(name))
  if (unknown.length > 0) throw new Error(`no such field of PLACE_ORDER: ${unknown.join(', ')}`)
  return PLAIN.trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [name = '', usual] = word.split('=')
      if (usual !== undefined) return [said[name] ?? usual]
      if (/^\d+$/.test(name)) return [name]
      return said[name] === undefined ? [] : said[name].split(' ').map((text) => text.replace('_', '')) // prettier-ignore
    })
}

const NAMES = new Set(
  PLAIN.trim()
    .split(/\s+/)
    .map((word) => word.split('=')[0] ?? ''),
)
