/**
 * The fields of every message the server sends at version 178, in order, by IBKR's names: what seven
 * real clients decoded without an error (IBKR’s EDecoder). Transcribed, so that the encoders
 * are held to it where the reference is not at hand.
 */

/** By message; a name after a space tells which conditional block is there. */
export const WIRE_LAYOUTS: Readonly<Record<string, string>> = {
  NEXT_VALID_ID: 'msgId version orderId',
  MANAGED_ACCTS: 'msgId version accountsList',
  ERR_MSG: 'msgId version reqId errorCode errorMsg advancedOrderRejectJson',
  CURRENT_TIME: 'msgId version time',
  CONTRACT_DATA:
    'msgId reqId symbol secType lastTradeDateOrContractMonth strike right exchange currency localSymbol marketName tradingClass conId minTick multiplier orderTypes validExchanges priceMagnifier underConId longName primaryExchange contractMonth industry category subcategory timeZoneId tradingHours liquidHours evRule evMultiplier secIdListCount tag value aggGroup underSymbol underSecType marketRuleIds realExpirationDate stockType minSize sizeIncrement suggestedSizeIncrement',
  CONTRACT_DATA_END: 'msgId version reqId',
  ACCT_VALUE: 'msgId version key value currency accountName',
  PORTFOLIO_VALUE:
    'msgId version conId symbol secType lastTradeDateOrContractMonth strike right multiplier primaryExchange currency localSymbol tradingClass position marketPrice marketValue averageCost unrealizedPNL realizedPNL accountName',
  ACCT_UPDATE_TIME: 'msgId version timeStamp',
  ACCT_DOWNLOAD_END: 'msgId version accountName',
  ACCOUNT_SUMMARY: 'msgId version reqId account tag value currency',
  ACCOUNT_SUMMARY_END: 'msgId version reqId',
  POSITION:
    'msgId version account conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass position avgCost',
  POSITION_END: 'msgId version',
  POSITION_MULTI:
    'msgId version reqId account conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass position avgCost modelCode',
  POSITION_MULTI_END: 'msgId version reqId',
  ACCOUNT_UPDATE_MULTI: 'msgId version reqId account modelCode key value currency',
  ACCOUNT_UPDATE_MULTI_END: 'msgId version reqId',
  PNL: 'msgId reqId dailyPnL unrealizedPnL realizedPnL',
  PNL_SINGLE: 'msgId reqId pos dailyPnL unrealizedPnL realizedPnL value',
  TICK_PRICE: 'msgId version reqId tickType price size attrMask',
  TICK_SIZE: 'msgId version reqId tickType size',
  TICK_GENERIC: 'msgId version reqId tickType value',
  TICK_STRING: 'msgId version reqId tickType value',
  TICK_REQ_PARAMS: 'msgId reqId minTick bboExchange snapshotPermissions',
  MARKET_DATA_TYPE: 'msgId version reqId marketDataType',
  TICK_SNAPSHOT_END: 'msgId version reqId',
  TICK_OPTION_COMPUTATION:
    'msgId reqId tickType tickAttrib impliedVol delta optPrice pvDividend gamma vega theta undPrice',
  'TICK_BY_TICK last': 'msgId reqId tickType time price size attrMask exchange specialConditions',
  'TICK_BY_TICK bidask': 'msgId reqId tickType time bidPrice askPrice bidSize askSize attrMask',
  'TICK_BY_TICK mid': 'msgId reqId tickType time midPoint',
  MARKET_DEPTH: 'msgId version reqId position operation side price size',
  MARKET_DEPTH_L2:
    'msgId version reqId position marketMaker operation side price size isSmartDepth',
  MKT_DEPTH_EXCHANGES:
    'msgId count exchange secType listingExch serviceDataType aggGroup exchange secType listingExch serviceDataType aggGroup',
  SMART_COMPONENTS: 'msgId reqId count bit exchange letter',
  HISTORICAL_DATA_UPDATE: 'msgId reqId barCount date open close high low wap volume',
  HISTORICAL_SCHEDULE: 'msgId reqId start end tz count s e refDate',
  REAL_TIME_BARS: 'msgId version reqId time open high low close volume wap count',
  HISTOGRAM_DATA: 'msgId reqId count price size price size',
  HISTORICAL_TICKS: 'msgId reqId count time unused price size time unused price size done',
  HISTORICAL_TICKS_BID_ASK: 'msgId reqId count time mask bidPrice askPrice bidSize askSize done',
  HISTORICAL_TICKS_LAST: 'msgId reqId count time mask price size exchange conditions done',
  FUNDAMENTAL_DATA: 'msgId version reqId data',
  NEWS_PROVIDERS: 'msgId count',
  HISTORICAL_NEWS_END: 'msgId reqId hasMore',
  SCANNER_PARAMETERS: 'msgId version xml',
  SCANNER_DATA:
    'msgId version reqId count rank conId symbol secType lastTradeDateOrContractMonth strike right exchange currency localSymbol marketName tradingClass distance benchmark projection legsStr',
  SOFT_DOLLAR_TIERS: 'msgId reqId count',
  FAMILY_CODES: 'msgId count accountId familyCode',
  DISPLAY_GROUP_LIST: 'msgId version reqId groups',
  DISPLAY_GROUP_UPDATED: 'msgId version reqId contractInfo',
  HISTORICAL_DATA:
    'msgId reqId startDateStr endDateStr itemCount date open high low close volume wap barCount date open high low close volume wap barCount',
  ORDER_STATUS:
    'msgId orderId status filled remaining avgFillPrice permId parentId lastFillPrice clientId whyHeld mktCapPrice',
  OPEN_ORDER:
    'msgId orderId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef clientId permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation(deprecated) faGroup faMethod faPercentage modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode auctionStrategy startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice deltaNeutralConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType comboLegsDescrip comboLegsCount orderComboLegsCount smartComboRoutingParamsCount scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType optOutSmartRouting clearingAccount clearingIntent notHeld deltaNeutralContractPresent algoStrategy solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission commissionCurrency warningText randomizeSize randomizePrice conditionsCount adjustedOrderType triggerPrice trailStopPrice(again) lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit softDollarTierName softDollarTierValue softDollarTierDisplayName cashQty dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo duration postToAts autoCancelParent minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  'OPEN_ORDER algo':
    'msgId orderId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef clientId permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation(deprecated) faGroup faMethod faPercentage modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode auctionStrategy startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice deltaNeutralConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType comboLegsDescrip comboLegsCount orderComboLegsCount smartComboRoutingParamsCount scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType optOutSmartRouting clearingAccount clearingIntent notHeld deltaNeutralContractPresent algoStrategy algoParamsCount tag value solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission commissionCurrency warningText randomizeSize randomizePrice conditionsCount adjustedOrderType triggerPrice trailStopPrice(again) lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit softDollarTierName softDollarTierValue softDollarTierDisplayName cashQty dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo duration postToAts autoCancelParent minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  'OPEN_ORDER conditions':
    'msgId orderId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef clientId permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation(deprecated) faGroup faMethod faPercentage modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode auctionStrategy startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice deltaNeutralConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType comboLegsDescrip comboLegsCount orderComboLegsCount smartComboRoutingParamsCount scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType optOutSmartRouting clearingAccount clearingIntent notHeld deltaNeutralContractPresent algoStrategy solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission commissionCurrency warningText randomizeSize randomizePrice conditionsCount condType conjunction isMore price conId exchange triggerMethod condType conjunction isMore time conditionsIgnoreRth conditionsCancelOrder adjustedOrderType triggerPrice trailStopPrice(again) lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit softDollarTierName softDollarTierValue softDollarTierDisplayName cashQty dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo duration postToAts autoCancelParent minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  'OPEN_ORDER what-if':
    'msgId orderId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef clientId permId outsideRth hidden discretionaryAmt goodAfterTime sharesAllocation(deprecated) faGroup faMethod faPercentage modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode auctionStrategy startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize blockOrder sweepToFill allOrNone minQty ocaType eTradeOnly firmQuoteOnly nbboPriceCap parentId triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice deltaNeutralConId deltaNeutralSettlingFirm deltaNeutralClearingAccount deltaNeutralClearingIntent deltaNeutralOpenClose deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate referencePriceType trailStopPrice trailingPercent basisPoints basisPointsType comboLegsDescrip comboLegsCount orderComboLegsCount smartComboRoutingParamsCount scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType optOutSmartRouting clearingAccount clearingIntent notHeld deltaNeutralContractPresent algoStrategy solicited whatIf status initMarginBefore maintMarginBefore equityWithLoanBefore initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter commission minCommission maxCommission commissionCurrency warningText randomizeSize randomizePrice conditionsCount adjustedOrderType triggerPrice trailStopPrice(again) lmtPriceOffset adjustedStopPrice adjustedStopLimitPrice adjustedTrailingAmount adjustableTrailingUnit softDollarTierName softDollarTierValue softDollarTierDisplayName cashQty dontUseAutoPriceForHedge isOmsContainer discretionaryUpToLimitPrice usePriceMgmtAlgo duration postToAts autoCancelParent minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  OPEN_ORDER_END: 'msgId version',
  EXECUTION_DATA:
    'msgId reqId orderId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass execId time acctNumber exchange side shares price permId clientId liquidation cumQty avgPrice orderRef evRule evMultiplier modelCode lastLiquidity pendingPriceRevision',
  EXECUTION_DATA_END: 'msgId version reqId',
  COMMISSION_REPORT:
    'msgId version execId commission currency realizedPNL yield yieldRedemptionDate',
  COMPLETED_ORDER:
    'msgId conId symbol secType lastTradeDateOrContractMonth strike right multiplier exchange currency localSymbol tradingClass action totalQuantity orderType lmtPrice auxPrice tif ocaGroup account openClose origin orderRef permId outsideRth hidden discretionaryAmt goodAfterTime faGroup faMethod faPercentage modelCode goodTillDate rule80A percentOffset settlingFirm shortSaleSlot designatedLocation exemptCode startingPrice stockRefPrice delta stockRangeLower stockRangeUpper displaySize sweepToFill allOrNone minQty ocaType triggerMethod volatility volatilityType deltaNeutralOrderType deltaNeutralAuxPrice deltaNeutralConId deltaNeutralShortSale deltaNeutralShortSaleSlot deltaNeutralDesignatedLocation continuousUpdate referencePriceType trailStopPrice trailingPercent comboLegsDescrip comboLegsCount orderComboLegsCount smartComboRoutingParamsCount scaleInitLevelSize scaleSubsLevelSize scalePriceIncrement hedgeType clearingAccount clearingIntent notHeld deltaNeutralContractPresent algoStrategy solicited status randomizeSize randomizePrice conditionsCount trailStopPrice(again) lmtPriceOffset cashQty dontUseAutoPriceForHedge isOmsContainer autoCancelDate filledQuantity refFuturesConId autoCancelParent shareholder imbalanceOnly routeMarketableToBbo parentPermId completedTime completedStatus minTradeQty minCompeteSize competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf',
  ORDER_BOUND: 'msgId permId clientId orderId',
  COMPLETED_ORDERS_END: 'msgId',
  SECDEF_OPT_PARAMS:
    'msgId reqId exchange underlyingConId tradingClass multiplier expCount exp exp strikeCount strike strike strike',
  SECDEF_OPT_PARAMS_END: 'msgId reqId',
  SYMBOL_SAMPLES:
    'msgId reqId count conId symbol secType primaryExchange currency nDerivativeSecTypes derivSecType derivSecType description issuerId',
  MARKET_RULE: 'msgId marketRuleId count lowEdge increment lowEdge increment',
  HEAD_TIMESTAMP: 'msgId reqId headTimestamp',
  USER_INFO: 'msgId reqId whiteBrandingId',
}
