/** Requests for level 1: streams and snapshots. */
import { findOne } from '#gateway/contracts/find-contract.ts'
import { minTickOf } from '#gateway/contracts/listing.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, LEGAL_GENERIC_TICKS, type ErrorAnswer } from '#gateway/error-codes.ts'
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import { tellLine } from '#gateway/market-data/quote-stream.ts'
import { tickReqParams, tickSnapshotEnd } from '#gateway/messages/outgoing/market-data.ts'
import { readContract, skipLegs } from '#gateway/messages/wire-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import type { Instrument } from '#model/instrument.ts'

/** Market data lines of an account without boosters (IBKR’s guide, Market Data Lines). */
const MARKET_DATA_LINES = 100

/** REQ_MKT_DATA: 11, reqId, contract, [legs], deltaNeutral, genericTicks, snapshot, regulatory, options. */
export const reqMarketData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const query = readContract(fields)
  skipLegs(fields, query)
  if (fields.flag()) fields.skip(DELTA_NEUTRAL_FIELDS)
  const ticks = fields.text()
  const snapshot = fields.flag()
  const regulatory = fields.flag()
  if (refusedUnreadable(session, reqId, fields)) return
  const found = findOne(desk.venue.instruments, query)
  if (!found.ok) {
    refuse(session, reqId, found.error)
    return
  }
  const { instrument } = found.value
  const objection = objectionTo(session, reqId, instrument, ticks, snapshot || regulatory)
  if (objection !== undefined) {
    refuse(session, reqId, objection)
    return
  }
  const line: MarketDataLine = {
    instrument,
    generic: new Set(tickNumbers(ticks)),
    sent: new Map(),
    type: 0,
  }
  open(desk, session, reqId, line)
  if (snapshot || regulatory) session.send(tickSnapshotEnd(reqId))
  else {
    session.lines.set(reqId, line)
    desk.venue.watch(instrument.id)
  }
}

const DELTA_NEUTRAL_FIELDS = 3

/** The first telling: what kind of data, on which increments, then all there is. */
function open(desk: Desk, session: Session, reqId: number, line: MarketDataLine): void {
  session.send(tickReqParams(reqId, minTickOf(line.instrument)))
  tellLine(desk, session, reqId, line)
}

function objectionTo(
  session: Session,
  reqId: number,
  { assetClass }: Instrument,
  ticks: string,
  once: boolean,
): ErrorAnswer | undefined {
  if (session.lines.has(reqId)) return ERRORS.duplicateTicker()
  if (ticks !== '' && once) return ERRORS.snapshotWithGenericTicks()
  if (!tickNumbers(ticks).every((tick) => LEGAL_GENERIC_TICKS.includes(tick)))
    return ERRORS.genericTicks(ticks, assetClass)
  return !once && session.lines.size >= MARKET_DATA_LINES ? ERRORS.tooManyLines() : undefined
}

/** `233,mdoff,292:BRFG` → 233, 292: options of a tick type stand behind a colon. */
const tickNumbers = (list: string): number[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== 'mdoff')
    .map((item) => Number(item.split(':')[0]))

/** CANCEL_MKT_DATA: version, reqId. */
export const cancelMarketData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const line = session.lines.get(reqId)
  if (line === undefined) {
    refuse(session, reqId, ERRORS.unknownTicker(reqId))
    return
  }
  session.lines.delete(reqId)
  desk.venue.unwatch(line.instrument.id)
}

/** REQ_MARKET_DATA_TYPE: version, type. Holds for later requests and, as it changes, for those open. */
export const reqMarketDataType: Handler = (_desk, session, fields) => {
  fields.skip()
  const type = marketDataTypeOf(fields)
  if (refusedUnreadable(session, -1, fields)) return
  if (type === undefined)
    refuse(session, -1, ERRORS.invalid('Market data type must be 1, 2, 3 or 4'))
  else session.marketDataType = type
}

function marketDataTypeOf(fields: FieldReader): number | undefined {
  const type = fields.id('marketDataType')
  return type >= 1 && type <= 4 ? type : undefined
}
