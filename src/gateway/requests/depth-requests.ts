/** Requests for market depth, and for who offers it. */
import type { Found } from '#gateway/contracts/find-contract.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { depthExchangesOf, smartDepthExchanges } from '#gateway/market-data/depth-exchanges.ts'
import { smartComponentsOf } from '#gateway/market-data/exchanges.ts'
import { mostDepth } from '#gateway/market-data/terms.ts'
import { marketDepthExchanges, smartComponents } from '#gateway/messages/outgoing/depth.ts'
import { readContract } from '#gateway/messages/wire-contract.ts'
import { dataContract, missingPermission } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'

/** Exchanges that stand for "all of them". */
const ROUTERS = new Set(['SMART', 'BEST', ''])

/** REQ_MKT_DEPTH: 5, reqId, contract, numRows, isSmartDepth, options. */
export const reqMarketDepth: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  const rows = fields.integer('numRows') ?? 0
  const smart = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  const found = dataContract(desk, query)
  const objection = found.ok ? objectionTo(desk, session, reqId, found.value, rows, smart) : found.error // prettier-ignore
  if (objection !== undefined) refuse(session, reqId, objection)
  if (objection !== undefined || !found.ok) return
  const { instrument, exchange } = found.value
  const isSmart = smart && ROUTERS.has(exchange.toUpperCase())
  if (isSmart) refuse(session, reqId, ERRORS.depthExchanges(...smartDepthExchanges(instrument)))
  desk.data.depth.begin({ session, reqId, instrument, exchange, rows, isSmart })
}

function objectionTo(
  desk: Desk,
  session: Session,
  reqId: number,
  { instrument, exchange }: Found,
  rows: number,
  smart: boolean,
): ErrorAnswer | undefined {
  const { depth, terms } = desk.data
  if (depth.has(session, reqId)) return ERRORS.duplicateRequestId()
  if (rows < 1) return ERRORS.invalid('Number of market depth rows must be 1 or more')
  if (!smart && ROUTERS.has(exchange.toUpperCase())) return ERRORS.noDepth()
  if (depthExchangesOf(instrument).length === 0) return ERRORS.noDepth()
  const missing = missingPermission(desk, instrument)
  if (missing !== undefined) return ERRORS.noDepthPermission(missing)
  if (desk.venue.quote(instrument.id)?.halted === true) return ERRORS.depthHalted()
  return depth.open >= mostDepth(terms.lines) ? ERRORS.tooManyBooks(mostDepth(terms.lines)) : undefined // prettier-ignore
}

/** CANCEL_MKT_DEPTH: version, reqId, isSmartDepth. */
export const cancelMarketDepth: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!desk.data.depth.end(session, reqId)) refuse(session, reqId, ERRORS.unknownBook(reqId))
}

/** REQ_MKT_DEPTH_EXCHANGES: nothing. */
export const reqMarketDepthExchanges: Handler = (desk, session) => {
  const offers = new Map(
    desk.venue.directory.listed
      .flatMap(depthExchangesOf)
      .map((offer) => [`${offer.secType} ${offer.exchange}`, offer]),
  )
  session.send(marketDepthExchanges([...offers.values()]))
}

/** REQ_SMART_COMPONENTS: reqId, bboExchange. */
export const reqSmartComponents: Handler = (_desk, session, fields) => {
  const reqId = fields.id('reqId')
  const set = fields.text()
  if (refusedUnreadable(session, reqId, fields)) return
  const components = smartComponentsOf(set)
  if (components === undefined)
    refuse(session, reqId, ERRORS.invalid(`Invalid BBO exchange: ${set}`)) // prettier-ignore
  else session.send(smartComponents(reqId, components))
}
