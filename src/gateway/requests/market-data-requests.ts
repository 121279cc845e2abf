/** Requests for level 1: streams and snapshots. */
import { minTickOf } from '#gateway/contracts/listing.ts'
import type { Desk } from '#gateway/desk.ts'
import { ERRORS, LEGAL_GENERIC_TICKS, type ErrorAnswer } from '#gateway/error-codes.ts'
import { accessTo, type Access } from '#gateway/market-data/access.ts'
import { bboExchangeOf } from '#gateway/market-data/exchanges.ts'
import { SNAPSHOT_MS, endSnapshot, isWhole } from '#gateway/market-data/level-one.ts'
import { linesInUse } from '#gateway/market-data/lines-in-use.ts'
import type { MarketDataLine } from '#gateway/market-data/line.ts'
import { tickReqParams } from '#gateway/messages/outgoing/market-data.ts'
import { readContract, skipLegs, type ContractQuery } from '#gateway/messages/wire-contract.ts'
import { dataContract } from '#gateway/requests/data-contract.ts'
import { refusedUnreadable, type Handler } from '#gateway/requests/handler.ts'
import { refuse, type Session } from '#gateway/session.ts'
import type { FieldReader } from '#gateway/wire/field-reader.ts'
import type { Listed } from '#exchange/listing.ts'

interface Asked {
  readonly contract: ContractQuery
  readonly ticks: string
  readonly snapshot: boolean
  /** Of the national best bid and offer, paid for by the piece: needs no subscription. */
  readonly regulatory: boolean
}

const DELTA_NEUTRAL_FIELDS = 3

function readAsked(fields: FieldReader): Asked {
  const contract = readContract(fields)
  skipLegs(fields, contract)
  if (fields.flag()) fields.skip(DELTA_NEUTRAL_FIELDS)
  return {
    contract,
    ticks: fields.text(),
    snapshot: fields.flag(),
    regulatory: fields.flag(),
  }
}

/** REQ_MKT_DATA: 11, reqId, contract, [legs], deltaNeutral, genericTicks, snapshot, regulatory, options. */
export const reqMarketData: Handler = (desk, session, fields) => {
  fields.skip()
  const reqId = fields.id('reqId')
  const asked = readAsked(fields)
  if (refusedUnreadable(session, reqId, fields)) return
  const found = dataContract(desk, asked.contract)
  const objection = found.ok
    ? objectionTo(desk, session, reqId, found.value.instrument, asked)
    : found.error
  if (objection !== undefined) refuse(session, reqId, objection)
  else if (found.ok) open(desk, session, reqId, found.value.instrument, asked)
}

/** A snapshot that is paid for by the piece is live; what somebody delays is late; else it is what was ordered. */
function accessFor(desk: Desk, session: Session, of: Listed, { regulatory }: Asked): Access {
  if (regulatory) return { shown: 'live' }
  if (desk.data.late.delete(session)) return { shown: 'delayed' }
  return accessTo(of, session.marketDataType, desk.data.terms.subscriptions)
}

/** What kind of data comes, on which increments, then all there is. */
function open(desk: Desk, session: Session, reqId: number, instrument: Listed, asked: Asked): void {
  const access = accessFor(desk, session, instrument, asked)
  if ('refusal' in access) {
    refuse(session, reqId, access.refusal)
    return
  }
  if (access.notice !== undefined) refuse(session, reqId, access.notice)
  session.send(tickReqParams(reqId, minTickOf(instrument), bboExchangeOf(instrument)))
  const line = desk.data.levelOne.open({
    session,
    reqId,
    instrument,
    shown: access.shown,
    freezes: session.marketDataType === 2 || session.marketDataType === 4,
    generic: new Set(tickNumbers(asked.ticks)),
    isSnapshot: asked.snapshot || asked.regulatory,
  })
  session.lines.set(reqId, line)
  if (line.isSnapshot) finishSnapshot(desk, session, line)
}

/** A snapshot ends when it is whole, or after eleven seconds (IBKR's guide, "Snapshots"). */
function finishSnapshot(desk: Desk, session: Session, line: MarketDataLine): void {
  const end = () => {
    if (session.lines.get(line.reqId) !== line) return
    endSnapshot(line)
    desk.data.levelOne.close(line)
    session.lines.delete(line.reqId)
  }
  if (isWhole(line.feed, desk.venue.quote(line.instrument.id))) end()
  else desk.later(SNAPSHOT_MS, end)
}

function objectionTo(
  desk: Desk,
  session: Session,
  reqId: number,
  { assetClass }: Listed,
  { ticks, snapshot, regulatory }: Asked,
): ErrorAnswer | undefined {
  const once = snapshot || regulatory
  if (session.lines.has(reqId)) return ERRORS.duplicateTicker()
  if (ticks !== '' && once) return ERRORS.snapshotWithGenericTicks()
  if (!tickNumbers(ticks).every((tick) => LEGAL_GENERIC_TICKS.includes(tick)))
    return ERRORS.genericTicks(ticks, assetClass)
  if (!once && linesInUse(desk) >= desk.data.terms.lines) return ERRORS.tooManyLines()
  return undefined
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
  desk.data.levelOne.close(line)
}

/** REQ_MARKET_DATA_TYPE: version, type. Holds for requests that follow. */
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
