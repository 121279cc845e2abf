/**
 * What a request is refused with: IBKR's code and its text.
 *
 * Codes and texts follow IBKR's list of message codes; a
 * cause of ours that IBKR words differently follows its pattern for 320 and 321 ("Error
 * validating request.-'xx' : cause - …", where xx is an internal name that changes by build).
 */

/** One ERR_MSG without its address. */
export interface ErrorAnswer {
  readonly code: number
  readonly text: string
}

const answer = (code: number, text: string): ErrorAnswer => ({ code, text })
const validating = (cause: string): ErrorAnswer =>
  answer(321, `Error validating request.-'bW' : cause - ${cause}`)

/** Refusals and warnings by situation; those that depend on nothing are functions too, for one way to call them. */
export const ERRORS = {
  // The request itself
  unreadable: (cause: string) =>
    answer(320, `Error reading request.-'bW' : cause - Unable to parse data. ${cause}`),
  unknownMessage: (id: string) =>
    answer(320, `Error reading request.-'bW' : cause - Unknown message id: ${id}`),
  notStarted: () => answer(320, "Error reading request.-'bW' : cause - START_API must come first"),
  notSimulated: (name: string) =>
    validating(`${name} is not available from this simulated gateway`),
  missing: (what: string) => validating(`Please enter ${what}`),
  invalid: (cause: string) => validating(cause),
  badSecType: (was: string) =>
    validating(`Please enter a valid security type${was === '' ? '' : `: "${was}" is none`}`),
  unknownAccount: (was: string) => validating(`Invalid account code '${was}'.`),
  noDisplayGroup: (group: number) => validating(`Invalid display group ${group}`),
  duplicateRequestId: () =>
    answer(322, "Error processing request.-'bN' : cause - Duplicate ticker id"),
  tooManySummaries: () =>
    answer(
      322,
      "Error processing request.-'bN' : cause - Maximum number of account summary requests exceeded",
    ),

  // The session
  tooFast: () => answer(100, 'Max rate of messages per second has been exceeded:max=50 rec=51'),
  readOnly: () => validating('The API interface is currently in Read-Only mode.'),
  clientIdInUse: () =>
    answer(326, 'Unable to connect as the client id is already in use. Retry with a unique client id.'), // prettier-ignore
  onlyDefaultClientBinds: () =>
    answer(327, 'Only the default client (i.e 0) can auto bind orders.'),

  // Contracts and market data
  noSecurityDefinition: () => answer(200, 'No security definition has been found for the request'),
  ambiguous: (symbol: string) =>
    answer(200, `The contract description specified for ${symbol} is ambiguous.`),
  /** An index is quoted and never traded; a continuous future is a name for history. */
  notTradable: () => answer(203, 'The security is not available or allowed for this account.'),
  badContractId: () => validating('Invalid contract id'),
  tooManyLines: () => answer(101, 'Max number of tickers has been reached'),
  duplicateTicker: () => answer(102, 'Duplicate ticker ID.'),
  unknownTicker: (id: number) => answer(300, `Can't find EId with tickerId:${id}`),
  genericTicks: (was: string, secType: string) =>
    validating(`Incorrect generic tick list of ${was}. Legal ones for (${secType}) are: ${LEGAL_GENERIC_TICKS.join(',')}`), // prettier-ignore
  snapshotWithGenericTicks: () =>
    validating('Snapshot market data subscription is not applicable to generic ticks'),

  tooManyBooks: (most: number) =>
    answer(309, `Max number (${most}) of market depth requests has been reached`),
  unknownBook: (id: number) => answer(310, `Can't find the subscribed market depth with tickerId:${id}`), // prettier-ignore
  depthHalted: () => answer(316, 'Market depth data has been HALTED. Please re-subscribe.'),
  depthReset: () =>
    answer(317, 'Market depth data has been RESET. Please empty deep book contents before applying any new entries.'), // prettier-ignore
  noDepth: () => answer(10092, 'Deep market data is not supported for this combination of security type/exchange'), // prettier-ignore
  noDepthPermission: (cause: string) => answer(354, `Requested market data is not subscribed.${cause}`), // prettier-ignore
  noSuchScan: (id: number) => answer(365, `No scanner subscription found for ticker id:${id}`),
  depthExchanges: (deep: readonly string[], top: readonly string[]) =>
    answer(2152, `Exchanges - Depth: ${deep.map((name) => `${name}; `).join('')}Top: ${top.map((name) => `${name}; `).join('')}`), // prettier-ignore
  noTicks: (cause: string) => answer(10189, `Failed to request tick-by-tick data.${cause}`),
  tooManyTickStreams: () => answer(10190, 'Max number of tick-by-tick requests has been reached.'),
  badRealTimeQuery: (cause: string) => answer(420, `Invalid Real-time Query:${cause}`),
  noFundamentals: () =>
    answer(430, 'We are sorry, but fundamentals data for the security specified is not available.Not allowed'), // prettier-ignore
  noNewsArticle: () => answer(10172, 'Failed to request news article:No data available'),
  newsNotAllowed: () => answer(10276, 'News feed is not allowed'),
  noScan: (cause: string) => answer(162, `Historical Market Data Service error message:${cause}`),

  // History
  noHistory: (cause: string) =>
    answer(162, `Historical Market Data Service error message:${cause}`),
  noHistoricalTicks: (cause: string) =>
    answer(10187, `Failed to request historical ticks:${cause}`),
  noHistogram: (cause: string) => answer(10188, `Failed to request histogram data:${cause}`),
  noSuchHistoricalQuery: (id: number) =>
    answer(366, `No historical data query found for ticker id:${id}`),
  badEndTime: () =>
    answer(10314, 'End Date/Time: The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss xx/xxxx where yyyymmdd and xx/xxxx are optional. E.g.: 20031126 15:59:00 US/Eastern'), // prettier-ignore

  // Orders
  duplicateOrderId: () => answer(103, 'Duplicate order id'),
  modifyFilled: () => answer(104, 'Cannot modify a filled order.'),
  modifyMismatch: () => answer(105, 'Order being modified does not match original order'),
  badIncrement: () =>
    answer(110, 'The price does not conform to the minimum price variation for this contract.'),
  incomplete: (cause: string) => answer(107, `Cannot transmit incomplete order. ${cause}`),
  rejected: (reason: string) => answer(201, `Order rejected - reason:${reason}`),
  canceled: (reason: string) => answer(202, `Order Canceled - reason:${reason}`),
  orderTypeUnsupported: () => answer(387, 'Unsupported order type for this exchange and security type.'), // prettier-ignore
  badTimeInForce: (was: string) => validating(`Invalid time in force:${was}`),
  badStopPrice: () => answer(403, 'Invalid stop price.'),
  noTrail: () => answer(158, 'You must specify an offset amount or a percent offset value.'),
  badTriggerMethod: () => answer(146, 'Invalid trigger method.'),
  badOrderTime: () =>
    answer(391, 'The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss xx/xxxx where yyyymmdd and xx/xxxx are optional. E.g.: 20031126 15:59:00 US/Eastern'), // prettier-ignore
  outsideIgnored: () =>
    answer(2109, "Order Event Warning:Attribute 'Outside Regular Trading Hours' is ignored based on the order type and destination. PlaceOrder is now being processed."), // prettier-ignore
  oddLot: (line: string, least: string) =>
    answer(399, `Order Message:\n${line}\nWarning: Your order size is below the ${least} IdealPro minimum and will be routed as an odd lot order.`), // prettier-ignore
  zeroSize: () => answer(434, 'The order size cannot be zero.'),
  fractional: () =>
    answer(10243, 'Fractional-sized order cannot be placed via API. Please use an order size on the size increment of the contract.'), // prettier-ignore
  eTradeOnly: () => answer(10268, "The 'EtradeOnly' order attribute is not supported."),
  firmQuoteOnly: () => answer(10269, "The 'FirmQuoteOnly' order attribute is not supported."),
  tifPreset: () => answer(10349, 'Order TIF was set to DAY based on order preset.'),
  missingParent: () => answer(10006, 'Missing parent order.'),
  badCondition: (what: string, was: string) =>
    validating(`Invalid ${what} of a condition: "${was}"`),
  ocaRevision: () => answer(10326, 'OCA group revision is not allowed.'),
  ocaTypeRevision: () => answer(10327, 'OCA group type revision is not allowed.'),
  unknownAlgo: () => answer(439, 'Order processing failed. Algorithm definition not found.'),
  algoRevision: () => answer(440, 'Order modify failed. Algorithm cannot be modified.'),
  badAlgoValue: (tag: string, was: string) =>
    answer(441, `Algo attributes validation failed:${tag}=${was}`),
  algoBound: (label: string, how: string) =>
    answer(441, `Algo attributes validation failed: '${label}' is invalid: Value is ${how}.. `),
  unknownAlgoTag: (tag: string) =>
    answer(443, `Order processing failed. Unknown algo attribute:${tag}`),
  badAlgoChoice: (was: string) => answer(145, `Error in validating entry fields -${was}`),
  advisorsOnly: () => validating('FA data operations ignored for non FA customers.'),
  cancelNotFound: (id: number) =>
    answer(10147, `OrderId ${id} that needs to be cancelled is not found.`),
  cancelTooLate: (id: number, state: string) =>
    answer(10148, `OrderId ${id} that needs to be cancelled can not be cancelled, state: ${state}.`), // prettier-ignore
} as const

/** Generic tick types that IBKR accepts for stocks; those we have no data for stay silent, as there. */
export const LEGAL_GENERIC_TICKS: readonly number[] = [
  47, 100, 101, 104, 105, 106, 165, 220, 221, 225, 232, 233, 236, 258, 292, 293, 294, 295, 318, 375,
  411, 456, 460, 499, 506, 511, 512, 513, 514, 515, 576, 577, 586, 587, 588, 595, 619,
]

/** What a fresh connection is told about the data farms, IBKR's words and order. */
export const FARMS: readonly ErrorAnswer[] = [
  answer(2104, 'Market data farm connection is OK:usfarm'),
  answer(2106, 'HMDS data farm connection is OK:ushmds'),
  answer(2158, 'Sec-def data farm connection is OK:secdefnj'),
]
