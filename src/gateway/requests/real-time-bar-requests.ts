/** Requests for five-second bars. */
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { PACING_VIOLATION } from '#gateway/history/pacing-words.ts'
import { linesInUse } from '#gateway/market-data/lines-in-use.ts'
import { readContract, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { dataContract, missingPermission } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { BarPrice } from '#exchange/exchange.ts'
import type { Listed } from '#exchange/listing.ts'
import { ownEntry } from '#model/own-entry.ts'

const SHOWN: Readonly<Record<string, BarPrice>> = {
  TRADES: 'trades',
  MIDPOINT: 'midpoint',
  BID: 'bid',
  ASK: 'ask',
}

/** REQ_REAL_TIME_BARS: 3, reqId, contract, barSize, whatToShow, useRTH, options. */
export const reqRealTimeBars: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  const seconds = fields.integer('barSize') ?? 0
  const shown = fields.text().toUpperCase()
  const regularOnly = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  const price = ownEntry(SHOWN, shown)
  const found = dataContract(desk, query)
  const objection = found.ok ? objectionTo(desk, session, reqId, found.value.instrument, { seconds, shown, query }) : found.error // prettier-ignore
  if (objection !== undefined) refuse(session, reqId, objection)
  if (objection !== undefined || !found.ok || price === undefined) return
  const { instrument } = found.value
  desk.data.bars.begin({ kind: 'real-time', session, reqId, instrument, price, outsideRegularHours: !regularOnly }) // prettier-ignore
}

interface Asked {
  readonly seconds: number
  readonly shown: string
  readonly query: ContractQuery
}

function objectionTo(
  desk: Desk,
  session: Session,
  reqId: number,
  of: Listed,
  { seconds, shown, query }: Asked,
): ErrorAnswer | undefined {
  const { bars, history, terms } = desk.data
  if (bars.has(session, reqId)) return ERRORS.duplicateRequestId()
  if (seconds !== 5)
    return ERRORS.invalid('Real-time bars are five seconds long: bar size must be 5')
  if (ownEntry(SHOWN, shown) === undefined) return ERRORS.invalid(`Real-time bars are made of TRADES, MIDPOINT, BID or ASK, not "${shown}"`) // prettier-ignore
  if (!canShow(of, shown)) return ERRORS.badRealTimeQuery(`No ${shown} data for ${of.symbol} ${of.assetClass}`) // prettier-ignore
  const missing = missingPermission(desk, of)
  if (missing !== undefined) return ERRORS.badRealTimeQuery(missing)
  if (linesInUse(desk) >= terms.lines) return ERRORS.tooManyLines()
  const contract = `${of.id} ${query.exchange} ${shown}`
  const request = { identity: `real-time ${contract}`, contract, seconds, weight: 1 } as const
  return history.violates(request, desk.venue.now) ? ERRORS.badRealTimeQuery(PACING_VIOLATION) : undefined // prettier-ignore
}

/** A pair has no trades, an index no quotes. */
const canShow = ({ assetClass }: Listed, shown: string): boolean =>
  assetClass === 'CASH' ? shown !== 'TRADES' : assetClass !== 'IND' || shown === 'TRADES'

/** CANCEL_REAL_TIME_BARS: version, reqId. */
export const cancelRealTimeBars: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  if (refusedUnreadable(session, reqId, fields)) return
  if (!desk.data.bars.end('real-time', session, reqId)) refuse(session, reqId, ERRORS.unknownTicker(reqId)) // prettier-ignore
}
